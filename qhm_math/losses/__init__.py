"""Loss surfaces of the plane, one a file; LOSSES names them in the order in which menus show them."""

from __future__ import annotations

from .base import Loss, Window, local_curvatures, nearest_minimum
from .beale import Beale
from .himmelblau import Himmelblau
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

__all__ = [
    "LOSSES",
    "Beale",
    "Himmelblau",
    "Loss",
    "Plateau",
    "Quadratic",
    "Rastrigin",
    "Rosenbrock",
    "Saddle",
    "StyblinskiTang",
    "Window",
    "local_curvatures",
    "nearest_minimum",
]
