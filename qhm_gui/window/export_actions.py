"""Exports in the window: the dialog, the clipboard, and figures dragged out of a card."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from PySide6.QtCore import QObject, Qt, QTemporaryDir, QTimer, Signal
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.dialogs.export import ExportDialog
from qhm_gui.export.clipboard import Promised
from qhm_gui.export.compose import check_fits, compose, for_format
from qhm_gui.export.computed import soon
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import Figure, Sheet
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.recipe import Recipe, RecipeError, Words, recipe_from
from qhm_gui.export.scene import Scene, view_scene
from qhm_gui.files.log import not_computed
from qhm_gui.files.session import Session
from qhm_gui.files.settings import Settings
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text.language import language, tr
from qhm_gui.window.document import Document
from qhm_math.declared import ParameterError

#: What is copied or dragged at once refines its answers for so many seconds at most.
_PATIENCE = 0.5
_THUMBNAIL = 220
_KEY = "copy"

log = logging.getLogger("qhm.export")


class Exports(QObject):
    """``parent`` is the window, ``step`` where the playhead stands.

    ``shown`` tells the answer that a view shows, or None, and ``look`` what it looks like.
    """

    said = Signal(str)
    failed = Signal(str)

    def __init__(
        self,
        parent: QWidget,
        store: Store,
        document: Document,
        settings: Settings,
        theme: Callable[[], Theme],
        step: Callable[[], int],
        shown: Callable[[str], Any] = lambda _view: None,
        look: Callable[[str], QPixmap | None] = lambda _view: None,
    ) -> None:
        super().__init__(parent)
        self._parent, self._store, self._document, self._settings = parent, store, document, settings
        self._theme, self._step, self._shown, self._look = theme, step, shown, look
        self._again: tuple[Session, Recipe] | None = None  # an exported file, and what was last chosen for it
        self._folder: QTemporaryDir | None = None
        self._copied: Promised | None = None
        self._dragged: Promised | None = None
        self._wanted: _Wanted | None = None  # what is being computed for a copy
        self._runner: Runner | None = None

    def page(self) -> None:
        """Export the page that is shown, or the canvas that fills it; of an exported file its figure again."""
        state, found = self._store.state, self._carried()
        own = found is not None and found.view in (*PAGES[state.page].views, *PAGES[state.page].alone)
        self.ask(found.view if found is not None and own and not state.filling else state.filling)

    def ask(self, view: str) -> None:
        """Ask how to export a view or ('') the page, and do it."""
        dialog = self.dialog(view)
        dialog.exec()
        self.put_away(dialog)

    def dialog(self, view: str) -> ExportDialog:
        """The dialog with what the opened figure was made with, or else with what was chosen last."""
        state, settings = self._store.state, self._settings
        recipe = Recipe(view, remembered(settings.export), language=language())
        carried, exported = self._carried(), self._document.exported
        if carried is not None and exported is not None:
            same = carried.view == view and (view or exported.state.page == state.page)
            options = replace(carried.options, kind=recipe.options.kind)
            recipe = Recipe(view, options, carried.words if same else Words(), carried.language)
        dialog = ExportDialog(self._parent, self._theme(), state, self._step(), recipe, settings.folder)
        dialog.said.connect(self.said)
        return dialog

    def _carried(self) -> Recipe | None:
        """How the figure that was opened is made, with what was changed of it since; None if none was opened."""
        exported = self._document.exported
        if exported is None or not exported.figure:
            return None
        if self._again is not None and self._again[0] is exported:
            return self._again[1]
        try:
            return recipe_from(exported.figure)
        except RecipeError as error:
            self.failed.emit(str(error))
            return None

    def put_away(self, dialog: ExportDialog) -> None:
        """Remember what was chosen, and end the dialog."""
        dialog.done(0)
        exported = self._document.exported
        if exported is not None and self._carried() is not None:
            self._again = exported, dialog.recipe
            self._settings.remember(folder=dialog.folder)
        else:
            self._settings.remember(export=json.dumps(asdict(dialog.options)), folder=dialog.folder)
        dialog.deleteLater()

    def copy_picture(self, view: str) -> None:
        """A view as it would be exported, to the clipboard as a picture."""
        self._copy(view, ("picture",), tr("Copied as a picture."))

    def copy_svg(self, view: str) -> None:
        """A view as it would be exported, to the clipboard as SVG."""
        self._copy(view, ("svg",), tr("Copied as SVG."))

    def close(self) -> None:
        """Finish what is being copied."""
        self._end_drag()
        wanted = self._give_up()
        if wanted is not None:
            self._offer(wanted, wanted.answers or soon(wanted.figure, _PATIENCE))
        if self._copied is not None:
            self._copied.finish()
            self._copied.deleteLater()
            self._copied = None

    def _give_up(self) -> _Wanted | None:
        """Compute no longer for a copy; what that was."""
        if self._runner is not None:
            self._runner.close()
            self._runner.deleteLater()
            self._runner = None
        wanted, self._wanted = self._wanted, None
        return wanted

    def _copy(self, view: str, kinds: tuple[str, ...], sentence: str) -> None:
        """At once where the window shows what is needed; else when that is found, in a thread."""
        self._give_up()
        wanted = self._figure(view, kinds, sentence)
        if wanted is None:
            return
        answers = self._answers(wanted.figure)
        if answers is not None:  # in a turn of its own: making its views takes a while
            self._wanted = wanted = wanted._replace(answers=answers)
            QTimer.singleShot(0, self, partial(self._offer_known, wanted))
            return
        self._wanted = wanted
        self._runner = Runner(self)
        self._runner.answered.connect(self._hear)
        self._runner.submit(_KEY, partial(_found, wanted.figure), tr("Export"))

    def _offer_known(self, wanted: _Wanted) -> None:
        if self._wanted is wanted and wanted.answers is not None:  # neither closed nor followed by another one
            self._wanted = None
            self._offer(wanted, wanted.answers)

    def _hear(self, answer: Answer) -> None:
        wanted = self._wanted
        if wanted is None or (answer.value is None and not answer.failure):
            return
        self._wanted = None
        if self._runner is not None:
            self._runner.close()
        if answer.value is None:
            self.failed.emit(not_computed())
        else:
            self._offer(wanted, answer.value)

    def _offer(self, wanted: _Wanted, answers: dict[str, Any]) -> None:
        promised = self._promised(wanted, answers)
        if promised is None:
            return
        before, self._copied = self._copied, promised
        promised.making.finished.connect(self._tell_failure)
        promised.offer()
        if before is not None:  # nobody can ask for it any more
            before.making.cancel()
            before.deleteLater()
        self.said.emit(wanted.sentence)

    def _tell_failure(self, made: object) -> None:
        if isinstance(made, Exception):
            log.error("A copy failed", exc_info=made)
            self.failed.emit(str(made) if isinstance(made, ExportError) else not_computed())

    def drag(self, view: str) -> None:
        """Start a drag of a view into another program, as picture, SVG and files."""
        promised = self.dragged(view)
        if promised is None:
            return
        drag = QDrag(self._parent)
        drag.setMimeData(promised.promise)
        small = self._look(view)
        if small is not None:
            small = small.scaledToWidth(_THUMBNAIL, Qt.TransformationMode.SmoothTransformation)
            small.setDevicePixelRatio(1)
            drag.setPixmap(small)
        drag.exec(Qt.DropAction.CopyAction)
        self._end_drag()

    def dragged(self, view: str) -> Promised | None:
        """What is dragged, made while the drag lasts; its files are there until the window ends."""
        if self._folder is None:
            self._folder = QTemporaryDir()
        wanted = self._figure(view, ("picture", "svg"), "")
        if wanted is None:
            return None
        answers = self._answers(wanted.figure)
        files = Path(self._folder.path()) / view
        self._end_drag()
        self._dragged = self._promised(wanted, soon(wanted.figure, 0.0) if answers is None else answers, files)
        return self._dragged

    def _end_drag(self) -> None:
        if self._dragged is not None:
            self._dragged.making.cancel()
            self._dragged.deleteLater()
            self._dragged = None

    def _figure(self, view: str, kinds: tuple[str, ...], sentence: str) -> _Wanted | None:
        try:
            options = remembered(self._settings.export)
            scene, state = view_scene(view), self._store.state
            figure = for_format(compose(scene, state, options, step=self._step()), "png")
        except ExportError as error:
            self.failed.emit(str(error))
            return None
        return _Wanted(figure, partial(_check, scene, state, options, self._step()), kinds, sentence)

    def _promised(self, wanted: _Wanted, answers: dict[str, Any], files: Path | None = None) -> Promised | None:
        with ExitStack() as held:
            try:
                drawing = held.enter_context(sheet(wanted.figure, answers))
                wanted.check(drawing, answers)
                return Promised(drawing, held.pop_all(), wanted.kinds, self, files=files)
            except ExportError as error:
                self.failed.emit(str(error))
        return None

    def _answers(self, figure: Figure | PageFigure) -> dict[str, Any] | None:
        """What the figure shows, where the window shows the same already."""
        found: dict[str, Any] = {}
        for key, (_, request) in figure.requests().items():
            shown = self._shown(key)
            if getattr(shown, "request", None) == request:
                found[key] = shown
        return found if len(found) == len(figure.requests()) else None


class _Wanted(NamedTuple):
    """A figure to be copied or dragged."""

    figure: Figure | PageFigure
    check: Callable[[Sheet, dict[str, Any]], None]  # ExportError where it has too little room
    kinds: tuple[str, ...]
    sentence: str  # said when it can be pasted
    answers: dict[str, Any] | None = None  # where the window shows them already


def _check(
    scene: Scene, state: State, options: ExportOptions, step: int, drawing: Sheet, answers: dict[str, Any]
) -> None:
    if not drawing.fits:
        check_fits(scene, state, options, Words(), answers, step)


def _found(figure: Figure | PageFigure, _monitor: object) -> Iterator[dict[str, Any]]:
    yield soon(figure, _PATIENCE)


def remembered(text: str) -> ExportOptions:
    """The options that were stored; the first ones for anything else."""
    try:
        return ExportOptions(**json.loads(text))
    except (ValueError, TypeError, RecursionError, ParameterError):
        return ExportOptions()
