"""Spectral measures as a probe holds them: nodes and weights of Lanczos' method, a row for each start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError, as_floats
from ..lanczos import lanczos
from .faults import ProbeError

#: Starts and steps at most.
MOST_STARTS, MOST_STEPS = 1024, 256
#: Numbers at most, so that their squares and sums are floats.
LARGEST = 1e100
#: A curvature below this share of the largest one is flat: its sign is rounding in single precision.
FLAT = 1e-6


@dataclass(frozen=True, eq=False)
class Measure:
    """Σ_i w_ji f(θ_ji) = v_jᵀ f(H) v_j for every start v_j, j = 1..J; nodes of weight 0 only fill the rows.

    Parameters
    ----------
    nodes : array_like
        θ, (J, m): curvatures, in units of loss/parameter².
    weights : array_like
        w >= 0, (J, m); the sum of a row is |v_j|².
    key : str
        What it is called in a fault.

    ProbeError for another shape, for what is not finite and for negative weights.
    """

    nodes: FloatArray
    weights: FloatArray
    key: str = "measure"

    def __post_init__(self) -> None:
        for part in ("nodes", "weights"):
            object.__setattr__(self, part, _matrix(f"{self.key}_{part}", getattr(self, part)))
        if self.weights.shape != self.nodes.shape:
            raise ProbeError("shape", key=f"{self.key}_weights", shape=self.weights.shape, allowed=self.nodes.shape)
        negative = self.weights[self.weights < 0]
        if negative.size:
            raise ProbeError("too small", key=f"{self.key}_weights", value=float(negative[0]), low=0)

    @cached_property
    def squares(self) -> FloatArray:
        """|v_j|², (J,)."""
        return self.weights.sum(axis=1)

    @cached_property
    def largest(self) -> float:
        """The largest curvature in size that has weight; 0 where none has."""
        return float(np.abs(np.where(self.weights > 0, self.nodes, 0.0)).max())

    def positive(self, least: float) -> Self:
        """The part of it on curvatures that are not negative, those of |θ| < ``least`` > 0 moved to ``least``.

        What is on curvatures below -``least`` has the weight 0 and, as its place, ``least``.
        """
        kept = self.nodes > -least
        return type(self)(np.where(kept, np.maximum(self.nodes, least), least), self.weights * kept, self.key)

    def negative_share(self, least: float) -> float:
        """The share of all weight that is on curvatures below -``least``; 0 where there is no weight."""
        total = float(self.weights.sum())
        return float(self.weights[self.nodes <= -least].sum()) / total if total > 0 else 0.0

    @cached_property
    def halved(self) -> Self:
        """What half of the steps would have given: Gauss quadrature of m/2 nodes for the same measures.

        Lanczos' method on diag(θ) from √w repeats the steps that nodes and weights came from (Golub, Meurant 1994).
        """
        half = max(1, self.nodes.shape[1] // 2)
        nodes, weights = np.zeros((len(self.nodes), half)), np.zeros((len(self.nodes), half))
        for row, (theta, w) in enumerate(zip(self.nodes, self.weights, strict=True)):
            seen = w > 0
            if seen.any():
                found = lanczos(theta[seen].__mul__, np.sqrt(w[seen]), half)
                count = len(found.nodes)
                nodes[row, :count], weights[row, :count] = found.nodes, found.weights * w.sum()
        return type(self)(nodes, weights, self.key)

    def same(self, other: Measure) -> bool:
        """Whether it has the same nodes and weights."""
        return np.array_equal(self.nodes, other.nodes) and np.array_equal(self.weights, other.weights)


def ratio_of_sums(sums: FloatArray, squares: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Σ_j m_j / Σ_j |v_j|² over J starts, sums (J, ...) by squares (J,), and its standard error, each (...).

    The ratio estimates tr f(H)S / tr S with a far smaller variance than the mean of the m_j. The error is the
    jackknife's, √(((J-1)/J) Σ (r_(j) - r̄)²), and 0 where there is but one start.
    """
    count = len(sums)
    total: Any = sums.sum(axis=0)
    whole = float(squares.sum())
    if count == 1:
        return total / whole, np.zeros(sums.shape[1:])
    rest = np.maximum(whole - squares, 1e-300).reshape(count, *[1] * (sums.ndim - 1))
    without = (total - sums) / rest
    spread: Any = ((without - without.mean(axis=0)) ** 2).sum(axis=0)
    return total / whole, np.sqrt(spread * (count - 1) / count)


def _matrix(key: str, value: ArrayLike) -> FloatArray:
    array = numbers_of(key, value)
    if array.ndim != 2 or not (1 <= array.shape[0] <= MOST_STARTS and 1 <= array.shape[1] <= MOST_STEPS):
        allowed = f"(starts, steps), up to {MOST_STARTS} and {MOST_STEPS}"
        raise ProbeError("shape", key=key, shape=array.shape, allowed=allowed)
    return array


def numbers_of(key: str, value: ArrayLike) -> FloatArray:
    """The value as a float64 array that cannot be written to; ProbeError for what is no number or not finite."""
    try:
        floats = as_floats(key, value, "numbers")
    except ParameterError:
        raise ProbeError("kind", key=key, allowed="numbers") from None
    wrong = floats[~np.isfinite(floats)]
    if wrong.size:
        raise ProbeError("not finite", key=key, value=float(wrong.flat[0]))
    if floats.size and (size := float(np.abs(floats).max())) > LARGEST:
        raise ProbeError("too great", key=key, value=size, high=LARGEST)
    floats.flags.writeable = False
    return floats
