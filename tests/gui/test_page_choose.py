"""The page "How to choose?" as its user meets it."""

from __future__ import annotations

import math
from itertools import islice
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from qhm_gui.canvas.drawn import DrawnCurve
from qhm_gui.export.figure import SLIDE
from qhm_gui.state.page_presets import holds, presets_of
from qhm_gui.state.state import State, changed
from qhm_gui.views.choose import problem, steps_to_target, trade_off
from qhm_gui.views.choose.best_for_steps import BestForStepsView
from qhm_gui.views.choose.problem import problem_of
from qhm_gui.views.choose.recommended import RecommendedView
from qhm_gui.views.choose.start_larger import StartLargerView
from qhm_gui.views.choose.steps_to_target import MOST_STEPS, StepsToTargetView
from qhm_gui.views.choose.trade_off import TradeOffView
from qhm_gui.views.choose.wrong_alpha import WrongAlphaView
from qhm_gui.views.view import View
from qhm_math import QHM, ParameterError, Quadratic, max_stable_alpha, steps_per_decade
from qhm_math.choose import Named, Outcome, Problem, best_for_steps, calls, named_points
from qhm_math.eigenvalues import OfLoss
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import IsotropicNoise, NoNoise
from qhm_math.progress import SILENT
from tests.covering import covered
from tests.gui.conftest import Shown
from tests.impatient import Impatient

#: A budget that is quickly searched.
SHORT = changed(State(), {"page": "choose", "choose.budget": 100})
POWER_LAW = changed(SHORT, {"choose.spectrum.key": "power"})


def answer(kind: type[View], state: State) -> Any:
    """The last answer of a view's computation, without a window."""
    return list(kind.compute(kind.request(state), SILENT))[-1]


def edits(view: View) -> list[dict[str, Any]]:
    """What the view asks to change from now on."""
    found: list[dict[str, Any]] = []
    view.edited.connect(found.append)
    return found


def random_points(state: State, count: int) -> QHM:
    """Stable points from all over (α, β, ν)."""
    rng = np.random.default_rng(5)
    beta, nu = 1 - 10.0 ** -rng.uniform(0, 3, count), rng.uniform(0, 1, count)
    bound = np.asarray(max_stable_alpha(beta, nu, state.curvatures[1]))
    return QHM(bound * 10.0 ** -rng.uniform(0.001, 3, count), beta, nu)


@pytest.mark.slow
def test_no_point_lies_below_the_front_that_is_drawn(shown: Shown) -> None:
    view = shown(TradeOffView, SHORT)
    (front,) = [part for part in view.drawn() if isinstance(part, DrawnCurve) and len(part.x) > 50]
    points = random_points(SHORT, 3000)
    steps = np.asarray(steps_per_decade(SHORT.local.rate(points)))
    losses = np.asarray(SHORT.local.stationary_loss(points))
    inside = (steps >= front.x.min()) & (steps <= front.x.max())
    # Between two points of the front it is drawn straight on log axes, a little above the true one.
    level = np.exp(np.interp(np.log(steps[inside]), np.log(front.x), np.log(front.y)))
    assert inside.sum() > 1000
    assert (losses[inside] >= 0.99 * level).all()


def test_the_named_methods_stand_at_their_best_rates(shown: Shown) -> None:
    view = shown(TradeOffView, SHORT)
    mu, largest = SHORT.curvatures
    root = np.sqrt(largest / mu)
    rates = {"SGD": (largest - mu) / (largest + mu), "SHB": (root - 1) / (root + 1)}
    for offer in view.offers:
        if offer.label.text in rates:
            assert offer.position[0] == pytest.approx(float(steps_per_decade(rates.pop(offer.label.text))), rel=1e-6)
    assert not rates


def test_a_click_on_the_front_takes_its_point_over(shown: Shown) -> None:
    view = shown(TradeOffView, SHORT)
    found = edits(view)
    canvas = view.canvases[0]
    line = view._front
    place = canvas.to_pixels(float(line.x[40]), float(line.y[40]))
    QTest.mouseMove(canvas.viewport(), place.toPoint())
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())
    (change,) = found
    taken = changed(SHORT, change)
    loss = float(taken.local.stationary_loss(taken.point))
    assert loss == pytest.approx(
        float(np.interp(steps_per_decade(float(taken.local.rate(taken.point))), line.x, line.y))
    )
    assert line.y.min() < loss < line.y.max()


@pytest.mark.slow
def test_the_best_for_some_steps_beats_the_current_point_and_is_taken_over(shown: Shown, whole_curve: None) -> None:
    view = shown(BestForStepsView, SHORT)
    result = view.result
    chosen = result.chosen
    assert len(result.best) == 9
    at = int(np.flatnonzero(result.at == 100)[0])
    assert chosen.steps == 100
    assert chosen.held_loss < result.current[at]
    path = SHORT.local.expected_loss(chosen.qhm, SHORT.start, 100)
    assert chosen.held_loss == pytest.approx(float(np.mean(path[-10:])), rel=1e-9)
    assert [row.steps for row in result.best] == sorted(row.steps for row in result.best)
    assert all(a.held_loss >= b.held_loss for a, b in zip(result.best, result.best[1:], strict=False))
    found = edits(view)
    (star,) = view.offers
    star.take()
    assert changed(SHORT, found[0]).point == chosen.qhm


@pytest.mark.slow
def test_dragging_the_handle_sets_the_number_of_steps(shown: Shown) -> None:
    view = shown(BestForStepsView, SHORT)
    found = edits(view)
    view._handle.moved_to.emit(3162.3, 1.0)
    assert found == [{"choose.budget": 3162}]


@pytest.mark.parametrize("axes", ["alpha-beta", "alpha-nu", "beta-nu"])
def test_steps_to_a_target_are_those_of_the_expected_loss(axes: str) -> None:
    state = changed(SHORT, {"choose.target": 2e-3, "choose.axes": axes})
    first = next(iter(StepsToTargetView.compute(StepsToTargetView.request(state), SILENT)))
    plane, rng = first.request.plane, np.random.default_rng(1)
    reached = np.argwhere(np.isfinite(first.found.steps) & (first.found.steps < 3000))
    assert len(reached) > 50
    for row, column in rng.permutation(reached)[:12]:
        qhm = plane.points(np.asarray(first.xs[column]), np.asarray(first.ys[row]))
        needed = int(first.found.steps[row, column])
        path = np.asarray(state.local.expected_loss(qhm, state.start, needed + 500))
        assert (path[needed:] <= 2e-3 * (1 + 1e-9)).all()
        assert needed == 0 or path[needed - 1] > 2e-3


@pytest.mark.slow
def test_what_cannot_be_reached_is_said(shown: Shown) -> None:
    said: list[str] = []
    state = changed(SHORT, {"choose.target": 1e-30})
    view = shown(StepsToTargetView, SHORT)
    view.noted.connect(said.append)
    for result in StepsToTargetView.compute(StepsToTargetView.request(state), SILENT):
        view.show(result)
    assert result.fewest is None
    assert "No point of this map stays below 1.00×10⁻³⁰" in said[-1]
    assert MOST_STEPS == 100_000


@pytest.mark.slow
def test_a_click_on_a_row_takes_its_point_over(shown: Shown) -> None:
    state = changed(SHORT, {"choose.error": 1.0})
    view = shown(RecommendedView, state)
    rows = view._table.rows
    assert [row.cells[0] for row in rows] == ["current", "best for *N*", "worst case", "fastest"]
    found = edits(view)
    table = view._table
    spot = table.visualRect(table.model().index(1, 3)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=QPointF(spot).toPoint())
    assert changed(state, found[0]).point == view.result.found["steps"].qhm
    QTest.mouseClick(
        table.viewport(), Qt.MouseButton.LeftButton, pos=table.visualRect(table.model().index(0, 3)).center()
    )
    assert len(found) == 1  # the current point is what it is


@pytest.mark.slow
def test_the_worst_case_is_never_better_than_the_best_without_errors(shown: Shown) -> None:
    result = answer(RecommendedView, SHORT)
    assert result.worst.regret <= result.worst.nominal_regret
    assert result.found["worst_case"].held_loss >= result.found["steps"].held_loss * (1 - 1e-9)
    assert result.found["rate"].rate <= result.found["steps"].rate


@pytest.mark.slow
def test_without_noise_there_is_nothing_to_weigh(shown: Shown) -> None:
    state = changed(SHORT, {"noise": NoNoise(), "loss": Quadratic()})
    assert shown(TradeOffView, state).message(state) is not None
    best = answer(BestForStepsView, changed(state, {"choose.budget": 30})).chosen
    mu, largest = state.curvatures
    root = np.sqrt(largest / mu)
    assert best.rate == pytest.approx((root - 1) / (root + 1), rel=0.15)


@pytest.mark.slow
def test_the_views_search_for_the_best_point_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two views and the worst case need it: of the whole problem it is searched for but once."""
    state = changed(SHORT, {"choose.budget": 141})
    searched: list[bool] = []

    def counted(of: Problem, steps: int, *rest: Any, **named: Any) -> Outcome:
        searched.append(named.get("rough", False))
        return best_for_steps(of, steps, *rest, **named)

    monkeypatch.setattr(problem, "best_for_steps", counted)
    list(RecommendedView.compute(RecommendedView.request(state), SILENT))
    rough, best = islice(BestForStepsView.compute(BestForStepsView.request(state), SILENT), 2)
    assert searched == [True, False]  # a first answer, and the best one
    assert best.chosen.held_loss <= rough.chosen.held_loss <= 1.2 * best.chosen.held_loss


@pytest.mark.parametrize(
    ("kind", "budget"),
    [
        (BestForStepsView, 136),
        (RecommendedView, 137),
        (WrongAlphaView, 138),
        (StepsToTargetView, 139),
        (StartLargerView, 1400),
    ],
)
@pytest.mark.slow
def test_a_search_that_is_cancelled_ends_in_its_midst_and_leaves_nothing_behind(kind: type[View], budget: int) -> None:
    request = kind.request(changed(SHORT, {"choose.budget": budget}))  # of which nothing is known yet
    assert list(kind.compute(request, Impatient(2))) == []
    assert next(iter(kind.compute(request, SILENT))) is not None  # nothing half done was kept


@pytest.mark.slow
def test_moving_the_point_computes_no_steps(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    """The needle of the colour bar shows those of the cell under the point: no search on the window's thread."""
    view = shown(StepsToTargetView, SHORT)
    result = view.result

    def fail(*_: object) -> None:
        raise AssertionError

    monkeypatch.setattr(steps_to_target, "steps_to_target", fail)
    row, column = np.argwhere(np.isfinite(result.found.steps))[70]
    at = {"alpha": float(result.xs[column]), "beta": float(result.ys[row])}
    view.follow(changed(SHORT, at))
    assert result.steps_at(*at.values()) == result.found.steps[row, column]


HARD = {
    "slow": {"loss.mu": 1e-8},
    "one curvature": {"loss.mu": 1.0},
    "at the minimum": {"start_x": 0.0, "start_y": 0.0},
    "diverges": {"alpha": 100.0},
    "no noise": {"noise": NoNoise()},
    "one sample": {"noise": MiniBatches(1, 0.01)},
    "all data": {"noise": MiniBatches(math.inf, 0.01)},
    "one step": {"choose.budget": 1},
    "far too much noise": {"noise": IsotropicNoise(1e6)},
}


#: All find the same named points, but for the one that searches at many budgets and the one for a worst case.
KINDS = (TradeOffView, WrongAlphaView, StartLargerView), (BestForStepsView,), (RecommendedView,)


@pytest.mark.parametrize(("hard", "error", "kinds"), covered(list(HARD), (1.5, 1.0), KINDS))
@pytest.mark.slow
def test_hard_states_are_shown_without_a_warning(
    shown: Shown, hard: str, error: float, kinds: tuple[type[View], ...]
) -> None:
    state = changed(SHORT, {"choose.budget": 1000, "choose.error": error, **HARD[hard]})
    for kind in kinds:
        view = shown(kind, state)
        view.widget.grab()
        assert view.table(view.result)


def test_a_front_goes_on_to_the_slowest_point_beside_it(shown: Shown) -> None:
    """Else what no point reaches would seem to be reached from there on."""
    view = shown(TradeOffView, SHORT)
    slowest = max(row.steps for row in view.result.named if row.stands)
    assert view._front.x[-1] == pytest.approx(slowest, rel=1e-6)
    assert (np.diff(view._front.y) < 0).all()


def test_another_named_point_is_one_row(shown: Shown, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = named_points(problem_of(SHORT))
    monkeypatch.setattr(trade_off, "named_points", lambda *_: (*rows, Named("mine", QHM(0.5, 0.6, 0.7))))
    view = shown(TradeOffView, SHORT)
    (mine,) = [offer for offer in view.offers if offer.label.text == "mine"]
    found = edits(view)
    mine.take()
    assert changed(SHORT, found[0]).point == QHM(0.5, 0.6, 0.7)


@pytest.mark.slow
def test_a_budget_in_samples_is_whole_steps_of_the_batch(shown: Shown) -> None:
    batches = {"noise": MiniBatches(64, 0.01), "choose.unit": "samples", "choose.samples": 6_450}
    state = changed(SHORT, batches)
    assert BestForStepsView.request(state).steps == RecommendedView.request(state).steps == 100
    assert "6\u202f450 samples: *N* = 100 steps" in shown(RecommendedView, state).subtitle(state)
    view = shown(BestForStepsView, state)
    found = edits(view)
    view._handle.moved_to.emit(250.0, 1.0)
    assert found == [{"choose.samples": 16_000}]
    assert "choose.samples" not in state.choose.panel_fields(state) and "samples" in state.choose.panel_fields(state)
    additive = changed(state, {"noise": IsotropicNoise(0.1)})  # a step has no number of samples there
    assert BestForStepsView.request(additive).steps == 100 and "budget" in additive.choose.panel_fields(additive)
    assert state.choose.steps(1e6) == 1


def test_l_and_the_noise_may_be_wrong_by_different_factors() -> None:
    assert RecommendedView.request(SHORT).errors == (2.0, 2.0)
    state = changed(SHORT, {"choose.noise_error": 5.0})
    assert RecommendedView.request(state).errors == (2.0, 5.0)
    with pytest.raises(ParameterError, match="noise_error"):
        changed(SHORT, {"choose.noise_error": 0.5})


@pytest.mark.slow
def test_every_recommended_point_has_its_reasons_its_interval_and_its_calls(shown: Shown) -> None:
    view = shown(RecommendedView, changed(SHORT, {"choose.error": 1.5}))
    said = view._advice.paragraphs
    assert [one.text.partition(":")[0] for one in said if one.kind == "head"] == [
        "best for *N*",
        "worst case",
        "fastest",
        "Left out of the model",
    ]
    found = view.result.found
    for key in ("steps", "worst_case", "rate"):
        assert [one.text for one in said if one.kind == "code"].count(calls(found[key].qhm)[0].code) >= 1
    text = "\n".join(one.text for one in said)
    for part in (
        "times lower",
        "1.5 times larger or smaller",
        "best α at this β and ν",
        "the same steps",
        "Curvatures are constant",
    ):
        assert part in text
    copied: list[str] = []
    view.said.connect(copied.append)
    view._advice._buttons[0].click()
    assert copied and QGuiApplication.clipboard().text() == calls(found["steps"].qhm)[0].code


@pytest.mark.slow
def test_the_reasons_are_not_part_of_a_figure(shown: Shown) -> None:
    assert shown(RecommendedView, SHORT, style=SLIDE)._scroll.isHidden()
    assert not shown(RecommendedView, SHORT)._scroll.isHidden()


def test_figure_4_is_a_preset_whose_schedule_beats_both_constant_rates() -> None:
    changes = next(one.changes for one in presets_of("choose") if one.key == "figure-4")
    state = changed(changed(POWER_LAW, {"page": "choose"}), changes)
    assert holds(changes, state) and state.choose.spectrum == OfLoss()
    result = answer(StartLargerView, state)
    assert result.request.ends == pytest.approx((0.2633, 3.7974), abs=1e-4)
    assert result.cut.losses[-1] < 0.95 * result.low[-1] and result.low[-1] < result.first[-1]


def test_start_larger_is_followed_under_mini_batches(shown: Shown) -> None:
    state = changed(SHORT, {"noise": MiniBatches(4, 0.1), "choose.budget": 300})
    view = shown(StartLargerView, state)
    low = view.result.low
    local = state.local.expected_loss(QHM(view.result.request.ends[0], 0.8, 1.0), state.start, 300)
    assert low == pytest.approx(np.asarray(local), rel=1e-9)
    assert (view.result.greedy.losses[1:] < low[0]).all() and np.isfinite(view.result.cut.losses).all()


def test_what_converges_is_not_told_to_diverge_where_the_best_loss_is_nothing(shown: Shown) -> None:
    """Without noise 100,000 steps end at 0 to all digits, and every other loss is infinitely many times that."""
    state = changed(SHORT, {"noise": IsotropicNoise(0.0), "choose.budget": 100_000})
    view = shown(WrongAlphaView, state)
    assert view.result.outcome.held_loss == 0 and np.isinf(view.result.prices).any()
    assert not view.result.diverges.any() and not view._hatch.isVisible()
    answer = next(iter(WrongAlphaView.compute(WrongAlphaView.request(SHORT), SILENT)))
    assert answer.diverges.any() and (answer.prices[answer.diverges] > 1e4).all()
