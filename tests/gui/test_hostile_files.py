"""No file that the program opens can run code, take its memory or hold it up: every reader × every hostile file.

The readers and the files are in hostile_files.py. A module that opens files and has no reader there fails.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.gui.hostile_files import SENTINEL, SMALL_FILES, SWEEPS, readers

ROOT = Path(__file__).resolve().parents[2]
#: Calls that read a file, or what was in one.
READING = {"open", "read_text", "read_bytes", "read_at_most", "GzipFile", "ZipFile", "QSettings", "fromfile", "loadtxt"}
READING |= {"genfromtxt", "memmap", "sqlite3.connect", "np.load", "pickle.load", "pickle.loads", "marshal.loads"}
READING |= {"eval(", "exec(", "shelve.open", "unpack_npz", "QImage.load", "QPixmap.load"}
#: Modules that read files, and need no reader of their own.
OTHERS = {
    "qhm_gui.appearance.assets": "fonts of the program: tests/test_damaged_resources.py",
    "qhm_gui.appearance.quick_signatures": "source of PySide, each file by its checksum",
    "qhm_gui.commands.output": "a folder that it has just made",
    "qhm_gui.commands.sweep": "SweepFile",
    "qhm_gui.export.decks.pptx": "a file that it has just made",
    "qhm_gui.files.atomic": "the program's own notes of what it writes; names in them are only ever deleted parts",
    "qhm_gui.files.reading": "what the readers call",
    "qhm_gui.text.terminal": "the terminal itself",
    "qhm_math.experiments.kept": "SweepFile",
    "qhm_math.experiments.here": "SweepFile",
    "qhm_math.data.packed": "qhm_math.data.idx and cifar",
    "qhm_math.data.untrusted": "what the readers call",
    "qhm_math.resource_files": "files of the program",
    "qhm_math.probe.format": "qhm_gui.files.probe_file",
}


def called(node: ast.Call) -> str:
    """ "open", or "np.load" where that says more."""
    name = ast.unparse(node.func)
    last = name.rpartition(".")[2]
    return next((each for each in (name, last, f"{name}(") if each in READING), "")


def writes(node: ast.Call) -> bool:
    said = " ".join(ast.unparse(each) for each in [*node.args, *(key.value for key in node.keywords)])
    return any(word in said for word in ("QIODevice", "'w", "O_RDONLY")) or (called(node) == "open" and not said)


@pytest.mark.slow
def test_every_module_that_opens_files_has_a_reader_among_those_that_are_tried() -> None:
    found: set[str] = set()
    for path in [*ROOT.glob("qhm_gui/**/*.py"), *ROOT.glob("qhm_math/**/*.py")]:
        calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
        if any(called(node) and not writes(node) for node in calls):
            found.add(".".join(path.relative_to(ROOT).with_suffix("").parts))
    tried = {name.split()[0] for name in readers()}
    assert found - tried - set(OTHERS) == set()
    assert set(OTHERS) <= found  # what is named is there


def test_the_limits_are_those_that_the_page_names() -> None:
    page = (ROOT / "docs" / "security.md").read_text("utf-8")
    rows = re.findall(r"^\| .* \| ([0-9\u202f]+) \| `([a-z_.]+)\.([A-Z_]+)` \|$", page, re.MULTILINE)
    assert len(rows) > 20
    assert {(where, name): getattr(importlib.import_module(where), name) for _, where, name in rows} == {
        (where, name): int(number.replace("\u202f", "")) for number, where, name in rows
    }


@pytest.mark.slow
def test_each_hostile_file_is_refused_by_each_reader_in_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "files"
    folder.mkdir()
    for name, content in SMALL_FILES.items():
        (folder / name).write_bytes(content(folder))
    for name, make in SWEEPS.items():
        make(folder / name)
    done = subprocess.run(
        [sys.executable, str(ROOT / "tests/gui/hostile_files.py"), str(folder)],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=True,
    )  # fmt: skip
    said, seconds, megabytes, left = json.loads(done.stdout)
    assert SENTINEL not in left, "a file has run what it says"
    assert set(left) == {*SMALL_FILES, *SWEEPS}
    wrong = {(reader, name): words for reader, files in said.items() for name, words in files.items() if is_bad(words)}
    assert wrong == {}
    accepted = {(reader, name) for reader, files in said.items() for name, words in files.items() if words == "read"}
    assert {pair for pair in accepted if not pair[0].endswith("settings")} <= HARMLESS
    assert {case: spent for case, spent in seconds.items() if spent > 3.0} == {}
    assert {case: taken for case, taken in megabytes.items() if taken > 250} == {}


#: What is read after all: damaged settings are the usual ones, and a table may have idle columns.
HARMLESS = {("qhm_gui.files.probe_file curves", name) for name in ("columns.csv", "commas.csv")}


def is_bad(words: str) -> bool:
    """Another error than the reader's own, or no sentence for people."""
    sentence = words.endswith((".", "?")) and len(words) < 400 and "\n" not in words
    return words.startswith("!") or not (words == "read" or sentence)
