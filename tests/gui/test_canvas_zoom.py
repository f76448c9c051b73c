"""Zooming and moving the view with the mouse, and back."""

from math import isfinite

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas, Handle
from tests.gui.conftest import drag, wheel

LEFT = Qt.MouseButton.LeftButton
HOME = (0, 10, 0.01, 100)


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0, 10), Axis(0.01, 100, "log"))
    qtbot.addWidget(canvas)
    canvas.resize(500, 300)
    canvas.set_zoomable(True)
    with qtbot.waitExposed(canvas):
        canvas.show()
    return canvas


def width(canvas: Canvas) -> float:
    x0, x1, _, _ = canvas.visible_range()
    return x1 - x0


@pytest.mark.parametrize("notches", [1, 3, -2])
@pytest.mark.slow
def test_the_wheel_keeps_what_is_under_the_mouse(canvas: Canvas, notches: int):
    place = QPointF(canvas.to_pixels(2.5, 0.3).toPoint())
    there = canvas.from_pixels(place)
    assert wheel(canvas, place, notches)
    assert canvas.zoomed
    assert (width(canvas) < 10) == (notches > 0)
    assert canvas.from_pixels(place) == pytest.approx(there, rel=1e-6)


def test_a_drag_moves_what_is_under_the_mouse_with_it(canvas: Canvas):
    start = QPointF(canvas.to_pixels(5, 1).toPoint())
    held = canvas.from_pixels(start)
    end = start + QPointF(60, -25)
    drag(canvas, start, end)
    assert canvas.from_pixels(end) == pytest.approx(held, rel=1e-6)
    assert width(canvas) == pytest.approx(10)
    assert canvas.zoomed


@pytest.mark.slow
def test_a_drag_is_no_click(qtbot, canvas: Canvas):
    start = canvas.to_pixels(5, 1)
    with qtbot.assertNotEmitted(canvas.clicked):
        drag(canvas, start, start + QPointF(60, 0))
    with qtbot.waitSignal(canvas.clicked):
        drag(canvas, start, start + QPointF(2, 0), moves=2)


def test_a_double_click_and_home_show_the_whole_again(qtbot, canvas: Canvas):
    place = canvas.to_pixels(2, 1)
    for back in ("double click", "Home"):
        wheel(canvas, place, 4)
        assert canvas.zoomed
        if back == "Home":
            QTest.keyClick(canvas, Qt.Key.Key_Home)
        else:
            with qtbot.waitSignal(canvas.double_clicked):
                QTest.mouseDClick(canvas.viewport(), LEFT, pos=place.toPoint())
                QTest.mouseRelease(canvas.viewport(), LEFT, pos=place.toPoint())
        assert not canvas.zoomed and canvas.visible_range() == pytest.approx(HOME), back


@pytest.mark.slow
def test_a_click_on_a_zoomed_ground_waits_for_a_second_one(qtbot, canvas: Canvas):
    """A click that places a start would put it under the second click, which then typed its value."""
    place = canvas.to_pixels(2, 1).toPoint()
    wheel(canvas, QPointF(place), 4)
    interval = QGuiApplication.styleHints().mouseDoubleClickInterval()
    with qtbot.assertNotEmitted(canvas.clicked, wait=interval + 50):
        QTest.mouseClick(canvas.viewport(), LEFT, pos=place)
        QTest.mouseDClick(canvas.viewport(), LEFT, pos=place)
        QTest.mouseRelease(canvas.viewport(), LEFT, pos=place)
    wheel(canvas, QPointF(place), 4)
    with qtbot.waitSignal(canvas.clicked) as told:
        QTest.mouseClick(canvas.viewport(), LEFT, pos=place)
    assert told.args == pytest.approx((2, 1), abs=0.05)


@pytest.mark.slow
def test_zooming_ends_somewhere(canvas: Canvas):
    place = canvas.to_pixels(5, 1)
    for _ in range(60):
        wheel(canvas, place, -5)
    assert 10 < width(canvas) <= 10 * 20 * (1 + 1e-9)
    canvas.reset_zoom()
    for _ in range(60):
        wheel(canvas, place, 5)
    assert 1e-4 * 10 * (1 - 1e-9) <= width(canvas) < 0.1


@pytest.mark.parametrize("axis", [Axis(1e-200, 1e200, "log"), Axis(1e-300, 1e308, "log")])
@pytest.mark.slow
def test_moving_away_ends_where_numbers_do(canvas: Canvas, axis: Axis):
    """10 to the power of what one has moved to must be a number."""
    canvas.set_axes(y=axis)
    for away in (2000, -2000):
        for _ in range(15):
            middle = QPointF(canvas.viewport().rect().center())
            drag(canvas, middle, middle + QPointF(0, away))
        low, high = canvas.visible_range()[2:]
        assert isfinite(low) and isfinite(high) and low < high
        assert not canvas.grab().isNull()


def test_the_wheel_beside_the_plot_is_the_pages(canvas: Canvas):
    plot = canvas.frame().plot
    for place in (QPointF(plot.left() - 10, 100), QPointF(200, plot.bottom() + 10)):
        assert not wheel(canvas, place, 1)
    assert not canvas.zoomed
    canvas.set_zoomable(False)
    assert not wheel(canvas, plot.center(), 1)
    drag(canvas, plot.center(), plot.center() + QPointF(50, 0))
    assert canvas.visible_range() == pytest.approx(HOME) and not canvas.zoomed


def test_a_handle_is_dragged_and_not_the_view(canvas: Canvas):
    handle = canvas.add(Handle("qhm"))
    handle.set_position(5, 1)
    start = canvas.to_pixels(5, 1)
    drag(canvas, start, start + QPointF(40, 0))
    assert handle.position[0] > 5.5
    assert canvas.visible_range() == pytest.approx(HOME) and not canvas.zoomed


def test_marks_stay_at_their_data_while_one_zooms(canvas: Canvas):
    handle = canvas.add(Handle("qhm"))
    handle.set_position(2.5, 0.3)
    wheel(canvas, canvas.to_pixels(9, 90), 2)
    assert handle.position == (2.5, 0.3)
    at = handle.sceneBoundingRect().center()
    there = canvas.to_pixels(2.5, 0.3)
    assert (at.x(), at.y()) == pytest.approx((there.x(), there.y()), abs=1)


def test_other_axes_keep_a_view_that_lies_in_them(canvas: Canvas):
    wheel(canvas, canvas.to_pixels(5, 1), 6)
    shown = canvas.visible_range()
    canvas.set_axes(x=Axis(-5, 20))
    assert canvas.zoomed and canvas.visible_range() == pytest.approx(shown)
    canvas.set_axes(x=Axis(0, 12, title="*k*"))
    assert canvas.zoomed and canvas.visible_range() == pytest.approx(shown)
    canvas.set_axes(x=Axis(0, 5))  # it no longer lies within
    assert not canvas.zoomed and canvas.visible_range() == pytest.approx((0, 5, 0.01, 100))


def test_another_scale_starts_from_the_whole(canvas: Canvas):
    wheel(canvas, canvas.to_pixels(5, 1), 6)
    canvas.set_axes(y=Axis(0.01, 100))
    assert not canvas.zoomed and canvas.visible_range() == pytest.approx(HOME)


def test_axes_that_are_the_same_change_nothing(qtbot, canvas: Canvas):
    wheel(canvas, canvas.to_pixels(5, 1), 2)
    with qtbot.assertNotEmitted(canvas.range_changed):
        canvas.set_axes(Axis(0, 10), Axis(0.01, 100, "log"))
    assert canvas.zoomed


def test_a_locked_aspect_stays_locked_while_one_zooms(qtbot):
    canvas = Canvas(Style(), Axis(-2, 2), Axis(-1, 1), aspect_locked=True, show_axes=False)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    canvas.set_zoomable(True)
    place = QPointF(canvas.to_pixels(0.5, 0.25).toPoint())
    there = canvas.from_pixels(place)
    wheel(canvas, place, 3)
    assert canvas.from_pixels(place) == pytest.approx(there, abs=1e-6)
    origin, right, up = canvas.to_pixels(0, 0), canvas.to_pixels(1, 0), canvas.to_pixels(0, 1)
    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y())
    canvas.reset_zoom()
    assert canvas.visible_range()[:2] == pytest.approx((-2, 2))
