"""Start larger and cut α when progress stops, in exact expectation: against constant α, and a greedy schedule."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import alpha_text, grouped, plain, scientific, share_text
from qhm_gui.views.choose.problem import problem_of, steps_of
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve, value_range
from qhm_gui.views.shared.theory_words import above_words
from qhm_gui.views.view import Table
from qhm_math import QHM, max_stable_alpha
from qhm_math.choose import CutRule, Problem, Schedule, Valley, cut_schedule, greedy_schedule, valley
from qhm_math.progress import Cancelled, Monitor

#: Steps that are followed at most.
_MOST = 20_000


@dataclass(frozen=True)
class ScheduleRequest:
    """The problem, the heavy ball's β, the largest stable α's share to start with, steps, and the rule of the cuts."""

    problem: Problem
    beta: float
    share: float
    steps: int
    rule: CutRule

    @property
    def first(self) -> float:
        """The learning rate to start with: in the valley, where there is one, by its share on a log scale."""
        low, high = self.ends
        return low * (high / low) ** self.share

    @property
    def ends(self) -> tuple[float, float]:
        """The valley's ends; without one from the best SHB's α on to a fifth of the bound."""
        found = self.valley
        if found is not None:
            return found.low, found.high
        bound = float(max_stable_alpha(self.beta, 1.0, self.problem.L))
        return bound / 20, bound / 2

    @property
    def valley(self) -> Valley | None:
        """The interval of α of one rate; None where β is too small for one."""
        return valley(self.beta, self.problem.mu, self.problem.L)


@dataclass(frozen=True, eq=False)
class ScheduleResult:
    """Expected losses (steps + 1,) with α cut, with constant α at the lower end and at the first, and greedy."""

    request: ScheduleRequest
    cut: Schedule
    low: NDArray[np.float64]
    first: NDArray[np.float64]
    greedy: Schedule


class StartLargerView(CanvasView):
    """Four curves over the steps."""

    key = "start_larger"
    needs_minimum = True
    title = "Start larger, cut when progress stops"
    columns = described(
        {
            "alpha": Column("learning rate α of the step that follows, where it is cut", "x²/f"),
            "cut_loss": Column("expected loss above the minimum, α cut when progress stops", "f"),
            "low_loss": Column("expected loss above the minimum, constant α at the valley's lower end", "f"),
            "first_loss": Column("expected loss above the minimum, constant α as at the first step", "f"),
            "greedy_loss": Column("expected loss above the minimum, best α for each next step", "f"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ScheduleResult | None = None
        self._canvas = Canvas(style, Axis(0, 1000), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._curves = LossCurves(self._canvas, 4)
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> ScheduleRequest:
        rule = CutRule(state.choose.factor, state.choose.patience)
        steps = min(steps_of(state), _MOST)
        return ScheduleRequest(problem_of(state).refined, state.kept_beta, state.choose.first, steps, rule)

    @staticmethod
    def compute(request: ScheduleRequest, monitor: Monitor) -> Iterator[ScheduleResult]:
        r = request
        first, low = QHM(r.first, r.beta, 1.0), QHM(r.ends[0], r.beta, 1.0)
        with suppress(Cancelled):
            cut = cut_schedule(r.problem, first, r.steps, r.rule, monitor)
            constant = [np.asarray(r.problem.expected_loss(point, r.steps)) for point in (low, first)]
            greedy = greedy_schedule(r.problem, low, r.steps, monitor)
            yield ScheduleResult(r, cut, constant[0], constant[1], greedy)

    @staticmethod
    def table(result: ScheduleResult) -> Table:
        """Every step; the last has no α."""
        return {
            "step": np.arange(len(result.low)),
            "alpha": np.append(result.cut.alphas, np.nan),
            "cut_loss": result.cut.losses,
            "low_loss": result.low,
            "first_loss": result.first,
            "greedy_loss": result.greedy.losses,
        }

    def subtitle(self, state: State) -> str:
        request = self.request(state)
        beta = share_text(request.beta, 3)
        if request.valley is None:
            words = tr("expected loss, SHB at *β* = {beta}; no valley: *β* is too small", beta=beta)
        else:
            low, high = (alpha_text(end) for end in request.ends)
            words = tr(
                "expected loss, SHB at *β* = {beta}: one rate for *α* from {low} to {high}",
                beta=beta,
                low=low,
                high=high,
            )
        return listed(words, above_words(state.local))

    def show(self, result: ScheduleResult) -> None:
        self._result = result
        r = result.request
        low, first = alpha_text(r.ends[0]), alpha_text(r.first)
        curves = [
            StepCurve(f"*α* = {low}", "sgd", result.low),
            StepCurve(f"*α* = {first}", "shb", result.first),
            StepCurve(tr("greedy"), "ink", result.greedy.losses, dash="approx"),
            StepCurve(tr("cut"), "qhm", result.cut.losses, width=2.4),
        ]
        low_end, high_end = value_range([curve.values for curve in curves], [-1] * len(curves))
        self._canvas.set_axes(
            Axis(0, max(r.steps, 1), title=tr("step") + " *k*"),
            Axis(low_end, high_end, "log", title=tr("loss"), decades=True),
        )
        self._curves.show(curves)
        cuts = len(result.cut.cuts)
        words = tr(
            "Cut {count} times, to {alpha}; after {steps} steps {loss}.",
            count=cuts,
            alpha=f"α = {alpha_text(float(result.cut.alphas[-1]))}",
            steps=grouped(r.steps),
            loss=scientific(float(result.cut.losses[-1])),
        )
        self.noted.emit(words if cuts else "")

    def mark(self, state: State) -> None:
        """Nothing moves without an answer."""

    def _hover(self, x: float, y: float) -> None:
        found = self._curves.nearest(x, y)
        if found is None:
            self._leave()
            return
        row, step, value = found
        name = self._curves.curves[row].name
        texts = [name, f"{tr('step')} {grouped(step)}   {tr('loss')} {plain(value)}"]
        self._tip.set_text(texts)
        self._tip.set_position(float(step), value)
        self.said.emit("   ".join(texts))
