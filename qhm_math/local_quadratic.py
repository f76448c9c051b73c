"""The theory at a minimum: the quadratic that a loss is there, under a noise, and what [G] says of it.

Near a minimum x* every smooth loss is f(x*) + ½ (x-x*)ᵀ A (x-x*) + O(|x-x*|³) with the Hessian A. Rates, stationary
states and expected losses of that quadratic are exact where the loss is one and the noise is additive, and of second
order in x - x* elsewhere: :attr:`LocalQuadratic.exact` tells which.
"""

from __future__ import annotations

from dataclasses import InitVar, dataclass, field
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_point
from .losses import FiniteSum, Loss, Quadratic, batch_covariance, local_curvatures
from .noise import Noise
from .parameters import QHM
from .spectrum import convergence_rate
from .stability import max_stable_alpha
from .stationary import first_order_covariance, stationary_covariance, stationary_loss
from .transient import expected_loss


@dataclass(frozen=True)
class LocalQuadratic:
    """The quadratic that ``loss`` is at its known minimum nearest to ``near``, under ``noise``.

    Two of the same loss, noise and ``minimum`` are equal, from wherever they were asked for. All losses are differences
    to the value at ``minimum``; add :attr:`height` to compare them with f - f*. Raises ParameterError unless ``near``
    is a pair of finite numbers, and NoMinimumError, a ParameterError, where no minimum is known.
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
        """Whether all of this holds everywhere: the loss is a quadratic, and its noise does not depend on x."""
        return isinstance(self.loss, Quadratic)

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
        covariance = np.asarray(self.noise.covariance())
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
        """Whether S = 0: every stable run ends at the minimum."""
        return not np.any(self.noise_covariance)

    @cached_property
    def height(self) -> float:
        """How far this minimum lies above the lowest known, f(minimum) - f*, >= 0."""
        return max(0.0, float(self.loss.value(np.array(self.minimum))) - self.loss.minimum_value())

    @property
    def condition(self) -> float:
        """κ = L/μ, to the twelve figures that the eigenvalues of a matrix are good for: 25, not 24.999999999999996."""
        return float(f"{self.curvatures[-1] / self.curvatures[0]:.12g}")

    def rate(self, qhm: QHM) -> FloatArray:
        """R of x on these curvatures ([G] Theorem 3), of the shape of the fields; at ν = 0 that of SGD.

        See :meth:`QHM.without_idle_buffer`.
        """
        return convergence_rate(qhm.without_idle_buffer(), self.curvatures[0], self.curvatures[-1])

    def max_stable_alpha(self, qhm: QHM) -> FloatArray:
        """The bound of [G] condition (13) at the method's β and ν: it converges for every smaller α."""
        return max_stable_alpha(qhm.beta, qhm.nu, self.curvatures[-1])

    def stationary_loss(self, qhm: QHM, order: int | None = None) -> FloatArray:
        """E f - f(minimum) in the stationary state, of the shape of the fields; inf where the method diverges.

        order 1 or 2: [G] Theorem 5 to that order in α. See :func:`qhm_math.stationary_loss`.
        """
        return stationary_loss(qhm, self.curvatures, self.noise_variances, order)

    def covariance(self, qhm: QHM) -> FloatArray:
        """The stationary covariance of x, (2, 2), of one point; inf where it diverges (the Lyapunov equation)."""
        return stationary_covariance(qhm, self.hessian, self.noise_covariance)

    def first_order_covariance(self, alpha: float) -> FloatArray:
        """[G] Theorem 4: the covariance of x to first order in α, (2, 2); the same for every β and ν."""
        return first_order_covariance(alpha, self.hessian, self.noise_covariance)

    def expected_loss(self, qhm: QHM, start: ArrayLike, steps: int) -> FloatArray:
        """E f(x_k) - f(minimum) for k = 0..steps from ``start``, a point of the plane; shape (..., steps+1).

        Fields of shape (...). Raises ParameterError for a start that is no pair of finite numbers, and as
        :func:`qhm_math.expected_loss` for ``steps``.
        """
        offset = (require_point("start", start) - np.array(self.minimum)) @ self.axes
        return expected_loss(qhm, self.curvatures, self.noise_variances, offset, steps)


@lru_cache(maxsize=64)
def local_quadratic(loss: Loss, noise: Noise, near: tuple[float, float]) -> LocalQuadratic:
    """``LocalQuadratic(loss, noise, near)``, kept: the last 64 are not computed again."""
    return LocalQuadratic(loss, noise, near)
