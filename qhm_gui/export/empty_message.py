"""What a figure says where there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup


def paint_empty(painter: QPainter, body: QRectF, words: tuple[str, str], style: Style) -> None:
    """These words, in the middle of ``body``; the ground stays as it is."""
    theme, unit = style.theme, style.type_scale
    middle = body.center()
    for text, px, weight, token, dy in ((words[0], 14, 600, "ink", -11), (words[1], 13, 400, "muted", 11)):
        y = middle.y() + dy * unit
        markup.paint(painter, middle.x(), y, text, style, theme.color(token), px=px, weight=weight, anchor=(0.5, 0.5))
