"""AdEMAMix's simple form: the gradient and a slow average of it, added."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..declared import check_declared, declared
from ..parameters import QHM
from .qhm import Family, family_alpha, family_beta


@dataclass(frozen=True)
class AdEMAMix(Family):
    """x <- x - α (g + a m), m <- β₃ m + (1-β₃) g: the family at α(1+a), β₃, a/(1+a). No second moments."""

    alpha: float = family_alpha()
    beta: float = family_beta()
    mix: float = declared(
        2.0,
        label="Weight of the average",
        symbol="a",
        low=0.0,
        high=1e6,
        slider=(0.0, 10.0),
        help="Weight of the slow average beside the gradient; 0: plain SGD",
    )

    key: ClassVar[str] = "ademamix"
    title: ClassVar[str] = "AdEMAMix"
    summary: ClassVar[str] = "simple form: gradient plus slow average"
    source: ClassVar[str] = "Pagliardini et al. 2024, without second moments and with the gradient for its fast average"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """See :meth:`QHM.from_ademamix`."""
        return QHM.from_ademamix(self.alpha, self.mix, self.beta)
