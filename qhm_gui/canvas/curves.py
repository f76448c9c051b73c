"""Curves and bands. (pg.PlotCurveItem is the base; pg.FillBetweenItem builds its path twice, for two more curves.)"""

from __future__ import annotations

from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.canvas.drawn import Drawn, DrawnArea, DrawnCurve
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import Coloured, PixelItem
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.band_fill import fill_between, parts
from qhm_gui.drawing.device import device_scale, is_raster
from qhm_gui.drawing.page_area import page_area
from qhm_gui.drawing.pens import Dash, dash_in_pixels, on_paper
from qhm_gui.drawing.shown_points import ShownPoints
from qhm_gui.drawing.stroke import MANY, dashes_cut, draw_dashes, draw_polyline, is_dense, polygon_path, with_ends
from qhm_gui.drawing.thinning import Points, around, envelope, fewer, near

DashName = Literal["theory", "approx", "dot"]
EMPTY = np.empty(0)
_NO_DASHES = 20_000  # points of a path from which its dashes lie on each other
CASING = "rgba(23,32,42,.75)"
CASING_SIDE = 1.3


class PlotCurve(Coloured, pg.PlotCurveItem):
    """A line through data points with a gap at every NaN.

    ``color`` is a token, a method's key or '#hex'. ``dash``: 'theory' (5-4), 'approx' (1.2-2.6), 'dot', or lengths on
    and off in line widths. ``casing`` puts a dark rim round a white line, or a white rim round a coloured one, so that
    it reads on a map.
    """

    drafted = True
    ghost: Ghost | None = None  # made when there is one to draw

    def __init__(
        self,
        color: str,
        width: float = 1.8,
        dash: DashName | Dash | None = None,
        alpha: float = 1.0,
        casing: bool = False,
    ) -> None:
        self._color, self._width, self._dash, self._alpha, self._casing = color, width, dash, alpha, casing
        self._x, self._y = EMPTY, EMPTY
        self._split: int | None = None
        self._ghost_alpha = 0.25
        self._few: tuple[Points, NDArray[np.intp] | None] = EMPTY, None
        self._pixels: tuple[Frame, Points, Points] | None = None
        self._seen: ShownPoints | None = None
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    @property
    def x(self) -> Points:
        """The data on x."""
        return self._x

    @property
    def y(self) -> Points:
        """The data on y."""
        return self._y

    def setData(self, x: ArrayLike = EMPTY, y: ArrayLike = EMPTY) -> None:
        """The points in data values."""
        before, x, y = len(self._x), np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        if x.shape != y.shape or x.ndim != 1:
            raise ValueError(f"A curve needs as many x as y, not {x.shape} and {y.shape}.")
        if not self.set_arrays(_x=x, _y=y):
            return
        self._pixels = None
        if not 0.5 <= (len(x) + 1) / (before + 1) <= 2.0:
            self.took, self.expected = None, 0.002 + 1e-6 * len(x)
        super().setData(x, y)
        self._show_ghost()

    def set_split(self, index: int | None, ghost_alpha: float = 0.25) -> None:
        """Draw what comes after point ``index`` as a ghost; None draws all in full."""
        if ghost_alpha != self._ghost_alpha and self.ghost is not None:
            self.ghost.recoloured()
        if (index, ghost_alpha) != (self._split, self._ghost_alpha):
            changed = self._between(self._split, index)
            self._split, self._ghost_alpha = index, ghost_alpha
            self.recoloured(changed)
            self._show_ghost()

    def _between(self, one: int | None, other: int | None) -> QRectF | None:
        """The pixels that change with the split; None where all may."""
        if one is None or other is None or self._pixels is None or self._seen is None:
            return None
        (frame, x, y), places = self._pixels, self._seen.places
        if self._seen.of is not x or not len(x):  # not painted yet as it is now
            return None
        width, side = frame.style.width(self._width), frame.style.width(CASING_SIDE) * self._casing
        dash = self._dash_of(self._seen, width)
        if dash is not None and not dashes_cut(self._seen.short, width, dash, side):
            return None
        low, high = sorted((max(one, 0), max(other, 0)))
        few = self.few()
        first = low if few is None else int(few.searchsorted(low, side="right")) - 1
        before = int(places[max(int(places.searchsorted(first)) - 1, 0)])  # the piece up to the split goes on there
        begin = before if few is None else int(few[before])
        x, y = x[begin : high + 1], y[begin : high + 1]
        if few is not None:
            x, y = frame.px_x(self._x[begin : high + 1]), frame.px_y(self._y[begin : high + 1])
        return around(x, y, 2.0 + width + 2 * side)

    def _show_ghost(self) -> None:
        """While only the split moves, the ghost stays a picture."""
        wanted = self._split is not None and self._split < len(self._x) - 1 and self._ghost_alpha > 0
        if wanted and self.ghost is None and self.canvas is not None:
            self.ghost = Ghost(self)
            self.canvas.addItem(self.ghost)
        if self.ghost is not None:
            self.ghost.setVisible(wanted and self.isVisible())

    def setVisible(self, visible: bool) -> None:
        """Show or hide it, and its ghost."""
        super().setVisible(visible)
        self._show_ghost()

    def changed(self) -> None:
        """It looks different now, and so does its ghost."""
        super().changed()
        if self.ghost is not None:
            self.ghost.recoloured()

    def set_width(self, width: float) -> None:
        """The width in pixels at line scale 1."""
        self.set_look(_width=width)

    def set_alpha(self, alpha: float) -> None:
        """The opacity of the whole line."""
        self.set_look(_alpha=alpha)

    def set_dash(self, dash: DashName | Dash | None) -> None:
        """Another dash, or None for a solid line."""
        self.set_look(_dash=dash)

    def few(self) -> NDArray[np.intp] | None:
        """Which points are drawn of a very long line; None for all."""
        if self._few[0] is not self._x:
            self._few = self._x, fewer(self._x, self._y)
        return self._few[1]

    def point_of(self, index: int) -> int:
        """Which point of the data is that of :meth:`pixels`."""
        few = self.few()
        return index if few is None else int(few[index])

    def pixels(self, frame: Frame) -> tuple[Points, Points]:
        """The points that are drawn, in pixels, kept until the data or the frame changes."""
        if self._pixels is None or self._pixels[0] is not frame:
            few = self.few()
            x, y = (self._x, self._y) if few is None else (self._x[few], self._y[few])
            x, y = frame.px_x(x), frame.px_y(y)
            gap = np.isnan(x) | np.isnan(y)
            if gap.any():
                y = np.where(gap, np.nan, y)
                x = np.where(np.isnan(x), np.nan, x)
            self._pixels = frame, x, y
        return self._pixels[1:]

    def drawn(self) -> list[Drawn]:
        return [DrawnCurve(self._color, self._x, self._y, self._dash, self._alpha)]

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """All of the curve."""
        if self._alpha > 0:
            obstacles.line(*self.pixels(frame))

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """All of it, or what is past: upon the ghost."""
        seen = self._thinned(*self.pixels(frame), painter, frame)
        count, ends = len(seen.points), []
        if self._split is not None and self._split < len(self._x) - 1:
            count, ends = self._past(max(self._split, 0), seen, frame)
        self._draw(painter, frame, seen, count, ends, self._alpha)

    def _past(self, split: int, seen: ShownPoints, frame: Frame) -> tuple[int, list[tuple[float, float]]]:
        """How many of the points that show are past, and the places between there and the split."""
        few = self.few()
        at = split if few is None else int(few.searchsorted(split, side="right")) - 1
        count = int(seen.places.searchsorted(at, side="right"))
        x, y = self.pixels(frame)
        ends: list[tuple[float, float]] = []
        if seen.places[count - 1] != at:
            gap = [(np.nan, np.nan)] if seen.points[count] < 0 else []  # what lies between has been covered before
            ends = [*gap, (float(x[at]), float(y[at]))]
        if few is not None and few[at] != split:  # the playhead stands between two points that are drawn
            ends.append((frame.one_x(self._x[split]), frame.one_y(self._y[split])))
        return count, ends

    def draw_ghost(self, painter: QPainter, frame: Frame) -> None:
        """All of it, pale."""
        seen = self._thinned(*self.pixels(frame), painter, frame)
        self._draw(painter, frame, seen, len(seen.points), [], self._alpha * self._ghost_alpha)

    def _thinned(self, x: Points, y: Points, painter: QPainter, frame: Frame) -> ShownPoints:
        """The points that show, kept while only the split moves. On a page of vectors nothing covers for good."""
        cover = is_raster(painter) and (self._dash is None or len(x) > _NO_DASHES)
        known = device_scale(painter), cover, frame.style.width(self._width)
        if self._seen is None or self._seen.of is not x or self._seen.known != known:
            self._seen = ShownPoints(x, y, known)
        return self._seen

    def _dash_of(self, seen: ShownPoints, width: float) -> Dash | None:
        """Its dash in pixels of a screen; None where of hundreds of thousands upon each other none would show."""
        return None if self._dash is None or is_dense(seen.x, width) else dash_in_pixels(self._dash, width)

    def _draw(
        self,
        painter: QPainter,
        frame: Frame,
        seen: ShownPoints,
        count: int,
        ends: list[tuple[float, float]],
        alpha: float,
    ) -> None:
        """Its first points that show, and on to the ends if there are any."""
        style, canvas = frame.style, self.canvas
        width = style.width(self._width)
        color = frame.color(self._color)
        if alpha != 1.0:
            color.setAlphaF(color.alphaF() * alpha)
        draft = canvas is not None and canvas.drafts
        raster = is_raster(painter)
        dash = None
        if self._dash is not None:
            dash = self._dash_of(seen, width) if raster else dash_in_pixels(self._dash, width)
        plain = raster and color.alpha() == 255 and not (draft or self._casing)
        if plain and dash and dashes_cut(seen.short, width, dash) and count == len(seen.x) and not ends:
            draw_dashes(painter, seen.dashes(dash, frame.plot), color, width)
            return
        if plain and dash is None:
            segments, shown = seen.segments(frame.plot), canvas.exposed if canvas else None
            trail = None if canvas is None else canvas.trail(self)
            if (
                segments is not None
                and trail is not None
                and trail.draw(painter, segments, count, color, width, frame.plot.adjusted(-2, -2, 2, 2))
            ):
                segments.draw_ends(painter, count, ends, color, width)
                return
            if segments is not None:
                across = (shown or frame.bounds).left(), (shown or frame.bounds).right()
                segments.draw(painter, count, ends, color, width, across)
                return
        x, y = with_ends(seen.x[:count], seen.y[:count], ends)
        if dash is None:
            x, y = near(x, y, frame.plot)
        if draft and len(x) > MANY:
            color = on_paper(color, frame.color("surface"))
        if self._casing:
            light = self._color.lower() in ("#ffffff", "white", "onink")
            rim = frame.color(CASING if light else "#FFFFFF")
            rim.setAlphaF(rim.alphaF() * alpha)
            side = style.width(CASING_SIDE)
            draw_polyline(painter, x, y, rim, width, dash, frame.plot, side, draft, seen.short)
        draw_polyline(painter, x, y, color, width, dash, frame.plot, draft=draft, short=seen.short)


class Ghost(PixelItem):
    """A whole curve, pale, below the pasts of all: a picture while the playhead moves."""

    drafted = True

    def __init__(self, curve: PlotCurve) -> None:
        super().__init__()
        self.setZValue(curve.zValue() - 0.5)
        self._curve = curve

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """As the curve has it."""
        self._curve.draw_ghost(painter, frame)


#: Below this opacity smooth edges are not visible, and a plain fill is several times faster.
_FAINT = 0.2


class Band(Coloured, PixelItem):
    """The area between two curves, without an outline.

    pg.FillBetweenItem builds its path twice, once for each of its two curves, and takes ten times as long.
    """

    def __init__(self, color: str, alpha: float = 0.15) -> None:
        super().__init__()
        self.setZValue(-1.0)
        self._color, self._alpha = color, alpha
        self._x, self._lower, self._upper = EMPTY, EMPTY, EMPTY

    def setData(self, x: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> None:
        """Both edges over x, in data values. Where one is NaN the band has a gap."""
        self.set_arrays(_x=x, _lower=lower, _upper=upper)

    def set_alpha(self, alpha: float) -> None:
        """The opacity."""
        self.set_look(_alpha=alpha)

    def drawn(self) -> list[Drawn]:
        return [DrawnArea(self._color, self._x, self._upper, self._lower)]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Fill it. On a log axis an edge at or below zero lies at the bottom."""
        if len(self._x) < 2:
            return
        lower = frame.px_y(self._lower)
        if frame.y.scale == "log":
            lower = np.where(self._lower <= 0, 1e4, lower)
        x, low, high = envelope(frame.px_x(self._x), frame.px_y(self._upper), lower, device_scale(painter))
        color = frame.color(self._color, self._alpha)
        found = parts(x, low, high)
        if self._alpha < _FAINT and is_raster(painter) and fill_between(painter, found, color, self.cover(frame)):
            return
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        area = page_area(painter)
        for x, low, high in found:
            across = np.concatenate((x, x[::-1]))
            painter.drawPath(polygon_path(across, np.concatenate((low, high[::-1])), area))
