"""The methods of a figure in a row: line, shape, name. On a slide it stands where the window has chips."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.pens import dash_in_pixels, make_pen
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.state.state import State
from qhm_gui.views.view import ChipLook, View

_LINE, _GAP, _BETWEEN = 24.0, 6.0, 22.0
_PX, _WEIGHT = 12, 500
#: From one line of a legend to the next.
LEGEND_PITCH = 20.0


def draw_legend(
    painter: QPainter, left_middle: QPointF, view: View, state: State, style: Style, width: float = math.inf
) -> None:
    """Every method that is shown, from a point to the right; in more lines where ``width`` is too little for one."""
    unit = style.type_scale
    for row, shown in enumerate(_rows(view, state, style, width)):
        _draw_row(painter, left_middle.x(), left_middle.y() + row * LEGEND_PITCH * unit, shown, style)


def _draw_row(painter: QPainter, x: float, y: float, shown: list[tuple[str, ChipLook]], style: Style) -> None:
    unit, theme = style.type_scale, style.theme
    for name, look in shown:
        color = theme.color(theme.method(look.color))
        width = style.width(2.0)
        painter.setPen(make_pen(color, width, dash_in_pixels(look.dash, width)))
        painter.drawLine(QPointF(x, y), QPointF(x + _LINE * unit, y))
        painter.fillPath(shape_path(look.shape, 4.6 * unit).translated(x + _LINE * unit / 2, y), color)
        x += (_LINE + _GAP) * unit
        words = theme.color("text2")
        area = markup.paint(painter, x, y, name, style, words, px=_PX, weight=_WEIGHT, anchor=(0, 0.5))
        x = area.right() + _BETWEEN * unit


def legend_lines(view: View, state: State, style: Style, width: float) -> int:
    """How many lines the methods take."""
    return len(_rows(view, state, style, width))


def _rows(view: View, state: State, style: Style, width: float) -> list[list[tuple[str, ChipLook]]]:
    rows: list[list[tuple[str, ChipLook]]] = []
    used = math.inf
    for name, look in _shown(view, state):
        wide = markup.layout(name, _PX * style.type_scale, _WEIGHT).width + (_LINE + _GAP) * style.type_scale
        if not rows or used + wide > width:
            rows.append([])
            used = 0.0
        rows[-1].append((name, look))
        used += wide + _BETWEEN * style.type_scale
    return rows


def legend_width(view: View, state: State, style: Style) -> float:
    """How wide the row is."""
    unit = style.type_scale
    widths = [markup.layout(name, _PX * unit, _WEIGHT).width for name, _ in _shown(view, state)]
    return sum(widths) + (len(widths) * (_LINE + _GAP) + max(0, len(widths) - 1) * _BETWEEN) * unit


def _shown(view: View, state: State) -> list[tuple[str, ChipLook]]:
    hidden = view.hidden(state)
    return [(name, look) for key, name, look in view.chips(state) if key not in hidden]
