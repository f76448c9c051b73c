"""What is being typed goes into the state that it was typed for, or nowhere."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.own_presets import OwnPreset
from qhm_gui.state.state import State, changed
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.window import Window
from qhm_math.expression import TypedLoss
from qhm_math.losses import LOSSES
from tests.gui.conftest import read

CONTROL = Qt.KeyboardModifier.ControlModifier
OTHER = changed(State(), {"alpha": 0.3, "beta": 0.4, "seed": 9, "loss": LOSSES["beale"]()})


def half_typed(entry: ValueField, text: str) -> None:
    """Type a text over the value and leave the cursor there."""
    entry._edit.setFocus()
    entry._edit.selectAll()
    QTest.keyClicks(entry._edit, text)
    assert entry._edit.hasFocus() and entry._edit.isModified()


def alpha(window: Window) -> ValueField:
    entry = window.panel._point.row("alpha").entry
    assert isinstance(entry, ValueField)
    return entry


def open_file(window: Window, folder: Path) -> None:
    session.write(folder / "other.json", OTHER)
    window.files.open_file(folder / "other.json")
    read(window)


def drop_text(window: Window, _folder: Path) -> None:
    mime = QMimeData()
    mime.setText(statetext.to_text(OTHER))
    window.files.take(mime)
    read(window)


REPLACING: dict[str, Callable[[Window, Path], None]] = {
    "open": open_file,
    "paste": drop_text,
    "own preset": lambda window, folder: window.files.apply(OwnPreset(folder, "mine", OTHER)),
    "replace": lambda window, _: window.store.replace(OTHER),
}


def test_a_typed_number_stays_with_the_state_it_was_typed_for(
    window: Window, tmp_path: Path, subtests: pytest.Subtests
) -> None:
    for how in REPLACING:
        with subtests.test(how=how):
            before = window.store.state
            half_typed(alpha(window), "0.77")
            REPLACING[how](window, tmp_path)
            assert window.store.state == OTHER
            alpha(window).commit()  # as when the cursor leaves
            assert window.store.state == OTHER
            window.undo()
            assert window.store.state == changed(before, {"alpha": 0.77})
            window.undo()
            assert window.store.state == before


def test_what_cannot_be_taken_over_is_dropped(window: Window, tmp_path: Path, subtests: pytest.Subtests) -> None:
    for text, how in product(["-3", "abc", "0."], REPLACING):
        with subtests.test(text=text, how=how):
            before = window.store.state
            half_typed(alpha(window), text)
            REPLACING[how](window, tmp_path)
            alpha(window).commit()
            assert window.store.state == OTHER and not alpha(window).error()
            window.undo()
            assert window.store.state == before


def test_the_same_for_new_reset_undo_and_redo(window: Window, subtests: pytest.Subtests) -> None:
    for keys in ["new", "reset", "undo", "redo"]:
        with subtests.test(keys=keys):
            window.store.replace(State())
            window.store.update(beta=0.5)
            window.store.update(beta=0.6)
            window.undo()
            half_typed(alpha(window), "0.77")
            {"new": window.files.new, "reset": window.reset, "undo": window.undo, "redo": window.redo}[keys]()
            after = window.store.state
            alpha(window).commit()
            assert window.store.state is after
            if keys in ("new", "reset"):
                assert after == State()
                window.undo()
                assert (window.store.state.alpha, window.store.state.beta) == (0.77, 0.5)
            if keys == "undo":  # the typed number is the last change
                assert (after.alpha, after.beta) == (State().alpha, 0.5)


def test_any_other_change_ends_it_too(window: Window) -> None:
    """A parameter of a loss that is typed while another loss is chosen, from the keyboard or by a preset."""
    window.store.update(loss=LOSSES["quadratic"]())
    entry = window.panel.plane.loss_form.row("mu").entry
    assert isinstance(entry, ValueField)
    half_typed(entry, "0.05")
    window.panel.plane.loss.chosen.emit("beale")
    assert window.store.state.loss == LOSSES["beale"]()
    window.undo()
    assert window.store.state.loss.mu == 0.05  # type: ignore[attr-defined]


def test_a_half_typed_formula_is_dropped_and_a_whole_one_taken(window: Window) -> None:
    window.store.update(loss=TypedLoss("x**2 + y**2"))
    for text, kept in (("x**2 + 3*y**2", "x**2 + 3*y**2"), ("x**2 + (", "x**2 + 3*y**2")):
        half_typed(window.panel.plane.formula, text)
        window.store.replace(OTHER)
        assert window.store.state == OTHER
        window.undo()
        assert window.store.state.loss == TypedLoss(kept)


@pytest.mark.parametrize("key", ["S", "C"])
def test_what_is_saved_or_copied_holds_what_was_typed(window: Window, tmp_path: Path, key: str) -> None:
    window.document.save(tmp_path / "a.json")
    half_typed(alpha(window), "0.77")
    if key == "S":
        QTest.keyClick(alpha(window)._edit, Qt.Key.Key_S, CONTROL)
        assert session.read(tmp_path / "a.json").alpha == 0.77
    else:
        window.files.copy_state()
        assert statetext.from_text(QGuiApplication.clipboard().text()).alpha == 0.77
        window.document.save(tmp_path / "a.json")
    assert not window.document.dirty


def test_a_drag_that_a_file_interrupts_is_two_steps_of_undo(window: Window) -> None:
    before, store = window.store.state, window.store
    store.begin()
    for value in (0.5, 0.6):
        store.update(alpha=value)
    store.replace(OTHER)
    for value in (0.7, 0.8):
        store.update(beta=value)
    store.end()
    assert store.state == changed(OTHER, {"beta": 0.8})
    window.undo()
    assert store.state == OTHER
    window.undo()
    assert store.state == changed(before, {"alpha": 0.6})
    window.undo()
    assert store.state == before


def test_typing_is_not_ended_by_what_changes_nothing(window: Window, settle: Any) -> None:
    half_typed(alpha(window), "0.7")
    window.playback.seek(3)
    window.toggle_panel()
    settle(window)
    QTest.keyClicks(alpha(window)._edit, "7")
    QTest.keyClick(alpha(window)._edit, Qt.Key.Key_Return)
    assert window.store.state.alpha == 0.77
