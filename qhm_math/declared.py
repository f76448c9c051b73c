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
from functools import lru_cache
from typing import Any, Literal

from .checks import ParameterError, is_infinity, require_integer, require_number, show_range

__all__ = ["Declared", "ParameterError", "check_declared", "declared", "declared_fields"]

Scale = Literal["linear", "log", "momentum"]
Kind = Literal["number", "integer", "matrix", "point", "list", "choice", "flag"]


@dataclass(frozen=True)
class Declared:
    """What a field means and allows.

    Parameters
    ----------
    label : str
        Its name in English.
    symbol : str
        A letter such as "β".
    low, high : float
        The allowed range.
    low_open, high_open : bool
        Whether that end is excluded.
    scale : {"linear", "log", "momentum"}
        How a slider is divided; "momentum": evenly in -log(1 - value), so that .9, .99, .999 are a step apart.
    help : str
        A sentence of English.
    unit : str
        Such as "1/curvature".
    kind : {"number", "integer", "matrix", "point", "choice", "list"}
        What editor it needs.
    slider : tuple of float, optional
        The narrower range of a slider.
    choices : sequence of tuple of str
        For the kind "choice" the words that the value may be, each with its English text.
    zero : str
        The word that stands for 0 where 0 is no number but a wish, such as "auto".
    infinite : bool
        Whether infinity is allowed beyond `high`, at the end of the slider.
    tuned : bool
        Whether a search for good values may change it.

    Examples
    --------
    >>> Declared("Momentum", "β", low=0.0, high=1.0, high_open=True).allowed
    'at least 0 and less than 1'
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
        if self.kind == "flag":
            return "one of True, False"
        allowed = show_range(self.low, self.high, self.low_open, self.high_open, self.kind == "integer")
        return f"{allowed}, or ∞" if self.infinite else allowed


def declared(default: Any = dataclasses.MISSING, **description: Any) -> Any:
    """A dataclass field that is described: checked by :func:`check_declared`, edited by the window.

    Parameters
    ----------
    default : object, optional
        Without it the field is required.
    **description
        As of :class:`Declared`.

    Returns
    -------
    dataclasses.Field
        To be the value of a class attribute with an annotation.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Bowl:
    ...     steepness: float = declared(1.0, label="Steepness", low=0.0)
    ...
    ...     def __post_init__(self) -> None:
    ...         check_declared(self)
    >>> Bowl(2)
    Bowl(steepness=2.0)
    """
    return dataclasses.field(default=default, metadata={"declared": Declared(**description)})


def declared_fields(owner: Any) -> dict[str, Declared]:
    """The declared fields of a dataclass.

    Parameters
    ----------
    owner : type or object
        A dataclass or an instance of one.

    Returns
    -------
    dict of str to Declared
        By name, in order.

    Examples
    --------
    >>> from qhm_math import Quadratic
    >>> list(declared_fields(Quadratic))
    ['mu', 'L', 'rotation', 'shift_x', 'shift_y']
    """
    return dict(_declared_in(owner if isinstance(owner, type) else type(owner)))


@lru_cache(maxsize=256)
def _declared_in(kind: type) -> dict[str, Declared]:
    """The same, worked out once: every change of a state checks all that is declared in it."""
    fields = dataclasses.fields(kind)
    return {field.name: field.metadata["declared"] for field in fields if "declared" in field.metadata}


def check_declared(instance: Any) -> None:
    """Check every declared number, choice or flag of a dataclass instance; numbers are stored as Python float or int.

    Parameters
    ----------
    instance : object
        Of a dataclass, frozen or not. Call it in `__post_init__`. Fields of kind "matrix", "point" and "list" are left
        to their class. Where infinity is allowed the text "∞" stands for it, because JSON has no such number.

    Raises
    ------
    ParameterError
        For text, booleans, NaN, infinities, broken integers and values out of range.

    Examples
    --------
    >>> from qhm_math import Quadratic
    >>> Quadratic(mu=-1.0)
    Traceback (most recent call last):
        ...
    qhm_math.checks.ParameterError: mu = -1 is not allowed: it must be a finite number greater than 0.
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
        elif field.kind in ("choice", "flag") and not _is_one_of(value, field):
            raise ParameterError(name, value, field.allowed)


def title_of(row: Any) -> str:
    """The name of a row of a table (a loss, a method, a noise, a family of schedules) for people, else its key."""
    return getattr(row, "title", "") or row.key


def _is_one_of(value: object, field: Declared) -> bool:
    return isinstance(value, bool) if field.kind == "flag" else value in [word for word, _ in field.choices]


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
