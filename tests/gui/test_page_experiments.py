"""The page "Experiments" as its user meets it: a network that finds condition (13), and follows it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from qhm_gui.export.film.film import Film, FilmOptions, computed
from qhm_gui.export.scene import view_scene
from qhm_gui.files import session, state_text
from qhm_gui.files.session import SessionError
from qhm_gui.state.options.experiments import MOST_CHANGES, PRESETS, ExperimentsOptions, Passed
from qhm_gui.state.page_presets import holds
from qhm_gui.state.state import State, changed
from qhm_gui.views.experiments.sharpness import SharpnessView, nice_top
from qhm_gui.views.experiments.training_loss import TrainingLossView
from qhm_gui.views.experiments.training_run import training_request, verdict
from qhm_gui.window.window import Window
from qhm_math import is_stable
from qhm_math.checks import ParameterError
from qhm_math.data import archive, digits
from qhm_math.networks import digits_network, forget_runs
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown, drag, offset

#: A network that is quickly trained.
SMALL: dict[str, Any] = {"experiments.samples": 40, "experiments.width": 6, "experiments.steps": 200}
HERE: dict[str, Any] = {"page": "experiments", **SMALL}


@pytest.fixture(autouse=True)
def nothing_known() -> None:
    forget_runs()


@pytest.fixture
def small() -> State:
    return changed(State(), HERE)


def test_the_line_is_where_the_point_stops_being_stable(small: State) -> None:
    for changes in ({}, {"tie": "sgd"}, {"tie": "nag", "beta": 0.9}, {"beta": 0.99, "nu": 0.5, "alpha": 3.0}):
        state = changed(small, changes)
        line = training_request(state).line
        assert is_stable(state.point, line * (1 - 1e-12)) and not is_stable(state.point, line * (1 + 1e-12))


def test_the_smallest_alpha_has_a_line_before_anything_is_known(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, small)
    view._result = None
    view.mark(changed(small, {"alpha": 5e-324}))
    assert np.isfinite(view._canvas.y_axis.high) and view._canvas.y_axis.high > 1e300


def test_sharpness_the_line_and_the_loss_are_drawn(shown: Shown, small: State) -> None:
    view, loss = shown(SharpnessView, small), shown(TrainingLossView, small)
    record = view.result.record
    assert record.finished and record.steps[-1] == 200
    curve = view._curves.lines[0]
    np.testing.assert_allclose(curve.y, record.sharpness)
    np.testing.assert_allclose(loss._curves.lines[0].y, record.losses)
    assert set(view._line.y) == {training_request(small).line}
    table = view.table(view.result)
    assert table.keys() == loss.table(loss.result).keys() and len({len(column) for column in table.values()}) == 1
    assert np.array_equal(table["alpha"], np.full(21, small.alpha))


def test_another_point_moves_the_line_at_once_and_the_network_goes_on(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, small)
    told: list[dict[str, Any]] = []
    view.edited.connect(told.append)
    more = view.along(small, {"alpha": 0.5})
    assert [passed.until for passed in more["experiments.past"]] == [200]
    after = changed(small, {"alpha": 0.5, **more})
    view.mark(after)  # nothing is computed yet
    request = training_request(after)
    assert view._line.y[-1] == request.line != training_request(small).line == view._line.y[0]
    assert view._handle.position[1] == pytest.approx(min(request.line, view._canvas.y_axis.high))
    assert request.total == 400
    answers: list[Any] = list(view.compute(request, SILENT))
    np.testing.assert_array_equal(answers[-1].record.sharpness[:21], view.result.record.sharpness)
    assert answers[0].record.steps[-1] == 210  # the first step further comes at once, with all before
    view.show(answers[-1])
    np.testing.assert_allclose(view.table(view.result)["alpha"], [small.alpha] * 21 + [0.5] * 20)


def test_what_is_not_the_point_changes_no_past(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, small)
    for changes in (
        {"page": "explore"},
        {"experiments.steps": 300},
        {"steps": 9},
        {"experiments.past": (), "alpha": 1.0},
    ):
        assert view.along(small, changes) == {}
    for changes in ({"seed": 8}, {"experiments.width": 7}, {"experiments.samples": 50}, {"experiments.scale": 1.0}):
        assert view.along(changed(small, {"experiments.stop": 50}), changes) == {
            "experiments.past": (),
            "experiments.stop": 0,
        }


def test_before_the_first_step_another_point_takes_the_place_of_the_current_one(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, small)  # it shows another network
    assert view.along(changed(small, {"seed": 8}), {"alpha": 0.5}) == {}


def test_after_a_divergence_the_last_stretch_is_trained_again(shown: Shown, small: State) -> None:
    state = changed(small, {"alpha": 1e4, "experiments.past": (Passed(50, 0.5, 0.9, 0.9),)})
    view = shown(SharpnessView, state)
    assert 50 < view.result.record.diverged <= 250
    assert verdict(view.result) == f"QHM diverges at step {view.result.record.diverged}."
    assert view.along(state, {"alpha": 0.5}) == {}


def test_the_handle_on_the_line_sets_alpha(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, small)
    told: list[dict[str, Any]] = []
    view.edited.connect(told.append)
    line = training_request(small).line
    view._handle.moved_to.emit(100.0, line / 2)
    assert told[-1]["alpha"] == pytest.approx(2 * small.alpha)
    view._handle.moved_to.emit(100.0, 0.0)
    assert 0 < told[-1]["alpha"] <= 1e6


@pytest.mark.parametrize("key", [one.key for one in PRESETS if not one.changes["expanded"]])
def test_a_preset_is_held_by_its_state(key: str) -> None:
    changes = next(one.changes for one in PRESETS if one.key == key)
    state = changed(State(), changes)
    assert holds(changes, state) and session.load(session.dump(state)) == state
    begun = changed(state, {"experiments.past": (Passed(50, 1.0, 0.5, 0.5),)})
    assert not holds(changes, begun) and changed(begun, changes) == state
    assert changed(changed(state, {"expanded": "sweep"}), changes) == state, "it brings the cards back"
    line = {"fitted": 10.0, "diverging": 4.0}.get(key, 6.0)
    assert training_request(state).line == pytest.approx(line)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "words"),
    [("edge-half", "settled at the bound"), ("fitted", "are fitted"), ("diverging", "SHB diverges at step")],
)
def test_the_page_says_where_sharpness_ends_and_why(shown: Shown, key: str, words: str) -> None:
    changes = next(one.changes for one in PRESETS if one.key == key)
    noted: list[str] = []
    view = shown(SharpnessView, changed(State(), {**changes, "experiments.steps": 800}))
    view.noted.connect(noted.append)
    view.show(view.result)
    assert words in noted[-1] and "*" not in noted[-1] and "\n" not in noted[-1]
    assert words in view._why.text and view._why.area().width() > 0


def test_what_is_hovered_is_told_and_pointed_at(shown: Shown, small: State) -> None:
    view = shown(SharpnessView, changed(small, {"alpha": 1e4, "experiments.past": (Passed(50, 0.5, 0.9, 0.9),)}))
    said: list[str] = []
    steps: list[int | None] = []
    view.said.connect(said.append)
    view.pointed.connect(steps.append)
    record = view.result.record
    view._hover(30.0, float(record.sharpness[3]))
    assert steps == [30] and "30" in said[-1] and "%" in said[-1] and view._pointer.isVisible()
    view._hover(float(record.diverged), float(view._curves.lines[0].y[-1]))
    assert "nan" not in said[-1] and "none" not in said[-1]
    view._leave()
    view._leave()
    assert steps[-1] is None and steps.count(None) == 1 and not view._pointer.isVisible()


def test_a_state_with_a_past_comes_back(small: State) -> None:
    state = changed(
        small, {"experiments.past": (Passed(50, 0.5, 0.9, 1.0), Passed(90, 0.7, 0.9, 1.0)), "experiments.stop": 150}
    )
    assert session.load(session.dump(state)) == state == state_text.from_text(state_text.to_text(state))
    assert [stretch.until for stretch in training_request(state).stretches] == [50, 90, 150]


@pytest.mark.parametrize(
    "wrong",
    [
        {"past": (Passed(50, 1.0, 0.5, 0.5), Passed(50, 1.0, 0.5, 0.5))},
        {"past": (Passed(90, 1.0, 0.5, 0.5), Passed(50, 1.0, 0.5, 0.5))},
        {"past": tuple(Passed(10 * k, 1.0, 0.5, 0.5) for k in range(1, MOST_CHANGES + 2))},
        {"stop": 15},
        {"stop": -10},
        {"stop": 40, "past": (Passed(50, 1.0, 0.5, 0.5),)},
        {"samples": 5000},
        {"width": 1},
    ],
)
def test_bad_options_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        ExperimentsOptions(**wrong)


@pytest.mark.parametrize("values", [(15, 1.0, 0.5, 0.5), (0, 1.0, 0.5, 0.5), (50, 0.0, 0.5, 0.5), (50, 1.0, 1.0, 0.5)])
def test_a_bad_past_is_refused(values: tuple[int, float, float, float]) -> None:
    with pytest.raises(ParameterError):
        Passed(*values)


def test_a_damaged_past_in_a_session_is_one_sentence(small: State) -> None:
    text = session.dump(changed(small, {"experiments.past": (Passed(50, 0.5, 0.9, 1.0),)}))
    for damaged in (text.replace('"until": 50', '"until": 55'), text.replace('"until": 50', '"until": "x"')):
        with pytest.raises(SessionError) as caught:
            session.load(damaged)
        assert str(caught.value).endswith(".") and "\n" not in str(caught.value)


@pytest.fixture
def no_digits(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(importlib.import_module("qhm_math.data.digits"), "FOLDER", tmp_path)
    (tmp_path / "digits.npz").write_bytes((archive.FOLDER / "digits.npz").read_bytes()[:1000])
    for kept in (digits, digits_network._loss):
        kept.cache_clear()
    yield
    for kept in (digits, digits_network._loss):
        kept.cache_clear()


def test_without_the_digits_the_page_says_so(shown: Shown, small: State, no_digits: None) -> None:
    view = shown(SharpnessView, small)
    assert view.message(small) == (
        "There are no digits to train on",
        "The file digits.npz is missing or damaged: install QHM Explorer again.",
    )
    assert view.table(view.result) == {} and not view.going


def test_a_film_of_a_sweep_trains_every_moment(small: State) -> None:
    options = FilmOptions(what="sweep", path="alpha", low=0.5, high=1.0, seconds=1.0, rate=2)
    film = Film(view_scene("sharpness"), changed(small, {"experiments.steps": 30}), options)
    moments = list(computed(film, SILENT))
    assert len(moments) == 2 and all(answers["sharpness"].record.finished for _, answers in moments)


@pytest.mark.parametrize(("value", "top"), [(6.0, 6.0), (6.01, 8.0), (0.011, 0.012), (99.0, 100.0), (1.0, 1.0)])
def test_the_axis_ends_at_a_round_number(value: float, top: float) -> None:
    assert nice_top(value) == pytest.approx(top)


def test_training_in_the_window(
    make_window: Callable[..., Window], settle: Callable[[Window], None], qtbot: QtBot
) -> None:
    """One window, one story: train, drag the line, pause, go on, undo, begin anew, cancel."""
    window = make_window(changed(State(), {**HERE, "experiments.steps": 20_000}))
    store, view = window.store, window.page.views["sharpness"]
    assert isinstance(view, SharpnessView)

    def reached() -> int:
        return view.result.reached if view.result is not None else 0

    button = window.page._cards["sharpness"]._play
    qtbot.waitUntil(lambda: reached() > 50)
    assert button is not None and button._icon == "pause"
    assert window.runner.busy and view.going
    assert not window.panel.plane.isVisible() and not window.panel.theory.read_out.isVisible()

    # the line is dragged: it moves with the hand, and the network goes on from where it was
    before, line = reached(), view._line.y[-1]
    start = view._canvas.to_pixels(*view._handle.position)
    drag(view._canvas, start, offset(start, 0, 60))
    assert view._line.y[-1] < line and store.state.alpha > 1.7
    past = store.state.experiments.past
    assert past and past[0].alpha == 1.7 and past[0].until >= before - 10
    qtbot.waitUntil(lambda: reached() > past[-1].until + 50)
    assert view.result.request == training_request(store.state)

    # a drag is one step of undo, and the run before it comes back
    store.undo()
    assert store.state.experiments.past == () and store.state.alpha == 1.7
    qtbot.waitUntil(lambda: view.result.request == training_request(store.state))

    # paused: it stands still, and the state says where
    QTest.keyClick(window, Qt.Key.Key_Space)
    stop = store.state.experiments.stop
    assert stop > 0 and not view.going
    settle(window)
    assert reached() == stop
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert store.state.experiments.stop == 0 and view.going
    qtbot.waitUntil(lambda: reached() > stop)

    # begun anew: from the first step, before the eyes
    QTest.keyClick(window, Qt.Key.Key_Home)
    qtbot.waitUntil(lambda: view.result.reached < stop)

    # cancelled: it keeps what it has
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert not window.runner.busy
    stands = reached()
    qtbot.wait(60)
    assert reached() == stands

    # what is pointed at in one card is marked in the other
    other = window.page.views["training_loss"]
    view.pointed.emit(20)
    assert isinstance(other, TrainingLossView) and other._pointer.isVisible()
    view.pointed.emit(None)
    assert not other._pointer.isVisible()

    # another page: its loss is back, and its changes leave the training alone
    window.store.update(page="explore")
    assert window.panel.plane.isVisible()
    store.update(alpha=1.0)
    assert store.state.experiments.past == ()
    window.store.update(page="experiments", **{"experiments.steps": 20})
    settle(window)
    assert view.result.record.finished and view.result.request == training_request(store.state)
    assert button._icon == "play" and button.toolTip() == "Go on training (Space)"
    button.click()
    settle(window)
    assert reached() == 40 and [passed.until for passed in store.state.experiments.past] == [20]
