"""A sweep over two of (α, β, ν) as a map, with β upwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray, where
from ..spectrum import stability_bound
from .jobs import plan_of
from .settings import SweepSettings
from .sweep_file import SweepResult
from .tables import cell_table


@dataclass(frozen=True, eq=False)
class SweepMap:
    """A map over two of (α, β, ν): `across`, with values `xs`, and β, with values `ys`.

    `mean`, `standard_error`, `accuracy` (ys, xs): the loss, above the checkpoint's where there is one, inf where a run
    diverged and NaN where a cell is not finished; its error over the seeds; the share of test images that are told
    right. `sharpness`: the largest curvature at the checkpoint, NaN from scratch. `steps`: of each run. `about`:
    command, versions and machine.
    """

    settings: SweepSettings
    across: str
    xs: FloatArray
    ys: FloatArray
    mean: FloatArray
    standard_error: FloatArray
    accuracy: FloatArray
    sharpness: float
    steps: int
    about: dict[str, str] = field(default_factory=dict[str, str])

    @staticmethod
    def of_columns(
        settings: SweepSettings,
        columns: Mapping[str, FloatArray],
        sharpness: float,
        steps: int,
        about: dict[str, str],
    ) -> SweepMap:
        """The map of the columns mean, standard_error and accuracy, each (cells,), of a table of cells."""
        across = "alpha" if settings.alpha.count > 1 else "nu"
        mean, error, accuracy = (as_map(settings, columns[name]) for name in ("mean", "standard_error", "accuracy"))
        xs, ys = getattr(settings, across).values(), settings.beta.values()
        return SweepMap(settings, across, xs, ys, mean, error, accuracy, sharpness, steps, about)

    def edge(self) -> tuple[FloatArray, FloatArray]:
        """Condition (13) with L the sharpness, as a curve over the map: α or ν, and β; NaN where it is not on the map.

        At a fixed α it is solved for β = (αL - 2) / (2 - αL(1-2ν)).
        """
        if self.across == "alpha":
            beta = np.linspace(float(self.ys[0]), float(self.ys[-1]), 400)
            return self._on_map(stability_bound(beta, self.settings.nu.low, self.sharpness), beta)
        u = self.settings.alpha.low * self.sharpness
        x = np.linspace(float(self.xs[0]), float(self.xs[-1]), 400)
        with np.errstate(divide="ignore", invalid="ignore"):  # at u = 2 and ν = 0 there is no β
            return self._on_map(x, (u - 2) / (2 - u * (1 - 2 * x)))

    def _on_map(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        xs, ys = self.xs, self.ys
        shown = (x >= xs[0]) & (x <= xs[-1]) & (y >= ys[0]) & (y <= ys[-1])
        return where(shown, x, np.nan), where(shown, y, np.nan)


def as_map(settings: SweepSettings, column: NDArray[Any]) -> NDArray[Any]:
    """A column (cells, ...) of a sweep over β and one of α and ν as a map (ys, xs, ...), with β upwards."""
    nus, betas, alphas = settings.shape
    grid = column.reshape(nus, betas, alphas, *column.shape[1:])
    return grid[0] if alphas > 1 else np.swapaxes(grid[:, :, 0], 0, 1)  # the first axis is ν


def map_of(result: SweepResult) -> SweepMap:
    """The map of what is known of a sweep over β and one of α and ν."""
    steps = plan_of(result.settings).steps
    return SweepMap.of_columns(result.settings, cell_table(result), result.sharpness, steps, result.facts)
