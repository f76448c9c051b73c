"""Where on the track of a slider a value lies: on a linear or a logarithmic scale, on that of a momentum, or on one of
whole numbers. No widget."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from qhm_gui.text.numbers import scientific

Scale = Literal["linear", "log", "momentum", "whole"]

_NEAREST_TO_ONE = 1 - 1e-12
#: The part of the track between the largest finite value and ∞.
_INFINITE_PART = 0.12


def _spread(scale: Scale, value: float) -> float:
    """``value`` on an axis where equal steps look equal."""
    if scale == "log":
        return math.log10(value)
    if scale == "momentum":
        return -math.log10(1 - min(value, _NEAREST_TO_ONE))
    return value


def _gather(scale: Scale, place: float) -> float:
    """The inverse of :func:`_spread`."""
    if scale == "log":
        return 10**place
    if scale == "momentum":
        return 1 - 10**-place
    return place


def _significant(value: float, digits: int) -> float:
    return float(f"{value:.{digits - 1}e}")


def _tick_text(value: float) -> str:
    text = scientific(value, 3, low=0.001) if value else "0"
    size, times, power = text.partition("×10")
    if "." in size:
        size = size.rstrip("0").rstrip(".")
    return f"10{power}" if times and size == "1" else f"{size}{times}{power}"


@dataclass(frozen=True)
class SliderScale:
    """The values from ``low`` to ``high``; an ``infinite`` one has ∞ at its right end, apart from the rest."""

    kind: Scale
    low: float
    high: float
    infinite: bool = False

    def fraction(self, value: float) -> float:
        """Where on the track a value lies, 0 to 1."""
        if value == math.inf:
            return 1.0
        low, high = _spread(self.kind, self.low), _spread(self.kind, self.high)
        if high <= low:
            return 0.0
        if self.kind == "log" and value <= 0:
            return 0.0
        return self._finite_end * min(1.0, max(0.0, (_spread(self.kind, value) - low) / (high - low)))

    @property
    def _finite_end(self) -> float:
        """Where the largest finite value lies."""
        return 1.0 - _INFINITE_PART if self.infinite else 1.0

    def value_at(self, fraction: float, fine: bool = False) -> float:
        """The value at a place on the track, rounded to what the scale can tell apart."""
        if fraction <= 0:
            return self.low
        if self.infinite:
            if fraction > 1 - _INFINITE_PART / 2:
                return math.inf
            fraction /= self._finite_end
        if fraction >= 1:
            return self.high
        low, high = _spread(self.kind, self.low), _spread(self.kind, self.high)
        raw = _gather(self.kind, low + fraction * (high - low))
        return min(self.high, max(self.low, self._rounded(raw, fine)))

    def _rounded(self, raw: float, fine: bool) -> float:
        digits = 4 if fine else 3
        if self.kind == "whole":
            return float(round(raw))
        if self.kind == "log":
            return _significant(raw, digits)
        if self.kind == "momentum":
            places = max(0, digits - 1 - math.floor(math.log10(1 - raw) + 1e-9))
            return round(raw, min(places, 15))
        places = round(digits - 1 - math.log10(self.high - self.low)) if self.high > self.low else 0
        return round(raw, places)

    def ticks(self) -> list[tuple[float, str]]:
        """The values that are written under the track, and how."""
        low, high = self.low, self.high
        if self.kind == "momentum":
            marks = [0, 0.5, 0.9, 0.99, 0.999]
        elif self.kind == "log":
            first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
            marks = [10.0**power for power in range(first, last + 1)]
            if len(marks) < 2:
                marks = sorted(k * 10.0**power for power in range(first - 1, last + 1) for k in (1, 2, 5))
        else:
            marks = [low, (low + high) / 2, high]
        texts = [(mark, _tick_text(mark)) for mark in marks if low <= mark <= high]
        if self.kind == "log":
            return [*texts, (math.inf, "∞")] if self.infinite else texts
        return [(mark, text.replace("0.", ".", 1) if abs(mark) < 1 else text) for mark, text in texts]
