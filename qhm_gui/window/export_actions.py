"""Exports in the window: the dialog, the clipboard, and figures dragged out of a card."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QMimeData, QObject, Qt, QTemporaryDir, Signal
from PySide6.QtGui import QDrag, QPixmap
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.export import ExportDialog
from qhm_gui.export.clipboard import CopiedPicture, copy_svg, for_drag
from qhm_gui.export.compose import check_fits, compose, for_format
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import Figure, Sheet, soon
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import PageFigure, sheet
from qhm_gui.export.recipe import Recipe, RecipeError, Words, recipe_from
from qhm_gui.export.scene import view_scene
from qhm_gui.files.session import Session
from qhm_gui.files.settings import Settings
from qhm_gui.state.pages import PAGES
from qhm_gui.state.store import Store
from qhm_gui.text.language import language, tr
from qhm_gui.window.document import Document
from qhm_math.declared import ParameterError

#: What is copied or dragged at once refines its answers for so many seconds at most.
_PATIENCE = 0.5
_THUMBNAIL = 220


class Exports(QObject):
    """``parent`` is the window, ``step`` where the playhead stands, ``shown`` the answer that a view shows or None."""

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
    ) -> None:
        super().__init__(parent)
        self._parent, self._store, self._document, self._settings = parent, store, document, settings
        self._theme, self._step, self._shown = theme, step, shown
        self._again: tuple[Session, Recipe] | None = None  # an exported file, and what was last chosen for it
        self._folder: QTemporaryDir | None = None
        self._copied: CopiedPicture | None = None

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
        self.close()
        with ExitStack() as held:  # closed here unless it is handed over
            self._with(view, partial(self._copy, held), tr("Copied as a picture."), held)

    def _copy(self, held: ExitStack, drawing: Sheet) -> None:
        self._copied = CopiedPicture(drawing, held.pop_all(), self)

    def close(self) -> None:
        """Finish what is being copied."""
        if self._copied is not None:
            self._copied.finish()
            self._copied.deleteLater()
            self._copied = None

    def copy_svg(self, view: str) -> None:
        """A view as it would be exported, to the clipboard as SVG."""
        self._with(view, copy_svg, tr("Copied as SVG."))

    def drag(self, view: str) -> None:
        """Start a drag of a view into another program, as picture, SVG and files."""
        mime = self.dragged(view)
        if mime is None:
            return
        drag = QDrag(self._parent)
        drag.setMimeData(mime)
        small = QPixmap(mime.imageData()).scaledToWidth(_THUMBNAIL, Qt.TransformationMode.SmoothTransformation)
        small.setDevicePixelRatio(1)
        drag.setPixmap(small)
        drag.exec(Qt.DropAction.CopyAction)

    def dragged(self, view: str) -> QMimeData | None:
        """What is dragged; the files are there until the window ends."""
        found: list[QMimeData] = []
        if self._folder is None:
            self._folder = QTemporaryDir()
        folder = Path(self._folder.path())
        self._with(view, lambda drawing: found.append(for_drag(drawing, folder, view)), "")
        return found[0] if found else None

    def _with(self, view: str, act: Callable[[Sheet], None], sentence: str, held: ExitStack | None = None) -> None:
        """Let ``act`` have the figure of a view, which is there until it returns, or as long as ``held`` is open."""
        try:
            options = remembered(self._settings.export)
            scene, state = view_scene(view), self._store.state
            figure = for_format(compose(scene, state, options, step=self._step()), "png")
            answers = self._answers(figure)
            with ExitStack() as own:
                drawing = (held or own).enter_context(sheet(figure, answers))
                if not drawing.fits:
                    check_fits(scene, state, options, Words(), answers, self._step())
                act(drawing)
        except ExportError as error:
            self.failed.emit(str(error))
        except OSError as error:
            self.failed.emit(tr("{name} could not be saved: {reason}.", name=view, reason=error.strerror or error))
        else:
            if sentence:
                self.said.emit(sentence)

    def _answers(self, figure: Figure | PageFigure) -> dict[str, Any]:
        """What the figure shows: of what the window shows already, the same; else what is found soon."""
        found: dict[str, Any] = {}
        for key, (_, request) in figure.requests().items():
            shown = self._shown(key)
            if getattr(shown, "request", None) == request:
                found[key] = shown
        return found if len(found) == len(figure.requests()) else soon(figure, _PATIENCE)


def remembered(text: str) -> ExportOptions:
    """The options that were stored; the first ones for anything else."""
    try:
        return ExportOptions(**json.loads(text))
    except (ValueError, TypeError, RecursionError, ParameterError):
        return ExportOptions()
