"""How good a number of steps can get: the least expected loss of any (α, β, ν), and that of the current point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import grouped, power_of_ten
from qhm_gui.text.parameter_words import values_of
from qhm_gui.views.choose.problem import (
    best,
    loss_words,
    point_words,
    problem_of,
    rough_best,
    steps_of,
    taken,
)
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.loss_curves import value_range
from qhm_gui.views.shared.offers import offer_words, offered_optimum
from qhm_gui.views.shared.theory_words import above_words
from qhm_gui.views.view import Table
from qhm_math import QHM
from qhm_math.choose import Outcome, Problem, held_loss
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

_FEWEST, _USUAL = 10, 100_000
#: Budgets of the current point's curve, and of the best one's, a decade.
_DENSE, _SPARSE = 12, 2


@dataclass(frozen=True)
class BudgetRequest:
    """The problem, the current point, and the number of steps that is asked about."""

    problem: Problem
    point: QHM
    method: str
    steps: int

    @property
    def most(self) -> int:
        """The most steps on the axis."""
        return max(_USUAL, 10 ** math.ceil(math.log10(self.steps)))


@dataclass(frozen=True, eq=False)
class BudgetResult:
    """``current`` held losses at ``at``; ``best`` outcomes of ascending budgets, only some of them at first."""

    request: BudgetRequest
    at: NDArray[np.int64]
    current: Floats
    best: tuple[Outcome, ...]

    @property
    def chosen(self) -> Outcome:
        """The best for the number of steps that is asked about."""
        return next(outcome for outcome in self.best if outcome.steps == self.request.steps)


def budgets(fewest: int, most: int, per_decade: int, also: int) -> list[int]:
    """Round numbers of steps, evenly spread over the logarithm, and one more."""
    count = round(per_decade * math.log10(most / fewest)) + 1
    return sorted({*(round(n) for n in np.geomspace(fewest, most, count)), also})


class BestForStepsView(CanvasView):
    """Two curves over the number of steps. The handle on the current one sets N; the star is the best for it."""

    key = "best_for_steps"
    needs_minimum = True
    waits = True
    title = "Best for *N* steps"
    columns = described(
        {
            "steps": Column("number of steps N that the point is best for"),
            "best_loss": Column("expected loss above the minimum, mean of the last tenth of N steps, at best", "f"),
            "current_loss": Column("the same of the current point", "f"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: BudgetResult | None = None
        self._state = State()
        canvas = self._canvas = Canvas(
            style, Axis(_FEWEST, _USUAL, "log", decades=True), Axis(1e-6, 10, "log", decades=True), grid_y=True
        )
        self._best = canvas.add(PlotCurve("ink", 2.2, dash="theory"))
        self._current = canvas.add(PlotCurve("qhm", 2.0, dash="theory"))
        self._drop = canvas.add(PlotCurve("ink", 1.2, dash=(3.0, 3.0)))
        self._names = canvas.add(CurveLabels())
        self._star = offered_optimum(self, canvas, lambda _x, _y: self._take())
        self._handle = canvas.add(Handle("qhm"))
        self._tip = canvas.add(Tooltip())
        self._handle.began.connect(self.began)
        self._handle.ended.connect(self.ended)
        self._handle.moved_to.connect(self._drag)
        self._handle.double_clicked.connect(lambda: self.typing.emit(self._budget_field))
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)
        canvas.context_requested.connect(self.menu_requested)
        self._handle.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> BudgetRequest:
        return BudgetRequest(problem_of(state), state.point, state.active, steps_of(state))

    @staticmethod
    def compute(request: BudgetRequest, monitor: Monitor) -> Iterator[BudgetResult]:
        problem, steps = request.problem, request.steps
        fewest = min(_FEWEST, steps)
        at = np.array(budgets(fewest, request.most, _DENSE, steps))
        current = np.array([float(held_loss(problem.refined, request.point, int(n)).total) for n in at])
        found: dict[int, Outcome] = {}
        for search in (rough_best, best):
            outcome = search(problem, steps, monitor)
            if outcome is None:
                return
            found[steps] = outcome
            yield BudgetResult(request, at, current, (outcome,))
        wanted = [n for n in budgets(fewest, request.most, _SPARSE, steps) if n != steps]
        for done, n in enumerate(wanted, 1):
            outcome = best(problem, n, monitor)
            if outcome is None:
                return
            found[n] = outcome
            monitor.report(done / len(wanted))
        yield BudgetResult(request, at, current, tuple(found[n] for n in sorted(found)))

    @staticmethod
    def table(result: BudgetResult) -> Table:
        """The best point of each budget, and what it gets to."""
        rows = result.best
        fields = {
            name: np.array([getattr(row.qhm, name) for row in rows], dtype=float) for name in ("alpha", "beta", "nu")
        }
        point = result.request.point
        current = np.array([float(held_loss(result.request.problem.refined, point, row.steps).total) for row in rows])
        columns = {
            "steps": np.array([row.steps for row in rows]),
            "best_loss": np.array([row.held_loss for row in rows]),
        }
        return {**columns, "current_loss": current, **fields}

    def subtitle(self, state: State) -> str:
        words = tr("expected loss, mean of the last tenth of the steps")
        return listed(words, above_words(state.local))

    def show(self, result: BudgetResult) -> None:
        self._result = result
        request = result.request
        steps = np.array([row.steps for row in result.best], dtype=float)
        losses = np.array([row.held_loss for row in result.best])
        gone = not request.problem.rate(request.point) < 1
        low, high = value_range(
            [np.concatenate(([request.problem.start_loss], result.current)), losses], [1 if gone else -1, -1]
        )
        self._canvas.set_axes(
            Axis(min(_FEWEST, request.steps), request.most, "log", title=tr("steps") + " *N*", decades=True),
            Axis(low, high, "log", title=tr("loss"), decades=True),
        )
        self._best.setData(steps, np.where(losses > 0, losses, np.nan))
        with np.errstate(invalid="ignore"):
            drawn = np.where((result.current > 0) & (result.current < 1e3 * high), result.current, np.nan)
        self._current.set_color(request.method)
        self._current.setData(result.at.astype(float), drawn)
        chosen = result.chosen
        self._star.setVisible(low <= chosen.held_loss <= high)
        self._star.set_position(request.steps, chosen.held_loss)
        self._star.set_tip(offer_words(values_of(chosen.qhm)))
        self._star.label.set_text(
            f"{tr('best for {steps} steps', steps=_steps_text(request.steps))}\n{point_words(chosen.qhm)}"
        )
        self._star.label.set_position(request.steps, chosen.held_loss, dx=16, dy=14)
        names = [
            CurveLabel(tr("current point"), request.method, self._current.x, self._current.y, near=0.2, weight=600)
        ]
        if len(steps) > 1:
            names.append(
                CurveLabel(tr("best (*α*, *β*, *ν*)"), "text", self._best.x, self._best.y, near=0.2, weight=600)
            )
        self._names.set_labels(names)
        self.noted.emit(tr("The current point diverges.") if gone else "")
        self.mark(self._state)

    def mark(self, state: State) -> None:
        self._state = state
        result = self._result
        if result is None:
            return
        steps, axis = steps_of(state), self._canvas.y_axis
        x = self._canvas.x_axis.clip(steps)
        drawn = np.isfinite(self._current.y)
        level = (
            float(np.exp(np.interp(math.log(x), np.log(self._current.x[drawn]), np.log(self._current.y[drawn]))))
            if drawn.any()
            else axis.high
        )
        inside = axis.clip(level)
        self._handle.set_color(state.active)
        self._handle.set_position(x, inside)
        self._handle.set_chip(f"*N* {_steps_text(steps)}  {tr('loss')} {loss_words(level)}" if drawn.any() else "")
        self._drop.setData([x, x], [axis.low, inside])

    # -- the mouse

    @property
    def _budget_field(self) -> str:
        options = self._state.choose
        return "choose.samples" if options.counts_samples(options.batch_of(self._state)) else "choose.budget"

    def _take(self) -> None:
        if self._result is not None:
            self.edited.emit(taken(self._result.chosen.qhm))

    def _drag(self, x: float, _y: float) -> None:
        steps = int(min(max(round(x), 1), 1_000_000))
        options = self._state.choose
        self.edited.emit(options.of_steps(steps, options.batch_of(self._state)))
        self.mark(self._state)

    def _hover(self, x: float, y: float) -> None:
        found = nearest_step(self._canvas, [self._best, self._current], x, y) if self._result is not None else None
        if found is None or self._result is None:
            self._leave()
            return
        row, at = found
        line = (self._best, self._current)[row]
        texts = [f"*N* = {_steps_text(int(line.x[at]))}   {tr('loss')} {loss_words(float(line.y[at]))}"]
        if row == 0:
            texts.append(point_words(self._result.best[at].qhm))
        self._tip.set_text(texts)
        self._tip.set_position(float(line.x[at]), float(line.y[at]))
        self.said.emit("   ".join(texts))


def _steps_text(steps: int) -> str:
    exponent = round(math.log10(steps)) if steps > 0 else 0
    return power_of_ten(exponent) if exponent > 4 and 10**exponent == steps else grouped(steps)
