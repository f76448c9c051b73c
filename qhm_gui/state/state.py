"""The state of the window: one frozen value, of which every picture is a pure function.

Changing it means building a new one with :func:`changed`, which also keeps what belongs together together: a tied ν
follows β, another loss brings its own start.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from sys import float_info
from typing import Any

from qhm_gui.state.options import compare
from qhm_gui.state.options.choose import ChooseOptions
from qhm_gui.state.options.compare import CompareOptions
from qhm_gui.state.options.converge import ConvergeOptions
from qhm_gui.state.options.experiments import ExperimentsOptions
from qhm_gui.state.options.fast import FastOptions
from qhm_gui.state.options.good import GoodOptions
from qhm_gui.state.options.learning_rates import LearningRatesOptions
from qhm_gui.state.pages import PAGES, view_keys
from qhm_math import QHM, LocalQuadratic, local_quadratic
from qhm_math.checks import require_number
from qhm_math.declared import Declared, ParameterError, check_declared, declared, declared_fields
from qhm_math.declared_parameters import declared_alpha, declared_beta, declared_nu
from qhm_math.eigenvalues import OfLoss
from qhm_math.expression import TypedLoss
from qhm_math.losses import FINITE_SUMS, LOSSES, Loss, Quadratic, has_theory
from qhm_math.methods import NU_RULES, nu_follows_beta, tied_fields, tied_point
from qhm_math.noise import NOISES, IsotropicNoise, Noise

#: More simulated numbers than this take minutes: refused rather than begun.
MOST_RUN_STEPS = 1_000_000_000
#: Beyond this condition number the best parameters are no longer told apart in double precision.
MOST_KAPPA = 1e9
#: Every loss that a state can have, by its key: those of the plane, finite sums, and typed losses. A view of
#: the tables, in this order: ChainMap lists its last map first.
ALL_LOSSES: Mapping[str, Any] = ChainMap({TypedLoss.key: TypedLoss}, FINITE_SUMS, LOSSES)


#: The methods that share α and β, in the order of the legends.
FAMILY = ("sgd", "shb", "nag", "qhm")


def tie_words(rule: str, name: str) -> str:
    """What a rule makes of 'beta' or 'nu', as markup: '= 0', '= *β*'; '' where the rule leaves it free."""
    if name not in tied_fields(rule):
        return ""
    if name == "nu" and nu_follows_beta(rule):
        return "= *β*"
    return f"= {getattr(tied_point(rule, 1.0, 0.5, 0.5), name):g}"


def _tie_choices() -> tuple[tuple[str, str], ...]:
    return tuple(
        (rule, f"{tie_words(rule, 'nu')}  {kind.title}" if tied_fields(rule) else rule)
        for rule, kind in NU_RULES.items()
    )


@dataclass(frozen=True)
class State:
    """A point (α, β, ν), a loss, a noise, a run, and how they are looked at."""

    alpha: float = declared_alpha(
        1.7,
        label="learning rate",
        high=1e6,
        slider=(0.05, 20.0),
        unit="",
        help="Factor by which the gradient is multiplied.",
    )
    beta: float = declared_beta(
        0.8, label="momentum", help="Weight of past gradients: the average covers about 1/(1 − β) steps."
    )
    nu: float = declared_nu(
        0.7, label="momentum share", help="Share of the averaged gradient in the step: 0 is SGD, 1 is heavy ball."
    )
    tie: str = declared(
        "free",
        label="method",
        kind="choice",
        choices=_tie_choices(),
    )
    #: The β from before SGD was chosen, which comes back when it is left; else β itself.
    kept_beta: float = 0.8
    loss: Loss = field(default_factory=Quadratic)
    noise: Noise = field(default_factory=IsotropicNoise)
    start_x: float = declared(-2.6, label="start x", low=-1e6, high=1e6)
    start_y: float = declared(0.55, label="start y", low=-1e6, high=1e6)
    steps: int = declared(120, label="steps", low=1, high=1_000_000, kind="integer", help="Steps of each run.")
    runs: int = declared(400, label="runs", low=1, high=10_000, kind="integer", help="Runs in the quantile bands.")
    seed: int = declared(
        7, label="seed", low=0, high=2**32 - 1, kind="integer", help="The same seed gives the same noise."
    )
    hidden: frozenset[str] = frozenset()
    loss_scale: str = declared("log", label="loss axis", kind="choice", choices=(("log", "log"), ("linear", "linear")))
    curvature: str = declared(
        "L", label="curvature", kind="choice", choices=(("mu", "*μ*"), ("L", "*L*"), ("all", "all"))
    )
    rate_unit: str = declared(
        "rate", label="unit of the rate", kind="choice", choices=(("rate", "*R*"), ("steps", "steps / decade"))
    )
    converge: ConvergeOptions = field(default_factory=ConvergeOptions)
    fast: FastOptions = field(default_factory=FastOptions)
    good: GoodOptions = field(default_factory=GoodOptions)
    several: LearningRatesOptions = field(default_factory=LearningRatesOptions)
    choose: ChooseOptions = field(default_factory=ChooseOptions)
    compare: CompareOptions = field(default_factory=CompareOptions)
    experiments: ExperimentsOptions = field(default_factory=ExperimentsOptions)
    page: str = "explore"
    expanded: str = ""

    def __post_init__(self) -> None:
        check_declared(self)
        tied = tied_point(self.tie, self.alpha, self.beta, self.nu)
        require_number("kept_beta", self.kept_beta, 0.0, 1.0, high_open=True)
        if "beta" not in self.tied or self.beta != tied.beta:  # chosen with SGD, or in a file of SGD that kept it here
            object.__setattr__(self, "kept_beta", self.beta)
        for name in self.tied:
            object.__setattr__(self, name, getattr(tied, name))
        if type(self.loss) not in ALL_LOSSES.values():
            raise ParameterError("loss", self.loss, "one of " + ", ".join(ALL_LOSSES))
        if type(self.noise) not in NOISES.values():
            raise ParameterError("noise", self.noise, "one of " + ", ".join(NOISES))
        if self.steps * self.runs > MOST_RUN_STEPS:
            raise ParameterError("steps × runs", self.steps * self.runs, "at most 10⁹")
        if PAGES and self.page not in PAGES:
            raise ParameterError("page", self.page, "one of " + ", ".join(PAGES))
        if PAGES and self.expanded and self.expanded not in view_keys():
            raise ParameterError("expanded", self.expanded, "the key of a canvas, or empty")
        if unknown := sorted(self.hidden - set(FAMILY)):
            raise ParameterError("hidden", unknown[0], "one of " + ", ".join(FAMILY))

    @cached_property
    def point(self) -> QHM:
        """The current method: (α, β, ν), with β = 0 at ν = 0, where no step reads the buffer."""
        return QHM(self.alpha, self.beta, self.nu).without_idle_buffer()

    @property
    def tied(self) -> frozenset[str]:
        """Which of 'beta' and 'nu' the current method decides."""
        return tied_fields(self.tie)

    def point_of(self, key: str) -> QHM:
        """The point of a named method at the state's α and β; of 'qhm' the current one."""
        return tied_point(key, self.alpha, self.kept_beta, self.nu) if key in NU_RULES else self.point

    def compared(self) -> QHM:
        """The points of :attr:`methods` as one QHM with an axis of methods: one simulation serves them all."""
        return self._compared

    @property
    def kept_values(self) -> dict[str, float]:
        """α, β and ν by name; under SGD the β that comes back when it is left."""
        return {"alpha": self.alpha, "beta": self.kept_beta, "nu": self.nu}

    @cached_property
    def _compared(self) -> QHM:
        points = [self.point_of(key) for key in self.methods]
        return QHM(self.alpha, [point.beta for point in points], [point.nu for point in points])

    @property
    def start(self) -> tuple[float, float]:
        """Where every run begins."""
        return self.start_x, self.start_y

    @property
    def has_minima(self) -> bool:
        """Whether any minimum of the loss is known, also one with a kink or without curvature."""
        return len(self.loss.minima()) > 0

    @cached_property
    def has_theory(self) -> bool:
        """Whether there is a quadratic at the minimum nearest to the start: of that the theory speaks."""
        return has_theory(self.loss, self.start)

    @property
    def active(self) -> str:
        """The key of the current method: 'qhm', or the one that ν is tied to."""
        return "qhm" if self.tie == "free" else self.tie

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods on the canvases, the current one last so that it lies on top."""
        named = [key for key in FAMILY if key not in ("qhm", self.active)]
        return (*named, self.active)

    @property
    def filling(self) -> str:
        """The key of the canvas that fills the page; '' where all are shown, as after a change to another page."""
        row = PAGES[self.page]
        return self.expanded if self.expanded in (*row.views, *row.alone) else ""

    @property
    def local(self) -> LocalQuadratic:
        """The theory at the minimum nearest to the start; NoMinimumError, a ParameterError, where there is none."""
        return local_quadratic(self.loss, self.noise, self.start)

    @property
    def curvatures(self) -> tuple[float, float]:
        """(μ, L): the Hessian's eigenvalues at the minimum nearest to the start; NoMinimumError without one."""
        mu, largest = self.local.curvatures.tolist()
        return mu, largest

    @property
    def nu_follows_beta(self) -> bool:
        """Whether ν moves with β: then planes and lines over β run along ν = β."""
        return nu_follows_beta(self.tie)


def changed(state: State, changes: Mapping[str, Any]) -> State:
    """``state`` with ``changes``, and what follows from them.

    A name may reach into the loss or the noise ('loss.mu', 'noise.sigma'), and on into what they hold
    ('compare.entries.2.method.beta', 'converge.alpha.key': another family); changes are made in order. Moving a
    parameter that the method ties (ν, under SGD β too) frees it; a tied ν follows β, and the β from before SGD comes
    back when SGD is left.
    Likewise the condition number of the page "How fast?", which follows the loss.
    A spectrum of the page "How to choose?" brings its loss, and another loss ends it.
    Another loss brings its start, its length of run and, where ours does not suit it, its own learning rate.
    Raises ParameterError when any value is out of range; then nothing has changed.
    """
    flat: dict[str, Any] = {}
    for name, value in changes.items():
        owner, dot, inner = name.partition(".")
        flat[owner] = _with(flat.get(owner, getattr(state, owner)), inner, value) if dot else value
    flat |= _one_problem(state, flat, changes)
    loss = flat.get("loss", state.loss)
    if is_another(loss, state.loss):
        start = loss.start()
        flat.setdefault("start_x", float(start[0]))
        flat.setdefault("start_y", float(start[1]))
        flat.setdefault("steps", loss.suggested_steps())
        suggested = float(loss.suggested_alpha())
        if "alpha" not in flat:
            bound = 2 * suggested
            near = (flat["start_x"], flat["start_y"])
            if has_theory(loss, near):
                local = local_quadratic(loss, flat.get("noise", state.noise), near)
                bound = float(local.max_stable_alpha(state.point))
            flat["alpha"] = fitting_alpha(state.alpha, bound, suggested)
        if "compare" not in flat:
            flat["compare"] = replace(state.compare, entries=compare.fitted(state.compare.entries, suggested))
    if state.tied & flat.keys() and "tie" not in flat:
        flat["tie"] = "free"
    if flat.get("tie", state.tie) != state.tie:
        flat.setdefault("beta", state.kept_beta)
    if "fast.kappa" in changes and "fast.kappa_of" not in changes:
        flat["fast"] = replace(flat["fast"], kappa_of="own")
    return following(replace(state, **flat))


def look_over(state: State) -> None:
    """Find out what a window asks of a state at once, so that it is remembered: of a typed loss it takes a while."""
    if state.has_theory:
        state.local  # noqa: B018
    alpha_range(state)


def is_another(loss: Loss, before: Loss) -> bool:
    """Whether ``loss`` is another one than ``before``, and not the same with other parameters or another window."""
    if isinstance(loss, TypedLoss) and isinstance(before, TypedLoss):
        return loss.text != before.text
    return type(loss) is not type(before)


def _with(owner: Any, path: str, value: Any) -> Any:
    """``owner``, a dataclass or a tuple, with another value where the path leads."""
    name, dot, inner = path.partition(".")
    if isinstance(owner, tuple):
        index = int(name)
        return (*owner[:index], _with(owner[index], inner, value) if dot else value, *owner[index + 1 :])
    if inner == "key":
        return replace(owner, **{name: owner.of_kind(name, value)})
    return replace(owner, **{name: _with(getattr(owner, name), inner, value) if dot else value})


def following(state: State) -> State:
    """``state`` with its loss, and the condition number of the page "How fast?", brought in line with what they follow.

    A spectrum of its own on the page "How to choose?" makes the loss of all pages the quadratic of its smallest and
    largest eigenvalue. Where there is no theory there is no condition number: then it stays.
    """
    state = replace(state, **_one_problem(state, {"choose": state.choose}, {"choose.spectrum": None}))
    if not state.has_theory:
        return state
    wanted = min(max(state.local.condition, 1.0), MOST_KAPPA)
    if state.fast.kappa_of == "own" or state.fast.kappa == wanted:
        return state
    return replace(state, fast=replace(state.fast, kappa=wanted))


def _one_problem(state: State, flat: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """What else changes so that loss and spectrum are of one problem: the newer one decides, the spectrum before."""
    options: ChooseOptions = flat.get("choose", state.choose)
    nodes, loss = options.nodes, flat.get("loss", state.loss)
    if nodes is None:
        return {}
    if loss != state.loss and not any(name == "choose" or name.startswith("choose.spectrum") for name in changes):
        return {"choose": replace(options, spectrum=OfLoss())}
    ends = float(nodes.curvatures.min()), float(nodes.curvatures.max())
    if isinstance(loss, Quadratic) and (loss.mu, loss.L) == ends:
        return {}
    return {"loss": Quadratic(*ends, 0.0)}  # on the axes, where its eigenvalues are right to the last figure


def fitting_alpha(alpha: float, bound: float, suggested: float) -> float:
    """``alpha`` where it is of the size that the new loss wants, else the loss's own suggestion."""
    return alpha if suggested / 4 <= alpha <= min(bound / 2, 4 * suggested) else suggested


def alpha_range(state: State) -> tuple[float, float]:
    """The α axis: 0.05/L to 20/L, widened by decades until it holds the current α.

    Where there is no theory, and so no L, about what suits the loss.
    """
    largest = state.curvatures[1] if state.has_theory else 1.0 / float(state.loss.suggested_alpha())
    low, high = (min(share / largest, float_info.max) for share in (0.05, 20.0))  # at the least L both overflow
    while state.alpha < low:
        low = low / 10 or state.alpha  # the least doubles have no decade below them
    while state.alpha > high:
        high *= 10
    return low, high


def rate(state: State) -> float:
    """R of the current point at the minimum nearest to the start ([G] Theorem 3)."""
    return float(state.local.rate(state.point))


class OutsideWindow(ParameterError):
    """A start that was typed lies outside the window of the loss, which goes from ``low`` to ``high`` on its axis."""

    def __init__(self, name: str, value: float, low: float, high: float) -> None:
        super().__init__(name, value, f"between {low:g} and {high:g}")
        self.low, self.high = low, high


def start_range(state: State, path: str) -> tuple[float, float] | None:
    """The window of the loss on the axis of 'start_x' or 'start_y'; None for any other field."""
    axes = {"start_x": 0, "start_y": 1}
    return state.loss.window()[axes[path]] if path in axes else None


def value_at(state: State, path: str) -> Any:
    """The value of a field by its path: 'alpha', 'loss.mu'."""
    value: Any = state
    for name in path.split("."):
        value = value[int(name)] if isinstance(value, tuple) else getattr(value, name)
    return value


def leads_somewhere(state: State, path: str) -> bool:
    """Whether the state has what a path names: the loss, the noise or a method of a list may be another one by now."""
    try:
        value_at(state, path.removesuffix(".key"))  # of one of several classes: which one
    except (AttributeError, IndexError):
        return False
    return True


def declared_at(state: State, path: str) -> Declared:
    """What is declared of a field by its path."""
    owner, _, name = path.rpartition(".")
    if name == "key":  # of one of several classes: which one
        holder, _, part = owner.rpartition(".")
        return value_at(state, holder).kind_field(part)
    return declared_fields(value_at(state, owner) if owner else state)[name]


def choices_at(state: State, path: str) -> Sequence[tuple[str, str]]:
    """The choices of a field by its path, each with its English words."""
    return declared_at(state, path).choices
