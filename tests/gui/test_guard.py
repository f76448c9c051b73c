"""When something goes wrong: signals, exceptions anywhere, missing files, views that fail, and what is left then."""

from __future__ import annotations

import logging
import os
import platform
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from qhm_gui.appearance import assets
from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import LIGHT
from qhm_gui.background.runner import Runner
from qhm_gui.commands.screenshots import render_pages
from qhm_gui.dialogs.film import FilmDialog
from qhm_gui.export import SLIDE, Figure, drawn
from qhm_gui.export.film.film import Film, FilmOptions
from qhm_gui.export.film.stage import Stage
from qhm_gui.export.scene import view_scene
from qhm_gui.files import atomic, session
from qhm_gui.files.atomic import begin_part, drop_parts, sweep_parts, write_atomically
from qhm_gui.files.log import MOST_BYTES, LogFile, log_file, state_folder
from qhm_gui.files.session import SessionError
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.text.language import tr
from qhm_gui.text.terminal import in_ascii
from qhm_gui.views import VIEWS
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.widgets.menu import make_menu
from qhm_gui.window.actions import ShortcutList
from qhm_gui.window.panel.theory_read_out import pytorch_call
from qhm_gui.window.start import Faults, fit_to_screen
from qhm_gui.window.window import Window
from qhm_math.resource_files import ResourceError

pytestmark = pytest.mark.slow  # most start a process
ROOT = Path(__file__).resolve().parents[2]
MakeWindow = Callable[..., Window]
Settle = Callable[[Window], None]


# Processes


def start(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """A process that hears Ctrl+C, whatever the test runner was told to ignore."""

    def hear() -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_DFL)

    return subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear,
    )


def program(body: str) -> tuple[str, str]:
    """A program that does ``body`` under the guard."""
    lines = "\n".join("    " + line for line in body.strip().splitlines())
    return (
        "-c",
        f"""
import sys
from qhm_gui.commands.guard import guarded, listen_to_qt
def main(arguments):
    listen_to_qt()
    from qhm_gui.appearance.application import make_application
    app = make_application()
{lines}
sys.exit(guarded(main, []))
""",
    )


def outcome(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def wait_for(process: subprocess.Popen[str], found: Callable[[], object]) -> None:
    end = time.monotonic() + 60
    while not found():
        assert process.poll() is None and time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_a_film_that_is_stopped_leaves_nothing(tmp_path: Path) -> None:
    arguments = ["film", "2-1", "--view", "path", "--out", str(tmp_path / "film.mp4"), "--seconds", "100"]
    process = start("main.py", *arguments)
    wait_for(process, lambda: list(tmp_path.glob(".film.mp4.*.part")))
    process.send_signal(signal.SIGINT)
    assert outcome(process) == (130, "", "\nStopped.\n")
    assert list(tmp_path.iterdir()) == [] and list((state_folder() / "parts").iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_screenshots_are_stopped_while_qt_waits(tmp_path: Path) -> None:
    process = start("main.py", "screenshots", "--out", str(tmp_path))
    wait_for(process, lambda: list(tmp_path.glob("*.png")))
    process.send_signal(signal.SIGTERM)
    status, out, err = outcome(process)
    assert (status, err) == (143, "\nStopped.\n")
    assert sorted(out.split()) == sorted(str(path) for path in tmp_path.iterdir())


WINDOW = """
from PySide6.QtCore import QTimer, qWarning
from qhm_gui.window import start
from qhm_gui.window.start import make_window
def make(file):
    window = make_window(file)
    QTimer.singleShot(100, change)
    start.made = window
    return window
def change():
    start.made.store.update(alpha=0.123)
    print("changed", flush=True)
    {then}
start.make_window = make
return start.open_window()
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_window_that_is_stopped_keeps_the_session(tmp_path: Path, number: int, status: int) -> None:
    process = start(*program(WINDOW.format(then="pass")), XDG_DATA_HOME=str(tmp_path))
    assert process.stdout is not None and process.stdout.readline() == "changed\n"
    process.send_signal(number)  # at once: before the half second after which a change is kept anyway
    assert outcome(process)[::2] == (status, "\nStopped. The session comes back at the next start.\n")
    (kept,) = tmp_path.glob("*/unsaved/*.json")
    assert session.read(kept).alpha == 0.123


@pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")
def test_what_could_not_be_kept_is_not_promised(tmp_path: Path) -> None:
    """On a full disk and in a folder that nothing may be written into it was."""
    (tmp_path / "file").touch()  # a folder is not made in a file, not even by root
    process = start(*program(WINDOW.format(then="pass")), XDG_DATA_HOME=str(tmp_path / "file"))
    assert process.stdout is not None and process.stdout.readline() == "changed\n"
    process.send_signal(signal.SIGTERM)
    assert outcome(process)[::2] == (143, "\nStopped. The session could not be kept: Not a directory.\n")


def test_a_display_that_dies_is_a_sentence_and_the_session_is_kept(tmp_path: Path) -> None:
    died = "qWarning('The X11 connection broke (error 1). Did the X11 server die?')"
    status, _, err = outcome(start(*program(WINDOW.format(then=died)), XDG_DATA_HOME=str(tmp_path)))
    assert (status, err) == (1, "The display has gone away. The session comes back at the next start.\n")
    (kept,) = tmp_path.glob("*/unsaved/*.json")
    assert session.read(kept).alpha == 0.123


def test_a_window_that_is_closed_while_a_copy_is_made_ends_in_order() -> None:
    then = "start.made.exports.copy_picture('path'); start.made.close()"
    assert outcome(start(*program(WINDOW.format(then=then)))) == (0, "changed\n", "")


def test_a_window_without_its_translations_speaks_english_and_says_why(tmp_path: Path) -> None:
    (tmp_path / "qhm-explorer").mkdir()
    (tmp_path / "qhm-explorer" / "settings.json").write_text('{"language": "ja"}')
    then = "print(start.made.status.text(), language.language(), flush=True); start.made.close()"
    lost = "from qhm_gui.text import language\nlanguage._TABLES = language._TABLES / 'none'\n"
    status, out, err = outcome(start(*program(lost + WINDOW.format(then=then)), XDG_CONFIG_HOME=str(tmp_path)))
    sentence = "The program's own file ja.json is missing: install QHM Explorer again."
    assert out == f"changed\n{sentence} en\n" and (status, err) == (1, f"{sentence}\n")


def test_an_exception_between_start_and_close_is_a_sentence() -> None:
    body = """
from qhm_gui.files.settings import Settings
from qhm_gui.state.store import Store
from qhm_gui.window.window import Window
window = Window(Store(), Settings())
window.show()
raise RuntimeError("boom")
"""
    status, out, err = outcome(start(*program(body)))
    assert (status, out) == (1, "")
    assert err.count("\n") == 1 and "RuntimeError: boom" in err and str(log_file()) in err
    assert "Traceback" in log_file().read_text("utf-8")


def test_exceptions_that_qt_swallows_are_logged_and_a_command_fails() -> None:
    body = """
import threading
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget
class Bad(QWidget):
    def paintEvent(self, event):
        raise ValueError("in an event")
def slot():
    raise ValueError("in a slot")
def work():
    raise ValueError("in a thread")
bad = Bad()
bad.show()
QTimer.singleShot(0, slot)
thread = threading.Thread(target=work)
thread.start()
thread.join()
QTimer.singleShot(100, app.quit)
return app.exec()
"""
    status, out, err = outcome(start(*program(body)))
    assert (status, out) == (1, "") and err.count("\n") == 1 and str(log_file()) in err
    log = log_file().read_text("utf-8")
    assert all(f"ValueError: in {place}" in log for place in ("an event", "a slot", "a thread"))


def test_a_runner_that_nobody_closes_ends_its_thread() -> None:
    code = """
import sys
from PySide6.QtCore import QCoreApplication, QObject
from qhm_gui.background.runner import Runner
app = QCoreApplication([])
def work(monitor):
    while not monitor.cancelled():
        pass
    yield 1
owner = QObject()
one, two = Runner(owner), Runner()
for runner in (one, two):
    runner.submit("a", work)
if sys.argv[1:]:
    del owner, one, two, runner
    print("deleted")
sys.exit(3)
"""
    for arguments in ((), ("delete",)):
        status, _, err = outcome(start("-c", code, *arguments))
        assert (status, err) == (3, "")


def test_a_terminal_that_knows_ascii_only_gets_ascii() -> None:
    status, out, err = outcome(start("main.py", "figures", "--list", PYTHONIOENCODING="ascii"))
    assert (status, err) == (0, "") and "alpha" in out and out.isascii()
    lines = start(
        "main.py", "choose", "--mu", "1", "--L", "2", "--steps", "5", "--lang", "ja", PYTHONIOENCODING="ascii"
    )
    status, out, err = outcome(lines)
    assert status == 0 and "?" not in out and "Budget: 5 steps" in out and err.count("\n") == 1 and "English" in err
    assert in_ascii("α = 6.97×10⁻⁴ ± σ², “naïve” 温") == 'alpha = 6.97x10^-4 +- sigma^2, "naive" ?'


@pytest.mark.skipif(os.name == "nt", reason="pipes are POSIX")
def test_a_reader_that_goes_away_is_no_fault() -> None:
    process = start("main.py", "figures", "--list")
    assert process.stdout is not None
    process.stdout.close()
    process.stdout = None
    assert outcome(process)[::2] == (141, "")


# Files


def test_a_screenshot_that_cannot_be_written_leaves_nothing(tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "explore-light.png").mkdir()
    with pytest.raises(OSError):
        render_pages(tmp_path, ["explore"], ["light"], ["en"], QSize(800, 600), print)
    assert [path.name for path in tmp_path.iterdir()] == ["explore-light.png"]


def test_what_a_killed_film_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    dead, living = begin_part(tmp_path / "dead.mp4"), begin_part(tmp_path / "living.mp4")
    foreign = tmp_path / "precious.txt"
    foreign.touch()
    note = atomic._open[dead]
    assert note is not None
    note.write_text(note.read_text().replace(str(os.getpid()), str(process.pid), 1))
    (note.parent / "planted").write_text(f"{platform.node()}\n{process.pid}\n{foreign}")
    (note.parent / "damaged").write_bytes(b"\xff\n")
    sweep_parts()
    assert sorted(tmp_path.iterdir()) == sorted([living, foreign])
    drop_parts()
    assert list(tmp_path.iterdir()) == [foreign]


@pytest.mark.skipif(os.name == "nt", reason="no process is killed there")
def test_what_a_killed_export_left_is_swept_at_the_next_start(tmp_path: Path) -> None:
    killed = (
        "import os, signal, sys; from pathlib import Path; from qhm_gui.files.atomic import write_atomically;"
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL);"
        "write_atomically(Path(sys.argv[1]), b'half', durable=False)"
    )
    done = subprocess.run([sys.executable, "-c", killed, str(tmp_path / "a.pdf")], cwd=ROOT, check=False)
    assert done.returncode == -9 and len(list(tmp_path.iterdir())) == 1
    sweep_parts()
    assert list(tmp_path.iterdir()) == []
    write_atomically(tmp_path / "a.pdf", b"whole")
    assert not list((state_folder() / "parts").iterdir())  # what went well leaves no note


@pytest.mark.skipif(os.name == "nt", reason="no process is killed there")
@pytest.mark.slow
def test_killed_screenshots_leave_no_folder_after_the_next_start(tmp_path: Path) -> None:
    told = {**os.environ, "TMPDIR": str(tmp_path)}
    out = tmp_path / "out"
    line = [sys.executable, str(ROOT / "main.py"), "screenshots", "--out", str(out), "--theme", "light"]
    with subprocess.Popen(line, env=told, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdout.readline()  # it is at work
        process.kill()
    assert [path for path in tmp_path.iterdir() if path != out]
    sweep_parts()
    assert list(tmp_path.iterdir()) == [out]


def test_a_link_of_the_name_of_a_passing_folder_is_taken_away_alone(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    link = tmp_path / "qhm-explorer-1.part"
    link.symlink_to(tmp_path / "precious")
    atomic.drop_part(link)
    assert list(tmp_path.iterdir()) == [tmp_path / "precious"]


def test_an_interrupted_writer_is_cleared_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(*_: object) -> None:  # what a signal does in the middle of a write
        assert len(list(tmp_path.iterdir())) == 1
        drop_parts()
        raise FileNotFoundError

    monkeypatch.setattr(os, "replace", stop)
    with pytest.raises(FileNotFoundError):
        write_atomically(tmp_path / "file", b"half")
    assert list(tmp_path.iterdir()) == [] and not atomic._open


@pytest.fixture
def log() -> Iterator[LogFile]:
    handler = LogFile()
    logging.getLogger("qhm").addHandler(handler)
    yield handler
    logging.getLogger("qhm").removeHandler(handler)
    handler.close()


def test_the_log_is_small_and_the_same_again_and_again_is_not_repeated(log: LogFile) -> None:
    for _ in range(100):
        logging.getLogger("qhm").error("the same")
    assert log.errors == 100
    assert log_file().read_text("utf-8").count("the same") == 7  # 1, 2, 4, ... 64
    log.handle(logging.makeLogRecord({"levelno": logging.ERROR, "levelname": "ERROR", "msg": "damaged name \ud800"}))
    assert r"damaged name \ud800" in log_file().read_text("utf-8")
    for index in range(200):
        logging.getLogger("qhm").error("%s %s", index, "x" * 10_000)
    assert sum(path.stat().st_size for path in log_file().parent.glob("log*")) <= 2 * MOST_BYTES


def test_a_log_that_cannot_be_written_changes_nothing(
    log: LogFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "file"))
    logging.getLogger("qhm").error("lost")
    assert log.errors == 1 and capfd.readouterr() == ("", "")


@pytest.mark.parametrize("content", [None, b"\xff", b"{", b"{}", b"[1]\n", b"\n"])
def test_translations_that_cannot_be_read_are_one_sentence_and_english_stays(
    content: bytes | None, log: LogFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if content is not None:
        (tmp_path / "ja.json").write_bytes(content)
    monkeypatch.setattr(language, "_TABLES", tmp_path)
    language.table.cache_clear()
    try:
        fault = "missing" if content is None else "damaged"
        with pytest.raises(ResourceError, match=rf"ja\.json is {fault}: install"):
            language.set_language("ja")
        assert language.language() == "en" and tr("Undo") == "Undo"
    finally:
        language.table.cache_clear()


def test_a_damaged_icon_is_an_empty_place_and_one_sentence(
    log: LogFile, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, qapp: QApplication
) -> None:
    """Painting goes on. The window tells it at once, a command at its end, with the exit status 1."""
    faults, told = Faults(), list[str]()
    faults.tell(told.append)
    logging.getLogger("qhm").addHandler(faults.handler)
    (tmp_path / "cut-off.svg").write_bytes((assets.ICONS / "play.svg").read_bytes()[:-20])
    (tmp_path / "none.svg").write_text("a text\n")
    monkeypatch.setattr(assets, "ICONS", tmp_path)
    try:
        for name in ("cut-off", "none", "nothing-such", "none"):
            picture = assets.pixmap(name, "black", 20, 2.0)
            assert picture.width() == 40 and picture.toImage().pixelColor(20, 20).alpha() == 0
    finally:
        logging.getLogger("qhm").removeHandler(faults.handler)
    assert log.errors == 3 and [text.split("file ")[1].split(":")[0] for text in told] == [
        "cut-off.svg is damaged", "none.svg is damaged", "nothing-such.svg is missing"
    ]  # fmt: skip
    assert log.resource is not None and log.resource.file == "cut-off.svg"


def test_a_library_that_the_system_lacks_is_one_sentence() -> None:
    status, out, err = outcome(
        start(*program("raise ImportError('libEGL.so.1: cannot open shared object file: No such')"))
    )
    assert (status, out) == (1, "") and err.startswith("The system's library libEGL.so.1 is missing (on Debian: apt")
    assert err.count("\n") == 1


def test_what_is_refused_is_called_what_it_is(tmp_path: Path) -> None:
    fields = session.fields_of(State())
    with pytest.raises(SessionError, match=r"^α = “1\.7” is a text, not a number; allowed is 0 < α"):
        session.state_of({**fields, "alpha": "1.7"})
    with pytest.raises(SessionError, match=r"is a folder, not a file\.$"):
        session.read_session(tmp_path)


@pytest.mark.parametrize("beta", [0.8, 0.9999999999, 1 - 2**-53, 1 / 3])
@pytest.mark.parametrize("tie", ["free", "shb", "nag"])
def test_the_pytorch_call_holds_the_momentum(beta: float, tie: str) -> None:
    found: dict[str, float] = {}
    call = pytorch_call(changed(State(), {"tie": tie, "beta": beta})).partition("(params, ")[2].rstrip(")")
    for part in call.split(", "):
        name, _, value = part.partition("=")
        found[name] = float(value == "True") if value in ("True", "False") else float(value)
    assert 1 - found["momentum"] == pytest.approx(1 - beta, rel=2e-6)


# The window


def test_a_view_that_fails_is_emptied_until_its_next_good_answer(
    window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch, log: LogFile
) -> None:
    page = window.page
    view, card = page.views["path"], page._cards["path"].card

    def fail(*_: object) -> None:
        raise ValueError("no picture")

    for method in ("show", "compute", "request", "seek"):
        with monkeypatch.context() as broken:
            broken.setattr(view, method, fail)
            window.store.update(alpha=window.store.state.alpha + 0.1)
            settle(window)
            assert card.message() == (
                "This could not be computed",
                "The error is in the log; F1 gives its location.",
            ), method
            assert str(log_file()) in window.status.text() and page._cards["loss"].card.message() is None
            assert "ValueError: no picture" in log_file().read_text("utf-8")
        window.store.update(alpha=window.store.state.alpha + 0.1)
        settle(window)
        assert card.message() is None, method


def test_a_film_that_cannot_be_drawn_ends(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, log: LogFile
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no picture")

    monkeypatch.setattr(Stage, "picture", fail)
    options = FilmOptions(kind="gif", seconds=0.2, rate=10, width=160, height=120)
    window.films.begin(Film(view_scene("loss"), State(), options), tmp_path / "film.gif")
    qtbot.waitUntil(lambda: not window.films.active)
    assert window.status.text().startswith("This could not be computed; details are in")
    assert log.errors == 1 and list(tmp_path.iterdir()) == []


def test_an_export_that_cannot_be_drawn_says_so(
    window: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, log: LogFile
) -> None:
    def fail(*_: object) -> None:
        raise ValueError("no picture")

    monkeypatch.setattr("qhm_gui.dialogs.preview.prepared", fail)
    dialog = window.exports.dialog("stability")
    dialog.show()
    qtbot.waitUntil(lambda: dialog.sentence.startswith("This could not be computed; details are in"))
    assert log.errors == 1
    window.exports.put_away(dialog)


def test_a_fault_that_nothing_tells_is_told_by_the_window(qapp: QApplication) -> None:
    faults, told = Faults(), list[str]()
    faults.tell(told.append)
    for name in ("qhm", "qhm.told"):
        logging.getLogger(name).addHandler(faults.handler)
        logging.getLogger(name).propagate, kept = False, logging.getLogger(name).propagate
        logging.getLogger(name).error("x")
        logging.getLogger(name).propagate = kept
        logging.getLogger(name).removeHandler(faults.handler)
    assert len(told) == 1 and str(log_file()) in told[0]


def test_the_list_of_shortcuts_names_the_log(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    dialog = ShortcutList(parent, LIGHT)
    texts = [label.text() for label in dialog.findChildren(QLabel)]
    assert any(str(log_file()) in text for text in texts)
    dialog.show()
    dialog.close()
    qtbot.waitUntil(lambda: parent.findChildren(QDialog) == [])  # F1 again and again keeps nothing


@pytest.mark.parametrize("screen", [(0, 0, 800, 600), (0, 27, 1024, 573), (100, 50, 640, 480), (-1280, 0, 1280, 3000)])
@pytest.mark.parametrize("moved", [False, True])
def test_the_first_window_fits_the_screen(qtbot: QtBot, screen: tuple[int, int, int, int], moved: bool) -> None:
    window, room = QWidget(), QRect(*screen)
    qtbot.addWidget(window)
    window.setMinimumSize(720, 520)
    window.resize(1600, 1000)
    if moved:
        window.move(5000, -4000)
    fit_to_screen(window, room)
    assert window.width() < room.width() and window.height() < room.height()
    assert not moved or room.contains(QRect(window.pos(), window.size()))


def test_a_menu_is_gone_once_it_is_closed(window: Window, qtbot: QtBot) -> None:
    before = len(window.findChildren(QMenu))

    def close() -> None:
        menu = QApplication.activePopupWidget()
        assert isinstance(menu, QMenu)
        menu.close()

    for card in window.page._cards.values():
        QTimer.singleShot(0, close)
        card._menu(window.mapToGlobal(QPoint(50, 50)))
    qtbot.waitUntil(lambda: len(window.findChildren(QMenu)) == before)


def test_a_menu_in_a_menu_stays_while_the_outer_one_is_open(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    menu = make_menu(parent, LIGHT)
    inner = make_menu(menu, LIGHT)
    inner.addAction("one")
    menu.addMenu(inner)
    menu.popup(QPoint(0, 0))
    for _ in range(2):
        inner.popup(QPoint(10, 10))
        inner.close()
        qtbot.wait(1)
    assert inner.title() == "" and parent.findChildren(QMenu) == [menu, inner]
    menu.close()
    qtbot.waitUntil(lambda: parent.findChildren(QMenu) == [])


def test_an_export_without_an_event_loop_keeps_nothing(qapp: QApplication) -> None:
    make_application()
    figure = Figure(VIEWS["stability"], State(), "", "", SLIDE)
    with drawn(figure):
        pass
    before = len(QApplication.allWidgets())
    with drawn(figure):
        assert len(QApplication.allWidgets()) > before
    assert len(QApplication.allWidgets()) == before


def test_a_dialog_may_end_while_one_of_its_lists_is_open(qtbot: QtBot) -> None:
    make_application()
    parent = QWidget()
    qtbot.addWidget(parent)
    parent.show()
    dialog = FilmDialog(parent, LIGHT, State(), "loss", FilmOptions(what="sweep"))
    dialog.show()
    qtbot.waitExposed(dialog)
    choice = next(one for one in dialog.findChildren(Choice) if one.isVisible())
    QTest.mouseClick(choice, Qt.MouseButton.LeftButton)
    assert choice._popup is not None
    dialog.close()
    assert choice._popup is None
    dialog.deleteLater()
    qtbot.wait(1)


def test_a_runner_that_is_deleted_with_its_owner_says_nothing_any_more(qtbot: QtBot) -> None:
    owner = QWidget()
    runner = Runner(owner)
    thread = runner._threads[0]
    runner.submit("a", lambda monitor: iter([1, 2, 3]))
    del runner
    owner.deleteLater()
    del owner
    qtbot.waitUntil(thread.isFinished)
