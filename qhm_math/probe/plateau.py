"""The plateau that a probe predicts, with its error; and how sure one point is to be the best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..checks import MAX_STEPS, FloatArray, ParameterError, require_integer
from ..choose.held import held_loss
from ..choose.named import named_points
from ..choose.problem import Problem
from ..eigenvalues import Nodes
from ..minibatch import require_batch
from ..parameters import QHM
from ..stationary import stationary_loss
from .measure import Measure, ratio_of_sums
from .probe import Probe

#: t for 95 % by degrees of freedom: 1 to 30; beyond that it is 2.
_T95 = (
    *(12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228),
    *(2.201, 2.179, 2.160, 2.145, 2.131, 2.120, 2.110, 2.101, 2.093, 2.086),
    *(2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042),
)


@dataclass(frozen=True)
class Plateau:
    """The expected loss above the minimum on the plateau; infinite where the point diverges.

    ``standard_error``: of the choice of starts (jackknife) and of tr S. ``truncation``: by how much half of the Lanczos
    steps would have differed. ``growth``: by how much more it is if the noise grows in proportion to the loss.
    ``interval``: 95 %, t times the standard error and the truncation to either side, and the growth to the upper one.
    """

    loss: float
    standard_error: float
    truncation: float
    growth: float
    interval: tuple[float, float]


def plateau(probe: Probe, point: QHM, batch: float | None = None) -> Plateau:
    """The plateau of one point.

    Parameters
    ----------
    probe : Probe
        Of the run.
    point : QHM
        One point.
    batch : float, optional
        Examples a step, B >= 1; by default the probe's.

    Returns
    -------
    Plateau
        In units of the loss.

    Raises
    ------
    ParameterError
        `point` is not one point, or the batch is out of its range.

    Notes
    -----
    ½ tr(A Σ_x) = ½ Σ w ψ(αθ)/(θB) over the positive nodes of the noise, with ψ of :mod:`qhm_math.minibatch`, where the
    weights are scaled so that all of them have the sum tr S: tr S/B · Σ_j m_j / Σ_j |v_j|², m_j the sum of start j.
    The standard error of this ratio is the jackknife's (``ratio_of_sums`` in `qhm_math.probe.measure`), and that of
    tr S is added as independent. The noise is that of the probe's moment; in least squares its variance is proportional
    to the loss, so that a plateau p above a loss f may be higher by the share p/f: the growth, 0 where f is not
    positive.

    Examples
    --------
    >>> noise = Measure([[1.0, 2.0], [1.0, 2.0]], [[0.5, 0.5], [0.4, 0.6]])
    >>> probe = Probe(noise, noise, Measure([[1.0]], [[0.1]]), [1.0, 1.1], loss=0.3, batch=1, parameters=2)
    >>> round(plateau(probe, QHM.sgd(0.1)).loss, 4)
    0.0285
    """
    if point.shape:
        raise ParameterError("alpha, beta, nu", point.shape, "one point, not arrays")
    size = probe.batch if batch is None else require_batch(batch)
    if point.alpha * probe.largest <= 0 or not np.isfinite(stationary_loss(point, [probe.largest], [1.0])):
        return Plateau(np.inf, 0.0, 0.0, 0.0, (np.inf, np.inf))
    trace, error = probe.noise_trace
    squares, count = probe.noise.squares, len(probe.noise.squares)
    ratio, spread = map(float, ratio_of_sums(_plateaus(probe.noise, probe.flat, point), squares))
    halved = float(_plateaus(probe.noise.halved, probe.flat, point).sum() / squares.sum())
    loss, truncation = trace / size * ratio, trace / size * abs(ratio - halved)
    standard = float(np.hypot(trace * spread, ratio * error)) / size
    reach = (_T95[count - 2] if count <= len(_T95) + 1 else 2.0) * standard + truncation
    growth = loss * (loss / probe.loss) if probe.loss > 0 else 0.0
    return Plateau(loss, standard, truncation, growth, (max(0.0, loss - reach), loss + reach + growth))


def _plateaus(measure: Measure, flat: float, point: QHM) -> FloatArray:
    """½ Σ_i w ψ(αθ)/θ of every start, (J,), for batches of one."""
    part = measure.positive(flat)
    return np.asarray(stationary_loss(point, part.nodes, part.weights))


def best_shares(
    probe: Probe, points: Sequence[QHM], steps: int, batch: float | None = None, resamplings: int = 1000
) -> FloatArray:
    """The share of resamplings of the probe's starts in which each point is the best of all.

    Parameters
    ----------
    probe : Probe
        Of the run.
    points : sequence of QHM
        One point each, at least one; the first of equals counts as the best.
    steps : int
        N, from 1 to 10,000,000.
    batch : float, optional
        Examples a step, B >= 1; by default the probe's.
    resamplings : int
        From 1 to 100,000.

    Returns
    -------
    ndarray
        Of the number of points, with the sum 1.

    Raises
    ------
    ParameterError
        A value is out of its range.

    Notes
    -----
    Bootstrap: J starts of the noise are drawn again from the J with replacement, and tr S from a normal law of its
    standard error. Best is the least held loss (:func:`qhm_math.choose.held_loss`), whose parts from the start and
    from the noise are added. The gradient is one start, which stays. The seed is fixed.

    Examples
    --------
    >>> noise = Measure([[1.0, 2.0], [1.0, 2.0]], [[0.5, 0.5], [0.4, 0.6]])
    >>> probe = Probe(noise, noise, Measure([[1.0]], [[0.1]]), [1.0, 1.1], loss=0.3, batch=1, parameters=2)
    >>> best_shares(probe, [QHM.sgd(0.5), QHM.sgd(0.05)], 200).tolist()
    [0.0, 1.0]
    """
    if not points:
        raise ParameterError("points", [], "at least one point")
    count = require_integer("steps", steps, 1, MAX_STEPS)
    rounds = require_integer("resamplings", resamplings, 1, 100_000)
    size = probe.batch if batch is None else require_batch(batch)
    family = QHM(*(np.array([getattr(p, name) for p in points]) for name in ("alpha", "beta", "nu")))
    noise, gradient = probe.noise.positive(probe.flat), probe.gradient.positive(probe.flat)
    parts = [
        held_loss(Problem.of_nodes(Nodes(theta, None, w), offset=0.0), family, count).noise
        for theta, w in zip(noise.nodes, noise.weights, strict=True)
    ]
    theta, w = gradient.nodes[0], gradient.weights[0]
    start = held_loss(Problem.of_nodes(Nodes(theta, offset_squares=w / theta**2)), family, count).start
    rng = np.random.default_rng(0)
    drawn = rng.integers(0, len(parts), (rounds, len(parts)))
    trace, error = probe.noise_trace
    scale = np.maximum(trace + error * rng.standard_normal(rounds), 0.0) / size
    squares = np.maximum(probe.noise.squares[drawn].sum(axis=1), 1e-300)
    with np.errstate(invalid="ignore", over="ignore"):
        losses = start + (scale / squares)[:, None] * np.array(parts)[drawn].sum(axis=1)
    losses[:, ~np.isfinite(probe.problem(size).stationary_loss(family))] = np.inf
    best = np.where(np.isnan(losses), np.inf, losses).argmin(axis=1)
    return np.bincount(best, minlength=len(points)) / rounds


def rivals(problem: Problem, best: QHM, steps: int, current: QHM | None = None) -> list[QHM]:
    """What a recommended point is held against: itself first, the current point, neighbours and the known methods.

    Parameters
    ----------
    problem : Problem
        That of the probe.
    best : QHM
        One point, the recommended one.
    steps : int
        N, from 1 to 10,000,000.
    current : QHM, optional
        One point.

    Returns
    -------
    list of QHM
        Neighbours have α by ½, √½, √2 and 2, or 1-β by ⅓ and 3, up to β = 0; see :func:`named_points` for the methods.

    Examples
    --------
    >>> len(rivals(Problem.interval(1.0, 2.0), QHM(0.1, 0.9, 1.0), 100))
    13
    """
    found = [best] if current is None else [best, current]
    found += [QHM(best.alpha * factor, best.beta, best.nu) for factor in (0.5, 0.5**0.5, 2**0.5, 2.0)]
    found += [QHM(best.alpha, max(0.0, 1 - (1 - best.beta) * factor), best.nu) for factor in (1 / 3, 3.0)]
    return found + [named.qhm for named in named_points(problem, steps)]
