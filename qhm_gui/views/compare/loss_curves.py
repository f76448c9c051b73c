"""Loss against step of every method of the comparison, or its distance to the nearest minimum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.no_theory import no_minimum_title
from qhm_gui.state.options.compare import MOST_SHOWN
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped_whole, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.compare.compared_methods import (
    ComparisonRequest,
    ComparisonResult,
    answers,
    comparison_request,
    no_racers,
)
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve, value_range
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH
from qhm_gui.views.view import Option, Table
from qhm_math.compare import distances
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

_GHOST = 0.35


class ComparedLossView(CanvasView):
    """One line a method, the height that the table counts to, and the playhead."""

    key = "race_loss"
    title = "Progress per step"
    columns = described(
        {
            "{method}_loss": Column("loss of {method} above the lowest minimum", "f"),
            "{method}_distance": Column("distance of {method} to the nearest minimum", "x"),
        }
    )
    options = (Option("compare.measure"), Option("loss_scale"))

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ComparisonResult | None = None
        self._state = State()
        self._step = 0
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._target = self._canvas.add(PlotCurve("muted", 1.2, dash="dot"))
        self._target_label = self._canvas.add(Label("", "muted", anchor=(1.0, 1.0)))
        self._curves = LossCurves(self._canvas, MOST_SHOWN)  # the chosen one on top
        self._playhead = self._canvas.add(Playhead("ink"))
        self._tip = self._canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> ComparisonRequest:
        return comparison_request(state)

    @staticmethod
    def compute(request: ComparisonRequest, monitor: Monitor) -> Iterator[ComparisonResult]:
        yield from answers(request, monitor)

    @staticmethod
    def table(result: ComparisonResult) -> Table:
        """Loss above the lowest minimum and distance to the nearest one, of every method at every step."""
        steps = result.run.completed if result.run else 0
        table: Table = {"step": np.arange(steps + 1)}
        for row, racer in enumerate(result.request.racers):
            name = f"{racer.index + 1}_{racer.name}"
            table[f"{name}_loss"] = result.losses(row)
            table[f"{name}_distance"] = distances(result.request.loss, result.path(row))
        return table

    def subtitle(self, state: State) -> str:
        measured = tr("distance to the nearest minimum") if self._distance(state) else tr("loss above the minimum")
        return measured if state.has_minima else tr("loss above the lowest value in the window")

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._distance(state) and not state.has_minima:
            return no_minimum_title(state.loss), tr("The distance to a minimum is undefined; choose the loss.")
        return no_racers(state)

    def show(self, result: ComparisonResult) -> None:
        self._result = result
        self._draw()
        self.noted.emit(result.departed)

    def mark(self, state: State) -> None:
        before, self._state = self._state, state
        if (before.loss_scale, before.compare.measure, before.compare.target) != (
            state.loss_scale,
            state.compare.measure,
            state.compare.target,
        ):
            self._draw()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None or result.run is None:
            return
        self._playhead.set_position(step)
        self._curves.seek(step, _GHOST)

    def retranslate(self) -> None:
        self._draw()

    # -- drawing

    @staticmethod
    def _distance(state: State) -> bool:
        return state.compare.measure == "distance"

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        distance, linear = self._distance(self._state), self._state.loss_scale == "linear"
        request = result.request
        loss, order = request.loss, request.order
        values = [distances(loss, result.path(row)) if distance else result.losses(row) for row in order]
        gone = [result.left(row) for row in order]
        words = tr("distance") if distance else tr("loss") + "  *f* − *f*_{min}"
        low, high = value_range(values, gone, linear=linear)
        y = Axis(low, high, "linear" if linear else "log", words, decades=not linear)
        self._canvas.set_axes(Axis(0, request.steps, title=tr("step") + " *k*"), y)
        curves: list[StepCurve] = []
        for row, one, left in zip(order, values, gone, strict=True):
            racer = request.racers[row]
            look, width = racer.look, CURRENT_WIDTH if row == request.chosen else OTHER_WIDTH
            lost = result.lost(row)
            curves.append(StepCurve(racer.name, look.color, one, left, width, look.dash, look.shape, undefined=lost))
        self._curves.show(curves)
        self._draw_target(request.steps, not distance)
        self.seek(self._step)

    def _draw_target(self, steps: int, shown: bool) -> None:
        target = self._state.compare.target
        shown = shown and self._canvas.y_axis.low < target < self._canvas.y_axis.high
        self._target.setVisible(shown)
        self._target_label.setVisible(shown)
        self._target.setData([0, steps], [target, target])
        self._target_label.set_text(tr("target loss"))
        self._target_label.set_position(steps, target, dx=-4, dy=-3)

    # -- the mouse

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), self._result.request.steps)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = self._curves.nearest(x, y)
        if result is None or found is None:
            self._leave()
            return
        place, step, value = found
        name = self._curves.curves[place].name
        what = tr("distance") if self._distance(self._state) else tr("loss")
        self._tip.set_text([f"{name}   {tr('step')} {grouped_whole(step)}", f"{what} {scientific(value)}"])
        self._tip.set_position(float(step), self._canvas.y_axis.clip(value))
        self.said.emit(f"{name}   *k* {grouped_whole(step)}   {what} {scientific(value)}")
