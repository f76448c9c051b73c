"""The texts that are painted, told to whoever listens: an SVG names its labels by them, and tests compare files."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QFont, QPainter, QTransform

from qhm_gui.drawing.glyph_outlines import glyphs

_listening: list[list[PaintedText]] = []


@dataclass(frozen=True)
class PaintedText:
    """The words of a text, its lines parted by newlines, and where it lies in the units of the painter's page.

    ``beyond`` are its letters beyond U+FFFF, which a PDF of Qt's has no names for, each with the name of its face.
    """

    words: str
    area: QRectF
    beyond: tuple[tuple[str, str], ...] = ()


@contextmanager
def painted_texts() -> Iterator[list[PaintedText]]:
    """A list that grows by every text that is painted meanwhile, in the order of painting."""
    texts: list[PaintedText] = []
    _listening.append(texts)
    try:
        yield texts
    finally:
        _listening[:] = [other for other in _listening if other is not texts]


def heard() -> bool:
    """Whether anybody listens."""
    return bool(_listening)


def tell(painter: QPainter, words: str, area: QRectF, runs: Iterable[tuple[str, QFont]]) -> None:
    """Tell the listeners of a text. (The device's transformation knows where a widget lies that is being rendered.)"""
    device, page = painter.deviceTransform(), painter.transform()
    pixels = math.sqrt(abs(device.determinant() / (page.determinant() or 1.0))) or 1.0
    text = PaintedText(words, (device * QTransform.fromScale(1 / pixels, 1 / pixels)).mapRect(area), _beyond(runs))
    for texts in _listening:
        texts.append(text)


def _beyond(runs: Iterable[tuple[str, QFont]]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for words, font in runs:
        for letter in words:
            if ord(letter) > 0xFFFF and unicodedata.category(letter) not in ("Mn", "Cf"):
                face = next(glyphs(letter, font))[0]
                found.append((f"{face.familyName()}-{face.styleName()}", letter))
    return tuple(found)
