"""What a canvas draws by itself: the grid, tick labels and axis titles. No box, no spine, no ticks."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPen

from qhm_gui.canvas import markup
from qhm_gui.canvas.axes import Tick, visible_ticks
from qhm_gui.canvas.background_colour import Ground, text_colors
from qhm_gui.canvas.frame import Frame, snapped_y

TICK_PX = 12
TITLE_PX = 12
GroundAt = Callable[[QPointF], Ground | None]


def x_ticks(frame: Frame) -> list[Tick]:
    """The labelled ticks of the x axis."""
    low, high = frame.x.from_axis(frame.x_span)
    axis = frame.x.with_range(float(low), float(high))
    size = TICK_PX * frame.style.type_scale
    return visible_ticks(axis, frame.plot.width(), lambda text: markup.layout(text, size).width, 1.2 * size)


def y_ticks(frame: Frame) -> list[Tick]:
    """The labelled ticks of the y axis."""
    low, high = frame.y.from_axis(frame.y_span)
    axis = frame.y.with_range(float(low), float(high))
    size = TICK_PX * frame.style.type_scale
    return visible_ticks(axis, frame.plot.height(), lambda text: markup.layout(text, size).height, 1.6 * size)


def draw_grid(painter: QPainter, frame: Frame) -> None:
    """Horizontal hairlines at the labelled ticks."""
    width = frame.style.width(1)
    painter.setPen(QPen(frame.color("grid"), width))
    for value, _ in y_ticks(frame):
        y = snapped_y(painter, float(frame.px_y(value)), width)
        painter.drawLine(QPointF(frame.plot.left(), y), QPointF(frame.plot.right(), y))


def draw_ticks(painter: QPainter, frame: Frame) -> None:
    """The numbers below and left of the plot."""
    style, plot = frame.style, frame.plot
    color = frame.color("muted")
    gap = 7 * style.type_scale
    for value, text in x_ticks(frame):
        place = float(frame.px_x(value))
        markup.paint(painter, place, plot.bottom() + gap, text, style, color, px=TICK_PX, anchor=(0.5, 0))
    for value, text in y_ticks(frame):
        place = float(frame.px_y(value))
        markup.paint(painter, plot.left() - gap, place, text, style, color, px=TICK_PX, anchor=(1, 0.5))


def draw_titles(
    painter: QPainter, frame: Frame, *, inside: bool, color: str | None, ground: GroundAt, y_indent: float
) -> None:
    """The axis titles, horizontal: y at the top left and x at the bottom right, in the plot or outside it."""
    style, plot = frame.style, frame.plot
    unit = style.type_scale
    if inside:
        places = (
            (frame.y.title, plot.left() + y_indent * unit, plot.top() + 5 * unit, (0.0, 0.0)),
            (frame.x.title, plot.right() - 8 * unit, plot.bottom() - 4 * unit, (1.0, 1.0)),
        )
    else:
        size = TICK_PX * unit
        widest = max((markup.layout(text, size).width for _, text in y_ticks(frame)), default=0.0)
        places = (
            (frame.y.title, plot.left() - 7 * unit - widest, plot.top() - 9 * unit, (0.0, 1.0)),
            (frame.x.title, plot.right(), plot.bottom() + 7 * unit + 1.9 * size, (1.0, 0.0)),
        )
    for text, x, y, anchor in places:
        if not text:
            continue
        middle = markup.box(x, y, text, style, px=TITLE_PX, anchor=anchor).center()
        beneath = ground(middle) if inside else None
        ink, halo = text_colors(frame.theme, beneath, color, "muted")
        markup.paint(painter, x, y, text, style, ink, px=TITLE_PX, anchor=anchor, halo=halo if inside else None)
