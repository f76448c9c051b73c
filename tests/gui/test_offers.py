"""Marked optima that are taken over by a click or by keys, and a start that is typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from qhm_gui.canvas.markers import OptimumStar
from qhm_gui.canvas.offer import Offer
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed, rate
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math import best_rate
from tests.covering import covered
from tests.gui.conftest import Shown

Settle = Callable[[Window], None]


def offer_of(window: Window, key: str) -> tuple[Canvas, Offer]:
    """The star of a view, and its canvas."""
    view = window.page.views[key]
    (offer,) = (offer for offer in view.offers if isinstance(offer, OptimumStar))
    assert offer.canvas is not None
    return offer.canvas, offer


def click(canvas: Canvas, place: QPointF) -> None:
    QTest.mouseMove(canvas.viewport(), place.toPoint())
    QTest.mouseClick(canvas.viewport(), Qt.MouseButton.LeftButton, pos=place.toPoint())


@pytest.mark.parametrize("by", ["mark", "words", "keys"])
def test_the_fastest_point_is_taken_over_as_one_step_of_undo(
    make_window: Callable[..., Window], settle: Settle, by: str
) -> None:
    window = make_window()
    settle(window)
    canvas, offer = offer_of(window, "rate")
    canvas.grab()  # the words have a place
    best, before, past = offer.position, window.store.state, len(window.store._past)
    if by == "keys":
        canvas.setFocus(Qt.FocusReason.TabFocusReason)
        QTest.keyClick(canvas, Qt.Key.Key_Tab)
        assert canvas.keyboard.focused is offer
        assert canvas.accessibleName().startswith("Take over α = ")
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    else:
        click(canvas, canvas.to_pixels(*best) if by == "mark" else offer.label.area().center())
    assert (window.store.state.alpha, window.store.state.beta) == pytest.approx(best)
    assert len(window.store._past) == past + 1
    window.store.undo()
    assert window.store.state == before


def test_the_mouse_on_an_offer_says_what_a_click_takes_over(window: Window) -> None:
    canvas, offer = offer_of(window, "rate")
    said: list[str] = []
    window.page.views["rate"].said.connect(said.append)
    QTest.mouseMove(canvas.viewport(), canvas.to_pixels(*offer.position).toPoint())
    assert offer.active and said[-1] == offer.tip and offer.toolTip().startswith("Take over α = ")
    assert offer.cursor().shape() == Qt.CursorShape.PointingHandCursor


@pytest.mark.parametrize("axes", ["alpha-beta", "alpha-nu", "beta-nu"])
def test_every_plane_offers_its_fastest_point(make_window: Callable[..., Window], settle: Settle, axes: str) -> None:
    window = make_window(changed(State(), {"page": "fast", "fast.axes": axes, "expanded": "rate_plane"}))
    settle(window)
    _, offer = offer_of(window, "rate_plane")
    best = window.page.views["rate_plane"].result.rate.best
    offer.take()
    fields = {"alpha-beta": ("alpha", "beta"), "alpha-nu": ("alpha", "nu"), "beta-nu": ("nu", "beta")}[axes]
    assert [getattr(window.store.state, name) for name in fields] == pytest.approx(best[:2], abs=1e-4)


#: (view, what it shows, the fields that each of its offers changes)
MARKED: list[tuple[str, dict[str, object], list[set[str]]]] = [
    ("rate", {"page": "explore"}, [{"alpha", "beta"}]),
    ("rate_plane", {"page": "fast"}, [{"alpha", "beta"}, {"alpha", "nu"}, {"alpha"}]),
    ("rate_plane", {"page": "fast", "tie": "nag"}, [{"alpha", "beta"}, {"alpha", "nu"}, {"alpha"}]),
    ("rate_plane", {"page": "fast", "fast.axes": "alpha-nu"}, [{"alpha", "nu"}, {"alpha", "beta"}, {"alpha"}]),
    ("rate_plane", {"page": "fast", "fast.axes": "beta-nu"}, [{"beta", "nu"}, {"alpha", "beta"}, {"alpha", "nu"}]),
    ("optima", {"page": "fast"}, [{"alpha", "beta"}]),
    ("optima", {"page": "fast", "tie": "nag"}, [{"alpha", "beta", "nu"}]),
    ("optima", {"page": "fast", "fast.figure": "beta"}, [{"alpha", "nu"}]),
    ("optima", {"page": "fast", "fast.figure": "kappa"}, [{"alpha", "beta"}]),
    ("stationary_line", {"page": "good"}, [{"nu"}]),
    ("stationary_left", {"page": "good", "good.left_axes": "alpha-nu"}, [{"nu"}, {"nu"}]),
    ("stationary_right", {"page": "good", "good.right_axes": "beta-nu"}, [{"nu"}, {"nu"}]),
]


@pytest.mark.parametrize(("marked", "by"), covered(MARKED, ("click", "keys")))
@pytest.mark.slow
def test_every_marked_optimum_is_taken_over(
    shown: Shown, marked: tuple[str, dict[str, object], list[set[str]]], by: str
) -> None:
    """By a click, or by Return after Tab; afterwards the point is the best that was promised."""
    key, changes, fields = marked
    state = changed(State(), changes)
    edits = [take(shown, key, state, number, by) for number in range(len(fields))]
    assert sorted(map(sorted, edits)) == sorted(map(sorted, fields))
    points = [changed(state, dict(edit)) for edit in edits]
    for edit, after in zip(edits, points, strict=True):
        assert {name: getattr(after, name) for name in edit} == pytest.approx(edit)
        if key == "optima" and "beta" in edit:
            assert rate(after) == pytest.approx(float(best_rate(after.nu, after.local.condition)), abs=1e-9)
        if not key.startswith("stationary"):
            assert rate(after) < rate(state)
    if key.startswith("stationary"):
        assert any(map(lowest_in_nu, points))


def take(shown: Shown, key: str, state: State, number: int, by: str) -> dict[str, float]:
    """The edit that the offer of this number asks for, when it is taken over."""
    view = shown(VIEWS[key], state, size=(800, 560))
    offer, edits = view.offers[number], list[dict[str, float]]()
    view.edited.connect(edits.append)
    canvas = offer.canvas
    assert canvas is not None
    QTest.qWaitForWindowExposed(view.widget)
    if by == "click":
        click(canvas, canvas.to_pixels(*offer.position))
    else:
        canvas.keyboard.take(canvas.keyboard._handles()[0])
        while canvas.keyboard.focused is not offer:
            assert canvas.keyboard.focus_next(True)
        QTest.keyClick(canvas, Qt.Key.Key_Return)
    (edit,) = edits
    for symbol, name in (("α", "alpha"), ("β", "beta"), ("ν", "nu")):
        assert (f"*{symbol}* = " in offer.tip) == (name in edit)
    return edit


def lowest_in_nu(state: State) -> bool:
    """Whether the stationary loss is higher at every other ν nearby."""
    others = [changed(state, {"nu": float(nu)}) for nu in np.clip([state.nu - 0.05, state.nu + 0.05], 0, 1)]
    level = state.local.stationary_loss(state.point)
    return all(level <= state.local.stationary_loss(other.point) * (1 + 1e-9) for other in others)


@pytest.mark.parametrize("page", ["explore", "converge", "fast", "good", "compare"])
def test_the_start_can_be_typed_on_every_page(make_window: Callable[..., Window], page: str) -> None:
    assert {"start_x", "start_y"} <= set(PAGES[page].run)
    window = make_window(changed(State(), {"page": page}))
    before = window.store.state.start
    entry: Any = window.panel._run.row("start_x").entry
    entry._edit.setFocus()
    entry._edit.setText("1.25")
    entry._edit.setModified(True)
    QTest.keyClick(entry._edit, Qt.Key.Key_Return)
    assert window.store.state.start == (1.25, before[1])
    window.store.undo()
    assert window.store.state.start == before


def test_a_typed_start_outside_the_window_of_the_loss_is_refused(window: Window) -> None:
    before = window.store.state
    window.panel._run.edited.emit("start_x", 9.0)
    sentence = "start x = 9 is outside the window of the loss, from −3.2 to 1.7."
    assert window.store.state == before
    assert window.panel._run.error("start_x") == sentence


def test_return_on_the_start_asks_to_type_it(window: Window) -> None:
    view: Any = window.page.views["path"]
    view._canvas.keyboard.take(view._start.handle)
    QTest.keyClick(view._canvas, Qt.Key.Key_Return)
    entry: Any = window.panel._run.row("start_x").entry
    assert window.focusWidget() is entry._edit
