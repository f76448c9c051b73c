"""What can be chosen on the page "Does it converge?": how α, β and ν change from step to step, and the ensemble.

Each of the three has one of the families of SCHEDULES. The start of every schedule is the state's own α, β and ν: what
is kept here is the family with its other parameters.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, ClassVar

from qhm_gui.state.pages import PagePreset
from qhm_gui.text.row_words import title_of
from qhm_math.declared import Declared, ParameterError, check_declared, declared, declared_fields
from qhm_math.methods import QHMMethod, nu_follows_beta, tied_fields, tied_point
from qhm_math.schedules import (
    SCHEDULES,
    START_FIELDS,
    Constant,
    Family,
    Power,
    PowerToOne,
    Schedule,
    from_start,
    leads_to_one,
    shape_fields,
)

#: More than this takes minutes: refused rather than begun.
MOST_RUN_STEPS = 200_000_000
#: The exponents that a power of each of the three begins with when it is chosen.
_EXPONENTS = {"alpha": 0.6, "beta": 0.5, "nu": 0.7}
#: What is declared of the three themselves.
_DECLARED = {name: declared_fields(QHMMethod)[name] for name in _EXPONENTS}
#: Every family is kept with this start, so that two with the same shape are equal; sessions do not write it.
_KEPT_START = 0.5
_KINDS = {"kinds": SCHEDULES, "without": START_FIELDS}


def kinds_of(name: str) -> dict[str, type[Family]]:
    """The families that 'alpha', 'beta' or 'nu' may have. None that leads to 1 for α: it may start above."""
    return {key: kind for key, kind in SCHEDULES.items() if name != "alpha" or not leads_to_one(kind)}


def usual(name: str, kind: type[Any], before: Family | None = None) -> Family:
    """A family for 'alpha', 'beta' or 'nu' as it begins; what it has in common with the one ``before`` it is kept."""
    shape = shape_fields(kind)
    first = {"exponent": _EXPONENTS[name]} if "exponent" in shape else {}
    kept = {part: getattr(before, part) for part in shape if hasattr(before, part)}
    return from_start(kind(**(first | kept)), _KEPT_START)


@dataclass(frozen=True)
class ConvergeOptions:
    """A family for α, β and ν, the length and size of the ensemble, and what is drawn of it."""

    alpha: Family = field(default_factory=lambda: usual("alpha", Power), metadata=_KINDS)
    beta: Family = field(default_factory=lambda: usual("beta", Power), metadata=_KINDS)
    nu: Family = field(default_factory=lambda: usual("nu", Constant), metadata=_KINDS)
    steps: int = declared(
        20_000, label="steps", low=1, high=1_000_000, kind="integer", help="Steps of each run under the schedule."
    )
    runs: int = declared(
        100, label="runs", low=1, high=10_000, kind="integer", help="Runs in the mean and the quantile bands."
    )
    measure: str = declared(
        "loss",
        label="quantity",
        kind="choice",
        choices=(("loss", "loss"), ("gradient", "gradient")),
    )

    title: ClassVar[str] = "Schedules"

    def __post_init__(self) -> None:
        check_declared(self)
        for name in _DECLARED:
            self._check_family(name)
        if self.steps * self.runs > MOST_RUN_STEPS:
            raise ParameterError("steps × runs", self.steps * self.runs, "at most 2×10⁸")

    def _check_family(self, name: str) -> None:
        """A family of the table that stays where α, β or ν may be, whatever the rest of the state."""
        family: Family = getattr(self, name)
        allowed = kinds_of(name)
        if type(family) not in allowed.values():
            raise ParameterError(name, getattr(family, "key", family), "one of " + ", ".join(allowed))
        family = from_start(family, _KEPT_START)
        most, field = family.supremum(), _DECLARED[name]
        if most > field.high or (most == field.high and field.high_open and not leads_to_one(family)):
            raise ParameterError(name, most, field.allowed)
        object.__setattr__(self, name, family)

    def kind_field(self, name: str) -> Declared:
        """The choice of a family for 'alpha', 'beta' or 'nu'."""
        choices = tuple((key, title_of(kind)) for key, kind in kinds_of(name).items())
        return Declared(label="schedule", symbol=_DECLARED[name].symbol, kind="choice", choices=choices)

    def of_kind(self, name: str, key: Any) -> Family:
        """What 'alpha', 'beta' or 'nu' has when the family ``key`` is chosen."""
        if key not in kinds_of(name):
            raise ParameterError(name, key, self.kind_field(name).allowed)
        return usual(name, SCHEDULES[key], getattr(self, name))

    def inner_fields(self) -> dict[str, Declared]:
        """What is declared of the chosen families, by path: 'alpha.exponent'."""
        return {
            f"{name}.{part}": field for name in _DECLARED for part, field in shape_fields(getattr(self, name)).items()
        }

    def panel_fields(self, state: Any) -> tuple[str, ...]:
        """The fields that the panel shows: each family and its own parameters; ν has none while it is tied."""
        names = [name for name in ("alpha", "beta", "nu") if name not in tied_fields(state.tie)]
        return tuple(f"{name}.{part}" for name in names for part in ("key", *shape_fields(getattr(self, name))))

    def schedule(self, alpha: float, beta: float, nu: float, tie: str) -> Schedule:
        """The schedule that starts from (α, β, ν); what the method ties is tied at every step.

        Where ν_k = 0 throughout no step reads the buffer: the schedule is SGD's, with β_k = 0.
        """
        point, tied = tied_point(tie, alpha, beta, nu), tied_fields(tie)
        momentum = Constant(float(point.beta)) if "beta" in tied else from_start(self.beta, beta)
        if nu_follows_beta(tie):
            share = momentum
        else:
            share = Constant(float(point.nu)) if "nu" in tied else from_start(self.nu, nu)
        if share == Constant(0.0):
            momentum = Constant(0.0)
        return Schedule(from_start(self.alpha, alpha), momentum, share)


def _families(alpha: Family, beta: Family, nu: Family) -> dict[str, Any]:
    """Changes of the state: a family for each quantity."""
    return {"converge.alpha": alpha, "converge.beta": beta, "converge.nu": nu}


#: Starts are left alone: a learning rate belongs to its loss. Where νβ is to go to 1, ν is set free, for SGD's ν = 0
#: would hold it at 0.
PRESETS: tuple[PagePreset, ...] = (
    # First: the others hold with it.
    PagePreset(
        "past-gradients",
        "Weights of past gradients",
        {"expanded": "weights"},
        ("How much each past gradient weighs in one step.",),
    ),
    PagePreset(
        "beta-to-zero",
        "*β* → 0",
        _families(Power(exponent=0.6), Power(exponent=0.5), Constant()),
        ("β → 0: momentum fades, and the conditions of Theorem 1 hold.",),
    ),
    PagePreset(
        "slowly",
        "*νβ* → 1 slowly",
        {"tie": "free", **_families(Power(exponent=0.8), PowerToOne(exponent=0.55), PowerToOne(exponent=0.7))},
        ("νβ → 1 more slowly than α → 0: the conditions of Theorem 2 hold.",),
    ),
    PagePreset(
        "too-fast",
        "*νβ* → 1 too fast",
        {"tie": "free", **_families(Power(exponent=0.8), PowerToOne(exponent=1.0), PowerToOne(exponent=1.0))},
        ("νβ → 1 as fast as α → 0: Theorem 2 does not hold.",),
    ),
    PagePreset(
        "alpha-too-fast",
        "*α* too fast",
        _families(Power(exponent=1.5), Power(exponent=0.5), Constant()),
        ("α → 0 too fast: the run stops before it is there.",),
    ),
    PagePreset(
        "constant",
        "constant",
        _families(Constant(), Constant(), Constant()),
        ("Constant α, β and ν: the noise never ends.",),
    ),
)
