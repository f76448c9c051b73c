"""Does it converge on a quadratic: in the mean ([G] condition (13)), and in the mean square under mini-batches."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array, require_positive, require_shapes
from .minibatch import largest_mean_square_alpha
from .parameters import QHM
from .spectrum import stability_bound


def max_stable_alpha(beta: ArrayLike, nu: ArrayLike, L: ArrayLike, batch: float | None = None) -> FloatArray:
    """The learning rate at and above which the method diverges.

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1.
    L : array_like
        Largest curvature > 0. All broadcast together. With `batch`: every curvature, shape (..., n).
    batch : float, optional
        Examples a step, B >= 1, or infinity: the bound below which the spread too stays bounded under mini-batches.

    Returns
    -------
    ndarray or float
        The bound, right to 10⁻¹⁵ of itself (10⁻¹² with `batch`); infinite where it is beyond the largest float. Of the
        broadcast shape; with `batch` that of β, ν and (...).

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    Condition (13) of [G]: stable iff α < 2(1+β) / (L(1+β(1-2ν))). With `batch`: K = 1, see
    :func:`qhm_math.mean_square_coefficient`.

    Examples
    --------
    >>> float(max_stable_alpha(0.0, 1.0, 1.0))
    2.0
    >>> round(float(max_stable_alpha(0.9, 1.0, 1.0)), 9)
    38.0
    >>> round(float(max_stable_alpha(0.0, 1.0, [1.0], batch=1)), 9)
    0.666666667
    """
    if batch is not None:
        return largest_mean_square_alpha(beta, nu, L, batch)
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    top = require_positive("L", L)
    require_shapes(beta=b.shape, nu=n.shape, L=top.shape)
    with np.errstate(over="ignore", under="ignore"):
        return stability_bound(b, n, top)[()]


def is_stable(qhm: QHM, L: ArrayLike) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Whether the method converges on every quadratic with curvatures up to L.

    Parameters
    ----------
    qhm : QHM
        One point, or points of any shape.
    L : array_like
        Largest curvature > 0. Broadcasts against `qhm`.

    Returns
    -------
    ndarray of bool or bool
        Of the broadcast shape: whether α is below :func:`max_stable_alpha`.

    Raises
    ------
    ParameterError
        `L` is out of its range, or its shape does not fit that of `qhm`.

    Notes
    -----
    Condition (13) of [G]. It holds exactly where :func:`convergence_rate` is below 1.

    Examples
    --------
    >>> is_stable(QHM([1.0, 3.0]), 1.0).tolist()
    [True, False]
    """
    top = require_positive("L", L)
    require_shapes(qhm=qhm.shape, L=top.shape)
    return np.asarray(qhm.alpha < max_stable_alpha(qhm.beta, qhm.nu, top))[()]
