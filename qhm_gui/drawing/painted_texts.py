"""The texts that are painted, told to whoever listens: an SVG names its labels by them, and tests compare files."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QTransform

_listening: list[list[PaintedText]] = []


@dataclass(frozen=True)
class PaintedText:
    """The words of a text, its lines parted by newlines, and where it lies in the units of the painter's page."""

    words: str
    area: QRectF


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


def tell(painter: QPainter, words: str, area: QRectF) -> None:
    """Tell the listeners of a text. (The device's transformation knows where a widget lies that is being rendered.)"""
    device, page = painter.deviceTransform(), painter.transform()
    pixels = math.sqrt(abs(device.determinant() / (page.determinant() or 1.0))) or 1.0
    text = PaintedText(words, (device * QTransform.fromScale(1 / pixels, 1 / pixels)).mapRect(area))
    for texts in _listening:
        texts.append(text)
