"""Maps of values, where light is good in both themes. (pg.ImageItem smooths no vector page.)"""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.appearance.colour_maps import Colormap
from qhm_gui.canvas.drawn import Drawn, DrawnMap
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import InPixels
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.painted_images import draw_map


class HeatMap(InPixels, pg.ImageItem):
    """A map of values in [0, 1] where 1 is good and light; an ImageItem of 256 levels with its look-up table."""

    def __init__(self, colormap: Colormap) -> None:
        self._colormap: Colormap = colormap
        self._smooth = True
        self._filled: NDArray[np.float64] | None = None
        self._open: NDArray[np.bool_] | None = None
        self._x_extent = self._y_extent = (0.0, 1.0)
        self._table = ("", "")
        super().__init__(axisOrder="row-major")
        self.setZValue(-19.0)

    @property
    def colormap(self) -> Colormap:
        """The map in use."""
        return self._colormap

    def set_colormap(self, colormap: Colormap) -> None:
        """Another colour map."""
        self.set_look(_colormap=colormap)

    def set_smooth(self, smooth: bool) -> None:
        """Smooth between the nodes, or show each as a cell: what was simulated node by node is no field."""
        self.set_look(_smooth=smooth)

    @property
    def values(self) -> NDArray[np.float64] | None:
        """The values shown, (ny, nx), with gaps filled."""
        return self._filled

    def set_values(
        self,
        unit: ArrayLike,
        x_extent: tuple[float, float],
        y_extent: tuple[float, float],
        unknown: NDArray[np.bool_] | None = None,
    ) -> None:
        """Values (ny, nx), the first row at the low y, evenly spaced on the axes with nodes at both ends of the
        extents (data values): what ``numpy.geomspace`` gives for a log axis. NaN where the method diverges. A map of
        cells stays paper where a value is ``unknown`` (ny, nx)."""
        values = np.asarray(unit, dtype=np.float64)
        if values.ndim != 2:
            raise ValueError(f"A heat map needs values of shape (ny, nx), not {values.shape}.")
        self._filled, self._open = fill_gaps(values), unknown
        self._x_extent, self._y_extent = x_extent, y_extent
        levels = np.round(np.clip(self._filled, 0.0, 1.0) * 255).astype(np.uint8)
        self.setImage(levels, autoLevels=False, levels=(0, 255))
        self.changed()

    def value_at(self, x: float, y: float, frame: Frame) -> float | None:
        """The value of the node nearest to a data point."""
        if self._filled is None:
            return None
        across = _share(*map(frame.x.place, (*self._x_extent, x)))
        up = _share(*map(frame.y.place, (*self._y_extent, y)))
        rows, columns = self._filled.shape
        if not (-0.01 <= across <= 1.01 and -0.01 <= up <= 1.01):
            return None
        node = round(min(max(up, 0), 1) * (rows - 1)), round(min(max(across, 0), 1) * (columns - 1))
        return None if self._open is not None and self._open[node] else float(self._filled[node])

    def drawn(self) -> list[Drawn]:
        if self._filled is None:
            return []
        values = self._filled if self._open is None else np.where(self._open, np.nan, self._filled)
        return [DrawnMap(values, self._x_extent, self._y_extent)]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The nodes are centres of pixels, so the picture reaches half a node over the extent and is cut off there."""
        if self._filled is None:
            return
        if self._table != (self._colormap, frame.theme.key):
            self._table = self._colormap, frame.theme.key
            self.setLookupTable(colour_maps.lut(*self._table), update=False)  # else it asks for another paint
            self.qimage = None
        if self.qimage is None or self._renderRequired:
            self.render()
        assert self.qimage is not None
        image = self.qimage.flipped(Qt.Orientation.Vertical)  # pyqtgraph's first row is the lowest
        rows, columns = self._filled.shape
        x0, x1 = map(frame.one_x, self._x_extent)
        y0, y1 = map(frame.one_y, self._y_extent)
        half_x = (x1 - x0) / max(columns - 1, 1) / 2
        half_y = (y0 - y1) / max(rows - 1, 1) / 2
        target = QRectF(QPointF(x0 - half_x, y1 - half_y), QPointF(x1 + half_x, y0 + half_y))
        if self._open is not None:  # as pixels: rectangles would leave seams
            image = image.convertToFormat(image.Format.Format_RGB32)
            pixels = np.frombuffer(image.bits(), np.uint32).reshape(rows, image.bytesPerLine() // 4)
            pixels[::-1, :columns][self._open] = frame.color("surface").rgb()
        painter.setClipRect(QRectF(QPointF(x0, y1), QPointF(x1, y0)), Qt.ClipOperation.IntersectClip)
        draw_map(painter, target, image, smooth=self._smooth)

    def background_at(self, point: QPointF, frame: Frame) -> BackgroundColour | None:
        """The colour of the map at a pixel."""
        if self._filled is None or not frame.plot.contains(point):
            return None
        value = self.value_at(*frame.data(point), frame)
        if value is None:
            return None
        return BackgroundColour(colour_maps.sample(self._colormap, value, frame.theme.key), is_map=True)


def _share(low: float, high: float, value: float) -> float:
    share = (value - low) / (high - low)
    return share if math.isfinite(share) else -1.0


def fill_gaps(values: ArrayLike) -> NDArray[np.float64]:
    """NaN replaced by the nearest number in its row, else in its column; 0 where there is none at all.

    So that the smoothing between pixels does not bleed at the edge of what diverges.
    """
    filled = np.array(values, dtype=np.float64)
    known = np.isfinite(filled)
    if known.all():
        return filled
    filled[~known] = np.nan
    _fill_rows(filled)
    _fill_rows(filled.T)
    return np.nan_to_num(filled, copy=False, nan=0.0)


def _fill_rows(values: NDArray[np.float64]) -> None:
    """Fill the gaps of every row that has a number, in place."""
    missing = np.isnan(values)
    rows = np.flatnonzero(missing.any(axis=1) & ~missing.all(axis=1))
    if not len(rows):
        return
    gaps = missing[rows]
    count = values.shape[1]
    place = np.arange(count, dtype=np.int32)
    before = np.maximum.accumulate(np.where(gaps, np.int32(-4 * count), place), axis=1)
    after = np.minimum.accumulate(np.where(gaps, np.int32(4 * count), place)[:, ::-1], axis=1)[:, ::-1]
    row, column = np.nonzero(gaps)
    left, right = before[row, column], after[row, column]
    values[rows[row], column] = values[rows[row], np.where(column - left <= right - column, left, right)]
