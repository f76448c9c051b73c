"""The predicted rate against a run of the current loss from near its minimum, and what may happen before: growth."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.label_places import RESULT
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, fixed, grouped_whole, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import DEEPEST, LossCurves, StepCurve
from qhm_gui.views.shared.runs import CURRENT_WIDTH
from qhm_gui.views.view import Table
from qhm_math import QHM, LocalQuadratic, local_quadratic, run
from qhm_math.measurement import MeasuredRate, measured_rate
from qhm_math.modes import growth
from qhm_math.noise import NoNoise
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
class MeasuredRateRequest:
    """The loss near one of its minima, and the method."""

    local: LocalQuadratic
    point: QHM


@dataclass(frozen=True)
class MeasuredRateResult:
    """Distances to the minimum (steps + 1,) as multiples of the first, ‖T^k‖ at the same steps, R, and R measured.

    ``diverged`` is the step at which the run left the plane, -1 where it has not.
    """

    request: MeasuredRateRequest
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


class MeasuredRateView(CanvasView):
    """Measured distance, R^k, ‖T^k‖ with its peak, and the fitted slope."""

    key = "slope"
    needs_minimum = True
    title = "Measured rate"
    columns = described(
        {
            "distance": Column("distance to the minimum, as a share of the first one"),
            "predicted": Column("predicted distance: R to the power of the step"),
            "growth": Column("largest factor by which any start has grown, ‖T^k‖"),
            "measured_rate": Column("measured rate, the same in every row; empty where it is not measured"),
            "measured_error": Column("bound on the error of the measured rate"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: MeasuredRateResult | None = None
        self._state = State()
        self._step = 0
        canvas = self._canvas = Canvas(style, Axis(0, 100), Axis(1e-9, 10, "log", decades=True), grid_y=True)
        self._fit = canvas.add(PlotCurve("qhm", 6.0, alpha=0.30))
        self._curves = LossCurves(canvas, 3)  # the run, ‖T^k‖ and R^k
        self._peak = canvas.add(Head("circle", "ink", 3.5))
        self._peak_label = canvas.add(Label("", "text", weight=500, anchor=(0.0, 0.5), free=True))
        self._verdict = canvas.add(Label("", "text", weight=500, anchor=(0.0, 1.0), rank=RESULT, free=True))
        self._playhead = canvas.add(Playhead("ink"))
        self._tip = canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)

    @staticmethod
    def request(state: State) -> MeasuredRateRequest:
        return MeasuredRateRequest(local_quadratic(state.loss, NoNoise(), state.start), state.point)

    @staticmethod
    def compute(request: MeasuredRateRequest, monitor: Monitor) -> Iterator[MeasuredRateResult]:
        local, point = request.local, request.point
        rate = float(local.rate(point))
        steps = run_length(rate)
        (x0, x1), (y0, y1) = local.loss.window()
        minimum = np.array(local.minimum)
        start = minimum + _NEAR * min(x1 - x0, y1 - y0) * local.axes.sum(axis=1)  # both modes alike
        done = run(local.loss, point, start, steps, monitor=monitor)
        if done.completed < steps:
            return
        first = np.hypot(*(start - minimum))
        rounding = float(np.finfo(np.float64).eps * np.abs(minimum).max() / first)
        with np.errstate(over="ignore", invalid="ignore"):
            offsets = (done.positions[:, 0] - minimum) / first
            distances = np.hypot(*offsets.T)
        norms = growth(point, np.geomspace(local.curvatures[0], local.curvatures[-1], _MODES), steps)
        measured = measured_rate(offsets, rounding) if rate < 1 else None
        yield MeasuredRateResult(request, distances, norms, rate, measured, int(done.diverged_at[0]))

    @staticmethod
    def table(result: MeasuredRateResult) -> Table:
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

    def show(self, result: MeasuredRateResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        redraw = state.active != self._state.active
        self._state = state
        if redraw:
            self._draw()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        here = min(step, len(result.distances) - 1)
        self._playhead.set_position(here)
        self._curves.seek(here, 0.35)
        for line in self._curves.lines[1:]:
            line.set_split(None)

    def retranslate(self) -> None:
        self._draw()

    # -- drawing

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        steps = len(result.distances) - 1
        stable = result.rate < 1
        low, high = self._range(result, stable)
        look = METHOD_LOOKS[self._state.active]
        y = Axis(low, high, "log", decades=True)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        with np.errstate(over="ignore", under="ignore"):
            predicted = result.rate ** np.arange(steps + 1.0)
        run_name = tr("run") if result.diverged < 0 else look.name
        self._curves.show(
            [
                StepCurve(
                    run_name, self._state.active, result.distances, result.diverged, CURRENT_WIDTH, shape=look.shape
                ),
                StepCurve("‖*T*^{k}‖", "text2", result.growth, width=1.4, dash="theory"),
                StepCurve("*R*^{k}", "ink", predicted, width=1.6, dash="theory"),
            ]
        )
        self._fit.set_color(self._state.active)
        self._draw_peak(result, stable)
        self._draw_verdict(result)
        self.seek(self._step)

    @staticmethod
    def _range(result: MeasuredRateResult, stable: bool) -> tuple[float, float]:
        if not stable:
            return 0.1, _HIGHEST
        peak = float(result.growth.max())
        ends = result.distances[np.isfinite(result.distances) & (result.distances > 0)]
        low = min(float(ends.min(initial=1.0)), result.rate ** (len(result.distances) - 1), 0.1)
        bottom = 10.0 ** np.floor(np.log10(max(low, DEEPEST)))
        room = 0.3 * (np.log10(peak) - np.log10(bottom))  # for the axis' title and the playhead's chip
        return float(bottom), float(10.0 ** min(np.ceil(np.log10(peak) + max(room, 0.3)), 14.0))

    def _draw_peak(self, result: MeasuredRateResult, stable: bool) -> None:
        at = int(np.argmax(result.growth))
        height = float(result.growth[at])
        shown = stable and height > 1.05 and height <= self._canvas.y_axis.high
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

    def _draw_verdict(self, result: MeasuredRateResult) -> None:
        fit = result.measured
        self._fit.setVisible(fit is not None)
        lines = [f"{tr('predicted')}  *R* = {precise(result.rate)}"]
        if fit is not None:
            if abs(fit.rate - result.rate) > max(fit.error, 1e-3 * (1 - result.rate)):
                lines.append(tr("this run has no component along the dominant root"))
            ks = np.arange(fit.first, fit.last + 1)
            tail = np.log(result.distances[fit.first : fit.last + 1])
            level = float(np.max(tail - np.log(fit.rate) * ks))  # on the crests of what dips
            self._fit.setData(ks, np.exp(level + np.log(fit.rate) * ks))
            lines.insert(0, f"{tr('measured')}  *R* = {measured_text(fit)}")
        elif result.rate < 1:
            slow = result.rate ** (len(result.distances) - 1) > 10 * _LOWEST  # not all of the fall is seen
            lines.insert(0, tr("too slow to measure a slope") if slow else tr("too fast to measure a slope"))
        self._verdict.set_text("\n".join(lines), "\n".join(lines).replace("  ", "\n").replace(" ±", "\n±"))
        self._verdict.set_position(0, self._canvas.y_axis.low, dx=10, dy=-10)

    # -- the mouse

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), len(self._result.distances) - 1)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        found = self._curves.nearest(x, y)
        if found is None:
            self._leave()
            return
        row, step, value = found
        name = self._curves.curves[row].name
        self._tip.set_text([f"{name}   {tr('step')} {grouped_whole(step)}", scientific(value)])
        self._tip.set_position(float(step), value)
        self.said.emit(f"{name}   *k* {grouped_whole(step)}   {scientific(value)}")


def precise(rate: float) -> str:
    """Five decimals, as 1 − 2.134×10⁻⁴ above .9995."""
    return f"1 {MINUS} {scientific(1 - rate, 4)}" if 0.9995 < rate < 1 else fixed(rate, 5)


def measured_text(fit: MeasuredRate) -> str:
    """0.8851 ± 0.0002: the value to the figure that its error reaches; a tiny error as a power of ten."""
    if fit.error < 5e-6:
        return f"{precise(fit.rate)} ± {scientific(fit.error, 1)}"
    decimals = int(np.clip(-np.floor(np.log10(fit.error)), 2, 7))
    return f"{fixed(fit.rate, decimals)} ± {fixed(fit.error, decimals)}"
