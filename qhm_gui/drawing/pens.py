"""Pens with their dashes in pixels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

Dash = tuple[float, ...]


def make_pen(color: QColor, width: float, dash_px: Dash | None = None, *, casing: float = 0.0) -> QPen:
    """A pen with round joins, its dash in pixels. Dashes longer than the line is wide have flat ends, dots round ones.

    ``casing`` makes it the rim of a pen with that dash: so much wider on both sides, and longer at both ends.
    """
    pen = QPen(color, width + 2 * casing)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    if dash_px is None:
        return pen
    if dash_px[0] > width:
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
        dash_px = tuple(part + (2 - 4 * (i % 2)) * casing for i, part in enumerate(dash_px))
        pen.setDashOffset(casing / pen.widthF())
    pen.setDashPattern([max(part / pen.widthF(), 0.01) for part in dash_px])
    return pen
