"""A loss of one's own in the window: what is typed, its window, its minima, and what is said where there are none."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import TypeVar

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest

from qhm_gui.files import session
from qhm_gui.state.no_theory import no_theory_words
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.text.formula_errors import formula_sentence
from qhm_gui.views import VIEWS
from qhm_gui.views.compare.paths import ComparedPathsView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.view import View
from qhm_gui.window.window import Window
from qhm_math.expression import SENTENCES, ExpressionError, Fault, TypedLoss
from qhm_math.losses import Quadratic
from qhm_math.noise import NOISES
from tests.gui.conftest import QUICK

Settle = Callable[[Window], None]
V = TypeVar("V", bound=View)


@pytest.fixture
def window(used_window: Callable[..., Window]) -> Window:
    """A window on the page of comparisons."""
    return used_window(changed(State(), {"page": "compare"}), QSize(1600, 1000))


def view(window: Window, kind: type[V]) -> V:
    found = window.page.views[kind.key]
    assert isinstance(found, kind)
    return found


def type_formula(window: Window, text: str) -> None:
    field = window.panel.plane.formula
    field._edit.setFocus()
    field.type(text)
    QTest.keyClick(field._edit, Qt.Key.Key_Return)


def test_a_typed_loss_is_run_and_its_minima_are_marked(window: Window, settle: Settle) -> None:
    window.panel.plane.loss.chosen.emit("typed")
    settle(window)
    assert window.panel.plane.formula.isVisible()
    type_formula(window, "(x - 1)**2 + 4*(y + 2)**2")
    settle(window)
    state = window.store.state
    assert state.loss == TypedLoss("(x - 1)**2 + 4*(y + 2)**2")
    assert state.curvatures == pytest.approx((2.0, 8.0))  # the theory's pages take them from here
    race = view(window, ComparedPathsView)
    marks = [mark.position for mark in race._ground.minima.marks if mark.isVisible()]
    assert marks == [pytest.approx((1.0, -2.0))]
    result = race._result
    assert result is not None and result.losses(0)[-1] < result.losses(0)[0]
    window.store.undo()
    assert window.store.state.loss == TypedLoss("x**2 + 10*sin(y)**2")


def test_a_bad_formula_points_at_its_character(window: Window, subtests: pytest.Subtests) -> None:
    for text, position in [
        ("x**2 + z", 7),
        ("x**2 +", 5),
        ("x.real", 1),
        ("x 2", 2),
        ("10**10**10*x", 4),
        ("", 0),
        ("x @ y + z", 2),
    ]:
        with subtests.test(text=text):
            window.panel.plane.loss.chosen.emit("typed")
            before = window.store.state
            type_formula(window, text)
            assert window.store.state == before
            sentence = window.panel.plane.formula.error()
            assert sentence.startswith(
                f"The formula cannot be read at character {position + 1}: "
            ) and sentence.endswith(".")
            assert window.panel.plane.loss_help.text() == sentence
            if text:
                assert window.panel.plane.formula.selection[0] == position


def test_all_faults_of_a_formula_are_told(window: Window) -> None:
    window.panel.plane.loss.chosen.emit("typed")
    type_formula(window, "foo(x) + q @ (y")
    sentence = window.panel.plane.formula.error()
    for place, word in ((1, "foo"), (10, "q"), (12, "@"), (14, "never closed")):
        assert f"at character {place}: " in sentence and word in sentence


def test_a_formula_is_shown_back_in_the_programs_notation(window: Window, settle: Settle) -> None:
    window.panel.plane.loss.chosen.emit("typed")
    type_formula(window, "f(x, y) = x² + 2|y−1|")
    settle(window)
    assert window.store.state.loss == TypedLoss("x**2 + 2*abs(y - 1)")
    assert window.panel.plane.formula.value() == window.panel.plane.formula._edit.text() == "x**2 + 2*abs(y - 1)"


@pytest.mark.parametrize("kind", sorted(SENTENCES))
def test_every_problem_of_a_formula_is_told_in_japanese(kind: str) -> None:
    names = ("sign", "code", "word", "count", "most", "typed", "first", "second")
    fault = Fault(3, kind, tuple((name, "7") for name in names if f"{{{name}}}" in SENTENCES[kind]))
    for faults in ([fault], [fault, fault, Fault(8, "name", (("word", "q"),))], [fault] * 9):
        error = ExpressionError("x", faults)
        language.set_language("ja")
        try:
            sentence = formula_sentence(error)
        finally:
            language.set_language("en")
        assert sentence.startswith("式の") and sentence.endswith("。")
        english = {"allowed", "known", "needs", "takes", "more", "write", "missing", "this", "it", "number", "at"}
        assert not english & set(re.findall(r"[a-z]+", sentence)), sentence
        assert "*" not in sentence and "{" not in sentence  # asterisks would slant what stands between two of them


def test_formulas_need_nothing_but_numpy(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sympy", None)
    window.panel.plane.loss.chosen.emit("typed")
    type_formula(window, "x**2 + 17*y**2 + 0.125*x")
    settle(window)
    assert window.store.state.curvatures == pytest.approx((2, 34))


def test_a_window_of_ones_own_is_searched_shown_and_kept(window: Window, settle: Settle) -> None:
    window.panel.plane.loss.chosen.emit("typed")
    type_formula(window, "(y - 5.1/(4π²)*x² + 5/π*x - 6)² + 10(1 - 1/(8π))cos(x) + 10")
    settle(window)
    start = window.store.state.start
    for name, value in (("x_low", -5.0), ("x_high", 10.0), ("y_high", 15.0), ("y_low", 0.0)):
        window.panel.plane.loss_form.edited.emit(name, value)
    settle(window)
    state = window.store.state
    assert state.loss.window() == ((-5, 10), (0, 15)) and len(state.loss.minima()) == 3
    assert state.start != start or (-5 <= start[0] <= 10 and 0 <= start[1] <= 15)
    assert -5 <= state.start_x <= 10 and 0 <= state.start_y <= 15
    marks = [mark.position for mark in view(window, ComparedPathsView)._ground.minima.marks if mark.isVisible()]
    assert len(marks) == 3
    assert session.load(session.dump(state)) == state
    window.panel.plane.loss_form.edited.emit("x_low", 11.0)
    assert window.store.state == state
    assert window.panel.plane.loss_help.text() == ""


def test_a_session_of_a_formula_without_a_window_is_read() -> None:
    text = json.dumps({"qhm_explorer": 2, "state": {"loss": {"kind": "typed", "text": "x^2 + 3y^2"}}})
    assert session.load(text).loss == TypedLoss("x**2 + 3*y**2")
    bad = json.dumps({"qhm_explorer": 2, "state": {"loss": {"kind": "typed", "text": "x", "met": "low"}}})
    with pytest.raises(session.SessionError):
        session.load(bad)


def test_a_minimum_at_the_edge_is_said_to_be_one(window: Window, settle: Settle) -> None:
    loss = TypedLoss("-(y+47) sin(√|x/2+y+47|) - x sin(√|x-(y+47)|)", -512, 512, -512, 512)
    window.store.update(loss=loss, start_x=500.0, start_y=400.0, steps=20)
    settle(window)
    words = window.panel.plane.loss_help.text()
    assert words == "The lowest minimum, (512, 404.2318), is at the window's edge: beyond it the loss may be lower."
    assert no_theory_words(window.store.state) == (
        "No theory at this minimum",
        "The minimum nearest to the start is at the window's edge: it has no rate and no bound.",
    )


def test_a_lower_value_in_a_run_is_the_new_minimum_value(window: Window, settle: Settle) -> None:
    window.store.update(loss=TypedLoss("x + y**2"), steps=40, alpha=0.5, **{"noise.sigma": 0.0})
    said: list[str] = []
    window.store.update(page="explore")
    window.page.link.lowered.connect(said.append)
    window.store.update(start_x=0.0, start_y=1.0)
    undoable = window.store.can_undo
    settle(window)
    loss = window.store.state.loss
    assert isinstance(loss, TypedLoss)
    assert loss.met is not None and loss.minimum_value() == loss.met < -5
    assert said and said[-1].startswith("A run went below all values known of this loss: f_min is now −")
    assert window.store.can_undo == undoable
    window.store.undo()
    assert window.store.state.start != (0.0, 1.0)
    assert session.load(session.dump(State(loss=loss))).loss == loss


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("x", "No minimum of this loss was found"),
        ("x*y", "No minimum of this loss was found"),
        ("tan(x)", "No minimum of this loss was found"),
        ("(x-200)**10 + y**2", "No minimum of this loss was found"),  # it has one, and all is flat on the way
        ("(x-3e6)**2 + y**2", "The minimum of this loss is too far away"),
        ("abs(x)+abs(y)", "No theory at this minimum"),
        ("exp(x)+exp(-x)+y**4", "No theory at this minimum"),
        ("x**4 + y**4", "No theory at this minimum"),
        ("sqrt(x**2+y**2)", "No theory at this minimum"),
        ("cosh(sqrt(x**2+4*y**2))", ""),
        ("-cos(sqrt(x**2+y**2))", ""),
    ],
)
@pytest.mark.slow
def test_no_minimum_is_said_only_of_losses_without_one(text: str, title: str) -> None:
    state = changed(State(), {"loss": TypedLoss(text)})
    words = no_theory_words(state)
    assert (words[0] if words else "") == title
    assert state.has_minima == (title in ("", "No theory at this minimum"))


def test_standing_in_a_kink_is_not_told_as_divergence(window: Window, settle: Settle) -> None:
    window.store.update(page="explore")
    window.store.update(loss=TypedLoss("sqrt(x**2+y**2)"), noise=NOISES["none"](), steps=30)
    window.store.update(start_x=1.0, start_y=0.0, alpha=0.5)
    settle(window)
    path = view(window, PathView)._result
    assert path is not None and (path.diverged == -1).all()
    assert "diverges" not in window.messages._note


def test_a_loss_without_a_minimum_leaves_no_page_in_pieces(window: Window, settle: Settle) -> None:
    failures: list[str] = []
    window.store.update(loss=TypedLoss("x**4 + y"), **QUICK)
    for page in PAGES:
        window.store.update(page=page)
        window.page.link.failed.connect(failures.append)
        settle(window)
        for key, card in window.page._cards.items():
            if VIEWS[key].needs_minimum:
                if key not in window.page.visible_views:
                    window.store.update(expanded=key)
                message = card.card.message()
                assert message is not None and message[0] == "No minimum of this loss was found"
        window.store.update(expanded="")
    assert failures == []
    window.store.update(page="explore")  # a page with a loss of its own has no read-out
    assert not window.panel.theory.read_out.isVisible() and "no bound" in window.panel.theory.no_theory.text()
    window.store.update(loss=Quadratic())
    settle(window)
    assert window.panel.theory.read_out.isVisible() and window.panel.theory.no_theory.text() == ""
