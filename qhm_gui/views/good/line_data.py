"""The stationary loss against one parameter: what a line plot asks for, computes and spans. Nothing here draws."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from qhm_gui.canvas.axis import whole_decades
from qhm_gui.text.numbers import fixed
from qhm_gui.text.round_numbers import round_between
from qhm_gui.views.good.local_theory import MOST_STEPS
from qhm_math import FEWEST_RUNS, QHM, LocalQuadratic, mean_interval, stationary_means
from qhm_math.progress import Monitor

Curve = NDArray[np.float64]
Parameter = Literal["nu", "beta", "alpha"]

_POINTS = 401
COARSE_RUNS = 24
#: Normal draws that one burn-in may cost, in the first answer and in the last.
COARSE_DRAWS, MOST_DRAWS = 400_000, 4_000_000
#: The exact curve is drawn up to this multiple of its lowest value, or as far as most of it reaches.
_TALLEST = 8.0


@dataclass(frozen=True)
class LineRequest:
    """Which parameter varies and where; ``nesterov``: ν follows β. The varied one of (α, β, ν) is None."""

    basin: LocalQuadratic
    along: Parameter
    alpha: float | None
    beta: float | None
    nu: float | None
    alphas: tuple[float, float]
    method: str
    steps: int
    runs: int
    seed: int
    tolerance: float

    def points(self, values: Curve) -> QHM:
        """The methods at these values of the parameter."""
        alpha = values if self.alpha is None else self.alpha
        beta = values if self.beta is None else self.beta
        if self.along == "nu":
            return QHM(alpha, beta, values)
        return QHM(alpha, beta, beta if self.nu is None else self.nu)

    @property
    def places(self) -> Curve:
        """Where the curves are computed."""
        if self.along == "alpha":
            return np.geomspace(*self.alphas, _POINTS)
        if self.along == "nu":
            return np.linspace(0.0, 1.0, _POINTS)
        return np.minimum(np.sin(np.linspace(0, np.pi / 2, _POINTS)) ** 1.5, 1 - 1e-7)

    @property
    def measured_at(self) -> Curve:
        """Where runs are measured."""
        if self.along == "alpha":
            return np.geomspace(*self.alphas, 13)
        if self.along == "nu":
            return np.linspace(0.0, 1.0, 11)
        return np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.99])


@dataclass(frozen=True)
class LineResult:
    """Curves over ``xs``: exact (inf where it diverges), to second and first order in α; means at ``at``.

    ``errors`` are half the widths of their 95 % intervals, NaN where the runs are too few for one. Means are NaN where
    nothing was measured, inf where runs have left. ``slow``: places whose burn-in was too long.
    """

    request: LineRequest
    xs: Curve
    exact: Curve
    second: Curve
    first: Curve
    at: Curve
    means: Curve
    errors: Curve
    runs: int
    slow: int


def measured(request: LineRequest, runs: int, draws: int, monitor: Monitor) -> tuple[Curve, Curve, int, int] | None:
    """Mean stationary losses and 95 % intervals at every place, the runs taken, and how many places are too slow.

    Where ``draws`` normal numbers are too few for enough runs, a place is too slow.
    """
    points, basin = request.points(request.measured_at), request.basin
    found = stationary_means(
        basin, points, request.steps, runs, request.seed,
        longest=MOST_STEPS[basin.linear], draws=draws, fewest=FEWEST_RUNS, monitor=monitor,
    )  # fmt: skip
    if found is None:
        return None
    intervals = mean_interval(found.standard_errors, found.runs, skewness=found.skewness)
    return found.means, intervals, found.runs, int(found.too_slow.sum())


def loss_span(result: LineResult) -> tuple[float, float]:
    """The y axis: the exact curve up to a multiple of its lowest value, what was measured, and the formula near it."""
    exact = result.exact[np.isfinite(result.exact)]
    if not len(exact) or float(exact.min()) <= 0:
        return 1e-3, 1.0
    least = float(exact.min())
    if result.request.along == "alpha":
        top = min(float(exact.max()), 1e3 * float(np.median(exact)))
        return whole_decades(least, top)
    ceiling = max(_TALLEST * least, 1.3 * float(np.quantile(exact, 0.7)))
    top = min(float(exact.max()), ceiling)
    bars = result.means + np.nan_to_num(result.errors)
    bars = bars[np.isfinite(bars) & (bars < ceiling)]
    top = max([top, *bars.tolist()])
    formula = result.second[np.isfinite(result.exact) & (result.second > 0.3 * least) & (result.second < top)]
    bottom = min([least, *formula.tolist()])
    room = top - bottom
    return max(bottom - 0.18 * room - 0.02 * top, 0.0), top + 0.2 * room + 0.02 * top


def scaled_ticks(low: float, high: float, power: int) -> tuple[tuple[float, str], ...]:
    """Round values between the ends, written times 10^power."""
    step, values = round_between(low * 10.0**power, high * 10.0**power, 5)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return tuple((value / 10.0**power, fixed(value, decimals)) for value in values)
