"""What a loss surface is, and what can be read off any of them.

To add a loss: one file with a frozen dataclass of declared floats, and one row in LOSSES.
"""

from __future__ import annotations

from functools import lru_cache
from typing import ClassVar, Protocol

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, require_point
from .growth import Growth

Window = tuple[tuple[float, float], tuple[float, float]]


class Loss(Protocol):
    """A smooth function of the plane: a frozen, hashable dataclass of declared floats.

    key: its name in files; title: its name for people; formula: its definition in a line of text; growth: how ∇f
    grows far away, on which the theorems of convergence depend (not required: `growth_of`). `summary`, not required: a
    few words that tell it from others in a menu. `Kind()`, or `Kind.example()` where there are parameters without a
    default, is the loss that a menu chooses. `eigenvalues` (2,), ascending, and `eigenvectors` in columns, not
    required: those of the Hessian, of a quadratic that knows them: from its matrix they have no digits below 1e-16 of
    the largest. Points are arrays of shape (..., 2); nothing is checked, so that overflow
    far away gives inf or NaN, not an exception.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]
    growth: ClassVar[Growth]

    def value(self, points: FloatArray) -> FloatArray:
        """f.

        Parameters
        ----------
        points : ndarray
            (..., 2).

        Returns
        -------
        ndarray
            (...).
        """
        ...

    def gradient(self, points: FloatArray) -> FloatArray:
        """∇f.

        Parameters
        ----------
        points : ndarray
            (..., 2).

        Returns
        -------
        ndarray
            (..., 2).
        """
        ...

    def hessian(self, points: FloatArray) -> FloatArray:
        """∇²f.

        Parameters
        ----------
        points : ndarray
            (..., 2).

        Returns
        -------
        ndarray
            (..., 2, 2).
        """
        ...

    def minima(self) -> FloatArray:
        """The known local minima, also those with a kink or without curvature.

        Returns
        -------
        ndarray
            (m, 2), the lowest first, to machine precision; m = 0 where none is known. `has_theory` says at which there
            is a quadratic.
        """
        ...

    def minimum_value(self) -> float:
        """f*.

        Returns
        -------
        float
            The value at the lowest minimum (without any: the lowest value in the window).
        """
        ...

    def window(self) -> Window:
        """The part of the plane to show.

        Returns
        -------
        tuple
            ((x0, x1), (y0, y1)).
        """
        ...

    def start(self) -> tuple[float, float]:
        """Where a run starts by default.

        Returns
        -------
        tuple of float
            (x, y), inside the window.
        """
        ...

    def suggested_alpha(self) -> float:
        """A learning rate that suits β of 0.8 to 0.9 from `start`.

        Returns
        -------
        float
            α > 0.
        """
        ...

    def suggested_steps(self) -> int:
        """How many steps of `suggested_alpha` show the whole story.

        Returns
        -------
        int
            At least 1.
        """
        ...


def growth_of(loss: Loss) -> Growth:
    """How ∇f grows far away; UNKNOWN if the loss does not declare it, as one of another package may not."""
    return getattr(loss, "growth", Growth.UNKNOWN)


def stack(first: FloatArray, second: FloatArray) -> FloatArray:
    """Two arrays of shape (...) as the coordinates of one of shape (..., 2)."""
    both = np.empty((*np.shape(first), 2))  # np.stack takes three times as long for a few points
    both[..., 0], both[..., 1] = first, second
    return both


def stack_hessian(xx: FloatArray, xy: FloatArray | float, yy: FloatArray) -> FloatArray:
    """Second derivatives of shape (...) as symmetric matrices (..., 2, 2)."""
    xx, xy_, yy = np.broadcast_arrays(xx, xy, yy)
    return np.stack((np.stack((xx, xy_), axis=-1), np.stack((xy_, yy), axis=-1)), axis=-2)


#: A curvature below this share of the other one is none.
_CURVED = 1e-9
#: The same where the curvatures are known and not computed: as `require_eigenvalues` has it.
_KNOWN = 1e-15
_RING = np.stack((np.cos(np.arange(16) * np.pi / 8 + 0.1), np.sin(np.arange(16) * np.pi / 8 + 0.1)), axis=-1)


class NoMinimumError(ParameterError):
    """Asked for a quadratic where there is none: at a loss without a minimum, or one with a kink or no curvature."""

    def __init__(self, loss: Loss) -> None:
        allowed = "a loss with a minimum that is curved upwards in every direction: the theory needs its curvatures"
        super().__init__("loss", loss.formula, allowed)


def nearest_minimum(loss: Loss, point: ArrayLike) -> FloatArray:
    """The known minimum of a loss nearest to a point.

    Parameters
    ----------
    loss : Loss
        Of the plane.
    point : array_like
        A pair of finite numbers.

    Returns
    -------
    ndarray
        (2,).

    Raises
    ------
    NoMinimumError
        A ParameterError: no minimum is known.

    Examples
    --------
    >>> from qhm_math import Saddle
    >>> nearest_minimum(Saddle(), (0.5, -0.1)).tolist()
    [0.0, -1.0]
    """
    minima = loss.minima()
    near = require_point("point", point)
    if near.shape != (2,):
        raise ParameterError("point", point, "one pair of finite numbers")
    if len(minima) == 0:
        raise NoMinimumError(loss)
    return minima[int(np.argmin(np.hypot(*(minima / 4 - near / 4).T)))]  # a quarter, which does not overflow


def local_curvatures(loss: Loss, point: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The quadratic that a loss is near its known minimum nearest to a point.

    Parameters
    ----------
    loss : Loss
        Of the plane.
    point : array_like
        A pair of finite numbers.

    Returns
    -------
    curvatures : ndarray
        The eigenvalues of the Hessian there, (2,), ascending, in units of loss/length².
    axes : ndarray
        Its eigenvectors, (2, 2), in columns.
    minimum : ndarray
        (2,).

    Raises
    ------
    ParameterError
        `point` is no pair of finite numbers.
    NoMinimumError
        No minimum is known, or the nearest one has no quadratic (see :func:`has_theory`).

    Examples
    --------
    >>> from qhm_math import Saddle
    >>> local_curvatures(Saddle(), (0.5, -0.1))[0].tolist()
    [1.0, 2.0]
    """
    minimum = nearest_minimum(loss, point)
    curvatures, basis = getattr(loss, "eigenvalues", None), getattr(loss, "eigenvectors", None)
    if curvatures is not None and basis is not None and curvatures[0] > _KNOWN * curvatures[-1]:
        return curvatures, basis, minimum
    hessian = _second_order(loss, float(minimum[0]), float(minimum[1]))
    if hessian is None:
        raise NoMinimumError(loss)
    curvatures, basis = np.linalg.eigh(hessian)
    return curvatures, basis, minimum


def has_theory(loss: Loss, point: ArrayLike) -> bool:
    """Whether a loss is, to second order, a quadratic curved upwards at its known minimum nearest to a point.

    Only there are a rate, a bound and a stationary loss to be had.

    Parameters
    ----------
    loss : Loss
        Of the plane.
    point : array_like
        A pair of finite numbers.

    Returns
    -------
    bool
        False without a minimum, where it has a kink (abs(x)), where it is the window's edge that makes it one, and
        where a curvature is 0 (x**4).

    Examples
    --------
    >>> from qhm_math import Quadratic
    >>> has_theory(Quadratic(), (0.0, 0.0))
    True
    """
    try:
        local_curvatures(loss, point)
    except NoMinimumError:
        return False
    return True


@lru_cache(maxsize=256)
def _second_order(loss: Loss, x: float, y: float) -> FloatArray | None:
    """The Hessian at a minimum if it is positive definite and ∇f(x + h) = ∇²f h + o(h) there, else None.

    The second condition is looked at on circles: at a kink the gradient jumps, whatever the Hessian's formula gives.
    """
    point = np.array((x, y))
    with np.errstate(all="ignore"):
        hessian = loss.hessian(point)
        if not np.isfinite(hessian).all():
            return None
        low, high = np.linalg.eigvalsh(hessian)
        if not low > _CURVED * high:
            return None
        scale = 1.0 + float(np.abs(point).max())
        for radius in scale * np.array((1e-6, 1e-5, 1e-7, 1e-8)):  # small: sqrt(x**2 + 1e-12) bends within 1e-6
            steps = radius * _RING
            off = loss.gradient(point + steps) - steps @ hessian
            if float(np.hypot(off[:, 0], off[:, 1]).max()) <= 1e-2 * radius * high:
                hessian.flags.writeable = False
                return hessian
    return None
