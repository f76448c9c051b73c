"""The problem that parameters are chosen for: a spectrum, a noise and a start, in the Hessian's eigenbasis.

Only sums over the modes of one curvature enter any loss, so that equal modes are merged.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ..checks import (
    FloatArray,
    ParameterError,
    require_array,
    require_integer,
    require_number,
    where,
)
from ..eigenvalues import COLUMNS, Nodes, require_eigenvalues
from ..minibatch import feedback, largest_mean_square_alpha, minibatch_expected_loss, require_batch
from ..parameters import QHM
from ..spectrum import convergence_rate
from ..stationary import stationary_loss
from ..transient import expected_loss


@dataclass(frozen=True, eq=False)
class Problem:
    """A quadratic with its gradient noise and its start; one entry for each different curvature.

    Made by :meth:`additive`, :meth:`interval` or :meth:`mini_batches`. Equality and hash go by value.

    Parameters
    ----------
    curvatures : ndarray
        λ > 0, (n,), ascending, all different. Units of loss/length².
    counts : ndarray
        How many modes have that curvature, (n,).
    noise_variances : ndarray
        Σ σ² of the gradient noise over these modes, (n,); at the minimum, for mini-batches.
    offset_squares : ndarray
        Σ (x_0 - x*)² over these modes, (n,).
    batch : float, optional
        Examples a step, B >= 1: the noise is that of mini-batches and grows with the distance (see
        :mod:`qhm_math.minibatch`). None: additive noise.
    residual_variance : float
        σ² of the residuals at the minimum under mini-batches, else 0.
    """

    curvatures: FloatArray
    counts: FloatArray
    noise_variances: FloatArray
    offset_squares: FloatArray
    batch: float | None = None
    residual_variance: float = 0.0

    def __post_init__(self) -> None:
        for array in self._arrays():
            array.flags.writeable = False

    @classmethod
    def additive(cls, curvatures: ArrayLike, noise_variances: ArrayLike = 0.0, offset: ArrayLike = 1.0) -> Self:
        """The problem with noise that is the same everywhere.

        ``curvatures`` (n,), ``noise_variances`` >= 0 and ``offset`` = x_0 - x* one value each or one a mode.
        ParameterError for bad values.
        """
        lam = _require_spectrum(curvatures)
        noise = require_array("noise_variances", noise_variances, 0.0)
        return cls._merged(lam, np.ones(len(lam)), noise, _squares(offset, lam))

    @classmethod
    def interval(cls, mu: float, L: float, noise_variance: float = 0.0, offset: ArrayLike = 1.0) -> Self:
        """The problem of the two curvatures ``mu`` <= ``L`` alone, with one noise variance in both directions."""
        low = require_number("mu", mu, 0.0, low_open=True)
        high = require_number("L", L, 0.0, low_open=True)
        if low > high:
            raise ParameterError("mu", low, f"greater than 0 and at most L = {high:.12g}")
        return cls.additive([low, high], require_number("noise_variance", noise_variance, 0.0), offset)

    @classmethod
    def mini_batches(
        cls, curvatures: ArrayLike, residual_variance: float, batch: float, offset: ArrayLike = 1.0
    ) -> Self:
        """Least squares by mini-batches of ``batch`` >= 1 examples, or infinity; see :mod:`qhm_math.minibatch`.

        ``residual_variance`` σ² >= 0: the mean square of the residuals at the minimum. ParameterError for bad values.
        """
        lam = _require_spectrum(curvatures)
        variance = require_number("residual_variance", residual_variance, 0.0)
        size = require_batch(batch)
        squares = _squares(offset, lam)
        return cls._merged(lam, np.ones(len(lam)), _at_most_huge(variance, lam, 1 / size), squares, size, variance)

    @classmethod
    def of_nodes(
        cls, nodes: Nodes, noise_variance: float = 0.0, offset: float = 1.0, batch: float | None = None
    ) -> Self:
        """The problem of directions that stand for several each, such as the nodes of a spectral measure.

        What ``nodes`` does not give is the same in every direction: one each, ``noise_variance`` and the distance
        ``offset``. With ``batch`` the noise is that of mini-batches, whose residual variance is ``noise_variance``,
        and that of the nodes is not looked at. ParameterError for bad values.
        """
        lam = _require_spectrum(nodes.curvatures)
        each = np.ones(len(lam)) if nodes.counts is None else require_array("counts", nodes.counts, 0.0, low_open=True)
        each = _by_mode("counts", each, lam)
        variance = require_number("noise_variance", noise_variance, 0.0)
        start = require_number("offset", offset, -1e150, 1e150)
        squares = _at_most_huge(start * start, each) if nodes.offset_squares is None else nodes.offset_squares
        squares = require_array("offset_squares", squares, 0.0)
        size = None if batch is None else require_batch(batch)
        if size is not None:
            noise = _at_most_huge(variance, lam, each, 1 / size)
        else:
            noise = _at_most_huge(variance, each) if nodes.noise_variances is None else nodes.noise_variances
            noise = require_array("noise_variances", noise, 0.0)
        return cls._merged(lam, each, noise, squares, size, 0.0 if size is None else variance)

    @classmethod
    def _merged(
        cls,
        lam: FloatArray,
        counts: FloatArray,
        noise: FloatArray,
        squares: FloatArray,
        batch: float | None = None,
        residual: float = 0.0,
    ) -> Self:
        """One entry for each different curvature, from sums of one value each or one for each of ``lam``, (n,)."""
        curvatures, of_mode = np.unique(lam, return_inverse=True)
        parts = zip(COLUMNS, (counts, noise, squares), strict=True)
        sums = (_sums(of_mode, _by_mode(name, part, lam), len(curvatures)) for name, part in parts)
        each, variances, starts = sums
        return cls(curvatures, each, variances, starts, batch, residual)

    def _arrays(self) -> tuple[FloatArray, ...]:
        return self.curvatures, self.counts, self.noise_variances, self.offset_squares

    def _key(self) -> tuple[object, ...]:
        return (*(array.tobytes() for array in self._arrays()), self.batch, self.residual_variance)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Problem) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    @property
    def mu(self) -> float:
        """The smallest curvature."""
        return float(self.curvatures[0])

    @property
    def L(self) -> float:
        """The largest curvature."""
        return float(self.curvatures[-1])

    @property
    def condition(self) -> float:
        """κ = L/μ."""
        return self.L / self.mu

    @property
    def noiseless(self) -> bool:
        """Whether every stable run ends at the minimum."""
        return not self.noise_variances.any()

    @property
    def start_loss(self) -> float:
        """The loss above the minimum at the start; infinite beyond the largest float."""
        with np.errstate(over="ignore"):
            return float(self.curvatures @ self.offset_squares) / 2

    def rate(self, qhm: QHM) -> FloatArray:
        """R of x ([G] Theorem 3), of the shape of the fields; at ν = 0 that of SGD."""
        return convergence_rate(qhm.without_idle_buffer(), self.mu, self.L)

    def stationary_loss(self, qhm: QHM) -> FloatArray:
        """The exact expected loss above the minimum in the stationary state; inf where there is none.

        Of the shape of the fields. Under mini-batches (σ²/2) K/(1-K), see
        :func:`qhm_math.minibatch_stationary_loss`.
        """
        if self.batch is None:
            return stationary_loss(qhm, self.curvatures, self.noise_variances)
        k = self.mean_square_coefficient(qhm)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            loss = self.residual_variance / 2 * (k / (1 - k))
        return where(k < 1, loss, np.inf)[()]

    def mean_square_coefficient(self, qhm: QHM) -> FloatArray:
        """K, of the shape of the fields: the spread stays bounded where it is below 1. 0 for additive noise.

        See :func:`qhm_math.mean_square_coefficient`.
        """
        if self.batch is None:
            return np.zeros(qhm.shape)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            return (self.counts * feedback(qhm.with_axes(1), self.curvatures, self.batch)).sum(axis=-1)

    def max_mean_square_alpha(self, qhm: QHM) -> FloatArray:
        """The α at which K = 1, of the shape of β and ν; condition (13) for additive noise."""
        batch = np.inf if self.batch is None else self.batch
        return largest_mean_square_alpha(qhm.beta, qhm.nu, self.curvatures, batch, self.counts)

    def expected_loss(self, qhm: QHM, steps: int) -> FloatArray:
        """E f(x_k) - f* for k = 0..steps from the start, of the shape of the fields and (steps+1,); exact."""
        start = np.sqrt(self.offset_squares)
        if self.batch is None:
            return expected_loss(qhm, self.curvatures, self.noise_variances, start, steps)
        return minibatch_expected_loss(
            qhm, self.curvatures, self.residual_variance, self.batch, start, steps, counts=self.counts
        )

    def with_errors(self, curvature: float = 1.0, noise: float = 1.0) -> Self:
        """The problem as it is if L is ``curvature`` times, and the noise variance ``noise`` times, as large.

        μ stays and log λ is stretched between the two, so that the shape of a spectrum stays; of one curvature alone
        it is this one that changes. Mini-batches: the residual variance. Both factors > 0.
        """
        factor = require_number("curvature", curvature, 0.0, low_open=True)
        louder = require_number("noise", noise, 0.0, low_open=True)
        lam = self.curvatures
        if self.condition > 1:
            part = np.log(lam / self.mu) / math.log(self.condition)
            lam = _at_most_huge(lam, factor**part)
            lam[-1] = _at_most_huge(self.L, factor)
        else:
            lam = _at_most_huge(lam, factor)
        variances, residual = _at_most_huge(self.noise_variances, louder), _at_most_huge(self.residual_variance, louder)
        if self.batch is not None:
            variances = _at_most_huge(residual, self.counts, lam, 1 / self.batch)
        order = np.argsort(lam, kind="stable")
        parts = (array[order] for array in (lam, self.counts, variances, self.offset_squares))
        lam, counts, variances, squares = parts
        return type(self)(lam, counts, variances, squares, self.batch, float(residual))

    def coarse(self, most: int) -> Self:
        """A problem of at most about ``most`` >= 3 curvatures with nearly the same losses, for searches.

        Curvatures between μ and L, which stay as they are, become their geometric mean in equal bins of log λ.
        """
        nodes = require_integer("most", most, 3)
        if len(self.curvatures) <= nodes:
            return self
        place = np.log(self.curvatures / self.mu) / math.log(self.condition)
        of_bin = 1 + np.clip((place * (nodes - 2)).astype(np.int64), 0, nodes - 3)
        of_bin[0], of_bin[-1] = 0, nodes - 1
        counts, noise, squares = (_sums(of_bin, array, nodes) for array in self._arrays()[1:])
        logs = _sums(of_bin, self.counts * np.log(self.curvatures), nodes)
        full = counts > 0
        counts, noise, squares = counts[full], noise[full], squares[full]
        lam = np.exp(logs[full] / counts)
        lam[0], lam[-1] = self.mu, self.L
        return type(self)(lam, counts, noise, squares, self.batch, self.residual_variance)

    @cached_property
    def searched(self) -> Self:
        """What a search over the whole family looks at; the problem itself where it has few curvatures."""
        return self.coarse(24 if self.batch is None else 8)

    @cached_property
    def refined(self) -> Self:
        """What the end of a search looks at: less coarse, so that the best point is right to 1e-3 of its loss."""
        return self.coarse(120 if self.batch is None else 16)


def _require_spectrum(curvatures: ArrayLike) -> FloatArray:
    return require_eigenvalues("curvatures", curvatures, 1e-15)


def _sums(bins: Any, values: FloatArray, count: int) -> FloatArray:
    return _at_most_huge(np.bincount(bins, values, count).astype(np.float64))


def _at_most_huge(*factors: Any) -> Any:
    """The product of numbers >= 0; the largest float where it is more, so that nothing is infinite from the start."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        return np.nan_to_num(math.prod(factors), nan=0.0, posinf=np.finfo(np.float64).max)


def _by_mode(name: str, value: Any, lam: FloatArray) -> FloatArray:
    if value.ndim and value.shape != lam.shape:
        raise ParameterError(name, f"shape {value.shape}", f"one value, or one for each of the {len(lam)} curvatures")
    return np.broadcast_to(value, lam.shape)


def _squares(offset: ArrayLike, lam: FloatArray) -> FloatArray:
    start = _by_mode("offset", require_array("offset", offset), lam)
    with np.errstate(over="ignore"):
        squares = start * start
    if not np.isfinite(squares).all():
        raise ParameterError("offset", float(np.abs(start).max()), "at most 1e+150 in size")
    return squares
