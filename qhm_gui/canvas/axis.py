"""Axes: what part of the numbers a canvas shows, on which scale, and the labels beside it.

Everything is said in data values. A log axis is a linear axis of log10: the canvas maps through :meth:`Axis.to_axis`
before it draws, so that lines, images, polygons and markers agree.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.text import numbers

Tick = tuple[float, str]
#: Decades up and down from 1 that an axis shows at most: beyond, powers of ten have few digits, and then none.
_FARTHEST = 300
#: The last decade that there are numbers in: a hand can be dragged beyond it.
_LAST = float(sys.float_info.max_10_exp)


def whole_decades(low: float, high: float, *, below: float = 0.0, above: float = 0.0) -> tuple[float, float]:
    """Powers of ten, at least a decade apart, that hold two positive numbers with so many decades of room."""
    bottom, top = math.floor(math.log10(low) - below), math.ceil(math.log10(high) + above)
    bottom = min(max(bottom, -_FARTHEST), _FARTHEST - 1)
    return 10.0**bottom, 10.0 ** min(max(top, bottom + 1), _FARTHEST)


@dataclass(frozen=True)
class Axis:
    """A range of data values with a scale, a title (markup) and, if they are not to be found, explicit ticks.

    ``decades`` labels a log axis with powers of ten only; else a log axis counts 1, 2, 5, 10.
    """

    low: float
    high: float
    scale: Literal["linear", "log"] = "linear"
    title: str = ""
    ticks: tuple[Tick, ...] | None = None
    decades: bool = False

    def __post_init__(self) -> None:
        if not (math.isfinite(self.low) and math.isfinite(self.high) and self.low != self.high):
            raise ValueError(f"An axis needs two different finite ends, not {self.low!r} and {self.high!r}.")
        if self.scale == "log" and min(self.low, self.high) <= 0:
            raise ValueError(f"A log axis needs positive ends, not {self.low!r} and {self.high!r}.")

    @staticmethod
    def around(centre: float, half: float, title: str = "") -> Axis:
        """A linear axis of ``half`` (positive) on both sides, which are :func:`distinct_half` at least."""
        half = distinct_half(half, centre)
        return Axis(centre - half, centre + half, title=title)

    def to_axis(self, values: ArrayLike) -> NDArray[np.float64]:
        """Data values as axis coordinates: log10 on a log axis, NaN where that has no value."""
        array = np.asarray(values, dtype=np.float64)
        if self.scale == "linear":
            return array
        return np.log10(np.where(array > 0, array, np.nan))

    def place(self, value: float) -> float:
        """One data value as an axis coordinate: what :meth:`to_axis` gives for it."""
        if self.scale == "linear":
            return value
        return float(np.log10(value)) if value > 0 else math.nan

    def from_axis(self, values: ArrayLike) -> NDArray[np.float64]:
        """Axis coordinates as data values."""
        array = np.asarray(values, dtype=np.float64)
        return array if self.scale == "linear" else 10.0 ** np.minimum(array, _LAST)

    @property
    def span(self) -> tuple[float, float]:
        """Both ends in axis coordinates."""
        return self.place(float(self.low)), self.place(float(self.high))

    def clip(self, value: float) -> float:
        """``value`` moved into the range."""
        return min(max(value, min(self.low, self.high)), max(self.low, self.high))

    def with_range(self, low: float, high: float) -> Axis:
        """The same axis over another range."""
        return replace(self, low=low, high=high)


def distinct_half(half: float, *centres: float) -> float:
    """``half``, or so much more that a thousand numbers lie on either side of each centre: fewer are no picture."""
    return max(half, *(1000 * float(np.spacing(abs(centre))) for centre in centres))


def visible_ticks(
    axis: Axis, length: float, extent: Callable[[str], float], gap: float, has_room: Callable[[str], bool] | None = None
) -> list[Tick]:
    """The ticks to label along ``length`` pixels: the densest reasonable set whose labels stay ``gap`` apart.

    ``extent`` measures a label along the axis in pixels (its width for x, its height for y). A set with labels that
    have no room across the axis is none, unless all are like that.
    """
    sets = [[tick for tick in ticks if _within(axis, tick[0])] for ticks in _candidates(axis)]
    if has_room is not None:
        roomy = [ticks for ticks in sets if len(ticks) >= 2 and all(has_room(text) for _, text in ticks)]
        sets = roomy or sets
    fallback: list[Tick] = []
    for inside in sets:
        if len(inside) >= 2 or not fallback:
            fallback = inside
        if len(inside) >= 2 and _fits(axis, inside, length, extent, gap):
            return inside
    return fallback if _fits(axis, fallback, length, extent, gap) else fallback[:1]


def _within(axis: Axis, value: float) -> bool:
    low, high = sorted(axis.span)
    slack = 1e-9 * (high - low)
    return low - slack <= axis.place(float(value)) <= high + slack


def _fits(axis: Axis, ticks: Sequence[Tick], length: float, extent: Callable[[str], float], gap: float) -> bool:
    low, high = axis.span
    places = (axis.to_axis([value for value, _ in ticks]) - low) / (high - low) * length
    order = np.argsort(places)
    sizes = np.array([extent(ticks[i][1]) for i in order])
    return bool(np.all(np.diff(places[order]) >= (sizes[1:] + sizes[:-1]) / 2 + gap))


def _candidates(axis: Axis) -> list[list[Tick]]:
    """Tick sets from dense to sparse."""
    if axis.ticks is not None:
        ticks = list(axis.ticks)
        return [ticks[::stride] for stride in range(1, max(2, len(ticks)))]
    if axis.scale == "log":
        return _log_candidates(axis)
    return _linear_candidates(axis)


def _linear_candidates(axis: Axis) -> list[list[Tick]]:
    low, high = sorted((axis.low, axis.high))
    sets: list[list[Tick]] = []
    exponent = math.floor(math.log10((high - low) / 6))
    for power in (exponent, exponent + 1):
        for factor in (1, 2, 5):
            step = factor * 10.0**power
            if not 1.5 <= (high - low) / step + 1e-9 <= 8:
                continue
            first = math.ceil(low / step - 1e-9)
            values = [i * step for i in range(first, math.floor(high / step + 1e-9) + 1)]
            largest = max((abs(value) for value in values), default=0.0)
            sets.append([(value, numbers.tick_text(value, power, largest)) for value in values])
    return sets


def _log_candidates(axis: Axis) -> list[list[Tick]]:
    low, high = sorted((axis.low, axis.high))
    first, last = math.floor(math.log10(low) - 1e-9), math.ceil(math.log10(high) + 1e-9)
    powers = range(first, min(last, sys.float_info.max_10_exp) + 1)
    sets: list[list[Tick]] = []
    if not axis.decades:
        for steps in ((1, 2, 5), (1, 3), (1,)):
            sets.append([(m * 10.0**k, numbers.decade_text(m, k)) for k in powers for m in steps])
    for stride in (1, 2, 3, 4, 5, 10, 20, 50):
        sets.append([(10.0**k, numbers.power_of_ten(k)) for k in powers if k % stride == 0])
    return sets
