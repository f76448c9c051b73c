"""Faint bands are filled pixel by pixel: as QPainter fills their path."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter

from qhm_gui.drawing.band_fill import fill_between, parts
from qhm_gui.drawing.stroke import polygon_path

SIZE = (380, 240)
AREA = QRectF(10, 10, 350, 220)
GENERATOR = np.random.default_rng(3)
X = np.arange(-20.0, 400.0, 1.3)
LOW = 130 + 60 * np.sin(X / 40)
ROUGH = LOW - 20 - 40 * GENERATOR.random(len(X))
GAP = np.where((X > 100) & (X < 140), np.nan, ROUGH)


def faint() -> QColor:
    color = QColor("#B5136A")
    color.setAlphaF(0.12)
    return color


def painted(scale: float, edge: NDArray[np.float64], *, path: bool) -> NDArray[np.int64]:
    """The band between LOW and an edge, (rows, columns, 4)."""
    picture = QImage(round(SIZE[0] * scale), round(SIZE[1] * scale), QImage.Format.Format_RGB32)
    picture.fill(QColor("#FFFFFF"))
    with QPainter(picture) as painter:
        painter.scale(scale, scale)
        painter.setClipRect(AREA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faint())
        if not path:
            assert fill_between(painter, parts(X, LOW, edge), faint(), AREA)
        for x, low, high in parts(X, LOW, edge) if path else ():
            painter.drawPath(polygon_path(np.concatenate((x, x[::-1])), np.concatenate((low, high[::-1]))))
    pixels = np.frombuffer(picture.constBits(), dtype=np.uint8)
    return pixels.reshape(picture.height(), picture.width(), 4).astype(np.int64)


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("edge", [LOW - 30, ROUGH, GAP, LOW + 30], ids=["smooth", "rough", "gap", "below"])
def test_the_pixels_are_those_that_a_painter_fills(scale: float, edge: NDArray[np.float64]) -> None:
    """But for some on the very edge, where Qt rounds to a 64th."""
    ours, theirs = painted(scale, edge, path=False), painted(scale, edge, path=True)
    filled = int((theirs.min(axis=2) < 255).sum())
    assert filled > 5000
    assert (np.abs(ours - theirs).max(axis=2) > 0).sum() < 0.01 * filled
    assert set(np.unique(ours[..., 1])) == set(np.unique(theirs[..., 1]))


def test_what_is_outside_the_area_stays_as_it_is() -> None:
    beside = painted(1.0, ROUGH, path=False)
    assert (beside[:, :10] == 255).all() and (beside[:, 360:] == 255).all()


def test_a_painter_that_turns_fills_the_path_itself() -> None:
    picture = QImage(100, 100, QImage.Format.Format_RGB32)
    with QPainter(picture) as painter:
        painter.rotate(30)
        assert not fill_between(painter, parts(X, LOW, ROUGH), faint(), AREA)
