"""What a figure says where there is nothing to show."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.wrapped_text import wrapped

_MARGIN = 12.0
#: Pixels from the middle of a line to that of the next: of the two texts, and of lines of one.
_PITCH = 22.0


def paint_empty(painter: QPainter, body: QRectF, words: tuple[str, str], style: Style) -> None:
    """These words, in the middle of ``body``, in as many lines as they need; the ground stays as it is."""
    unit = style.type_scale
    room = max(60.0, body.width() / unit - 2 * _MARGIN)
    lines = [(line, 14, 600, "ink") for line in wrapped(words[0], 14, room, 600)]
    lines += [(line, 13, 400, "muted") for line in wrapped(words[1], 13, room)]
    x, y = body.center().x(), body.center().y() - (len(lines) - 1) / 2 * _PITCH * unit
    for text, px, weight, token in lines:
        color = style.theme.color(token)
        markup.paint(painter, x, y, text, style, color, px=px, weight=weight, anchor=(0.5, 0.5))
        y += _PITCH * unit
