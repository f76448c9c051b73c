"""What can be chosen on the page "How good?": the axes and layers of its two maps, and how they are simulated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qhm_gui.state.pages import PagePreset
from qhm_gui.state.recordings import BESIDE, RECORDINGS
from qhm_math.declared import ParameterError, check_declared, declared
from qhm_math.minibatch_noise import MiniBatches

#: More than this takes minutes: refused rather than begun.
MOST_MAP_STEPS = 500_000_000

_AXES = (("alpha-beta", "*α*, *β*"), ("beta-nu", "*ν*, *β*"), ("alpha-nu", "*α*, *ν*"))
_LAYERS = (
    ("exact", "theory"),
    ("formula", "Thm 5"),
    ("simulated", "runs"),
    ("difference", "relative error"),
    ("ratio", "÷ SGD"),
)


def _axes(default: str, label: str) -> Any:
    return declared(default, label=label, kind="choice", choices=_AXES)


def _layer() -> Any:
    return declared("exact", label="quantity of the map", kind="choice", choices=_LAYERS)


@dataclass(frozen=True)
class GoodOptions:
    """Two maps, each over two of (α, β, ν) and with a layer of its own; the parameter of the line plot.

    A range, a cut or a length of 0 is chosen by the program. ``left``, ``right``: the maps' layers; ``cells``,
    ``map_steps``, ``map_runs``: the simulated maps.
    """

    line: str = declared(
        "nu", label="loss against", kind="choice", choices=(("nu", "*ν*"), ("beta", "*β*"), ("alpha", "*α*"))
    )
    reach: float = declared(
        0.0,
        label="window",
        low=0.0,
        high=1e6,
        zero="auto",
        help="Half the height of the plotted range; 0 = automatic.",
    )
    ellipses: str = declared(
        "current",
        label="ellipses",
        kind="choice",
        choices=(("current", "current"), ("family", "SGD, SHB, NAG")),
    )
    left_axes: str = _axes("alpha-beta", "left map over")
    right_axes: str = _axes("beta-nu", "right map over")
    left: str = _layer()
    right: str = _layer()
    tolerance: float = declared(
        0.1,
        label="tolerance",
        low=0.0,
        low_open=True,
        high=10.0,
        help="Relative error above which Theorem 5 is hatched (maps) or faint (curve).",
    )
    cut: float = declared(
        0.0,
        label="largest loss shown",
        low=0.0,
        high=1e12,
        zero="auto",
        help="Loss at the end of the colour scale; 0 = automatic.",
    )
    difference_cut: float = declared(
        0.2,
        label="largest error shown",
        low=0.0,
        low_open=True,
        high=10.0,
        help="Relative error at the end of the colour scale.",
    )
    alpha_low: float = declared(0.0, label="α from", low=0.0, high=1e6, zero="auto", help="0 = automatic.")
    alpha_high: float = declared(0.0, label="α to", low=0.0, high=1e6, zero="auto", help="0 = automatic.")
    alpha_scale: str = declared("log", label="*α* axis", kind="choice", choices=(("log", "log"), ("linear", "linear")))
    cells: int = declared(
        30, label="cells", low=2, high=200, kind="integer", help="Cells on each side of a simulated map."
    )
    map_steps: int = declared(
        1000,
        label="steps",
        low=1,
        high=1_000_000,
        kind="integer",
        help="Steps over which the loss of a cell is averaged.",
    )
    map_runs: int = declared(4, label="runs", low=1, high=1000, kind="integer", help="Runs of every simulated cell.")
    warm_up: str = declared(
        "rate",
        label="burn-in",
        kind="choice",
        choices=(("rate", "from *R*"), ("none", "none")),
        help="none: runs start at the minimum, as in the paper; too low where β is near 1.",
    )
    pays: str = declared(
        "loss", label="quantity", kind="choice", choices=(("loss", "best loss"), ("alpha", "largest *α*"))
    )
    budget: str = declared("steps", label="budget", kind="choice", choices=(("steps", "steps"), ("samples", "samples")))

    recorded: str = declared(
        "softmax-nu-1",
        label="recording",
        kind="choice",
        choices=tuple(RECORDINGS.items()),
    )
    recorded_beside: str = declared("nothing", label="beside it", kind="choice", choices=BESIDE)

    title: ClassVar[str] = "Maps"

    def __post_init__(self) -> None:
        check_declared(self)
        if 0 < self.alpha_high <= self.alpha_low:
            raise ParameterError("alpha_high", self.alpha_high, f"0, or greater than {self.alpha_low:.12g}")
        if self.cells**2 * self.map_steps * self.map_runs > MOST_MAP_STEPS:
            raise ParameterError("map_steps", self.map_steps, "fewer: cells² × steps × runs is at most 5×10⁸")

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows: those that matter to the present maps."""
        if state.expanded == "recorded":
            return ("recorded",)
        layers = {self.left, self.right}
        shown = ["left_axes", "right_axes"]
        if self.reach:  # set by a figure whose panels are to be compared; 0 gives it up
            shown.append("reach")
        if {self.left_axes, self.right_axes} & {"alpha-beta", "alpha-nu"}:
            shown += ["alpha_low", "alpha_high", "alpha_scale"]
        if layers & {"formula", "difference"}:
            shown.append("tolerance")
        if layers & {"exact", "formula", "simulated"}:
            shown.append("cut")
        if "difference" in layers:
            shown.append("difference_cut")
        if "simulated" in layers:
            shown += ["cells", "map_steps", "map_runs", "warm_up"]
        return tuple(shown)


#: Besides the paper's figures.
PRESETS: tuple[PagePreset, ...] = (
    PagePreset(
        "momentum-pays",
        "Momentum against batch size",
        {"expanded": "momentum_pays", "noise": MiniBatches(16, 0.01)},
        ("From which batch size on momentum gains anything over SGD.",),
    ),
)
