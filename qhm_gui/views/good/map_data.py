"""Stationary losses over a plane: what a map of them asks for, computes and knows. Nothing here draws."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.views.good.local_theory import MOST_STEPS
from qhm_gui.views.shared.parameter_plane import FIELDS, PlaneRequest
from qhm_gui.views.shared.theory_words import theory_column
from qhm_gui.views.view import Table
from qhm_math import QHM, LocalQuadratic, mean_interval, stationary_means
from qhm_math.progress import Monitor

Cells = NDArray[np.float64]
_COLUMNS, _ROWS = 320, 240
#: The most that an export may ask for.
_MOST_COLUMNS, _MOST_ROWS = 960, 720
#: Simulated maps end here, not at the β = 1 that would never forget its start.
_HIGHEST = 0.999
#: Normal draws that one burn-in may cost.
_MOST_DRAWS = 12_000_000
_CURVE = 241


@dataclass(frozen=True)
class LevelRequest:
    """A plane, a basin, and which layer: 'exact', 'formula', 'simulated', 'difference' or 'ratio'."""

    plane: PlaneRequest
    basin: LocalQuadratic
    layer: str
    tolerance: float
    cut: float
    difference_cut: float
    cells: int
    steps: int
    runs: int
    warm_up: bool
    seed: int
    columns: int = _COLUMNS
    rows: int = _ROWS

    def refined(self, width: int, height: int) -> LevelRequest:
        """The same for a picture of this size in pixels; what is simulated keeps its cells."""
        if self.layer == "simulated":
            return self
        columns = min(max(width, _COLUMNS), _MOST_COLUMNS)
        return replace(self, columns=columns, rows=min(max(height, _ROWS), _MOST_ROWS))

    def alike(self, other: LevelRequest) -> bool:
        """Whether both maps mean the same by their colours, so that a drag may keep its scale."""
        return replace(other, plane=self.plane) == self and other.plane.axes == self.plane.axes


@dataclass(frozen=True)
class LevelResult:
    """The layer's ``values`` (rows, columns) over ``xs`` and ``ys``, NaN where the spread has no bound.

    ``exact`` holds the losses of the exact map (for the scale that all layers share). ``doubt`` is above 0 where the
    values are not to be trusted. ``errors`` and ``skewness``: of the means of a simulated map. ``best_*``: the best ν
    at every place ``along`` the other axis, NaN where it lies at an end.
    """

    request: LevelRequest
    xs: Cells
    ys: Cells
    values: Cells
    exact: Cells
    doubt: Cells | None
    errors: Cells | None
    skewness: Cells | None
    along: Cells
    best_exact: Cells
    best_second: Cells

    @property
    def unstable(self) -> bool:
        """Whether the plane reaches beyond condition (13)."""
        left, right = self.request.plane.divergent()
        return bool((right > left).any())

    def value_at(self, point: QHM) -> float:
        """What the layer shows at a point of the family."""
        return float(layer_values(self.request, point)[0])

    def doubtful_place(self, keep_off: tuple[float, float]) -> tuple[float, float] | None:
        """Where there is most room to say that the values are doubtful, off a point of the plane."""
        if self.doubt is None:
            return None
        every = max(1, len(self.ys) // 60)
        bad = ((self.doubt > 0) & np.isfinite(self.exact_on_nodes()))[::every, ::every]
        if bad.mean() < 0.01:
            return None
        xs, ys = self.xs[::every], self.ys[::every]
        row, column = int(np.argmin(np.abs(ys - keep_off[1]))), int(np.argmin(np.abs(xs - keep_off[0])))
        near = 12  # of some 60 rows: half a card of words, and the handle
        room = _depth(bad)
        room[max(0, row - near // 2) : row + near // 2, max(0, column - 2 * near) : column + 2 * near] *= 0.1
        row, column = np.unravel_index(int(np.argmax(room)), room.shape)
        return float(xs[column]), float(ys[row])

    def exact_on_nodes(self) -> Cells:
        """The exact losses at the nodes of this layer."""
        points = self.request.plane.points(self.xs[None, :], self.ys[:, None])
        return np.asarray(self.request.basin.stationary_loss(points))

    def doubt_words(self) -> str:
        """What is wrong where the map is hatched."""
        if self.request.layer == "simulated":
            return tr("*K* > 0.6: cannot be trusted") if self._heavy else tr("too slow to simulate")
        if self.request.layer == "ratio":
            return tr("SGD diverges")
        return tr("Theorem 5 off by > {share}", share=f"{100 * self.request.tolerance:g}\u2009%")

    def doubt_word(self) -> str:
        """The same beside the colour bar, where there is less room."""
        if self.request.layer == "simulated":
            return "*K* > 0.6" if self._heavy else tr("too slow")
        if self.request.layer == "ratio":
            return tr("SGD diverges")
        return tr("off > {share}", share=f"{100 * self.request.tolerance:g}\u2009%")

    @property
    def _heavy(self) -> bool:
        """Whether, at some cell that was simulated, K is too near 1 for its error bar."""
        points = self.request.plane.points(self.xs[None, :], self.ys[:, None])
        heavy = self.request.basin.batches is not None and self.request.basin.is_heavy_tailed(points)
        return bool((heavy & np.isfinite(self.values)).any())

    def note(self) -> str:
        """A sentence about the map for the status line."""
        if self.request.layer not in ("formula", "difference") or self.doubt is None:
            return ""
        stable = np.isfinite(self.exact_on_nodes())
        share = float(((self.doubt > 0) & stable).sum() / max(1, int(stable.sum())))
        points = self.request.plane.points(self.xs[None, :], self.ys[:, None])
        negative = bool(((self.request.basin.stationary_loss(points, 2) < 0) & stable).any())
        text = tr(
            "Theorem 5 is off by more than {share} on {part} of the stable map.",
            share=f"{100 * self.request.tolerance:g}\u2009%",
            part=f"{100 * share:.0f}\u2009%",
        )
        return f"{text} {tr('It is negative near β = 1.')}" if negative else text

    def measured_words(self, x: float, y: float) -> list[str]:
        """The simulated value at the nearest cell, with its 95 % interval where the runs are enough for one."""
        if self.errors is None:
            return []
        log = self.request.plane.axes != "beta-nu" and self.request.plane.scale == "log"
        across = np.abs(np.log(self.xs) - math.log(x)) if log else np.abs(self.xs - x)
        row, column = int(np.argmin(np.abs(self.ys - y))), int(np.argmin(across))
        value = float(self.values[row, column])
        skewed = 0.0 if self.skewness is None else self.skewness[row, column]
        error = float(mean_interval(self.errors[row, column], self.request.runs, skewness=skewed))
        if not math.isfinite(value):
            return []
        spread = f" ± {scientific(error, 1)}" if math.isfinite(error) else ""
        return [f"{tr('simulated')} {scientific(value)}{spread}"]


def _depth(mask: NDArray[np.bool_]) -> Cells:
    """How far the edge of a region is from each of its cells, in cells, by wearing it away."""
    depth, rest = np.zeros(mask.shape), mask.copy()
    while rest.any():
        depth += rest
        padded = np.pad(rest, 1)
        rest = rest & padded[1:-1, :-2] & padded[1:-1, 2:] & padded[:-2, 1:-1] & padded[2:, 1:-1]
    return depth


def layer_values(request: LevelRequest, points: QHM) -> tuple[Cells, Cells]:
    """What the layer shows at some points (a simulated one: its exact value), and their exact losses; NaN beyond the

    edge of stability."""
    basin = request.basin
    exact = basin.stationary_loss(points)
    exact = np.where(np.isfinite(exact), exact, np.nan)
    if request.layer == "formula":
        return np.where(np.isnan(exact), np.nan, basin.stationary_loss(points, 2)), exact
    if request.layer == "difference":
        with np.errstate(invalid="ignore", divide="ignore"):
            return np.abs(basin.stationary_loss(points, 2) - exact) / exact, exact
    if request.layer == "ratio":
        with np.errstate(invalid="ignore", divide="ignore"):
            return exact / basin.stationary_loss(QHM.sgd(points.alpha)), exact
    return exact, exact


def compute_levels(request: LevelRequest, monitor: Monitor) -> Iterator[LevelResult]:
    """The map; a simulated one after a quick one of fewer cells."""
    plane, basin = request.plane, request.basin
    xs, ys = plane.nodes(request.columns, request.rows)
    values, exact = layer_values(request, plane.points(xs[None, :], ys[:, None]))
    along, best_exact, best_second = best_nus(request)
    doubt: Cells | None = None
    if request.layer in ("formula", "difference"):
        points = plane.points(xs[None, :], ys[:, None])
        second = basin.stationary_loss(points, 2)
        with np.errstate(invalid="ignore", divide="ignore"):
            off = np.abs(second - exact) / exact - request.tolerance
        doubt = np.where(np.isnan(exact), 1.0, np.clip(np.where(second < 0, np.maximum(off, 1e-3), off), -1, 1))
    if request.layer == "ratio":
        diverged = np.isinf(basin.stationary_loss(QHM.sgd(plane.points(xs[None, :], ys[:, None]).alpha)))
        doubt = np.where(np.broadcast_to(diverged, exact.shape), 1.0, -1.0) if diverged.any() else None
    if request.layer != "simulated":
        yield LevelResult(request, xs, ys, values, exact, doubt, None, None, along, best_exact, best_second)
        return
    for cells in dict.fromkeys((min(request.cells, 16), request.cells)):
        found = simulated(replace(request, cells=cells, tolerance=1.0, cut=0.0, difference_cut=1.0), monitor)
        if found is None:
            return
        xs, ys, means, errors, skewed, slow = found
        if basin.batches is not None:
            points = plane.points(xs[None, :], ys[:, None])
            heavy = basin.is_heavy_tailed(points) & basin.is_mean_square_stable(points)
            slow = np.maximum(heavy, 0.0 if slow is None else slow) if heavy.any() else slow
        yield LevelResult(request, xs, ys, means, exact, slow, errors, skewed, along, best_exact, best_second)


def best_nus(request: LevelRequest) -> tuple[Cells, Cells, Cells]:
    """The ν of least loss at every place along the other axis: exact, and to second order."""
    plane = request.plane
    if plane.axes == "alpha-beta" or request.basin.noiseless:
        return np.empty(0), np.empty(0), np.empty(0)
    if plane.axes == "beta-nu":
        # Evenly in β and in log(1-β): near 1 the curve turns within a hundredth of the axis.
        even, near_one = np.linspace(0.0, _HIGHEST, _CURVE), 1 - np.geomspace(1, 1 - _HIGHEST, _CURVE)
        along = np.unique(np.concatenate((even, near_one)))
        betas: Cells | float = along
        points = plane.points(np.zeros_like(along), along)
    else:
        along = plane.nodes(_CURVE, 2)[0]
        betas = plane.third or 0.0
        points = plane.points(along, np.zeros_like(along))
    basin = request.basin
    exact = basin.best_nu(points.alpha, points.beta)
    exact = np.broadcast_to(exact, along.shape)
    with np.errstate(divide="ignore"):
        second = np.broadcast_to((1 + np.asarray(betas)) / (4 * np.asarray(betas)), along.shape)
    inside = np.where(second <= 1, second, 1.0)
    across = plane.points(inside, along) if plane.axes == "beta-nu" else plane.points(along, inside)
    shown = (second <= 1) & np.isfinite(basin.stationary_loss(across))
    return along, np.where((exact > 0) & (exact < 1), exact, np.nan), np.where(shown, second, np.nan)


@lru_cache(maxsize=4)
def _kept(request: LevelRequest) -> dict[str, tuple[Cells, ...]]:
    """Where the simulated map of a request is kept: looking at it in other colours simulates nothing."""
    return {}


def simulated(request: LevelRequest, monitor: Monitor) -> tuple[Cells, Cells, Cells, Cells, Cells, Cells | None] | None:
    """(xs, ys, means, standard errors, skewness, where cells are too slow); None when cancelled.

    With a burn-in, cells of alike rates share one, rounded up to a power of two, and all cells share their noise.
    """
    kept = _kept(request)
    if "map" in kept:
        xs, ys, means, errors, skewed, slow = kept["map"]
        return xs, ys, means, errors, skewed, slow if slow.any() else None
    plane, basin = request.plane, request.basin
    xs, _ = plane.nodes(request.cells, request.cells)
    ys = np.linspace(0.0, 1.0 if plane.axes == "alpha-nu" else _HIGHEST, request.cells)
    points = plane.points(xs[None, :], ys[:, None])
    found = stationary_means(
        basin, points, request.steps, request.runs, request.seed,
        warm_up=request.warm_up, longest=MOST_STEPS[basin.linear], draws=_MOST_DRAWS, monitor=monitor,
    )  # fmt: skip
    if found is None:
        return None
    means = np.where(np.isfinite(found.means), found.means, np.nan)
    slow = found.too_slow.astype(np.float64)
    kept["map"] = (xs, ys, means, found.standard_errors, found.skewness, slow)
    return xs, ys, means, found.standard_errors, found.skewness, slow if slow.any() else None


def level_table(result: LevelResult) -> Table:
    """A row a cell: where it is, the layer's value, the exact loss, and what was measured."""
    plane = result.request.plane
    across, up = FIELDS[plane.axes]
    x, y = np.meshgrid(result.xs, result.ys)
    column = theory_column(result.request.basin)
    layer = column if result.request.layer == "exact" else result.request.layer
    table: Table = {across: x.ravel(), up: y.ravel(), layer: result.values.ravel()}
    table.setdefault(column, result.exact_on_nodes().ravel())
    if result.errors is not None:
        table["standard_error"] = result.errors.ravel()
    return table
