"""Standings: how each method has fared at the end of its run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_gui.views.compare.compared_methods import (
    ComparisonRequest,
    ComparisonResult,
    answers,
    comparison_request,
    no_racers,
)
from qhm_gui.views.compare.method_table import MethodTable, TableRow
from qhm_gui.views.view import Table, View
from qhm_math.compare import Outcome, outcomes
from qhm_math.losses import FiniteSum, Loss
from qhm_math.methods import Method
from qhm_math.progress import Monitor

#: Left, top, right, bottom, at type scale 1.
_MARGINS = (14, 2, 14, 10)


class ResultsTableView(View):
    """A row a method: best loss, steps to the target, last loss, distance; whether it diverged."""

    key = "standings"
    title = "Final results"
    room = (400, 110)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ComparisonResult | None = None
        self._target = State().compare.target
        self._table = MethodTable(style)
        self._widget = QWidget()
        layout = QVBoxLayout(self._widget)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._table)
        self._set_margins()
        self.offer_menu(self._table)

    def _set_margins(self) -> None:
        self._widget.setContentsMargins(*(round(side * self.style.type_scale) for side in _MARGINS))

    @property
    def widget(self) -> QWidget:
        return self._widget

    def crowded(self) -> bool:
        return self._table.crowded

    @staticmethod
    def request(state: State) -> ComparisonRequest:
        return comparison_request(state)

    @staticmethod
    def compute(request: ComparisonRequest, monitor: Monitor) -> Iterator[ComparisonResult]:
        for result in answers(request, monitor):
            if result.run is None or result.run.completed == request.steps:
                yield result

    @staticmethod
    def table(result: ComparisonResult) -> Table:
        """What is shown, without the steps to a target, which the state chooses."""
        rows = outcomes(result.run, 1.0) if result.run is not None else ()
        return {
            "method": np.array([racer.name for racer in result.request.racers]),
            "best_loss": np.array([row.best_loss for row in rows]),
            "best_step": np.array([row.best_step for row in rows]),
            "final_loss": np.array([row.final_loss for row in rows]),
            "distance": np.array([row.distance for row in rows]),
            "diverged_at": np.array([row.diverged_at for row in rows]),
            "evaluations": np.array([row.evaluations for row in rows]),
        }

    def subtitle(self, state: State) -> str:
        evaluations = state.steps * (state.loss.batch if isinstance(state.loss, FiniteSum) else 1)
        words = "budget: {steps} steps, {gradients} gradient evaluations for each method"
        if any(not entry.hidden and costs_differ(entry.method, state.loss) for entry in state.compare.entries):
            words = "budget: {steps} steps for each method, gradient evaluations below"
        return tr(words, steps=grouped(state.steps), gradients=grouped(evaluations))

    def empty(self, state: State) -> tuple[str, str] | None:
        return no_racers(state)

    def show(self, result: ComparisonResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        if state.compare.target != self._target:
            self._target = state.compare.target
            self._draw()

    def restyle(self, style: Style) -> None:
        self.style = style
        self._table.set_look(style)
        self._set_margins()

    def retranslate(self) -> None:
        self._draw()

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        if result.run is None:
            self._table.set_rows((), ())
            return
        rows = outcomes(result.run, self._target)
        counted = any(row.evaluations >= 0 for row in rows)
        heads = [tr("method"), tr("best loss"), tr("at step"), tr("steps to {loss}", loss=plain(self._target))]
        heads += [tr("last loss"), tr("distance")]
        heads += [tr("gradients")] if counted else []
        self._table.set_rows(
            heads,
            [
                TableRow(
                    (racer.name, *cells(row, counted)),
                    racer.look.color,
                    racer.look.shape,
                    racer.look.dash,
                    index == result.request.chosen,
                )
                for index, (racer, row) in enumerate(zip(result.request.racers, rows, strict=True))
            ],
        )


def cells(row: Outcome, counted: bool) -> list[str]:
    """The texts of a row after its name."""
    none = "–"
    reached = str(row.steps_to_target) if row.steps_to_target >= 0 else none
    last = tr("diverges at {step}", step=row.diverged_at) if row.diverged else number(row.final_loss)
    found = [number(row.best_loss), str(row.best_step), reached, last, number(row.distance)]
    return [*found, grouped(row.evaluations)] if counted else found


def costs_differ(method: Method, loss: Loss) -> bool:
    """Whether a step of the method asks for another number of gradients than the batch size."""
    return isinstance(loss, FiniteSum) and method.oracle != "sampled"


def number(value: float) -> str:
    """Three figures, or a dash where there is none."""
    return scientific(value) if np.isfinite(value) else "–"
