"""Stochastic heavy ball."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared
from ..parameters import QHM
from .qhm import Family, family_alpha, family_beta


@dataclass(frozen=True)
class SHB(Family):
    """x <- x - α d, d <- (1-β) g + β d: the family with ν = 1, normalised ("momentum" in most libraries).

    Parameters
    ----------
    alpha : float
        Learning rate > 0, in units of 1/curvature.
    beta : float
        Momentum, 0 <= beta < 1.
    """

    alpha: float = family_alpha()
    beta: float = family_beta()

    key: ClassVar[str] = "shb"
    title: ClassVar[str] = "SHB"
    summary: ClassVar[str] = "stochastic heavy ball"
    source: ClassVar[str] = "Polyak 1964; Gitman et al., NeurIPS 2019, eq. (4)"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """ν = 1."""
        return QHM.heavy_ball(self.alpha, self.beta)
