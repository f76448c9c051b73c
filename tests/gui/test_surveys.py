"""What is typed as a loss is looked over in the background, and nothing is lost meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtTest import QTest

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.state.state import State, changed
from qhm_gui.widgets.number_field import NumberField
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss, search
from qhm_math.losses import LOSSES
from tests.gui.conftest import read

Settle = Callable[[Window], None]
FIRST = TypedLoss("x**2 + 2*y**2")


@pytest.fixture
def threads(monkeypatch: pytest.MonkeyPatch) -> list[threading.Thread]:
    """The threads in which losses are searched for minima from now on."""
    found: list[threading.Thread] = []
    descend = search.descend

    def told(*arguments: Any) -> Any:
        found.append(threading.current_thread())
        return descend(*arguments)

    monkeypatch.setattr(search, "descend", told)
    return found


def type_formula(window: Window, text: str) -> None:
    field = window.panel.plane.formula
    field._edit.setFocus()
    field.type(text)
    QTest.keyClick(field._edit, Qt.Key.Key_Return)


def type_edge(window: Window, name: str, text: str) -> None:
    entry = window.panel.plane.loss_form.row(name).entry
    assert isinstance(entry, NumberField)
    entry._edit.setFocus()
    entry._edit.selectAll()
    QTest.keyClicks(entry._edit, text)
    QTest.keyClick(entry._edit, Qt.Key.Key_Return)


def loss(window: Window) -> TypedLoss:
    found = window.store.state.loss
    assert isinstance(found, TypedLoss)
    return found


@pytest.fixture
def window(make_window: Callable[..., Window], settle: Settle) -> Window:
    made = make_window(changed(State(), {"loss": FIRST}))
    settle(made)
    return made


def test_no_loss_is_searched_in_the_windows_thread(
    window: Window, settle: Settle, threads: list[threading.Thread]
) -> None:
    mime = QMimeData()
    mime.setText(statetext.to_text(changed(State(), {"loss": TypedLoss("x**2 + 10.1875*sin(y)**2")})))
    for remembered in (search.find_window, search.survey, search._descents):
        remembered.cache_clear()
    threads.clear()
    window.panel.plane.loss.chosen.emit("beale")
    window.panel.plane.loss.chosen.emit("typed")
    settle(window)
    assert loss(window) == TypedLoss.example()
    type_formula(window, "x**2 + 10.0625*sin(y)**2")
    settle(window)
    type_edge(window, "x_low", "-7")
    settle(window)
    assert loss(window).x_low == -7
    window.files.take(mime)
    read(window)
    settle(window)
    assert "10.1875" in loss(window).text
    assert len(threads) > 6 and threading.main_thread() not in threads


def test_of_two_formulas_the_newest_wins(window: Window, settle: Settle) -> None:
    type_formula(window, "x**2 + 3*y**2")
    type_formula(window, "x**2 + 4*y**2")
    assert window.store.state.loss == FIRST and window.surveys.active
    settle(window)
    assert window.store.state.loss == TypedLoss("x**2 + 4*y**2")
    window.undo()
    assert window.store.state.loss == FIRST


def test_all_ends_of_a_window_count(window: Window, settle: Settle) -> None:
    for name, text in (("x_low", "-7"), ("y_high", "9"), ("x_low", "-6")):
        type_edge(window, name, text)
    settle(window)
    assert (loss(window).x_low, loss(window).y_high) == (-6, 9)
    type_edge(window, "x_low", "12")
    assert window.panel.plane.loss_form.row("x_low").entry.error()
    settle(window)
    assert loss(window).x_low == -6


def test_undo_and_saving_do_not_miss_what_is_looked_over(window: Window, tmp_path: Path) -> None:
    type_formula(window, "x**2 + 5*y**2")
    window.undo()
    assert window.store.state.loss == FIRST
    window.redo()
    assert window.store.state.loss == TypedLoss("x**2 + 5*y**2")
    type_formula(window, "x**2 + 6*y**2")
    window.document.save(tmp_path / "a.json")
    assert session.read(tmp_path / "a.json").loss == TypedLoss("x**2 + 6*y**2")


def test_what_happens_meanwhile_is_kept(window: Window, settle: Settle) -> None:
    type_formula(window, "x**2 + 7*y**2")
    window.store.update(beta=0.25)
    settle(window)
    assert window.store.state.loss == TypedLoss("x**2 + 7*y**2") and window.store.state.beta == 0.25
    type_formula(window, "x**2 + 8*y**2")
    window.panel.plane.loss.chosen.emit("beale")
    settle(window)
    assert window.store.state.loss == LOSSES["beale"]()


def test_cancelled_the_field_shows_what_holds(window: Window, settle: Settle) -> None:
    type_formula(window, "x**2 + 9*y**2")
    window.cancel()
    assert not window.surveys.active
    settle(window)
    assert window.store.state.loss == FIRST and window.panel.plane.formula.text() == FIRST.text


def test_a_survey_that_fails_is_told(window: Window, settle: Settle, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_: object) -> None:
        raise RuntimeError("no")

    monkeypatch.setattr(search, "descend", fails)
    type_formula(window, "x**2 + 11*y**2")
    settle(window)
    assert "could not be computed" in window.status.text()
    assert window.store.state.loss == FIRST and window.panel.plane.formula.text() == FIRST.text
