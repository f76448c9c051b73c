"""Sessions that are never lost: files, the copy that survives a crash, states as text, presets of one's own."""

from __future__ import annotations

import base64
import copy
import json
import os
import random
import signal
import subprocess
import sys
import time
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QFileDialog, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from qhm_gui.commands import command_line as cli
from qhm_gui.dialogs.own_presets import PresetsDialog
from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.autosave import MOST_KEPT, Autosave
from qhm_gui.files.own_presets import OwnPresets
from qhm_gui.files.session import Session, SessionError
from qhm_gui.files.settings import Settings, data_folder, last_session
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window import start as app
from qhm_gui.window.document import Document
from qhm_gui.window.opening import Beginning, Found, find_beginning, read_file, read_kept
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from qhm_math.losses import LOSSES
from qhm_math.noise import NOISES
from tests.covering import few
from tests.gui.conftest import leave, pause, read

ROOT = Path(__file__).resolve().parents[2]
SESSIONS = ROOT / "tests" / "sessions"
MakeWindow = Callable[..., Window]
Settle = Callable[[Window], None]


def unsaved() -> Path:
    return data_folder() / "unsaved"


@pytest.fixture
def document(qtbot: QtBot) -> Document:
    store = Store()
    made = Document(store, Playback(store.state.steps, store), Settings(), Autosave(unsaved()), store)
    made.setProperty("store", store)  # which owns it
    made.failures = []  # type: ignore[attr-defined]
    made.failed.connect(made.failures.append)  # type: ignore[attr-defined]
    return made


def opened(document: Document, path: Path) -> bool:
    """Open a file as the window does, without a thread."""
    try:
        found = read_file(path)
    except SessionError as error:
        document.failures.append(str(error))  # type: ignore[attr-defined]
        return False
    assert isinstance(found, Found)
    document.take(found)
    return True


def store_of(document: Document) -> Store:
    return document._store


def is_sentence(text: str) -> bool:
    printable = text.replace("\N{NARROW NO-BREAK SPACE}", " ").isprintable()  # between groups of digits
    return text.endswith(".") and "\n" not in text and printable and 10 < len(text) < 300


# Versions


def holds(loaded: Any, written: Any) -> bool:
    """Whether everything that a file says is in the state that came of it."""
    if isinstance(written, dict) and "alpha_family" in written:  # before version 3: the fields of every family
        for name in ("alpha", "beta", "nu"):
            parts = {part: written.get(f"{name}_{part}", value) for part, value in loaded[name].items()}
            if {**parts, "kind": written[f"{name}_family"]} != loaded[name]:
                return False
        written = {name: value for name, value in written.items() if not name.startswith(("alpha_", "beta_", "nu_"))}
    if isinstance(written, dict):
        return all(holds(loaded[name], value) for name, value in written.items())
    return loaded == written


@pytest.mark.parametrize("path", sorted(SESSIONS.glob("version-*.json")), ids=lambda path: path.stem)
def test_every_version_loads_for_ever(path: Path) -> None:
    written = json.loads(path.read_text(encoding="utf-8"))
    loaded = session.read_session(path)
    assert holds(session.fields_of(loaded.state), written["state"])
    assert (loaded.step, loaded.preset) == (written.get("step"), written.get("preset", ""))


def test_there_is_a_file_of_every_version() -> None:
    versions = [json.loads(path.read_text(encoding="utf-8"))["qhm_explorer"] for path in SESSIONS.glob("version-*")]
    assert sorted(versions) == list(range(1, session.VERSION + 1))


def test_old_texts_mean_what_they_meant() -> None:
    """A text leaves out what is as at the first start: another default needs another version of text."""
    for text, fields in json.loads((SESSIONS / "texts.json").read_text(encoding="utf-8")).items():
        assert holds(session.fields_of(statetext.from_text(text)), fields)


# A thousand damaged files

HOSTILE: tuple[Any, ...] = (
    *(None, True, -1, 0, 1e308, -1e308, 10**400, 5e-324, float("nan"), float("inf"), "", "x" * 5000, "\ud800", "\n"),
    *(
        [],
        {},
        [[]],
        {"kind": "quadratic"},
        {"kind": ["quadratic"]},
        {"kind": "gaussian", "matrix": [[1, 2]]},
        [None] * 999,
    ),
    *("__import__('os').system('touch executed')", {"__class__": "os.system", "args": ["touch executed"]}),
    *(
        {"kind": "typed", "text": "__import__('os').system('touch executed')"},
        {"kind": "typed", "text": "x" + "**9" * 99},
    ),
)


def containers(value: Any) -> list[Any]:
    """Every object and list within ``value``."""
    inner = list(value.values()) if isinstance(value, dict) else value if isinstance(value, list) else []
    mine = [value] if isinstance(value, dict | list) and value else []
    return mine + [found for one in inner for found in containers(one)]


def damaged(rng: random.Random, whole: dict[str, Any]) -> bytes:
    """A session file with something wrong, or at least odd, about it."""
    document = copy.deepcopy(whole)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        if not document:
            break
        spot = rng.choice(containers(document))
        if isinstance(spot, dict) and rng.random() < 0.25:
            spot[rng.choice(("unheard_of", "qhm_explorer", "alpha", "__class__", "kind"))] = copy.deepcopy(
                rng.choice(HOSTILE)
            )
        elif isinstance(spot, dict) and rng.random() < 0.2:
            del spot[rng.choice(list(spot))]
        else:
            spot[rng.choice(list(spot) if isinstance(spot, dict) else range(len(spot)))] = copy.deepcopy(
                rng.choice(HOSTILE)
            )
    text = json.dumps(document)
    kind = rng.randrange(8)
    if kind == 0:
        text = text[: rng.randrange(len(text))]
    elif kind == 1:
        at = rng.randrange(len(text))
        text = (
            text[:at] + rng.choice(("", "1e999", "\x00", "[" * 5000, "é", "9" * 5000)) + text[at + rng.randrange(9) :]
        )
    elif kind == 2:
        depth = rng.choice((50, 900, 100_000))
        text = text.replace("0.7", "[" * depth + "]" * depth, 1)
    content = text.encode("utf-8", "surrogatepass")
    return content[::-1] if rng.random() < 0.01 else bytes(rng.randbytes(500)) if rng.random() < 0.02 else content


@pytest.mark.parametrize("files", [300, pytest.param(3000, marks=pytest.mark.soak)])
@pytest.mark.slow
def test_many_damaged_files(document: Document, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, files: int) -> None:
    monkeypatch.chdir(tmp_path)
    rng = random.Random(2026)
    samples = [json.loads(session.dump(Session(State(), 3, "p")))]
    samples += [json.loads(path.read_text(encoding="utf-8")) for path in SESSIONS.glob("version-*.json")]
    samples.append(json.loads(session.dump(changed(State(), {"loss": LOSSES["beale"](), "noise": NOISES["none"]()}))))
    path = tmp_path / "session.json"
    failures: list[str] = document.failures  # type: ignore[attr-defined]
    loaded = 0
    for index in range(files):
        path.write_bytes(damaged(rng, rng.choice(samples)))
        before, failures[:] = store_of(document).state, []
        if opened(document, path):
            loaded += 1
            assert not failures and session.load(session.dump(store_of(document).state)) == store_of(document).state
        else:
            assert store_of(document).state is before and len(failures) == 1, index
            assert is_sentence(failures[0]), failures
    assert 0.02 * files < loaded < 0.5 * files  # both kinds of ending have been seen
    document.close()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["session.json"]  # nothing was executed


def test_what_is_no_file_is_refused(document: Document, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "large.json").write_bytes(b" " * (session.MOST_BYTES + 1))
    (tmp_path / "picture.json").write_bytes(b"\x89PNG\r\n\x1a\n\xff")
    for name in ("pipe", "large.json", "picture.json", "missing.json", "."):
        assert not opened(document, tmp_path / name)
        assert is_sentence(document.failures.pop())  # type: ignore[attr-defined]
    document.close()


# Killed while it saves

KILLED = """
import os, random, signal, sys, time
from pathlib import Path
from qhm_gui.files import session
from qhm_gui.state.state import State, changed
path = Path(sys.argv[1])
states = [State(), changed(State(), {"alpha": 0.25, "seed": 99})]
session.write(path, states[0])
texts = [session.dump(state) for state in states]
rng, parts = random.Random(7), 0
for done in range(3000):  # a busy machine is seldom in the middle of it
    if done >= 100 and parts >= 20:
        break
    child = os.fork()
    if child == 0:
        while True:
            for state in states:
                session.write(path, state)
    time.sleep(rng.uniform(0.001, 0.012))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    if path.read_text(encoding="utf-8") not in texts:
        sys.exit("half a file")
    parts += any(file.name.endswith(".part") for file in path.parent.iterdir())
    for file in path.parent.iterdir():
        if file.name.endswith(".part"):
            file.unlink()
print(parts)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.slow
def test_killed_a_hundred_times_while_saving(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "session.json")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) >= 20  # so often it was in the middle of it


def test_what_killed_savers_leave_is_swept_up(tmp_path: Path) -> None:
    path = tmp_path / "session.json"
    old, young = tmp_path / ".session.json.aaaa.part", tmp_path / ".session.json.bbbb.part"
    for part in (old, young):
        part.write_text("half")
    os.utime(old, (time.time() - 3600, time.time() - 3600))
    session.write(path, State())
    assert not old.exists() and young.exists()


def test_a_file_keeps_its_permissions_and_a_link_stays_one(tmp_path: Path) -> None:
    path, link = tmp_path / "session.json", tmp_path / "link.json"
    session.write(path, State())
    assert path.stat().st_mode & 0o777 == 0o666 & ~os.umask(os.umask(0o022)) or os.name == "nt"
    path.chmod(0o640)
    link.symlink_to(path)
    session.write(link, changed(State(), {"alpha": 0.5}))
    assert link.is_symlink() and session.read(path).alpha == 0.5 and path.stat().st_mode & 0o777 == 0o640


# A program that is killed

PROGRAM = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from qhm_gui.window.start import make_window
window = make_window(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
window.show()
window.store.update(alpha=0.123, loss=type(window.store.state.loss)(mu=0.2))
window.playback.seek(11)
copy = window.document._autosave.path
def tell():
    if copy.exists():
        print("kept", flush=True)
        timer.stop()
timer = QTimer(interval=20)
timer.timeout.connect(tell)
timer.start()
QApplication.instance().exec()
"""


def run_and_kill(*arguments: str) -> None:
    """Run the program until it has kept what was changed, then kill it."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None and process.stdout.readline() == "kept\n"
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
        if process.stdout is not None:
            process.stdout.close()


@pytest.fixture
def start(qtbot: QtBot) -> Any:
    """Windows as the program makes them."""
    made: list[Window] = []

    def begin(file: Path | None = None) -> Window:
        window = app.make_window(file)
        made.append(window)
        return window

    yield begin
    for window in made:
        leave(window)
        window.deleteLater()


@pytest.mark.slow
def test_what_was_not_saved_comes_back_after_a_kill(start: Callable[..., Window], tmp_path: Path) -> None:
    file = tmp_path / "talk.json"
    saved = changed(State(), {"alpha": 0.9})
    session.write(file, saved)
    run_and_kill(str(file))
    assert session.read(file) == saved  # the file itself was not touched
    window = start()
    state = window.store.state
    assert (state.alpha, state.loss.mu, window.playback.step) == (0.123, 0.2, 11)  # type: ignore[attr-defined]
    assert window.windowTitle() == "* talk — QHM Explorer"
    assert "not closed properly" in window.status.text()
    window.undo()
    assert window.store.state == saved and window.windowTitle() == "talk — QHM Explorer"
    window.redo()
    assert len(list(unsaved().glob("*.json"))) == 1  # ours by now
    window.document.save(file)
    window.close()
    assert list(unsaved().glob("*")) == []
    again = start()
    assert again.store.state == state and again.status.text() == ""


@pytest.mark.slow
def test_a_killed_program_is_not_forgotten_when_a_file_is_opened(start: Callable[..., Window], tmp_path: Path) -> None:
    run_and_kill()
    file = tmp_path / "talk.json"
    session.write(file, State())
    window = start(file)
    assert window.store.state == State() and "kept" in window.status.text()
    kept = window.document.kept
    assert [session.read_session(one.path).state.alpha for one in kept] == [0.123]
    window.document.take(read_kept(kept[0]))
    assert window.store.state.alpha == 0.123 and window.windowTitle() == "* Untitled — QHM Explorer"


def test_what_crashes_the_program_again_at_once_is_set_aside(qtbot: QtBot) -> None:
    bad = Session(changed(State(), {"alpha": 0.5}))
    Autosave(unsaved()).set_aside(bad)
    path = next(unsaved().glob("*.json"))
    path.with_suffix(".lock").write_text(f"{dead_process()}\npython\n{host()}\n")
    first = Autosave(unsaved())
    assert first.adopt() == bad
    lock = next(unsaved().glob("*-tried.lock"))
    assert Autosave(unsaved()).adopt() is None  # the first one lives
    text = lock.read_text()
    first._adopted_lock.unlock()
    lock.write_text(text.replace(str(os.getpid()), str(dead_process()), 1))  # now it is as if it had been killed
    second = Autosave(unsaved())
    assert second.adopt() is None
    assert [session.read_session(one.path) for one in second.kept()] == [bad]


def dead_process() -> int:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def host() -> str:
    import socket

    return socket.gethostname()


@pytest.mark.slow
def test_only_so_many_unsaved_sessions_are_kept_and_none_twice(qtbot: QtBot) -> None:
    autosave = Autosave(unsaved())
    for index in range(MOST_KEPT + 5):
        autosave.set_aside(Session(changed(State(), {"seed": index})))
        autosave.set_aside(Session(changed(State(), {"seed": index})))
    seeds = [session.read_session(one.path).state.seed for one in autosave.kept()]
    assert len(seeds) == MOST_KEPT and MOST_KEPT + 4 in seeds


def test_a_clock_that_was_put_back_loses_nothing(qtbot: QtBot) -> None:
    """What the wrong clock has dated after today must not push out what is set aside now."""
    autosave = Autosave(unsaved())
    for index in range(MOST_KEPT):
        autosave.set_aside(Session(changed(State(), {"seed": index})))
    for path in unsaved().glob("*.json"):
        os.utime(path, (1e17, 1e17))  # as late as the disk can name, which may be later than the system can
    autosave.set_aside(Session(changed(State(), {"seed": 1000})))
    kept = autosave.kept()
    assert len(kept) == MOST_KEPT
    assert 1000 in [session.read_session(one.path).state.seed for one in kept]
    assert all(time.localtime(one.when).tm_year <= time.localtime().tm_year for one in kept)


def test_what_is_set_aside_is_listed_without_being_read_as_a_state(monkeypatch: pytest.MonkeyPatch) -> None:
    """The menu of files opens at once, whatever losses the sessions have."""
    autosave = Autosave(unsaved())
    autosave.set_aside(Session(State(page="fast")))
    os.mkfifo(unsaved() / "pipe.json")
    (unsaved() / "broken.json").write_text("{")
    (unsaved() / "nowhere.json").write_text('{"qhm_explorer": 2, "state": {"page": ["nowhere"]}}')
    monkeypatch.setattr(session, "state_of", lambda fields: pytest.fail("a state was built"))
    assert [one.page for one in autosave.kept()] == ["fast"]


def test_a_full_disk_is_a_sentence_and_only_one(document: Document, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(session, "write_atomically", fail)
    for alpha in (0.5, 0.6):
        store_of(document).update(alpha=alpha)
        document._keep()
    assert document.failures == ["No copy can be kept for a crash: No space left on device."]  # type: ignore[attr-defined]
    assert not document.save(Path("x.json")) and "could not be saved" in document.failures[-1]  # type: ignore[attr-defined]
    document.close()


# The document


def test_dirty_is_what_differs_from_the_file(document: Document, tmp_path: Path) -> None:
    store = store_of(document)
    assert (document.title, document.dirty) == ("QHM Explorer", False)
    store.update(alpha=0.4)
    assert document.title == "* Untitled — QHM Explorer"
    assert document.save(tmp_path / "talk.json") and document.title == "talk — QHM Explorer"
    store.update(page="fast", expanded="roots")  # looking is not changing
    assert not document.dirty
    store.update(beta=0.5)
    assert document.title == "* talk — QHM Explorer"
    store.undo()
    assert not document.dirty
    document.close()


def test_undo_across_opening_goes_back_to_the_file_before(document: Document, tmp_path: Path) -> None:
    store = store_of(document)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    session.write(two, changed(State(), {"alpha": 0.2}))
    store.update(alpha=0.1)
    document.save(one)
    store.update(beta=0.3)
    assert opened(document, two) and document.title == "two — QHM Explorer"
    store.undo()
    assert document.title == "* one — QHM Explorer" and store.state.beta == 0.3
    store.redo()
    assert document.title == "two — QHM Explorer"
    document.new()
    assert document.title == "QHM Explorer" and store.state == State()
    store.undo()
    assert document.path == two
    document.close()


def test_what_is_found_out_about_a_loss_is_no_change_of_its_file(document: Document, tmp_path: Path) -> None:
    """A run that meets a lower f_min amends the state: the file stays saved, and undo still crosses files."""
    store = store_of(document)
    one, two = tmp_path / "one.json", tmp_path / "two.json"
    session.write(two, changed(State(), {"loss": TypedLoss("x + y**2")}))
    store.update(loss=TypedLoss("x + 2*y**2"))
    document.save(one)
    store.amend(**{"loss.met": -50.0})
    assert document.title == "one — QHM Explorer"
    assert opened(document, two)
    store.amend(**{"loss.met": -60.0})
    assert document.title == "two — QHM Explorer"
    store.undo()
    assert document.title == "one — QHM Explorer"
    store.redo()
    assert document.title == "two — QHM Explorer" and store.state.loss.minimum_value() == -60.0
    store.update(alpha=0.1)
    assert document.dirty
    store.amend(**{"loss.met": -70.0})
    assert document.dirty
    document.close()


def test_the_file_holds_the_step_and_the_preset(document: Document, tmp_path: Path) -> None:
    store = store_of(document)
    figure = next(row for row in FIGURES.values() if row.page == "fast")
    store.replace(figure.state)
    document._playback.seek(5)
    document.save(tmp_path / "figure.json")
    held = session.read_session(tmp_path / "figure.json")
    assert (held.step, held.preset, held.file) == (5, figure.key, "")
    store.update(alpha=0.77)
    document.presets.save("Mine", store.state, b"")
    assert document.session().preset == "Mine"
    document.close()


def test_an_untitled_session_that_is_left_is_kept(document: Document, tmp_path: Path) -> None:
    store = store_of(document)
    session.write(tmp_path / "talk.json", State(seed=1))
    store.update(alpha=0.31)
    assert opened(document, tmp_path / "talk.json")
    assert [session.read_session(one.path).state.alpha for one in document.kept] == [0.31]
    opened(document, tmp_path / "talk.json")
    assert len(document.kept) == 1
    document.close()


def test_another_window_does_not_overwrite_what_is_nowhere_else(document: Document) -> None:
    session.write(last_session(), changed(State(), {"alpha": 0.61}))  # closed since we started
    store_of(document).update(alpha=0.62)
    document.close()
    assert session.read(last_session()).alpha == 0.62
    assert [session.read_session(one.path).state.alpha for one in Autosave(unsaved()).kept()] == [0.61]


def test_recent_files(document: Document, tmp_path: Path) -> None:
    for index in range(12):
        document.save(tmp_path / f"{index}.json")
    opened(document, tmp_path / "5.json")
    (tmp_path / "11.json").unlink()
    assert [path.stem for path in document.recent] == ["5", "10", "9", "8", "7", "6", "4", "3", "2"]
    document.forget_recent()
    assert document.recent == []
    document.close()


def test_a_missing_or_damaged_beginning_is_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    autosave = Autosave(unsaved())
    assert find_beginning(None, autosave) == Beginning()
    missing = find_beginning(tmp_path / "talk.json", autosave)
    assert missing.failed and missing.sentence == "The file talk.json does not exist."
    mine = changed(State(), {"alpha": 0.2})
    session.write(last_session(), Session(mine, file=str(tmp_path / "gone.json")))
    gone = find_beginning(None, autosave)
    assert gone.session.state == mine and gone.origin.path is None and is_sentence(gone.sentence)
    session.write(tmp_path / "gone.json", changed(mine, {"beta": 0.1}))  # somebody else has changed it
    assert find_beginning(None, autosave).session.state.beta == 0.1
    last_session().write_text("nonsense")
    assert find_beginning(None, autosave).base == State()


# The window


def when_asked(do: Callable[[Any], None], tries: int = 200) -> None:
    """Do this with the dialog that will open."""

    def look(left: int) -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            do(dialog)
        elif left:
            QTimer.singleShot(5, lambda: look(left - 1))

    QTimer.singleShot(0, lambda: look(tries))


def activate(window: Window) -> None:
    """Let the window have the keyboard again after a dialog."""
    window.activateWindow()
    for _ in range(100):
        pause(5)
        if window.isActiveWindow():
            return


def press(words: str) -> Callable[[QDialog], None]:
    return lambda dialog: next(b for b in dialog.findChildren(TextButton) if b.text() == words).click()


def choose(path: Path) -> Callable[[QFileDialog], None]:
    def act(dialog: QFileDialog) -> None:
        dialog.selectFile(str(path))
        dialog.accept()

    return act


def test_saving_opening_and_the_question(make_window: MakeWindow, settle: Settle, tmp_path: Path) -> None:
    window = make_window(keep_session=True)
    settle(window)
    control = Qt.KeyboardModifier.ControlModifier
    window.store.update(alpha=0.5)
    when_asked(choose(tmp_path / "talk"))
    QTest.keyClick(window, Qt.Key.Key_S, control)
    talk = tmp_path / "talk.json"
    assert session.read(talk).alpha == 0.5 and window.windowTitle() == "talk — QHM Explorer"
    assert window.status.text() == "Saved: talk.json"
    other = tmp_path / "other.json"
    session.write(other, State(seed=4))
    window.store.update(alpha=0.6)
    when_asked(press("Cancel"))
    window.files.open_file(other)
    read(window)
    assert window.store.state.alpha == 0.6 and window.windowTitle() == "* talk — QHM Explorer"
    when_asked(press("Cancel"))
    window.close()
    assert window.isVisible()
    when_asked(press("Save"))
    window.files.open_file(other)
    read(window)
    assert session.read(talk).alpha == 0.6 and window.windowTitle() == "other — QHM Explorer"
    when_asked(choose(talk))
    activate(window)
    QTest.keyClick(window, Qt.Key.Key_O, control)
    read(window)
    assert window.windowTitle() == "talk — QHM Explorer" and window.store.state.alpha == 0.6
    window.store.update(alpha=0.7)
    when_asked(press("Discard"))
    window.close()
    assert not window.isVisible() and session.read(talk).alpha == 0.6
    digest = session.digest_in(talk)
    assert session.read_session(last_session()) == Session(session.read(talk), 120, file=str(talk), digest=digest)
    assert list(unsaved().glob("*")) == []


def test_an_untitled_window_closes_without_a_question(make_window: MakeWindow) -> None:
    window = make_window(keep_session=True)
    window.store.update(alpha=0.5)
    window.close()
    assert not window.isVisible() and session.read(last_session()).alpha == 0.5


def drop(window: Window, mime: QMimeData) -> bool:
    copy_action, button, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPointF(500, 400).toPoint(), copy_action, mime, button, none)
    enter.ignore()
    QApplication.sendEvent(window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(window, QDropEvent(QPointF(500, 400), copy_action, mime, button, none))
        read(window)
    return enter.isAccepted()


def test_dropping_pasting_and_copying(make_window: MakeWindow, settle: Settle, tmp_path: Path) -> None:
    window = make_window()
    settle(window)
    session.write(tmp_path / "talk.json", changed(State(), {"alpha": 0.2}))
    files, text, foreign = QMimeData(), QMimeData(), QMimeData()
    files.setUrls([QUrl.fromLocalFile(str(tmp_path / "talk.json"))])
    assert drop(window, files) and window.windowTitle() == "talk — QHM Explorer"
    text.setText(f" {statetext.to_text(changed(State(), {'beta': 0.5}))}\n")
    assert drop(window, text) and window.store.state.beta == 0.5
    foreign.setText("hello")
    assert not drop(window, foreign)
    control = Qt.KeyboardModifier.ControlModifier
    QTest.keyClick(window, Qt.Key.Key_C, control)
    assert statetext.from_text(QGuiApplication.clipboard().text()) == window.store.state
    QGuiApplication.clipboard().setText("hello")
    before = window.store.state
    QTest.keyClick(window, Qt.Key.Key_V, control)
    read(window)
    assert window.store.state is before and is_sentence(window.status.text())
    QGuiApplication.clipboard().setText(statetext.to_text(State(seed=9)))
    entry = window.panel._point.row("alpha").entry
    assert isinstance(entry, ValueField)
    field = entry._edit
    field.setFocus()
    QTest.keyClick(field, Qt.Key.Key_V, control)
    assert window.store.state is before  # a field takes what is pasted into it
    window.setFocus()
    QTest.keyClick(window, Qt.Key.Key_V, control)
    read(window)
    assert window.store.state.seed == 9
    window.document.save(tmp_path / "talk.json")


def test_a_drop_lands_wherever_it_falls(make_window: MakeWindow) -> None:
    window = make_window()
    takers = [widget for widget in window.findChildren(QWidget) if widget.acceptDrops()]
    assert window.acceptDrops() and all(isinstance(taker, QLineEdit) for taker in takers)


def test_the_menu_has_everything(make_window: MakeWindow, tmp_path: Path) -> None:
    window = make_window(keep_session=True)
    window.store.update(alpha=0.5)
    window.document.new()
    window.document.save(tmp_path / "fish & chips.json")
    menu = window.files.menu()
    texts = [action.text() for action in menu.actions() if not action.isSeparator()]
    assert texts[:3] == ["New", "Open…", "Recent"] and texts[-1] == "About QHM Explorer"
    assert {"My presets…", "Hold the talk", "Add this as a step of my talk", "Edit the talk…"} <= set(texts)
    recent = next(action for action in menu.actions() if action.text() == "Recent").menu()
    entries = [action for action in recent.actions() if not action.isSeparator()]  # type: ignore[union-attr]
    assert entries[0].text() == "fish && chips" and entries[0].toolTip() == str(tmp_path / "fish & chips.json")
    assert entries[1].text().startswith("Unsaved, 20")
    entries[1].trigger()
    read(window)
    assert window.store.state.alpha == 0.5 and window.windowTitle().startswith("* Untitled")
    menu.deleteLater()


@pytest.mark.parametrize("arguments", [["talk.json"], ["open", "talk.json"]])
def test_the_command_line_opens_a_session(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[Path | None] = []
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "_window", lambda file=None: opened.append(file) or 0)
    assert cli.main(arguments) == 2 and "neither a file nor a command" in capsys.readouterr().err
    session.write(Path("talk.json"), State())
    assert cli.main(arguments) == 0 and cli.main([]) == 0
    assert opened == [Path("talk.json"), None]


# States as text

states = st.builds(
    lambda loss, noise, **fields: changed(State(), {"loss": LOSSES[loss](), "noise": NOISES[noise](), **fields}),
    st.sampled_from(list(LOSSES)),
    st.sampled_from(list(NOISES)),
    alpha=st.floats(1e-6, 1e6),
    beta=st.floats(0, 0.9999999),
    tie=st.sampled_from(["free", "sgd", "shb", "nag"]),
    start_x=st.floats(-1e6, 1e6),
    seed=st.integers(0, 2**32 - 1),
    hidden=st.frozensets(st.sampled_from(["sgd", "shb", "nag"])),
    page=st.sampled_from(["explore", "fast", "good"]),
)


@given(states)
@few(20)
@pytest.mark.slow
def test_a_state_comes_back_from_its_text(state: State) -> None:
    text = statetext.to_text(state)
    assert statetext.from_text(text) == state
    broken = "\n> ".join(text[at : at + 40] for at in range(0, len(text), 40)).replace("> ", "")
    assert statetext.from_text(f"  <{broken}>.\n") == state


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({}, {}),
        ({"alpha_exponent": 0.9}, {"alpha": {"kind": "power", "exponent": 0.9}}),
        ({"nu_family": "to-one"}, {"nu": {"kind": "to-one", "exponent": 0.7}}),
        ({"nu_family": "power", "nu_every": 3}, {"nu": {"kind": "power", "exponent": 0.7}}),
        ({"beta_family": "plateau"}, {"beta": {"kind": "plateau", "factor": 0.5, "patience": 500}}),
        ({"alpha_family": "cosine", "steps": 9}, {"alpha": {"kind": "cosine", "horizon": 20_000}, "steps": 9}),
    ],
)
def test_a_text_of_version_1_leaves_out_what_was_usual_then(old: dict[str, Any], new: dict[str, Any]) -> None:
    text = packed(json.dumps({"converge": old}).encode()).replace("qhm2:", "qhm1:")
    assert holds(session.fields_of(statetext.from_text(text))["converge"], new)


@pytest.mark.parametrize("old", [{"alpha_family": "soon"}, {"alpha_family": 3}, {"alpha_family": [1]}, {"nu_x": 1}])
def test_an_old_text_of_no_known_family_is_refused(old: dict[str, Any]) -> None:
    with pytest.raises(SessionError) as refused:
        statetext.from_text(packed(json.dumps({"converge": old}).encode()).replace("qhm2:", "qhm1:"))
    assert is_sentence(str(refused.value))


def packed(content: bytes) -> str:
    return "qhm2:" + base64.urlsafe_b64encode(zlib.compress(content, 9)).decode()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "qhm1:",
        "qhm1:????",
        "qhm2:AAAA",
        "qhm3:AAAA",
        "qhm999999999999:AAAA",
        "qhm1:" + "A" * 5_000_000,
        "x" * 20_000_000,
        packed(b"0" * 50_000_000),
        packed(b"[" * 150_000),
        packed(b'{"alpha": 1e999}'),
        packed(b'{"alpha": "__import__(\'os\')"}'),
        packed(b'{"unheard_of": 1}'),
        packed(b"[1]"),
        packed(b"\xff\xfe"),
        packed(b"{}") + "AAAAAAAA",
        packed(b'{"alpha": 0.5}')[:-6],
    ],
    ids=lambda text: text[:12] + str(len(text)),
)
def test_a_foreign_text_is_refused_at_once(text: str) -> None:
    begun = time.perf_counter()
    with pytest.raises(SessionError) as refused:
        statetext.from_text(text)
    assert time.perf_counter() - begun < 0.2
    assert is_sentence(str(refused.value))


@given(st.text(max_size=50), st.binary(max_size=200))
@few(20)
def test_garbage_is_refused_or_a_state(words: str, content: bytes) -> None:
    for text in (words, "qhm1:" + words, "qhm1:" + base64.urlsafe_b64encode(content).decode(), packed(content)):
        try:
            assert isinstance(statetext.from_text(text), State)
        except SessionError as refusal:
            assert is_sentence(str(refusal))


# Presets of one's own


def test_own_presets_are_files_that_come_back(tmp_path: Path) -> None:
    presets = OwnPresets(tmp_path)
    fast = presets.save("  Fast &\tsteady ", State(seed=1), b"picture")
    presets.save("強い", State(seed=2), b"")
    assert (fast.name, fast.picture.read_bytes()) == ("Fast & steady", b"picture")
    (tmp_path / "damaged.json").write_text("{")
    again = OwnPresets(tmp_path)
    assert [(preset.name, preset.state.seed) for preset in again.all()] == [("Fast & steady", 1), ("強い", 2)]
    assert again.name_of(State(seed=2)) == "強い" and again.name_of(State()) == ""
    with pytest.raises(SessionError, match="already"):
        again.rename(again.all()[1], "fast & STEADY")
    for bad in ("", " \n", "x" * 61, "a\x00b"):
        with pytest.raises(SessionError, match="1 to 60"):
            again.save(bad, State(), b"")
    assert again.rename(again.all()[1], "弱い").name == "弱い"
    again.save("fast & steady", State(seed=3), b"newer")  # in place of the other, which can come back
    assert [preset.state.seed for preset in again.all()] == [3, 2]
    with pytest.raises(SessionError, match="already"):
        again.restore()
    again.delete(again.all()[0])
    assert [preset.name for preset in again.all()] == ["弱い"]
    back = again.restore()
    assert back is not None and (back.state.seed, back.picture.read_bytes()) == (3, b"newer")
    again.delete(back)
    again.forget_deleted()
    assert not again.can_restore and [preset.name for preset in OwnPresets(tmp_path).all()] == ["弱い"]


def test_two_windows_have_the_same_presets(tmp_path: Path) -> None:
    one, two = OwnPresets(tmp_path), OwnPresets(tmp_path)
    first, second = one.save("first", State(seed=1), b""), two.save("second", State(seed=2), b"")
    assert [preset.name for preset in one.all()] == [preset.name for preset in two.all()] == ["first", "second"]
    one.save("second", State(seed=3), b"")  # in place of the other window's
    assert [preset.state.seed for preset in two.all()] == [1, 3]
    two.delete(second)  # which is gone already
    two.delete(first)
    one.forget_deleted()
    back = two.restore()
    assert back is not None and [preset.name for preset in one.all()] == ["first", "second"]


def test_the_wall_of_presets(make_window: MakeWindow, settle: Settle) -> None:
    window = make_window()
    window.store.update(alpha=0.33)
    settle(window)
    seen: list[Any] = []

    def first(dialog: PresetsDialog) -> None:
        QTest.keyClicks(dialog.name, "Mine")
        QTest.keyClick(dialog.name, Qt.Key.Key_Return)
        item = dialog.list.item(0)
        seen.append((dialog.list.count(), item.text(), item.data(Qt.ItemDataRole.DecorationRole).isNull()))
        QTest.keyClicks(dialog.name, "mine")
        seen.append(dialog.save_button.text())
        dialog.name.clear()
        item.setText("Better")
        dialog.delete()
        seen.append((dialog.list.count(), dialog.restore_button.isVisible()))
        dialog.restore()
        seen.append(dialog.list.item(0).text())
        aside = data_folder() / "presets" / "deleted"
        aside.rmdir()
        aside.touch()  # nothing can be put aside any more
        dialog.delete()
        seen.append((dialog.list.count(), dialog.sentence.text()))
        aside.unlink()
        dialog.grab()
        dialog.reject()

    when_asked(first)
    window.files.presets()
    refused = (1, "The preset could not be deleted: File exists.")
    assert seen == [(1, "Mine", False), "Replace", (0, True), "Better", refused]
    window.store.update(alpha=2.0, page="fast")

    def second(dialog: PresetsDialog) -> None:
        dialog.list.setCurrentRow(0)
        press("Apply")(dialog)

    when_asked(second)
    activate(window)
    QTest.keyClick(window, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    assert (window.store.state.alpha, window.store.state.page) == (0.33, "explore")
    window.undo()
    assert (window.store.state.alpha, window.store.state.page) == (2.0, "fast")
