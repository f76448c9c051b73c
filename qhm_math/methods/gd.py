"""Gradient descent: the exact gradient at every step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared
from ..parameters import QHM
from .base import Oracle
from .qhm import Family, family_alpha


@dataclass(frozen=True)
class GD(Family):
    """x <- x - α ∇f(x): the family with ν = 0 and, whatever the noise or the batch, the full gradient."""

    alpha: float = family_alpha()

    key: ClassVar[str] = "gd"
    title: ClassVar[str] = "GD"
    summary: ClassVar[str] = "exact gradient, no momentum"
    source: ClassVar[str] = "Cauchy 1847"
    oracle: ClassVar[Oracle] = "full"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """ν = 0; in the theory of noise, S = 0."""
        return QHM.sgd(self.alpha)
