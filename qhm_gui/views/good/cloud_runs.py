"""What is asked and answered of a stationary distribution: theory, and many runs from the minimum. No canvas."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.views.good.local_theory import MOST_STEPS
from qhm_math import (
    FEWEST_RUNS,
    QHM,
    Chunk,
    LocalQuadratic,
    burn_in_steps,
    mean_interval,
    sample_skewness,
    simulate,
    time_means,
)
from qhm_math.progress import Monitor
from qhm_math.run_statistics import Measure

#: 95 % of a plane Gaussian lie within this many standard deviations: √(-2 ln 0.05).
_RADIUS = math.sqrt(-2 * math.log(0.05))
_COARSE_RUNS = 24
#: Positions that one answer may cost, and the points shown at most.
_MOST_POSITIONS, _MOST_DOTS = 10_000_000, 4_000
_CHUNK = 200_000
_TURN = np.linspace(0, 2 * np.pi, 181)
#: Above this ratio of measured to predicted variance the runs are not near the minimum any more.
_WIDER = 3.0


@dataclass(frozen=True)
class CloudRequest:
    """Many runs from the minimum, and the theory of where they end."""

    basin: LocalQuadratic
    alpha: float
    beta: float
    nu: float
    method: str
    steps: int
    runs: int
    seed: int
    reach: float
    family: tuple[tuple[str, QHM], ...] = ()  # whose exact ellipses are compared, each with its method's key


@dataclass(frozen=True)
class Measured:
    """What runs have shown after ``burn_in`` steps: dots (n, 2), mean (2,), covariance (2, 2), loss, and half the
    width of its 95 % interval (NaN where the runs are too few for one).

    ``gone`` of the ``runs`` have left; then there is no stationary state, and mean and covariance are None.
    """

    runs: int
    burn_in: int
    gone: int
    dots: NDArray[np.float64]
    mean: NDArray[np.float64] | None
    covariance: NDArray[np.float64] | None
    loss: float
    error: float


@dataclass(frozen=True)
class CloudResult:
    """Covariances (2, 2): exact and first order, None where the point is unstable; ``burn_in`` is what R asks for."""

    request: CloudRequest
    exact: NDArray[np.float64] | None
    first: NDArray[np.float64]
    level: float
    burn_in: float
    measured: Measured | None
    family: tuple[tuple[str, NDArray[np.float64]], ...] = ()  # key and exact covariance of those that are stable


def measure(request: CloudRequest, runs: int, wait: int, monitor: Monitor) -> Measured | None:
    """Positions and losses of ``runs`` runs from the minimum, after ``wait`` steps; None when cancelled.

    The interval comes from the spread of the runs, which know nothing of each other.
    """
    basin, centre = request.basin, np.array(request.basin.minimum)
    point = QHM(request.alpha, request.beta, request.nu)
    every = max(1, min(request.steps, _MOST_DOTS // runs))
    at = np.unique(np.linspace(wait + 1, wait + request.steps, every)).astype(np.int64)
    total = wait + request.steps
    base = basin.loss.minimum_value() + basin.height
    dots: list[NDArray[np.float64]] = []

    def passing() -> Iterator[Chunk]:
        size = max(16, _CHUNK // runs)
        noise, seed = basin.noise, request.seed
        for chunk in simulate(basin.loss, point, basin.minimum, total, noise, seed, runs, chunk=size, monitor=monitor):
            last = chunk.first + len(chunk.positions)
            dots.append(chunk.positions[at[(at >= chunk.first) & (at < last)] - chunk.first].reshape(-1, 2))
            yield chunk

    def product(i: int, j: int) -> Measure:
        return lambda points: (points[..., i] - centre[i]) * (points[..., j] - centre[j])

    def offset(i: int) -> Measure:
        return lambda points: points[..., i] - centre[i]

    measures = (lambda points: basin.loss.value(points) - base, offset(0), offset(1))
    found = time_means(passing(), (*measures, product(0, 0), product(0, 1), product(1, 1)), wait + 1)
    if found is None or found.done < total:
        return None
    points, gone = np.concatenate(dots), int(((found.diverged >= 0) | (found.undefined >= 0)).sum())
    if gone:
        return Measured(runs, wait, gone, points[np.isfinite(points).all(axis=-1)], None, None, math.nan, math.nan)
    loss, x, y, xx, xy, yy = found.values.mean(axis=-1).tolist()
    mean = np.array([x, y])
    covariance = np.array([[xx, xy], [xy, yy]]) - np.outer(mean, mean)
    spread = float(found.values[0].std(ddof=1)) / math.sqrt(runs) if runs > 1 else math.nan
    half = float(mean_interval(spread, runs, skewness=sample_skewness(found.values[0])))
    return Measured(runs, wait, 0, points, mean + centre, covariance, loss, half)


def ellipse(covariance: NDArray[np.float64], centre: NDArray[np.float64]) -> NDArray[np.float64]:
    """The 95 % ellipse of a Gaussian as a closed line (n, 2)."""
    variances, axes = np.linalg.eigh(covariance)
    circle = np.column_stack((np.cos(_TURN), np.sin(_TURN)))
    return centre + _RADIUS * (circle * np.sqrt(np.maximum(variances, 0.0))) @ axes.T


def cloud_answers(request: CloudRequest, monitor: Monitor) -> Iterator[CloudResult]:
    """The theory at once where runs take long, then a few runs, then all of them."""
    basin = request.basin
    point = QHM(request.alpha, request.beta, request.nu)
    level = float(basin.stationary_loss(point))
    stable = math.isfinite(level)
    exact = basin.covariance(point) if stable else None
    first = basin.first_order_covariance(request.alpha)
    wait = float(burn_in_steps(basin.mean_square_rate(point)))
    family = tuple(
        (key, basin.covariance(each))
        for key, each in request.family
        if stable and math.isfinite(float(basin.stationary_loss(each)))
    )

    def answer(measured: Measured | None) -> CloudResult:
        return CloudResult(request, exact, first, level, wait, measured, family)

    runs = affordable_runs(request, wait)
    if not stable or basin.noiseless or not runs:
        yield answer(None)
        return
    coarse = min(runs, _COARSE_RUNS)
    if not basin.linear or (wait + request.steps) * coarse > _CHUNK:
        yield answer(None)
    for count in dict.fromkeys((coarse, runs)):
        if count == runs or (wait + request.steps) * runs > _CHUNK // 4:
            measured = measure(request, count, int(wait), monitor)
            if measured is None:
                return
            yield answer(measured)


def wanders(result: CloudResult) -> bool:
    """True if the spread is too wide for the quadratic at the minimum to describe it."""
    if result.measured is None or result.measured.covariance is None or result.exact is None:
        return False
    return bool(np.trace(result.measured.covariance) > _WIDER * np.trace(result.exact))


def affordable_runs(request: CloudRequest, wait: float) -> int:
    """How many of the runs can be simulated through such a burn-in; 0 where it would be too few or too long."""
    total = wait + request.steps
    if total > MOST_STEPS[request.basin.linear] + request.steps:
        return 0
    runs = min(request.runs, int(_MOST_POSITIONS // total))
    return runs if runs >= min(request.runs, FEWEST_RUNS) and math.isfinite(wait) else 0
