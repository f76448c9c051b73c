"""Facts about the stack that the pins in pyproject.toml rest on."""

import importlib.metadata
import re
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PINS = PROJECT["dependencies"] + [
    pin for pins in PROJECT["optional-dependencies"].values() for pin in pins if not pin.startswith(PROJECT["name"])
]


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


@pytest.mark.parametrize("pin", PINS)
def test_pins_are_exact(pin):
    assert re.fullmatch(r"[\w-]+==\d+(\.\d+)+", pin)


@pytest.mark.parametrize("pin", PROJECT["dependencies"])
def test_the_pinned_version_is_what_runs(pin):
    name, version = pin.split("==")
    assert importlib.metadata.version(name) == version
