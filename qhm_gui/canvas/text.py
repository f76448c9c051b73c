"""Texts on a canvas. (pg.TextItem stands where it is put, covers what is there, and has no markup of formulas.)

Labels at points, names at the ends of lines, axis titles and the scale bar.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NAME, TITLE, Areas, Wish, area_at, fixed
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import snapped_y
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.spacing import spread
from qhm_gui.text import numbers
from qhm_gui.text.round_numbers import round_below

END_GAP = 17.0
Anchor = tuple[float, float]


class Label(TextItem):
    """A text at a data point. ``color`` None is legible on what lies beneath; lines are parted by a newline.

    The ``anchor`` (0, 0) puts the point at the text's top left, (1, 1) at its bottom right. Where its place is taken
    the text stands on another side of the point; a ``free`` one, what is not about a place, anywhere in the plot.
    """

    def __init__(
        self, text: str, color: str | None = None, px: float = 12, weight: int = 400, anchor: Anchor = (0.0, 0.5),
        halo: bool = True, rank: float = NAME, over: bool = False, free: bool = False,
    ) -> None:  # fmt: skip
        super().__init__()
        self._text, self._color, self._px, self._weight = text, color, px, weight
        self._anchor, self._halo, self._rank, self._over, self._free = anchor, halo, rank, over, free
        self._narrow = ""
        self._x = self._y = math.nan
        self._dx = self._dy = 0.0
        self._leader: tuple[float, float] | None = None
        self._short_of = self._close = 0.0

    @property
    def text(self) -> str:
        """The markup shown."""
        return self._text

    def set_text(self, text: str, narrow: str = "") -> None:
        """Another text; ``narrow`` stands instead where it has no room."""
        if (text, narrow) != (self._text, self._narrow):
            self._text, self._narrow = text, narrow
            self.changed()

    def set_color(self, color: str | None) -> None:
        """A token, a method's key, '#hex', or None."""
        self.set_look(_color=color)

    def set_anchor(self, anchor: Anchor) -> None:
        """Another point of the text to stand on the place."""
        self.set_look(_anchor=anchor)

    def set_position(self, x: float, y: float, dx: float = 0.0, dy: float = 0.0) -> None:
        """A data point, and how many pixels the text stands away from it."""
        new = (float(x), float(y), dx, dy)
        if new != (self._x, self._y, self._dx, self._dy):
            self._x, self._y, self._dx, self._dy = new
            self.changed()

    @property
    def position(self) -> tuple[float, float]:
        """The data point that it stands at."""
        return self._x, self._y

    def set_leader(self, leader: tuple[float, float] | None, mark: float = 0.0, close: float = 0.0) -> None:
        """A data point to which a thin line leads from the text, or to the edge of a mark of that radius (pixels at
        line scale 1), unless that is no more than ``close`` pixels away."""
        self.set_look(_leader=leader, _short_of=mark, _close=close)

    def area(self) -> QRectF:
        """Where the text is drawn; empty where it is not."""
        return next((spot.area for _, spot in self.spots()), QRectF())

    def wishes(self, frame: Frame) -> list[Wish]:
        """Beside the point on the side asked for, then on the others, then further away."""
        narrow = self._wished(frame, self._narrow, None) if self._narrow else []
        return self._wished(frame, self._text, narrow[0] if narrow else None)

    def _wished(self, frame: Frame, text: str, fallback: Wish | None) -> list[Wish]:
        point = frame.point(self._x, self._y)
        if not text or not finite(point):
            return []
        unit = frame.style.type_scale
        size = markup.measure(text, frame.style, self._px, self._weight)
        wide, tall = size.width(), size.height()
        dx, dy = self._dx * unit, self._dy * unit
        offsets, shift = _around(dx, dy, self._anchor, wide, tall, unit)
        corners = offsets + np.array((point.x(), point.y())) - shift
        areas = np.hstack((corners, corners + np.array((wide, tall))))
        if self._free:
            areas = np.concatenate((areas, _all_over(frame, wide, tall)))
        end = frame.point(*self._leader) if self._leader is not None else None
        first = frame.keep_inside(_rect(areas[0].tolist()), 2)
        areas[0] = first.left(), first.top(), first.right(), first.bottom()
        plot = frame.plot
        if plot.contains(point):  # what is about a place in the plot does not lie across its edge if it can
            low, high = (plot.left(), plot.top()), (plot.right(), plot.bottom())
            across = np.any((areas[:, :2] < low) | (areas[:, 2:] > high), axis=1)
            slid = areas + np.tile(np.maximum(0, low - areas[:, :2]) - np.maximum(0, areas[:, 2:] - high), 2)
            over_it = areas[across] if fallback is None else areas[:0]  # where it cannot, the shorter text may
            areas = np.concatenate((areas[~across], slid, over_it))
        return [
            Wish(
                text, areas, self._rank, self._color, self._px, self._weight, self._anchor[0],
                self._halo, ends=None if end is None else np.tile((end.x(), end.y()), (len(areas), 1)),
                leader=end is not None, short_of=frame.style.width(self._short_of), close=self._close * unit,
                over=self._over, outside=True, fallback=fallback,
            )
        ]  # fmt: skip


@lru_cache(maxsize=256)
def _around(dx: float, dy: float, anchor: Anchor, wide: float, tall: float, unit: float) -> tuple[Areas, Areas]:
    """Offsets of the anchor from the point, from the one asked for to those further away, and how far the corner of
    the text lies from its anchor, (n, 2)."""
    found = _offsets(dx, dy, anchor, wide, tall, unit)
    offsets = np.array([(x, y) for x, y, _ in found])
    return offsets, np.array([(anchor[0] * wide, anchor[1] * tall) for _, _, anchor in found])


def _offsets(
    dx: float, dy: float, anchor: Anchor, wide: float, tall: float, unit: float
) -> list[tuple[float, float, Anchor]]:
    if anchor == (0.5, 0.5) and not dx and not dy:  # in the middle of something: near it
        steps = (0.0, 1.2, -1.2, 2.4, -2.4, 3.6, -3.6)
        sides = (0.0, -0.6, 0.6, -1.2, 1.2)
        return [(side * wide, step * tall, anchor) for side in sides for step in steps]
    away, lift = max(abs(dx), 8 * unit), max(abs(dy), 0.9 * tall)
    found: list[tuple[float, float, Anchor]] = [(dx, dy, anchor), (-dx, dy, (1 - anchor[0], anchor[1]))]
    for far in (1.0, 1.8, 2.8):
        for up in (-1, 1):
            found += [
                (away, up * far * lift, (0.0, 0.5)),
                (-away, up * far * lift, (1.0, 0.5)),
                (0.0, up * far * (lift + 6 * unit), (0.5, 0.5)),
            ]
        found += [(away * far, 0.0, (0.0, 0.5)), (-away * far, 0.0, (1.0, 0.5))]
    return found


def _all_over(frame: Frame, wide: float, tall: float) -> Areas:
    """Places in rows from the bottom up, all over the plot."""
    room = frame.plot.adjusted(8, 8, -8 - wide, -8 - tall)
    if room.width() <= 0 or room.height() <= 0:
        return np.empty((0, 4))
    shares = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
    corners = [(room.left() + x * room.width(), room.bottom() - y * room.height()) for y in shares for x in shares]
    return np.array([area_at(x, y, wide, tall, (0, 0)) for x, y in corners])


def _rect(area: Sequence[float]) -> QRectF:
    return QRectF(area[0], area[1], area[2] - area[0], area[3] - area[1])


class EndLabels(TextItem):
    """The names of lines at their right ends, apart from each other. Reserves the margin that they need."""

    def __init__(self, px: float = 13, weight: int = 600) -> None:
        super().__init__()
        self._labels: list[tuple[str, float, str]] = []
        self._px, self._weight = px, weight

    @property
    def labels(self) -> list[tuple[str, float, str]]:
        """(text, y value, colour) of every line."""
        return self._labels

    def set_labels(self, labels: Sequence[tuple[str, float, str]]) -> None:
        """(text, y value, colour) for every line, the most important last; those without a finite y are left out."""
        new = [label for label in labels if math.isfinite(label[1])]
        if new != self._labels:
            self._labels = new
            self.changed()
            if self.canvas is not None:
                self.canvas.room_changed()

    def reserved_right(self, style: Style) -> float:
        """The widest label and the air about it."""
        if not self._labels:
            return 0.0
        widest = max(markup.measure(text, style, self._px, self._weight).width() for text, _, _ in self._labels)
        return widest + 24 * style.type_scale

    def wishes(self, frame: Frame) -> list[Wish]:
        """Beside the plot, each as near to its line as the others let it; as many as there is room for."""
        unit, gap = frame.style.type_scale, END_GAP * frame.style.type_scale
        shown = [(text, frame.one_y(y), color) for text, y, color in self._labels]
        shown = [label for label in shown if math.isfinite(label[1])]
        shown = shown[-max(1, int(frame.plot.height() // gap)) :]
        places = spread([y for _, y, _ in shown], gap, frame.plot.top() + gap / 2, frame.plot.bottom() - gap / 2)
        x = frame.plot.right() + 9 * unit
        return [
            fixed(
                text, frame.style, (x, y), (0.0, 0.5), self._px, self._weight, color=color, halo=False, outside=True
            )
            for (text, _, color), y in zip(shown, places, strict=True)
        ]  # fmt: skip


class AxisTitle(TextItem):
    """The title of an axis, horizontal: y at the top left and x at the bottom right, in the plot or outside it."""

    on_background = True

    def __init__(self, axis: str, color: str | None) -> None:
        super().__init__()
        self._axis, self._color = axis, color

    def wishes(self, frame: Frame) -> list[Wish]:
        """In its corner, then along the edge away from it."""
        text = frame.y.title if self._axis == "y" else frame.x.title
        if not text or self.canvas is None:
            return []
        unit, plot = frame.style.type_scale, frame.plot
        size = markup.measure(text, frame.style, 12)
        wide, tall = size.width(), size.height()
        inside = self.canvas.titles_inside
        if inside and self._axis == "y":
            corner, shift = area_at(plot.left() + 8 * unit, plot.top() + 5 * unit, wide, tall, (0, 0)), 1
        elif inside:
            corner, shift = area_at(plot.right() - 8 * unit, plot.bottom() - 4 * unit, wide, tall, (1, 1)), -1
        else:
            corner, shift = self._outside(frame, wide, tall), 0
        areas = [corner]
        if shift:
            free = plot.width() - wide - 16 * unit
            along = [share * free for share in (0.15, 0.3, 0.45, 0.6, 0.75, 0.9)] if free > 0 else []
            areas += [(a + shift * by, b, c + shift * by, d) for by in along for a, b, c, d in (corner,)]
            rows = [row * shift * 1.3 * tall for row in (1, 2, 3)]
            areas += [(a, b + by, c, d + by) for by in rows for a, b, c, d in tuple(areas[:4])]
        color = self._color or ("muted" if not self._on_map(areas[0]) else None)
        wish = Wish(
            text, np.array(areas), TITLE, color, align=float(self._axis == "x"), halo=inside, needed=not inside,
            over=not inside, outside=True,
        )  # fmt: skip
        symbol = text[text.find("*") :]
        if not inside or symbol in (text, ""):
            return [wish]
        narrower = size.width() - markup.measure(symbol, frame.style, 12).width()
        cut = np.array([narrower, 0, 0, 0]) if self._axis == "x" else np.array([0, 0, -narrower, 0])
        short = replace(wish, text=symbol, areas=np.array(areas) + cut, over=True)
        return [replace(wish, fallback=short)]

    def _on_map(self, area: tuple[float, ...]) -> bool:
        beneath = self.canvas.background_at(_rect(area).center()) if self.canvas else None
        return beneath is not None

    def _outside(self, frame: Frame, wide: float, tall: float) -> tuple[float, ...]:
        unit, plot = frame.style.type_scale, frame.plot
        size = 12 * unit
        if self._axis == "x":
            return area_at(plot.right(), plot.bottom() + 7 * unit + 1.9 * size, wide, tall, (1, 0))
        assert self.canvas is not None
        ticks = self.canvas.plot_item.getAxis("left").visible_ticks
        widest = max((markup.layout(text, size).width for _, text in ticks), default=0.0)
        return area_at(plot.left() - 7 * unit - widest, plot.top() - 9 * unit, wide, tall, (0, 1))


class ScaleBar(TextItem):
    """How long a unit is, at the bottom left of a contour plot. (pg.ScaleBar has no round lengths and no halo.)"""

    def _bar(self, frame: Frame) -> tuple[float, QRectF]:
        """The length in data units, and the bar in pixels."""
        unit = frame.style.type_scale
        span = abs(frame.x_span[1] - frame.x_span[0])
        length = round_below(0.14 * span)
        left, y = frame.plot.left() + 18 * unit, frame.plot.bottom() - 15 * unit
        return length, QRectF(left, y, length / span * frame.plot.width(), 0.0)

    def own_area(self, frame: Frame) -> QRectF:
        """The bar."""
        _, bar = self._bar(frame)
        return bar.adjusted(-2, -2, 2, 2)

    def wishes(self, frame: Frame) -> list[Wish]:
        """The length above the bar."""
        length, bar = self._bar(frame)
        text = numbers.tick_text(length, math.floor(math.log10(length) + 1e-9))
        place = bar.center().x(), bar.top() - 4 * frame.style.type_scale
        return [fixed(text, frame.style, place, (0.5, 1), 12, 500, color="text2", align=0.5)]

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """The bar itself."""
        _, bar = self._bar(frame)
        obstacles.areas.append(bar.adjusted(-2, -2, 2, 2))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """A bar of a round length, about a tenth of the plot, with its value above."""
        _, bar = self._bar(frame)
        y = snapped_y(painter, bar.top(), frame.style.width(1.5))
        painter.setPen(make_pen(frame.color("text2"), frame.style.width(1.5)))
        painter.drawLine(QPointF(bar.left(), y), QPointF(bar.right(), y))
        super().draw(painter, frame)
