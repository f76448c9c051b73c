"""What loss curves alone tell of a run: tr S and tr(A S) from their plateaus, L from the curves that diverge.

On the plateau the expected loss is f* + ½ tr(A Σ_x), by [G] Theorem 5 f* + (α/4) tr S + (α²/8) [...] tr(A S) with the
bracket of (β, ν). So plateaus at several α give a straight line and its bend, and nothing of single curvatures.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

import numpy as np

from ..checks import FloatArray, ParameterError, as_floats, require_number
from ..minibatch import require_batch
from ..parameters import QHM
from ..spectrum import stability_bound
from ..stationary import stationary_loss

#: Points of a curve at least; the last third of them is looked at, in so many blocks.
LEAST_POINTS, _BLOCKS = 12, 8
#: Of its first loss: a curve that ends higher than that diverges.
_DIVERGED = 10.0
#: Learning rates and losses at most, so that squares and sums stay floats.
_LARGEST = 1e100


class Unknown(Enum):
    """What plateaus cannot tell, or these do not."""

    SMALLEST = "smallest curvature"  # μ, so no rate, and no best point for a budget
    SPECTRUM = "spectrum"  # only tr S and tr(AS) enter: the expansion fails near the edge and as β → 1
    FLOOR = "floor"  # f* is fitted with them, where it is not given
    LARGEST = "largest"  # no curve diverges: L is only bounded from above
    BEND = "bend"  # too few plateaus for tr(AS)
    NOISE = "noise"  # tr S is not told from 0
    FALLING = "falling"  # a curve is not on its plateau


@dataclass(frozen=True, eq=False)
class Curve:
    """The losses of one run at one point, in the order of its steps; NaN and inf where it has diverged."""

    point: QHM
    losses: FloatArray
    batch: float = 1.0

    def __post_init__(self) -> None:
        if self.point.shape or not float(self.point.alpha) <= _LARGEST:
            raise ParameterError("point", self.point, f"one point with a learning rate of at most {_LARGEST:g}")
        losses = as_floats("losses", self.losses, "a list of numbers")
        if losses.ndim != 1:
            raise ParameterError("losses", f"shape {losses.shape}", "a list of numbers")
        if (np.abs(losses[np.isfinite(losses)]) > _LARGEST).any():
            raise ParameterError("losses", float(np.abs(losses).max()), f"at most {_LARGEST:g} in size, or not finite")
        object.__setattr__(self, "losses", losses)
        object.__setattr__(self, "batch", require_batch(self.batch))

    @property
    def diverges(self) -> bool:
        """Whether it is not finite, or ends above its first loss and either far above it or still doubling."""
        if not np.isfinite(self.losses).all():
            return True
        count, first = _third(self.losses), float(self.losses[0])
        end, before, least = (
            float(v) for v in (self.losses[-count:].mean(), self.losses[-2 * count : -count].mean(), self.losses.min())
        )
        doubled = end - least > 2 * (before - least)
        return end - first > 1e-9 * abs(first) and (end > _DIVERGED * abs(first) or doubled)

    @property
    def level(self) -> tuple[float, float]:
        """The mean of the last third, and its standard error from the means of blocks."""
        last = self.losses[-_third(self.losses) :]
        blocks = [float(part.mean()) for part in np.array_split(last, min(_BLOCKS, len(last) // 2))]
        return float(last.mean()), float(np.std(blocks, ddof=1) / np.sqrt(len(blocks)))

    @property
    def falls(self) -> bool:
        """Whether the third before the last one is higher than the last, by more than three standard errors."""
        count = _third(self.losses)
        before, after = self.losses[-2 * count : -count], self.losses[-count:]
        error = np.hypot(*(np.std(part, ddof=1) / np.sqrt(min(_BLOCKS, count)) for part in (before, after)))
        return bool(before.mean() - after.mean() > 3 * error)


@dataclass(frozen=True)
class CurveFit:
    """What the curves tell: (value, standard error) each, None where they do not.

    ``noise_trace``: tr S of batches of one, or of the batch of the runs where none is given. ``curved_trace``: tr(AS).
    ``floor``: f*. ``largest``: the interval that L is in, from
    0 where no curve diverges. ``levels``: (measured, fitted) of every plateau, by curve. ``unknown``: the rest.
    """

    noise_trace: tuple[float, float]
    curved_trace: tuple[float, float] | None
    floor: tuple[float, float]
    largest: tuple[float, float]
    levels: tuple[tuple[Curve, float, float], ...]
    unknown: tuple[Unknown, ...]

    @property
    def mean_curvature(self) -> float | None:
        """tr(AS)/tr S: the mean curvature that the noise meets; None where that is not known or not positive."""
        if self.curved_trace is None or self.curved_trace[0] <= 0 or self.noise_trace[0] <= 0:
            return None
        return self.curved_trace[0] / self.noise_trace[0]


def fit_curves(curves: Sequence[Curve], floor: float | None = None) -> CurveFit:
    """tr S, tr(A S), f* and bounds of L from loss curves.

    Parameters
    ----------
    curves : sequence of Curve
        At two or more learning rates, at least two of them on a plateau; 12 losses each or more.
    floor : float, optional
        f*, the least loss, where it is known; else it is fitted.

    Returns
    -------
    CurveFit
        Weighted least squares; tr(A S) only where there are more plateaus than other unknowns and their α, β, ν tell
        the bend from the line.

    Raises
    ------
    ParameterError
        There are too few curves or plateaus, or a curve is too short.

    Notes
    -----
    f* + (α/4) tr S + (α²/8) [1 + (2νβ/(1-β)) (2νβ/(1+β) - 1)] tr(A S) ([G] Theorem 5), divided by B. A curve that
    diverges has L > 2(1+β)/(α s), s = 1+β(1-2ν), one that does not has L below ([G] condition (13)); mini-batches
    may diverge before.

    Examples
    --------
    >>> steady = [Curve(QHM.sgd(alpha), np.full(30, 1 + alpha / 4)) for alpha in (0.1, 0.2)]
    >>> round(fit_curves(steady).noise_trace[0], 9)
    1.0
    """
    for curve in curves:
        if len(curve.losses) < LEAST_POINTS:
            raise ParameterError("losses of a curve", len(curve.losses), f"{LEAST_POINTS} or more")
    if len({float(curve.point.alpha) for curve in curves}) < 2:
        raise ParameterError("curves", len(curves), "at two or more learning rates")
    level = [curve for curve in curves if not curve.diverges]
    if len({float(curve.point.alpha) for curve in level}) < 2:
        raise ParameterError("curves", len(level), "two or more that do not diverge, at different learning rates")
    known = None if floor is None else require_number("floor", floor)
    measured, errors = np.array([curve.level for curve in level]).T
    errors = np.maximum(errors, 1e-9 * np.abs(measured).max() + 1 / _LARGEST)
    line, bend = np.array([_coefficients(curve) for curve in level]).T
    fixed = [] if known is not None else [np.ones(len(level))]
    columns = np.array([*fixed, line]).T
    if not _condition(columns / errors[:, None]) < 1e12:
        raise ParameterError("curves", len(level), "on plateaus that tell a line in learning rate over batch size")
    full = np.array([*fixed, line, bend]).T
    bent = len(level) >= full.shape[1] and _condition(full / errors[:, None]) < 1e4
    design = full if bent else columns
    values, deviations = _least_squares(design, measured - (known or 0.0), errors)
    at = len(fixed)
    fitted = design @ values + (known or 0.0)
    unknown = [Unknown.SMALLEST, Unknown.SPECTRUM]
    largest = _bounds(curves)
    flags = (
        (Unknown.FLOOR, known is None),
        (Unknown.LARGEST, not any(curve.diverges for curve in curves)),
        (Unknown.BEND, not bent),
        (Unknown.NOISE, values[at] < 2 * deviations[at]),
        (Unknown.FALLING, any(curve.falls for curve in level)),
    )
    unknown += [code for code, holds in flags if holds]
    pairs = list(zip(values.tolist(), deviations.tolist(), strict=True))
    return CurveFit(
        pairs[at],
        pairs[at + 1] if bent else None,
        (known, 0.0) if known is not None else pairs[0],
        largest,
        tuple(zip(level, measured.tolist(), fitted.tolist(), strict=True)),
        tuple(unknown),
    )


def _third(losses: FloatArray) -> int:
    return max(4, len(losses) // 3)


def _coefficients(curve: Curve) -> tuple[float, float]:
    """Those of tr S and of tr(AS) in the plateau."""
    first, second = (float(stationary_loss(curve.point, [1.0], [1.0], order)) for order in (1, 2))
    return first / curve.batch, (second - first) / curve.batch


def _condition(design: FloatArray) -> float:
    """The condition number of a design whose columns have the length 1."""
    sizes = _lengths(design)
    return float(np.linalg.cond(design / sizes)) if (sizes > 0).all() else np.inf


def _lengths(design: FloatArray) -> FloatArray:
    """Those of the columns, of which squares may be no floats."""
    tops = np.maximum(np.abs(design).max(axis=0), 1 / _LARGEST)
    return np.sqrt(((design / tops) ** 2).sum(axis=0)) * tops


def _least_squares(design: FloatArray, values: FloatArray, errors: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The parameters and their standard errors, these scaled up where the fit is worse than the errors allow."""
    weighted, aim = design / errors[:, None], values / errors
    sizes = _lengths(weighted)
    # Not by the normal equations: they square the condition, which one curve of little noise beside others makes large.
    scaled: FloatArray = weighted / sizes
    inverse = np.asarray(np.linalg.pinv(scaled, rcond=0.0), np.float64)
    found = inverse @ aim
    spare = len(values) - design.shape[1]
    misfit = float(((scaled @ found - aim) ** 2).sum()) / spare if spare > 0 else 1.0
    variances = (inverse * inverse).sum(axis=1) * max(1.0, misfit)
    return found / sizes, np.sqrt(variances) / sizes


def _bounds(curves: Sequence[Curve]) -> tuple[float, float]:
    """The interval of L by condition (13): above what diverges, below what does not."""
    low, high = 0.0, np.inf
    for curve in curves:
        edge = float(stability_bound(curve.point.beta, curve.point.nu, 1.0)) / float(curve.point.alpha)
        if curve.diverges:
            low = max(low, edge)
        else:
            high = min(high, edge)
    return low, high
