"""Maps of kinds, as of the minimum that each start ends in. (pg.ImageItem has no hatch for what ends nowhere.)"""

from __future__ import annotations

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.canvas.drawn import Drawn, DrawnMap
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import InPixels
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.hatch import HATCH_STEP, HATCH_WIDTH, draw_hatch
from qhm_gui.drawing.painted_images import draw_map
from qhm_gui.drawing.thinning import Points

NOWHERE, DIVERGED = -1, -2
#: The part of the colour map that kinds take: its darkest end would hide what lies on it.
_DARK, _LIGHT = 0.36, 1.0


class CategoryMap(InPixels, pg.ImageItem):
    """Kinds 0, 1, ... from light to dark, -1 neutral, -2 hatched; one cell about each place of the lattice."""

    def __init__(self) -> None:
        self._xs = self._ys = np.empty(0)
        self._kinds: NDArray[np.int64] = np.empty((0, 0), dtype=np.int64)
        self._ranks: NDArray[np.float64] = np.empty(0)
        self._darkest = _DARK
        super().__init__(axisOrder="row-major")
        self.setZValue(-20.0)

    def set_kinds(
        self, xs: ArrayLike, ys: ArrayLike, kinds: ArrayLike, ranks: ArrayLike, *, whole: bool = False
    ) -> None:
        """Kinds (ny, nx) over even xs and ys, at most 250; ``ranks``: for every kind its place between light, 0, and
        dark, 1. ``whole``: the colours of a colour bar, to its dark end, for kinds that are steps of one quantity."""
        self._darkest = 0.0 if whole else _DARK
        self._xs, self._ys = np.asarray(xs, dtype=np.float64), np.asarray(ys, dtype=np.float64)
        self._kinds = np.asarray(kinds, dtype=np.int64)
        self._ranks = np.asarray(ranks, dtype=np.float64)
        index = np.where(self._kinds >= 0, self._kinds + 2, -1 - self._kinds).astype(np.uint8)
        self.setImage(index, autoLevels=False, levels=(0, 255))
        self.changed()

    def color_of(self, kind: int, frame: Frame) -> QColor:
        """The colour of a kind."""
        if kind < 0 or kind >= len(self._ranks):
            return frame.color("div" if kind == DIVERGED else "sunken")
        return colour_maps.sample("tide", _LIGHT - (_LIGHT - self._darkest) * float(self._ranks[kind]), frame.theme.key)

    def area(self, frame: Frame) -> QRectF:
        """Where the cells lie, in pixels."""
        if len(self._xs) < 2 or len(self._ys) < 2:
            return QRectF()
        half_x, half_y = (self._xs[1] - self._xs[0]) / 2, (self._ys[1] - self._ys[0]) / 2
        corner = frame.point(self._xs[0] - half_x, self._ys[-1] + half_y)
        return QRectF(corner, frame.point(self._xs[-1] + half_x, self._ys[0] - half_y))

    def drawn(self) -> list[Drawn]:
        if not self._kinds.size:
            return []
        ends = [(float(axis[0]), float(axis[-1])) for axis in (self._xs, self._ys)]
        return [DrawnMap(self._kinds.astype(np.float64), *ends)]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """An image with a pixel a cell, then the hatch over what diverges."""
        area = self.area(frame)
        if area.isEmpty():
            return
        kinds = [NOWHERE, DIVERGED, *range(len(self._ranks))]
        shades = [self.color_of(kind, frame) for kind in kinds]
        colors = [(shade.red(), shade.green(), shade.blue()) for shade in shades]
        self.setLookupTable(np.array(colors + [colors[0]] * (256 - len(colors)), dtype=np.uint8), update=False)
        self.render()
        assert self.qimage is not None
        draw_map(painter, area, self.qimage.flipped(Qt.Orientation.Vertical), smooth=False)
        rings = self._diverged_rings(area)
        if rings:
            hatch = frame.color("hatch")
            step, width = frame.style.width(HATCH_STEP), frame.style.width(HATCH_WIDTH)
            draw_hatch(painter, rings, area.intersected(frame.plot), hatch, step, width)

    def _diverged_rings(self, area: QRectF) -> list[Points]:
        """A rectangle for every run of diverged cells in a row, from the top down."""
        gone = (self._kinds[::-1] == DIVERGED).astype(np.int8)
        height, width = area.height() / gone.shape[0], area.width() / gone.shape[1]
        edges = np.diff(np.pad(gone, ((0, 0), (1, 1))), axis=1)
        rings: list[Points] = []
        for row in np.flatnonzero(gone.any(axis=1)).tolist():
            top, bottom = area.top() + row * height, area.top() + (row + 1) * height
            starts, ends = np.flatnonzero(edges[row] == 1), np.flatnonzero(edges[row] == -1)
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                x0, x1 = area.left() + start * width, area.left() + end * width
                rings.append(np.array([[x0, top], [x1, top], [x1, bottom], [x0, bottom]]))
        return rings

    def background_at(self, point: QPointF, frame: Frame) -> BackgroundColour | None:
        """The colour of the cell beneath."""
        area = self.area(frame)
        if area.isEmpty() or not area.contains(point):
            return None
        rows, columns = self._kinds.shape
        row = min(int((area.bottom() - point.y()) / area.height() * rows), rows - 1)
        column = min(int((point.x() - area.left()) / area.width() * columns), columns - 1)
        return BackgroundColour(self.color_of(int(self._kinds[row, column]), frame), is_map=True)
