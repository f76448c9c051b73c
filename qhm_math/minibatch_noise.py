"""Mini-batches of examples: gradient noise that grows with the distance from the minimum.

Least squares on Gaussian features φ ~ N(0, A), A the Hessian, and responses φᵀx* + r with r ~ N(0, σ²): B examples
drawn afresh at every step give the gradient Â(x - x*) - Σ φ r/B with Â = Σ φφᵀ/B. Written with ∇f = A(x - x*) it is
M ∇f + push, M = Â A⁻¹: so it is used on losses that are no quadratic too, A being the Hessian at their minimum.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from .checks import FloatArray
from .declared import check_declared, declared

#: [[s, t], [t, u]] is s, t and u times these.
_PARTS = np.array([[[1.0, 0.0], [0.0, 0.0]], [[0.0, 1.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 1.0]]])


@dataclass(frozen=True)
class MiniBatches:
    """Batches of B examples of Gaussian least squares, with residuals of variance σ².

    A finite sum has data of its own: there this noise stands for the sum's own batches.

    Parameters
    ----------
    batch : int or float
        B, whole, at least 1, or infinity: every step sees all data, and there is no noise.
    variance : float
        σ² >= 0; at 0 the noise ends at the minimum.
    """

    batch: float = declared(
        16,
        label="Batch size",
        symbol="B",
        low=1,
        high=10**9,
        infinite=True,
        kind="integer",
        scale="log",
        slider=(1, 4096),
        help="Samples drawn afresh at each step; ∞: as if every step saw all data",
    )
    variance: float = declared(
        0.01,
        label="Residual variance",
        symbol="σ²",
        low=0.0,
        high=1e150,
        scale="log",
        slider=(1e-3, 1.0),
        help="Mean square of the residuals at the minimum, in units of twice the loss",
    )

    key: ClassVar[str] = "minibatches"
    title: ClassVar[str] = "Mini-batches"
    summary: ClassVar[str] = "mini-batches of B"

    def __post_init__(self) -> None:
        check_declared(self)

    def covariance(self) -> FloatArray:
        """S at the minimum, (2, 2), for features of unit covariance, A = I."""
        return self.covariance_at(np.eye(2))

    def covariance_at(self, hessian: FloatArray) -> FloatArray:
        """S at a minimum.

        Parameters
        ----------
        hessian : ndarray
            A there, (2, 2).

        Returns
        -------
        ndarray
            σ²A/B, (2, 2).
        """
        return hessian * (self.variance / self.batch)

    def draw(self, rng: np.random.Generator, steps: int, members: int) -> FloatArray:
        """(steps, members, 5): of each batch Bartlett's triangle (two on its diagonal, one below) and two normals.

        Σ ggᵀ over B standard normal vectors g of the plane has the law of C Cᵀ, C lower triangular with χ² of B and
        B - 1 degrees as squares of its diagonal and a standard normal below it (Bartlett 1933). At B = 1 the second
        of them is 0. Step by step, so that drawing in pieces gives the same numbers.
        """
        drawn = np.zeros((steps, members, 5))
        if math.isinf(self.batch):
            return drawn
        halves = np.array([self.batch / 2, (self.batch - 1) / 2])
        for row in drawn:
            row[:, :2] = rng.standard_gamma(halves, (members, 2))
            row[:, 2:] = rng.standard_normal((members, 3))
        drawn[..., :2] = np.sqrt(2 * drawn[..., :2])
        return drawn

    def maps(self, draws: FloatArray, hessian: FloatArray) -> tuple[FloatArray, FloatArray]:
        """(M, push) of draws: the gradient of a batch is M ∇f + push.

        Parameters
        ----------
        draws : ndarray
            (..., 5), see :meth:`draw`.
        hessian : ndarray
            A, (2, 2), symmetric positive definite.

        Returns
        -------
        gains, pushes : ndarray
            (..., 2, 2) and (..., 2).

        Notes
        -----
        With A = R Rᵀ: M = R (CCᵀ/B) R⁻¹, and push = σ R C η/B, because given the features Σ g r is normal with
        covariance σ² CCᵀ.
        """
        if math.isinf(self.batch):
            return np.broadcast_to(np.eye(2), (*draws.shape[:-1], 2, 2)), np.zeros((*draws.shape[:-1], 2))
        curvatures, axes = np.linalg.eigh(hessian)
        root, inverse = axes * np.sqrt(curvatures), (axes / np.sqrt(curvatures)).T
        first, second, below, push, other = np.moveaxis(draws, -1, 0)
        square = np.stack((first * first, first * below, below * below + second * second), axis=-1)
        gains = square @ ((root @ _PARTS @ inverse).reshape(3, 4) / self.batch)
        residuals = np.stack((first * push, below * push + second * other), axis=-1)
        pushes = residuals @ (root.T * (math.sqrt(self.variance) / self.batch))
        return gains.reshape(*draws.shape[:-1], 2, 2), pushes
