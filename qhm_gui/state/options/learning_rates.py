"""What can be chosen in the view "Several learning rates"."""

from __future__ import annotations

from dataclasses import dataclass

from qhm_math.declared import check_declared, declared

#: The learning rates drawn, as multiples of the current one: near it, the paper's figure 4a, and decades.
FACTORS: dict[str, tuple[float, float, float]] = {
    "near": (0.5, 1.0, 1.5),
    "far": (0.25, 1.0, 5.0),
    "decades": (0.1, 1.0, 10.0),
}


@dataclass(frozen=True)
class LearningRatesOptions:
    """Which learning rates stand beside the current one, and over how many steps the loss is averaged."""

    factors: str = declared(
        "near",
        label="learning rates",
        kind="choice",
        choices=(("near", "½  1  1½"), ("far", "¼  1  5"), ("decades", "⅒  1  10")),
    )
    window: str = declared(
        "10", label="running mean", kind="choice", choices=(("1", "1"), ("10", "10"), ("100", "100"))
    )

    def __post_init__(self) -> None:
        check_declared(self)
