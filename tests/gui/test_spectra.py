"""The spectrum of the page "How to choose?": its fields, its files, and what follows it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.files import provenance, session
from qhm_gui.files import state_text as statetext
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, alpha_range, changed
from qhm_gui.text.eigenvalue_text import EigenvalueError, typed_eigenvalues
from qhm_gui.views.choose.problem import problem_of
from qhm_gui.widgets.list_field import ListField
from qhm_gui.window.opening import Found, Part, find_beginning, read_file
from qhm_gui.window.window import Window
from qhm_math.eigenvalues import EigenvalueList, OfLoss, PowerLaw
from qhm_math.losses import Quadratic, Rosenbrock
from qhm_math.minibatch_noise import MiniBatches

POWER = changed(State(), {"page": "choose", "choose.budget": 30, "choose.spectrum": PowerLaw(50, 2.0, 0.5)})


def test_the_loss_of_all_pages_has_the_ends_of_the_spectrum() -> None:
    assert POWER.loss == Quadratic(2.0 * 50**-0.5, 2.0, 0.0) and POWER.fast.kappa == pytest.approx(50**0.5)
    steeper = changed(POWER, {"choose.spectrum.exponent": 1.0})
    assert steeper.curvatures == (2.0 / 50, 2.0)
    assert changed(steeper, {"choose.budget": 31}).choose.spectrum == steeper.choose.spectrum


@pytest.mark.parametrize("changes", [{"loss.mu": 0.1}, {"loss": Rosenbrock(), "choose.budget": 7}])
def test_another_loss_ends_the_spectrum(changes: dict) -> None:
    state = changed(POWER, changes)
    assert state.choose.spectrum == OfLoss() and state.loss != POWER.loss


def test_the_problem_has_the_noise_and_the_distance_in_every_direction() -> None:
    state = changed(POWER, {"choose.distance": 3.0, "noise.sigma": 0.2})
    problem = problem_of(state)
    assert len(problem.curvatures) == 50
    assert problem.noise_variances == pytest.approx(np.full(50, 0.04)) and (problem.offset_squares == 9.0).all()
    batches = problem_of(changed(state, {"noise": MiniBatches(4, 0.1)}))
    assert (batches.batch, batches.residual_variance) == (4, 0.1)
    own = EigenvalueList((0.5, 1.0), (1.0, 2.0), (0.1, 0.2), (0.0, 4.0))
    problem = problem_of(changed(state, {"choose.spectrum": own}))
    assert problem.noise_variances.tolist() == [0.1, 0.2] and problem.offset_squares.tolist() == [0.0, 4.0]


@pytest.mark.parametrize("count", [3, 10_000])
def test_a_spectrum_comes_back_from_a_session_and_from_a_text(count: int) -> None:
    values = tuple(np.random.default_rng(0).uniform(0.01, 1.0, count).tolist())
    own = EigenvalueList(values, *((values,) * 3 if count < 100 else ()))
    state = changed(POWER, {"choose.spectrum": own})
    assert session.load(session.dump(state)) == state
    assert statetext.from_text(statetext.to_text(state)) == state


def test_an_older_session_has_the_spectrum_of_its_loss() -> None:
    fields = session.fields_of(State())
    for name in ("spectrum", "distance"):
        del fields["choose"][name]
    assert session.state_of(fields) == State()


def test_a_session_that_contradicts_itself_is_of_the_spectrum() -> None:
    fields = session.fields_of(POWER)
    fields["loss"]["mu"] = 1.0
    assert session.state_of(fields).loss == POWER.loss


@pytest.mark.parametrize(
    "text",
    ["0.1 1 10", "0.1, 1, 10", "0.1\n1\n10\n", "0.1;1;1e1", "０.１、1、１０", "1×10⁻¹ 1 10", "0.1,1.0,10", "1e-1,1,10,",
     "0.1\u00a01\u00a010", "0.1\t1\r\n10"],
)  # fmt: skip
def test_eigenvalues_are_typed_as_people_write_them(text: str) -> None:
    assert typed_eigenvalues(text) == (0.1, 1.0, 10.0)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "There is no number"),
        ("1, two", "“two” is not a number"),
        ("1 2+3j", "“2+3j” is complex"),
        ("1,5", "“1,5” is one number or several"),
        ("0.5 1,000", "“1,000” is one number or several"),
        ("1.234,5\n2.345,6", "“1.234,5” is one number or several"),
        ("0,5, 0,7", "“0,5” is one number or several"),
        ("１，５", "“１，５” is one number or several"),
        ("1,234,567", "“1,234,567” is one number or several"),
        ("1_0 2", "“1_0” is not a number"),
        ("1 −2", "−2 is no eigenvalue here: every one must be finite and greater than 0."),
        ("1 nan", "must be finite"),
    ],
)
def test_what_is_no_list_of_eigenvalues_is_refused(text: str, said: str) -> None:
    with pytest.raises(EigenvalueError, match=re.escape(said)):
        typed_eigenvalues(text)


def test_what_the_program_shows_grouped_is_one_eigenvalue() -> None:
    assert typed_eigenvalues("1\u202f000 2\u202f500.5") == (1000.0, 2500.5)


def test_a_file_of_eigenvalues_is_a_part_of_a_state(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", [1.0, 2.0])
    found = read_file(tmp_path / "a.npy")
    assert isinstance(found, Part) and found.sentence == "Read from a.npy: 2 values, 1 to 2."
    assert changed(POWER, found.changes).choose.spectrum == EigenvalueList((1.0, 2.0))
    begun = find_beginning(tmp_path / "a.npy", None)  # type: ignore[arg-type]
    assert begun.session.state.curvatures == (1.0, 2.0) and begun.session.state.page == "choose"
    (tmp_path / "long.txt").write_text("1 " * 10_001)
    (tmp_path / "far.csv").write_text("1e-10,1")
    (tmp_path / "empty.csv").write_text("")
    for name, said in (("long.txt", "at most 10"), ("far.csv", "greater than 1×10⁻⁹ of"), ("empty.csv", "no number")):
        with pytest.raises(session.SessionError, match=said):
            read_file(tmp_path / name)


def test_a_table_that_was_exported_still_brings_its_state(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"# state: {provenance.stamp(POWER)}\nx,y\n1,2\n")
    found = read_file(tmp_path / "a.csv")
    assert isinstance(found, Found) and found.session.state == POWER


@pytest.mark.parametrize("only", [5e-324, 1e-310, 1e308])
def test_the_axis_of_alpha_has_ends_whatever_the_spectrum(only: float) -> None:
    state = changed(State(), {"choose.spectrum": EigenvalueList((only,))})
    low, high = alpha_range(state)
    assert 0 < low <= state.alpha <= high < np.inf


def test_the_panel_edits_the_spectrum_and_every_card_follows_it(
    make_window: Callable[..., Window], settle: Callable[[Window], None], qtbot: QtBot
) -> None:
    power = changed(POWER, {"choose.error": 1.0, "choose.budget": 100})  # no worst case need be searched for
    window = make_window(power)
    settle(window)
    store, form = window.store, window.panel._page.form
    problem = problem_of(store.state)
    assert float(problem.stationary_loss(POWER.point)) != pytest.approx(float(POWER.local.stationary_loss(POWER.point)))
    assert "50" in window.panel.plane.loss_help.text()
    shown = [window.page.views[key].result.request.problem for key in PAGES["choose"].views]
    assert len(shown) == 4 and all(one == problem for one in shown)
    form.row("choose.spectrum.key").entry.committed.emit("list")
    field = form.row("choose.spectrum.values").entry
    assert isinstance(field, ListField) and field.text() == "0.01, 0.1, 1"
    field._edit.setText("1, −2")
    field._edit.setModified(True)
    assert not field.commit() and "every one must be finite" in field.error()
    assert store.state.choose.spectrum == EigenvalueList()
    field._edit.setText(" ".join(map(str, range(1, 10_001))))
    field._edit.setModified(True)
    assert field.commit() and store.state.curvatures == (1.0, 10_000.0)
    assert field.text() == "10\u202f000 values, 1 to 10\u202f000"
    store.undo()
    store.undo()
    assert store.state == power
