"""The picture of one quantity of a sweep: a cell a model, beside it the colour bar, upon it condition (13)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.polygons import outline
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text
from qhm_gui.text.parameter_words import axis_title
from qhm_gui.text.round_numbers import round_above, round_below
from qhm_gui.views.shared.hatched_regions import rings_above
from qhm_gui.views.shared.level_scale import LevelScale, two_figures
from qhm_gui.widgets.beside import beside
from qhm_math.experiments import Axis as Cells
from qhm_math.experiments import SweepMap

Floats = NDArray[np.float64]
#: Losses beyond these shares of the cells are not told apart by colour.
_LEAST, _MOST = 0.02, 0.97


def scale_of(found: SweepMap) -> LevelScale:
    """Logarithmic, over nearly all cells that are known; while a map fills with round ends, which stay.

    Where none is known, it is that of theory.
    """
    known = found.mean[np.isfinite(found.mean) & (found.mean > 0)]
    if not len(known) and found.expected is not None:
        known = found.expected.mean[np.isfinite(found.expected.mean) & (found.expected.mean > 0)]
    if not len(known):
        return LevelScale("log", 1e-4, 1.0)
    low, high = (float(np.quantile(known, share)) for share in (_LEAST, _MOST))
    if np.isnan(found.mean).any():
        return LevelScale("log", round_below(low), round_above(max(high, 1.1 * low)))
    return LevelScale("log", two_figures(low), two_figures(max(high, 1.1 * low)))


def error_scale(errors: Floats) -> LevelScale:
    """Of shares of wrong answers: from a whole percent to another, over nearly all cells that are known."""
    known = errors[np.isfinite(errors)]
    if not len(known):
        return LevelScale("share", 0.0, 1.0)
    low, high = math.floor(100 * known.min()), math.ceil(100 * np.quantile(known, _MOST))
    return LevelScale("share", low / 100, max(high, low + 1) / 100)


def cell_rings(x: Axis, y: Axis, chosen: NDArray[np.bool_]) -> list[Floats]:
    """Polygons (n, 2) round the cells (ys, xs) that are chosen: each reaches half-way to its neighbours, and those at
    an edge of the map as far as the map does."""
    rows, columns = chosen.shape
    values = np.where(chosen, 1.0, -1.0).repeat(2, 0).repeat(2, 1)
    return rings_above(_sides(x, columns), _sides(y, rows), values)


def _sides(axis: Axis, count: int) -> Floats:
    """Both sides of every cell, a hair apart from those of its neighbours, (2 count,)."""
    low, high = axis.span
    middle = low + (high - low) * (np.arange(count - 1) + 0.5) / max(count - 1, 1)
    hair = 1e-6 * (high - low)
    sides = np.stack((np.append(low, middle + hair), np.append(middle - hair, high)), 1)
    return axis.from_axis(sides.ravel())


def _axis(cells: Cells, name: str) -> Axis:
    return Axis(*_ends(cells), "log" if cells.log and cells.count > 1 else "linear", axis_title(name))


def _ends(cells: Cells) -> tuple[float, float]:
    """The least and the greatest cell; about the only one, where there is one."""
    low, high = sorted((cells.low, cells.high))
    if cells.count > 1:
        return low, high
    room = abs(low) / 2 or 0.5
    return low - room, low + room


def _way(cells: Cells) -> int:
    """-1 where the cells are in descending order, as a sweep may have them."""
    return -1 if cells.low > cells.high else 1


class SweepMapPicture:
    """Map, colour bar, and condition (13) for the largest curvature at the checkpoint.

    A cell that is not finished, or has no value, has no colour; one that diverged is hatched.
    """

    def __init__(self, style: Style) -> None:
        canvas = self.canvas = Canvas(style, Axis(0.0, 1.0), Axis(0.0, 1.0))
        self._map = canvas.add(HeatMap("ember"))
        self._map.set_smooth(False)  # cells that were trained one by one are no field
        self._gone = canvas.add(UnstableRegion())
        self._edge = canvas.add(PlotCurve("#FFFFFF", 2.0, casing=True))
        self._label = canvas.add(Label("", None, weight=600, anchor=(0.0, 0.5)))
        self._name = canvas.add(Label("", None, weight=600, anchor=(0.0, 0.0)))
        self._bar = ColourBar(style, "ember")
        self.widget = beside(canvas, self._bar)
        self.parts = canvas, self._bar
        self._look: tuple[object, ...] = ()
        self._values: Floats = np.empty(0)

    @property
    def name(self) -> str:
        """What it shows, in its corner."""
        return self._name.text

    def draw(self, found: SweepMap, values: Floats, scale: LevelScale, quantity: str, name: str = "") -> None:
        """Put values (ys, xs) of the cells into the items: inf where a cell diverges, NaN where there is none."""
        x, y = _axis(found.x_axis, found.across), _axis(found.y_axis, found.up)
        values = values[:: _way(found.y_axis), :: _way(found.x_axis)]
        look = x, y, scale, quantity, name, found.sharpness
        if look == self._look and np.array_equal(values, self._values, equal_nan=True):
            return  # while a map fills, the one beside it stays
        self._look, self._values = look, values
        self.canvas.set_axes(x, y)
        gone, unknown = np.isinf(values), np.isnan(values)
        shown = np.where(np.isfinite(values), np.maximum(values, scale.low / 10), np.nan)
        self._map.set_colormap(scale.colormap)
        self._map.set_values(
            scale.unit(np.where(gone, scale.high, shown)),
            (x.low, x.high),
            (y.low, y.high),
            unknown if unknown.any() else None,
        )
        self._gone.setData(*outline(cell_rings(x, y, gone)))
        self._bar.set_colormap(scale.colormap)
        self._bar.set_title(quantity)
        self._bar.set_ticks(scale.ticks(shown))
        self._bar.set_cap(tr("diverges") if gone.any() else "")
        self._draw_edge(found)
        self._name.set_text(name)
        left, _, _, top = self.canvas.visible_range()
        self._name.set_position(left, top, dx=6, dy=6)

    def _draw_edge(self, found: SweepMap) -> None:
        edge_x, edge_y = found.edge()
        self._edge.setData(edge_x, edge_y)
        known = np.flatnonzero(np.isfinite(edge_x))
        self._label.setVisible(bool(len(known)))
        if len(known):
            at = known[7 * len(known) // 10]
            words = tr("condition (13), *L* = {L}", L=alpha_text(found.sharpness))
            self._label.set_text(words, narrow=tr("condition (13)"))
            self._label.set_position(float(edge_x[at]), float(edge_y[at]), dx=10)

    def restyle(self, style: Style) -> None:
        """Take other colours or scales."""
        self.canvas.set_style(style)
        self._bar.set_style(style)
