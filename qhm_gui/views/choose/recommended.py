"""The recommended points beside the current one: what each gains and costs, and a click that takes it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QModelIndex, Qt

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape, Style
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, grouped, plain, rate_text, share_text
from qhm_gui.views.choose.problem import against_words, best, fields_of, loss_words, problem_of, safest, taken
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.method_table import TableRow
from qhm_gui.views.shared.offers import offer_words
from qhm_gui.views.shared.table_view import TableView
from qhm_gui.views.view import Table
from qhm_math import QHM
from qhm_math.choose import Outcome, Problem, Robust, named_points, outcome
from qhm_math.progress import Monitor

#: (key, words, shape, colour) of the rows after the current point.
_ROWS: tuple[tuple[str, str, Shape, str], ...] = (
    ("steps", "best for *N*", "star", "ink"),
    ("worst_case", "worst case", "hexagon", "ink"),
    ("rate", "fastest", "triangle", "text2"),
)


@dataclass(frozen=True)
class AdviceRequest:
    """The problem, the current point and the name of its look, the number of steps, how wrong the problem may be."""

    problem: Problem
    point: QHM
    method: str
    steps: int
    error: float


@dataclass(frozen=True, eq=False)
class AdviceResult:
    """The outcome of the current point, and of the recommended ones by the key of their row; not all at first."""

    request: AdviceRequest
    current: Outcome
    found: dict[str, Outcome]
    worst: Robust | None = None


class RecommendedView(TableView):
    """A row a point; a click on a row takes its point over."""

    key = "recommended"
    needs_minimum = True
    waits = True
    title = "Recommended"
    columns = described(
        {
            "point": Column("current, or the best for: steps, worst_case or rate", ""),
            "stationary_loss": Column("expected stationary loss above the minimum", "f"),
            "held_loss": Column("expected loss above the minimum, mean of the last tenth of N steps", "f"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: AdviceResult | None = None
        self._keys: list[str] = []
        self._table.setMouseTracking(True)
        self._table.clicked.connect(self._click)
        self._table.entered.connect(self._enter)

    @staticmethod
    def request(state: State) -> AdviceRequest:
        return AdviceRequest(problem_of(state), state.point, state.active, state.choose.budget, state.choose.error)

    @staticmethod
    def compute(request: AdviceRequest, monitor: Monitor) -> Iterator[AdviceResult]:
        problem, steps = request.problem, request.steps
        chosen = best(problem, steps, monitor)
        if chosen is None:
            return
        fastest = next(named.qhm for named in named_points(problem, steps) if named.key == "shb")
        found = {"steps": chosen, "rate": outcome(problem, fastest, steps)}
        current = outcome(problem, request.point, steps)
        yield AdviceResult(request, current, found)
        worst = safest(problem, steps, request.error, monitor)
        if worst is not None:
            yield AdviceResult(request, current, {**found, "worst_case": worst.outcome}, worst)

    @staticmethod
    def table(result: AdviceResult) -> Table:
        """The current point and the recommended ones."""
        keys = [key for key, *_ in _ROWS if key in result.found]
        rows = (result.current, *(result.found[key] for key in keys))
        fields = {
            name: np.array([getattr(row.qhm, name) for row in rows], dtype=float) for name in ("alpha", "beta", "nu")
        }
        numbers = {
            name: np.array([getattr(row, name) for row in rows]) for name in ("rate", "stationary_loss", "held_loss")
        }
        return {"point": np.array(["current", *keys]), **fields, **numbers}

    def subtitle(self, state: State) -> str:
        return tr("for *N* = {steps} steps", steps=grouped(state.choose.budget))

    def show(self, result: AdviceResult) -> None:
        self._result = result
        heads = [
            "",
            "*α*",
            "*β*",
            "*ν*",
            "*R*",
            tr("loss at *N*"),
            tr("vs current"),
        ]
        look = METHOD_LOOKS[result.request.method]
        rows = [TableRow((tr("current"), *_cells(result.current), ""), result.request.method, look.shape, None)]
        for key, words, shape, color in _ROWS:
            if key not in result.found:
                continue
            row = result.found[key]
            gain = against_words(row.held_loss, result.current.held_loss)
            rows.append(TableRow((tr(words), *_cells(row), gain or "–"), color, shape, None, key == "steps"))
        self._table.set_rows(heads, rows)
        self._keys = [key for key, *_ in _ROWS if key in result.found]
        self.noted.emit(worst_words(result))

    def mark(self, state: State) -> None:
        """Nothing moves without an answer."""

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    # -- the mouse

    def _click(self, index: QModelIndex) -> None:
        if self._result is not None and index.row() > 0:
            self.edited.emit(taken(self._taken(index)))

    def _taken(self, index: QModelIndex) -> QHM:
        """The point of a row after the first."""
        assert self._result is not None
        return self._result.found[self._keys[index.row() - 1]].qhm

    def _enter(self, index: QModelIndex) -> None:
        offered = index.row() > 0 and self._result is not None
        shape = Qt.CursorShape.PointingHandCursor if offered else Qt.CursorShape.ArrowCursor
        self._table.viewport().setCursor(shape)
        self.said.emit(offer_words(fields_of(self._taken(index))) if offered else "")


def worst_words(result: AdviceResult) -> str:
    """What the worst case costs the points that are recommended."""
    worst, error = result.worst, plain(result.request.error)
    if worst is None or result.request.error <= 1:
        return ""
    if not np.isfinite(worst.nominal_regret):
        return tr(
            "With L and noise wrong by up to {error} × the best for N may diverge; for the best in the worst case the "
            "loss is at most {share} × the best possible.",
            error=error,
            share=plain(worst.regret),
        )
    return tr(
        "With L and noise wrong by up to {error} × the loss is at most {share} × the best possible; for the best for N "
        "at most {nominal} ×.",
        error=error,
        share=plain(worst.regret),
        nominal=plain(worst.nominal_regret),
    )


def _cells(row: Outcome) -> list[str]:
    """The numbers of a row."""
    qhm = row.qhm
    stable = row.rate < 1
    return [
        alpha_text(float(qhm.alpha)),
        share_text(float(qhm.beta), 3),
        share_text(float(qhm.nu), 3),
        rate_text(row.rate) if stable else tr("diverges"),
        loss_words(row.held_loss),
    ]
