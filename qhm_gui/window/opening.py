"""What can be opened, what is found in it, and what a window starts with."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.autosave import Autosave, Kept
from qhm_gui.files.session import Session, SessionError
from qhm_gui.files.settings import last_session
from qhm_gui.state.state import State, changed
from qhm_gui.text.eigenvalue_text import summary_text
from qhm_gui.text.language import in_a_row, tr

if TYPE_CHECKING:
    from qhm_gui.files.talk_file import Talk

#: Looking is not changing: these do not make a session unsaved.
_LOOKS = ("page", "expanded")


@dataclass(frozen=True)
class Origin:
    """The file that a state belongs to, and what was in it when last read or written; no file: the first state.

    ``exported`` is what the state was found in, where that is an exported file, which has a figure as well.
    """

    path: Path | None = None
    saved: State = dataclasses.field(default_factory=State)
    digest: str = ""
    exported: Session | None = None


@dataclass(frozen=True)
class Found:
    """What a file called ``name`` or, without a name, a text holds.

    ``origin`` is None for a text, which changes the session that is open, and has no path for a picture or a table,
    which is not saved over. ``instead``: it was chosen in place of the changes in the window, which are kept.
    """

    session: Session
    name: str = ""
    origin: Origin | None = None
    instead: bool = False


@dataclass(frozen=True)
class Part:
    """What a file called ``name`` holds where it is no whole state: the ``changes`` of the open one, and a sentence."""

    changes: Mapping[str, Any]
    name: str
    sentence: str


@dataclass(frozen=True)
class FoundTalk:
    """A talk and its file: it is held from now on, and the session stays as it is."""

    talk: Talk
    path: Path


@dataclass(frozen=True)
class Beginning:
    """What a window starts with: ``base``, which undo goes back to, ``session``, and a sentence where one is due.

    ``took_last`` says that nothing of the last session is left behind by this. ``talk`` is what was asked for, where
    that was a talk.
    """

    base: State = dataclasses.field(default_factory=State)
    session: Session = dataclasses.field(default_factory=Session)
    origin: Origin = dataclasses.field(default_factory=Origin)
    sentence: str = ""
    failed: bool = False
    took_last: bool = True
    talk: FoundTalk | None = None


def read_file(path: Path) -> Found | Part | FoundTalk:
    """What a session, an export, a probe, a sweep, images, a talk or a file of eigenvalues holds. SessionError.

    For any thread.
    """
    # most starts read no exported figure
    from qhm_gui.files import image_folder, probe_file, provenance, spectrum_file, sweep_file, talk_file

    path = path.absolute()
    images = image_folder.read_images(path)
    if images is not None:
        changes, words = images
        return Part({"page": "experiments", "expanded": "sweep", **changes}, path.name, words)
    if not path.is_file():  # no kind of file is looked for in a pipe, which would wait for a writer
        found, digest = session.read_with_digest(path)
        return Found(found, path.name, Origin(path, found.state, digest))
    if probe_file.is_probe(path):
        return open_probe(path)
    if sweep_file.is_sweep(path):
        return open_sweep(path)
    if spectrum_file.may_be_one(path) and not provenance.carries_state(path):
        if probe_file.is_curves(path):
            sentence = "{name} holds loss curves: the command choose reads them, with --curves."
            raise SessionError(tr(sentence, name=path.name))
        return read_eigenvalues(path)
    if provenance.is_export(path):
        session_in = provenance.read_session(path)
        return Found(session_in, path.name, Origin(exported=session_in))
    if talk_file.is_talk(path):
        try:
            return FoundTalk(talk_file.read(path), path)
        except talk_file.TalkError as error:
            raise SessionError(str(error)) from None
    found, digest = session.read_with_digest(path)
    return Found(found, path.name, Origin(path, found.state, digest))


def read_eigenvalues(path: Path) -> Part:
    """The eigenvalues in a file, as the spectrum that is chosen for. SessionError with a sentence. For any thread."""
    from qhm_gui.files import spectrum_file

    try:
        values = spectrum_file.read_spectrum(path, path.name)
        spectrum = spectrum_file.as_list(values, path.name)
    except spectrum_file.SpectrumError as error:
        raise SessionError(str(error)) from None
    words = tr("Read from {name}: {values}.", name=path.name, values=summary_text(spectrum.values))
    return Part({"page": "choose", "choose.spectrum": spectrum}, path.name, words)


def open_probe(path: Path) -> Part:
    """A probe as the problem that is chosen for, at its own point. SessionError with a sentence. For any thread."""
    from qhm_gui.files.probe_file import ProbeFileError, read_probe
    from qhm_gui.text.probe_words import standing_words
    from qhm_math.declared import ParameterError
    from qhm_math.probed import OfProbe

    try:
        probe = read_probe(path)
        spectrum = OfProbe.of(probe)
    except (ProbeFileError, ParameterError) as error:
        raise SessionError(str(error)) from None
    changes: dict[str, Any] = {"page": "choose", "expanded": "training_run", "choose.spectrum": spectrum}
    current = probe.current()
    if current is not None:
        changes |= {"tie": "free", "alpha": current.alpha, "beta": current.beta, "nu": current.nu}
    words = tr("Read from {name}: {values}.", name=path.name, values=standing_words(probe))
    return Part(changes, path.name, words)


def open_sweep(path: Path) -> Part:
    """The file of a sweep, to be shown; what is missing is trained when it goes on. SessionError. For any thread."""
    from qhm_gui.files.sweep_file import sweep_words

    words = sweep_words(path)
    shown = {"experiments.sweep_file": str(path), "experiments.sweep_paused": True}
    return Part({"page": "experiments", "expanded": "sweep", **shown}, path.name, words)


def read_kept(kept: Kept) -> Found:
    """A session that was set aside; it stays there until it is thrown away for age. SessionError. For any thread."""
    found = session.read_session(kept.path)
    origin = origin_of(found)
    return Found(found, origin.path.name if origin.path else tr("Untitled"), origin)


def read_text(text: str) -> Found:
    """What a line of text holds (:mod:`qhm_gui.files.state_text`). SessionError with a sentence. For any thread."""
    return Found(Session(statetext.from_text(text)))


def find_beginning(asked: Path | None, autosave: Autosave) -> Beginning:
    """What to start with: the file that was asked for, else what a crash has left, else the last session."""
    if asked is None:
        return _without_file(autosave, "")
    try:
        found = read_file(asked)
    except SessionError as error:
        return _without_file(autosave, str(error))
    if isinstance(found, FoundTalk):
        return dataclasses.replace(_without_file(autosave, ""), talk=found)
    return _with_part(found) if isinstance(found, Part) else _with_file(found, autosave)


def _without_file(autosave: Autosave, complaint: str) -> Beginning:
    """What a crash has left, else the last session. ``complaint``: of the file that was asked for."""
    try:
        crashed = autosave.adopt()
    except OSError:
        crashed = None
    if crashed is not None:
        origin, last = origin_of(crashed), _last("")
        base = origin.saved if origin.path or last.origin.path else last.base
        known = same(crashed.state, base)
        words = tr("The window was not closed properly. All is restored; undo goes back to the saved state.")
        sentence = in_a_row(complaint, "" if known else words)
        return Beginning(crashed.state if known else base, crashed, origin, sentence, bool(complaint))
    return _last(complaint)


def _with_file(found: Found, autosave: Autosave) -> Beginning:
    assert found.origin is not None, "a text is no file"
    if found.origin.path is None:
        return Beginning(State(), found.session, found.origin, tr("Opened: {name}", name=found.name), took_last=False)
    words = tr("A session that was not closed properly is kept, see Recent.") if autosave.release() else ""
    return Beginning(found.session.state, found.session, found.origin, words, took_last=False)


def _with_part(part: Part) -> Beginning:
    state = changed(State(), part.changes)
    return Beginning(State(), Session(state), Origin(), part.sentence, took_last=False)


def _last(complaint: str) -> Beginning:
    """The session that was closed last. One that has a file comes from the file, which may have changed since."""
    found = Session()
    origin = Origin()
    try:
        if last_session().exists():
            found = session.read_session(last_session())
        if found.file:
            path = Path(found.file)
            saved, digest = session.read_with_digest(path)
            origin = Origin(path, saved.state, digest)
            found = found if same(found.state, saved.state) else saved
    except SessionError as error:
        complaint = complaint or str(error)
    return Beginning(found.state, found, origin, complaint, bool(complaint))


def origin_of(found: Session) -> Origin:
    """The file that one of the program's own copies belongs to, if it is still there."""
    if not found.file:
        return Origin()
    try:
        path = Path(found.file)
        now, digest = session.read_with_digest(path)
        return Origin(path, now.state, found.digest or digest)
    except SessionError:
        return Origin()


def same(one: State, other: State) -> bool:
    """Whether two states differ in nothing but how they are looked at."""
    if one is other:
        return True
    names = (field.name for field in dataclasses.fields(one) if field.name not in _LOOKS)
    return all(getattr(one, name) == getattr(other, name) for name in names)
