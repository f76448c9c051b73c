"""The quadratic bowl: the problem that the whole theory is about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np

from ..checks import FloatArray, ParameterError
from ..declared import check_declared, declared
from .base import Window, stack
from .growth import Growth

_BLOCK = 8192  # points whose temporaries stay in a core's L2 cache
_FEW = 200  # numbers for which it is calls that take time


@dataclass(frozen=True)
class Quadratic:
    """f = ½ (x-s)ᵀ R diag(μ, L) Rᵀ (x-s): curvature μ along the angle `rotation`, L across it.

    Parameters
    ----------
    mu, L : float
        0 < mu <= L.
    rotation : float
        In degrees, -360 to 360.
    shift_x, shift_y : float
        s, the minimum, -1e6 to 1e6.

    Raises
    ------
    ParameterError
        A value is out of its range; mu > L names both.
    """

    mu: float = declared(
        0.04, label="Smallest curvature", symbol="μ", low=0.0, low_open=True, scale="log", slider=(1e-4, 10.0)
    )
    L: float = declared(
        1.0, label="Largest curvature", symbol="L", low=0.0, low_open=True, scale="log", slider=(1e-2, 100.0)
    )
    rotation: float = declared(
        20.0,
        label="Rotation",
        symbol="θ",
        low=-360.0,
        high=360.0,
        slider=(-90.0, 90.0),
        unit="°",
        help="Angle between the x axis and the direction of smallest curvature",
    )
    shift_x: float = declared(0.0, label="Minimum, x", symbol="x₀", low=-1e6, high=1e6, slider=(-2.0, 2.0))
    shift_y: float = declared(0.0, label="Minimum, y", symbol="y₀", low=-1e6, high=1e6, slider=(-2.0, 2.0))

    key: ClassVar[str] = "quadratic"
    title: ClassVar[str] = "Quadratic"
    summary: ClassVar[str] = "two-dimensional"
    formula: ClassVar[str] = "f = ½ (x-s)ᵀ R diag(μ, L) Rᵀ (x-s)"
    growth: ClassVar[Growth] = Growth.QUADRATIC

    def __post_init__(self) -> None:
        check_declared(self)
        if self.mu > self.L:
            raise ParameterError("mu", self.mu, f"greater than 0 and at most L = {self.L:.12g}")

    @property
    def eigenvalues(self) -> FloatArray:
        """(μ, L)."""
        return np.array([self.mu, self.L])

    @property
    def eigenvectors(self) -> FloatArray:
        """R, (2, 2): the columns are the directions of curvature μ and L."""
        # Exact at multiples of 90°, where cos and sin of radians are not.
        turns, rest = divmod(self.rotation, 90.0)
        c, s = math.cos(math.radians(rest)), math.sin(math.radians(rest))
        for _ in range(int(turns) % 4):
            c, s = -s, c
        return np.array([[c, -s], [s, c]])

    @property
    def minimum(self) -> FloatArray:
        """s, (2,)."""
        return np.array([self.shift_x, self.shift_y])

    def value(self, points: FloatArray) -> FloatArray:
        """f, shape (...)."""
        flat = np.asarray(points, dtype=np.float64).reshape(-1, 2)
        out = np.empty(len(flat))
        (c, _), (s, _) = self.eigenvectors
        for first in range(0, len(flat), _BLOCK):
            rows = flat[first : first + _BLOCK]
            x, y = rows[:, 0] - self.shift_x, rows[:, 1] - self.shift_y
            # By mode, because expanding the square would cancel along a narrow valley.
            along, across = c * x + s * y, c * y - s * x
            along *= along
            across *= across
            along *= 0.5 * self.mu
            across *= 0.5 * self.L
            np.add(along, across, out=out[first : first + _BLOCK])
        return out.reshape(np.shape(points)[:-1])[()]

    def gradient(self, points: FloatArray) -> FloatArray:
        """A (x - s), shape (..., 2)."""
        (xx, xy), (_, yy) = self._matrix
        if points.size <= _FEW:  # the same sums in a third of the calls
            diagonal, off, minimum = self._rows
            away = points - minimum
            return away * diagonal + away[..., ::-1] * off
        x, y = points[..., 0] - self.shift_x, points[..., 1] - self.shift_y
        return stack(xx * x + xy * y, xy * x + yy * y)

    def hessian(self, points: FloatArray) -> FloatArray:
        """A = R diag(μ, L) Rᵀ, shape (..., 2, 2)."""
        return np.broadcast_to(self._matrix, (*np.shape(points)[:-1], 2, 2))

    @cached_property
    def _rows(self) -> tuple[FloatArray, FloatArray, FloatArray]:
        """The diagonal of A, its other diagonal, and s, each (2,)."""
        return self._matrix.diagonal(), self._matrix[::-1].diagonal(), self.minimum

    @cached_property
    def _matrix(self) -> FloatArray:
        """A, made once: a run asks for it at every step."""
        basis = self.eigenvectors
        matrix = (basis * self.eigenvalues) @ basis.T
        matrix = (matrix + matrix.T) / 2
        matrix.flags.writeable = False
        return matrix

    def minima(self) -> FloatArray:
        """s, (1, 2)."""
        return self.minimum[None]

    def minimum_value(self) -> float:
        """0."""
        return 0.0

    def window(self) -> Window:
        """A frame of 4.9 by 2.85 about the minimum, holding the start and room behind the minimum."""
        x, y = self.shift_x, self.shift_y
        return (x - 3.2, x + 1.7), (y - 1.9, y + 0.95)

    def start(self) -> tuple[float, float]:
        """2.66 from the minimum, to the left and a little above."""
        return self.shift_x - 2.6, self.shift_y + 0.55

    def suggested_alpha(self) -> float:
        """1/L: the largest step at which plain gradient descent falls in every direction without a ripple."""
        return 1.0 / self.L

    def suggested_steps(self) -> int:
        """A few dozen steps down the valley, the rest in the stationary distribution."""
        return 120
