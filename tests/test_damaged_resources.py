"""Each file of the program's own, damaged in every way: its reader says so in one sentence, and reads nothing else.

The files come from ``resources/files.txt``: a new one is covered by itself, a new folder needs a row in READERS.
"""

from __future__ import annotations

import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance import assets
from qhm_gui.commands.command_line import main
from qhm_gui.drawing import formula
from qhm_gui.export.decks import html
from qhm_gui.files import probe_file, talk_file
from qhm_gui.files.probe_file import ProbeFileError
from qhm_gui.files.talk_file import TalkError
from qhm_gui.text import language
from qhm_math.data import digits, load_images
from qhm_math.experiments.recordings import load_recording
from qhm_math.resource_files import LIST, ResourceError, resources
from tests.covering import every

FOLDER = resources()
NAMES = (FOLDER / LIST).read_text(encoding="utf-8").split()
#: What was measured beside the example probes: nothing of the program reads it.
UNREAD = {name for name in NAMES if name.startswith("probes/") and name.endswith(".json")}


def _icon(name: str) -> None:
    """An icon that cannot be drawn is told in the log, and its place stays empty: painting must go on."""
    assets._source(Path(name).stem)


def _data(name: str) -> object:
    stem = Path(name).stem
    return digits() if stem == "digits" else load_images(stem)


def _probe(name: str) -> object:
    path = probe_file.EXAMPLES / name
    return main(["probe", "--example", "--out", "-"]) if path.suffix == ".py" else probe_file.read_probe(path)


def _deck() -> object:
    return list(html.html_files(iter(()), "A talk"))


#: Who reads the files of a folder.
READERS: dict[str, Callable[[str], object]] = {
    "data": _data,
    "fonts": lambda _name: assets.load_fonts(),
    "formulas": lambda name: formula._size(Path(name).stem),
    "icons": _icon,
    "probes": _probe,
    "recorded": lambda name: load_recording(Path(name).stem),
    "talk": lambda name: talk_file.built_in() if name == "talk.json" else _deck(),
    "translations": lambda name: language.set_language(Path(name).stem),
}

_OTHER = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


def _huge(path: Path) -> None:
    """Larger than anything that is read, without taking room on the disk."""
    with path.open("ab") as file:
        file.truncate(3_000_000_000)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "missing": lambda path: path.unlink(),
    "a folder": lambda path: (path.unlink(), path.mkdir()),
    "empty": lambda path: path.write_bytes(b""),
    "cut": lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
    "its end cut": lambda path: path.write_bytes(path.read_bytes()[:-40]),
    "a picture": lambda path: path.write_bytes(_OTHER),
    "a list": lambda path: path.write_bytes(b"[1, 2, 3]\n"),
    "numbers": lambda path: path.write_bytes(b'{"qhm_talk": 1, "title": 3, "en": {"a": 1}}\n'),
    "nested": lambda path: path.write_bytes(b"[" * 100_000 + b"\n"),
    "huge": _huge,
}


def _modules() -> list[Any]:
    return [module for name, module in list(sys.modules.items()) if name.startswith(("qhm_gui", "qhm_math"))]


#: By module: how each of its caches is emptied.
_CLEARS: dict[str, list[Callable[[], object]]] = {}


def _forget() -> None:
    """What was read before is read again."""
    for module in _modules():
        if module.__name__ not in _CLEARS:
            values = [value for value in vars(module).values() if callable(value) and value is not resources]
            _CLEARS[module.__name__] = [clear for v in values if callable(clear := getattr(v, "cache_clear", None))]
        for clear in _CLEARS[module.__name__]:
            clear()


@pytest.fixture
def copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], Path]]:
    """Makes a copy of one file in a folder with its neighbours, the only one that the program sees."""

    def make(name: str) -> Path:
        folder, _, own = name.partition("/")
        there = tmp_path / "resources" / folder
        there.mkdir(parents=True)
        for path in (FOLDER / folder).iterdir():
            if path.is_file():
                shutil.copyfile(path, there / path.name) if path.name == own else (there / path.name).symlink_to(path)
        for module in _modules():
            for key, value in list(vars(module).items()):
                if isinstance(value, Path) and value.is_relative_to(FOLDER / folder):
                    monkeypatch.setattr(module, key, tmp_path / "resources" / value.relative_to(FOLDER))
        _forget()
        return there / own

    yield make
    for module in _modules():  # one that was imported meanwhile has taken the place of the copy for that of the file
        for key, value in list(vars(module).items()):
            if isinstance(value, Path) and value.is_relative_to(tmp_path / "resources"):
                setattr(module, key, FOLDER / value.relative_to(tmp_path / "resources"))


@pytest.fixture(autouse=True)
def _as_before() -> Any:
    yield
    language.set_language("en")
    _forget()


def test_every_folder_has_a_reader() -> None:
    assert {name.partition("/")[0] for name in NAMES} == set(READERS)


#: One function reads them all: each sixth is tried, and each of the others.
ICONS = sorted(name for name in NAMES if name.startswith("icons/"))


@pytest.mark.slow
@pytest.mark.parametrize("name", [*sorted({*NAMES} - UNREAD - {*ICONS}), *every(6, ICONS)])
def test_a_damaged_file_is_told_in_one_sentence(
    name: str, copy: Callable[[str], Path], qtbot: QtBot, caplog: pytest.LogCaptureFixture,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    folder, _, own = name.partition("/")
    path = copy(name)
    whole = path.read_bytes()
    READERS[folder](own)  # whole
    found: list[str] = []
    for damage, do in DAMAGES.items():
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        path.write_bytes(whole)
        do(path)
        _forget()
        caplog.clear()
        said = ""
        try:
            with caplog.at_level(logging.CRITICAL if folder != "icons" else logging.ERROR):
                READERS[folder](own)
        except (ResourceError, TalkError, ProbeFileError) as error:
            said = str(error)
        except Exception as error:  # what else it may be is the fault that is looked for
            found.append(f"{damage}: {type(error).__name__}: {str(error)[:120]}")
            continue
        if folder == "icons":
            said = "".join(record.getMessage() for record in caplog.records)
        said = said or capsys.readouterr().err
        fault = "missing" if damage == "missing" else "is damaged"
        if not (own in said and fault in said and said.count("own file") == 1):
            found.append(f"{damage}: {said!r}")
    caplog.clear()
    assert found == []
