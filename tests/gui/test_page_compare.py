"""The page "Compare" as its user meets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import DARK, Style
from qhm_gui.canvas import Axis, Canvas
from qhm_gui.canvas.drawn import DrawnText
from qhm_gui.files import session
from qhm_gui.state.options.compare import MOST_SHOWN, Change, CompareOptions, Entry
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.views.compare.arrows import Arrow, Arrows, magnification
from qhm_gui.views.compare.basins_of_attraction import BasinsView, heights, lattice
from qhm_gui.views.compare.compared_methods import comparison_request, looks
from qhm_gui.views.compare.loss_curves import ComparedLossView
from qhm_gui.views.compare.paths import ComparedPathsView
from qhm_gui.views.compare.results_table import ResultsTableView, cells
from qhm_gui.views.compare.step_explanation import term_markup, vector_text
from qhm_gui.views.view import View
from qhm_gui.window.panel.method_list import as_qhm_words
from qhm_gui.window.window import Window
from qhm_math.compare import compare, outcomes
from qhm_math.declared import ParameterError, declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.losses import Himmelblau, LeastSquares, Quadratic, Rastrigin, Rosenbrock
from qhm_math.methods import GD, METHODS, NAG, SGD, SHB, SVRG, AdaGrad, Adam, QHMMethod, RMSProp
from qhm_math.noise import MiniBatches, NoNoise
from qhm_math.progress import SILENT
from tests.gui.conftest import QUICK, Shown, drag, offset
from tests.impatient import Impatient

Settle = Callable[[Window], None]
V = TypeVar("V", bound=View)


@pytest.fixture
def window(used_window: Callable[..., Window]) -> Window:
    """A window on the page."""
    return used_window(changed(State(), {"page": "compare"}), QSize(1600, 1000))


def view(window: Window, kind: type[V]) -> V:
    found = window.page.views[kind.key]
    assert isinstance(found, kind)
    return found


def answer(kind: type[View], state: State):
    """The last answer of a view's computation, without a window."""
    return list(kind.compute(kind.request(state), SILENT))[-1]


def with_methods(*methods: object, **changes: object) -> State:
    entries = tuple(Entry(method) for method in methods)  # type: ignore[arg-type]
    return changed(State(), {"page": "compare", "compare.entries": entries, "compare.chosen": 0, **changes})


def names(window: Window) -> list[str]:
    return [entry.name for entry in window.store.state.compare.entries]


# -- the list


def test_every_method_can_be_added_and_taken_back(window: Window, settle: Settle) -> None:
    before = window.store.state
    for key, kind in METHODS.items():
        window.panel.methods.add(key)
        assert isinstance(window.store.state.compare.entries[-1].method, kind)
        assert window.store.state.compare.selected == len(window.store.state.compare.entries) - 1
        assert window.panel.methods.form.names() == list(declared_fields(kind))
    settle(window)
    assert len(window.panel.methods.rows) == len(before.compare.entries) + len(METHODS)
    assert len(set(names(window))) == len(names(window))  # each has a name of its own
    for _ in METHODS:
        window.store.undo()
    assert window.store.state == before


def test_a_duplicate_has_the_same_numbers_and_another_name_and_look(window: Window) -> None:
    window.panel.methods.duplicate(3)
    entries = window.store.state.compare.entries
    assert entries[4].method == entries[3].method == QHMMethod(1.7, 0.8, 0.7)
    assert (entries[3].name, entries[4].name) == ("QHM", "QHM 2")
    known = looks(entries)
    assert known[3].color == "qhm" and known[4].color == "other" and known[4].dash is not None
    window.store.undo()
    assert names(window) == ["SGD", "SHB", "NAG", "QHM", "Adam"]


def test_hiding_takes_the_path_off_and_keeps_the_entry(window: Window, settle: Settle) -> None:
    QTest.mouseClick(window.panel.methods.rows[1].eye, Qt.MouseButton.LeftButton)
    settle(window)
    assert window.store.state.compare.entries[1].hidden
    result = view(window, ComparedPathsView)._result
    assert result is not None
    assert [racer.name for racer in result.request.racers] == ["SGD", "NAG", "QHM", "Adam"]
    QTest.mouseClick(window.panel.methods.rows[1].eye, Qt.MouseButton.LeftButton)
    assert not window.store.state.compare.entries[1].hidden


def test_renaming_by_the_keyboard(window: Window, settle: Settle) -> None:
    row = window.panel.methods.rows[2]
    row.name.setFocus()
    QTest.keyClick(row.name, Qt.Key.Key_F2)
    assert row.field.isVisible()
    row.field.type("my Nesterov")
    QTest.keyClick(row.field._edit, Qt.Key.Key_Return)
    settle(window)
    assert names(window)[2] == "my Nesterov"
    assert row.name.isVisible() and not row.field.isVisible()
    result = view(window, ComparedPathsView)._result
    assert result is not None and result.request.racers[2].name == "my Nesterov"
    window.store.undo()
    assert names(window)[2] == "NAG"


def test_a_label_that_is_not_changed_is_no_longer_typed_in(window: Window) -> None:
    row = window.panel.methods.rows[0]
    before = window.store.state
    ways: tuple[Callable[[], object], ...] = (
        lambda: QTest.keyClick(row.field._edit, Qt.Key.Key_Return),
        lambda: QTest.keyClick(row.field._edit, Qt.Key.Key_Escape),
        lambda: (QTest.keyClicks(row.field._edit, "x"), QTest.keyClick(row.field._edit, Qt.Key.Key_Escape)),
        window.setFocus,
    )
    for end in ways:
        row.rename()
        end()
        assert row.name.isVisible() and not row.field.isVisible()
    assert window.store.state == before


def test_a_label_with_markup_is_refused_in_a_sentence(window: Window) -> None:
    row = window.panel.methods.rows[0]
    row.rename()
    row.field.type("a*b*")
    QTest.keyClick(row.field._edit, Qt.Key.Key_Return)
    assert names(window)[0] == "SGD"
    assert "24" in row.field.error() and "24" in window.panel.methods.note
    window.setFocus()
    assert row.field.isVisible()  # what was refused can be corrected
    window.store.update(seed=5)
    assert not row.field.isVisible()


def test_removing_keeps_the_choice_on_its_method(window: Window, settle: Settle) -> None:
    QTest.mouseClick(window.panel.methods.rows[4].name, Qt.MouseButton.LeftButton)
    assert window.store.state.compare.entry == Entry(Adam(0.1))
    window.panel.methods.rows[0].name.setFocus()
    QTest.keyClick(window.panel.methods.rows[0].name, Qt.Key.Key_Delete)
    assert names(window) == ["SHB", "NAG", "QHM", "Adam"]
    assert window.store.state.compare.entry == Entry(Adam(0.1))
    for _ in range(4):
        window.panel.methods.remove(0)
    settle(window)
    assert window.store.state.compare.entry is None and not window.panel.methods.form.isVisible()
    for key in ("race", "race_loss", "basins", "standings"):
        assert window.page.views[key].empty(window.store.state) is not None
    window.panel.methods.add("adam")
    settle(window)
    assert view(window, ComparedPathsView).empty(window.store.state) is None


def test_not_more_are_shown_than_can_be_told_apart(window: Window) -> None:
    for key in ("gd", "rmsprop", "adagrad", "adadelta", "adamw", "qhadam", "adam", "adagrad"):
        window.panel.methods.add(key)
    entries = window.store.state.compare.entries
    assert sum(not entry.hidden for entry in entries) == MOST_SHOWN == 12
    assert [entry.hidden for entry in entries] == [False] * 12 + [True]
    assert window.panel.methods.note.startswith("AdaGrad") and "stays hidden" in window.panel.methods.note
    refusals: list[object] = []
    window.store.refused.connect(refusals.append)
    window.panel.methods.toggle(12)
    assert window.store.state.compare.entries == entries and len(refusals) == 1
    with pytest.raises(ParameterError):
        CompareOptions(tuple(Entry(GD()) for _ in range(13)))


def test_looks_are_never_the_same_twice() -> None:
    entries = tuple(Entry(kind()) for kind in (SGD, SGD, NAG, Adam, Adam, QHMMethod))
    found = looks(entries)
    assert len(set(found)) == len(entries)
    assert len(set(looks(tuple(Entry(GD()) for _ in range(MOST_SHOWN))))) == MOST_SHOWN
    assert [look.color for look in found] == ["sgd", "other", "nag", "adam", "other", "qhm"]


def test_alt_click_on_the_legend_shows_one_alone(window: Window) -> None:
    window.store.update(**view(window, ComparedPathsView).solo(window.store.state, "2"))
    assert [entry.hidden for entry in window.store.state.compare.entries] == [True, True, False, True, True]


# -- parameters


def test_an_editor_changes_its_method_and_no_other(window: Window, settle: Settle) -> None:
    before = window.store.state
    window.panel.methods.form.edited.emit("nu", 0.3)
    settle(window)
    after = window.store.state
    assert after.compare.entries[3].method == QHMMethod(1.7, 0.8, 0.3)
    assert after == replace(before, compare=after.compare)
    assert [a == b for a, b in zip(after.compare.entries, before.compare.entries, strict=True)].count(False) == 1


def test_a_bad_value_is_refused_at_its_field(window: Window) -> None:
    before = window.store.state
    window.panel.methods.form.edited.emit("beta", 1.0)
    assert window.store.state == before
    assert window.panel.methods.form.error("beta") == "β = 1 is not allowed; allowed is 0 ≤ β < 1."


def test_the_read_out_tells_of_the_chosen_method(window: Window) -> None:
    assert "lr=1.7" in window.panel.call
    window.store.update(**{"compare.entries.3.method.alpha": 9.0})
    assert window.panel.theory.read_out.verdict() == "Diverges"
    window.store.update(**{"compare.chosen": 4})
    assert not window.panel.theory.read_out.isVisible()  # the theory says nothing of Adam


def test_going_on_from_here_keeps_the_past_to_the_bit(window: Window, settle: Settle) -> None:
    first = view(window, ComparedPathsView)._result
    assert first is not None
    window.store.update(**{"compare.replay": "here"})
    window.playback.seek(50)
    assert "50" in window.panel.methods.note
    window.panel.methods.form.edited.emit("beta", 0.2)
    settle(window)
    entry = window.store.state.compare.entries[3]
    assert entry.method == QHMMethod(1.7, 0.8, 0.7)
    assert entry.changes == (Change(50, QHMMethod(1.7, 0.2, 0.7)),)
    second = view(window, ComparedPathsView)._result
    assert second is not None
    assert np.array_equal(first.path(3)[:51], second.path(3)[:51])
    assert not np.array_equal(first.path(3)[51], second.path(3)[51])
    for row in (0, 1, 2, 4):
        assert np.array_equal(first.path(row), second.path(row))
    # the editor shows what was set last; a change further back forgets what came later
    assert window.panel.methods.form.row("beta").entry.value() == 0.2
    window.playback.seek(20)
    window.panel.methods.form.edited.emit("alpha", 1.0)
    assert window.store.state.compare.entries[3].changes == (Change(20, QHMMethod(1.0, 0.2, 0.7)),)
    # and from the start, nothing of it is left
    window.store.update(**{"compare.replay": "start"})
    window.panel.methods.form.edited.emit("alpha", 1.5)
    assert window.store.state.compare.entries[3] == Entry(QHMMethod(1.5, 0.2, 0.7))


def test_two_changes_on_the_way_are_what_the_engine_runs() -> None:
    state = with_methods(SHB(1.0, 0.9), **{"compare.replay": "here", "noise": NoNoise(), "steps": 30})
    entry = state.compare.entries[0]
    state = changed(state, entry.edits(0, "beta", 0.5, 10))
    state = changed(state, state.compare.entries[0].edits(0, "alpha", 0.3, 20))
    path = answer(ComparedPathsView, state).path(0)
    x, d = np.array(state.start), np.zeros(2)
    for k in range(30):
        alpha, beta = (1.0, 0.9) if k < 10 else (1.0, 0.5) if k < 20 else (0.3, 0.5)
        d = (1 - beta) * state.loss.gradient(x) + beta * d
        x = x - alpha * d
        assert path[k + 1] == pytest.approx(x, rel=1e-12)


def test_a_drag_of_a_slider_is_one_step_of_undo(window: Window) -> None:
    before, form = window.store.state, window.panel.methods.form
    form.began.emit("alpha")
    for value in (1.6, 1.5, 1.4):
        form.edited.emit("alpha", value)
    form.ended.emit("alpha")
    assert window.store.state.compare.entries[3].method == QHMMethod(1.4, 0.8, 0.7)
    window.store.undo()
    assert window.store.state == before


# -- sessions


@pytest.mark.slow
def test_the_methods_survive_a_session() -> None:
    state = with_methods(SGD(0.3), Adam(0.01, beta1=0.5), SVRG(0.1, 7), **{"compare.chosen": 1})
    state = changed(state, {"compare.entries.0.label": "slow", "compare.entries.2.hidden": True})
    state = changed(state, state.compare.entries[0].edits(0, "alpha", 0.1, 12))
    state = changed(state, {"loss": TypedLoss("x**2 + 3*y**2 + x*y")})
    state = changed(state, {"compare.entries.0.changes": (Change(12, SGD(0.1)),)})
    again = session.load(session.dump(state))
    assert again == state and again.compare.entries[0].changes == (Change(12, SGD(0.1)),)


def test_a_file_from_before_the_page_loads() -> None:
    document = json.loads(session.dump(State()))
    del document["state"]["compare"]
    assert session.load(json.dumps(document)) == State()


@pytest.mark.parametrize(
    "damage",
    [
        {"entries": 3},
        {"entries": [1]},
        {"entries": [{"method": {"kind": "none"}}]},
        {"entries": [{"method": {"kind": "sgd", "alpha": -1}}]},
        {"entries": [{"method": {"kind": "sgd", "speed": 1}}]},
        {"entries": [{"label": 3}]},
        {"entries": [{"hidden": 1}]},
        {"entries": [{"method": {"kind": "sgd"}, "changes": [{"step": 3, "method": {"kind": "adam"}}]}]},
        {"entries": [{"method": {"kind": "sgd"}, "changes": [{"method": {"kind": "sgd"}}]}]},
        {"chosen": -1},
        {"chosen": "1"},
        {"target": 0},
    ],
)
def test_a_damaged_list_is_refused_in_a_sentence(damage: dict[str, object]) -> None:
    document = json.loads(session.dump(State()))
    document["state"]["compare"] |= damage
    with pytest.raises(session.SessionError) as caught:
        session.load(json.dumps(document))
    assert str(caught.value).endswith(".")


# -- the race


def test_the_paths_are_the_comparisons(window: Window) -> None:
    state, result = window.store.state, view(window, ComparedPathsView)._result
    assert result is not None
    lanes = [entry.lane for entry in state.compare.entries]
    wanted = compare(state.loss, lanes, state.start, state.steps, state.noise, state.seed)
    for row in range(5):
        assert np.array_equal(result.path(row), wanted.positions[:, row, 0], equal_nan=True)


def test_a_click_places_the_start_and_a_drag_is_one_undo(window: Window, settle: Settle) -> None:
    race = view(window, ComparedPathsView)
    before = window.store.state
    place = race._canvas.to_pixels(1.0, -0.5).toPoint()
    QTest.mouseClick(race._canvas.viewport(), Qt.MouseButton.LeftButton, pos=place)
    settle(window)
    assert window.store.state.start == pytest.approx((1.0, -0.5), abs=0.02)
    result = race._result
    assert result is not None and result.path(0)[0] == pytest.approx(window.store.state.start)
    here = race._canvas.to_pixels(*window.store.state.start)
    drag(race._canvas, here, offset(here, -50, -30))
    settle(window)
    assert window.store.state.start_x < 0.9
    window.store.undo()
    window.store.undo()
    assert window.store.state == before


def test_the_basins_take_a_start_too(window: Window) -> None:
    basins = view(window, BasinsView)
    canvas = basins._canvas
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=canvas.to_pixels(-1.0, 0.9).toPoint())
    assert window.store.state.start == pytest.approx((-1.0, 0.9), abs=0.03)


def test_the_arrows_are_the_engines_numbers(window: Window, subtests: pytest.Subtests) -> None:
    for step in [0, 1, 37, 119]:
        with subtests.test(step=step):
            window.playback.seek(step)
            race = view(window, ComparedPathsView)
            result = race._result
            assert result is not None and result.run is not None
            happened = result.run.step(3, step)
            x, following = result.path(3)[step], result.path(3)[step + 1]
            gradient, buffer, taken = (np.array([arrow.dx, arrow.dy]) for arrow in race._arrows.arrows)
            assert race._arrows.origin == tuple(x)
            assert np.array_equal(gradient, -1.7 * happened.gradient)
            assert np.array_equal(buffer, -1.7 * happened.after["d"])
            assert taken == pytest.approx(following - x, rel=1e-9, abs=1e-15)
            # QHM's step lies on the line from the one to the other
            assert taken == pytest.approx(0.3 * gradient + 0.7 * buffer, rel=1e-9, abs=1e-15)
            # the buffer is what the definition makes of all gradients so far
            wanted = np.zeros(2)
            for k in range(step + 1):
                wanted = 0.2 * result.run.step(3, k).gradient + 0.8 * wanted
            assert happened.after["d"] == pytest.approx(wanted, rel=1e-12)


def test_at_the_end_the_last_step_is_told(shown: Shown) -> None:
    assert shown(ComparedPathsView, State())._caption.heading == "QHM, step 119 → 120"


def test_the_caption_has_the_numbers_of_the_step(shown: Shown) -> None:
    race = shown(ComparedPathsView, State())
    race.seek(10)
    result = race._result
    assert result is not None and result.run is not None
    happened = result.run.step(3, 10)
    assert race._caption.heading == "QHM, step 10 → 11"
    told = dict(term.split(" = ") for term in race._caption.terms)
    assert told["*g*"] == vector_text(happened.gradient)
    assert told["*β* *d*"] == vector_text(0.8 * happened.before["d"])
    assert told["(1−*β*) *g*"] == vector_text((1 - 0.8) * happened.gradient)
    assert told["*d*"] == vector_text(happened.after["d"])
    assert told["Δ*x*"] == vector_text(result.path(3)[11] - result.path(3)[10])


def test_the_labels_of_terms_are_variables() -> None:
    assert term_markup("√(v/(1-β₂ᵏ))") == "√(*v*/(1−*β*₂ᵏ))"
    assert term_markup("∇f(x̃)") == "∇*f*(*x̃*)"
    assert term_markup("Δx") == "Δ*x*"


@pytest.mark.parametrize("method", [AdaGrad(0.5), RMSProp(0.02), Adam(0.1)])
def test_adaptive_methods_tell_their_squares(shown: Shown, method: object) -> None:
    race = shown(ComparedPathsView, with_methods(method, noise=NoNoise()))
    race.seek(5)
    result = race._result
    assert result is not None and result.run is not None
    happened = result.run.step(0, 5)
    name = "G" if isinstance(method, AdaGrad) else "v"
    assert vector_text(happened.after[name]) in race._squares.text
    gradient, *_, taken = race._arrows.arrows
    assert np.hypot(gradient.dx, gradient.dy) == pytest.approx(np.hypot(taken.dx, taken.dy))
    assert gradient.dx * happened.gradient[1] == pytest.approx(gradient.dy * happened.gradient[0])


def test_small_arrows_are_magnified_by_a_round_number() -> None:
    assert [magnification(length) for length in (200.0, 80.0, 79.0, 20.0, 0.9, 0.0)] == [1, 1, 2, 5, 100, 1]
    # to less where they would leave the plot, unless they were too short or leave it anyhow
    assert [magnification(20.0, room) for room in (9.0, 2.1, 1.1, 0.5)] == [5, 2, 5, 5]


@pytest.mark.slow
def test_arrows_stay_in_the_plot_with_their_names(shown: Shown) -> None:
    """Magnified without regard to the room, they left the plot, and every fourth name with them."""
    state = changed(State(), {"page": "compare", "noise": MiniBatches(2), "alpha": 3.0})
    view = shown(ComparedPathsView, state, size=(440, 190))
    wanted, missing = {"step", "−*α* *g*", "−*α* *d*"}, []
    for step in range(0, 120, 4):
        view.seek(step)
        view.widget.grab()
        names = {part.text for part in view.drawn() if isinstance(part, DrawnText)}
        missing += [(step, name) for name in wanted - names]
    assert len(missing) <= 5, missing  # of 90: where two tips meet, one is not named


def test_the_terms_of_a_step_can_be_hidden(shown: Shown) -> None:
    """Before a room arrows that are magnified a million times say nothing; the plot has their room then."""
    state = changed(State(), {"page": "compare", "steps": 30})
    view = shown(ComparedPathsView, state, size=(440, 300))
    layout = view.widget.layout()
    assert layout is not None

    def seen(now: State) -> tuple[bool, bool, int]:
        view.follow(now)
        layout.activate()
        return bool(view._arrows.arrows), bool(view._caption.terms), view.canvases[0].height()

    before, hidden = seen(state), seen(changed(state, {"compare.terms": "hidden"}))
    assert before[:2] == (True, True) and hidden[:2] == (False, False) and hidden[2] > before[2]
    assert seen(state) == before


def test_a_method_that_diverges_is_said_and_the_others_keep_their_scale(window: Window, settle: Settle) -> None:
    losses = view(window, ComparedLossView)
    window.store.update(**{"compare.entries.3.method.alpha": 7.0})
    settle(window)
    result = losses._result
    assert result is not None
    gone = result.left(3)
    assert gone > 0 and window.status.text() == f"QHM diverges at step {gone}."
    assert losses.canvases[0].y_axis.high <= 1e4
    window.playback.seek(gone + 5)
    race = view(window, ComparedPathsView)
    assert race._arrows.arrows == () and str(gone) in race._caption.terms[0]
    cells = {row.cells[0]: row.cells for row in view(window, ResultsTableView)._table.rows}
    assert cells["QHM"][4] == f"diverges at {gone}"
    assert cells["SGD"][4] != "–"


def test_svrg_needs_a_finite_sum(make_window: Callable[..., Window], settle: Settle) -> None:
    made = make_window(with_methods(SVRG(0.5), SGD(0.5)))
    settle(made)
    assert [racer.name for racer in comparison_request(made.store.state).racers] == ["SGD"]
    assert "finite sum" in made.panel.methods.note
    made.store.update(loss=LeastSquares())
    settle(made)
    result = view(made, ComparedPathsView)._result
    assert result is not None and [racer.name for racer in result.request.racers] == ["SVRG", "SGD"]
    assert view(made, ResultsTableView)._table.heads[-1] == "gradients"


def test_the_full_batch_is_gradient_descent() -> None:
    loss = LeastSquares(components=40, batch=40)
    result = answer(ComparedPathsView, changed(with_methods(GD(0.5), SGD(0.5)), {"loss": loss, "noise": NoNoise()}))
    assert result.path(1) == pytest.approx(result.path(0), rel=1e-9, abs=1e-12)
    few = {"loss": replace(loss, batch=4), "noise": NoNoise()}
    noisy = answer(ComparedPathsView, changed(with_methods(GD(0.5), SGD(0.5)), few))
    assert np.abs(noisy.path(1) - noisy.path(0)).max() > 0.01


def test_another_loss_brings_learning_rates_that_suit_it(window: Window, settle: Settle) -> None:
    window.store.update(loss=Rosenbrock())
    settle(window)
    result = view(window, ComparedPathsView)._result
    assert result is not None and all(result.left(row) < 0 for row in range(5))
    assert window.store.state.compare.entries[4].method == Adam(0.1)  # its steps are lengths


def test_a_long_run_shows_its_beginning_first() -> None:
    state = with_methods(SGD(1.0), Adam(0.1), steps=900)
    short, whole = list(ComparedPathsView.compute(ComparedPathsView.request(state), SILENT))
    assert len(short.path(0)) == 201 and len(whole.path(0)) == 901
    for row in range(2):
        assert np.array_equal(short.path(row), whole.path(row)[:201])


# -- loss against step, and the table


def test_distance_and_loss_are_those_of_the_paths(window: Window) -> None:
    losses = view(window, ComparedLossView)
    result = losses._result
    assert result is not None
    place = result.request.order.index(4)
    assert np.array_equal(losses._curves.curves[place].values, result.losses(4))
    window.store.update(**{"compare.measure": "distance"})
    away = np.hypot(*result.path(4).T)  # the minimum is the origin
    assert losses._curves.curves[place].values == pytest.approx(away)


def test_the_table_counts_steps_to_the_chosen_loss(shown: Shown) -> None:
    table = shown(ResultsTableView, State())
    for target in (0.1, 1e-3):
        table.follow(changed(State(), {"compare.target": target}))
        result = table._result
        assert result is not None
        for row, listed in enumerate(table._table.rows):
            hit = np.flatnonzero(result.losses(row) <= target)
            assert listed.cells[3] == (str(hit[0]) if len(hit) else "–")
            assert listed.cells[2] == str(int(np.argmin(result.losses(row))))


def test_dragging_the_playhead_moves_every_card(window: Window) -> None:
    losses = view(window, ComparedLossView)
    losses.sought.emit(33)
    assert window.playback.step == 33
    assert view(window, ComparedPathsView)._caption.heading == "QHM, step 33 → 34"


# -- basins


def test_the_basins_of_four_minima() -> None:
    state = changed(with_methods(SGD(0.01)), {"loss": Himmelblau()})
    result = answer(BasinsView, state)
    found = result.found
    assert {0, 1, 2, 3} <= set(np.unique(found.reached).tolist())
    for row, column in ((10, 30), (60, 80), (36, 54), (30, 70)):
        x = np.array([found.xs[column], found.ys[row]])
        method = state.compare.entries[0].method
        for _ in range(state.steps):
            x = x - method.alpha * state.loss.gradient(x)  # type: ignore[attr-defined]
        apart = np.hypot(*(found.minima - x).T)
        assert apart.min() < 0.1 and found.reached[row, column] == np.argmin(apart)


@pytest.mark.slow
def test_where_no_start_arrives_the_bar_has_no_numbers(shown: Shown) -> None:
    """It told “1” at both ends, of steps to a minimum that nothing came to."""
    arrives, diverges = (changed(with_methods(SGD(alpha)), {"steps": 40}) for alpha in (1.0, 3.0))
    assert shown(BasinsView, arrives)._bar.ticks
    bar = shown(BasinsView, diverges)._bar
    assert bar.ticks == [] and bar.caps == ["diverges"]


def test_a_map_of_steps_says_its_budget_and_what_is_left_plain(shown: Shown) -> None:
    """Where few starts arrive most of the map was pale, and nothing said why, nor within how many steps."""
    slow = changed(with_methods(SGD(0.001)), {"steps": 20, "loss": Rosenbrock()})
    view = shown(BasinsView, slow)
    assert "not reached" in view._bar.caps and "steps;" not in view.subtitle(slow)
    long = changed(slow, {"steps": 5000, "runs": 10})  # more than the map follows
    assert "2\u202f000 steps; " in view.subtitle(long)
    run = answer(ResultsTableView, slow).run
    assert run is not None
    late = outcomes(run, 1e9)[0]
    texts = cells(replace(late, best_step=4681, steps_to_target=1200), counted=False)
    assert texts[1:3] == ["4\u202f681", "1\u202f200"]


def test_the_lowest_minimum_is_the_lightest() -> None:
    loss = Rastrigin()
    ranks = heights(loss, loss.minima())
    assert ranks[0] == 0.0 and ranks.max() == 1.0
    assert (np.diff(loss.value(loss.minima())[np.argsort(ranks)]) >= -1e-12).all()


def test_the_lattice_covers_the_window() -> None:
    loss = Quadratic()
    xs, ys = lattice(loss, (24, 16))
    (x0, x1), (y0, y1) = loss.window()
    assert xs[0] <= x0 and xs[-1] >= x1 and ys[0] <= y0 and ys[-1] >= y1
    assert np.ptp(np.diff(xs)) < 1e-12 and np.ptp(np.diff(ys)) < 1e-12


def test_basins_end_when_they_are_cancelled() -> None:
    state = changed(with_methods(Adam(0.01)), {"loss": Himmelblau(), "steps": 2000})
    monitor = Impatient(6)  # cancels at the third question of the second lattice
    found = list(BasinsView.compute(BasinsView.request(state), monitor))
    assert found == []
    assert monitor.asked <= 9  # and not once for each of the 2,000 steps


def test_cancel_keeps_the_basins_that_are_shown(window: Window, settle: Settle, qtbot: QtBot) -> None:
    basins = view(window, BasinsView)
    before = basins._result
    window.store.update(loss=Rastrigin(), steps=2000, **{"compare.chosen": 4})
    qtbot.waitUntil(lambda: window.runner.busy, timeout=2000)
    window.cancel()
    assert not window.runner.busy
    settle(window)
    assert before is not None and basins._result is before


# -- arrows


def test_arrows_that_end_in_one_place_are_all_named(qtbot: QtBot) -> None:
    """Each name had fourteen places, all beside the tip: with others there one was left out."""
    canvas = Canvas(Style(), Axis(-1, 1), Axis(-1, 1))
    qtbot.addWidget(canvas)
    canvas.resize(600, 500)
    arrows = canvas.add(Arrows())
    arrows.set_arrows(0.0, 0.0, [Arrow(0.01, 0.1, "qhm", f"name {number}") for number in range(8)])
    canvas.find_places()
    assert len(arrows.spots()) == 8
    far = [wish.line(spot, 1.0) for wish, spot in arrows.spots()]
    assert far[0] is None and any(line is not None for line in far)


# -- finite sums


def test_finite_sums_run_on_every_page(window: Window, settle: Settle, subtests: pytest.Subtests) -> None:
    kinds = ["least_squares", "logistic"]
    for kind in kinds:  # each page with one of them, in turn
        with subtests.test(kind=kind):
            failures: list[str] = []
            window.panel.plane.loss.chosen.emit(kind)
            window.store.update(**QUICK)
            assert "batch" in window.panel.plane.loss_form.names()
            for page in list(PAGES)[kinds.index(kind) :: len(kinds)]:
                window.store.update(page=page)
                window.page.link.failed.connect(failures.append)
                settle(window)
            assert failures == []


# -- the page


def test_speeds_go_from_a_tenth_of_a_step_to_a_hundred_a_frame() -> None:
    from qhm_gui.state.playback import SPEEDS
    from qhm_gui.widgets.transport import Transport

    rates = [rate for rate in SPEEDS.values() if rate]
    assert min(rates) == pytest.approx(0.1 * 60) and max(rates) == pytest.approx(100 * 60)
    assert tuple(SPEEDS) == Transport.SPEEDS


def test_the_point_and_the_method_make_room_for_the_list(window: Window, settle: Settle) -> None:
    assert window.panel.methods.isVisible() and not window.panel._point.isVisible()
    window.store.update(page="explore")
    settle(window)
    assert not window.panel.methods.isVisible() and window.panel._point.isVisible()


def test_tables_have_columns_of_one_length(window: Window) -> None:
    for key in ("race", "race_loss", "basins", "standings"):
        kind = type(window.page.views[key])
        table = kind.table(answer(kind, window.store.state))
        assert len({len(column) for column in table.values()}) == 1 and len(table) > 2


def test_another_theme_and_an_export_draw_the_same_views(window: Window) -> None:
    for key in ("race", "race_loss", "basins", "standings"):
        kind = type(window.page.views[key])
        made = kind(Style(DARK))
        state = window.store.state
        made.mark(state)
        made.show(answer(kind, state))
        made.seek(state.steps // 2)
        made.widget.resize(500, 330)
        picture = made.widget.grab().toImage()
        colors = {picture.pixel(x, y) for x in range(0, 500, 7) for y in range(0, 330, 7)}
        assert len(colors) > 3
        made.widget.deleteLater()


def test_hovering_a_path_names_its_step(window: Window) -> None:
    race = view(window, ComparedPathsView)
    result = race._result
    assert result is not None
    x, y = result.path(4)[10].tolist()
    QTest.mouseMove(race._canvas.viewport(), (race._canvas.to_pixels(x, y) + QPointF(1, 1)).toPoint())
    assert "Adam" in race._nearest.tip._text and "10" in race._nearest.tip._text


def test_names_of_the_methods_are_not_taken_twice() -> None:
    assert [Entry(NAG()).name, Entry(NAG(), label="mine").name] == ["NAG", "mine"]


def test_the_list_says_which_point_of_the_family_a_method_is() -> None:
    assert as_qhm_words(NAG(0.5, 0.9)) == "as QHM: α 0.50, β 0.900, ν 0.900"
    assert as_qhm_words(Adam(0.1)) == ""
