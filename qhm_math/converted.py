"""What all conversions of a point (α, β, ν) rest on: one identity.

Eliminating d for constant parameters leaves
    x_{k+1} = x_k + β (x_k - x_{k-1}) - p g_k + q g_{k-1},   p = α(1-νβ),   q = αβ(1-ν),
so any method with this three-term form is QHM with α = (p-q)/(1-β), ν = 1 - q/(αβ). For k = 0 it needs
x_{-1} = x_0 and g_{-1} = 0, which is what d_{-1} = 0 means.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .checks import ParameterError, require_array

TINY = 1e-12  # rounding that a conversion may leave at the ends of the range of nu or beta

quiet = np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore")  # QHM refuses what comes of it


class Converted:
    """What conversions need of the point that they make or turn into something else."""

    alpha: Any
    beta: Any
    nu: Any

    if TYPE_CHECKING:

        def __init__(self, alpha: Any, beta: Any = 0.0, nu: Any = 1.0) -> None: ...

    @classmethod
    def _from_lag(cls, alpha: Any, beta: Any, lag: Any) -> Self:
        """The point whose step takes -αg_k and αλ(g_{k-1} - g_k), both times 1-β, with λ = lag = β(1-ν)/(1-β)."""
        none = beta == 0
        if bool(np.any(none & (np.abs(lag) > TINY))):
            raise ParameterError("beta", 0.0, "greater than 0 when the gradient before enters the step")
        nu = np.where(none, 0.0, 1 - lag * (1 - beta) / np.where(none, 1.0, beta))
        return cls(alpha, beta, clean("nu", nu))

    def _scalars(self) -> tuple[float, float, float]:
        shapes = [np.shape(value) for value in (self.alpha, self.beta, self.nu)]
        if any(shapes):
            raise ParameterError("alpha, beta, nu", np.broadcast_shapes(*shapes), "one point for this conversion")
        return self.alpha, self.beta, self.nu


def momentum_of(name: str, value: ArrayLike) -> Any:
    return require_array(name, value, 0.0, 1.0, high_open=True)


def clean(name: str, value: Any) -> Any:
    """Take rounding off the ends 0 and 1; QHM refuses a value that is farther out."""
    value = np.where((value < 0) & (value > -TINY), 0.0, value)
    if name == "nu":
        value = np.where((value > 1) & (value < 1 + TINY), 1.0, value)
    return value
