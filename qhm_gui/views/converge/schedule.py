"""Schedule: α_k and 1-ν_kβ_k against k on log axes, where a power is a straight line with its exponent as slope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis, whole_decades
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, grouped, plain, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.converge.schedule_text import schedule_of
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.view import Table
from qhm_math.progress import Monitor
from qhm_math.schedules import Bounds, Family, PlateauDrops, Schedule

_POINTS = 900
#: Below this a fall is followed no further: a geometric one would take the axis with it.
_DEEPEST = 1e-8
#: Where on the log axis of k the slope of each curve is marked.
_SLOPES_AT = ((0.34, 0.50), (0.62, 0.78))

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class ScheduleRequest:
    """A schedule up to a number of steps."""

    schedule: Schedule
    steps: int


@dataclass(frozen=True)
class ScheduleResult:
    """α, β, ν and the gap 1-νβ at ``steps``; the ends between which a run may choose, equal where it has no choice."""

    request: ScheduleRequest
    steps: Curve
    values: tuple[Curve, Curve, Curve]
    alphas: tuple[Curve, Curve]
    gaps: tuple[Curve, Curve]


def least(family: Family, k: Curve) -> Curve:
    """The values of a run that drops as often as it may."""
    return family.least(k) if isinstance(family, PlateauDrops) else family.values(k)


class ScheduleView(CanvasView):
    """Two curves with their slopes; a band where a run decides."""

    key = "schedule"
    title = "Schedule"
    columns = described(
        {
            "one_minus_nu_beta": Column("1 − νβ"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ScheduleResult | None = None
        self._color = "qhm"
        self._canvas = Canvas(style, Axis(1, 1e4, "log", decades=True), Axis(1e-3, 1, "log", decades=True), grid_y=True)
        self._bands = [self._canvas.add(Band("ink", 0.13)) for _ in range(2)]
        self._lows = [self._canvas.add(PlotCurve("ink", 1.4, dash="approx")) for _ in range(2)]
        self._lines = [self._canvas.add(PlotCurve("ink", width)) for width in (1.8, 2.6)]
        self._slopes = [self._canvas.add(PlotCurve("muted", 1.0)) for _ in range(2)]
        self._names = [self._canvas.add(Label("", "text", weight=500, anchor=(1.0, 0.5))) for _ in range(2)]
        self._ends = self._canvas.add(EndLabels())
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> ScheduleRequest:
        return ScheduleRequest(schedule_of(state), state.converge.steps)

    @staticmethod
    def compute(request: ScheduleRequest, monitor: Monitor) -> Iterator[ScheduleResult]:
        s = request.schedule
        last = max(request.steps, 10)
        k = np.unique(np.rint(np.geomspace(1, last + 1, _POINTS))) - 1
        alpha, beta, nu = s.values(k)
        most = 1 - least(s.nu, k) * least(s.beta, k)
        gap = 1 - nu * beta
        yield ScheduleResult(request, k, (alpha, beta, nu), (alpha, least(s.alpha, k)), (gap, most))

    def subtitle(self, state: State) -> str:
        return tr("log axes: a power is a straight line")

    def show(self, result: ScheduleResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        if state.active != self._color:
            self._color = state.active
            self._draw()

    def retranslate(self) -> None:
        self._draw()

    @staticmethod
    def table(result: ScheduleResult) -> Table:
        alpha, beta, nu = result.values
        return {"step": result.steps, "alpha": alpha, "beta": beta, "nu": nu, "one_minus_nu_beta": result.gaps[0]}

    # -- drawing

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        x = result.steps + 1
        pairs = (result.gaps, result.alphas)
        low, high = decades(np.concatenate([curve for pair in pairs for curve in pair]))
        self._canvas.set_axes(
            Axis(1, float(x[-1]), "log", title=tr("step") + " *k* + 1", decades=True),
            Axis(low, high, "log", decades=True),
        )
        colors = ("ink", self._color)
        names = ("1 − *ν*_{k}*β*_{k}", "*α*_{k}")
        schedule = result.request.schedule
        orders = (schedule.gap_order(), schedule.alpha.order())
        ends: list[tuple[str, float, str]] = []
        for index, (usual, other) in enumerate(pairs):
            shown = np.where((usual >= low) & (usual <= high), usual, np.nan)
            self._lines[index].setData(x, shown)
            self._lines[index].set_color(colors[index])
            known = shown[np.isfinite(shown)]
            ends.append((names[index], float(known[-1]) if len(known) else np.nan, colors[index]))
            chooses = not orders[index].is_known
            bottom, top = np.clip(np.minimum(usual, other), low, high), np.clip(np.maximum(usual, other), low, high)
            self._bands[index].setData(x, bottom, top)
            self._bands[index].set_color(colors[index])
            self._lows[index].setData(x, np.where((other >= low) & (other <= high), other, np.nan))
            self._lows[index].set_color(colors[index])
            for item in (self._bands[index], self._lows[index]):
                item.setVisible(chooses)
            self._mark_slope(index, x, (usual, pairs[1 - index][0]), orders[index], colors[index])
        self._ends.set_labels(ends)

    def _mark_slope(self, index: int, x: Curve, curves: tuple[Curve, Curve], order: Bounds, color: str) -> None:
        """A triangle at a power with its slope, or a word beside what is none, away from the other curve."""
        label, triangle = self._names[index], self._slopes[index]
        own, other = curves
        axis = self._canvas.y_axis
        known = (own >= axis.low) & (own <= axis.high)
        triangle.setVisible(False)
        label.setVisible(bool(known.any()))
        if not known.any():
            return
        first, last = (float(x[-1]) ** share for share in _SLOPES_AT[1 - index])
        if (inside := float(x[known][-1])) < last:
            first, last = inside**0.55, inside**0.85
        at = np.log([first, last])
        y_first, y_last = (float(y) for y in np.interp(at, np.log(x[known]), own[known]))
        above = y_last >= float(np.interp(at[1], np.log(x), other))
        label.set_color(color)
        power = float(order.high.power)
        if order.is_known and power > 0 and order.high.rate() == 0 and not order.high.zero:
            y_end = y_first * (last / first) ** -power
            corner = (last, y_first) if above else (first, y_end)
            triangle.setData([first, corner[0], last], [y_first, corner[1], y_end])
            triangle.set_color(color)
            triangle.setVisible(True)
            label.set_text(tr("slope {value}", value=MINUS + plain(power)))
            label.set_anchor((0.0 if above else 1.0, 0.5))
            label.set_position(corner[0], float(np.sqrt(y_first * y_end)), dx=7 if above else -7)
        else:
            label.set_text(shape_word(order, bool(np.ptp(own) == 0)))
            label.set_anchor((0.5, 1.0 if above else 0.0))
            label.set_position(last, y_last, dy=-7 if above else 7)

    # -- the mouse

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        at = int(np.argmin(np.abs(np.log(result.steps + 1) - np.log(max(x, 1e-9)))))
        alpha, beta, nu = (float(values[at]) for values in result.values)
        k, gap = grouped(float(result.steps[at])), float(result.gaps[0][at])
        lines = [
            f"*k* {k}   *α* {scientific(alpha)}",
            f"*β* {scientific(beta, 4)}   *ν* {scientific(nu, 4)}",
            f"1 − *νβ*  {scientific(gap)}",
        ]
        self._tip.set_text(lines)
        self._tip.set_position(float(result.steps[at] + 1), y)
        self.said.emit(f"*k* {k}   *α* {scientific(alpha)}   1 − *νβ* {scientific(gap)}")


def shape_word(order: Bounds, flat: bool) -> str:
    """How a sequence that is no falling power goes on."""
    if not order.is_known:
        return tr("between these, depending on the run")
    if order.high.zero:
        return tr("ends at 0")
    if order.high.rate() < 0:
        return tr("falls geometrically")
    return tr("constant") if flat else tr("levels off")


def decades(values: Curve) -> tuple[float, float]:
    """Whole decades about the positive values, with room for labels above; never deeper than makes sense."""
    positive = values[np.isfinite(values) & (values > 0)]
    if not len(positive):
        return 1e-3, 1.0
    lowest, highest = float(positive.min()), float(positive.max())
    _, high = whole_decades(lowest, highest, above=0.05)
    low, _ = whole_decades(max(lowest, _DEEPEST * high), high)
    return min(low, high / 100), high
