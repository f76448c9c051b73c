"""Pens with their dashes in pixels."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPen

Dash = tuple[float, ...]
# In line widths. Round caps add a width to every dash and take it from every gap.
DASHES: dict[str, Dash] = {"theory": (5.0, 4.0), "approx": (0.2, 3.6), "dot": (0.01, 2.4)}
CROSSHAIR_DASH = (3.0, 3.0)


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


def on_paper(color: QColor, paper: QColor) -> QColor:
    """What a translucent colour looks like on paper, opaque: a draft of many segments needs no veil."""
    share = color.alphaF()
    red, green, blue = (
        (1 - share) * under + share * over
        for under, over in (
            (paper.redF(), color.redF()),
            (paper.greenF(), color.greenF()),
            (paper.blueF(), color.blueF()),
        )
    )
    return QColor.fromRgbF(red, green, blue)


def dash_in_pixels(dash: str | Dash | None, width: float) -> Dash | None:
    """A dash, by name or in line widths, for a line of that width."""
    if dash is None:
        return None
    return tuple(part * width for part in (DASHES[dash] if isinstance(dash, str) else dash))
