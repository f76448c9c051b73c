"""Gradient noise in the plane: additive, g_k = ∇f(x_k) + ε_k with ε_k independent of x and of each other; or batches.

One noise a class; to add one, write it and add a row to NOISES. That of mini-batches depends on x (`minibatch_noise`).
A noise is frozen and hashable, describes its parameters with `declared`, and has `covariance()` and `draw(rng, steps,
members)`; `summary` is the word that a menu has for it (else its key).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np

from .checks import MAX_STEPS, MAX_VALUES, FloatArray, ParameterError, require_covariance, require_integer
from .declared import check_declared, declared
from .minibatch_noise import MiniBatches

MAX_MEMBERS = 100_000


class Noise(Protocol):
    """What the simulation asks of a noise."""

    key: ClassVar[str]
    title: ClassVar[str]

    def covariance(self) -> FloatArray:
        """The covariance of one draw.

        Returns
        -------
        ndarray
            S, (2, 2), in units of gradient².
        """
        ...

    def draw(self, rng: np.random.Generator, steps: int, members: int) -> FloatArray:
        """What is added to the gradients; drawing in pieces from one generator gives the same numbers.

        Parameters
        ----------
        rng : numpy.random.Generator
            Advanced by what is drawn.
        steps, members : int
            How many of each, at least 1.

        Returns
        -------
        ndarray
            (steps, members, 2), in units of the gradient.
        """
        ...


@dataclass(frozen=True)
class NoNoise:
    """Exact gradients: S = 0."""

    key: ClassVar[str] = "none"
    title: ClassVar[str] = "No noise"
    summary: ClassVar[str] = "none"

    def covariance(self) -> FloatArray:
        """(2, 2) zeros."""
        return np.zeros((2, 2))

    def draw(self, rng: np.random.Generator, steps: int, members: int) -> FloatArray:
        """(steps, members, 2) zeros; the generator is not touched."""
        return np.zeros((steps, members, 2))


@dataclass(frozen=True)
class IsotropicNoise:
    """Gaussian noise of the same strength in each coordinate: S = σ² I.

    Parameters
    ----------
    sigma : float
        Standard deviation in each coordinate, 0 to 1e150.
    """

    sigma: float = declared(
        0.03,
        label="Noise",
        symbol="σ",
        low=0.0,
        high=1e150,  # its square is a finite number
        slider=(0.0, 1.0),
        unit="gradient",
        help="Standard deviation of the gradient noise in each coordinate",
    )

    key: ClassVar[str] = "isotropic"
    title: ClassVar[str] = "Isotropic"
    summary: ClassVar[str] = "isotropic"

    def __post_init__(self) -> None:
        check_declared(self)

    def covariance(self) -> FloatArray:
        """σ² I, (2, 2)."""
        return self.sigma**2 * np.eye(2)

    def draw(self, rng: np.random.Generator, steps: int, members: int) -> FloatArray:
        """(steps, members, 2) independent normals of standard deviation sigma."""
        values = rng.standard_normal((steps, members, 2))
        values *= self.sigma
        return values


@dataclass(frozen=True)
class GaussianNoise:
    """Gaussian noise of any covariance S, symmetric positive semidefinite; singular is allowed.

    Parameters
    ----------
    matrix : array_like
        S, (2, 2), given as nested lists, tuples or an array, stored as nested tuples so that the noise is hashable.

    Raises
    ------
    ParameterError
        For a matrix of another shape, asymmetric, indefinite or not finite.
    """

    matrix: Any = declared(  # noqa: RUF009  (a field, like every `declared`)
        ((0.09, 0.0), (0.0, 0.09)),
        label="Noise covariance",
        symbol="S",
        kind="matrix",
        unit="gradient²",
        help="Covariance of the gradient noise: symmetric, no negative eigenvalue",
    )

    key: ClassVar[str] = "gaussian"
    title: ClassVar[str] = "Gaussian"
    summary: ClassVar[str] = "full covariance"

    def __post_init__(self) -> None:
        checked = require_covariance("matrix", self.matrix, 2)
        object.__setattr__(self, "matrix", tuple(tuple(float(v) for v in row) for row in checked))

    def covariance(self) -> FloatArray:
        """S, (2, 2)."""
        return np.array(self.matrix)

    def draw(self, rng: np.random.Generator, steps: int, members: int) -> FloatArray:
        """(steps, members, 2) independent normals of covariance S."""
        # An eigenvector factor, because Cholesky fails on the singular matrices that are allowed here.
        variances, basis = np.linalg.eigh(self.covariance())
        factor = basis * np.sqrt(np.maximum(variances, 0.0))
        return rng.standard_normal((steps, members, 2)) @ factor.T


@dataclass(frozen=True, eq=False)
class DrawnNoise:
    """Draws of a noise that were made before, (steps, members, ...), for `simulate` to use as they are."""

    noise: Noise
    draws: FloatArray


NOISES: dict[str, type[Noise]] = {kind.key: kind for kind in (NoNoise, IsotropicNoise, GaussianNoise, MiniBatches)}


def make_rng(seed: int, stream: int = 0) -> np.random.Generator:
    """A simulation's generator: SFC64, the fastest NumPy has.

    Parameters
    ----------
    seed : int
        At least 0.
    stream : int
        0: noise, 1: mini-batches. The streams of a seed are independent of each other.

    Returns
    -------
    numpy.random.Generator
        At its beginning.

    Raises
    ------
    ParameterError
        `seed` or `stream` is not a whole number at least 0.

    Examples
    --------
    >>> make_rng(1).integers(10, size=3).tolist() == make_rng(1).integers(10, size=3).tolist()
    True
    """
    seed, stream = require_integer("seed", seed, low=0), require_integer("stream", stream, low=0)
    if stream == 0:
        return np.random.Generator(np.random.SFC64(seed))
    return np.random.Generator(np.random.SFC64(np.random.SeedSequence(seed, spawn_key=(stream,))))


def draw_noise(noise: Noise | None, steps: int, members: int = 1, seed: int = 0) -> FloatArray:
    """The very draws that `simulate` makes for this noise and seed.

    Give them back to `simulate` as its `noise` to use them again while only parameters change.

    Parameters
    ----------
    noise : Noise or None
        Additive. None: zeros.
    steps : int
        1 to 10,000,000.
    members : int
        1 to 100,000; at most 2·10⁸ numbers in all.
    seed : int
        At least 0.

    Returns
    -------
    ndarray
        ε, (steps, members, 2).

    Raises
    ------
    ParameterError
        A number is out of its range, or `noise` is no noise, or not additive.

    Notes
    -----
    From SFC64(seed), step by step; see :func:`make_rng`.

    Examples
    --------
    >>> draw_noise(IsotropicNoise(0.1), 5, members=3).shape
    (5, 3, 2)
    """
    steps = require_integer("steps", steps, 1, MAX_STEPS)
    members = require_integer("members", members, 1, MAX_MEMBERS)
    if noise is not None and not hasattr(noise, "draw"):
        raise ParameterError("noise", noise, "a Noise or None")
    if isinstance(noise, MiniBatches):
        raise ParameterError("noise", noise, "additive: what mini-batches do depends on x")
    if steps * members * 2 > MAX_VALUES:
        allowed = f"at most {MAX_VALUES // (2 * members):,} for {members:,} members"
        raise ParameterError("steps", steps, allowed)
    return (noise or NoNoise()).draw(make_rng(seed), steps, members)
