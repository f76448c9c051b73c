"""Values against the step, one line a run: cut honestly at both ends of the axis, with names, heads and departures.

Shared by all views that draw a loss, a distance or a gradient norm over the steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.appearance.theme import Shape
from qhm_gui.canvas.curves import DashName, PlotCurve
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels
from qhm_gui.drawing.pens import Dash
from qhm_gui.views.shared.divergence_marks import Departure, DivergenceMarks
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.runs import OTHER_WIDTH

Values = NDArray[np.float64]

#: A log axis follows the data down to this share of where they start: the square of what double precision tells apart,
#: so that a distance can fall to its rounding and a squared distance too. What falls further leaves the plot.
DEEPEST = 1e-32
#: How far above its start a run that diverges is followed, and how far one that stays may rise.
_LEAVING, _HIGHEST = 1e2, 1e4
#: Of a curve of fewer values nobody knows whether it has come to a level.
_SETTLED = 8
#: An axis ends where double precision does; zero and what is negative lie below every plot.
_MOST_DECADES, _DEEP = 300, 5e-324


@dataclass(frozen=True, eq=False)
class StepCurve:
    """The values of one run. ``diverged``: the step at which it grew beyond bounds, -1 where it has not.

    ``undefined``: the step from which on it has no values, since it has left the loss's domain; -1 where it has not.
    ``named``: it has a name at its end, and a mark with a word where it leaves the plot. ``shape`` None: no head.
    ``several``: it is the mean of several runs, and ``diverged`` tells of the first of them.
    """

    name: str
    color: str
    values: Values
    diverged: int = -1
    width: float = OTHER_WIDTH
    dash: DashName | Dash | None = None
    shape: Shape | None = None
    named: bool = True
    undefined: int = -1
    several: bool = False


def value_range(
    values: Iterable[ArrayLike], diverged: Iterable[int], lows: Sequence[float] = (), *, linear: bool = False
) -> tuple[float, float]:
    """Both ends of an axis for values over the steps (n, ...): whole decades about the runs that stay.

    It follows them down to :data:`DEEPEST` of their start, and ``lows`` with them. Runs that diverge are cut at the
    top, a hundred times above the start on a log axis.
    """
    curves = [np.asarray(one, dtype=np.float64) for one in values]
    gone = [step >= 0 for step in diverged]
    staying = [one for one, left in zip(curves, gone, strict=True) if not left]
    ends = [_ends(one) for one in staying if one.size]
    least, positive = min([0.0, *(low for low, _, _ in ends)]), [low for _, low, _ in ends if low < np.inf]
    starts = np.concatenate([one[:1].ravel() for one in curves]) if curves else np.empty(0)
    starts = starts[np.isfinite(starts) & (starts > 0)]
    highest = max([0.0, *(high for _, _, high in ends)])
    start = float(starts.max()) if len(starts) else highest or 1.0
    if highest > _HIGHEST * start:  # the level of a loud noise, or what only has not diverged yet
        highest = max([_level(one) for one in staying], default=0.0) or _HIGHEST * start
    top = max(start, highest)
    if linear:
        return least, 1.08 * (2 * start if any(gone) else top)
    lowest = min([start, *positive, *(low for low in lows if low > 0)])
    with np.errstate(divide="ignore", over="ignore"):
        bottom, head = np.log10([max(lowest, DEEPEST * start), 1.5 * (_LEAVING * start if any(gone) else top)])
    low = float(np.clip(np.floor(bottom), -_MOST_DECADES, _MOST_DECADES - 1))
    return 10.0**low, 10.0 ** float(np.clip(np.ceil(head), low + 1, _MOST_DECADES))


def _ends(values: Values) -> tuple[float, float, float]:
    """The least value of those that are finite, the least that is positive, and the largest; inf, inf, -inf for none.
    A million values take a millisecond where all are positive."""
    low, high = float(np.fmin.reduce(values, axis=None)), float(np.fmax.reduce(values, axis=None))
    if low > 0 and high < np.inf:
        return low, low, high
    finite = values[np.isfinite(values)]
    return (
        float(finite.min(initial=np.inf)),
        float(finite[finite > 0].min(initial=np.inf)),
        float(finite.max(initial=-np.inf)),
    )


def _level(values: Values) -> float:
    """The largest value of a curve (n, ...) that has come to a level; 0 for one that still grows."""
    count = len(values)
    middle, late = values[count // 4 : count // 2], values[-(count // 4) :]
    if count < _SETTLED or not np.isfinite(late).all() or not np.median(late) <= 10 * np.median(middle):
        return 0.0
    return float(values[np.isfinite(values)].max())


class LossCurves:
    """Up to ``count`` lines on a canvas; :meth:`show` puts the current runs into them, the last one on top.

    Nothing is drawn along an edge of the plot: a line leaves it, with a mark where it does so for good.
    """

    def __init__(self, canvas: Canvas, count: int) -> None:
        self.canvas = canvas
        self.lines = [canvas.add(PlotCurve("ink")) for _ in range(count)]
        self.heads = [canvas.add(Head("circle", "ink")) for _ in range(count)]
        for head in self.heads:
            head.setZValue(2.0)
        self.ends = canvas.add(EndLabels())
        self.departures = canvas.add(DivergenceMarks())
        self.curves: list[StepCurve] = []
        self._x: Values = np.empty(0)

    def show(
        self, curves: Sequence[StepCurve], x: Values | None = None, steps: NDArray[np.int64] | None = None
    ) -> None:
        """Draw the curves over ``x``, the ``steps`` themselves where it is not given: 0, 1, ...

        The axes of the canvas must have been set before.
        """
        longest = max((len(curve.values) for curve in curves), default=0)
        steps = np.arange(longest) if steps is None else steps
        self._x = steps.astype(np.float64) if x is None else x
        self.curves = list(curves)
        ends: list[tuple[str, float, str]] = []
        departures: list[Departure] = []
        for row, (line, head) in enumerate(zip(self.lines, self.heads, strict=True)):
            line.setVisible(row < len(curves))
            head.setVisible(False)
            if row >= len(curves):
                continue
            curve = curves[row]
            line.setData(self._x[: len(curve.values)], self._drawable(curve))
            line.set_color(curve.color)
            line.set_width(curve.width)
            line.set_dash(curve.dash)
            if curve.shape is not None:
                head.set_color(curve.color)
                head.set_shape(curve.shape)
            if not curve.named or not len(curve.values):
                continue
            departure = self._departure(curve, steps)
            if departure is not None:
                departures.append(departure)
            else:
                ends.append((curve.name, float(curve.values[-1]), curve.color))
        self.ends.set_labels(ends)
        self.departures.set_departures(departures)

    def seek(self, step: int, ghost: float) -> None:
        """Draw what comes after a step as a ghost, and set the heads there; one off the scale is not drawn."""
        for curve, line, head in zip(self.curves, self.lines, self.heads, strict=False):
            line.set_split(step, ghost)
            value = float(curve.values[min(step, len(curve.values) - 1)]) if len(curve.values) else np.nan
            head.set_position(step, value)
            head.setVisible(curve.shape is not None and self._inside(value))

    def nearest(self, x: float, y: float) -> tuple[int, int, float] | None:
        """(curve, place, value) of the point near a place in data values; None where there is none."""
        found = nearest_step(self.canvas, self.lines[: len(self.curves)], x, y)
        return None if found is None else (*found, float(self.curves[found[0]].values[found[1]]))

    def _inside(self, value: float) -> bool:
        axis = self.canvas.y_axis
        return min(axis.low, axis.high) <= value <= max(axis.low, axis.high)

    def _drawable(self, curve: StepCurve) -> Values:
        """Values as they are; a gap where there is none, and after the step at which a run that diverges leaves.

        What a log axis has no place for is a gap too, and the line falls into it and rises from it.
        """
        values, top = curve.values, self.canvas.y_axis.high
        low, high = (float(values.min()), float(values.max())) if curve.diverged < 0 and values.size else (-1.0, 0.0)
        if low > 0 and high < np.inf:  # most runs, and for a million steps this is far quicker
            return values
        drawn = np.where(np.isfinite(values), values, np.nan)
        if curve.diverged >= 0:
            outside = np.flatnonzero(~(values <= top))
            if len(outside):
                drawn[outside[0] + 1 :] = np.nan
                drawn[outside[0]] = np.clip(np.nan_to_num(values[outside[0]], nan=np.inf), top, 1e300)
        if self.canvas.y_axis.scale == "linear":
            return drawn
        placeless = drawn <= 0
        around = np.pad(placeless, 1, constant_values=True)
        beside = placeless & ~(around[:-2] & around[2:])
        return np.where(placeless, np.where(beside, _DEEP, np.nan), drawn)

    def _departure(self, curve: StepCurve, steps: NDArray[np.int64]) -> Departure | None:
        """Where the curve leaves the plot and does not come back, or ends."""
        values, axis = curve.values, self.canvas.y_axis
        if curve.undefined >= 0 and np.isnan(values[-1]):
            at = max(0, _last_run(np.isnan(values)) - 1)
            return Departure(float(self._x[at]), curve.color, curve.name, curve.undefined, False, "", float(values[at]))
        above = ~(values <= axis.high)
        if curve.diverged >= 0 and above.any():
            at = int(np.argmax(above))
            return Departure(float(self._x[at]), curve.color, curve.name, curve.diverged, several=curve.several)
        if above[-1]:
            at = _last_run(above)
            return Departure(float(self._x[at]), curve.color, curve.name, int(steps[at]), diverges=False)
        if values[-1] >= axis.low:
            return None
        below = "zero" if values[-1] == 0 else ("negative" if values[-1] < 0 else "scale")
        same = {"zero": values == 0, "negative": values < 0, "scale": values < axis.low}[below]
        at = _last_run(same)
        return Departure(float(self._x[at]), curve.color, curve.name, int(steps[at]), False, below)


def _last_run(hits: NDArray[np.bool_]) -> int:
    """The first place of the row of hits that ends the array."""
    misses = np.flatnonzero(~hits)
    return int(misses[-1]) + 1 if len(misses) else 0
