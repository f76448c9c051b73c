"""Texts keep clear of each other and of the edge."""

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas, EndLabels, Label, PlotCurve, Tooltip
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.label_places import Wish, as_areas, choose, count_table, leader_line
from qhm_gui.canvas.markers import Head, MethodOffer, OptimumStar
from qhm_gui.drawing.spacing import spread
from qhm_gui.views.shared.divergence_marks import Departure, DivergenceMarks


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0, 40), Axis(1e-3, 1e4, "log", decades=True), grid_y=True)
    qtbot.addWidget(canvas)
    canvas.resize(480, 320)
    return canvas


@given(st.lists(st.floats(-50, 350), min_size=1, max_size=8))
def test_spread_keeps_the_gap_the_order_and_the_room(places):
    result = spread(places, 17, 0, 300)
    ordered = [result[i] for i in sorted(range(len(places)), key=lambda i: places[i])]
    assert all(b - a >= 17 - 1e-6 for a, b in itertools.pairwise(ordered))
    assert min(result) >= -1e-6 and max(result) <= 300 + 1e-6


def test_spread_moves_no_more_than_it_must():
    assert spread([50, 100, 200], 17, 0, 300) == [50, 100, 200]
    assert spread([100, 104], 17, 0, 300) == pytest.approx([93.5, 110.5])
    assert spread([10, 11, 12], 50, 0, 60) == pytest.approx([0, 30, 60])
    assert spread([], 17, 0, 300) == []


def test_end_labels_reserve_their_margin(canvas: Canvas):
    before = canvas.frame().plot.right()
    ends = canvas.add(EndLabels())
    ends.set_labels([("QHM with a long name", 1e-2, "qhm"), ("NAG", float("nan"), "nag")])
    assert canvas.frame().plot.right() < before - 80
    ends.set_labels([])
    assert canvas.frame().plot.right() == before


@given(st.lists(st.floats(0, 40), min_size=1, max_size=4))
@pytest.mark.slow
def test_departures_do_not_overlap(qapp, steps):
    canvas = Canvas(Style(), Axis(0, 40), Axis(1e-3, 1e4, "log", decades=True), grid_y=True)
    canvas.resize(480, 320)
    leaving = canvas.add(DivergenceMarks())
    leaving.set_departures([Departure(x, "qhm", f"method {i}", int(x)) for i, x in enumerate(steps)])
    areas = [area for text, area in canvas.placer.areas() if "method" in text]
    assert len(areas) == len(steps)
    assert all(not a.intersects(b) for a, b in itertools.combinations(areas, 2))
    assert all(canvas.frame().bounds.contains(area) for area in areas)
    canvas.deleteLater()


@pytest.mark.parametrize("place", [(0, 1e-3), (0, 1e4), (40, 1e4), (40, 1e-3), (20, 1)])
def test_tooltips_and_labels_stay_in_the_canvas(canvas: Canvas, place):
    tip, label = canvas.add(Tooltip()), canvas.add(Label("a rather long label", anchor=(0.5, 0.5)))
    tip.set_text(["SHB   step 9", "*x* −1.55   *y* −0.09"])
    tip.set_position(*place)
    label.set_position(*place)
    for area in (tip.cover(canvas.frame()), label.area()):
        assert not area.isEmpty() and canvas.frame().bounds.contains(area)
    tip.hide()
    assert not tip.isVisible() and tip not in canvas.items_shown


def test_a_line_that_leads_to_a_mark_ends_at_its_edge_and_one_that_touches_it_is_none(canvas: Canvas):
    area, end = QRectF(100, 100, 40, 16), QPointF(60, 108)
    whole, short = leader_line(area, end, 1.0), leader_line(area, end, 1.0, 8.2)
    assert whole is not None and short is not None
    assert short.p1() == whole.p1() and short.length() == pytest.approx(whole.length() - 8.2)
    assert leader_line(area, QPointF(88, 108), 1.0, 8.2) is None
    mark, label = canvas.add(MethodOffer()), canvas.add(Label("a method", anchor=(0.0, 0.5)))
    mark.set_position(20.0, 1.0)
    label.set_position(20.0, 1.0, dx=60)
    label.set_leader((20.0, 1.0), MethodOffer.radius)
    ((wish, spot),) = label.spots()
    assert spot.end is not None
    line = wish.line(spot, 1.0)
    middle = canvas.to_pixels(20.0, 1.0)
    assert line is not None and math.dist(line.p2().toTuple(), middle.toTuple()) >= MethodOffer.radius - 0.1


def test_the_words_of_an_optimum_that_stand_away_from_it_are_led_to_it(canvas: Canvas):
    """“fastest” stood 40 px from its star, beyond a line, and named nothing."""
    star = canvas.add(OptimumStar())
    star.set_position(20.0, 1.0)
    star.label.set_text("fastest\n*R* = 0.750")
    star.label.set_position(20.0, 1.0, dx=26)
    ((wish, spot),) = star.label.spots()
    assert wish.line(spot, 1.0) is None
    middle = canvas.to_pixels(20.0, 1.0)
    for x, y in itertools.product((17.0, 23.0, 26.0), (0.1, 0.3, 1.0, 3.0, 10.0)):
        canvas.add(Head("circle", "nag")).set_position(x, y)
    ((wish, spot),) = star.label.spots()
    line = wish.line(spot, 1.0)
    assert line is not None and 9 < math.dist(line.p2().toTuple(), middle.toTuple()) < 12
    assert not star.label.shape().contains(star.label.mapFromScene(middle)), "the mouse on the star is the star's"


def test_the_name_of_a_curve_does_not_cut_its_corner_where_another_place_is_clear(canvas: Canvas):
    """“Pareto front, exact” lay with its last letters on the slanted front."""
    canvas.set_axes(Axis(0, 40), Axis(0, 40))
    x = np.linspace(0, 40, 60)
    for y in (x, 40 - x, 40 - 0.6 * x, 40 * np.exp(-x / 12)):
        curve, labels = canvas.add(PlotCurve("ink")), canvas.add(CurveLabels())
        curve.setData(x, y)
        labels.set_labels([CurveLabel("the name of a curve\nin two lines", "text", x, y, near=0.35)])
        ((_, spot),) = labels.spots()
        across, down = canvas.frame().px_x(x), canvas.frame().px_y(y)
        places = np.linspace(across[0], across[-1], 2000)
        area = spot.area
        under = (places > area.left()) & (places < area.right())
        heights = np.interp(places[under], across, down)
        assert not np.any((heights > area.top()) & (heights < area.bottom()))
        canvas.removeItem(curve)
        canvas.removeItem(labels)


def test_no_line_that_leads_to_a_curve_crosses_another_text(canvas: Canvas):
    """Two names above the same place: the line of the outer one would go through the inner one."""
    labels = canvas.add(CurveLabels())
    x, y = np.array([20.0]), np.array([1.0])
    labels.set_labels([CurveLabel(f"a name {i}", "text", x, y, reach=30) for i in range(4)])
    spots = labels.spots()
    assert len(spots) == 4
    for (_, one), (_, other) in itertools.permutations(spots, 2):
        assert one.end is not None
        line = leader_line(one.area, one.end, 1.0)
        assert line is not None
        assert not any(other.area.adjusted(1, 1, -1, -1).contains(line.pointAt(k / 40)) for k in range(41))


def test_a_place_that_touches_a_curve_is_taken_only_where_none_is_clear(canvas: Canvas):
    frame = canvas.frame()
    counts = count_table([np.array([[101.0, 100.0], [101.0, 102.0], [101.0, 104.0]])], frame)
    touching, clear, elsewhere = (100, 100, 160, 115), (200, 100, 260, 115), (-90, 0, -30, 15)
    places = np.array([touching, *[elsewhere] * 12, clear], dtype=float)
    nothing = np.empty((0, 4))
    assert choose(Wish("text", places), frame, nothing, 0, counts, -1) == 13
    assert choose(Wish("text", places[:-1]), frame, nothing, 0, counts, -1) == 0


def test_a_line_to_a_mark_does_not_lead_across_another_mark(canvas: Canvas):
    """“Best for 1000 steps” stood above the current point, and its line went through that to the star below."""
    frame = canvas.frame()
    star, other = np.array([240.0, 200.0]), QRectF(230, 140, 20, 20)
    above, aside, elsewhere = (180, 90, 300, 120), (60, 240, 180, 270), (-90, 0, -30, 15)
    places = np.array([above, *[elsewhere] * 12, aside], dtype=float)
    ends = np.tile(star, (len(places), 1))
    wish = Wish("text", places, leader=True, ends=ends)
    marks = as_areas([other, QRectF(230, 190, 20, 20)])
    assert choose(wish, frame, marks, len(marks), None, -1) == 13
    assert choose(wish, frame, marks[1:], 1, None, -1) == 0
    narrow = replace(wish, areas=places[:-1], ends=ends[:-1])
    assert choose(narrow, frame, marks, len(marks), None, -1) == 0, "rather than no text"


def test_a_wide_text_is_slid_into_the_plot(canvas: Canvas):
    """Its places at either side were too narrow, and it lay on a curve."""
    label = canvas.add(Label("a text of words about a place", anchor=(0.0, 0.5)))
    line = canvas.add(PlotCurve("ink"))
    label.set_position(20.0, 1.0, dx=60)
    line.setData([0.0, 40.0], [1.0, 1.0])
    for y in (0.003, 0.01, 0.03, 0.1, 0.3, 3.0, 10.0, 30.0, 100.0, 300.0):
        canvas.add(Head("circle", "qhm")).set_position(20.0, y)
    ((_, spot),) = label.spots()
    assert canvas.frame().plot.contains(spot.area)
    assert not spot.area.top() < canvas.to_pixels(20.0, 1.0).y() < spot.area.bottom()
