"""What runs tell, and how sure it is: the rate of a run without noise, and the mean of runs with noise."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, as_floats, require_array, require_integer, require_number

#: Fewer runs tell too little of their own spread for an interval to cover what it says.
FEWEST_RUNS = 20

_UPRIGHT = 1e-7  # see mean_interval
_NODES, _NEWTON = 160, 100  # see _student: of the quadrature, and steps at most
_FARTHEST = 12.0  # a normal number is beyond it with probability 4e-33
_ROUNDING = 1e-12  # of a rate: a step of the iteration rounds in the sixteenth digit, and thousands follow each other
_NOISE = 1e-7  # a direction in which the run has so little left, as a share, tells nothing ...
_FAINT = 1e-12  # ... or so little, if the run is linear
_LINEAR = 1e-11  # what is left of a fit, as a share, is rounding up to here, and beyond the run is not linear
_FOLLOWS = 1e-8  # nor is it where the fit to its first half leads so far beside the second, as a share
_FELL = 1 / 3  # so much nearer a run has to come from half to half for its slowest part to be seen
_EPSILON = float(np.finfo(np.float64).eps)
_BLUR = 10.0  # a direction counts from this multiple of the rounding of all its steps
_SLACK = 4  # roundings of a companion matrix, in its norm, that its computed eigenvalues answer to
_FLOOR = 1e4  # steps shorter than this multiple of their rounding are rounding more than motion
_GROWTH = np.geomspace(1e-13, 1.0, 53)  # how far beyond R roots are looked for: four places a decade
_SWING = np.array([0.0, 1e-4, -1e-4, 1e-2, -1e-2])  # and how far beside the argument of each root


class MeasuredRate(NamedTuple):
    """A rate read off a run.

    Attributes
    ----------
    rate : float
        R, the factor a step.
    error : float
        How far off it may be.
    first, last : int
        The steps that it was fitted to.
    """

    rate: float
    error: float
    first: int
    last: int


def measured_rate(offsets: ArrayLike, rounding: float = 0.0) -> MeasuredRate | None:
    """The rate R of a run without noise, and its error.

    Parameters
    ----------
    offsets : array_like
        x_k - x* for k = 0..n, of shape (n+1, m).
    rounding : float
        The absolute error of each offset, >= 0. The run ends where its steps are not 10⁴ times as long; it also ends
        at the minimum and where a step is not finite.

    Returns
    -------
    MeasuredRate or None
        None where there is too little to fit, where the error is above half the rate, and where a run that is no linear
        one has not come three times nearer from one half of the steps to the other.

    Raises
    ------
    ParameterError
        For offsets of another shape or another rounding.

    Notes
    -----
    Near a minimum every run obeys x_{k+2} = B x_{k+1} + C x_k with some matrices B and C. They are fitted by least
    squares to the last two thirds of the steps, each step weighted by its own length so that the late ones count as
    much; R is the largest modulus among the eigenvalues of the companion matrix (dynamic mode decomposition). That is
    the slope that log ‖x_k - x*‖ tends to. A straight line would not find it: near critical damping the distance falls
    like k R^k, and complex roots make it dip. Nothing of the theory goes in.

    The error bounds |rate - R|. It is the largest of: twice what the fits to both halves of the steps lie apart, over
    1 - q for a run that comes nearer by q from half to half, because what bends the curve goes as the run comes nearer;
    twice how far an eigenvalue reaches when the fitted matrices are off by as much as the residual of the fit allows,
    because a double root answers to a change δ with √δ; and rounding. (Of 1,900 random methods on all losses of the
    program one in 500 was beyond it, by a factor of two.)

    Examples
    --------
    >>> found = measured_rate(0.9 ** np.arange(100.0)[:, None] * [1.0, -2.0])
    >>> bool(abs(found.rate - 0.9) <= found.error < 1e-9)
    True
    """
    allowed = "an array of numbers of shape (steps + 1, dimensions)"
    values = as_floats("offsets", offsets, allowed)
    if values.ndim != 2:
        raise ParameterError("offsets", values.shape, allowed)
    shortest = _FLOOR * require_number("rounding", rounding, 0.0)
    with np.errstate(over="ignore", invalid="ignore"):
        lengths = np.sqrt((values * values).sum(axis=1))
    bad = np.flatnonzero(~(np.isfinite(lengths) & (lengths > shortest)))
    last = int(bad[0]) if len(bad) else len(values)
    first = last // 3
    least = 2 * values.shape[1] + 2
    if last - first < 2 * least:
        return None
    middle = (first + last) // 2
    fit, *halves = (_fitted(values[a:b], rounding) for a, b in ((first, last), (first, middle), (middle, last)))
    rates = [fit.rate, *(half.rate for half in halves)]
    rate, apart = rates[0], max(rates) - min(rates)
    nearer = float(np.exp(np.log(lengths[middle:last]).mean() - np.log(lengths[first:middle]).mean()))
    if nearer >= (1 if fit.linear else _FELL):
        return None
    beside = 0.0
    if nearer > _FELL:  # any curve is straight for a while: one that is hardly followed fits to every digit
        beside = halves[0].beside(values[middle - 2 : last])
        if beside > _FOLLOWS:
            return None
    error = max(2 * apart / (1 - nearer), 2 * beside / (last - middle), 2 * fit.reach(), _ROUNDING)
    return MeasuredRate(rate, error, first, last - 1) if error <= rate / 2 else None


class _Recurrence(NamedTuple):
    """A fitted recurrence: its companion matrix, and how uncertain its coefficients are.

    They are uncertain by ``noise`` times a matrix of norm 1 times ``spread``, whose rows are the directions that the
    run has moved in, each longer the less it has moved there.
    """

    companion: FloatArray
    spread: FloatArray
    noise: float
    linear: bool  # the run follows it to its rounding

    @property
    def rate(self) -> float:
        return float(np.abs(np.linalg.eigvals(self.companion)).max())

    def beside(self, offsets: FloatArray) -> float:
        """How far beside the run it leads from the first two of these steps to the last, as a share."""
        size = offsets.shape[1]
        now = np.concatenate((offsets[1], offsets[0]))
        for _ in range(len(offsets) - 2):
            now = self.companion @ now
        return float(np.linalg.norm(now[:size] - offsets[-1]) / np.linalg.norm(offsets[-1]))

    def reach(self) -> float:
        """How far beyond the rate an eigenvalue lies with coefficients as far off as they may be.

        z is an eigenvalue of C + E Δ for some Δ = noise G spread with ‖G‖ <= 1 iff ‖spread (z - C)⁻¹ E‖ >= 1/noise (the
        structured pseudospectrum); and the eigenvalues are computed with roundings of C. Both are followed outward
        from each root, along its argument and close beside it.
        """
        roots = np.linalg.eigvals(self.companion)
        roots = roots[roots.imag >= 0]
        size = len(self.companion) // 2
        angles = (np.angle(roots)[:, None] + _SWING).ravel()
        places = (self.rate + _GROWTH)[:, None] * np.exp(1j * angles)
        # By singular values, because z may be an eigenvalue to the last figure.
        u, sizes, turned = np.linalg.svd(places[..., None, None] * np.eye(2 * size) - self.companion)
        entered = np.conj(u[..., :size, :]).swapaxes(-1, -2) / np.maximum(sizes, 1e-300)[..., None]
        gain = np.linalg.norm(self.spread @ np.conj(turned).swapaxes(-1, -2) @ entered, 2, axis=(-2, -1))
        rounded = sizes[..., -1] <= _SLACK * np.finfo(np.float64).eps * float(np.linalg.norm(self.companion, 2))
        inside = ((gain * self.noise >= 1) | rounded).any(axis=1)
        beyond = int(np.flatnonzero(inside)[-1]) + 1 if inside.any() else 0  # the first place that is not reached
        return float(_GROWTH[min(beyond, len(_GROWTH) - 1)])


def _fitted(offsets: FloatArray, rounding: float, faint: float = _FAINT) -> _Recurrence:
    """The recurrence of two steps that fits best: least squares, every step weighted by its own length.

    Directions in which the run has moved no more than its rounding are left out.
    """
    size = offsets.shape[1]
    before = np.concatenate((offsets[1:-1], offsets[:-2]), axis=1)
    weights = np.sqrt((before * before).sum(axis=1))[:, None]
    rows, targets = before / weights, offsets[2:] / weights
    u, sizes, turned = np.linalg.svd(rows, full_matrices=False)
    blurred = rounding * float(np.linalg.norm(1 / weights)) * np.sqrt(2 * size)
    kept = sizes > max(faint * float(sizes[0]), _BLUR * blurred)
    spread = turned[kept] / sizes[kept, None]
    solved = spread.T @ (u[:, kept].T @ targets)
    companion = np.zeros((2 * size, 2 * size))
    companion[:size] = solved.T
    companion[size:, :size] = np.eye(size)
    count = len(spread)
    left = targets - rows @ solved
    each = float(np.linalg.norm(left)) / np.sqrt(max(1, len(rows) - count) * size)
    linear = each < _LINEAR
    if not linear and faint < _NOISE:
        return _fitted(offsets, rounding, _NOISE)
    noise = max(float(np.linalg.norm(left)), _EPSILON * np.sqrt(count * size))  # what is left may all point one way
    return _Recurrence(companion, spread, noise, linear)


#: From so many degrees of freedom on, the quantiles of Student's t are those of the normal distribution to 10⁻¹⁵.
_NORMAL = 10**15


def sample_skewness(values: ArrayLike) -> FloatArray:
    """The skewness of values along the last axis, m₃/m₂^{3/2} with central moments over their number.

    Parameters
    ----------
    values : array_like
        (..., n), at least one.

    Returns
    -------
    float or array
        (...), 0 where all values are the same, NaN where one is not finite.

    Raises
    ------
    ParameterError
        For no values.

    Examples
    --------
    >>> float(sample_skewness([0.0, 0.0, 0.0, 1.0]).round(4))
    1.1547
    """
    found = as_floats("values", values, "numbers")
    if not found.ndim or not found.shape[-1]:
        raise ParameterError("values", values, "at least one number along the last axis")
    with np.errstate(invalid="ignore", over="ignore", divide="ignore"):
        off = found / np.abs(found).max(axis=-1, keepdims=True)  # powers of it neither overflow nor vanish
        off = off - off.mean(axis=-1, keepdims=True)
        spread = np.sqrt((off * off).mean(axis=-1, keepdims=True))
        skewed = ((off / spread) ** 3).mean(axis=-1)
    finite = np.isfinite(found).all(axis=-1)
    return np.where(finite, np.where(spread[..., 0] > 0, skewed, 0.0), np.nan)[()]


def mean_interval(standard_error: ArrayLike, runs: int, level: float = 0.95, skewness: ArrayLike = 0.0) -> FloatArray:
    """Half the width of the interval that covers the expectation with probability ``level``.

    Parameters
    ----------
    standard_error : array_like
        Of a mean over independent runs, from their spread; >= 0, NaN and inf stay.
    runs : int
        How many runs the mean is over, at least 1.
    level : float
        Between 0 and 1.
    skewness : array_like
        Of the values of the runs (:func:`sample_skewness`), of the shape of the errors.

    Returns
    -------
    float or array
        c · standard_error, with Student's t of runs - 1 degrees of freedom for c where nothing is skewed; NaN for fewer
        than FEWEST_RUNS runs.

    Raises
    ------
    ParameterError
        For other values.

    Notes
    -----
    Exact for normal values. Losses are skewed: of 20 runs whose losses are one squared normal each, 95 % by Student's t
    cover 89 %. The statistic (mean - expectation)/error is therefore turned into one that is nearly symmetric (P. Hall,
    J. R. Statist. Soc. B 54, 1992, 221): with k = skewness/√runs

        g(T) = T + k T²/3 + k² T³/27 + k/6,

    and c is the longer side of the interval that g^{-1}(±t) gives.

    Examples
    --------
    >>> float(round(mean_interval(0.1, 25), 4))
    0.2064
    """
    count = require_integer("runs", runs, 1)
    share = require_number("level", level, 0.0, 1.0, low_open=True, high_open=True)
    errors = as_floats("standard_error", standard_error, "numbers of at least 0")
    require_array("standard_error", errors[np.isfinite(errors)], 0.0)
    skewed = as_floats("skewness", skewness, "numbers")
    if skewed.ndim and skewed.shape != errors.shape:
        raise ParameterError("skewness", skewness, "a number, or one for each standard error")
    if count < FEWEST_RUNS:
        return np.full(errors.shape, np.nan)[()]
    k = np.abs(np.where(np.isfinite(skewed), skewed, 0.0)) / np.sqrt(float(min(count, _NORMAL)))  # mirrored: as wide
    degrees = float(min(count - 1, _NORMAL))
    with np.errstate(over="ignore"):  # a width beyond the largest float is infinite
        t = _student(degrees, share)
        thin = k < _UPRIGHT  # there the cubic is a straight line, and dividing by k would lose its digits
        longer = np.where(thin, t, -(np.cbrt(1 - k * (t + k / 6)) - 1) * 3 / np.where(thin, 1.0, k))
        return (errors * longer)[()]


@cache
def _quadrature() -> tuple[FloatArray, FloatArray]:
    """Nodes in (-1, 1) and weights of Fejér's first rule, whose formula keeps all digits. (NumPy's weights of Gauss are
    off by 10⁻¹⁴, in each version in another way.)"""
    angles = np.pi / _NODES * (np.arange(_NODES) + 0.5)
    k = np.arange(1, _NODES // 2 + 1)
    return np.cos(angles), 2 / _NODES * (1 - 2 * np.cos(2 * np.outer(angles, k)) @ (1 / (4.0 * k * k - 1)))


@lru_cache(maxsize=64)
def _student(degrees: float, share: float) -> float:
    """t with P(|T| <= t) = share for Student's T of at least FEWEST_RUNS - 1 degrees of freedom n.

    With T = √n tan(s/√n) the density is proportional to cos(s/√n)^(n-1), a bump as wide as the normal one, which the
    quadrature integrates to rounding. The area up to s is concave: Newton's steps from 0 on do not pass the root.
    """
    nodes, weights = _quadrature()
    root = float(np.sqrt(degrees))

    def density(s: FloatArray | float) -> FloatArray:
        return np.exp((degrees - 1) / 2 * np.log1p(-(np.sin(np.asarray(s) / root) ** 2)))

    def area(begin: float, end: float) -> float:
        return (end - begin) / 2 * float(weights @ density(begin + (end - begin) / 2 * (1 + nodes)))

    farthest, s = min(_FARTHEST, root * np.pi / 2), 0.0
    whole = area(0.0, farthest)
    for _ in range(_NEWTON):
        # the smaller of two areas keeps its digits
        missing = share * whole - area(0.0, s) if share < 0.5 else area(s, farthest) - (1 - share) * whole
        step = missing / float(density(s))
        s += step
        if not step > _EPSILON * s:
            break
    return root * float(np.tan(s / root))
