"""α, β and ν on canvases: their signs, the titles of their axes, and their values as text."""

from __future__ import annotations

from collections.abc import Mapping

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, share_text
from qhm_math.declared import declared_fields
from qhm_math.parameters import QHM

_FIELDS = declared_fields(QHM)


def values_of(point: QHM) -> dict[str, float]:
    """The values of one point by the names of its fields."""
    return {name: float(getattr(point, name)) for name in _FIELDS}


def sign(name: str) -> str:
    """'*α*' of "alpha", in markup."""
    return f"*{_FIELDS[name].symbol}*"


def axis_title(name: str) -> str:
    """'learning rate *α*', in the language in force."""
    return f"{tr(_FIELDS[name].label.lower())} {sign(name)}"


def value_text(name: str, value: float, decimals: int = 3) -> str:
    """A value with the figures that its parameter needs; β and ν with so many decimals, and never as 0 or 1 if they are
    neither."""
    return alpha_text(value) if name == "alpha" else share_text(value, decimals)


def equal_words(values: Mapping[str, float], decimals: int = 3) -> str:
    """'*α* = 3.93, *β* = 0.594'."""
    return ", ".join(f"{sign(name)} = {value_text(name, value, decimals)}" for name, value in values.items())


def place_words(values: Mapping[str, float], gap: str = "   ") -> str:
    """'*α* 3.93   *β* 0.594', of a point."""
    return gap.join(f"{sign(name)} {value_text(name, value)}" for name, value in values.items())
