"""The ink chip: a few words of markup on an ink ground, for tooltips, values at a handle and the playhead."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame

PX = 12.0
WEIGHT = 600
PAD_X, PAD_Y = 9.0, 4.5
RADIUS = 5.0


def chip_size(text: str, style: Style) -> QSizeF:
    """How large a chip with that text is."""
    size = markup.measure(text, style, PX, WEIGHT)
    rows = text.count("\n")
    pad_y = PAD_Y + (2.5 if rows else 0)
    return QSizeF(size.width() + 2 * PAD_X * style.type_scale, size.height() + 2 * pad_y * style.type_scale)


def draw_chip(painter: QPainter, area: QRectF, text: str, frame: Frame) -> None:
    """Paint a chip into an area of its size."""
    style = frame.style
    unit = style.type_scale
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(frame.color("shadow"))
    painter.drawRoundedRect(area.translated(0, unit), RADIUS * unit, RADIUS * unit)
    painter.setBrush(frame.color("ink"))
    painter.drawRoundedRect(area, RADIUS * unit, RADIUS * unit)
    centred = "\n" not in text
    x = area.center().x() if centred else area.left() + PAD_X * unit
    markup.paint(
        painter, x, area.center().y(), text, style, frame.color("onink"),
        px=PX, weight=WEIGHT, anchor=(0.5 if centred else 0.0, 0.5),
    )  # fmt: skip
