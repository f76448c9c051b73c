"""The dialog of an export: what it will look like on the left, what can be chosen on the right."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Hashable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QRectF, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QGuiApplication, QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QDialog, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.dialogs.save_file import ask_for_file
from qhm_gui.drawing.markup import escaped, plain_text
from qhm_gui.export import EXPORTERS, in_pieces
from qhm_gui.export.clipboard import Promised
from qhm_gui.export.compose import check_fits, compose, for_format
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import Figure, Sheet
from qhm_gui.export.letters import missing_letters
from qhm_gui.export.making import Making
from qhm_gui.export.options import LAYERS, LONGEST_NAME, ExportOptions
from qhm_gui.export.page import PageFigure, prepared
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.scene import Scene, page_scene, view_scene
from qhm_gui.export.work import Work
from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.log import log_file
from qhm_gui.guarded import Guarded
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_gui.state.store import explain
from qhm_gui.text.language import spoken, tr
from qhm_gui.text.numbers import plain
from qhm_gui.text.row_words import title_of
from qhm_gui.text.signs import storable
from qhm_gui.text.symbols import chosen_letter
from qhm_gui.views import VIEWS
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.form import Form
from qhm_gui.widgets.painted import apply_theme
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.text_field import TextField
from qhm_math.declared import Declared, ParameterError, declared_fields
from qhm_math.progress import Monitor

log = logging.getLogger("qhm.told")
_SIDE = 296
#: A change shows itself so many milliseconds later: typing and sliding draw the last one only.
_SOON = 40
_KEY = "export"
_CHECK = 9
_LANGUAGES = (("en", "English"), ("ja", "日本語"))
#: How the texts that are typed are meant.
_READINGS = (("typed", "as typed"), ("markup", "markup"))


class Preview(Guarded, QWidget):
    """The picture as large as there is room, on a sunken ground; chequered where it is seen through."""

    resized = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._theme = LIGHT
        self.image = QImage()
        self.words = ""
        self.setMinimumSize(320, 240)

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_image(self, image: QImage) -> None:
        """Show this picture."""
        self.image = image
        self.update()

    def say(self, words: str) -> None:
        """A chip over the picture; '' takes it away."""
        self.words = words
        self.update()

    def room(self, size: tuple[int, int]) -> float:
        """How many pixels of the widget a unit of a picture of this size gets."""
        return min((self.width() - 40) / size[0], (self.height() - 40) / size[1])

    def sizeHint(self) -> QSize:
        return QSize(620, 480)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.resized.emit()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
            paint.fill_round(painter, QRectF(self.rect()), 8, theme.color("sunken"))
            if not self.image.isNull():
                size = self.image.deviceIndependentSize()
                area = QRectF(0, 0, size.width(), size.height())
                area.moveCenter(QRectF(self.rect()).center())
                area = QRectF(area.toAlignedRect())
                if self.image.hasAlphaChannel():
                    self._paint_check(painter, area)
                painter.drawImage(area, self.image)
                paint.stroke_round(painter, area.adjusted(-0.5, -0.5, 0.5, 0.5), 0, theme.color("line2"), 1)
            if self.words:
                chip = QRectF(0, 0, paint.text_width(self.words, 12, 600) + 24, 28)
                chip.moveCenter(QRectF(self.rect()).center())
                paint.fill_round(painter, chip, 6, theme.color("ink"))
                paint.draw_text(painter, chip, self.words, theme.color("onink"), 12, 600, "center")

    def _paint_check(self, painter: QPainter, area: QRectF) -> None:
        painter.fillRect(area, self._theme.color("surface"))
        shade = self._theme.color("hover")
        for row in range(int(area.height()) // _CHECK + 1):
            for column in range(row % 2, int(area.width()) // _CHECK + 1, 2):
                cell = QRectF(area.left() + column * _CHECK, area.top() + row * _CHECK, _CHECK, _CHECK)
                painter.fillRect(cell.intersected(area), shade)


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
        given = (recipe.words.title, recipe.words.subtitle, recipe.words.caption)
        marked = any(text and escaped(plain_text(text)) != text for text in given)
        self._reading = "markup" if marked else "typed"
        self._shown = {"title": "", "subtitle": "", "caption": ""}
        self._answers: dict[Hashable, Any] = {}
        self._complete: set[Hashable] = set()
        self._live: Figure | PageFigure | None = None
        self._then: Callable[[], None] | None = None
        self._awaited: Figure | PageFigure | None = None
        self._runner = Runner(self)
        self._runner.answered.connect(self._hear)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SOON)
        self._timer.timeout.connect(self._show_preview)
        self._drawing: Iterator[None] | None = None  # a preview under way, of this figure
        self._drawn: Figure | PageFigure | None = None
        self._again = False
        self._making: Making | None = None  # a file or a copy under way
        self._turns = QTimer(self)
        self._turns.timeout.connect(lambda: self._attempt(self._draw_on))
        self.preview = Preview()
        self.formats = Segments(declared_fields(self.options)["kind"].choices, name="format")
        self.form = Form({})
        self.title, self.subtitle, self.caption = TextField(), TextField(), TextField()
        self.author = TextField()
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
        waiting = self._timer.isActive() or self._turns.isActive()
        return waiting or self._then is not None or self._making is not None

    # -- building

    def _lay_out(self) -> None:
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 12, 0)
        column.setSpacing(12)
        column.addWidget(self.formats)
        column.addWidget(self.form)
        fields = (self.title, self.subtitle, self.caption, self.author)
        for words, field in zip(("Title", "Subtitle", "Caption", "Author"), fields, strict=True):
            field.set_prefix(words)
            field.setFixedHeight(30)
            field.set_accessible(tr(words))
            column.addWidget(field)
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
        for name, field in (("title", self.title), ("subtitle", self.subtitle), ("caption", self.caption)):
            field.committed.connect(partial(self._set_words, name))
        self.author.committed.connect(lambda text: self.edit("author", str(text)[:LONGEST_NAME]))
        self.preview.resized.connect(self._timer.start)
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
        declared = declared_fields(self.options)
        names = ["size", *(("width", "height", "unit") if self.options.size == "custom" else ())]
        names += ["theme", "ground", "type_scale"]
        if any(view.legend for view in self._scene().views):
            names.append("legend")
        names += LAYERS
        if EXPORTERS[self.options.kind].scaled:
            names.append("scale")
        if self.options.kind == "svg":
            names.append("text")
        fields = {name: declared[name] for name in names}
        fields["language"] = Declared("language", kind="choice", choices=_LANGUAGES)
        fields["reading"] = Declared(
            "title, caption", kind="choice", choices=_READINGS, help="Markup: *x* is italic, _{x} an index."
        )
        if self._view and len(self._row.views) > 1:
            scopes = (("view", VIEWS[self._view].title), ("page", "the page"))
            fields = {"scope": Declared("picture", kind="choice", choices=scopes), **fields}
        if "scale" in fields:
            sizes = tuple((str(times), f"{times}×") for times in range(1, 5))
            fields["scale"] = Declared("pixels per unit", kind="choice", choices=sizes)
        return fields

    # -- choosing

    def edit(self, name: str, value: Any) -> None:
        """Choose something; what is not allowed is refused in a sentence."""
        if name == "scope":
            self._scope, self._words = value, Words(caption=self._words.caption)
        elif name == "language":
            self._language = value
        elif name == "reading":
            self._reading = value
        else:
            try:
                self.options = replace(self.options, **{name: int(value) if name == "scale" else value})
            except ParameterError as error:
                self.form.set_error(name, explain(error, self._state, {"export": self.options}))
                return
        self._refresh()

    def _set_words(self, name: str, text: object) -> None:
        typed = storable(str(text))
        if typed == self._shown[name]:  # else its italics would go
            return
        self._words = replace(self._words, **{name: typed if self._reading == "markup" else escaped(typed)})
        self._refresh()

    def _show_words(self, title: str, subtitle: str, caption: str) -> None:
        """The texts of the figure in their fields, as markup or as they are read."""
        for name, text in (("title", title), ("subtitle", subtitle), ("caption", caption)):
            self._shown[name] = text if self._reading == "markup" else plain_text(text)
            getattr(self, name).set_value(self._shown[name])

    def _refresh(self) -> None:
        self.form.set_fields(self._fields())
        values = {**vars(self.options), "scope": self._scope, "scale": str(self.options.scale)}
        values |= {"language": self._language, "reading": self._reading}
        self.form.set_values({name: values[name] for name in self.form.names()})
        self.formats.set_value(self.options.kind)
        self.save_button.retranslate()
        self.author.set_value(self.options.author)
        self.author.setVisible(not EXPORTERS[self.options.kind].table)
        self.subtitle.setVisible(len(self._scene().cells) == 1)
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
        self._stop_drawing()
        self.say(sentence)
        self.preview.set_image(QImage())
        scene = self._scene()
        title = tr(scene.title or scene.views[0].title) if self._words.title is None else self._words.title
        self._show_words(title, self._words.subtitle or "", self._words.caption)
        for button in (self.save_button, self.picture_button, self.svg_button):
            button.setEnabled(False)

    def say(self, sentence: str, *, done: bool = False) -> None:
        """A sentence beside the buttons: why something cannot be, or what was done."""
        self.sentence = sentence
        self._label.setText(sentence)
        self._label.setStyleSheet(f"color: {self._theme.muted if done else self._theme.ink};")

    # -- computing: all of it in the runner's thread

    def _work(self, missing: list[tuple[Any, Hashable]], monitor: Monitor) -> Iterator[tuple[Hashable, Any, bool]]:
        for view, request in missing:
            answer = None
            for answer in view.compute(request, monitor):
                yield request, answer, False
            yield request, answer, True

    def _when_known(self, figure: Figure | PageFigure, then: Callable[[], None]) -> None:
        """Call ``then`` when everything that ``figure`` shows is computed; the newest call counts."""
        requests = figure.requests().values()
        missing = [(view, request) for view, request in requests if request not in self._complete]
        if not missing:
            self._then = self._live = None
            self.preview.say("")
            self._attempt(then)
            return
        self._awaited, self._then = figure, then
        self.preview.say(tr("Computing…"))
        self._runner.submit(_KEY, partial(self._work, missing), tr("Export"))

    @Slot(object)
    def _hear(self, answer: Answer) -> None:
        if answer.failure:
            self._tell_failure()
        elif answer.value is not None:
            request, value, complete = answer.value
            if value is not None:
                self._answers[request] = value
            if complete:
                self._complete.add(request)
            elif self._live is not None and all(key in self._answers for _, key in self._live.requests().values()):
                self._attempt(partial(self._draw, self._live))  # coarse as yet
        elif self._then is not None and self._awaited is not None:
            self._when_known(self._awaited, self._then)

    def _attempt(self, act: Callable[[], None]) -> None:
        """Draw, write or copy; what a view cannot show is a sentence here and a traceback in the log."""
        try:
            act()
        except ExportError as error:
            self._refuse(str(error))
        except Exception:
            log.exception("The export failed")
            self._tell_failure()

    def _tell_failure(self) -> None:
        self._then = self._live = None
        self._stop_drawing()
        self.preview.say("")
        self.say(tr("This could not be computed; details are in {file}.", file=log_file()))

    def _known(self, figure: Figure | PageFigure) -> dict[str, Any]:
        return {key: self._answers[request] for key, (_, request) in figure.requests().items()}

    # -- showing

    def _show_preview(self) -> None:
        figure = self.figure
        if figure is not None and (self._then is None or self._live is not None):
            self._live = figure
            self._when_known(figure, partial(self._draw, figure))
        elif figure is not None:
            self._timer.start()

    def _draw(self, figure: Figure | PageFigure) -> None:
        """Draw the preview, a card a turn of the event loop: a page takes longer than the window may stand still."""
        if self._drawing is not None and self._drawn is figure:
            self._again = True  # with the answers that have come meanwhile
            return
        self._stop_drawing()
        self._drawing, self._drawn = self._draw_in_turns(figure), figure
        self._turns.start(0)

    def _draw_on(self) -> None:
        figure, again = self._drawn, self._again
        with spoken(self._language):
            if self._drawing is not None and next(self._drawing, self) is None:
                return
        self._stop_drawing()
        if again and figure is not None:
            self._draw(figure)

    def _stop_drawing(self) -> None:
        self._turns.stop()
        drawing, self._drawing, self._drawn, self._again = self._drawing, None, None, False
        if isinstance(drawing, Generator):
            drawing.close()

    def _draw_in_turns(self, figure: Figure | PageFigure) -> Iterator[None]:
        ratio = self.devicePixelRatioF()
        room = self.preview.room(figure.size)
        form = QImage.Format.Format_ARGB32_Premultiplied if figure.transparent else QImage.Format.Format_RGB32
        answers = self._known(figure)
        with ExitStack() as held:
            for drawing in prepared(figure, answers, held):
                if drawing is None:
                    yield
                    continue
                self._check_fits(drawing, answers)
                width, height = (max(1, round(side * room * ratio)) for side in figure.size)
                image = QImage(width, height, form)
                image.fill(0)
                image.setDevicePixelRatio(ratio)
                for part in drawing.parts():
                    with QPainter(image) as painter:
                        painter.scale(room, room)
                        part(painter)
                    yield
                words = drawing.title, drawing.subtitle, self._words.caption
                self.preview.set_image(image)
                self._show_words(*words)

    def _check_fits(self, drawing: Sheet, answers: dict[str, Any]) -> None:
        if not drawing.fits and not EXPORTERS[self.options.kind].table:
            check_fits(self._scene(), self._state, self.options, self._words, answers, self._step)

    # -- saving and copying

    def _ask_and_save(self) -> None:
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
        options, figure = self.options, self._fine()
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
        """The figure with its maps at the resolution of the file; tables hold what the window shows."""
        return self.figure and for_format(self.figure, self.options.kind)

    def _steps(self, figure: Figure | PageFigure, held: ExitStack) -> Generator[None, None, Sheet]:
        """The figure, ready for painting, a card a step. ExportError where it has too little room."""
        answers = self._known(figure)
        for drawing in prepared(figure, answers, held):
            yield
            if drawing is not None:
                self._check_fits(drawing, answers)
                return drawing
        raise AssertionError("a figure without a drawing")

    def _copy(self, figure: Figure | PageFigure, kind: str, sentence: str) -> None:
        held = ExitStack()
        steps = self._steps(figure, held)
        promised = Promised(lambda: steps, held, (kind,), self, within=partial(spoken, self._language))

        def then(made: object) -> None:
            QGuiApplication.clipboard().setMimeData(promised.plain())
            promised.deleteLater()
            self._done(sentence)

        self._make(promised.making, then)

    def _write(self, figure: Figure | PageFigure, options: ExportOptions, path: Path) -> None:
        held = ExitStack()

        def work() -> Work:
            drawing = yield from self._steps(figure, held)
            return (yield from in_pieces(drawing, options.kind, options.scale))

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
            self.say(tr("{name} could not be saved: {reason}.", name=path.name, reason=error.strerror or error))
            return
        self._done(tr("Saved: {name}", name=path.name))

    def _done(self, sentence: str) -> None:
        lacking = missing_letters(self.figure) if self.figure is not None else ""
        self.say(f"{sentence} {lacking}".rstrip(), done=True)
        self.said.emit(sentence)

    def done(self, result: int) -> None:
        """Let nothing run on."""
        self._timer.stop()
        self._stop_drawing()
        self._then = None
        if self._making is not None:
            self._making.cancel()
            self._making = None
        self._runner.close()
        super().done(result)
