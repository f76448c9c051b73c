"""Eigenvalues and spectral measures of a symmetric matrix of which only products with vectors are known."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array, require_integer, require_number, require_size
from .progress import SILENT, Monitor, require_going_on

#: A step shorter than this share of the largest one is rounding: the Krylov space ends there.
_ROUNDING = 1e-13


class Lanczos(NamedTuple):
    """What a start sees of a symmetric matrix A in m steps.

    ``nodes``: the Ritz values θ_i, ascending, (m,). ``weights``: their weights w_i >= 0 of sum 1, (m,).
    ``largest``: the largest node, at most the largest eigenvalue (up to rounding). ``error``: an eigenvalue of A lies
    within this distance of ``largest``, up to rounding. ``vector``: the unit Ritz vector of the largest node, (n,).
    """

    nodes: FloatArray
    weights: FloatArray
    largest: float
    error: float
    vector: FloatArray


def lanczos(
    product: Callable[[FloatArray], FloatArray],
    start: ArrayLike,
    steps: int,
    tolerance: float = 0.0,
    monitor: Monitor = SILENT,
) -> Lanczos:
    """Ritz values, their weights and the largest eigenvalue of a symmetric matrix A, by Lanczos' method.

    Parameters
    ----------
    product : callable
        v -> A v for a vector of shape (n,); the answer has that shape.
    start : array_like
        The first vector, of shape (n,), not zero; its length does not matter.
    steps : int
        Products with A, at least 1; never more than n are taken.
    tolerance : float
        It ends earlier where ``error`` is at most this share of ``largest``; 0 for all steps.
    monitor : Monitor
        Told of the progress; where it cancels, Cancelled is raised.

    Returns
    -------
    Lanczos
        Nodes, weights, the largest eigenvalue with its error, and its vector.

    Raises
    ------
    ParameterError
        For a start or a product of another shape, that is zero (the start) or not finite.

    Notes
    -----
    Every new vector is made orthogonal to all before it, twice, so that no node appears a second time. Nodes and
    weights are Gauss quadrature for the spectral measure of the start v: vᵀ f(A) v / vᵀ v = Σ w_i f(θ_i), exact for
    polynomials f of degree at most 2m - 1 (Golub, Meurant, "Matrices, Moments and Quadrature", 1994). ``error`` is the
    residual ‖A y - θ y‖ of the largest node. Where the rest of the spectrum is at least δ away from θ, the node itself
    is off by at most error²/δ. A start without any part in the first eigenvector never finds it: take a random one.

    Examples
    --------
    >>> matrix = np.diag([1.0, 2.0, 10.0])
    >>> found = lanczos(lambda v: matrix @ v, np.ones(3), 3)
    >>> found.nodes.round(9).tolist(), found.weights.round(9).tolist()
    ([1.0, 2.0, 10.0], [0.333333333, 0.333333333, 0.333333333])
    """
    vector = require_array("start", start)
    if vector.ndim != 1 or not vector.any():
        raise ParameterError("start", vector.shape if vector.ndim != 1 else 0, "a vector that is not zero")
    size = len(vector)
    most = min(require_integer("steps", steps, 1), size)
    require_size(most, vector.shape)
    wanted = require_number("tolerance", tolerance, 0.0)
    basis = np.empty((most, size))
    basis[0] = _unit(vector)
    diagonal, beside = np.zeros(most), np.zeros(most)
    for k in range(most):
        require_going_on(monitor)
        image = np.asarray(product(basis[k]), dtype=np.float64)
        if image.shape != vector.shape or not np.isfinite(image).all():
            raise ParameterError("product", image.shape, f"a finite vector of shape {vector.shape} for every vector")
        known = basis[: k + 1]
        diagonal[k], beside[k], rest = _coefficients(known, image)
        monitor.report((k + 1) / most)
        ended = _is_rounding(beside[k], diagonal, beside)
        last = k + 1 == most or ended
        if last or wanted > 0:
            values, vectors = _ritz(diagonal[: k + 1], beside[:k])
            error = 0.0 if ended else float(beside[k] * abs(vectors[k, -1]))
            if last or error <= wanted * abs(values[-1]):
                return Lanczos(values, vectors[0] ** 2, float(values[-1]), error, _unit(vectors[:, -1] @ known))
        basis[k + 1] = rest / beside[k]
    raise AssertionError  # the last of the steps returns


def spectral_measures(
    product: Callable[[FloatArray], FloatArray], starts: ArrayLike, steps: int, monitor: Monitor = SILENT
) -> tuple[FloatArray, FloatArray]:
    """Ritz values and weights of a symmetric matrix A as several starts see it, side by side.

    Parameters
    ----------
    product : callable
        V -> V A for rows (J, n), of which each is a vector: many products at once are quicker than one by one.
    starts : array_like
        The first vectors, (J, n); one that is zero sees nothing.
    steps : int
        Products with A, at least 1.
    monitor : Monitor
        Told of the progress; where it cancels, Cancelled is raised.

    Returns
    -------
    nodes, weights : ndarray
        (J, steps), as :func:`lanczos` has them for each start; where it ends early, and for a start that is zero, the
        rest are 0.

    Examples
    --------
    >>> matrix = np.diag([1.0, 2.0, 10.0])
    >>> nodes, weights = spectral_measures(lambda rows: rows @ matrix, [[1, 0, 0], [0, 2, 2]], 2)
    >>> nodes.round(9).tolist(), weights.round(9).tolist()
    ([[1.0, 0.0], [2.0, 10.0]], [[1.0, 0.0], [0.5, 0.5]])
    """
    vectors = require_array("starts", starts)
    if vectors.ndim != 2 or not vectors.size:
        raise ParameterError("starts", vectors.shape, "rows of the same length")
    asked = require_integer("steps", steps, 1)
    most = min(asked, vectors.shape[1])
    require_size(len(vectors) * most, vectors.shape[1:])
    require_size(asked, (len(vectors),))
    basis = np.zeros((most, *vectors.shape))
    nodes, weights = np.zeros((2, len(vectors), asked))
    diagonal, beside = np.zeros((2, len(vectors), most))
    alive = np.flatnonzero(vectors.any(axis=1))
    for row in alive:
        basis[0, row] = _unit(vectors[row])
    for k in range(most):
        if not len(alive):
            break
        require_going_on(monitor)
        images = np.asarray(product(basis[k, alive]), dtype=np.float64)
        if images.shape != (len(alive), vectors.shape[1]) or not np.isfinite(images).all():
            raise ParameterError("product", images.shape, "as many finite vectors as it is given")
        going: list[int] = []
        for row, image in zip(alive, images, strict=True):
            diagonal[row, k], beside[row, k], rest = _coefficients(basis[: k + 1, row], image)
            if k + 1 == most or _is_rounding(beside[row, k], diagonal[row], beside[row]):
                values, ritz = _ritz(diagonal[row, : k + 1], beside[row, :k])
                nodes[row, : k + 1] = values
                weights[row, : k + 1] = ritz[0] ** 2
            else:
                basis[k + 1, row] = rest / beside[row, k]
                going.append(int(row))
        alive = np.array(going, dtype=np.int64)
        monitor.report((k + 1) / most)
    return nodes, weights


def _coefficients(known: FloatArray, image: FloatArray) -> tuple[float, float, FloatArray]:
    """Of a step: the numbers of the tridiagonal matrix on its diagonal and beside it, and the next vector, not yet of
    length 1. `image`: the product with the last of the `known` vectors (k, n)."""
    rest = image - known.T @ (known @ image)
    rest -= known.T @ (known @ rest)
    return float(known[-1] @ image), float(np.linalg.norm(rest)), rest


def _is_rounding(length: float, diagonal: FloatArray, beside: FloatArray) -> bool:
    """Whether the next vector has no length, but for rounding."""
    return bool(length <= _ROUNDING * max(float(np.abs(diagonal).max()), float(beside.max())))


def _unit(vector: FloatArray) -> FloatArray:
    scaled = vector / np.abs(vector).max()
    return scaled / np.linalg.norm(scaled)


def _ritz(diagonal: FloatArray, beside: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Eigenvalues and eigenvectors of the tridiagonal matrix; NumPy's, because SciPy's hold the interpreter."""
    return np.linalg.eigh(np.diag(diagonal) + np.diag(beside, 1) + np.diag(beside, -1))
