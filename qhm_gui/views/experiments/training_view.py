"""What both views of the training have in common: the run, how it is paused and begun anew, and how it follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import CrosshairLine
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.markup import plain_text
from qhm_gui.state.options.experiments import ANEW, MOST_CHANGES, MOST_TRAINED, NETWORK_FIELDS, Passed
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, scientific
from qhm_gui.text.resource_words import no_digits_words
from qhm_gui.views.columns import Column, described
from qhm_gui.views.experiments.training_run import (
    Floats,
    TrainingRequest,
    TrainingResult,
    training_request,
    training_results,
    verdict,
)
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve
from qhm_gui.views.shared.runs import CURRENT_WIDTH
from qhm_gui.views.view import Table
from qhm_math.networks import agreement, forget_runs, known_record
from qhm_math.progress import Monitor

_POINT = frozenset({"alpha", "beta", "nu", "tie"})


class TrainingView(CanvasView):
    """Abstract: one quantity of the training against the step. A subclass draws it in ``_draw``."""

    columns = described(
        {
            "training_loss": Column("squared loss on the training digits, mean over the digits"),
            "sharpness": Column("sharpness: the largest eigenvalue of the Hessian of the loss"),
            "stable_curvature": Column("largest stable curvature L of the point in force, condition (13)"),
            "correct": Column("share of the training digits that are classified correctly"),
        }
    )
    plays = True

    def __init__(self, style: Style, y: Axis) -> None:
        super().__init__(style)
        self._result: TrainingResult | None = None
        self._told = (False, True)  # whether there is nothing to train on, and whether it goes on, as the card says it
        self._state = State()
        self._canvas = Canvas(style, Axis(0, 1500), y, grid_y=True)
        self._curves = LossCurves(self._canvas, 1)
        self._pointer = self._canvas.add(CrosshairLine(90, "muted", False))
        self._pointer.setVisible(False)
        self._pointing: int | None = None
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> TrainingRequest:
        return training_request(state)

    @staticmethod
    def compute(request: TrainingRequest, monitor: Monitor) -> Iterator[TrainingResult]:
        yield from training_results(request, monitor)

    @staticmethod
    def table(result: TrainingResult) -> Table:
        """Everything that is recorded, with the point in force and its largest stable curvature."""
        if result.record is None:
            return {}
        record, request = result.record, result.request
        part = np.searchsorted(request.ends(), record.steps)
        alpha, beta, nu = request.points()
        return {
            "step": record.steps,
            "training_loss": record.losses,
            "sharpness": record.sharpness,
            "stable_curvature": request.curvatures()[part],
            "correct": record.correct,
            "alpha": alpha[part],
            "beta": beta[part],
            "nu": nu[part],
        }

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._result is None or self._result.record is not None:
            return None
        return no_digits_words()

    def show(self, result: TrainingResult) -> None:
        self._result = result
        self._draw()
        self.noted.emit(plain_text(verdict(result)).replace("\n", " "))
        before, self._told = self._told, (result.record is None, self.going)
        if before != self._told:
            self.turned.emit()

    def mark(self, state: State) -> None:
        self._state = state
        self._draw()

    def retranslate(self) -> None:
        self._draw()

    # -- the run

    def along(self, state: State, changes: Mapping[str, Any]) -> dict[str, Any]:
        """Another point takes over where the training stands; another network begins anew."""
        if changes.keys() & ANEW.keys():
            return {}
        if changes.keys() & NETWORK_FIELDS:
            return dict(ANEW)
        self._catch_up(training_request(state))
        options, reached = state.experiments, self._reached(state)
        fits = options.begun < reached <= MOST_TRAINED and len(options.past) < MOST_CHANGES
        if not (changes.keys() & _POINT and fits):
            return {}
        return {"experiments.past": (*options.past, self._passed(state, reached))}

    @property
    def going(self) -> bool:
        result, state = self._result, self._state
        ended = result is not None and self._ended(result) and result.request == training_request(state)
        return not (state.experiments.stop or ended)

    def play(self) -> None:
        """Pause at the step that is shown; go on; or, where the training has ended, train as many steps again."""
        state = self._state
        options, reached = state.experiments, self._reached(state)
        if options.stop:
            self.edited.emit({"experiments.stop": 0})
        elif self.going:
            self.edited.emit({"experiments.stop": max(reached, options.begun)} if reached else {})
        elif options.begun < reached <= MOST_TRAINED and len(options.past) < MOST_CHANGES:
            self.edited.emit({"experiments.past": (*options.past, self._passed(state, reached))})

    def rewind(self) -> None:
        """Train from the first weights, at the current point, before the eyes: what is known of it is forgotten."""
        forget_runs()
        self.edited.emit(dict(ANEW))
        self.renewed.emit()

    def _catch_up(self, request: TrainingRequest) -> None:
        """Take what the background has seen so far: its own answer would be stale, since the point is changing."""
        record = known_record(request.network, request.stretches)
        if record is not None:
            self._result = TrainingResult(request, record)

    def _reached(self, state: State) -> int:
        """The step at which the training of the state stands, as far as it is shown."""
        result, request = self._result, training_request(state)
        if result is None or result.request.network != request.network:
            return 0
        return min(result.reached, agreement(result.request.stretches, request.stretches))

    @staticmethod
    def _passed(state: State, until: int) -> Passed:
        point = state.point
        return Passed(until, float(point.alpha), float(point.beta), float(point.nu))

    @staticmethod
    def _ended(result: TrainingResult) -> bool:
        return result.record is None or result.record.finished

    # -- drawing

    def _draw(self) -> None:
        """Put result and state into the items."""
        raise NotImplementedError

    def _curve(self, values: Floats) -> StepCurve:
        """The run, in the colour of its method, with its name where it ends."""
        assert self._result is not None and self._result.record is not None
        record, look = self._result.record, METHOD_LOOKS[self._result.request.method]
        return StepCurve(
            look.name, self._result.request.method, values, record.diverged, CURRENT_WIDTH, named=record.finished
        )

    def _x_axis(self) -> Axis:
        total = max(self._state.experiments.planned, self._result.request.total if self._result else 0)
        return Axis(0, total, title=tr("step") + " *k*")

    # -- the mouse

    def point(self, step: int | None) -> None:
        self._pointer.setVisible(step is not None)
        if step is not None:
            self._pointer.set_position(float(step), 0.0)

    def _leave(self) -> None:
        super()._leave()
        self._point_at(None)

    def _point_at(self, step: int | None) -> None:
        if step != self._pointing:  # a canvas that is taken down is left once more
            self._pointing = step
            self.point(step)
            self.pointed.emit(step)

    def _hover(self, x: float, y: float) -> None:
        record = self._result.record if self._result is not None else None
        found = self._curves.nearest(x, y)
        if record is None or found is None:
            self._leave()
            return
        row = found[1]
        step = int(record.steps[row])
        sharpness, loss, correct = (float(each[row]) for each in (record.sharpness, record.losses, record.correct))
        texts = [f"{tr('step')} {grouped(step)}   {tr('loss')} {scientific(loss)}"]
        if step != record.diverged:
            texts.append(f"{tr('sharpness')} {scientific(sharpness)}   {tr('correct')} {100 * correct:.3g}\u2009%")
        self._tip.set_text(texts)
        self._tip.set_position(float(step), self._canvas.y_axis.clip(found[2]))
        self.said.emit("   ".join(texts))
        self._point_at(step)
