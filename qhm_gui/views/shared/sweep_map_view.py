"""The map of a sweep: the loss of a model trained for every cell of a grid ([G] figure 3, second and third rows)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.colour_bar import ColourBar, beside
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, fixed, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.hatched_regions import HatchedRegion, rings_above
from qhm_gui.views.shared.level_scale import LevelScale, two_figures
from qhm_gui.views.view import Chip, Table, View
from qhm_math.experiments.sweep_map import SweepMap

Floats = NDArray[np.float64]
_WORDS = {"alpha": "*α*", "beta": "*β*", "nu": "*ν*"}
#: Losses beyond these shares of the cells are not told apart by colour.
_LEAST, _MOST = 0.02, 0.97


def scale_of(found: SweepMap) -> LevelScale:
    """Logarithmic, over nearly all cells that are known."""
    known = found.mean[np.isfinite(found.mean) & (found.mean > 0)]
    if not len(known):
        return LevelScale("log", 1e-4, 1.0)
    low, high = (float(np.quantile(known, share)) for share in (_LEAST, _MOST))
    return LevelScale("log", two_figures(low), two_figures(max(high, 1.1 * low)))


def map_table(found: SweepMap) -> Table:
    """Every cell."""
    x, y = np.meshgrid(found.xs, found.ys)
    loss = np.where(np.isfinite(found.mean), found.mean, np.nan)
    columns: Table = {found.across: x.ravel(), "beta": y.ravel(), "loss": loss.ravel()}
    return columns | {"standard_error": found.standard_error.ravel(), "accuracy": found.accuracy.ravel()}


class SweepMapPicture:
    """Map, colour bar, and condition (13) for the largest curvature at the checkpoint.

    A cell that is not finished, or has no value, has no colour; one that diverged is hatched.
    """

    def __init__(self, style: Style) -> None:
        canvas = self.canvas = Canvas(style, Axis(0.0, 1.0), Axis(0.0, 1.0))
        self._map = canvas.add(HeatMap("ember"))
        self._map.set_smooth(False)  # cells that were trained one by one are no field
        self._veil = canvas.add(HatchedRegion())
        self._edge = canvas.add(PlotCurve("#FFFFFF", 2.0, casing=True))
        self._label = canvas.add(Label("", None, weight=600, anchor=(0.0, 0.5)))
        self._bar = ColourBar(style, "ember")
        self.widget = beside(canvas, self._bar)

    def draw(self, found: SweepMap, values: Floats, scale: LevelScale, quantity: str) -> None:
        """Put values (ys, xs) of the cells into the items: inf where a cell diverges, NaN where there is none."""
        title = f"{tr('learning rate')} *α*" if found.across == "alpha" else f"{tr('momentum share')} *ν*"
        x = Axis(float(found.xs[0]), float(found.xs[-1]), title=title)
        self.canvas.set_axes(x, Axis(float(found.ys[0]), float(found.ys[-1]), title=f"{tr('momentum')} *β*"))
        shown = np.where(np.isfinite(values), np.maximum(values, scale.low / 10), np.nan)
        unknown = np.isnan(values)
        extent = float(found.ys[0]), float(found.ys[-1])
        self._map.set_colormap(scale.colormap)
        self._map.set_values(scale.unit(shown), (x.low, x.high), extent, unknown if unknown.any() else None)
        gone = np.where(np.isinf(values), 1.0, -1.0)
        self._veil.set_rings(rings_above(found.xs, found.ys, gone))
        self._bar.set_colormap(scale.colormap)
        self._bar.set_title(quantity)
        self._bar.set_ticks(scale.ticks(shown))
        self._bar.set_cap(tr("diverges") if (gone > 0).any() else "")
        edge_x, edge_y = found.edge()
        self._edge.setData(edge_x, edge_y)
        known = np.flatnonzero(np.isfinite(edge_x))
        self._label.setVisible(bool(len(known)))
        if len(known):
            at = known[7 * len(known) // 10]
            self._label.set_text(tr("condition (13), *L* = {L}", L=alpha_text(found.sharpness)))
            self._label.set_position(float(edge_x[at]), float(edge_y[at]), dx=10)

    def restyle(self, style: Style) -> None:
        """Take other colours or scales."""
        self.canvas.set_style(style)
        self._bar.set_style(style)


def error_words(error: float) -> str:
    """' ± 0.01 (standard error)': of two seeds no interval is to be had that covers 95 %."""
    return f" ± {scientific(error, 1)} ({tr('standard error')})"


class SweepMapView(View):
    """Abstract: a subclass hands the map to ``_draw``."""

    columns = described(
        {
            "loss": Column("mean loss above the checkpoint's, last half of the steps; empty where it diverged"),
            "standard_error": Column("standard error of the mean, from the seeds"),
            "accuracy": Column("share of right answers on the test images"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._found: SweepMap | None = None
        self._picture = SweepMapPicture(style)
        self._canvas = self._picture.canvas
        self._hearken(self._canvas)

    def _hearken(self, canvas: Canvas) -> None:
        """The mouse tells the cells of this canvas."""
        canvas.hovered.connect(self._hover)
        canvas.left.connect(lambda: self.said.emit(""))
        canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._picture.widget

    def chips(self, state: State) -> list[Chip]:
        return []

    def _draw(self, found: SweepMap) -> None:
        """Put a map into the items."""
        self._found = found
        self._picture.draw(found, found.mean, scale_of(found), tr("loss"))

    def restyle(self, style: Style) -> None:
        self.style = style
        self._picture.restyle(style)

    def retranslate(self) -> None:
        if self._found is not None:
            self._draw(self._found)

    @staticmethod
    def _cell(found: SweepMap, x: float, y: float) -> tuple[tuple[int, int], dict[str, float]]:
        """Row and column of the cell at a place, and its α, β and ν."""
        row, column = int(np.argmin(np.abs(found.ys - y))), int(np.argmin(np.abs(found.xs - x)))
        point = {"alpha": found.settings.alpha.low, "beta": float(found.ys[row]), "nu": found.settings.nu.low}
        return (row, column), {**point, found.across: float(found.xs[column])}

    def _hover(self, x: float, y: float) -> None:
        found = self._found
        if found is None:
            return
        cell, point = self._cell(found, x, y)
        value, error, accuracy = (float(part[cell]) for part in (found.mean, found.standard_error, found.accuracy))
        if np.isnan(value):
            self.said.emit("")
            return
        parts = [f"{_WORDS[name]} {alpha_text(at) if name == 'alpha' else fixed(at, 3)}" for name, at in point.items()]
        loss = scientific(value) if np.isfinite(value) else tr("diverges")
        parts.append(f"{tr('loss')} {loss}" + (error_words(error) if np.isfinite(error) else ""))
        if np.isfinite(accuracy):
            parts.append(f"{tr('accuracy')} {100 * accuracy:.1f}\u2009%")
        self.said.emit("   ".join(parts + self._more(cell)))

    def _more(self, cell: tuple[int, int]) -> list[str]:
        """What else is said of a cell."""
        return []
