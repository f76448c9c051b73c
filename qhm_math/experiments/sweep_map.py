"""A sweep as a map over two of (α, β, ν); one over all three is a map for every ν."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray, where
from ..spectrum import stability_bound
from .jobs import plan_of
from .local_noise import NEGATIVE_SHARE, Expected
from .settings import Axis, SweepSettings
from .stacked import bin_of
from .sweep_file import SweepResult
from .tables import cell_table, mean_curve

#: The columns of a table of cells that a map shows.
COLUMNS = ("mean", "standard_error", "accuracy", "diverged", "curve", "curve_error")


@dataclass(frozen=True, eq=False)
class SweepMap:
    """A map over two of (α, β, ν): `across` and `up`; `nu` is that of the slice where all three are varied.

    `mean`, `standard_error`, `accuracy`, `diverged` (ys, xs): the loss, above the checkpoint's where there is one, inf
    where a run diverged and NaN where a cell is not finished; its error over the seeds; the share of test images that
    are told right; how many seeds diverged. `curve`, `curve_error` (ys, xs, bins): the loss along the run.
    `sharpness`: the largest curvature at the checkpoint, NaN from scratch. `steps`: of each run. `about`: command,
    versions and machine. `expected`: what theory expects, as maps; None where that is not known.
    """

    settings: SweepSettings
    nu: float
    mean: FloatArray
    standard_error: FloatArray
    accuracy: FloatArray
    diverged: FloatArray
    curve: FloatArray
    curve_error: FloatArray
    sharpness: float
    steps: int
    about: dict[str, str] = field(default_factory=dict[str, str])
    expected: Expected | None = None

    @property
    def negative_share(self) -> float:
        """The share of the noise at the checkpoint on negative curvature: 0 at a minimum, and where it is not known."""
        try:
            share = float(self.about.get(NEGATIVE_SHARE, 0.0))
        except ValueError:  # a file may say anything
            return 0.0
        return share if 0 <= share <= 1 else 0.0

    @property
    def across(self) -> str:
        """The name of the axis to the right, of ("alpha", "nu")."""
        return _axes(self.settings)[0]

    @property
    def up(self) -> str:
        """The name of the axis upwards, of ("beta", "nu")."""
        return _axes(self.settings)[1]

    @property
    def x_axis(self) -> Axis:
        """The cells to the right."""
        return cast("Axis", getattr(self.settings, self.across))

    @property
    def y_axis(self) -> Axis:
        """The cells upwards."""
        return cast("Axis", getattr(self.settings, self.up))

    @property
    def xs(self) -> FloatArray:
        """The values of `across`, (xs,)."""
        return self.x_axis.values()

    @property
    def ys(self) -> FloatArray:
        """The values of `up`, (ys,)."""
        return self.y_axis.values()

    def point(self, row: int, column: int) -> dict[str, float]:
        """α, β and ν of a cell, by name."""
        fixed = {"alpha": self.settings.alpha.low, "beta": self.settings.beta.low, "nu": self.nu}
        return fixed | {self.across: float(self.xs[column]), self.up: float(self.ys[row])}

    def cell_at(self, point: Mapping[str, float]) -> tuple[int, int] | None:
        """Row and column of the cell that is nearest to α, β and ν; None where they lie on no cell of the map."""
        places: dict[str, int] = {}
        for name in ("alpha", "beta", "nu"):
            axis: Axis = getattr(self.settings, name)
            values = np.array([self.nu]) if name == "nu" and name not in (self.across, self.up) else axis.values()
            at = int(np.argmin(np.abs(values - point[name])))
            reach = (
                0.5001 * float(np.abs(np.diff(values)).max()) if len(values) > 1 else 1e-3 * max(abs(values[0]), 1.0)
            )
            if abs(values[at] - point[name]) > reach:
                return None
            places[name] = at
        return places[self.up], places[self.across]

    def curve_steps(self) -> FloatArray:
        """The middle step of every bin of a curve, (bins,)."""
        places = bin_of(self.steps)
        return np.bincount(places, np.arange(self.steps)) / np.bincount(places)

    def edge(self) -> tuple[FloatArray, FloatArray]:
        """Condition (13) with L the sharpness, as a curve over the map: x and y; NaN where it is not on the map.

        At a fixed α it is solved for β = (αL - 2) / (2 - αL(1-2ν)).
        """
        xs, ys = self.xs, self.ys
        if self.across == "alpha":
            up = np.linspace(float(ys[0]), float(ys[-1]), 400)
            beta, nu = (up, self.nu) if self.up == "beta" else (self.settings.beta.low, up)
            return self._on_map(stability_bound(beta, nu, self.sharpness), up)
        u = self.settings.alpha.low * self.sharpness
        x = np.linspace(float(xs[0]), float(xs[-1]), 400)
        with np.errstate(divide="ignore", invalid="ignore"):  # at u = 2 and ν = 0 there is no β
            return self._on_map(x, (u - 2) / (2 - u * (1 - 2 * x)))

    def _on_map(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        xs, ys = self.xs, self.ys
        shown = (x >= xs.min()) & (x <= xs.max()) & (y >= ys.min()) & (y <= ys.max())
        return where(shown, x, np.nan), where(shown, y, np.nan)


def _axes(settings: SweepSettings) -> tuple[str, str]:
    """What is varied to the right and upwards: β is never to the right, and α never upwards."""
    varied = settings.varied
    if "beta" not in varied and varied == ("alpha", "nu"):
        return "alpha", "nu"
    return ("nu" if varied in (("nu",), ("beta", "nu")) else "alpha"), "beta"


def _sliced(settings: SweepSettings) -> bool:
    """Whether all three are varied: then a map is at one ν."""
    return "nu" not in _axes(settings) and settings.nu.count > 1


def slice_of(settings: SweepSettings, nu: float) -> int:
    """The place of the ν nearest to `nu`, where all three are varied; else 0."""
    return int(np.argmin(np.abs(settings.nu.values() - nu))) if _sliced(settings) else 0


def as_map(settings: SweepSettings, column: NDArray[Any], nu: float = 1.0) -> NDArray[Any]:
    """A column (cells, ...) of a sweep as a map (ys, xs, ...); where all three are varied, that at the ν nearest to
    `nu`."""
    nus, betas, alphas = settings.shape
    grid = column.reshape(nus, betas, alphas, *column.shape[1:])
    across, up = _axes(settings)
    if across == "nu":
        return np.swapaxes(grid[:, :, 0], 0, 1)
    return grid[:, 0] if up == "nu" else grid[slice_of(settings, nu)]


@dataclass(frozen=True, eq=False)
class SweepGrid:
    """All cells of a sweep, from which maps are cut: COLUMNS, each (cells, ...), and what theory expects of them."""

    settings: SweepSettings
    columns: Mapping[str, NDArray[Any]]
    sharpness: float
    steps: int
    about: dict[str, str]
    expected: Expected | None = None

    def nu_at(self, nu: float) -> float:
        """The ν of :meth:`at`."""
        return float(self.settings.nu.values()[slice_of(self.settings, nu)])

    def at(self, nu: float = 1.0) -> SweepMap:
        """The map; where all three are varied, that at the ν nearest to `nu`."""
        settings, known = self.settings, self.expected

        def cut(column: NDArray[Any]) -> NDArray[Any]:
            return as_map(settings, column, nu)

        mean, error, accuracy, diverged, curve, curve_error = (cut(self.columns[name]) for name in COLUMNS)
        parts = mean, error, accuracy, diverged, curve, curve_error
        expected = None if known is None else Expected(cut(known.mean), cut(known.error), cut(known.curve))
        return SweepMap(settings, self.nu_at(nu), *parts, self.sharpness, self.steps, self.about, expected)


def grid_of(result: SweepResult, expected: Expected | None = None) -> SweepGrid:
    """What is known of a sweep."""
    steps, (curve, error) = plan_of(result.settings).steps, mean_curve(result)
    columns = {**cell_table(result), "curve": curve, "curve_error": error}
    about = result.facts if result.noise is None else result.facts | result.noise.facts()
    return SweepGrid(result.settings, columns, result.sharpness, steps, about, expected)


def open_grid(settings: SweepSettings, steps: int) -> SweepGrid:
    """Of a sweep of which nothing is known yet."""
    columns = {name: np.full(settings.cells, np.nan) for name in COLUMNS}
    columns |= {name: np.full((settings.cells, 0), np.nan) for name in ("curve", "curve_error")}
    return SweepGrid(settings, columns, float("nan"), steps, {})


def map_of(result: SweepResult, nu: float = 1.0) -> SweepMap:
    """The map of what is known of a sweep, without theory."""
    return grid_of(result).at(nu)
