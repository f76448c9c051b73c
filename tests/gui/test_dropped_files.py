"""Every kind of file that the program makes or reads, dropped on the window: taken, or a sentence says why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent

from qhm_gui.commands.command_line import main
from qhm_gui.files import session, talk_file
from qhm_gui.files.autosave import Autosave
from qhm_gui.files.probe_file import examples
from qhm_gui.files.session import Session
from qhm_gui.files.talk_file import Step, Talk
from qhm_gui.state.state import State, changed
from qhm_gui.window.opening import find_beginning
from qhm_gui.window.window import Window
from qhm_math.eigenvalues import EigenvalueList
from qhm_math.probed import OfProbe
from tests.gui.conftest import read

OWN = changed(State(), {"alpha": 0.123})
TALK = Talk({"en": "Mine"}, (Step({"en": "First"}, state=OWN),))


def drop(window: Window, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    where, button, keys = QPointF(100, 100), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    window.dropEvent(QDropEvent(where, Qt.DropAction.CopyAction, mime, button, keys))
    read(window)


def curves(folder: Path) -> Path:
    path = folder / "curves.csv"
    path.write_text("alpha,loss\n0.1,1\n0.1,0.5\n")
    return path


def eigenvalues(folder: Path) -> Path:
    path = folder / "eigenvalues.npz"
    np.savez(path, np.array([1.0, 2.0, 8.0]))
    return path


def arrays(folder: Path) -> Path:
    path = folder / "arrays.npz"
    np.savez(path, a=np.ones(2), b=np.ones(3))
    return path


def text(name: str, content: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text(content)
        return folder / name

    return write


def sweep(folder: Path) -> Path:
    (folder / "a.sweep").write_bytes(b"SQLite format 3\0" + bytes(100))
    return folder / "a.sweep"


def test_what_cannot_be_taken_is_said_in_a_sentence(tmp_path: Path, window: Window, subtests: pytest.Subtests) -> None:
    for make, words in [
        (curves, "loss curves"),
        (sweep, "is no sweep file"),
        (arrays, "2 arrays"),
        (text("a.talk.json", '{"qhm_talk": 1, "steps": []}'), "1 to 200"),
        (text("a.json", '{"a": 1}'), "session"),
        (text("a.txt", "hello"), "no number"),
        (text("a.png", "hello"), "carries no state"),
    ]:
        with subtests.test(words=words):
            before = window.store.state
            drop(window, make(tmp_path))
            said = window.status.text()
            assert words in said and "\n" not in said and window.store.state is before


def test_what_can_be_taken_is(tmp_path: Path, window: Window, capsys: pytest.CaptureFixture[str]) -> None:
    talk_file.write(tmp_path / "mine.talk.json", TALK)
    before = window.store.state
    drop(window, tmp_path / "mine.talk.json")
    assert window.talks.talk == TALK and window.store.state is before
    assert "Mine" in window.status.text()
    session.write(tmp_path / "a.json", Session(OWN))
    endings = ("png", "svg", "pdf", "csv", "npz")
    made = ["--view", "path", "--format", ",".join(endings), "--name", "f", "--out", str(tmp_path)]
    assert main(["export", str(tmp_path / "a.json"), *made]) == 0
    capsys.readouterr()
    for name in (*(f"f.{ending}" for ending in endings), "a.json"):
        window.store.update(alpha=0.5)  # untitled: nothing is asked
        drop(window, tmp_path / name)
        assert window.store.state.alpha == OWN.alpha, name
    drop(window, eigenvalues(tmp_path))
    spectrum = window.store.state.choose.spectrum
    assert isinstance(spectrum, EigenvalueList) and spectrum.values == (1.0, 2.0, 8.0)
    drop(window, examples()[0])
    assert isinstance(window.store.state.choose.spectrum, OfProbe)


def test_the_program_begins_with_a_talk(tmp_path: Path, qapp: object) -> None:
    talk_file.write(tmp_path / "mine.talk.json", TALK)
    found = find_beginning(tmp_path / "mine.talk.json", Autosave(tmp_path / "unsaved"))
    assert found.talk is not None and found.talk.talk == TALK and not found.failed
