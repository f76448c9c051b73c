"""Declared fields: one description of a parameter that both checks it and builds its editor.

A dataclass writes `beta: float = declared(0.9, label="Momentum", symbol="β", low=0, high=1, high_open=True)`
and calls `check_declared(self)` in `__post_init__`. The window reads `declared_fields(cls)` and needs no
editor of its own.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from .checks import ParameterError, is_infinity, require_integer, require_number, show_range

__all__ = ["Declared", "ParameterError", "check_declared", "declared", "declared_fields"]

Scale = Literal["linear", "log", "momentum"]
Kind = Literal["number", "integer", "matrix", "point", "list", "choice"]


@dataclass(frozen=True)
class Declared:
    """What a field means and allows.

    `low`, `high`: the allowed range, ends excluded where `low_open`, `high_open`; `slider`: the narrower
    range of a slider; `scale`: how a slider is divided ("momentum": evenly in -log(1 - value), so that .9,
    .99, .999 are a step apart); `kind`: what editor it needs; `choices`: for the kind "choice" the words that
    the value may be, each with its English text; `zero`: the word that stands for 0 where 0 is no number but a wish,
    such as "auto"; `infinite`: whether infinity is allowed beyond `high`, at the end of the slider; `tuned`: whether a
    search for good values may change it. `label` and `help` are English text, `symbol` a letter such as "β".
    """

    label: str
    symbol: str = ""
    low: float = -math.inf
    high: float = math.inf
    low_open: bool = False
    high_open: bool = False
    scale: Scale = "linear"
    help: str = ""
    unit: str = ""
    kind: Kind = "number"
    slider: tuple[float, float] | None = None
    choices: Sequence[tuple[str, str]] = ()
    zero: str = ""
    infinite: bool = False
    tuned: bool = True

    @property
    def allowed(self) -> str:
        """The allowed range in words, as ParameterError says it."""
        if self.kind == "choice":
            return "one of " + ", ".join(value for value, _ in self.choices)
        allowed = show_range(self.low, self.high, self.low_open, self.high_open, self.kind == "integer")
        return f"{allowed}, or ∞" if self.infinite else allowed


def declared(default: Any = dataclasses.MISSING, **description: Any) -> Any:
    """A dataclass field with a Declared built from the keywords; without `default` the field is required."""
    return dataclasses.field(default=default, metadata={"declared": Declared(**description)})


def declared_fields(owner: Any) -> dict[str, Declared]:
    """Name -> Declared of every declared field of a dataclass or of an instance of one, in order."""
    fields = dataclasses.fields(owner)
    return {field.name: field.metadata["declared"] for field in fields if "declared" in field.metadata}


def check_declared(instance: Any) -> None:
    """Check every declared number or choice of a dataclass instance; numbers are stored as Python float or int.

    Call it in `__post_init__`, also of frozen classes. Raises ParameterError for text, booleans, NaN,
    infinities, broken integers and values out of range. Fields of kind "matrix", "point" and "list" are left to their
    class. Where infinity is allowed the text "∞" stands for it, because JSON has no such number.
    """
    for name, field in declared_fields(instance).items():
        value: object = getattr(instance, name)
        if field.infinite:
            object.__setattr__(instance, name, _with_infinity(name, value, field))
        elif field.kind == "number":
            bounds = {"low_open": field.low_open, "high_open": field.high_open}
            object.__setattr__(instance, name, require_number(name, value, field.low, field.high, **bounds))
        elif field.kind == "integer":
            object.__setattr__(instance, name, require_integer(name, value, field.low, field.high))
        elif field.kind == "choice" and value not in [word for word, _ in field.choices]:
            raise ParameterError(name, value, field.allowed)


def _with_infinity(name: str, value: object, field: Declared) -> float:
    if (isinstance(value, str) and value == "∞") or is_infinity(value):
        return math.inf
    try:
        if field.kind == "integer":
            return require_integer(name, value, field.low, field.high)
        bounds = {"low_open": field.low_open, "high_open": field.high_open}
        return require_number(name, value, field.low, field.high, **bounds)
    except ParameterError:
        raise ParameterError(name, value, field.allowed) from None
