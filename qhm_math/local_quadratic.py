"""The theory at a minimum: the quadratic that a loss is there, under a noise, and what [G] says of it.

Near a minimum x* every smooth loss is f(x*) + ½ (x-x*)ᵀ A (x-x*) + O(|x-x*|³) with the Hessian A. Rates, stationary
states and expected losses of that quadratic are exact where the loss is one, under additive noise and under that of
`MiniBatches`, and of second order in x - x* elsewhere: :attr:`LocalQuadratic.exact` tells which. Under additive noise
the spread of x is bounded where the mean converges; under mini-batches only where K < 1 too (`minibatch`).
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from functools import cached_property, lru_cache
from math import inf

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .checks import FloatArray, require_point
from .gradients import noise_on
from .losses import FiniteSum, Loss, Quadratic, batch_covariance, local_curvatures
from .minibatch import mean_square_coefficient, minibatch_expected_loss, minibatch_stationary_loss
from .minibatch_modes import HEAVY_TAILED, best_minibatch_nu, mean_square_rate, minibatch_mode_losses
from .minibatch_noise import MiniBatches
from .noise import Noise
from .parameters import QHM
from .spectrum import convergence_rate
from .stability import max_stable_alpha
from .stationary import best_stationary_nu, first_order_covariance, stationary_covariance, stationary_loss
from .transient import expected_loss


@dataclass(frozen=True)
class LocalQuadratic:
    """The quadratic that a loss is at its known minimum nearest to a point, under a noise.

    Two of the same loss, noise and ``minimum`` are equal, from wherever they were asked for. All losses are differences
    to the value at ``minimum``; add :attr:`height` to compare them with f - f*.

    Parameters
    ----------
    loss : Loss
        Of the plane.
    noise : Noise
        Of its gradients.
    near : array_like
        A pair of finite numbers.

    Raises
    ------
    ParameterError
        `near` is no pair of finite numbers.
    NoMinimumError
        A ParameterError: no minimum is known.

    Examples
    --------
    >>> from qhm_math import QHM, IsotropicNoise, Saddle
    >>> theory = LocalQuadratic(Saddle(), IsotropicNoise(0.1), (0.5, -0.1))
    >>> theory.curvatures.tolist(), round(float(theory.rate(QHM.sgd(0.5))), 6)
    ([1.0, 2.0], 0.5)
    """

    loss: Loss
    noise: Noise
    near: InitVar[ArrayLike]
    minimum: tuple[float, float] = field(init=False)

    def __post_init__(self, near: ArrayLike) -> None:
        curvatures, axes, minimum = local_curvatures(self.loss, near)
        object.__setattr__(self, "minimum", (float(minimum[0]), float(minimum[1])))
        for array in (curvatures, axes):
            array.flags.writeable = False
        object.__setattr__(self, "_modes", (curvatures, axes))

    @property
    def exact(self) -> bool:
        """Whether all of this holds everywhere: the loss is a quadratic."""
        return isinstance(self.loss, Quadratic)

    @cached_property
    def batches(self) -> MiniBatches | None:
        """The mini-batches that the noise is, with B finite; None where the noise is additive, or a finite sum's."""
        noise = noise_on(self.loss, self.noise)
        return noise if isinstance(noise, MiniBatches) else None

    @property
    def batch(self) -> float:
        """B, infinite where the noise does not depend on x."""
        return inf if self.batches is None else self.batches.batch

    @property
    def linear(self) -> bool:
        """Whether runs need no stepping: the loss is a quadratic and the noise is additive."""
        return self.exact and self.batches is None

    @property
    def curvatures(self) -> FloatArray:
        """The eigenvalues of the Hessian, (2,), ascending: (μ, L). Units of loss/length²."""
        return self._modes[0]

    @property
    def axes(self) -> FloatArray:
        """The eigenvectors of the Hessian, (2, 2), in columns."""
        return self._modes[1]

    _modes: tuple[FloatArray, FloatArray] = field(init=False, repr=False, compare=False)

    @cached_property
    def hessian(self) -> FloatArray:
        """A, (2, 2), exactly symmetric."""
        matrix = self.loss.hessian(np.array(self.minimum))
        return (matrix + matrix.T) / 2

    @cached_property
    def noise_covariance(self) -> FloatArray:
        """S, (2, 2): of the noise, and of the mini-batches where the loss is a finite sum. Units of gradient²."""
        noise = noise_on(self.loss, self.noise)
        covariance = np.asarray(
            noise.covariance_at(self.hessian) if isinstance(noise, MiniBatches) else noise.covariance()
        )
        if isinstance(self.loss, FiniteSum):
            covariance = covariance + batch_covariance(self.loss, np.array(self.minimum))
        return covariance

    @cached_property
    def noise_variances(self) -> FloatArray:
        """The variance of the noise along each of :attr:`axes`, (2,): the diagonal of S in the eigenbasis."""
        # A semidefinite S may come out below 0 by a rounding.
        return np.maximum(np.diag(self.axes.T @ self.noise_covariance @ self.axes), 0.0)

    @property
    def noiseless(self) -> bool:
        """Whether S = 0: every run that converges ends at the minimum."""
        return not np.any(self.noise_covariance)

    @cached_property
    def height(self) -> float:
        """How far this minimum lies above the lowest known, f(minimum) - f*, >= 0."""
        return max(0.0, float(self.loss.value(np.array(self.minimum))) - self.loss.minimum_value())

    @property
    def condition(self) -> float:
        """κ = L/μ, to the twelve figures that the eigenvalues of a matrix are good for: 25, not 24.999999999999996."""
        with np.errstate(over="ignore"):
            return float(f"{self.curvatures[-1] / self.curvatures[0]:.12g}")

    def rate(self, qhm: QHM) -> FloatArray:
        """R of x on these curvatures ([G] Theorem 3); at ν = 0 that of SGD, see :meth:`QHM.without_idle_buffer`.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray or float
            Of the shape P.
        """
        return convergence_rate(qhm.without_idle_buffer(), self.curvatures[0], self.curvatures[-1])

    def max_stable_alpha(self, qhm: QHM) -> FloatArray:
        """The bound of [G] condition (13) at the method's β and ν: its mean converges for every smaller α.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray or float
            α, of the shape P.
        """
        return max_stable_alpha(qhm.beta, qhm.nu, self.curvatures[-1])

    def max_mean_square_alpha(self, qhm: QHM) -> FloatArray:
        """The α at which K = 1: for every smaller one the spread of x too stays bounded. (13) where B is infinite.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray or float
            α, of the shape P.
        """
        if self.batches is None:
            return self.max_stable_alpha(qhm)
        return max_stable_alpha(qhm.beta, qhm.nu, self.curvatures, batch=self.batch)

    def mean_square_coefficient(self, qhm: QHM) -> FloatArray:
        """K, see :func:`qhm_math.mean_square_coefficient`: the spread of x stays bounded where it is below 1.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray or float
            Of the shape P. Additive noise does not feed back: 0 where (13) holds, else inf.
        """
        return mean_square_coefficient(qhm, self.curvatures, self.batch)

    def is_mean_square_stable(self, qhm: QHM) -> NDArray[np.bool_]:
        """Whether the spread of x stays bounded: K < 1.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray of bool
            Of the shape P.
        """
        return np.asarray(self.mean_square_coefficient(qhm)) < 1

    def is_heavy_tailed(self, qhm: QHM) -> NDArray[np.bool_]:
        """Whether K is so near 1, above .6, that error bars of simulated means are not to be trusted; or beyond.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray of bool
            Of the shape P.
        """
        return np.asarray(self.mean_square_coefficient(qhm)) > HEAVY_TAILED

    def mean_square_rate(self, qhm: QHM) -> FloatArray:
        """The factor a step by which √E|x|² falls to its stationary value.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.

        Returns
        -------
        ndarray or float
            Of the shape P, at least R.
        """
        if self.batches is None:
            return self.rate(qhm)
        return mean_square_rate(qhm.without_idle_buffer(), self.curvatures, self.batch)

    def best_nu(self, alpha: ArrayLike, beta: ArrayLike) -> FloatArray:
        """The ν of least stationary loss at fixed (α, β).

        Parameters
        ----------
        alpha : array_like
            Learning rate > 0.
        beta : array_like
            Momentum, 0 <= beta < 1. Broadcasts against `alpha`.

        Returns
        -------
        ndarray or float
            NaN where it is not determined, see :func:`qhm_math.stationary.best_stationary_nu`.
        """
        if self.batches is None:
            return best_stationary_nu(alpha, beta, self.curvatures, self.noise_variances)
        return best_minibatch_nu(alpha, beta, self.curvatures, self.batch)

    def stationary_loss(self, qhm: QHM, order: int | None = None) -> FloatArray:
        """E f - f(minimum) in the stationary state.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.
        order : int, optional
            None: exact. 1 or 2: [G] Theorem 5 to that order in α, for the noise that there is at the minimum.

        Returns
        -------
        ndarray or float
            Of the shape P; inf where the spread has no bound. See :func:`qhm_math.stationary_loss` and
            :func:`qhm_math.minibatch_stationary_loss`.
        """
        if self.batches is not None and order is None:
            return minibatch_stationary_loss(qhm, self.curvatures, self.batches.variance, self.batch)
        return stationary_loss(qhm, self.curvatures, self.noise_variances, order)

    def covariance(self, qhm: QHM) -> FloatArray:
        """The stationary covariance of x.

        Parameters
        ----------
        qhm : QHM
            One point.

        Returns
        -------
        ndarray
            (2, 2); inf where the spread has no bound.
        """
        if self.batches is not None:
            losses = minibatch_mode_losses(qhm, self.curvatures, self.batches.variance, self.batch)
            if not np.isfinite(losses).all():
                return np.full((2, 2), inf)
            return (self.axes * (2 * losses / self.curvatures)) @ self.axes.T
        return stationary_covariance(qhm, self.hessian, self.noise_covariance)

    def first_order_covariance(self, alpha: float) -> FloatArray:
        """[G] Theorem 4: the covariance of x to first order in α; the same for every β and ν.

        Parameters
        ----------
        alpha : float
            Learning rate > 0.

        Returns
        -------
        ndarray
            (2, 2).
        """
        return first_order_covariance(alpha, self.hessian, self.noise_covariance)

    def expected_loss(self, qhm: QHM, start: ArrayLike, steps: int) -> FloatArray:
        """E f(x_k) - f(minimum) for k = 0..steps.

        Parameters
        ----------
        qhm : QHM
            Points of any shape P.
        start : array_like
            A point of the plane, a pair of finite numbers.
        steps : int
            As of :func:`qhm_math.expected_loss`.

        Returns
        -------
        ndarray
            (P, steps+1).

        Raises
        ------
        ParameterError
            `start` is no pair of finite numbers, or `steps` out of its range.
        """
        offset = (require_point("start", start) - np.array(self.minimum)) @ self.axes
        if self.batches is not None:
            return minibatch_expected_loss(qhm, self.curvatures, self.batches.variance, self.batch, offset, steps)
        return expected_loss(qhm, self.curvatures, self.noise_variances, offset, steps)


@lru_cache(maxsize=64)
def local_quadratic(loss: Loss, noise: Noise, near: tuple[float, float]) -> LocalQuadratic:
    """``LocalQuadratic(loss, noise, near)``, kept: the last 64 are not computed again.

    Parameters
    ----------
    loss : Loss
        Of the plane.
    noise : Noise
        Of its gradients.
    near : tuple of float
        A point of the plane.

    Returns
    -------
    LocalQuadratic
        Of the known minimum nearest to `near`.

    Raises
    ------
    NoMinimumError
        A ParameterError: no minimum is known.

    Examples
    --------
    >>> from qhm_math import NoNoise, Quadratic
    >>> local_quadratic(Quadratic(mu=0.5), NoNoise(), (0.0, 0.0)).condition
    2.0
    """
    return LocalQuadratic(loss, noise, near)
