"""The predicted rate against a run of the current loss from near its minimum, and what may happen before: growth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.divergence_marks import Departure, DivergenceMarks
from qhm_gui.canvas.hover import nearest_step
from qhm_gui.canvas.label_placement import RESULT
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label, Tooltip
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, fixed, scientific
from qhm_gui.views.shared.runs import CURRENT_WIDTH
from qhm_gui.views.view import Table, View
from qhm_math import QHM, convergence_rate, run
from qhm_math.losses import Loss, local_curvatures
from qhm_math.modes import MeasuredRate, growth, measured_rate
from qhm_math.progress import Monitor

#: The run starts so far from the minimum, as a share of the window: near enough that the loss is its quadratic.
_NEAR = 1e-3
#: The run ends when R^k has come down to this, far above the rounding of positions.
_LOWEST = 1e-9
_FEWEST, _MOST = 40, 2000
#: A divergent run is followed until it is so many times as far away.
_HIGHEST = 1e4
#: Modes of which the largest norm is taken.
_MODES = 40


@dataclass(frozen=True)
class SlopeRequest:
    """The loss near the minimum that is nearest to ``near``, and the method."""

    loss: Loss
    alpha: float
    beta: float
    nu: float
    near: tuple[float, float]


@dataclass(frozen=True)
class SlopeResult:
    """Distances to the minimum (steps + 1,) as multiples of the first, ‖T^k‖ at the same steps, R, and R measured.

    ``diverged`` is the step at which the run left the plane, -1 where it has not.
    """

    request: SlopeRequest
    distances: NDArray[np.float64]
    growth: NDArray[np.float64]
    rate: float
    measured: MeasuredRate | None
    diverged: int


def run_length(rate: float) -> int:
    """So many steps that a run at this rate falls far enough to be measured, or leaves far enough to be seen."""
    with np.errstate(divide="ignore"):
        fall = np.log(_HIGHEST if rate > 1 else _LOWEST) / np.log(rate) if rate != 1 else np.inf
    return int(np.clip(np.ceil(fall), _FEWEST, _MOST))


class SlopeView(View):
    """Measured distance, R^k, ‖T^k‖ with its peak, and the fitted slope."""

    key = "slope"
    title = "Slope"

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: SlopeResult | None = None
        self._state = State()
        self._step = 0
        self._bottom, self._top = 1e-9, 10.0
        canvas = self._canvas = Canvas(style, Axis(0, 100), Axis(1e-9, 10, "log", decades=True), grid_y=True)
        self._fit = canvas.add(PlotCurve("qhm", 6.0, alpha=0.30))
        self._line = canvas.add(PlotCurve("qhm", CURRENT_WIDTH))
        self._growth = canvas.add(PlotCurve("text2", 1.4, dash="theory"))
        self._slope = canvas.add(PlotCurve("ink", 1.6, dash="theory"))
        self._peak = canvas.add(Head("circle", "ink", 3.5))
        self._peak_label = canvas.add(Label("", "text", weight=500, anchor=(0.0, 0.5), free=True))
        self._verdict = canvas.add(Label("", "text", weight=500, anchor=(0.0, 1.0), rank=RESULT, free=True))
        self._ends = canvas.add(EndLabels())
        self._departures = canvas.add(DivergenceMarks())
        self._playhead = canvas.add(Playhead("ink"))
        self._head = canvas.add(Head("diamond", "qhm"))
        self._tip = canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> SlopeRequest:
        return SlopeRequest(state.loss, state.alpha, state.beta, state.nu, state.start)

    @staticmethod
    def compute(request: SlopeRequest, monitor: Monitor) -> Iterator[SlopeResult]:
        r = request
        curvatures, axes, minimum = local_curvatures(r.loss, np.asarray(r.near))
        mu, largest = float(curvatures[0]), float(curvatures[-1])
        point = QHM(r.alpha, r.beta, r.nu)
        rate = float(convergence_rate(point, mu, largest))
        steps = run_length(rate)
        (x0, x1), (y0, y1) = r.loss.window()
        start = minimum + _NEAR * min(x1 - x0, y1 - y0) * axes.sum(axis=1)  # both modes alike
        done = run(r.loss, point, start, steps, monitor=monitor)
        if done.completed < steps:
            return
        with np.errstate(over="ignore", invalid="ignore"):
            offsets = (done.positions[:, 0] - minimum) / np.hypot(*(start - minimum))
            distances = np.hypot(*offsets.T)
        norms = growth(point, np.geomspace(mu, largest, _MODES), steps)
        measured = measured_rate(offsets) if rate < 1 else None
        yield SlopeResult(r, distances, norms, rate, measured, int(done.diverged_at[0]))

    @staticmethod
    def table(result: SlopeResult) -> Table:
        """The distance, the predicted one and ‖T^k‖ at every step; the last two columns are the fit and its error."""
        k = np.arange(len(result.distances))
        fit = result.measured or MeasuredRate(np.nan, np.nan, 0, 0)
        with np.errstate(over="ignore"):
            predicted = result.rate**k
        return {
            "step": k,
            "distance": result.distances,
            "predicted": predicted,
            "growth": result.growth,
            "measured_rate": np.full(len(k), fit.rate),
            "measured_error": np.full(len(k), fit.error),
        }

    def subtitle(self, state: State) -> str:
        return tr("distance to the minimum, one run without noise")

    def show(self, result: SlopeResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        self._state = state
        for item in (self._fit, self._line, self._head):
            item.set_color(state.active)
        self._head.set_shape(METHOD_LOOKS[state.active].shape)

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        last = len(result.distances) - 1
        here = min(step, last)
        value = float(result.distances[here])
        self._playhead.set_position(here)
        self._line.set_split(here, 0.35)
        self._head.set_position(here, float(np.clip(value, self._bottom, self._top)))
        self._head.setVisible(self._bottom <= value <= self._top)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def retranslate(self) -> None:
        self._draw()

    # -- drawing

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        steps = len(result.distances) - 1
        ks = np.arange(steps + 1)
        stable = result.rate < 1
        self._set_range(result, stable)
        name = METHOD_LOOKS[self._state.active].name
        y = Axis(self._bottom, self._top, "log", decades=True)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        with np.errstate(over="ignore"):
            predicted = result.rate ** ks.astype(float)
        ends: list[tuple[str, float, str]] = []
        rows = (
            (self._line, result.distances, tr("run"), self._state.active),
            (self._slope, predicted, "*R*^{k}", "text"),
            (self._growth, result.growth, "‖*T*^{k}‖", "text2"),
        )
        for line, values, words, color in rows:
            cut = self._cut(values)
            line.setData(ks[: len(cut)], cut)
            if len(cut) == len(values):
                ends.append((words, float(np.clip(values[-1], self._bottom, self._top)), color))
        self._ends.set_labels(ends)
        gone = int(np.argmax(~(result.distances <= self._top))) if not np.all(result.distances <= self._top) else -1
        step = result.diverged if result.diverged >= 0 else gone
        mark = Departure(float(gone), self._state.active, name, step, result.diverged >= 0)
        self._departures.set_departures([mark] if gone >= 0 else [])
        self._draw_peak(result, stable)
        self._draw_verdict(result)
        self.seek(self._step)

    def _set_range(self, result: SlopeResult, stable: bool) -> None:
        peak = float(result.growth.max())
        if stable:
            ends = result.distances[np.isfinite(result.distances) & (result.distances > 0)]
            low = min(float(ends.min(initial=1.0)), result.rate ** (len(result.distances) - 1), 0.1)
            self._bottom = max(10.0 ** np.floor(np.log10(max(low, 1e-300))), 1e-10)
            room = 0.3 * (np.log10(peak) - np.log10(self._bottom))  # for the axis' title and the playhead's chip
            self._top = 10.0 ** min(np.ceil(np.log10(peak) + max(room, 0.3)), 14.0)
        else:
            self._bottom, self._top = 0.1, _HIGHEST

    def _cut(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Up to where a line leaves the plot at its top; what falls below the bottom is not drawn."""
        outside = np.flatnonzero(~(values <= self._top))
        kept = values[: outside[0] + 1].copy() if len(outside) else values.copy()
        if len(outside):
            kept[-1] = self._top
        kept[kept < self._bottom] = np.nan
        return kept

    def _draw_peak(self, result: SlopeResult, stable: bool) -> None:
        at = int(np.argmax(result.growth))
        height = float(result.growth[at])
        shown = stable and height > 1.05 and height <= self._top
        self._peak.setVisible(shown)
        self._peak_label.setVisible(shown)
        if shown:
            self._peak.set_position(at, height)
            late = at > 0.5 * len(result.growth)
            self._peak_label.set_anchor((1.0, 1.0) if late else (0.0, 1.0))
            self._peak_label.set_position(at, height, dx=-8 if late else 8, dy=-1)
            self._peak_label.set_leader((at, height))
            factor = scientific(height, 3 if height < 100 else 2)
            self._peak_label.set_text(tr("at worst {factor} times as far, at step {step}", factor=factor, step=at))

    def _draw_verdict(self, result: SlopeResult) -> None:
        fit = result.measured
        self._fit.setVisible(fit is not None)
        lines = [f"{tr('predicted')}  *R* = {precise(result.rate)}"]
        if fit is not None:
            if abs(fit.rate - result.rate) > max(fit.error, 1e-3 * (1 - result.rate)):
                lines.append(tr("the run does not move along the slowest root"))
            ks = np.arange(fit.first, fit.last + 1)
            tail = np.log(result.distances[fit.first : fit.last + 1])
            level = float(np.max(tail - np.log(fit.rate) * ks))  # on the crests of what dips
            self._fit.setData(ks, np.maximum(np.exp(level + np.log(fit.rate) * ks), self._bottom))
            lines.insert(0, f"{tr('measured')}  *R* = {measured_text(fit)}")
        elif result.rate < 1:
            lines.insert(0, tr("too fast to measure a slope"))
        self._verdict.set_text("\n".join(lines))
        self._verdict.set_position(0, self._bottom, dx=10, dy=-10)

    # -- the person

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), len(self._result.distances) - 1)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        lines = (self._growth, self._slope, self._line)
        found = nearest_step(self._canvas, lines, x, y)
        if found is None:
            self._leave()
            return
        row, step = found
        name = ("‖*T*^{k}‖", "*R*^{k}", tr("run"))[row]
        value = float(lines[row].y[step])
        self._tip.set_text([f"{name}   {tr('step')} {step}", scientific(value)])
        self._tip.set_position(float(step), value)
        self.said.emit(f"{name}   *k* {step}   {scientific(value)}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def precise(rate: float) -> str:
    """Five decimals, as 1 − 2.134×10⁻⁴ above .9995."""
    return f"1 {MINUS} {scientific(1 - rate, 4)}" if 0.9995 < rate < 1 else fixed(rate, 5)


def measured_text(fit: MeasuredRate) -> str:
    """0.8851 ± 0.0002: the value to the figure that its error reaches; a tiny error as a power of ten."""
    if fit.error < 5e-6:
        return f"{precise(fit.rate)} ± {scientific(fit.error, 1)}"
    decimals = int(np.clip(-np.floor(np.log10(fit.error)), 2, 7))
    return f"{fixed(fit.rate, decimals)} ± {fixed(fit.error, decimals)}"
