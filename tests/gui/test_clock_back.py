"""The clock is put back by an hour while the program runs: no work is lost, and what is newest stays newest."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.files import atomic, session
from qhm_gui.files.autosave import MOST_KEPT, Autosave
from qhm_gui.files.own_presets import OwnPresets
from qhm_gui.files.session import Session
from qhm_gui.files.settings import data_folder
from qhm_gui.state.state import State, changed
from qhm_math.kept_folder import mark_newest, oldest_first

HOUR = 3600.0


def put_back(folder: Path) -> None:
    """What lies in a folder was written by a clock that was an hour fast."""
    for path in folder.rglob("*"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime + HOUR))


def session_of(seed: int) -> Session:
    return Session(changed(State(), {"seed": seed}))


def seeds(autosave: Autosave) -> list[int]:
    return [session.read_session(one.path).state.seed for one in autosave.kept()]


@pytest.fixture
def unsaved(qtbot: QtBot) -> Path:
    return data_folder() / "unsaved"


def test_what_is_set_aside_afterwards_is_the_newest(unsaved: Path) -> None:
    """One after another, also where so many are there that the oldest make room."""
    autosave = Autosave(unsaved)
    for index in range(MOST_KEPT):
        autosave.set_aside(session_of(index))
    put_back(unsaved)
    for index in (100, 101, 102):
        autosave.set_aside(session_of(index))
    assert seeds(autosave) == [102, 101, 100, *reversed(range(3, MOST_KEPT))]
    assert all(one.when <= time.time() for one in autosave.kept())


def test_the_newest_of_two_that_crashed_comes_back(unsaved: Path) -> None:
    """And the other one is set aside."""
    line = (
        "import sys, os; from pathlib import Path; from qhm_gui.files.autosave import Autosave;"
        "from qhm_gui.files.session import Session; from qhm_gui.state.state import State, changed;"
        "own = Autosave(Path(sys.argv[1])); own.write(Session(changed(State(), {'seed': int(sys.argv[2])})));"
        "os._exit(1)"
    )
    for seed in ("1", "2"):
        subprocess.run([sys.executable, "-c", line, str(unsaved), seed], check=False)
        if seed == "1":
            put_back(unsaved)
    autosave = Autosave(unsaved)
    found = autosave.adopt()
    assert found is not None and found.state.seed == 2
    assert seeds(autosave) == [1]
    autosave.finish()


def test_a_part_whose_writer_lives_is_left_to_it(tmp_path: Path) -> None:
    """It is an hour from the clock's time, as what a killed writer left is."""
    path = tmp_path / "film.mp4"
    part = atomic.begin_part(path)
    dead = part.with_name(part.name.replace(f".{os.getpid()}-", ".999999999-"))
    dead.write_text("half")
    put_back(tmp_path)
    atomic.write_atomically(path, b"another's")
    assert not dead.exists()
    atomic.finish_part(part, path)
    assert path.read_bytes() == b""


def test_presets_deleted_before_come_back(tmp_path: Path) -> None:
    presets = OwnPresets(tmp_path)
    presets.delete(presets.save("Mine", State(), b""))
    put_back(tmp_path)
    OwnPresets(tmp_path).forget_deleted()  # another window closes
    assert presets.restore() is not None and [one.name for one in presets.all()] == ["Mine"]


def test_files_of_one_moment_are_told_apart(tmp_path: Path) -> None:
    files = [tmp_path / name for name in ("c", "a", "b")]
    for path in files:
        path.touch()
        os.utime(path, (1e9, 1e9))
        mark_newest(path, files[: files.index(path)])
    (tmp_path / "gone").unlink(missing_ok=True)
    assert oldest_first([tmp_path / "gone", *reversed(files)])[1:] == files
