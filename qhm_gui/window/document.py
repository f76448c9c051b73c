"""Which file the window's state belongs to, whether it is saved there, and the copy that survives a crash."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.autosave import Autosave, Kept
from qhm_gui.files.own_presets import OwnPresets
from qhm_gui.files.session import Session, SessionError
from qhm_gui.files.settings import Settings, data_folder, last_session
from qhm_gui.state.page_presets import holds, presets_of
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State
from qhm_gui.state.store import Store
from qhm_gui.text.language import tr
from qhm_gui.text.system_words import reason_of
from qhm_gui.window.opening import Beginning, Found, Origin, Part, same

MOST_RECENT = 10
#: A change is kept so many milliseconds later at the latest.
_SOON = 500
#: What was brought back after a crash counts as harmless when the window has lived with it for so long.
_TRIAL = 10_000


@dataclass
class Crossing:
    """A change of state that was one of files too: undo leads back to the file before."""

    before: State
    after: State
    old: Origin
    new: Origin

    def renew(self, origin: Origin) -> None:
        """The file of ``origin`` has been written."""
        self.old = origin if self.old.path == origin.path else self.old
        self.new = origin if self.new.path == origin.path else self.new

    def amend(self, before: State, after: State) -> None:
        """``after`` stands for ``before`` from now on."""
        self.before, self.after = (after if state is before else state for state in (self.before, self.after))
        self.old, self.new = (
            replace(origin, saved=after) if same(before, origin.saved) else origin for origin in (self.old, self.new)
        )


class Document(QObject):
    """Opens and saves; knows path, name and whether there are changes; keeps the program's own copy."""

    changed = Signal()  # the file, its name, or whether it is saved
    said = Signal(str)  # a sentence on what was done
    failed = Signal(str)  # a sentence on what could not be done

    def __init__(
        self,
        store: Store,
        playback: Playback,
        settings: Settings,
        autosave: Autosave | None,
        parent: QObject | None = None,
    ) -> None:
        """If ``autosave`` is None, the program writes only on an explicit save."""
        super().__init__(parent)
        self._store = store
        self._playback = playback
        self._settings = settings
        self._autosave = autosave
        self._unkept = ""  # why the last copy could not be written
        self._last_kept: State | None = None  # what lies there for the next start, if that is ours
        self._origin = Origin()
        self._crossings: list[Crossing] = []
        self._before = store.state
        self._told = ("", False)
        self._last = _stamp()
        self.presets = OwnPresets(data_folder() / "presets")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._keep)
        store.amended.connect(self._amend)
        store.changed.connect(self._follow)

    def begin(self, beginning: Beginning) -> None:
        """Start with what :func:`find_beginning` found; the store has its ``base``."""
        self._origin = beginning.origin
        self._last = self._last if beginning.took_last else 0
        self._store.replace(beginning.session.state)
        self._seek(beginning.session)
        self._timer.start(_TRIAL)
        self._tell()
        if beginning.sentence:
            (self.failed if beginning.failed else self.said).emit(beginning.sentence)

    # -- what it is

    @property
    def path(self) -> Path | None:
        """The file, if it has been saved."""
        return self._origin.path

    @property
    def exported(self) -> Session | None:
        """What the state was found in, if that was an exported file."""
        return self._origin.exported

    @property
    def dirty(self) -> bool:
        """Whether there is more in the window than in the file (or than at the first start)."""
        return not same(self._store.state, self._origin.saved)

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return self.path.stem if self.path else tr("Untitled")

    @property
    def title(self) -> str:
        """The window's title."""
        if self.path is None and not self.dirty:
            return tr("QHM Explorer")
        return f"{'* ' if self.dirty else ''}{self.name} — {tr('QHM Explorer')}"

    @property
    def recent(self) -> list[Path]:
        """The files that were open last and are still there."""
        return [path for name in self._settings.recent if (path := Path(name)).is_file()]

    @property
    def kept(self) -> list[Kept]:
        """Unsaved sessions that were set aside, newest first."""
        return self._autosave.kept() if self._autosave else []

    def session(self) -> Session:
        """All that goes into the file."""
        state = self._store.state
        return Session(state, self._playback.step, self.presets.name_of(state) or figure_of(state))

    # -- what it does

    def new(self) -> None:
        """An untitled session in the first state, on the page that is open."""
        self._put_aside()
        self._take_over(Session(State(page=self._store.state.page)), Origin())

    def take(self, found: Found | Part) -> None:
        """Take over what :func:`read_file` or :func:`read_text` found, as one undoable change.

        A part changes the session that is open.

        Changes that are not saved are kept under Recent where the session is untitled or its file differs from what it
        was; whether others are given up is asked before.
        """
        if isinstance(found, Part):
            changes = dict(found.changes)
            if "experiments.sweep_data" in changes:
                from qhm_gui.files.image_folder import with_chosen_problem  # a start trains nothing

                changes = with_chosen_problem(changes, self._store.state.experiments.sweep_problem)
            if self._store.update(**changes):
                self.said.emit(found.sentence)
            return
        if found.origin is None:
            self._store.replace(found.session.state)
            self.said.emit(tr("Pasted. Undo takes it back."))
            return
        aside = self._put_aside()
        self._take_over(found.session, found.origin)
        if found.origin.path is not None:
            self._remember(found.origin.path)
        words = tr("Opened: {name}", name=found.name)
        self.said.emit(f"{words}. {tr('The unsaved session is kept, see Recent.')}" if aside else words)

    @property
    def changed_outside(self) -> bool:
        """Whether the file has been changed since it was last read or written here: saving would undo that."""
        if self.path is None:
            return False
        now = session.digest_in(self.path)
        return now not in ("", self._origin.digest)

    def save(self, path: Path) -> bool:
        """Write a file, which from now on is ours. A sentence and False when it cannot be written."""
        path = path.absolute()
        self._store.finish_editing()
        try:
            digest = session.write(path, self.session())
        except OSError as error:
            return self._fail(tr("{name} could not be saved: {reason}.", name=path.name, reason=reason_of(error)))
        self._origin = Origin(path, self._store.state, digest)
        for crossing in self._crossings:
            crossing.renew(self._origin)
        self._remember(path)
        self._tell()
        self.said.emit(tr("Saved: {name}", name=path.name))
        return True

    def discard(self) -> None:
        """Give the changes up when the window closes: the file holds what is to come back."""
        self._store.replace(self._origin.saved)

    def forget_recent(self) -> None:
        """Empty the list of recent files."""
        self._settings.remember(recent=[])

    def text(self) -> str:
        """The state as one line for a chat."""
        self._store.finish_editing()
        return statetext.to_text(self._store.state)

    def keep(self) -> str:
        """Keep the session at once, as that of a program that crashed: the process is ended from outside.

        The reason why it could not be kept, or nothing.
        """
        try:
            self._store.finish_editing()
        finally:  # whatever that runs into, the rest is kept
            self._timer.stop()
            self._keep()
        return self._unkept

    def keep_last(self) -> str:
        """Keep what comes back at the next start, once for one state.

        The reason why it could not be kept, or nothing: also where the copy stays, which is found as that of a program
        that crashed."""
        self._store.finish_editing()
        self._timer.stop()
        if self._autosave is None or self._last_kept is self._store.state:
            return ""
        try:
            self._spare_last()
            session.write(last_session(), self._own_copy())
        except OSError:
            self._keep()
            return self._unkept
        self._last_kept = self._store.state
        return ""

    def close(self) -> None:
        """Keep what comes back at the next start, which takes the place of the copy for a crash."""
        self.keep_last()
        if self._autosave is not None and self._last_kept is self._store.state:
            self._try(self._autosave.finish)

    # -- within

    def _fail(self, sentence: str) -> bool:
        self.failed.emit(sentence)
        return False

    def _take_over(self, found: Session, origin: Origin) -> None:
        before, old = self._store.state, self._origin
        self._origin = origin
        self._store.replace(found.state)
        if self._store.state is not before:
            self._crossings.append(Crossing(before, self._store.state, old, origin))
        self._seek(found)
        self._tell()

    def _seek(self, found: Session) -> None:
        self._playback.pause()
        self._playback.seek(self._store.state.steps if found.step is None else found.step)

    def _amend(self, before: State, after: State) -> None:
        """What was found out about a loss is no change of what a file holds, and stands where the state stood."""
        if same(before, self._origin.saved):
            self._origin = replace(self._origin, saved=after)
        for crossing in self._crossings:
            crossing.amend(before, after)
        if self._before is before:
            self._before = after

    def _follow(self, state: State) -> None:
        """After undo across the opening of a file the state belongs to the file before; likewise redo."""
        for crossing in self._crossings:
            if self._before is crossing.after and state is crossing.before:
                self._origin = crossing.old
            elif self._before is crossing.before and state is crossing.after:
                self._origin = crossing.new
        self._before = state
        if not self._timer.isActive() or self._timer.remainingTime() > _SOON:
            self._timer.start(_SOON)
        self._tell()

    def _tell(self) -> None:
        now = (self.title, self.dirty)
        if now != self._told:
            self._told = now
            self.changed.emit()

    def _own_copy(self) -> Session:
        return replace(self.session(), file=str(self.path) if self.path else "", digest=self._origin.digest)

    def _keep(self) -> None:
        if self._autosave is None:
            return
        try:
            self._autosave.write(self._own_copy())
            self._unkept = ""
        except OSError as error:
            known, self._unkept = self._unkept, reason_of(error)
            if not known:
                self._fail(tr("No copy can be kept for a crash: {reason}.", reason=self._unkept))

    def _put_aside(self) -> bool:
        """Keep a session that is about to be left, if it is untitled or its file is no longer what it was."""
        self._store.finish_editing()
        if self._autosave is None or not self.dirty or (self.path is not None and not self.changed_outside):
            return False
        return self._try(partial(self._autosave.set_aside, self._own_copy()))

    def _spare_last(self) -> None:
        """Keep what lies there for the next start, if it is not what we started with and nowhere else."""
        if self._autosave is None or _stamp() == self._last:
            return
        try:
            last = session.read_session(last_session())
        except SessionError:
            return
        if not last.file and not same(last.state, State()) and not same(last.state, self._store.state):
            self._autosave.set_aside(last)

    def _remember(self, path: Path) -> None:
        others = [name for name in self._settings.recent if name != str(path)]
        self._settings.remember(recent=[str(path), *others][:MOST_RECENT])

    def _try(self, act: Callable[[], None]) -> bool:
        try:
            act()
        except OSError:
            return False
        return True


def _stamp() -> int:
    """When the last session was written; 0 when there is none."""
    try:
        return last_session().stat().st_mtime_ns
    except OSError:
        return 0


def figure_of(state: State) -> str:
    """The key of the preset of its page that a state is, or nothing."""
    presets = presets_of(state.page)
    return next((one.key for one in presets if holds(one.changes, state)), "")
