"""The guard in conftest.py does notice what it is there for."""

import gc
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parent / "conftest.py"

TESTS = """
import threading
from PySide6.QtCore import QThread, QTimer
from PySide6.QtWidgets import QWidget

kept = []

def keep(thing):
    kept.append(thing)
    return thing

def test_thread():
    keep(threading.Thread(target=threading.Event().wait, daemon=True)).start()

def test_qthread(qapp):
    keep(QThread()).start()

def test_timer(qapp):
    keep(QTimer()).start(1000)

def test_shown_window(qapp):
    keep(QWidget()).show()

def test_hidden_window(qapp):
    keep(QWidget())

def test_tidy(qtbot):
    timer = keep(QTimer())
    timer.start(1000)
    timer.stop()
    thread = keep(QThread())
    thread.start()
    thread.quit()
    thread.wait()
    widget = QWidget()
    widget.cycle = widget
    qtbot.addWidget(keep(QWidget()))
    kept[-1].show()
"""


@pytest.mark.slow
def test_a_test_that_leaves_something_behind_fails(tmp_path):
    guard = CONFTEST.read_text(encoding="utf-8").replace("PATIENCE_S = 2.0", "PATIENCE_S = 0.1")
    (tmp_path / "conftest.py").write_text(guard, encoding="utf-8")
    (tmp_path / "test_leaks.py").write_text(TESTS, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-rE", str(tmp_path)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "6 passed, 5 errors" in done.stdout, done.stdout + done.stderr
    for leak in (
        "test_thread left behind: running thread",
        "test_qthread left behind: running QThread",
        "test_timer left behind: active QTimer, 1000 ms",
        "test_shown_window left behind: window QWidget",
        "test_hidden_window left behind: window QWidget",
    ):
        assert leak in done.stdout


def test_what_stood_before_is_not_looked_through_for_garbage() -> None:
    """Trees of all sources, which a file of tests had kept, made each search take half a second."""
    assert gc.get_freeze_count() > 50_000 and len(gc.get_objects()) < 50_000
