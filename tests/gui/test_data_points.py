"""The points of a line fit, and the line of each step."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QFocusEvent
from PySide6.QtTest import QTest

from qhm_gui.canvas.drawn import DrawnCurve, DrawnMarks
from qhm_gui.canvas.key_cursor import KeyCursor
from qhm_gui.files.session import dump, load
from qhm_gui.state.state import State, changed
from qhm_gui.views.explore.data_points import DataView
from qhm_math.losses import LineFit
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown
from tests.gui.label_checks import faults

LOSS = LineFit(batch=12)  # all of them: no noise
FIT = changed(State(), {"loss": LOSS, "alpha": 0.1})


def test_the_line_is_that_of_the_step_and_ends_near_the_one_of_least_loss(shown: Shown) -> None:
    view = shown(DataView, FIT)
    inputs, outputs = LOSS.data()
    (marks,) = (part for part in view.drawn() if isinstance(part, DrawnMarks))  # none has been added
    np.testing.assert_array_equal((marks.x, marks.y), (inputs, outputs))
    slope, offset = np.polyfit(inputs, outputs, 1)
    away = []
    for step in (0, 7, FIT.steps):
        view.seek(step)
        least, now = (part for part in view.drawn() if isinstance(part, DrawnCurve))
        np.testing.assert_allclose(least.y, offset + slope * least.x)
        away.append(np.abs(now.y - offset - slope * now.x).max())
    assert away[0] > 1
    assert away[1] < away[0]
    assert away[2] < 0.02


def test_a_run_that_diverges_is_said_to(shown: Shown) -> None:
    view = shown(DataView, FIT)
    said: list[str] = []
    view.noted.connect(said.append)
    for state in (changed(FIT, {"alpha": 9.0}), FIT):
        for answer in DataView.compute(DataView.request(state), SILENT):
            view.show(answer)
    assert said[0].startswith("QHM diverges at step ")
    assert said[1:] == [""]


def test_another_loss_has_no_points(shown: Shown) -> None:
    view = shown(DataView, State())
    assert view.empty(State())
    assert not any(isinstance(part, DrawnCurve | DrawnMarks) for part in view.drawn())


def test_a_click_adds_a_point_and_another_one_takes_it_away(shown: Shown) -> None:
    view = shown(DataView, FIT)
    canvas = view._canvas
    state = FIT

    def click(x: float, y: float) -> State:
        said: list[dict[str, object]] = []
        view.edited.connect(said.append)
        canvas.clicked.emit(x, y)
        view.edited.disconnect(said.append)
        (changes,) = said
        after = changed(state, changes)
        view.mark(after)
        for answer in DataView.compute(DataView.request(after), SILENT):
            view.show(answer)
        return after

    before = LOSS.minimum()
    state = click(-1.0, 3.0)
    assert isinstance(state.loss, LineFit) and state.loss.added == ((-1.0, 3.0),)
    assert state.loss.batch == state.loss.n == 13  # still all of them
    assert state.loss.minimum()[1] < before[1] - 0.1  # the new point pulls the line up on the left
    dots, rings = (part for part in view.drawn() if isinstance(part, DrawnMarks))
    assert (dots.x[-1], dots.y[-1]) == (rings.x[0], rings.y[0]) == (-1.0, 3.0)
    assert view.subtitle(state) == "13 samples, 1 of them added"
    assert load(dump(state)) == state
    state = click(0.5, -2.0)
    at = canvas.from_pixels(canvas.to_pixels(-1.0, 3.0) + QPointF(4, 4))
    state = click(*at)
    assert isinstance(state.loss, LineFit) and state.loss.added == ((0.5, -2.0),)
    given = LOSS.data()[0][0], LOSS.data()[1][0]
    state = click(*given)
    assert isinstance(state.loss, LineFit) and len(state.loss.added) == 2  # what is given stays


def test_a_click_beyond_the_points_that_can_be_is_a_sentence(shown: Shown) -> None:
    """The wheel goes as far as anybody turns it: the click ended in an exception."""
    view = shown(DataView, FIT)
    told: list[str] = []
    edited: list[object] = []
    view.said.connect(told.append)
    view.edited.connect(edited.append)
    for x, y in ((-10.5, 0.0), (0.0, 101.0)):
        view._canvas.clicked.emit(x, y)
    assert edited == [] and told == 2 * ["Points can be added up to |*t*| = 10 and |*y*| = 100."]


def test_points_beyond_the_usual_range_are_seen(shown: Shown) -> None:
    state = changed(FIT, {"loss": LineFit(added=((5.0, 9.0),))})
    view = shown(DataView, state)
    assert view._canvas.x_axis.high > 5.0 and view._canvas.y_axis.high > 9.0


@pytest.mark.slow
def test_no_name_covers_a_point(shown: Shown) -> None:
    """ "least loss" once stood on a point that had been added."""
    for added in ((1.4, 2.0), (1.2, 2.2), (-1.4, 0.2), (1.3, 1.0)):
        state = changed(FIT, {"loss": LineFit(added=(added,))})
        (canvas,) = shown(DataView, state, size=(760, 300)).canvases
        canvas.prepare()
        assert faults(canvas) == []


def test_points_come_and_go_by_keys(shown: Shown) -> None:
    """Tab reaches a cross, arrows move it, Return does what a click there does."""
    view = shown(DataView, FIT)
    canvas = view._canvas
    edits: list[dict[str, object]] = []
    told: list[str] = []
    view.edited.connect(edits.append)
    view.said.connect(told.append)
    canvas.focusInEvent(QFocusEvent(QEvent.Type.FocusIn, Qt.FocusReason.TabFocusReason))
    cursor = canvas.keyboard.focused
    assert isinstance(cursor, KeyCursor) and cursor.focused and "Return" in canvas.accessibleName()
    x, y = cursor.position
    for key in (Qt.Key.Key_Right, Qt.Key.Key_Up):
        QTest.keyClick(canvas, key)
    assert cursor.position[0] > x and cursor.position[1] > y and "add a point" in told[-1]
    before = QPointF(canvas.to_pixels(*cursor.position))
    QTest.keyClick(canvas, Qt.Key.Key_Left, Qt.KeyboardModifier.ShiftModifier)
    assert before.x() - canvas.to_pixels(*cursor.position).x() == pytest.approx(2.0)
    QTest.keyClick(canvas, Qt.Key.Key_Return)
    (changes,) = edits
    state = changed(FIT, changes)
    assert isinstance(state.loss, LineFit) and state.loss.added[0] == pytest.approx(cursor.position, abs=1e-3)
    view.mark(state)
    QTest.keyClick(canvas, Qt.Key.Key_Enter)
    taken = changed(state, edits[-1]).loss
    assert isinstance(taken, LineFit) and taken.added == ()
    for _ in range(100):
        QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert cursor.position[0] == pytest.approx(canvas.x_axis.low)
    plain = canvas.grab().toImage()
    canvas.focusOutEvent(QFocusEvent(QEvent.Type.FocusOut, Qt.FocusReason.TabFocusReason))
    assert not cursor.focused and canvas.grab().toImage() != plain
