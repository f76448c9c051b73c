"""Loss against step of every method of the comparison, or its distance to the nearest minimum."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.divergence_marks import Departure, DivergenceMarks
from qhm_gui.canvas.hover import nearest_step
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label, Tooltip
from qhm_gui.state.options.compare import MOST_SHOWN
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.views.compare.compared_methods import RaceRequest, RaceResult, answers, ghost_line, no_racers, race_request
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH
from qhm_gui.views.view import Option, Table, View
from qhm_math.compare import distances
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

_GHOST = 0.35


class RaceLossView(View):
    """One line a method, the height that the table counts to, and the playhead."""

    key = "race_loss"
    title = "Progress per step"
    options = (Option("compare.measure"), Option("loss_scale"))

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RaceResult | None = None
        self._state = State()
        self._step = 0
        self._bottom, self._top = 1e-5, 10.0
        self._values: list[Floats] = []  # as drawn, place by place
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._target = self._canvas.add(ghost_line())
        self._target.set_color("muted")
        self._target.set_width(1.2)
        self._target.set_dash("dot")
        self._target_label = self._canvas.add(Label("", "muted", anchor=(1.0, 1.0)))
        self._ghosts = [self._canvas.add(ghost_line()) for _ in range(MOST_SHOWN)]
        self._lines = [self._canvas.add(PlotCurve("ink")) for _ in range(MOST_SHOWN)]  # the chosen one on top
        self._heads = [self._canvas.add(Head("circle", "ink")) for _ in range(MOST_SHOWN)]
        self._ends = self._canvas.add(EndLabels())
        self._departures = self._canvas.add(DivergenceMarks())
        self._playhead = self._canvas.add(Playhead("ink"))
        self._tip = self._canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> RaceRequest:
        return race_request(state)

    @staticmethod
    def compute(request: RaceRequest, monitor: Monitor) -> Iterator[RaceResult]:
        yield from answers(request, monitor)

    @staticmethod
    def table(result: RaceResult) -> Table:
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
        return measured if state.has_minimum else tr("loss above the lowest value in the window")

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._distance(state) and not state.has_minimum:
            return tr("This loss has no minimum"), tr("The distance to a minimum is undefined; choose the loss.")
        return no_racers(state)

    def show(self, result: RaceResult) -> None:
        self._result = result
        self._draw()

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
        for place, values in enumerate(self._values):
            here = float(values[min(step, len(values) - 1)])
            self._lines[place].set_split(step, 0.0)
            self._heads[place].set_position(step, self._clip(here))
            self._heads[place].setVisible(here <= self._top)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def retranslate(self) -> None:
        self._draw()

    # -- drawing

    @staticmethod
    def _distance(state: State) -> bool:
        return state.compare.measure == "distance"

    def _clip(self, value: float) -> float:
        return float(np.clip(value, self._bottom, self._top))

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        distance, linear = self._distance(self._state), self._state.loss_scale == "linear"
        order = result.request.order
        steps = result.request.steps
        loss = result.request.loss
        self._values = [distances(loss, result.path(row)) if distance else result.losses(row) for row in order]
        gone = [result.left(row) for row in order]
        self._bottom, self._top = value_range(self._values, gone, linear)
        words = tr("distance") if distance else tr("loss") + "  *f* − *f*_{min}"
        leaving = any(left >= 0 for left in gone)
        y = Axis(self._bottom, self._top, "linear" if linear else "log", "" if leaving else words, decades=not linear)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        ends: list[tuple[str, float, str]] = []
        departures: list[Departure] = []
        for place, line in enumerate(self._lines):
            ghost = self._ghosts[place]
            ghost.setVisible(place < len(order))
            line.setVisible(place < len(order))
            self._heads[place].setVisible(place < len(order))
            if place >= len(order):
                continue
            racer, values = result.request.racers[order[place]], self._values[place]
            ks = np.arange(len(values))
            outside = np.flatnonzero(~(values <= self._top))
            drawn = np.maximum(values, self._bottom)
            if len(outside):
                cut = int(outside[0])
                drawn = np.where(ks < cut, drawn, np.nan)
                drawn[cut] = self._top
                left = gone[place]
                step = left if left >= 0 else cut
                departures.append(Departure(float(cut), racer.look.color, racer.name, step, left >= 0))
            else:
                ends.append((racer.name, self._clip(float(values[-1])), racer.look.color))
            for one in (ghost, line):
                one.setData(ks, drawn)
                one.set_color(racer.look.color)
                one.set_dash(racer.look.dash)
                one.set_width(CURRENT_WIDTH if order[place] == result.request.chosen else OTHER_WIDTH)
            ghost.set_alpha(_GHOST)
            self._heads[place].set_color(racer.look.color)
            self._heads[place].set_shape(racer.look.shape)
        self._ends.set_labels(ends)
        self._departures.set_departures(departures)
        self._draw_target(steps, not distance)
        self.seek(self._step)

    def _draw_target(self, steps: int, shown: bool) -> None:
        target = self._state.compare.target
        shown = shown and self._bottom < target < self._top
        self._target.setVisible(shown)
        self._target_label.setVisible(shown)
        self._target.setData([0, steps], [target, target])
        self._target_label.set_text(tr("target loss"))
        self._target_label.set_position(steps, target, dx=-4, dy=-3)

    # -- the person

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), self._result.request.steps)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = nearest_step(self._canvas, self._lines, x, y) if result is not None else None
        if result is None or found is None or found[0] >= len(self._values):
            self._leave()
            return
        place, step = found
        name = result.request.racers[result.request.order[place]].name
        value = float(self._values[place][step])
        what = tr("distance") if self._distance(self._state) else tr("loss")
        self._tip.set_text([f"{name}   {tr('step')} {step}", f"{what} {scientific(value)}"])
        self._tip.set_position(float(step), self._clip(value))
        self.said.emit(f"{name}   *k* {step}   {what} {scientific(value)}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def value_range(values: list[Floats], gone: list[int], linear: bool) -> tuple[float, float]:
    """The range of the axis: whole decades around all that stays; what leaves is cut at the top."""
    start = max((float(one[0]) for one in values if np.isfinite(one[0])), default=1.0)
    start = start if start > 0 else 1.0
    stays = [one for one, left in zip(values, gone, strict=True) if left < 0]
    finite = np.concatenate([one[np.isfinite(one)] for one in stays]) if stays else np.array([start])
    leaves = any(left >= 0 for left in gone)
    top = min(max(start, float(finite.max(initial=start))), 1e4 * start)
    if linear:
        return 0.0, 1.08 * (2 * start if leaves else top)
    bottom = max(float(finite[finite > 0].min(initial=start)), 1e-14 * start)
    low, high = np.floor(np.log10(bottom)), np.ceil(np.log10(1.5 * (1e2 * start if leaves else top)))
    return float(10.0**low), float(10.0 ** max(high, low + 1))
