"""DANA with constant coefficients: two buffers, in three coefficients and a decay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared, declared
from ..parameters import QHM
from .qhm import Family, family_alpha, family_beta


@dataclass(frozen=True)
class DANA(Family):
    """y <- (1-Δ) y + g, x <- x - γ₂ g - γ₃ y: the family at γ₂ + γ₃/Δ, 1-Δ, (γ₃/Δ)/(γ₂ + γ₃/Δ).

    γ₂ is ``alpha``, γ₃/γ₂ ``ratio``, and 1-Δ ``beta``.
    """

    alpha: float = family_alpha()
    ratio: float = declared(
        0.1,
        label="Momentum learning rate over the learning rate",
        symbol="γ₃/γ₂",
        low=0.0,
        high=1e6,
        slider=(0.0, 1.0),
        help="Step per unit of the buffer, as a multiple of α; 0: plain SGD",
    )
    beta: float = family_beta()

    key: ClassVar[str] = "dana"
    title: ClassVar[str] = "DANA"
    summary: ClassVar[str] = "two buffers, constant coefficients"
    source: ClassVar[str] = "Ferbach et al. 2025, DANA-constant"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """See :meth:`QHM.from_two_buffers`."""
        return QHM.from_two_buffers(1.0, self.alpha, self.ratio * self.alpha, 1 - self.beta)
