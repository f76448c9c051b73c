"""Handles take the mouse and the keys."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QPaintEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas, Crosshair, Handle, HeatMap, Playhead, PlotCurve, UnstableRegion
from tests.gui.conftest import count_draws

LEFT = Qt.MouseButton.LeftButton
SHIFT = Qt.KeyboardModifier.ShiftModifier


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0.05, 20, "log"), Axis(0, 1))
    qtbot.addWidget(canvas)
    canvas.resize(500, 300)
    with qtbot.waitExposed(canvas):
        canvas.show()
    return canvas


@pytest.fixture
def handle(canvas: Canvas) -> Handle:
    handle = canvas.add(Handle("qhm"))
    handle.set_position(1.0, 0.5)
    return handle


def move(canvas: Canvas, place: QPoint, keys: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """QTest.mouseMove knows no keys."""
    there = canvas.mapToGlobal(place)
    event = QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(there), LEFT, LEFT, keys)
    QApplication.sendEvent(canvas.viewport(), event)


def place_of(canvas: Canvas, handle: Handle) -> QPoint:
    return canvas.to_pixels(*handle.position).toPoint()


def test_dragging_moves_and_tells(qtbot, canvas: Canvas, handle: Handle):
    seen: list[tuple[float, float]] = []
    handle.moved_to.connect(lambda x, y: seen.append((x, y)))
    start = place_of(canvas, handle)
    before = canvas.to_pixels(*handle.position)
    with qtbot.waitSignals([handle.began, handle.ended]):
        QTest.mousePress(canvas.viewport(), LEFT, pos=start + QPoint(5, 5))
        QTest.mouseMove(canvas.viewport(), start + QPoint(45, -15))
        QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(45, -15))
    assert seen[-1] == handle.position
    after = canvas.to_pixels(*handle.position)
    assert after.x() - before.x() == pytest.approx(40) and after.y() - before.y() == pytest.approx(-20)


def test_shift_drags_at_a_tenth_from_where_it_was_pressed(canvas: Canvas, handle: Handle):
    start = place_of(canvas, handle)
    before = canvas.to_pixels(*handle.position)
    QTest.mousePress(canvas.viewport(), LEFT, pos=start)
    move(canvas, start + QPoint(50, 0))
    move(canvas, start + QPoint(50, 0), SHIFT)
    move(canvas, start + QPoint(90, 0), SHIFT)
    assert canvas.to_pixels(*handle.position).x() - before.x() == pytest.approx(54)
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start + QPoint(90, 0))


def test_it_stays_in_the_range_of_the_axes(canvas: Canvas, handle: Handle):
    start = place_of(canvas, handle)
    QTest.mousePress(canvas.viewport(), LEFT, pos=start)
    move(canvas, QPoint(-300, 900))
    assert handle.position == pytest.approx((0.05, 0.0))
    move(canvas, QPoint(3000, -900))
    assert handle.position == pytest.approx((20.0, 1.0))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=start)


def test_a_press_beside_it_is_a_click_on_the_canvas(qtbot, canvas: Canvas, handle: Handle):
    with qtbot.assertNotEmitted(handle.began), qtbot.waitSignal(canvas.clicked) as clicked:
        QTest.mouseClick(canvas.viewport(), LEFT, pos=place_of(canvas, handle) + QPoint(40, 0))
    assert clicked.args[1] == pytest.approx(0.5, abs=0.01)


def test_a_handle_that_cannot_move_lets_the_mouse_through(qtbot, canvas: Canvas):
    handle = canvas.add(Handle("qhm", movable=False))
    handle.set_position(1, 0.5)
    with qtbot.waitSignal(canvas.clicked):
        QTest.mouseClick(canvas.viewport(), LEFT, pos=place_of(canvas, handle))


def test_arrows_nudge_by_pixels(qtbot, canvas: Canvas, handle: Handle):
    canvas.keyboard.take(handle)
    before = canvas.to_pixels(*handle.position)
    with qtbot.waitSignals([handle.began, handle.moved_to, handle.ended]):
        QTest.keyClick(canvas, Qt.Key.Key_Right)
    QTest.keyClick(canvas, Qt.Key.Key_Up, SHIFT)
    after = canvas.to_pixels(*handle.position)
    assert after.x() - before.x() == pytest.approx(1)
    assert after.y() - before.y() == pytest.approx(-0.1)
    with qtbot.waitSignal(handle.double_clicked):
        QTest.keyClick(canvas, Qt.Key.Key_Return)


def test_double_click_and_menu(qtbot, canvas: Canvas, handle: Handle):
    place = place_of(canvas, handle)
    with qtbot.waitSignal(handle.double_clicked), qtbot.assertNotEmitted(canvas.double_clicked):
        QTest.mouseDClick(canvas.viewport(), LEFT, pos=place)
        QTest.mouseRelease(canvas.viewport(), LEFT, pos=place)
    there = canvas.mapToGlobal(place)
    with qtbot.waitSignal(handle.context_requested), qtbot.assertNotEmitted(canvas.context_requested):
        QApplication.sendEvent(canvas.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, there))
    aside = place + QPoint(60, 0)
    with qtbot.waitSignal(canvas.context_requested):
        QApplication.sendEvent(canvas.viewport(), QContextMenuEvent(QContextMenuEvent.Reason.Mouse, aside, there))


def test_the_cursor_says_what_can_be_done(canvas: Canvas, handle: Handle):
    place = place_of(canvas, handle)
    QTest.mouseMove(canvas.viewport(), place + QPoint(60, 0))
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.CrossCursor
    QTest.mouseMove(canvas.viewport(), place + QPoint(8, 8))
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor
    QTest.mousePress(canvas.viewport(), LEFT, pos=place)
    move(canvas, place + QPoint(3, 0))
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.ClosedHandCursor
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=place)
    assert canvas.viewport().cursor().shape() == Qt.CursorShape.OpenHandCursor


def test_of_two_handles_the_nearer_takes_the_mouse(canvas: Canvas, handle: Handle):
    other = canvas.add(Handle("nag"))
    place = canvas.to_pixels(*handle.position)
    other.set_position(*canvas.from_pixels(place + QPointF(20, 0)))
    QTest.mousePress(canvas.viewport(), LEFT, pos=place.toPoint() + QPoint(6, 0))
    move(canvas, place.toPoint() + QPoint(4, 0))
    assert handle.dragging and not other.dragging
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=place.toPoint())


def test_tab_goes_through_the_handles(canvas: Canvas, handle: Handle):
    other = canvas.add(Handle("nag"))
    other.set_position(5, 0.2)
    canvas.keyboard.take(handle)
    QTest.keyClick(canvas, Qt.Key.Key_Tab)
    before = other.position
    QTest.keyClick(canvas, Qt.Key.Key_Left)
    assert other.position < before and handle.position == (1.0, 0.5)


def test_hovering_tells_where_in_data_values(qtbot, canvas: Canvas):
    with qtbot.waitSignal(canvas.hovered) as hovered:
        QTest.mouseMove(canvas.viewport(), canvas.to_pixels(2.0, 0.25).toPoint())
    assert hovered.args == pytest.approx([2.0, 0.25], rel=0.03)
    with qtbot.waitSignal(canvas.left):
        QTest.mouseMove(canvas.viewport(), QPoint(5, 5))


def test_the_chip_stays_in_the_canvas(canvas: Canvas, handle: Handle):
    handle.set_chip("*α* 1.70   *β* 0.800")
    handle.set_state(dragging=True)
    for x, y in ((0.05, 0.0), (0.05, 1.0), (20, 1.0), (20, 0.0)):
        handle.set_position(x, y)
        point = canvas.to_pixels(x, y)
        area = next(area for text, area in canvas.placer.areas() if "1.70" in text)
        assert canvas.frame().bounds.contains(area)
        assert not area.contains(point)


@pytest.mark.slow
def test_moving_a_handle_draws_no_kept_item_again(qtbot, monkeypatch, canvas: Canvas, handle: Handle):
    """A map and its isolines are copied from their pictures while something moves above them."""
    heat = canvas.add(HeatMap("tide"))
    heat.set_values(np.random.default_rng(0).random((30, 30)), (0.05, 20), (0, 1))
    field = canvas.add(UnstableRegion())
    field.setData([2, 20, 20, 2], [0, 0, 1, 1])
    cross = canvas.add(Crosshair("qhm"))
    cross.set_position(1, 0.5)
    for x in (1.2, 1.4):  # the first move shows what it leaves as it is
        handle.set_position(x, 0.5)
        cross.set_position(x, 0.5)
        qtbot.wait(20)
    times = count_draws(monkeypatch, heat, field, handle)
    for i in range(5):
        handle.set_position(1.5 + i, 0.5)
        cross.set_position(1.5 + i, 0.5)
        qtbot.wait(20)
    assert times[heat] == 0 and times[field] == 0
    assert times[handle] >= 5


def test_moving_a_handle_repaints_only_near_it(qtbot, canvas: Canvas, handle: Handle):
    line = canvas.add(PlotCurve("shb"))
    line.setData(np.geomspace(0.05, 20, 50), np.full(50, 0.5))
    qtbot.wait(20)
    watch = PaintedArea()
    canvas.viewport().installEventFilter(watch)
    before = canvas.to_pixels(*handle.position)
    handle.set_position(1.1, 0.5)
    after = canvas.to_pixels(*handle.position)
    qtbot.waitUntil(lambda: bool(watch.rects))
    qtbot.wait(20)
    near = QRectF(before, after).normalized().adjusted(-30, -30, 30, 30).toRect()
    far = [rect for rect in watch.rects if not near.contains(rect) and rect.width() * rect.height() > 40]
    assert far == []
    for place in (before, after):
        assert any(rect.contains(place.toPoint()) for rect in watch.rects)


class PaintedArea(QObject):
    """Collects what a widget is asked to paint."""

    def __init__(self) -> None:
        super().__init__()
        self.rects: list[QRect] = []

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            region = event.region()
            self.rects += [QRect(rect) for rect in region]  # pyright: ignore[reportGeneralTypeIssues]
        return False


def test_the_playhead_is_dragged_by_its_line_and_tells_whole_steps(qtbot):
    canvas = Canvas(Style(), Axis(0, 100), Axis(0, 1), grid_y=True)
    qtbot.addWidget(canvas)
    canvas.resize(500, 300)
    head = canvas.add(Playhead())
    head.set_position(20)
    seen: list[float] = []
    head.dragged_to.connect(seen.append)
    start = canvas.to_pixels(20, 0.4).toPoint()
    QTest.mousePress(canvas.viewport(), LEFT, pos=start)
    move(canvas, canvas.to_pixels(64, 0.4).toPoint())
    move(canvas, QPoint(9000, 100))
    QTest.mouseRelease(canvas.viewport(), LEFT, pos=QPoint(9000, 100))
    assert seen == [64, 100]
    assert head.position == head.value() == 100
