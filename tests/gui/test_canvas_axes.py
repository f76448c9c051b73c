"""Axes: mapping to and fro, and which ticks are labelled."""

import warnings

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas
from qhm_gui.canvas.axis import visible_ticks, whole_decades
from qhm_gui.canvas.frame import FAR
from qhm_gui.views.choose import trade_off
from qhm_gui.views.converge import schedule
from qhm_gui.views.shared.training_curve import value_axis


def texts(axis: Axis, length: float = 400.0, width: float = 8.0, gap: float = 14.0) -> list[str]:
    return [text for _, text in visible_ticks(axis, length, lambda text: width * len(text), gap)]


def test_ticks_of_the_parameter_axes():
    assert texts(Axis(0, 1)) == ["0", "0.2", "0.4", "0.6", "0.8", "1"]
    wanted = ["0.05", "0.1", "0.2", "0.5", "1", "2", "5", "10", "20"]
    assert texts(Axis(0.05, 20, "log")) == wanted
    assert texts(Axis(0, 120)) == ["0", "20", "40", "60", "80", "100", "120"]
    assert texts(Axis(-2, 2)) == ["−2", "−1", "0", "1", "2"]


def test_decades_are_powers_of_ten():
    assert texts(Axis(1e-5, 10, "log", decades=True)) == ["10⁻⁵", "10⁻⁴", "10⁻³", "10⁻²", "10⁻¹", "1", "10"]
    sparse = texts(Axis(1e-30, 1e6, "log", decades=True), length=150)
    assert 2 <= len(sparse) <= 5


def test_small_numbers_are_powers_and_never_1e_5():
    for text in texts(Axis(0, 2e-6)) + texts(Axis(1e-8, 1e-6, "log")):
        assert "e" not in text


@given(
    low=st.floats(-1e6, 1e6),
    span=st.floats(1e-3, 1e6),
    length=st.floats(40, 2000),
)
def test_labels_never_overlap(low: float, span: float, length: float):
    axis = Axis(low, low + span)
    ticks = visible_ticks(axis, length, lambda text: 8.0 * len(text), 10.0)
    assert ticks
    places = [(value - low) / span * length for value, _ in ticks]
    sizes = [8.0 * len(text) for _, text in ticks]
    for i in range(len(ticks) - 1):
        assert places[i + 1] - places[i] >= (sizes[i] + sizes[i + 1]) / 2 + 10.0 - 1e-6


@pytest.mark.parametrize("axis", [Axis(-3.0, 7.0), Axis(0.05, 20.0, "log"), Axis(1e-8, 1e3, "log")])
def test_axis_round_trip(axis: Axis):
    values = np.array([axis.low, (axis.low + axis.high) / 2, axis.high])
    assert np.allclose(axis.from_axis(axis.to_axis(values)), values)
    assert np.isfinite(axis.from_axis(1e6))  # where a hand is dragged far out of the plot, without a warning


def test_what_a_log_axis_cannot_show_is_a_gap():
    assert np.isnan(Axis(0.1, 1, "log").to_axis([0.0, -1.0])).all()


@pytest.mark.parametrize("arguments", [(1.0, 1.0), (0.0, np.inf), (0.0, 1.0, "log")])
def test_an_axis_without_a_range_is_refused(arguments: tuple):
    with pytest.raises(ValueError, match=r"axis needs"):
        Axis(*arguments)


def test_canvas_maps_to_pixels_and_back(qtbot):
    canvas = Canvas(Style(), Axis(0.05, 20, "log"), Axis(0, 1))
    qtbot.addWidget(canvas)
    canvas.resize(500, 300)
    x, y = canvas.from_pixels(canvas.to_pixels(1.7, 0.8))
    assert x == pytest.approx(1.7) and y == pytest.approx(0.8)
    plot = canvas.frame().plot
    assert canvas.to_pixels(0.05, 0) == QPointF(plot.left(), plot.bottom())
    assert canvas.to_pixels(20, 1).x() == pytest.approx(plot.right())


def test_a_value_near_the_largest_float_is_as_far_as_any(qtbot):
    """On a narrow axis it lies more pixels away than there are floats. (Warnings are errors.)"""
    canvas = Canvas(Style(), Axis(0, 1e-3), Axis(-1e-3, 1e-3))
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    values = np.array([-1.7e308, 0.0, 1.7e308])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        x, y = canvas.frame().px_x(values), canvas.frame().px_y(values)
    assert x[0] == -FAR and x[-1] == FAR and (y[0], y[-1]) == (FAR, -FAR)


@pytest.mark.parametrize(
    ("axis", "within"),
    [(Axis(-2, 3), 1e-9), (Axis(3, -2), 1e-9), (Axis(1e9, 1e9 + 1e-3), 0.05), (Axis(1e-5, 10, "log"), 1e-9)],
)
def test_one_number_lies_where_it_does_among_many(qtbot, axis: Axis, within: float):
    """Numbers near 10⁹ are a twentieth of a pixel apart here, and no place is known better than that."""
    canvas = Canvas(Style(), axis, axis)
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    frame = canvas.frame()
    values = np.array([-np.inf, -1e300, -1.0, 0.0, 1e-4, 2.5, 1e9, 1e300, np.inf, np.nan])
    one = np.array([(frame.one_x(value), frame.one_y(value)) for value in values])
    np.testing.assert_allclose(one[:, 0], frame.px_x(values), rtol=1e-12, atol=within)
    np.testing.assert_allclose(one[:, 1], frame.px_y(values), rtol=1e-12, atol=within)
    assert np.nanmax(np.abs(one)) == FAR


@pytest.mark.parametrize("centre", [0.0, 2.0, -1e9, 1e300])
def test_an_axis_around_a_place_is_never_empty(centre: float):
    axis = Axis.around(centre, 1e-300)
    assert len(np.unique(np.linspace(axis.low, axis.high, 500))) == 500
    assert Axis.around(centre, 4e300).high - centre == 4e300


def test_locked_aspect_shows_a_unit_equally_long_both_ways(qtbot):
    canvas = Canvas(Style(), Axis(-2, 2), Axis(-1, 1), aspect_locked=True, show_axes=False)
    qtbot.addWidget(canvas)
    canvas.resize(300, 600)
    origin, right, up = canvas.to_pixels(0, 0), canvas.to_pixels(1, 0), canvas.to_pixels(0, 1)
    assert right.x() - origin.x() == pytest.approx(origin.y() - up.y())
    x0, x1, y0, y1 = canvas.visible_range()
    assert (x0, x1) == pytest.approx((-2, 2)) and y0 < -1 and y1 > 1


def test_other_axes_remap_the_items(qtbot):
    canvas = Canvas(Style(), Axis(1, 10), Axis(0, 1))
    qtbot.addWidget(canvas)
    canvas.resize(500, 300)
    before = canvas.to_pixels(2, 0.5)
    canvas.set_axes(x=Axis(1, 10, "log"))
    assert canvas.to_pixels(2, 0.5).x() > before.x()


@pytest.mark.parametrize("scale", [1.0, 1.7, 2.5])
def test_numbers_have_room_beside_the_plot(qtbot, scale: float):
    """On a high plot there was room for 3×10⁻⁵ below each other, but not beside it."""
    for low in (1e-5, 1e-7, 2e-4, 1e-2):
        canvas = Canvas(Style(type_scale=scale), Axis(0, 1), Axis(low, 1, "log"))
        qtbot.addWidget(canvas)
        canvas.resize(940, round(536 * scale))
        axis = canvas.plot_item.getAxis("left")
        assert len(axis.visible_ticks) >= 3
        assert min(area.left() for area in axis.areas(canvas.frame())) >= 0


@pytest.mark.parametrize("low", [5e-324, 1e-320, 1e-300, 1e-5, 1.0, 2e307])
@pytest.mark.parametrize("factor", [1.0, 30.0, 1e300])
def test_whole_decades_are_the_ends_of_an_axis_for_any_positive_numbers(low: float, factor: float) -> None:
    """A loss of 10⁻³²² had an axis that began at 0, one of 10³⁰⁸ one that ended nowhere."""
    high = min(low * factor, 1.7e308)
    for room in (0.0, 0.1):
        bottom, top = whole_decades(low, high, below=room, above=room)
        Axis(bottom, top, "log")
        assert top >= 9.9 * bottom
        assert (bottom <= low or low < 1e-300) and (top >= high * (1 - 1e-12) or high > 1e300)


@pytest.mark.parametrize("smallest", [5e-324, 1e-322, 1e-310, 1e307])
def test_pictures_of_extreme_losses_have_axes(smallest: float) -> None:
    """Each place that puts decades about numbers of its own."""
    values = smallest * np.array([1.0, 3.0, 10.0])
    for low, high in (schedule.decades(values), trade_off._decades(values)):
        Axis(low, high, "log")
    value_axis(np.array([smallest, smallest, smallest, 1e9]), True, "")
    value_axis(np.array([1.0, 1.0, 1.0, 1.7e308]), True, "")


def test_numbers_that_are_wide_have_room_at_the_left(qtbot):
    """None of 10⁻⁵ on a linear axis fits in the usual margin: they were cut off at the edge of the canvas."""
    canvas = Canvas(Style(), Axis(0, 10), Axis(0, 3e-5))
    qtbot.addWidget(canvas)
    canvas.resize(440, 300)
    frame = canvas.frame()
    assert all(frame.bounds.contains(area) for area in canvas.number_areas())
    wide = frame.plot.left()
    canvas.set_axes(y=Axis(0, 3.0))
    assert canvas.frame().plot.left() < wide - 10, "and no more than is needed"
    canvas.set_axes(y=Axis(0, 4e-5))
    assert all(canvas.frame().bounds.contains(area) for area in canvas.number_areas())
    canvas.vb.scaleBy((1.0, 5e-3))
    assert all(canvas.frame().bounds.contains(area) for area in canvas.number_areas()), "zoomed"


def test_one_axis_writes_its_numbers_in_one_way():
    """“80 000, 1.0×10⁵” stood on one axis."""
    for high, powers in ((1e5, False), (1e6, False), (3e6, True)):
        texts = [text for value, text in visible_ticks(Axis(0, high), 900, lambda text: 8.0 * len(text), 12) if value]
        assert len(texts) > 2 and {"×" in text for text in texts} == {powers}, texts
