"""Tuning in the window: a button, progress, cancel, one change that undo takes back."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.state.options.compare import Entry
from qhm_gui.state.state import State, changed
from qhm_gui.views.compare.basins_of_attraction import (
    BasinsView,
    share,
    step_range,
    step_ticks,
)
from qhm_gui.window.tuning import tuned_methods, tuning_request
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from qhm_math.losses import Himmelblau, LeastSquares, Quadratic
from qhm_math.methods import GD, SHB, SVRG, Adam, Method
from qhm_math.progress import SILENT
from qhm_math.tuning import tuned_loss

Settle = Callable[[Window], None]


def with_methods(*methods: Method, **more: object) -> State:
    entries = tuple(Entry(method) for method in methods)
    return changed(State(), {"page": "compare", "compare.entries": entries, "compare.chosen": 0, **more})


@pytest.fixture
def window(make_window: Callable[..., Window], settle: Settle) -> Window:
    made = make_window(with_methods(SHB(0.3, 0.2), Adam(0.01), steps=40))
    settle(made)
    return made


def test_the_button_tunes_every_method_that_is_shown(window: Window, settle: Settle, qtbot: QtBot) -> None:
    before = window.store.state
    window.store.update(**{"compare.entries.1.hidden": True})
    hidden = window.store.state
    with qtbot.waitSignal(window.tuning.settled, timeout=20_000):
        window.panel.methods.tune.click()
        assert window.tuning.active
    settle(window)
    after = window.store.state
    assert after.compare.entries[1] == hidden.compare.entries[1]
    pair = [state.compare.entries[0].current for state in (before, after)]
    losses = tuned_loss(after.loss, pair, after.start, after.steps, None, after.seed)
    assert losses[1] < losses[0]
    window.store.undo()
    assert window.store.state == hidden


def test_cancel_changes_nothing(window: Window, qtbot: QtBot) -> None:
    window.store.update(steps=5000)
    before = window.store.state
    window.tuning.begin()
    with qtbot.waitSignal(window.tuning.said) as said:
        window.cancel()
    assert said.args == ["Tuning was cancelled; no parameter was changed."]
    assert not window.tuning.active and window.store.state == before


def test_another_problem_gives_the_tuning_up(window: Window) -> None:
    window.store.update(steps=5000)
    window.tuning.begin()
    window.store.update(**{"compare.target": 0.5})  # asks for nothing else
    assert window.tuning.active
    window.store.update(start_x=0.25)
    assert not window.tuning.active


def test_what_cannot_run_is_not_tuned() -> None:
    state = with_methods(SVRG(0.1), GD(0.1), steps=8)
    assert [index for index, _ in tuning_request(state).methods] == [1]
    (found,) = tuned_methods(tuning_request(state), SILENT)
    assert set(found) == {1}
    with_sum = changed(state, {"loss": LeastSquares()})
    assert len(tuning_request(with_sum).methods) == 2


def test_the_comparison_states_its_budget(window: Window) -> None:
    view = window.page.views["standings"]

    def budget(state: State) -> str:
        return view.subtitle(state).replace("\u202f", " ")

    plain = with_methods(SHB(0.3, 0.2), steps=1200)
    assert "1 200 steps, 1 200 gradient" in budget(plain)
    batches = changed(plain, {"loss": LeastSquares(batch=5), "steps": 1200})
    assert "1 200 steps, 6 000 gradient" in budget(batches)
    mixed = changed(batches, {"compare.entries": (Entry(SHB(0.3, 0.2)), Entry(GD(0.1)))})
    assert "1 200 steps for each method" in budget(mixed)


def test_one_minimum_shows_the_steps_to_it(window: Window, settle: Settle) -> None:
    view = window.page.views["basins"]
    assert isinstance(view, BasinsView)
    window.store.update(loss=Quadratic(), steps=400)
    settle(window)
    assert "steps to the only minimum" in view.subtitle(window.store.state)
    valley = changed(window.store.state, {"loss": TypedLoss("x**2")})
    assert "steps to the marked one of its minima" in view.subtitle(valley)
    found = view.result.found
    assert not view._bar.isHidden() and found.arrivals.max() > 1
    assert view._bar.ticks[0] == (1.0, str(step_range(found.arrivals)[0]))
    assert "steps" in view.table(view.result)
    window.store.update(loss=Himmelblau())
    settle(window)
    assert view._bar.isHidden() and "grey" in view.subtitle(window.store.state)


def test_the_scale_of_steps() -> None:
    assert step_range(np.array([[-1, 0], [40, 7]])) == (1, 40)
    assert step_range(np.array([[-1]])) == (1, 2)
    assert step_range(np.array([[3]])) == (3, 4)
    assert share([3, 30, 300], 3, 300).tolist() == pytest.approx([0.0, 0.5, 1.0])
    assert step_ticks(3, 60) == [3, 5, 10, 20, 50, 60]
