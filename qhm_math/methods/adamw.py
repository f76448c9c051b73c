"""AdamW: Adam with the decay of the weights apart from the gradient."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..checks import FloatArray
from ..declared import check_declared, declared
from .adam import AdamFamily
from .base import Parts, State, Step, declared_decay, declared_epsilon, declared_rate


@dataclass(frozen=True)
class AdamW(AdamFamily):
    """x <- (1-αλ) x, then one step of Adam with the gradient from before; as torch.optim.AdamW.

    It pulls towards x = 0, so that where it rests is not the minimum of f.
    """

    alpha: float = declared_rate(0.05, "0.001")
    beta1: float = declared_decay(0.9, "β₁", "Momentum", "Share of the mean gradient kept at each step")
    beta2: float = declared_decay(0.999, "β₂", "Squared-gradient decay", "Share of the mean squares kept at each step")
    epsilon: float = declared_epsilon(1e-8)
    decay: float = declared(
        0.01,
        label="Weight decay",
        symbol="λ",
        low=0.0,
        slider=(0.0, 1.0),
        help="Pull towards zero, apart from the gradient; PyTorch's default is 0.01",
        tuned=False,
    )

    key: ClassVar[str] = "adamw"
    title: ClassVar[str] = "AdamW"
    summary: ClassVar[str] = "Adam with decoupled weight decay"
    source: ClassVar[str] = "Loshchilov & Hutter, ICLR 2019; torch.optim.AdamW"

    def __post_init__(self) -> None:
        check_declared(self)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of the definition."""
        return self.adam_step((1 - self.alpha * self.decay) * points, state, gradient)

    def explain(self, step: Step) -> Parts:
        """Adam's terms and the pull of the decay."""
        terms = self.adam_terms(step)
        pull = -self.alpha * self.decay * step.points
        adam = terms.pop("Δx")
        return terms | {"-αλ x": pull, "Δx": adam + pull}
