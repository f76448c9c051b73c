"""The point (α, β, ν) of the family.

    g_k = ∇f(x_k) + noise
    d_k = (1-β) g_k + β d_{k-1},   d_{-1} = 0
    x_{k+1} = x_k - α [(1-ν) g_k + ν d_k]

[G] Gitman et al., NeurIPS 2019, eq. (3). Momentum is dampened: the gradient enters the buffer with weight 1-β.
How other optimizers name the same point is in `conversions.py`, `accelerated_conversions.py` and `newer_conversions.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .accelerated_conversions import AcceleratedConversions
from .checks import require_array, require_integer, require_shapes
from .conversions import Conversions
from .declared import declared_fields
from .declared_parameters import declared_alpha, declared_beta, declared_nu
from .newer_conversions import NewerConversions


@dataclass(frozen=True, eq=False)
class QHM(Conversions, AcceleratedConversions, NewerConversions):
    """One point, or an array of points, of quasi-hyperbolic momentum ([G] eq. (3)).

    nu = 0 or beta = 0: SGD. nu = 1: stochastic heavy ball. nu = beta: Nesterov. Arrays are copied and read-only;
    equality and hash go by value.

    Parameters
    ----------
    alpha : array_like
        Learning rate > 0, in units of 1/curvature.
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1. Floats, or arrays that broadcast together.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Examples
    --------
    >>> QHM(1.0, 0.9, 0.7)
    QHM(alpha=1.0, beta=0.9, nu=0.7)
    >>> QHM([0.1, 1.0], [[0.0], [0.9]]).shape
    (2, 2)
    """

    alpha: Any = declared_alpha()  # noqa: RUF009  (a field, like every `declared`)
    beta: Any = declared_beta(0.0)  # noqa: RUF009
    nu: Any = declared_nu(1.0)  # noqa: RUF009

    def __post_init__(self) -> None:
        for name, field in declared_fields(self).items():
            value = getattr(self, name)
            if type(value) is float and field.low < value < field.high:
                continue  # what the checks below would find, in a hundredth of their time
            array = require_array(
                name,
                value,
                field.low,
                field.high,
                low_open=field.low_open,
                high_open=field.high_open,
            )
            array.flags.writeable = False
            object.__setattr__(self, name, array if array.ndim else float(array))
        if not (type(self.alpha) is type(self.beta) is type(self.nu) is float):
            require_shapes(alpha=np.shape(self.alpha), beta=np.shape(self.beta), nu=np.shape(self.nu))

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape that alpha, beta and nu broadcast to; () for one point."""
        return np.broadcast_shapes(np.shape(self.alpha), np.shape(self.beta), np.shape(self.nu))

    def _key(self) -> tuple[object, ...]:
        return tuple((np.shape(v), np.asarray(v).tobytes()) for v in (self.alpha, self.beta, self.nu))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, QHM) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def with_axes(self, count: int) -> Self:
        """The same points with axes of length 1 appended, for modes or coordinates.

        Parameters
        ----------
        count : int
            How many, 0 to 32.

        Returns
        -------
        QHM
            Of shape (*shape, 1, ...).

        Raises
        ------
        ParameterError
            `count` is out of its range.

        Examples
        --------
        >>> QHM([0.1, 1.0]).with_axes(1).shape
        (2, 1)
        """
        tail = (1,) * require_integer("count", count, 0, 32)
        return type(self)(*(np.reshape(v, np.shape(v) + tail) for v in (self.alpha, self.beta, self.nu)))

    def without_idle_buffer(self) -> Self:
        """The method that takes the same steps x_k without a buffer that no step reads: β = 0 where ν = 0, plain SGD.

        Returns
        -------
        QHM
            Its fields have the same shape as before, or that of β and ν together where some ν are 0.

        Notes
        -----
        T of [G] Theorem 3 has the root β for ν = 0 too: the buffer's own, which never reaches x.

        Examples
        --------
        >>> QHM(0.5, 0.9, 0.0).without_idle_buffer()
        QHM(alpha=0.5, beta=0.0, nu=0.0)
        """
        idle = np.asarray(self.nu) == 0
        return type(self)(self.alpha, np.where(idle, 0.0, self.beta)[()], self.nu) if idle.any() else self

    # The three members of the family that have names of their own.

    @classmethod
    def sgd(cls, alpha: ArrayLike) -> Self:
        """Stochastic gradient descent: x <- x - α g. Stored with β = 0, ν = 0.

        Parameters
        ----------
        alpha : array_like
            Learning rate > 0.

        Returns
        -------
        QHM
            The point.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Examples
        --------
        >>> QHM.sgd(0.1)
        QHM(alpha=0.1, beta=0.0, nu=0.0)
        """
        return cls(alpha, 0.0, 0.0)

    @classmethod
    def heavy_ball(cls, alpha: ArrayLike, beta: ArrayLike) -> Self:
        """Normalised stochastic heavy ball ([G] eq. (4)): ν = 1. α = lr/(1-β) for an undampened step lr.

        Parameters
        ----------
        alpha : array_like
            Learning rate > 0.
        beta : array_like
            Momentum, 0 <= beta < 1. Broadcasts against `alpha`.

        Returns
        -------
        QHM
            The point.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Examples
        --------
        >>> QHM.heavy_ball(1.0, 0.9)
        QHM(alpha=1.0, beta=0.9, nu=1.0)
        """
        return cls(alpha, beta, 1.0)

    @classmethod
    def nesterov(cls, alpha: ArrayLike, beta: ArrayLike) -> Self:
        """Nesterov's accelerated gradient, normalised: ν = β ([G] section 2).

        Parameters
        ----------
        alpha : array_like
            Learning rate > 0.
        beta : array_like
            Momentum, 0 <= beta < 1. Broadcasts against `alpha`.

        Returns
        -------
        QHM
            The point.

        Raises
        ------
        ParameterError
            A value is out of its range, or the shapes do not fit.

        Examples
        --------
        >>> QHM.nesterov(1.0, 0.9)
        QHM(alpha=1.0, beta=0.9, nu=0.9)
        """
        return cls(alpha, beta, beta)
