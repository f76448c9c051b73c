"""Loss surfaces of the plane, one a file; LOSSES names them in the order in which menus show them.

FINITE_SUMS are those whose gradient noise comes from data.
"""

from __future__ import annotations

from .base import Loss, NoMinimumError, Window, growth_of, has_theory, local_curvatures, nearest_minimum
from .beale import Beale
from .finite_sum import FiniteSum, IntArray, batch_covariance, draw_batches
from .growth import Growth
from .himmelblau import Himmelblau
from .least_squares import LeastSquares
from .line_fit import LineFit
from .logistic import Logistic
from .neuron import Neuron
from .plateau import Plateau
from .quadratic import Quadratic
from .rastrigin import Rastrigin
from .rosenbrock import Rosenbrock
from .saddle import Saddle
from .styblinski_tang import StyblinskiTang

_ALL: tuple[type[Loss], ...] = (
    Quadratic,
    Rosenbrock,
    Beale,
    Himmelblau,
    Rastrigin,
    StyblinskiTang,
    Saddle,
    Plateau,
)
LOSSES: dict[str, type[Loss]] = {kind.key: kind for kind in _ALL}
FINITE_SUMS: dict[str, type[FiniteSum]] = {kind.key: kind for kind in (LeastSquares, LineFit, Logistic, Neuron)}

__all__ = [
    "FINITE_SUMS",
    "LOSSES",
    "Beale",
    "FiniteSum",
    "Growth",
    "Himmelblau",
    "IntArray",
    "LeastSquares",
    "LineFit",
    "Logistic",
    "Loss",
    "Neuron",
    "NoMinimumError",
    "Plateau",
    "Quadratic",
    "Rastrigin",
    "Rosenbrock",
    "Saddle",
    "StyblinskiTang",
    "Window",
    "batch_covariance",
    "draw_batches",
    "growth_of",
    "has_theory",
    "local_curvatures",
    "nearest_minimum",
]
