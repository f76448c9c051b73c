"""The methods of a figure in a row: line, shape, name. On a slide it stands where the window has chips."""

from __future__ import annotations

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter

from qhm_gui.canvas import markup
from qhm_gui.canvas.markers import shape_path
from qhm_gui.canvas.stroke import make_pen
from qhm_gui.state import State
from qhm_gui.theme import METHOD_LOOKS, Style
from qhm_gui.views.runs import legend_items

_LINE, _GAP, _BETWEEN = 24.0, 6.0, 22.0
_PX, _WEIGHT = 12, 500


def draw_legend(painter: QPainter, left_middle: QPointF, state: State, style: Style) -> None:
    """Every method that is shown, from a point to the right."""
    unit, theme = style.type_scale, style.theme
    x, y = left_middle.x(), left_middle.y()
    for key, name in _shown(state):
        color = theme.color(theme.method(key))
        painter.setPen(make_pen(color, style.width(2.0)))
        painter.drawLine(QPointF(x, y), QPointF(x + _LINE * unit, y))
        painter.fillPath(shape_path(METHOD_LOOKS[key].shape, 4.6 * unit).translated(x + _LINE * unit / 2, y), color)
        x += (_LINE + _GAP) * unit
        words = theme.color("text2")
        area = markup.paint(painter, x, y, name, style, words, px=_PX, weight=_WEIGHT, anchor=(0, 0.5))
        x = area.right() + _BETWEEN * unit


def legend_width(state: State, style: Style) -> float:
    """How wide the row is."""
    unit = style.type_scale
    widths = [markup.layout(name, _PX * unit, _WEIGHT).width for _, name in _shown(state)]
    return sum(widths) + (len(widths) * (_LINE + _GAP) + max(0, len(widths) - 1) * _BETWEEN) * unit


def _shown(state: State) -> list[tuple[str, str]]:
    return [(key, name) for key, name in legend_items(state) if key not in state.hidden]
