"""File actions: the menu in the header, the dialogs, the clipboard, what is dropped on the window."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QObject, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QAction, QGuiApplication, QKeySequence, QPixmap
from PySide6.QtWidgets import QMenu, QWidget

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import Theme
from qhm_gui.drawing.markup import plain_text
from qhm_gui.files import state_text as statetext
from qhm_gui.files.own_presets import OwnPreset
from qhm_gui.files.settings import Settings
from qhm_gui.state.pages import PAGES
from qhm_gui.state.preset_rows import PresetRow
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.text.probe_titles import EXAMPLE_TITLES
from qhm_gui.text.system_words import reason_of
from qhm_gui.widgets.menu import make_menu
from qhm_gui.window.document import Document
from qhm_gui.window.file_reader import Anything, FileReader, file_in
from qhm_gui.window.opening import Found, FoundTalk, Part, read_eigenvalues, read_file, read_kept, read_text

_ENDING = "json"
#: Twice the size that the wall of presets shows.
_THUMBNAIL = QSize(480, 300)
_UNSAVED_SHOWN = 5


class Files(QObject):
    """Binds a document to a window. ``said`` and ``failed`` carry sentences for the status line."""

    said = Signal(str)
    failed = Signal(str)
    talk_requested = Signal(str)  # a method of Talks
    talk_found = Signal(object)  # a FoundTalk
    letter_requested = Signal()

    def __init__(
        self,
        window: QWidget,
        store: Store,
        document: Document,
        settings: Settings,
        theme: Callable[[], Theme],
        picture: Callable[[], QPixmap],
    ) -> None:
        """``picture`` shows the page that is open."""
        super().__init__(window)
        self._window = window
        self._store = store
        self._document = document
        self._settings = settings
        self._theme = theme
        self._picture = picture
        self._reader = FileReader(self)
        self._reader.found.connect(self._take)
        self._reader.failed.connect(self.failed)
        document.said.connect(self.said)
        document.failed.connect(self.failed)

    # -- actions (see actions.py)

    def new(self) -> None:
        """An untitled session in the first state."""
        if self.may_leave():
            self._reader.forget()
            self._document.new()

    def open(self) -> None:
        """Ask for a file and open it."""
        from qhm_gui.dialogs.choose_file import file_to_open
        from qhm_gui.export import EXPORTERS
        from qhm_gui.export.film.film import FILMS

        exported = f"{tr('Exported figures')} ({' '.join(f'*.{ending}' for ending in (*EXPORTERS, *FILMS))})"
        more = exported, f"{tr('Probes of training runs')} (*.npz)", f"{tr('Sweeps')} (*.sweep)", spectra_filter()
        filters = [tr("Sessions (*.json)"), f"{tr('Talks')} (*.talk.json)", *more, tr("All files (*)")]
        chosen = file_to_open(self._window, tr("Open a session"), self._folder, filters)
        if chosen is not None:
            self.open_file(chosen)

    def open_file(self, path: Path) -> None:
        """Read a file beside the window, then open it, after the question whether changes are to be saved."""
        self._settings.remember(folder=str(path.absolute().parent))
        self._reader.read(partial(read_file, path))

    def open_values(self) -> None:
        """Ask for a file with eigenvalues, and take them over."""
        from qhm_gui.dialogs.choose_file import file_to_open

        filters = [spectra_filter(), tr("All files (*)")]
        chosen = file_to_open(self._window, tr("Read eigenvalues from a file"), self._folder, filters)
        if chosen is not None:
            self._settings.remember(folder=str(chosen.absolute().parent))
            self._reader.read(partial(read_eigenvalues, chosen))

    def save(self) -> bool:
        """Save; ask for a file where there is none yet, or where it has been changed meanwhile. Whether it is saved."""
        path = self._document.path
        if path is None:
            return self.save_as()
        if self._document.changed_outside:
            from qhm_gui.dialogs.save_question import ask_which_to_keep

            answer = ask_which_to_keep(self._window, self._theme(), path.name)
            if answer == "theirs":
                self._reader.read(partial(_in_place, path))
            if answer != "mine":
                return answer == "another" and self.save_as()
        return self._document.save(path)

    def save_as(self) -> bool:
        """Ask for a file and save. Whether it is saved."""
        from qhm_gui.dialogs.choose_file import file_to_save

        suggested = Path(self._folder) / f"{self._document.name}.{_ENDING}"
        filters = [tr("Sessions (*.json)"), tr("All files (*)")]
        chosen = file_to_save(self._window, tr("Save the session"), suggested, _ENDING, filters)
        if chosen is None:
            return False
        self._settings.remember(folder=str(chosen.parent))
        return self._document.save(chosen)

    def copy_state(self) -> None:
        """The state as a line of text, to the clipboard."""
        QGuiApplication.clipboard().setText(self._document.text())
        self.said.emit(tr("Copied as text. Paste it into a chat, a mail or another window."))

    def paste_state(self) -> None:
        """Take over a state, or open a file, from the clipboard."""
        self.take(QGuiApplication.clipboard().mimeData() or QMimeData())  # Qt has none where nothing was copied

    def presets(self) -> None:
        """Presets of one's own."""
        from qhm_gui.dialogs.own_presets import PresetsDialog

        dialog = PresetsDialog(
            self._window, self._theme(), self._document.presets, self._store.state, partial(thumbnail, self._picture)
        )
        dialog.chosen.connect(self.apply)
        dialog.exec()
        dialog.deleteLater()
        try:
            self._document.presets.forget_deleted()
        except OSError as error:
            self.failed.emit(tr("The preset could not be deleted: {reason}.", reason=reason_of(error)))

    def preset_wall(self) -> None:
        """The presets of the program."""
        from qhm_gui.dialogs.preset_wall import PresetWall

        wall = PresetWall(self._window, self._theme(), self._store.state.page)
        wall.chosen.connect(self._apply_row)
        wall.exec()
        wall.deleteLater()

    def _apply_row(self, row: PresetRow) -> None:
        if self._store.update(**{**row.changes, "page": row.page}):
            self.said.emit(tr("Applied: {name}", name=plain_text(tr(row.title))))

    def about(self) -> None:
        """Version, paper, licences."""
        from qhm_gui.dialogs.about import AboutBox

        box = AboutBox(self._window, self._theme())
        box.exec()
        box.deleteLater()

    def apply(self, preset: OwnPreset) -> None:
        """Take a preset over, as one undoable change."""
        self._store.replace(preset.state)
        self.said.emit(tr("Applied: {name}", name=preset.name))

    # -- what the window asks

    def may_leave(self) -> bool:
        """Whether the session may be left: it is saved, or given up. An untitled one is kept in any case."""
        self._store.finish_editing()
        document = self._document
        if document.path is None or not document.dirty:
            return True
        from qhm_gui.dialogs.save_question import ask_to_save

        answer = ask_to_save(self._window, self._theme(), document.path.name)
        return answer == "discard" or (answer == "save" and self.save())

    def may_close(self) -> bool:
        """The same when the window is to be closed."""
        if not self.may_leave():
            return False
        document = self._document
        if document.path is not None and document.dirty:
            document.discard()
        if document.path is None and document.dirty and (reason := document.keep_last()):
            from qhm_gui.dialogs.save_question import ask_to_save_unkept

            answer = ask_to_save_unkept(self._window, self._theme(), reason)
            return answer == "discard" or (answer == "save" and self.save())
        return True

    def takes(self, mime: QMimeData) -> bool:
        """Whether this is a file, or a text that may be a state."""
        return file_in(mime) is not None or (mime.hasText() and statetext.looks_like(mime.text()))

    def take(self, mime: QMimeData) -> None:
        """Open the file, or take over the state, that was pasted or dropped."""
        path = file_in(mime)
        if path is not None:
            self.open_file(path)
        else:
            self._reader.read(partial(read_text, mime.text()))

    def close(self) -> None:
        """Read nothing any more."""
        self._reader.close()

    def _take(self, found: Anything) -> None:
        if isinstance(found, FoundTalk):
            self.talk_found.emit(found)
        elif isinstance(found, Part) or found.origin is None or found.instead or self.may_leave():
            self._document.take(found)

    # -- the menu

    def show_menu(self, below: QPoint) -> None:
        """Open the menu of files under a button."""
        self.menu().exec(below)

    def menu(self) -> QMenu:
        """The menu of files."""
        menu = make_menu(self._window, self._theme())
        menu.setToolTipsVisible(True)
        self._add(menu, tr("New"), self.new, "Ctrl+N")
        self._add(menu, tr("Open…"), self.open, "Ctrl+O", "open")
        recent = make_menu(menu, self._theme())
        recent.setTitle(tr("Recent"))
        recent.setToolTipsVisible(True)
        self._fill_recent(recent)
        recent.setEnabled(not recent.isEmpty())
        menu.addMenu(recent)
        menu.addMenu(self._example_probes(menu))
        menu.addSeparator()
        self._add(menu, tr("Save"), self.save, "Ctrl+S", "save")
        self._add(menu, tr("Save as…"), self.save_as, "Ctrl+Shift+S")
        menu.addSeparator()
        self._add(menu, tr("Copy state as text"), self.copy_state, "Ctrl+C", "copy")
        self._add(menu, tr("Paste state from text"), self.paste_state, "Ctrl+V")
        menu.addSeparator()
        self._add(menu, tr("Presets…"), self.preset_wall, "Ctrl+Shift+P")
        self._add(menu, tr("My presets…"), self.presets, "Ctrl+P", "star")
        menu.addSeparator()
        ask = self.talk_requested.emit
        self._add(menu, tr("Hold the talk"), partial(ask, "hold"), "F5", "present")
        self._add(menu, tr("Add this as a step of my talk"), partial(ask, "add_step"))
        self._add(menu, tr("Add this as a further state of that step"), partial(ask, "add_stop"))
        self._add(menu, tr("Edit the talk…"), partial(ask, "edit"))
        self._add(menu, tr("Open a talk…"), partial(ask, "open"))
        self._add(menu, tr("Momentum share as nu or gamma"), self.letter_requested.emit, "Ctrl+G")
        menu.addSeparator()
        self._add(menu, tr("About QHM Explorer"), self.about, icon="info")
        return menu

    def _example_probes(self, menu: QMenu) -> QMenu:
        """The probes that come with the program; a click opens one as a file of one's own would be."""
        from qhm_gui.files.probe_file import examples

        found = make_menu(menu, self._theme())
        found.setTitle(tr("Open an example probe"))
        for path in examples():
            self._add(
                found,
                tr(EXAMPLE_TITLES.get(path.stem, path.stem)),
                partial(self._reader.read, partial(read_file, path)),
            )
        return found

    def _add(self, menu: QMenu, text: str, act: Callable[[], object], keys: str = "", icon: str = "") -> QAction:
        action = menu.addAction(text.replace("&", "&&"))
        action.triggered.connect(lambda _checked=False: act())
        if keys:  # shown only: the window's own shortcuts do it
            action.setShortcut(QKeySequence(keys))
            action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
            action.setShortcutVisibleInContextMenu(True)
        if icon:
            action.setIcon(assets.icon(icon, self._theme().color("text2"), 18))
        return action

    def _fill_recent(self, menu: QMenu) -> None:
        recent, kept = self._document.recent, self._document.kept[:_UNSAVED_SHOWN]
        for path in recent:
            self._add(menu, path.stem, partial(self.open_file, path)).setToolTip(str(path))
        if recent and kept:
            menu.addSeparator()
        for one in kept:
            row = PAGES[one.page]
            when = time.strftime("%Y-%m-%d %H:%M", time.localtime(one.when))
            words = tr("Unsaved, {when}, {page}", when=when, page=tr(row.title))
            self._add(menu, words, partial(self._reader.read, partial(read_kept, one)))
        if recent:
            menu.addSeparator()
            self._add(menu, tr("Forget these files"), self._document.forget_recent)

    @property
    def _folder(self) -> str:
        """Where a dialog begins: beside the file that is open."""
        path = self._document.path
        return str(path.parent) if path else self._settings.folder


def spectra_filter() -> str:
    """The files of eigenvalues, as a dialog lists them."""
    from qhm_gui.files.spectrum_file import ENDINGS

    return f"{tr('Eigenvalues')} ({' '.join(f'*.{ending}' for ending in ENDINGS)})"


def _in_place(path: Path) -> Found:
    """A session file again, in place of the changes in the window."""
    found = read_file(path)
    assert isinstance(found, Found), "only sessions are saved"
    return replace(found, instead=True)


def thumbnail(picture: Callable[[], QPixmap]) -> bytes:
    """The page as a small PNG."""
    image = picture().toImage()
    image.setDevicePixelRatio(1)
    small = image.scaled(
        _THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatioByExpanding, Qt.TransformationMode.SmoothTransformation
    )
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    small.save(buffer, "PNG")  # pyright: ignore[reportArgumentType, reportCallIssue]
    return bytes(buffer.data().data())
