"""The learning curve of one cell of a sweep: mean over the seeds with its standard error, and what theory expects."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis, whole_decades
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, scientific
from qhm_math.experiments import SweepMap

Floats = NDArray[np.float64]
#: Where a curve reaches more than this many times its median, its axis is logarithmic.
_STEEP = 30.0


def value_axis(values: Floats, above: bool, title: str) -> Axis:
    """The axis for the values of curves; ``above``: they are above a minimum and begin at 0."""
    known = values[np.isfinite(values)]
    if not len(known):
        return Axis(0.0, 1.0, title=title)
    high, low = float(known.max()), float(known.min())
    positive = known[known > 0]
    middle = float(np.median(positive)) if len(positive) else 0.0
    if middle and high > _STEEP * middle:
        least = float(np.quantile(positive, 0.02))
        return Axis(*whole_decades(least, high), "log", title, decades=True)
    low = min(low, 0.0) if above else low
    room = 0.08 * ((high - low) or abs(high) or 1.0)
    return Axis(low - room * (low < 0 or not above), high + room, title=title)


class TrainingCurve:
    """A canvas with one curve."""

    def __init__(self, style: Style) -> None:
        canvas = self.canvas = Canvas(style, Axis(0.0, 1.0), Axis(0.0, 1.0), grid_y=True)
        self._band = canvas.add(Band("qhm"))
        self._theory = canvas.add(PlotCurve("ink", 1.8, "theory"))
        self._line = canvas.add(PlotCurve("qhm", 2.2))
        self._ends = canvas.add(EndLabels())
        self._title = canvas.add(Label("", "text", weight=600, anchor=(0.0, 0.0), free=True))
        self._steps: Floats = np.empty(0)
        self._values: Floats = np.empty(0)
        self._expected: Floats = np.empty(0)
        self._look: tuple[str, ...] = ()
        self._parts: Floats = np.empty(0)

    def draw(self, found: SweepMap, cell: tuple[int, int], title: str, color: str) -> bool:
        """The curve of a cell; whether there is one."""
        values, error = found.curve[cell], found.curve_error[cell]
        steps = found.curve_steps()
        if not np.isfinite(values).any():
            return False
        expected = found.expected.curve[cell] if found.expected is not None else np.full(len(steps), np.nan)
        expected = np.where(np.isfinite(expected), expected, np.nan)
        look, parts = (title, color, tr("theory")), np.stack((steps, values, error, expected))
        if look == self._look and np.array_equal(parts, self._parts, equal_nan=True):
            return True
        self._look, self._parts = look, parts
        self._steps, self._values, self._expected = steps, values, expected
        above = found.settings.origin == "checkpoint"
        words = tr("loss above the checkpoint's") if above else tr("training loss")
        if found.settings.from_minimum:
            words = tr("loss above the minimum")
        seen = values[np.isfinite(values)]
        fair = np.where(expected <= 3 * float(np.abs(seen).max()), expected, np.nan)
        self.canvas.set_axes(
            Axis(0.0, float(found.steps), title=f"{tr('step')} *k*"),
            value_axis(np.concatenate((values, fair)), above, words),
        )
        self._band.setData(steps, values - error, values + error)
        self._line.setData(steps, values)
        self._line.set_color(color)
        self._band.set_color(color)
        self._theory.setData(steps, np.where(np.isfinite(fair), expected, np.nan))
        ends = [(tr("theory"), _last(fair), "ink"), (tr("measured"), _last(values), color)]
        self._ends.set_labels(ends)
        self._title.set_text(title)
        left, _, _, top = self.canvas.visible_range()
        self._title.set_position(left, top, dx=8, dy=6)
        return True

    def words_at(self, step: float) -> str:
        """What is said of the step under the mouse."""
        if not len(self._steps):
            return ""
        at = int(np.argmin(np.abs(self._steps - step)))
        parts = [f"{tr('step')} {grouped(round(float(self._steps[at])))}"]
        for name, values in ((tr("loss"), self._values), (tr("theory"), self._expected)):
            if np.isfinite(values[at]):
                parts.append(f"{name} {scientific(float(values[at]))}")
        return "   ".join(parts)


def _last(values: Floats) -> float:
    """The last one that is known; NaN where none is."""
    known = values[np.isfinite(values)]
    return float(known[-1]) if len(known) else float("nan")
