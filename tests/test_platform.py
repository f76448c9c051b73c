"""Facts about the stack that the ranges in pyproject.toml rest on, and the versions that `make` installs of it."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
#: What `make run`, `make test` and `make bundle` install, and by hand the other extras.
ASKED = [
    Requirement(line)
    for lines in (PROJECT["dependencies"], *PROJECT["optional-dependencies"].values())
    for line in lines
    if not line.startswith(PROJECT["name"])
]
LINES = [
    line for line in (ROOT / ".ci/constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]
EXACT = {canonicalize_name(line.partition("==")[0]): line.partition("==")[2] for line in LINES}


def test_painting_drops_no_references_to_none(qapp):
    # PySide6 6.12 on Python 3.11 does, and aborts the process when none is left.
    from PySide6.QtGui import QImage, QPainter

    image = QImage(8, 8, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    before = sys.getrefcount(None)
    for _ in range(1000):
        painter.save()
        painter.restore()
    after = sys.getrefcount(None)
    painter.end()
    assert after > before - 100


@pytest.mark.parametrize("line", LINES)
def test_constraints_are_exact_and_name_no_address(line):
    assert re.fullmatch(r"[\w-]+==\d+(\.\d+)+(b\d+)?", line)


@pytest.mark.parametrize("asked", ASKED, ids=str)
def test_a_range_has_a_lower_end_and_allows_what_make_installs(asked):
    assert any(part.operator == ">=" for part in asked.specifier)
    assert asked.specifier.contains(EXACT[canonicalize_name(asked.name)])


@pytest.mark.slow
def test_what_runs_is_what_the_constraints_say():
    """Every package that the project asks for, and that those ask for in turn, as far as they are installed."""
    wanted, found = [*ASKED], {}
    while wanted:
        asked = wanted.pop()
        name = canonicalize_name(asked.name)
        if name in found or (asked.marker is not None and not asked.marker.evaluate({"extra": ""})):
            continue
        try:
            installed = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # an extra that `make` does not install
        found[name] = installed.version
        wanted += [Requirement(line) for line in installed.requires or ()]
    assert len(found) > 20
    assert found == {name: EXACT.get(name, "no line") for name in found}
