"""Two losses whose theory is known, in the harness of those that it is not: [G]'s quadratic, and least squares."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from ..noise import IsotropicNoise, draw_noise, make_rng
from .stacked import Batch, Weights

#: [G] figure 3: curvatures, and the variance of the noise along both directions.
CURVATURES: FloatArray = np.array([0.1, 10.0])
VARIANCE = 0.3
#: Least squares in 100 dimensions.
SPECTRUM: FloatArray = np.arange(1.0, 101.0) ** -1.5
RESIDUAL_VARIANCE = 1.0


@dataclass(frozen=True)
class NoisyQuadratic:
    """f(x) = ½ Σ λ_i x_i² in the plane; a batch is the noise ε (2,) that is added to the gradient."""

    l2: float = 0.0

    @property
    def curvatures(self) -> FloatArray:
        """Those of [G] figure 3."""
        return CURVATURES

    def noise_variances(self, size: int) -> FloatArray:
        """The same for every size of a batch."""
        return np.full(2, VARIANCE)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """One point."""
        return ((2,),)

    def start(self, seed: int) -> FloatArray:
        """That of [G] figure 4."""
        return np.array([-40.0, 8.0])

    def gradient(self, weights: Weights, batch: Batch, scale: NDArray[Any], out: Weights) -> FloatArray:
        """As StackedModel has it; the loss is exact."""
        x = weights[0]
        np.multiply(CURVATURES * x + batch, scale[:, None], out=out[0])
        return 0.5 * (x * x) @ CURVATURES

    def scores(self, weights: Weights, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """The loss, and nothing that could be right."""
        return 0.5 * (weights[0] ** 2) @ CURVATURES, np.full(len(weights[0]), np.nan)

    def batches(self, seed: int, steps: int, size: int) -> Iterator[Batch]:
        """The draws that :func:`qhm_math.sweep` makes of this noise for one member."""
        yield from draw_noise(IsotropicNoise(VARIANCE**0.5), steps, 1, seed)[:, 0]


@dataclass(frozen=True)
class LeastSquares:
    """½ (xᵀw - r)² with x ~ N(0, diag(SPECTRUM)), and r of variance RESIDUAL_VARIANCE, drawn afresh for every step.

    The minimum is at 0; what is expected of it is in `qhm_math/minibatch.py`.
    """

    l2: float = 0.0

    @property
    def curvatures(self) -> FloatArray:
        """The variances of x."""
        return SPECTRUM

    def noise_variances(self, size: int) -> FloatArray:
        """At the minimum the gradient of an example is -r x."""
        return SPECTRUM * (RESIDUAL_VARIANCE / size)

    @property
    def shapes(self) -> tuple[tuple[int, ...], ...]:
        """One vector."""
        return ((len(SPECTRUM),),)

    def start(self, seed: int) -> FloatArray:
        """1 away from the minimum along every direction."""
        return np.ones(len(SPECTRUM))

    def gradient(self, weights: Weights, batch: Batch, scale: NDArray[Any], out: Weights) -> FloatArray:
        """As StackedModel has it."""
        x, r = batch
        error = weights[0] @ x.T - r
        losses = 0.5 * (error * error).mean(axis=1)
        error *= (scale / len(x))[:, None]
        np.matmul(error, x, out=out[0])
        return losses

    def scores(self, weights: Weights, batch: Batch) -> tuple[FloatArray, FloatArray]:
        """The expected loss, and nothing that could be right."""
        w = weights[0]
        loss: Any = 0.5 * ((w * w) @ SPECTRUM + RESIDUAL_VARIANCE)
        return loss, np.full(len(w), np.nan)

    def batches(self, seed: int, steps: int, size: int) -> Iterator[Batch]:
        """(X, r) of `size` examples each."""
        rng = make_rng(seed, 1)
        for _ in range(steps):
            drawn = rng.standard_normal((size, len(SPECTRUM) + 1))
            yield drawn[:, :-1] * SPECTRUM**0.5, drawn[:, -1] * RESIDUAL_VARIANCE**0.5
