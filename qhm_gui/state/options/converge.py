"""What can be chosen on the page "Does it converge?": how α, β and ν change from step to step, and the ensemble.

The start of every schedule is the state's own α, β and ν; here are its family and the family's other parameters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from qhm_math.declared import ParameterError, check_declared, declared
from qhm_math.methods import nu_follows_beta, tied_fields, tied_point
from qhm_math.schedules import Constant, Cosine, Family, PlateauDrops, Power, PowerToOne, Schedule, StepDrops, Warmup

#: More than this takes minutes: refused rather than begun.
MOST_RUN_STEPS = 200_000_000

_TO_ZERO = (
    ("constant", "constant"),
    ("power", "power → 0"),
    ("steps", "step drops"),
    ("plateau", "drop on plateau"),
    ("cosine", "cosine"),
    ("warmup", "linear warm-up"),
)
_FAMILIES = (*_TO_ZERO[:2], ("to-one", "power → 1"), *_TO_ZERO[2:])

#: The parameters of each family beside its start, in the order of the panel.
PARAMETERS: dict[str, tuple[str, ...]] = {
    "constant": (),
    "power": ("exponent",),
    "to-one": ("exponent",),
    "steps": ("factor", "every"),
    "plateau": ("factor", "patience"),
    "cosine": ("floor", "horizon"),
    "warmup": ("length",),
}


def _family(default: str, symbol: str, choices: tuple[tuple[str, str], ...]) -> Any:
    return declared(default, label="schedule", symbol=symbol, kind="choice", choices=choices)


def _exponent(default: float) -> Any:
    return declared(
        default,
        label="exponent",
        symbol="p",
        low=0.0,
        low_open=True,
        high=4.0,
        slider=(0.05, 2.0),
        help="The power falls as (k + 1) to minus this.",
    )


def _factor() -> Any:
    return declared(
        0.5,
        label="factor",
        low=0.0,
        low_open=True,
        high=1.0,
        high_open=True,
        help="Each drop multiplies by this.",
    )


def _floor(high: float, high_open: bool = False) -> Any:
    return declared(0.0, label="floor", low=0.0, high=high, high_open=high_open, help="The value from the horizon on.")


def _steps(default: int, label: str, words: str) -> Any:
    return declared(default, label=label, low=1, high=1_000_000_000, kind="integer", help=words)


def _every() -> Any:
    return _steps(2000, "every", "Steps from one drop to the next.")


def _patience() -> Any:
    return _steps(500, "patience", "Steps without a new lowest mean loss before a drop.")


def _horizon() -> Any:
    return _steps(20_000, "horizon", "Steps to the floor.")


def _length() -> Any:
    return _steps(1000, "warm-up", "Steps to the full value.")


@dataclass(frozen=True)
class ConvergeOptions:
    """A family for α, β and ν with its parameters, the length and size of the ensemble, and what is drawn of it."""

    alpha_family: str = _family("power", "α", _TO_ZERO)
    alpha_exponent: float = _exponent(0.6)
    alpha_factor: float = _factor()
    alpha_every: int = _every()
    alpha_patience: int = _patience()
    alpha_floor: float = _floor(1e6)
    alpha_horizon: int = _horizon()
    alpha_length: int = _length()
    beta_family: str = _family("power", "β", _FAMILIES)
    beta_exponent: float = _exponent(0.5)
    beta_factor: float = _factor()
    beta_every: int = _every()
    beta_patience: int = _patience()
    beta_floor: float = _floor(1.0, high_open=True)
    beta_horizon: int = _horizon()
    beta_length: int = _length()
    nu_family: str = _family("constant", "ν", _FAMILIES)
    nu_exponent: float = _exponent(0.7)
    nu_factor: float = _factor()
    nu_every: int = _every()
    nu_patience: int = _patience()
    nu_floor: float = _floor(1.0)
    nu_horizon: int = _horizon()
    nu_length: int = _length()
    steps: int = declared(
        20_000, label="steps", low=1, high=1_000_000, kind="integer", help="Iterations of each run under the schedule."
    )
    runs: int = declared(
        100, label="runs", low=1, high=10_000, kind="integer", help="Runs in the quantile bands of the ensemble."
    )
    measure: str = declared(
        "loss",
        label="what is drawn of the runs",
        kind="choice",
        choices=(("loss", "loss"), ("gradient", "gradient")),
    )

    title: ClassVar[str] = "Schedules"

    def __post_init__(self) -> None:
        check_declared(self)
        if self.steps * self.runs > MOST_RUN_STEPS:
            raise ParameterError("steps × runs", self.steps * self.runs, "at most 2×10⁸")

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows: each family and its own parameters; ν has none while it is tied."""
        names = [name for name in ("alpha", "beta", "nu") if name not in tied_fields(state.tie)]
        shown: list[str] = []
        for name in names:
            family = f"{name}_family"
            shown += [family, *(f"{name}_{parameter}" for parameter in PARAMETERS[getattr(self, family)])]
        return tuple(shown)

    def family(self, name: str, start: float) -> Family:
        """The schedule of 'alpha', 'beta' or 'nu' from ``start``."""
        kind: str = getattr(self, f"{name}_family")
        values = [getattr(self, f"{name}_{parameter}") for parameter in PARAMETERS[kind]]
        makers: dict[str, Any] = {
            "constant": Constant,
            "power": Power,
            "steps": StepDrops,
            "plateau": PlateauDrops,
            "cosine": Cosine,
            "warmup": Warmup,
        }
        return PowerToOne(1 - start, *values) if kind == "to-one" else makers[kind](start, *values)

    def schedule(self, alpha: float, beta: float, nu: float, tie: str) -> Schedule:
        """The schedule that starts from (α, β, ν); what the method ties is tied at every step.

        Where ν_k = 0 throughout no step reads the buffer: the schedule is SGD's, with β_k = 0.
        """
        point, tied = tied_point(tie, alpha, beta, nu), tied_fields(tie)
        momentum = Constant(float(point.beta)) if "beta" in tied else self.family("beta", beta)
        if nu_follows_beta(tie):
            interpolation = momentum
        else:
            interpolation = Constant(float(point.nu)) if "nu" in tied else self.family("nu", nu)
        if interpolation == Constant(0.0):
            momentum = Constant(0.0)
        return Schedule(self.family("alpha", alpha), momentum, interpolation)


def _families(**chosen: tuple[str, float] | str) -> dict[str, Any]:
    """Changes of the state: for each quantity a family, or a family with its exponent."""
    changes: dict[str, Any] = {}
    for name, family in chosen.items():
        kind, *exponent = (family,) if isinstance(family, str) else family
        changes[f"converge.{name}_family"] = kind
        if exponent:
            changes[f"converge.{name}_exponent"] = exponent[0]
    return changes


#: Key, English title, and the changes to the state. Starts are left alone: a learning rate belongs to its loss. Where
#: νβ is to go to 1, ν is set free, for SGD's ν = 0 would hold it at 0.
PRESETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("beta-to-zero", "*β* → 0", _families(alpha=("power", 0.6), beta=("power", 0.5), nu="constant")),
    (
        "slowly",
        "*νβ* → 1 slowly",
        {"tie": "free", **_families(alpha=("power", 0.8), beta=("to-one", 0.55), nu=("to-one", 0.7))},
    ),
    (
        "too-fast",
        "*νβ* → 1 too fast",
        {"tie": "free", **_families(alpha=("power", 0.8), beta=("to-one", 1.0), nu=("to-one", 1.0))},
    ),
    ("alpha-too-fast", "*α* too fast", _families(alpha=("power", 1.5), beta=("power", 0.5), nu="constant")),
    ("constant", "constant", _families(alpha="constant", beta="constant", nu="constant")),
)
