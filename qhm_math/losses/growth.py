"""How a loss grows far away: what the theorems of convergence ask of it, declared by each loss."""

from __future__ import annotations

from enum import Enum


class Growth(Enum):
    """How ∇f grows with the distance r from the minima, on the whole plane.

    QUADRATIC: ∇f = H(x - x*) with H positive definite.
    LINEAR: ∇f = Hx plus something bounded, H positive definite, and the second derivatives are bounded.
    BOUNDED: ∇f and the second derivatives are bounded.
    FASTER: ∇f grows faster than r, so that it is not Lipschitz continuous.
    UNKNOWN: not known, as of a formula that was typed.

    f is bounded below in all of them but UNKNOWN, where that is not known either.
    """

    QUADRATIC = "quadratic"
    LINEAR = "linear gradient"
    BOUNDED = "bounded gradient"
    FASTER = "gradient grows faster than the distance"
    UNKNOWN = "unknown"
