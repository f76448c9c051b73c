"""What a loss surface is, and what can be read off any of them.

To add a loss: one file with a frozen dataclass of declared floats, and one row in LOSSES.
"""

from __future__ import annotations

from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, require_point
from .growth import Growth

Window = tuple[tuple[float, float], tuple[float, float]]


class Loss(Protocol):
    """A smooth function of the plane: a frozen, hashable dataclass of declared floats.

    key: its name in files; title: its name for people; formula: its definition in a line of text; growth: how ∇f
    grows far away, on which the theorems of convergence depend. `summary`, not required: a few words that tell it from
    others in a menu. `Kind()`, or `Kind.example()` where there are parameters without a default, is the loss that a
    menu chooses. Points are arrays of shape (..., 2); nothing is checked, so that overflow far away gives inf or NaN,
    not an exception.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    growth: ClassVar[Growth]

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        ...

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f, shape (..., 2)."""
        ...

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f, shape (..., 2, 2)."""
        ...

    def minima(self) -> FloatArray:
        """The known local minima, (m, 2), the lowest first, to machine precision; m = 0 where none is known."""
        ...

    def minimum_value(self) -> float:
        """f*, the value at the lowest minimum (without any: the lowest value in the window)."""
        ...

    def window(self) -> Window:
        """((x0, x1), (y0, y1)): the part of the plane to show."""
        ...

    def start(self) -> tuple[float, float]:
        """Where a run starts by default, inside the window."""
        ...

    def suggested_alpha(self) -> float:
        """A learning rate that suits β of 0.8 to 0.9 from `start`."""
        ...

    def suggested_steps(self) -> int:
        """How many steps of `suggested_alpha` show the whole story."""
        ...


def stack(first: FloatArray, second: FloatArray) -> FloatArray:
    """Two arrays of shape (...) as the coordinates of one of shape (..., 2)."""
    return np.stack((first, second), axis=-1)


def stack_hessian(xx: FloatArray, xy: FloatArray | float, yy: FloatArray) -> FloatArray:
    """Second derivatives of shape (...) as symmetric matrices (..., 2, 2)."""
    xx, xy_, yy = np.broadcast_arrays(xx, xy, yy)
    return np.stack((np.stack((xx, xy_), axis=-1), np.stack((xy_, yy), axis=-1)), axis=-2)


class NoMinimumError(ParameterError):
    """Asked for the minimum of a loss that has none: there is no quadratic there that the theory could speak of."""

    def __init__(self, loss: Loss) -> None:
        allowed = "a loss with a minimum that is curved upwards in every direction: the theory needs its curvatures"
        super().__init__("loss", loss.formula, allowed)


def nearest_minimum(loss: Loss, point: ArrayLike) -> FloatArray:
    """The known minimum of `loss` nearest to `point`, a pair of finite numbers; shape (2,).

    NoMinimumError, a ParameterError, where none is known.
    """
    minima = loss.minima()
    near = require_point("point", point)
    if near.shape != (2,):
        raise ParameterError("point", point, "one pair of finite numbers")
    if len(minima) == 0:
        raise NoMinimumError(loss)
    return minima[int(np.argmin(np.hypot(*(minima / 4 - near / 4).T)))]  # a quarter, which does not overflow


def local_curvatures(loss: Loss, point: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The quadratic that `loss` is near its known minimum nearest to `point`.

    Returns (eigenvalues (2,) ascending, eigenvectors (2, 2) in columns, minimum (2,)) of the Hessian there.
    Units of curvature: loss/length². ParameterError unless `point` is a pair of finite numbers; NoMinimumError
    where no minimum is known.
    """
    minimum = nearest_minimum(loss, point)
    curvatures, basis = np.linalg.eigh(loss.hessian(minimum))
    return curvatures, basis, minimum
