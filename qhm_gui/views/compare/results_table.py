"""Standings: how each method has fared at the end of its run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from qhm_gui.appearance.theme import Style
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.compare.compared_methods import (
    ComparisonRequest,
    ComparisonResult,
    answers,
    comparison_request,
    no_racers,
)
from qhm_gui.views.shared.method_table import TableRow
from qhm_gui.views.shared.table_view import TableView
from qhm_gui.views.view import Table
from qhm_math.compare import Outcome, outcomes
from qhm_math.losses import FiniteSum, Loss
from qhm_math.methods import Method
from qhm_math.progress import Monitor


class ResultsTableView(TableView):
    """A row a method: best loss, steps to the target, last loss, distance; whether it diverged."""

    key = "standings"
    title = "Final results"
    columns = described(
        {
            "method": Column("method", ""),
            "best_loss": Column("lowest loss of the run above the lowest minimum", "f"),
            "best_step": Column("step of the lowest loss"),
            "final_loss": Column("loss at the last step above the lowest minimum", "f"),
            "distance": Column("distance of the last step to the nearest minimum", "x"),
            "diverged_at": Column("step at which the method diverges; −1 if it does not"),
            "evaluations": Column("gradients computed"),
        }
    )
    waits = True  # it tells of the ends of all runs, and nothing of their beginnings

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ComparisonResult | None = None
        self._target = State().compare.target

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
    reached = grouped(row.steps_to_target) if row.steps_to_target >= 0 else none
    last = tr("diverges at {step}", step=row.diverged_at) if row.diverged else number(row.final_loss)
    found = [number(row.best_loss), grouped(row.best_step), reached, last, number(row.distance)]
    return [*found, grouped(row.evaluations)] if counted else found


def costs_differ(method: Method, loss: Loss) -> bool:
    """Whether a step of the method asks for another number of gradients than the batch size."""
    return isinstance(loss, FiniteSum) and method.oracle != "sampled"


def number(value: float) -> str:
    """Three figures, or a dash where there is none."""
    return scientific(value) if np.isfinite(value) else "–"
