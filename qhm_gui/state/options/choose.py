"""What can be chosen on the page "How to choose?"."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qhm_gui.state.options.fast import PLANES
from qhm_math.declared import check_declared, declared


@dataclass(frozen=True)
class ChooseOptions:
    """What the parameters are chosen for: a number of steps, a loss to reach, and how wrong the problem may be."""

    budget: int = declared(
        1000,
        label="steps to train",
        symbol="N",
        low=1,
        high=1_000_000,
        kind="integer",
        help="Number of steps for which the parameters are chosen.",
    )

    target: float = declared(
        1e-3,
        label="target loss",
        symbol="ε",
        low=0.0,
        low_open=True,
        high=1e12,
        scale="log",
        slider=(1e-6, 10.0),
        help="Expected loss above the minimum that is to be reached.",
    )
    error: float = declared(
        2.0,
        label="error factor",
        low=1.0,
        high=100.0,
        help="L and the noise variance may be this many times smaller or larger.",
    )
    first: float = declared(
        0.5,
        label="first *α* in the valley",
        low=0.0,
        high=0.9,
        slider=(0.0, 0.9),
        help="Place of the first α in the valley, on a log scale: 0 is the lower end.",
    )
    factor: float = declared(
        0.5,
        label="*α* is cut by",
        low=0.0,
        low_open=True,
        high=1.0,
        high_open=True,
        slider=(0.1, 0.9),
        help="Factor by which α is multiplied when progress stops.",
    )
    patience: int = declared(
        50,
        label="patience",
        low=1,
        high=100_000,
        kind="integer",
        help="Steps without a loss 1 % lower after which α is cut.",
    )
    axes: str = declared(
        "alpha-beta",
        label="steps to a target over",
        kind="choice",
        choices=PLANES,
    )

    title: ClassVar[str] = "How to choose"

    def __post_init__(self) -> None:
        check_declared(self)

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows: those of what is seen."""
        alone = {"start_larger": ("budget", "first", "factor", "patience"), "wrong_alpha": ("budget", "error")}
        return alone.get(state.expanded, ("budget", "target", "error"))


PRESETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("start-larger", "Start larger, cut when progress stops", {"expanded": "start_larger"}),
    ("wrong-alpha", "Cost of a wrong learning rate", {"expanded": "wrong_alpha"}),
)
