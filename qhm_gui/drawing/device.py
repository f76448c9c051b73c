"""What is painted on: pixels or a page of vectors, and where its pixels lie."""

from __future__ import annotations

import math

from PySide6.QtGui import QPaintEngine, QPainter

#: Edges and letters without steps. (Made once: PySide puts two hints together in as long as it draws a line.)
SMOOTH = QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing
_RASTER = QPaintEngine.Type.Raster


def is_raster(painter: QPainter) -> bool:
    """Whether the painter fills pixels (a screen, an image) and not a page of vectors."""
    return painter.paintEngine().type() == _RASTER


def device_scale(painter: QPainter) -> float:
    """Device pixels per logical pixel."""
    return math.sqrt(abs(painter.deviceTransform().determinant())) or 1.0


def snapped_y(painter: QPainter, y: float, width: float) -> float:
    """``y`` moved to where a horizontal line of that width fills whole device pixels."""
    transform = painter.deviceTransform()
    return (_snapped(y * transform.m22() + transform.dy(), width * abs(transform.m22())) - transform.dy()) / (
        transform.m22() or 1.0
    )


def snapped_x(painter: QPainter, x: float, width: float) -> float:
    """``x`` moved to where a vertical line of that width fills whole device pixels."""
    transform = painter.deviceTransform()
    return (_snapped(x * transform.m11() + transform.dx(), width * abs(transform.m11())) - transform.dx()) / (
        transform.m11() or 1.0
    )


def _snapped(place: float, width: float) -> float:
    odd = round(width) % 2 == 1 or width < 1
    return math.floor(place) + 0.5 if odd else float(round(place))
