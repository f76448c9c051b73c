"""The dialog of an export: what it will look like on the left, what can be chosen on the right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.export_fields import export_fields
from qhm_gui.dialogs.figure_answers import FigureAnswers
from qhm_gui.dialogs.figure_texts import FigureTexts
from qhm_gui.dialogs.preview import Preview, readied
from qhm_gui.dialogs.save_file import ask_for_file
from qhm_gui.export import EXPORTERS, in_pieces
from qhm_gui.export.clipboard import Promised
from qhm_gui.export.compose import compose, fitting, for_format
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import Figure, Sheet
from qhm_gui.export.letters import missing_letters
from qhm_gui.export.making import Making
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import PageFigure
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.export.work import Work
from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.log import not_computed
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text.language import in_a_row, spoken, tr
from qhm_gui.text.numbers import plain
from qhm_gui.text.row_words import title_of
from qhm_gui.text.symbols import chosen_letter
from qhm_gui.text.system_words import reason_of
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.widgets.segments import Segments
from qhm_math.declared import Declared, ParameterError, declared_fields

log = logging.getLogger("qhm.told")
_SIDE = 296
#: A change shows itself so many milliseconds later: typing and sliding draw the last one only.
_SOON = 40


class ExportDialog(Guarded, QDialog):
    """Exports what ``recipe`` says of ``state``. :attr:`recipe` and :attr:`folder` are to be remembered."""

    said = Signal(str)  # a sentence on what was done

    def __init__(self, parent: QWidget, theme: Theme, state: State, step: int, recipe: Recipe, folder: str) -> None:
        super().__init__(parent)
        self.options, self.folder = recipe.options, folder
        self.sentence = ""
        self.figure: Figure | PageFigure | None = None
        self._state, self._step, self._view, self._theme = state, step, recipe.view, theme
        self._row = PAGES[state.page]
        self._scope = "view" if recipe.view else "page"
        self._words, self._language = recipe.words, recipe.language
        self._live: Figure | PageFigure | None = None
        self._then: Callable[[], None] | None = None
        self._awaited: Figure | PageFigure | None = None
        self._answers = FigureAnswers(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON)
        self._timer.timeout.connect(self._show_preview)
        self._making: Making | None = None  # a file or a copy under way
        self.preview = Preview(self._check_fits)
        self.formats = Segments(declared_fields(self.options)["kind"].choices, name="format")
        self.form = Form({})
        self.texts = FigureTexts(recipe.words)
        self._label = QLabel()
        self._label.setWordWrap(True)
        self._label.setTextFormat(Qt.TextFormat.PlainText)
        self.save_button = TextButton(self._save_words, solid=True)
        self.picture_button = TextButton("Copy as picture", "copy")
        self.svg_button = TextButton("Copy as SVG")
        self._close_button = TextButton("Close")
        self.setWindowTitle(tr("Export"))
        self._lay_out()
        self._connect()
        apply_theme(self, theme)
        self._refresh()

    @property
    def recipe(self) -> Recipe:
        """What was chosen."""
        view = self._view if self._scope == "view" else ""
        return Recipe(view, self.options, self._words, self._language, chosen_letter())

    @property
    def busy(self) -> bool:
        """Whether the preview is behind what is chosen, or something is being computed."""
        waiting = self._timer.isActive() or self.preview.busy
        return waiting or self._then is not None or self._making is not None

    # -- building

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(self.formats)
        column.addWidget(self.form)
        column.addWidget(self.texts)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidget(side)
        scroll.setWidgetResizable(True)
        side.setAutoFillBackground(False)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFixedWidth(_SIDE)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.preview, 1)
        top.addWidget(scroll)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.picture_button)
        buttons.addWidget(self.svg_button)
        buttons.addWidget(self._label, 1)
        buttons.addWidget(self._close_button)
        buttons.addWidget(self.save_button)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(20, 20, 20, 18)
        outer.setSpacing(16)
        outer.addLayout(top, 1)
        outer.addLayout(buttons)
        self.setMinimumSize(760, 480)
        self.resize(1080, 680)

    def _connect(self) -> None:
        self.formats.chosen.connect(lambda kind: self.edit("kind", kind))
        self.form.edited.connect(self.edit)
        self.texts.worded.connect(self._set_words)
        self.texts.author_chosen.connect(partial(self.edit, "author"))
        self.preview.resized.connect(self._timer.start)
        self.preview.drawn.connect(self._show_words)
        self.preview.failed.connect(self._tell)
        self._answers.came.connect(self._draw_coarse)
        self._answers.ended.connect(self._go_on)
        self._answers.failed.connect(self._tell_failure)
        self.save_button.clicked.connect(self._ask_and_save)
        self.picture_button.clicked.connect(self.copy_picture)
        self.svg_button.clicked.connect(self.copy_svg)
        self._close_button.clicked.connect(self.reject)
        for name in ("width", "height", "type_scale"):
            self.form.set_formatter(name, plain)

    def _save_words(self) -> str:
        return tr("Save as {format}…", format=title_of(EXPORTERS[self.options.kind]))

    def _scene(self) -> Scene:
        return view_scene(self._view) if self._scope == "view" else page_scene(self._row)

    def _fields(self) -> dict[str, Declared]:
        return export_fields(self.options, self._scene(), self._view, len(self._row.views))

    # -- choosing

    def edit(self, name: str, value: Any) -> None:
        """Choose something; what is not allowed is refused in a sentence."""
        if name == "scope":
            self._scope, self._words = value, Words(caption=self._words.caption)
        elif name == "language":
            self._language = value
        elif name == "reading":
            self.texts.reading = value
        else:
            try:
                self.options = replace(self.options, **{name: int(value) if name == "scale" else value})
            except ParameterError as error:
                self.form.set_error(name, explain(error, self._state, {"export": self.options}))
                return
        self._refresh()

    def _set_words(self, name: str, markup: str) -> None:
        self._words = replace(self._words, **{name: markup})
        self._refresh()

    def _show_words(self, sheet: Sheet) -> None:
        """The texts that the figure has got."""
        self.texts.show_texts(sheet.title, sheet.subtitle, self._words.caption)

    def _refresh(self) -> None:
        self.form.set_fields(self._fields())
        values = {**vars(self.options), "scope": self._scope, "scale": str(self.options.scale)}
        values |= {"language": self._language, "reading": self.texts.reading}
        self.form.set_values({name: values[name] for name in self.form.names()})
        self.formats.set_value(self.options.kind)
        self.save_button.retranslate()
        self.texts.author.set_value(self.options.author)
        self.texts.author.setVisible(not EXPORTERS[self.options.kind].table)
        self.texts.subtitle.setVisible(len(self._scene().cells) == 1)
        try:
            with spoken(self._language):
                self.figure = compose(self._scene(), self._state, self.options, self._words, self._step)
            self.say(missing_letters(self.figure))
        except ExportError as error:
            self._refuse(str(error))
        for button in (self.save_button, self.picture_button, self.svg_button):
            button.setEnabled(self.figure is not None)
        self._timer.start()

    def _refuse(self, sentence: str) -> None:
        """There is no such figure; the old preview goes."""
        self.figure = self._live = None
        self.preview.stop()
        self.say(sentence)
        self.preview.set_image(QImage())
        scene = self._scene()
        title = tr(scene.title or scene.views[0].title) if self._words.title is None else self._words.title
        self.texts.show_texts(title, self._words.subtitle or "", self._words.caption)
        for button in (self.save_button, self.picture_button, self.svg_button):
            button.setEnabled(False)

    def say(self, sentence: str, *, done: bool = False) -> None:
        """A sentence beside the buttons: why something cannot be, or what was done."""
        self.sentence = sentence
        self._label.setText(sentence)
        self._label.setStyleSheet(f"color: {self._theme.muted if done else self._theme.ink};")

    # -- computing and showing

    def _when_known(self, figure: Figure | PageFigure, then: Callable[[], None]) -> None:
        """Call ``then`` when everything that ``figure`` shows is computed; the newest call counts."""
        if self._answers.complete(figure):
            self._then = self._live = None
            self.preview.say("")
            self._attempt(then)
            return
        self._awaited, self._then = figure, then
        self.preview.say(tr("Computing…"))
        self._answers.compute(figure)

    @Slot()
    def _go_on(self) -> None:
        if self._then is not None and self._awaited is not None:
            self._when_known(self._awaited, self._then)

    @Slot()
    def _draw_coarse(self) -> None:
        if self._live is not None and self._answers.drawable(self._live):
            self._attempt(partial(self._draw, self._live))

    def _attempt(self, act: Callable[[], None]) -> None:
        """Draw, write or copy; what a view cannot show is a sentence here and a traceback in the log."""
        try:
            act()
        except Exception as error:
            self._tell(error)

    def _tell(self, error: Exception) -> None:
        if isinstance(error, ExportError):
            self._refuse(str(error))
        else:
            log.error("The export failed", exc_info=error)
            self._tell_failure()

    def _tell_failure(self) -> None:
        self._then = self._live = None
        self.preview.stop()
        self.preview.say("")
        self.say(not_computed())

    def _show_preview(self) -> None:
        figure = self.figure
        if figure is not None and (self._then is None or self._live is not None):
            self._live = figure
            self._when_known(figure, partial(self._draw, figure))
        elif figure is not None:
            self._timer.start()

    def _draw(self, figure: Figure | PageFigure) -> None:
        self.preview.draw(figure, self._answers.of(figure), partial(spoken, self._language))

    def _check_fits(self, sheet: Sheet, answers: Mapping[str, Any]) -> Iterator[None]:
        if not sheet.fits and not EXPORTERS[self.options.kind].table:
            yield from fitting(self._scene(), self._state, self.options, self._words, answers, self._step)

    # -- saving and copying

    def _ask_and_save(self) -> None:
        if not self.form.finish():
            return
        kind = self.options.kind
        name = f"{self._view if self._scope == 'view' else self._row.key}.{kind}"
        words = title_of(EXPORTERS[kind])
        path = ask_for_file(self, self._theme, tr("Export"), Path(self.folder) / name, words)
        if path is not None:
            self.folder = str(path.parent)
            self.save_to(path)

    def save_to(self, path: Path) -> None:
        """Write the file, when all of it is computed at its resolution."""
        self._live = None
        figure, options = self._fine(), self.options
        if figure is not None:
            self._when_known(figure, partial(self._write, figure, options, path))

    def copy_picture(self) -> None:
        """The figure as a picture of twice the pixels, to the clipboard."""
        self._live = None
        if (figure := self._fine()) is not None:
            self._when_known(figure, partial(self._copy, figure, "picture", tr("Copied as a picture.")))

    def copy_svg(self) -> None:
        """The figure as SVG, to the clipboard."""
        self._live = None
        if (figure := self._fine()) is not None:
            self._when_known(figure, partial(self._copy, figure, "svg", tr("Copied as SVG.")))

    def _fine(self) -> Figure | PageFigure | None:
        """The figure with its maps at the resolution of the file; tables hold what the window shows.

        None where a field shows what was refused: the figure would be another one.
        """
        if not self.form.finish() or self.figure is None:
            return None
        return for_format(self.figure, self.options.kind)

    def _copy(self, figure: Figure | PageFigure, kind: str, sentence: str) -> None:
        held = ExitStack()
        steps = readied(figure, self._answers.of(figure), held, self._check_fits)
        promised = Promised(lambda: steps, held, (kind,), self, within=partial(spoken, self._language))

        def then(made: object) -> None:
            QGuiApplication.clipboard().setMimeData(promised.plain())
            promised.deleteLater()
            self._done(sentence)

        self._make(promised.making, then)

    def _write(self, figure: Figure | PageFigure, options: ExportOptions, path: Path) -> None:
        held = ExitStack()

        def work() -> Work:
            sheet = yield from readied(figure, self._answers.of(figure), held, self._check_fits)
            return (yield from in_pieces(sheet, options.kind, options.scale))

        making = Making(work(), held, self, partial(spoken, self._language))
        self._make(making, partial(self._put, making, path))

    def _make(self, making: Making, then: Callable[[object], None]) -> None:
        """Begin it; ``then`` has the bytes."""
        if self._making is not None:
            self._making.cancel()
        self._making = making
        making.finished.connect(partial(self._made, making, then))

    def _made(self, making: Making, then: Callable[[object], None], made: object) -> None:
        if self._making is making:
            self._making = None
            self._attempt(partial(self._take, then, made))

    def _take(self, then: Callable[[object], None], made: object) -> None:
        if isinstance(made, Exception):
            raise made
        then(made)

    def _put(self, making: Making, path: Path, made: object) -> None:
        making.deleteLater()
        try:
            assert isinstance(made, bytes)
            write_atomically(path, made, durable=False)
        except OSError as error:
            self.say(tr("{name} could not be saved: {reason}.", name=path.name, reason=reason_of(error)))
            return
        self._done(tr("Saved: {name}", name=path.name))

    def _done(self, sentence: str) -> None:
        lacking = missing_letters(self.figure) if self.figure is not None else ""
        self.say(in_a_row(sentence, lacking), done=True)
        self.said.emit(sentence)

    def done(self, result: int) -> None:
        """Let nothing run on."""
        self._timer.stop()
        self.preview.stop()
        self._then = None
        if self._making is not None:
            self._making.cancel()
            self._making = None
        self._answers.close()
        super().done(result)
