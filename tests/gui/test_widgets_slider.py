"""Sliders: scales there and back, and one gesture between began and ended."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import DARK
from qhm_gui.widgets.playhead_slider import ScrubSlider
from qhm_gui.widgets.slider import ParameterSlider

SCALES = [("linear", 0.0, 1.0), ("linear", -90.0, 90.0), ("log", 0.05, 20.0), ("momentum", 0.0, 0.999)]


def shown(qtbot, slider: ParameterSlider) -> ParameterSlider:
    qtbot.addWidget(slider)
    slider.resize(260, slider.height())
    with qtbot.waitActive(slider):
        slider.show()
        slider.activateWindow()
    return slider


class Log(list):
    """What a slider asked, in order."""

    def __init__(self, slider: ParameterSlider) -> None:
        super().__init__()
        slider.began.connect(lambda: self.append("began"))
        slider.moved.connect(self.append)
        slider.ended.connect(lambda: self.append("ended"))


@pytest.mark.parametrize(("scale", "low", "high"), SCALES)
def test_mapping_there_and_back(qapp, scale, low, high):
    slider = ParameterSlider(scale, low, high)
    for step in range(101):
        fraction = step / 100
        value = slider.value_at(fraction)
        assert low <= value <= high
        assert slider.fraction(value) == pytest.approx(fraction, abs=0.006)
    assert slider.value_at(0) == low
    assert slider.value_at(1) == high


@given(place=st.floats(0, 1), fine=st.booleans())
@pytest.mark.slow
def test_values_are_short_and_in_range(qapp, place, fine):
    slider = ParameterSlider("log", 0.05, 20)
    value = slider.value_at(place, fine)
    assert 0.05 <= value <= 20
    assert float(f"{value:.{3 if fine else 2}e}") == value


def test_momentum_is_spaced_by_nines(qapp):
    slider = ParameterSlider("momentum", 0, 0.999)
    places = [slider.fraction(value) for value in (0.9, 0.99, 0.999)]
    assert places == pytest.approx([1 / 3, 2 / 3, 1])
    assert slider.fraction(0.99999) == 1.0
    assert slider.fraction(1.0) == 1.0


def test_values_beyond_the_track_stay_what_they_are(qapp):
    slider = ParameterSlider("log", 0.05, 20)
    slider.set_value(400.0)
    assert slider.value() == 400.0
    assert slider.fraction(400.0) == 1.0
    assert slider.fraction(0.0) == 0.0


def test_a_drag_is_one_gesture(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    log = Log(slider)
    start = QPoint(8, 13)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(slider, QPoint(70, 13))
    QTest.mouseMove(slider, QPoint(130, 13))
    QTest.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(130, 13))
    assert log[0] == "began" and log[-1] == "ended" and log.count("began") == 1
    assert slider.value() == pytest.approx(0.5, abs=0.011)
    assert log[-2] == slider.value()


def test_a_click_on_the_track_jumps(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    log = Log(slider)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(191, 13))
    assert log == ["began", 0.75, "ended"]


def test_taking_the_thumb_does_not_move_it(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    slider.set_value(0.123456)
    log = Log(slider)
    QTest.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(8 + 30 + 4, 13))
    assert log == ["began", "ended"]
    assert slider.value() == 0.123456


def test_shift_is_ten_times_finer(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    slider.set_value(0.5)
    for key, modifier in ((Qt.Key.Key_Right, "NoModifier"), (Qt.Key.Key_Right, "ShiftModifier")):
        QTest.keyClick(slider, key, getattr(Qt.KeyboardModifier, modifier))
    assert slider.value() == pytest.approx(0.511)


def test_keys_reach_both_ends_and_always_move(qtbot):
    slider = shown(qtbot, ParameterSlider("momentum", 0, 0.999))
    log = Log(slider)
    QTest.keyClick(slider, Qt.Key.Key_End)
    assert slider.value() == 0.999
    QTest.keyClick(slider, Qt.Key.Key_PageDown)
    assert 0.99 < slider.value() < 0.999
    QTest.keyClick(slider, Qt.Key.Key_Home)
    assert slider.value() == 0
    for _ in range(5):
        before = slider.value()
        QTest.keyClick(slider, Qt.Key.Key_Right)
        assert slider.value() > before
    assert log.count("began") == log.count("ended") == 8


def wheel(slider: ParameterSlider) -> None:
    event = QWheelEvent(
        QPointF(50, 13),
        slider.mapToGlobal(QPointF(50, 13)),
        QPoint(),
        QPoint(0, 120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(slider, event)


def test_the_wheel_works_only_with_the_focus_and_groups(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    slider.set_value(0.5)
    log = Log(slider)
    slider.clearFocus()
    wheel(slider)
    assert log == []
    slider.setFocus()
    wheel(slider)
    wheel(slider)
    slider.clearFocus()
    assert log[0] == "began" and log[-1] == "ended" and len(log) == 4


def test_hiding_in_the_middle_of_a_drag_ends_it(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    log = Log(slider)
    QTest.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(100, 13))
    slider.hide()
    assert log[-1] == "ended"


def test_the_track_wears_the_accent_and_is_hatched_beyond_the_bound(qtbot):
    slider = shown(qtbot, ParameterSlider("linear", 0, 1))
    slider.set_theme(DARK)
    slider.set_value(0.5)
    slider.set_accent(QColor("#ff0000"))
    plain = slider.grab().toImage()
    assert plain.pixelColor(40, 13) == QColor("#ff0000")
    slider.set_bound(0.7)
    bound = slider.grab().toImage()
    assert any(plain.pixel(x, 10) != bound.pixel(x, 10) for x in range(190, 250))
    assert all(plain.pixel(x, 10) == bound.pixel(x, 10) for x in range(8, 110))


def test_the_playhead_stands_on_whole_steps(qapp):
    scrub = ScrubSlider()
    scrub.set_range(0, 120)
    assert {scrub.value_at(place / 1000) for place in range(1001)} == {float(k) for k in range(121)}


def test_infinity_lies_at_the_end_apart_from_the_rest(qtbot):
    slider = ParameterSlider("log", 1, 4096, infinite=True)
    qtbot.addWidget(slider)
    assert slider.value_at(1.0) == math.inf and slider.fraction(math.inf) == 1.0
    assert slider.value_at(0.0) == 1 and slider.value_at(0.9) == 4096 and slider.value_at(0.87) < 4096
    for value in (1, 16, 700, 4096):
        assert slider.value_at(slider.fraction(value)) == pytest.approx(value, rel=0.01)
    assert slider._ticks()[-1] == (math.inf, "∞")
    slider.set_value(4096)
    asked: list[float] = []
    slider.moved.connect(asked.append)
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    qtbot.keyClick(slider, Qt.Key.Key_Left)
    qtbot.keyClick(slider, Qt.Key.Key_End)
    qtbot.keyClick(slider, Qt.Key.Key_Home)
    assert asked == [math.inf, 4096, math.inf, 1]


def test_a_fine_key_moves_a_playhead_of_few_steps_by_one(qtbot) -> None:
    slider = ScrubSlider()
    slider.set_range(0, 7)
    scrub, asked = shown(qtbot, slider), Log(slider)
    QTest.mouseClick(scrub, Qt.MouseButton.LeftButton, pos=QPoint(83, 13))
    QTest.keyClick(scrub, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert [value for value in asked if isinstance(value, float)] == [2.0, 3.0]
