"""What can be chosen on the page "Experiments": the network that is trained and the points it has had, and a sweep."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar

from qhm_gui.state.pages import PagePreset
from qhm_gui.state.recordings import BESIDE
from qhm_math import QHM, max_stable_alpha
from qhm_math.checks import require_integer
from qhm_math.declared import ParameterError, check_declared, declared, declared_fields
from qhm_math.declared_parameters import declared_beta, declared_nu
from qhm_math.networks import EVERY, DigitsNetwork, Stretch

#: More changes of the point on the way are not kept: the last one is then replaced.
MOST_CHANGES = 300
MOST_TRAINED = 1_000_000
#: More than this takes minutes: cells times steps times seeds.
MOST_SWEPT = 50_000_000

#: Key in qhm_math.experiments.PROBLEMS, title, and the α chosen by the program: the largest of a map over α and β,
#: about 5/L, and the fixed one of a map over ν and β, beyond SGD's bound 2/L.
SWEPT: tuple[tuple[str, str, float, float], ...] = (
    ("softmax-digits", "softmax, digits", 12.0, 7.0),
    ("softmax-mnist", "softmax, MNIST", 3.6, 2.2),
    ("mlp-digits", "perceptron, digits", 5.0, 3.0),
    ("mlp-mnist", "perceptron, MNIST", 2.0, 1.2),
    ("resnet18-cifar10", "ResNet-18, CIFAR-10", 1.0, 0.4),
    ("resnet18-fashion", "ResNet-18, Fashion-MNIST", 1.0, 0.4),
    ("least-squares", "least squares", 5.0, 3.0),
    ("quadratic", "figure 3's quadratic", 0.5, 0.3),
)
#: Problems with a width begin like this.
_WIDE = ("mlp-", "resnet18-")
#: What the map is over, and the cells along (α, β, ν): of the map's own number, or of the slices'.
_AXES = (("alpha-beta", "*α*, *β*"), ("beta-nu", "*ν*, *β*"), ("alpha-nu", "*α*, *ν*"), ("all", "*α*, *β*, *ν*"))


@dataclass(frozen=True)
class Passed:
    """Up to step ``until`` the network was trained at this point."""

    until: int
    alpha: float
    beta: float
    nu: float

    def __post_init__(self) -> None:
        if require_integer("until", self.until, EVERY, MOST_TRAINED) % EVERY:
            raise ParameterError("until", self.until, f"a multiple of {EVERY}")
        for name in ("alpha", "beta", "nu"):
            object.__setattr__(self, name, getattr(self.stretch.qhm, name))

    @cached_property
    def stretch(self) -> Stretch:
        """The same for the training."""
        return Stretch(self.until, QHM(self.alpha, self.beta, self.nu).without_idle_buffer())


@dataclass(frozen=True)
class ExperimentsOptions:
    """A network, and how far it is trained: ``steps`` after the last change of the point, or up to step ``stop``.

    ``past``: the points before the current one. The network itself is no part of the state, which says how to get it.
    ``sweep_…``: the problem that is trained for every cell of a map, and how; an α of 0 is chosen by the program.
    ``sweep_file``: the file of a sweep that is shown in place of it, '' for none. ``sweep_data``: the folder of the
    images, '' for those that are bundled or installed. ``sweep_width``: 0 is the problem's own.
    """

    steps: int = declared(
        1500,
        label="steps",
        low=EVERY,
        high=100_000,
        kind="integer",
        help="Training steps after the last change of α, β or ν.",
    )
    samples: int = field(default=400, metadata={"declared": declared_fields(DigitsNetwork)["samples"]})
    width: int = field(default=32, metadata={"declared": declared_fields(DigitsNetwork)["width"]})
    scale: float = field(default=0.5, metadata={"declared": declared_fields(DigitsNetwork)["scale"]})
    past: tuple[Passed, ...] = field(default=(), metadata={"parts": Passed})
    stop: int = 0
    sweep_problem: str = declared(
        "softmax-digits", label="problem", kind="choice", choices=tuple((key, title) for key, title, _, _ in SWEPT)
    )
    sweep_axes: str = declared("alpha-beta", label="map over", kind="choice", choices=_AXES)
    sweep_origin: str = declared(
        "checkpoint", label="start", kind="choice", choices=(("checkpoint", "minimum"), ("scratch", "initial weights"))
    )
    sweep_cells: int = declared(
        12, label="cells", low=2, high=60, kind="integer", help="Cells on each side of the map."
    )
    sweep_steps: int = declared(
        200, label="steps", low=10, high=20_000, kind="integer", help="Training steps of every cell."
    )
    sweep_seeds: int = declared(
        2, label="seeds", low=1, high=20, kind="integer", help="Runs of every cell; all cells have the same batches."
    )
    sweep_alpha_high: float = declared(0.0, label="α to", low=0.0, high=1e6, zero="auto", help="0 = automatic.")
    sweep_alpha: float = declared(
        0.0, label="learning rate", symbol="α", low=0.0, high=1e6, zero="auto", help="0 = automatic."
    )
    sweep_beside: str = declared("theory", label="beside it", kind="choice", choices=BESIDE)
    sweep_paused: bool = declared(False, label="paused", kind="flag")
    sweep_nu: float = declared_nu(1.0, label="momentum share")
    sweep_beta: float = declared_beta(0.9, label="momentum")
    sweep_slices: int = declared(
        3, label="slices", low=2, high=20, kind="integer", help="Values of ν, each a map; shown is the nearest one."
    )
    sweep_batch: int = declared(128, label="batch", low=1, high=1000, kind="integer", help="Images in a batch.")
    sweep_width: int = declared(
        0,
        label="width",
        low=0,
        high=1024,
        kind="integer",
        zero="auto",
        help="Units or channels; 0 = automatic.",
    )
    sweep_file: str = ""
    sweep_data: str = ""

    title: ClassVar[str] = "Training"

    def __post_init__(self) -> None:
        check_declared(self)
        if len(self.past) > MOST_CHANGES:
            raise ParameterError("past", len(self.past), f"at most {MOST_CHANGES} points")
        ends = [passed.until for passed in self.past]
        if ends != sorted(set(ends)):
            raise ParameterError("past", ends, "points at ascending steps")
        require_integer("stop", self.stop, 0, MOST_TRAINED + 100_000)
        if self.stop % EVERY or 0 < self.stop < self.begun:
            raise ParameterError("stop", self.stop, f"0, or a multiple of {EVERY} from {self.begun:,} on")
        if 0 < self.sweep_alpha_high < 1e-300:  # a share of it would be 0
            raise ParameterError("sweep_alpha_high", self.sweep_alpha_high, "0, or at least 10⁻³⁰⁰")
        slices = self.sweep_slices if self.sweep_axes == "all" else 1
        if self.sweep_cells**2 * slices * self.sweep_steps * self.sweep_seeds > MOST_SWEPT:
            allowed = "fewer: cells² × slices × steps × seeds is at most 5×10⁷"
            raise ParameterError("sweep_steps", self.sweep_steps, allowed)
        for name in ("sweep_file", "sweep_data"):
            if not isinstance(getattr(self, name), str):  # of a session file
                raise ParameterError(name, getattr(self, name), "a text")

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows."""
        if state.expanded != "sweep":
            return "samples", "width", "scale"
        if self.sweep_file:
            return ()
        fixed = {
            "alpha-beta": ("sweep_alpha_high", "sweep_nu"),
            "beta-nu": ("sweep_alpha",),
            "alpha-nu": ("sweep_alpha_high", "sweep_beta"),
            "all": ("sweep_alpha_high", "sweep_slices"),
        }[self.sweep_axes]
        shape = "sweep_cells", "sweep_steps", "sweep_batch", "sweep_seeds"
        width = ("sweep_width",) if self.sweep_problem.startswith(_WIDE) else ()
        return "sweep_problem", *width, "sweep_origin", "sweep_axes", *fixed, *shape

    def run_fields(self, run: tuple[str, ...], state: Any) -> tuple[str, ...]:
        """The fields of the page's runs: a sweep has steps and seeds of its own."""
        return () if state.expanded == "sweep" else run

    @property
    def begun(self) -> int:
        """The step from which on the current point is in force."""
        return self.past[-1].until if self.past else 0

    @property
    def total(self) -> int:
        """The step that the network is trained to."""
        return self.stop or self.planned

    @property
    def planned(self) -> int:
        """The step that it is trained to where it is not stopped before."""
        return max(self.stop, self.begun + -(-self.steps // EVERY) * EVERY)


#: What makes another network: then the training begins anew.
NETWORK_FIELDS = frozenset({"seed", "experiments.samples", "experiments.width", "experiments.scale"})
ANEW: dict[str, Any] = {"experiments.past": (), "experiments.stop": 0}
_NETWORK = {"seed": 7, "experiments.samples": 400, "experiments.width": 32, "experiments.scale": 0.5}


def _preset(key: str, title: str, sentence: str, point: tuple[float, str, float, float]) -> PagePreset:
    """``point``: the curvature at which its line stands, the tie of ν, β and ν."""
    line, tie, beta, nu = point
    alpha = float(max_stable_alpha(beta, nu, line))
    free = {"sgd": {}, "shb": {"beta": beta}, "nag": {"beta": beta}, "free": {"beta": beta, "nu": nu}}[tie]
    changes = {"expanded": "", "tie": tie, "alpha": alpha, **free, **_NETWORK, "experiments.steps": 1500, **ANEW}
    return PagePreset(key, title, changes, (sentence,))


def _sweep(key: str, title: str, sentence: str, problem: str, axes: str) -> PagePreset:
    """A map that is trained, alone on the page."""
    named = {"problem": problem, "axes": axes, "origin": "checkpoint", "alpha_high": 0.0, "alpha": 0.0, "nu": 1.0}
    named |= {"file": "", "data": "", "width": 0, "batch": 128}
    changes = {"expanded": "sweep", **{f"experiments.sweep_{name}": value for name, value in named.items()}}
    return PagePreset(key, title, changes, (sentence,))


#: The first five meet the line at 6 and stay on it; the others do not, and say so.
PRESETS: tuple[PagePreset, ...] = (
    _preset(
        "edge-sgd",
        "SGD: settles at the bound",
        "The sharpness of a network climbs to the bound of SGD and stays there.",
        (6.0, "sgd", 0.0, 0.0),
    ),
    _preset(
        "edge-shb",
        "SHB, *β* = 0.9: settles at the bound",
        "The same with heavy ball: its bound is higher.",
        (6.0, "shb", 0.9, 1.0),
    ),
    _preset(
        "edge-nag",
        "NAG, *β* = 0.9: settles at the bound",
        "The same with Nesterov's gradient: its bound is lower.",
        (6.0, "nag", 0.9, 0.9),
    ),
    _preset(
        "edge-half",
        "*β* = 0.9, *ν* = 0.5: settles at the bound",
        "The same with half of the averaged gradient.",
        (6.0, "free", 0.9, 0.5),
    ),
    _preset(
        "edge-long",
        "*β* = 0.99, *ν* = 0.7: settles at the bound",
        "The same with a long average.",
        (6.0, "free", 0.99, 0.7),
    ),
    _preset(
        "fitted",
        "SHB, smaller *α*: fitted below the bound",
        "With a smaller α the data are fitted before the bound is met.",
        (10.0, "shb", 0.9, 1.0),
    ),
    _preset("diverging", "SHB, larger *α*: diverges", "With a larger α the training diverges.", (4.0, "shb", 0.9, 1.0)),
    _sweep(
        "sweep-digits",
        "Sweep: softmax, *α* and *β*",
        "A model is trained for each α and β before your eyes.",
        "softmax-digits",
        "alpha-beta",
    ),
    _sweep(
        "sweep-digits-nu",
        "Sweep: softmax, *ν* and *β*",
        "A model is trained for each ν and β before your eyes.",
        "softmax-digits",
        "beta-nu",
    ),
    _sweep(
        "sweep-quadratic",
        "Sweep: figure 3's quadratic",
        "The quadratic of figure 3 in place of a model, cell by cell.",
        "quadratic",
        "alpha-beta",
    ),
)
