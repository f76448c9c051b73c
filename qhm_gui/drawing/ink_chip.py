"""A few words on an ink ground with round corners."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup

CHIP_PX, CHIP_WEIGHT = 12.0, 600
_PAD_X, _PAD_Y, _CHIP_RADIUS = 9.0, 4.5, 5.0


def chip_size(text: str, style: Style) -> QSizeF:
    """How large an ink chip with that text is."""
    size = markup.measure(text, style, CHIP_PX, CHIP_WEIGHT)
    pad_y = _PAD_Y + (2.5 if "\n" in text else 0)
    return QSizeF(size.width() + 2 * _PAD_X * style.type_scale, size.height() + 2 * pad_y * style.type_scale)


def draw_chip(painter: QPainter, area: QRectF, text: str, style: Style) -> None:
    """A few words of markup on an ink ground, into an area of its size."""
    unit = style.type_scale
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(style.theme.color("shadow"))
    painter.drawRoundedRect(area.translated(0, unit), _CHIP_RADIUS * unit, _CHIP_RADIUS * unit)
    painter.setBrush(style.theme.color("ink"))
    painter.drawRoundedRect(area, _CHIP_RADIUS * unit, _CHIP_RADIUS * unit)
    centred = "\n" not in text
    x = area.center().x() if centred else area.left() + _PAD_X * unit
    markup.paint(
        painter, x, area.center().y(), text, style, style.theme.color("onink"),
        px=CHIP_PX, weight=CHIP_WEIGHT, anchor=(0.5 if centred else 0.0, 0.5),
    )  # fmt: skip
