"""Nesterov's accelerated gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared
from ..parameters import QHM
from .qhm import Family, family_alpha, family_beta


@dataclass(frozen=True)
class NAG(Family):
    """x <- x - α [(1-β) g + β d], d <- (1-β) g + β d: the family with ν = β, normalised.

    Parameters
    ----------
    alpha : float
        Learning rate > 0, in units of 1/curvature.
    beta : float
        Momentum, 0 <= beta < 1.
    """

    alpha: float = family_alpha()
    beta: float = family_beta()

    key: ClassVar[str] = "nag"
    title: ClassVar[str] = "NAG"
    summary: ClassVar[str] = "Nesterov"
    source: ClassVar[str] = "Nesterov 1983; Sutskever et al. 2013; Gitman et al., NeurIPS 2019, section 2"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """ν = β."""
        return QHM.nesterov(self.alpha, self.beta)
