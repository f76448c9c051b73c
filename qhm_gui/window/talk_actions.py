"""Talk mode and one's own talk: hold it, add what is seen as a step, edit, open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.dialogs.choose_file import file_to_open, file_to_save
from qhm_gui.dialogs.save_question import Kept, ask_which_to_keep
from qhm_gui.export.letters import missing_in_talk
from qhm_gui.files import session, talk_file
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import MOST_STEPS, MOST_STOPS, MOST_VIEWS, Step, Talk, TalkError, said
from qhm_gui.state.pages import PAGES
from qhm_gui.state.store import Store
from qhm_gui.text.language import language, tr
from qhm_gui.text.system_words import reason_of
from qhm_gui.views import VIEWS
from qhm_gui.window.opening import FoundTalk
from qhm_gui.window.talk.talk_window import TalkWindow

_ENDING = "talk.json"


class Talks(QObject):
    """``said`` and ``failed`` carry sentences for the status line."""

    said = Signal(str)
    failed = Signal(str)
    words_chosen = Signal()  # another language or letter, in the talk

    def __init__(
        self,
        window: QWidget,
        store: Store,
        settings: Settings,
        theme: Callable[[], Theme],
        visible: Callable[[], list[str]],
    ) -> None:
        """``visible`` tells the keys of the canvases that are seen."""
        super().__init__(window)
        self._window = window
        self._store = store
        self._settings = settings
        self._theme = theme
        self._visible = visible
        self.path: Path | None = None  # of one's own talk
        self._digest = ""  # of its file, when last read or written here
        self.talk: Talk | None = None
        self.shown: TalkWindow | None = None

    def hold(self) -> None:
        """Hold the talk that is open, or the built-in one."""
        if self.shown is not None:
            self.shown.activateWindow()
            return
        try:
            talk = self._current() or talk_file.built_in()
        except TalkError as error:
            self.failed.emit(str(error))
            return
        facts = tuple(self._settings.talk_facts.values())
        shown = self.shown = TalkWindow(talk, self._settings, self._theme().key, facts=facts)
        shown.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        shown.closed.connect(self._left)
        shown.words_chosen.connect(self.words_chosen)
        shown.page_asked.connect(lambda page: self._store.update(page=page, expanded=""))
        shown.setScreen(self._window.screen())
        shown.hold()

    def _left(self) -> None:
        self.shown = None
        self._window.activateWindow()

    def close(self) -> None:
        """End with the window."""
        if self.shown is not None:
            self.shown.close()

    def open(self) -> None:
        """Ask for a talk and hold it from now on."""
        chosen = file_to_open(self._window, tr("Open a talk"), self._settings.folder, self._filters)
        if chosen is not None:
            self.open_file(chosen)

    @property
    def _filters(self) -> list[str]:
        return [f"{tr('Talks')} (*.{_ENDING} *.json)", tr("All files (*)")]

    def open_file(self, path: Path) -> bool:
        """Read a talk; whether that was one. What was open stays open where it is none."""
        try:
            talk = talk_file.read(path)
        except TalkError as error:
            self.failed.emit(str(error))
            return False
        self.take(FoundTalk(talk, path))
        return True

    def take(self, found: FoundTalk) -> None:
        """A talk that was read: F5 holds it from now on."""
        self.talk, self.path = found.talk, found.path
        self._settings.remember(folder=str(found.path.absolute().parent))
        sentence = "Talk opened: {title}, {count} steps. F5 holds it."
        told = tr(sentence, title=said(found.talk.title), count=len(found.talk.steps))
        self.said.emit(f"{told} {missing_in_talk(found.talk)}".strip())

    def add_step(self) -> None:
        """What is seen becomes the last step of one's own talk; a new talk where none is open."""
        self._store.finish_editing()
        state = self._store.state
        views = tuple(self._visible())[:MOST_VIEWS]
        page = PAGES[state.page]
        name = tr(VIEWS[views[0]].title) if len(views) == 1 else tr(page.question or page.title)
        step = Step({language(): name}, views=views, state=state)
        try:
            before = self._current() or Talk({language(): tr("My talk")}, ())
        except TalkError as error:
            self.failed.emit(str(error))
            return
        if len(before.steps) >= MOST_STEPS:
            self.failed.emit(tr("A talk must have from 1 to {most} steps.", most=MOST_STEPS))
            return
        talk = replace(before, steps=(*before.steps, step))
        if self._write(talk):
            sentence = "Step {number} added to {name}."
            self.said.emit(tr(sentence, number=len(talk.steps), name=self.path.name if self.path else ""))

    def add_stop(self) -> None:
        """What is set becomes a further state of the last step of one's own talk, which a press of a key goes on to."""
        self._store.finish_editing()
        try:
            talk = self._current()
        except TalkError as error:
            self.failed.emit(str(error))
            return
        if talk is None:
            self.failed.emit(tr("A further state belongs to a step: add that first."))
            return
        *before, step = talk.steps
        if len(step.stops) >= MOST_STOPS:
            self.failed.emit(tr("A step can go on to at most {most} states.", most=MOST_STOPS))
            return
        step = replace(step, stops=(*step.stops, self._store.state))
        if self._write(replace(talk, steps=(*before, step))):
            sentence = "State {state} of step {number} added to {name}."
            name = self.path.name if self.path else ""
            self.said.emit(tr(sentence, state=len(step.states), number=len(talk.steps), name=name))

    def edit(self) -> None:
        """Titles, words, notes, order of the steps of one's own talk; at first a copy of the built-in one."""
        from qhm_gui.dialogs.talk_editor import TalkEditor

        try:
            talk = self._current() or talk_file.built_in()
        except TalkError as error:
            self.failed.emit(str(error))
            return
        dialog = TalkEditor(self._window, self._theme(), talk, self._settings.talk_facts)
        while dialog.exec():
            facts = dialog.facts()
            self._settings.remember(**{f"talk_{name}": text for name, text in facts.items()})
            if self._keep(dialog.talk(), talk):
                break  # else it is not saved, and what was written in there is not lost
        dialog.deleteLater()

    def _keep(self, edited: Talk, before: Talk) -> bool:
        """Save what a talk has become, and say so. False where it is not to be, or cannot be, yet."""
        answer: Kept = "mine"
        if edited == before:
            return True
        if self.path is not None and session.digest_in(self.path, talk_file.MOST_BYTES) not in ("", self._digest):
            answer = ask_which_to_keep(self._window, self._theme(), self.path.name, kept=False)
            if answer == "theirs":
                return self.open_file(self.path)
        if answer == "cancel" or not self._write(edited, elsewhere=answer == "another"):
            return False
        self.said.emit(tr("Saved: {name}", name=self.path.name if self.path else ""))
        return True

    def _current(self) -> Talk | None:
        """One's own talk as its file has it now: somebody may have written in it meanwhile. TalkError."""
        if self.path is not None and self.path.exists():
            self.talk, self._digest = talk_file.read_with_digest(self.path)
        return self.talk

    def _write(self, talk: Talk, *, elsewhere: bool = False) -> bool:
        """Into its file; into one that is asked for where there is none yet, or ``elsewhere``. Whether it is saved."""
        path = None if elsewhere else self.path
        if path is None:
            suggested = Path(self._settings.folder) / f"{tr('My talk')}.{_ENDING}"
            path = file_to_save(self._window, tr("Save the talk"), suggested, _ENDING, self._filters)
        if path is None:
            return False
        try:
            self._digest = talk_file.write(path, talk)
        except OSError as error:
            self.failed.emit(tr("The talk could not be saved: {reason}.", reason=reason_of(error)))
            return False
        self.talk, self.path = talk, path
        self._settings.remember(folder=str(path.absolute().parent))
        return True
