"""Families of schedules for α, β and ν: each gives its values at any step, and says exactly how it goes on for ever.

To add a family: a frozen dataclass of declared fields here and a row in SCHEDULES. All start from the field that is
called ``value`` (``gap`` where the way leads to 1, which it reaches in the limit only: then 1 - gap is the start);
`from_start` sets it, and `shape_fields` are the others. Besides ``values`` a family knows its
``order`` (how fast it falls), the order of 1 minus it (``gap_order``, used for β and ν in [0, 1]), its limit, and its
supremum; theorems.py decides from these, never from numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, ClassVar, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, require_array
from ..declared import Declared, check_declared, declared, declared_fields
from .orders import ONE, ZERO, Bounds, Order, exact

MOST_STEPS = 1_000_000_000
HIGHEST_EXPONENT = 4.0


class Family(Protocol):
    """A sequence over the steps k = 0, 1, 2, ... that is known for ever, or up to what a run decides."""

    key: ClassVar[str]
    title: ClassVar[str]
    formula: ClassVar[str]

    def values(self, k: ArrayLike) -> FloatArray:
        """The values at steps k (whole numbers >= 0), in the shape of k; of a plateau rule: without any drop."""
        ...

    def order(self) -> Bounds:
        """How fast the values fall."""
        ...

    def gap_order(self) -> Bounds:
        """How fast 1 minus the values falls, for values in [0, 1]."""
        ...

    def limit(self) -> float | None:
        """Where the values go; None where a run decides."""
        ...

    def supremum(self) -> float:
        """The least number that no value exceeds; reached or not."""
        ...


def declared_value() -> Any:
    """The start of a family."""
    return declared(0.5, label="start", low=0.0, high=1e6, help="The value at step 0.")


def declared_exponent() -> Any:
    """The exponent of a power."""
    return declared(
        0.75,
        label="exponent",
        symbol="p",
        low=0.0,
        low_open=True,
        high=HIGHEST_EXPONENT,
        slider=(0.05, 2.0),
        help="Exponent p of the decay (k + 1)^(−p).",
    )


def declared_factor() -> Any:
    """What a drop multiplies by."""
    return declared(
        0.5, label="factor", low=0.0, low_open=True, high=1.0, high_open=True, help="Each drop multiplies by this."
    )


def declared_steps(default: int, label: str, words: str) -> Any:
    """A number of steps."""
    return declared(default, label=label, low=1, high=MOST_STEPS, kind="integer", help=words)


def steps_of(k: ArrayLike) -> FloatArray:
    """Step numbers as floats; ParameterError unless all are finite and at least 0."""
    return require_array("k", k, 0.0)


def constant_order(value: float) -> Bounds:
    """Of a sequence that stays: 0 or not."""
    return Bounds.known(ONE if value else ZERO)


@dataclass(frozen=True)
class Constant:
    """x_k = value."""

    value: float = declared_value()

    key: ClassVar[str] = "constant"
    title: ClassVar[str] = "constant"
    formula: ClassVar[str] = "value"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """The value at every step."""
        return np.full(np.shape(steps_of(k)), self.value)

    def order(self) -> Bounds:
        """Θ(1), or 0."""
        return constant_order(self.value)

    def gap_order(self) -> Bounds:
        """Θ(1), or 0."""
        return constant_order(1 - self.value)

    def limit(self) -> float:
        """The value."""
        return self.value

    def supremum(self) -> float:
        """The value."""
        return self.value


@dataclass(frozen=True)
class Power:
    """x_k = value · (k+1)^-p: falls to 0 as a power."""

    value: float = declared_value()
    exponent: float = declared_exponent()

    key: ClassVar[str] = "power"
    title: ClassVar[str] = "power → 0"
    formula: ClassVar[str] = "value (k+1)^-p"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """value (k+1)^-p."""
        return self.value * (steps_of(k) + 1) ** -self.exponent

    def order(self) -> Bounds:
        """Θ(k^-p)."""
        return Bounds.known(Order(exact(self.exponent)) if self.value else ZERO)

    def gap_order(self) -> Bounds:
        """Θ(1): the values go to 0."""
        return Bounds.known(ONE)

    def limit(self) -> float:
        """0."""
        return 0.0

    def supremum(self) -> float:
        """The value, at step 0."""
        return self.value


@dataclass(frozen=True)
class PowerToOne:
    """x_k = 1 - gap · (k+1)^-p: rises to 1 as a power."""

    gap: float = declared(0.5, label="gap", low=0.0, high=1.0, help="Difference from 1 at step 0.")
    exponent: float = declared_exponent()

    key: ClassVar[str] = "to-one"
    title: ClassVar[str] = "power → 1"
    formula: ClassVar[str] = "1 - gap (k+1)^-p"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """1 - gap (k+1)^-p."""
        return 1 - self.gap * (steps_of(k) + 1) ** -self.exponent

    def order(self) -> Bounds:
        """Θ(1)."""
        return Bounds.known(ONE)

    def gap_order(self) -> Bounds:
        """Θ(k^-p), or 0."""
        return Bounds.known(Order(exact(self.exponent)) if self.gap else ZERO)

    def limit(self) -> float:
        """1."""
        return 1.0

    def supremum(self) -> float:
        """1, not reached unless the gap is 0."""
        return 1.0


def geometric(factor: float, every: int) -> Order:
    """The order of factor^⌊k/every⌋."""
    return Order(geometric=((exact(factor), Fraction(1, every)),))


@dataclass(frozen=True)
class StepDrops:
    """x_k = value · factor^⌊k/every⌋: a drop every so many steps, for ever."""

    value: float = declared_value()
    factor: float = declared_factor()
    every: int = declared_steps(2000, "every", "Steps from one drop to the next.")

    key: ClassVar[str] = "steps"
    title: ClassVar[str] = "step drops"
    formula: ClassVar[str] = "value factor^floor(k/every)"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """value factor^⌊k/every⌋."""
        return self.value * self.factor ** np.floor(steps_of(k) / self.every)

    def order(self) -> Bounds:
        """Θ(factor^(k/every))."""
        return Bounds.known(geometric(self.factor, self.every) if self.value else ZERO)

    def gap_order(self) -> Bounds:
        """Θ(1): the values go to 0."""
        return Bounds.known(ONE)

    def limit(self) -> float:
        """0."""
        return 0.0

    def supremum(self) -> float:
        """The value, at step 0."""
        return self.value


@dataclass(frozen=True)
class PlateauDrops:
    """x_k = value · factor^(drops so far); a drop when the mean loss has set no new low for ``patience`` steps.

    How often that happens is up to the run: once a `patience` at most, never at the least.
    """

    value: float = declared_value()
    factor: float = declared_factor()
    patience: int = declared_steps(500, "patience", "Steps without a new lowest mean loss before a drop.")

    key: ClassVar[str] = "plateau"
    title: ClassVar[str] = "drop on plateau"
    formula: ClassVar[str] = "value factor^(drops)"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """The values of a run that never drops: the most that they can be."""
        return np.full(np.shape(steps_of(k)), self.value)

    def least(self, k: ArrayLike) -> FloatArray:
        """The values of a run that drops as often as it may: the least that they can be."""
        return self.value * self.factor ** np.floor(steps_of(k) / self.patience)

    def order(self) -> Bounds:
        """Between factor^(k/patience) and a constant."""
        return Bounds(geometric(self.factor, self.patience), ONE) if self.value else Bounds.known(ZERO)

    def gap_order(self) -> Bounds:
        """Θ(1) for a start below 1; from 1 the first drop opens the gap, if it comes."""
        return Bounds.known(ONE) if self.value < 1 else Bounds(ZERO, ONE)

    def limit(self) -> float | None:
        """Up to the run."""
        return None if self.value else 0.0

    def supremum(self) -> float:
        """The value, at step 0."""
        return self.value


@dataclass(frozen=True)
class Cosine:
    """x_k = floor + (value - floor)(1 + cos(π k/horizon))/2 up to the horizon, and the floor from there on."""

    value: float = declared_value()
    floor: float = declared(0.0, label="floor", low=0.0, high=1e6, help="The value from the horizon on.")
    horizon: int = declared_steps(20_000, "horizon", "Steps to the floor.")

    key: ClassVar[str] = "cosine"
    title: ClassVar[str] = "cosine"
    formula: ClassVar[str] = "floor + (value - floor)(1 + cos(pi k/horizon))/2"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """Half a wave, then the floor, exactly."""
        part = np.minimum(steps_of(k) / self.horizon, 1.0)
        wave = self.floor + (self.value - self.floor) * (0.5 + 0.5 * np.cos(np.pi * part))
        return np.asarray(np.where(part < 1, wave, self.floor))

    def order(self) -> Bounds:
        """Of the floor."""
        return constant_order(self.floor)

    def gap_order(self) -> Bounds:
        """Of 1 - floor."""
        return constant_order(1 - self.floor)

    def limit(self) -> float:
        """The floor."""
        return self.floor

    def supremum(self) -> float:
        """The higher end of the wave."""
        return max(self.value, self.floor)


@dataclass(frozen=True)
class Warmup:
    """x_k = value · min((k+1)/length, 1): a linear rise, then constant."""

    value: float = declared_value()
    length: int = declared_steps(1000, "warm-up", "Steps to the full value.")

    key: ClassVar[str] = "warmup"
    title: ClassVar[str] = "linear warm-up"
    formula: ClassVar[str] = "value min((k+1)/length, 1)"

    def __post_init__(self) -> None:
        check_declared(self)

    def values(self, k: ArrayLike) -> FloatArray:
        """A ramp, then the value."""
        return self.value * np.minimum((steps_of(k) + 1) / self.length, 1.0)

    def order(self) -> Bounds:
        """Of the value that it ends at."""
        return constant_order(self.value)

    def gap_order(self) -> Bounds:
        """Of 1 - value."""
        return constant_order(1 - self.value)

    def limit(self) -> float:
        """The value."""
        return self.value

    def supremum(self) -> float:
        """The value."""
        return self.value


SCHEDULES: dict[str, type[Family]] = {
    kind.key: kind for kind in (Constant, Power, PowerToOne, StepDrops, PlateauDrops, Cosine, Warmup)
}

#: The field that a family starts from; what leads to 1 has the gap to 1 instead.
START_FIELDS = _START, _GAP = "value", "gap"


def leads_to_one(family: Family | type[Family]) -> bool:
    """Whether a family leads to 1, so that it can start at 1 at most."""
    return _GAP in declared_fields(family)


def start_gap(family: Family) -> float:
    """1 minus the value at step 0, of a family that leads to 1: as it was declared, with all digits."""
    return cast("Any", family).gap


def from_start(family: Family, start: float) -> Family:
    """The same family with its value at step 0 (the full one, of a warm-up) set to ``start``."""
    field, value = (_GAP, 1 - start) if leads_to_one(family) else (_START, start)
    return cast("Family", replace(cast("Any", family), **{field: value}))


def shape_fields(family: Family | type[Family]) -> dict[str, Declared]:
    """What is declared of a family beside its start."""
    return {name: field for name, field in declared_fields(family).items() if name not in START_FIELDS}


#: (start, exponent) of a family that is exactly start · (k+1)^-exponent; a constant has exponent 0.
PowerForm = tuple[float, Fraction]


def power_form(family: Family) -> PowerForm | None:
    """The family as c (k+1)^-p, where it is one."""
    if isinstance(family, Constant):
        return family.value, Fraction(0)
    return (family.value, exact(family.exponent)) if isinstance(family, Power) else None


def gap_form(family: Family) -> PowerForm | None:
    """1 minus the family as c (k+1)^-p, where it is one."""
    if isinstance(family, Constant):
        return 1 - family.value, Fraction(0)
    return (family.gap, exact(family.exponent)) if isinstance(family, PowerToOne) else None
