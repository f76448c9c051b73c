"""The recommended points beside the current one: what each gains and costs, and a click that takes it over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QGuiApplication

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape, Style
from qhm_gui.state.state import State
from qhm_gui.text.choose_words import call_words, change_lines, interval_lines, left_out_lines, wrong_words
from qhm_gui.text.language import in_a_row, labelled, listed, tr
from qhm_gui.text.numbers import plain, rate_text
from qhm_gui.text.parameter_words import value_text, values_of
from qhm_gui.views.choose.advice_text import AdviceText, Paragraph
from qhm_gui.views.choose.problem import (
    against_words,
    best,
    budget_words,
    loss_words,
    point_words,
    problem_of,
    rough_best,
    safest,
    steps_of,
    taken,
)
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.method_table import HEAD, TableRow
from qhm_gui.views.shared.offers import offer_words
from qhm_gui.views.shared.table_view import TableView
from qhm_gui.views.view import Table
from qhm_gui.widgets.painted import LIMITLESS
from qhm_gui.widgets.scroll_area import ScrollArea
from qhm_math import QHM
from qhm_math.choose import Interval, Outcome, Problem, Robust, calls, compare, left_out, named_points, outcome
from qhm_math.progress import Monitor

#: The height of a row above the reasons, at type scale 1, and Qt's greatest.
_PITCH = 27.0
#: (key, words, shape, colour) of the rows after the current point.
_ROWS: tuple[tuple[str, str, Shape, str], ...] = (
    ("steps", "best for *N*", "star", "ink"),
    ("worst_case", "worst case", "hexagon", "ink"),
    ("rate", "fastest", "triangle", "text2"),
)


@dataclass(frozen=True)
class AdviceRequest:
    """The problem, the current point and its look, the number of steps, how wrong L and the noise may be."""

    problem: Problem
    point: QHM
    method: str
    steps: int
    errors: tuple[float, float]


@dataclass(frozen=True, eq=False)
class AdviceResult:
    """The outcome of the current point, and of the recommended ones by the key of their row; not all at first.

    ``worst``: the best in the worst case; ``intervals``: what the figures of each may be, and its worst regret.
    """

    request: AdviceRequest
    current: Outcome
    found: dict[str, Outcome]
    worst: Robust | None = None
    intervals: dict[str, tuple[Interval, float]] = field(default_factory=dict)


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
        self._advice = AdviceText(style)
        self._scroll = ScrollArea()
        self._scroll.setWidget(self._advice)
        self._advice.setAutoFillBackground(False)
        self._column.addWidget(self._scroll, 1)  # first: what is shown without a parent is a window
        self._scroll.setVisible(not style.titles_outside)  # a figure has the table: nothing is scrolled or copied there
        self._advice.copied.connect(self._copy)
        self._table.setMouseTracking(True)
        self._table.clicked.connect(self._click)
        self._table.entered.connect(self._enter)

    @staticmethod
    def request(state: State) -> AdviceRequest:
        return AdviceRequest(problem_of(state), state.point, state.active, steps_of(state), state.choose.errors)

    @staticmethod
    def compute(request: AdviceRequest, monitor: Monitor) -> Iterator[AdviceResult]:
        problem, steps = request.problem, request.steps
        chosen = rough_best(problem, steps, monitor)
        if chosen is None:
            return
        fastest = next(named.qhm for named in named_points(problem, steps) if named.key == "shb")
        fast, current = outcome(problem, fastest, steps), outcome(problem, request.point, steps)
        yield AdviceResult(request, current, {"steps": chosen, "rate": fast})
        chosen = best(problem, steps, monitor)
        if chosen is None:
            return
        found = {"steps": chosen, "rate": fast}
        yield AdviceResult(request, current, found)
        sure = safest(problem, steps, request.errors, monitor)
        if sure is None or monitor.cancelled():
            return
        found["worst_case"] = sure.robust.outcome
        yield AdviceResult(request, current, found, sure.robust)
        intervals: dict[str, tuple[Interval, float]] = {}
        for key, one in found.items():
            if monitor.cancelled():
                return
            regret = np.inf if sure.box.diverges(one.qhm) else float(sure.box.regret(one.qhm))
            intervals[key] = sure.box.interval(one.qhm), regret
        yield AdviceResult(request, current, found, sure.robust, intervals)

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
        return tr("for {budget}", budget=budget_words(state))

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
        self._fit_table()
        self._advice.set_paragraphs(paragraphs(result))
        self.noted.emit(worst_words(result))

    def mark(self, state: State) -> None:
        """Nothing moves without an answer."""

    def restyle(self, style: Style) -> None:
        super().restyle(style)
        self._advice.set_style(style)
        self._scroll.setVisible(not style.titles_outside)
        self._fit_table()

    def _fit_table(self) -> None:
        """Room for its rows, and for the reasons below."""
        rows = len(self._table.rows)
        limit = LIMITLESS if self._scroll.isHidden() else round((HEAD + _PITCH * rows) * self.style.type_scale) + 2
        self._table.setMaximumHeight(limit)

    def _copy(self, code: str) -> None:
        QGuiApplication.clipboard().setText(code)
        self.said.emit(tr("Copied."))

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
        self.said.emit(offer_words(values_of(self._taken(index))) if offered else "")


def paragraphs(result: AdviceResult) -> list[Paragraph]:
    """Of each recommended point its gains and costs, its interval and its calls; in the end, what is left out."""
    found: list[Paragraph] = []
    problem, errors = result.request.problem, result.request.errors
    for key, words, *_ in _ROWS:
        if key not in result.found:
            continue
        one = result.found[key]
        found.append(Paragraph("head", labelled(tr(words), point_words(one.qhm))))
        lines = [in_a_row(tr("Against the current point:"), *change_lines(compare(one, result.current)))]
        if key in result.intervals and max(errors) > 1:
            of_box = listed(*interval_lines(*result.intervals[key]))
            lines.append(tr("{assumption} {consequences}.", assumption=wrong_words(errors), consequences=of_box))
        found += [Paragraph("line", line) for line in lines]
        for call in calls(one.qhm):
            found += [Paragraph("line", call_words(call)), Paragraph("code", call.code)]
    found.append(Paragraph("head", tr("Left out of the model")))
    return found + [Paragraph("line", line) for line in left_out_lines(left_out(problem))]


def worst_words(result: AdviceResult) -> str:
    """What the worst case costs the points that are recommended."""
    worst, errors = result.worst, result.request.errors
    if worst is None or max(errors) <= 1:
        return ""
    error = plain(max(errors))
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
        *(value_text(name, value) for name, value in values_of(qhm).items()),
        rate_text(row.rate) if stable else tr("diverges"),
        loss_words(row.held_loss),
    ]
