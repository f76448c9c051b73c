"""Stochastic gradient descent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared
from ..parameters import QHM
from .qhm import Family, family_alpha


@dataclass(frozen=True)
class SGD(Family):
    """x <- x - α g: the family with ν = 0.

    Parameters
    ----------
    alpha : float
        Learning rate > 0, in units of 1/curvature.
    """

    alpha: float = family_alpha()

    key: ClassVar[str] = "sgd"
    title: ClassVar[str] = "SGD"
    summary: ClassVar[str] = "no momentum"
    source: ClassVar[str] = "Robbins & Monro 1951"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """ν = 0."""
        return QHM.sgd(self.alpha)
