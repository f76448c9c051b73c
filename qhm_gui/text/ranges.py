"""The allowed range of a declared field in words and signs, in the language in force."""

from __future__ import annotations

import math

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.text.symbols import lettered
from qhm_math.declared import Declared


def allowed_text(field: Declared) -> str:
    """'0 ≤ β < 1', 'a whole number, 1 ≤ steps', 'a finite number': what a number field takes."""
    whole = field.kind == "integer"
    if math.isinf(field.low) and math.isinf(field.high):
        allowed = tr("a whole number") if whole else tr("a finite number")
    else:
        allowed = _range_text(lettered(field.symbol) or tr(field.label), field)
        allowed = tr("a whole number, {range}", range=allowed) if whole else allowed
    return tr("{range}, or ∞", range=allowed) if field.infinite else allowed


def _range_text(symbol: str, field: Declared) -> str:
    """0 ≤ β < 1, or the one-sided forms of it."""
    left = "" if math.isinf(field.low) else f"{grouped(field.low)} {'<' if field.low_open else '≤'} "
    right = "" if math.isinf(field.high) else f" {'<' if field.high_open else '≤'} {grouped(field.high)}"
    return f"{left}{symbol}{right}"
