"""The placer: texts keep clear of each other and of marks, and stay where they are while little changes."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPointF, QRectF

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import (
    Axis,
    Canvas,
    Crosshair,
    CurveLabel,
    CurveLabels,
    EndLabels,
    Handle,
    Head,
    HeatMap,
    Isolines,
    Label,
    MinimumMark,
    OptimumStar,
    Playhead,
    PlotCurve,
    ScaleBar,
    UnstableRegion,
)
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NAME, NOTE, RESULT, Wish
from qhm_gui.drawing.contour_lines import find_isolines
from qhm_gui.drawing.thinning import pieces
from qhm_gui.views.shared.divergence_marks import Departure, DivergenceMarks
from tests.gui.label_checks import faults, texts_of


def make_canvas() -> Canvas:
    canvas = Canvas(Style(), Axis(0, 10, title="step *k*"), Axis(0, 10, title="loss"), grid_y=True)
    canvas.resize(480, 320)
    return canvas


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = make_canvas()
    qtbot.addWidget(canvas)
    return canvas


class Stubborn(TextItem):
    """A text that stands where it is told, whatever is there."""

    def __init__(self, text: str, area: QRectF) -> None:
        super().__init__()
        self._text, self._area = text, area

    def wishes(self, frame: Frame) -> list[Wish]:
        area = self._area
        sides = np.array([[area.left(), area.top(), area.right(), area.bottom()]])
        return [Wish(self._text, sides, NOTE, needed=True, over=True, outside=True)]


def area_of(canvas: Canvas, words: str) -> QRectF:
    found = [area for text, area in canvas.placer.areas() if words in text]
    assert len(found) == 1, words
    return found[0]


def test_the_checker_finds_what_is_planted(canvas: Canvas):
    assert faults(canvas) == []
    canvas.add(Handle("qhm")).set_position(5, 5)
    place = canvas.to_pixels(5, 5)
    canvas.add(Stubborn("over the handle", QRectF(place.x() - 20, place.y() - 5, 90, 14)))
    canvas.add(Stubborn("over a text", QRectF(place.x() + 40, place.y(), 90, 14)))
    canvas.add(Stubborn("beyond", QRectF(440, 100, 60, 14)))
    found = faults(canvas)
    assert len(found) == 3
    assert sum("“over a text”" in one and "“over the handle”" in one for one in found) == 1
    assert sum("“over the handle” covers the Handle at (5, 5)" in one for one in found) == 1
    assert sum("“beyond” is cut off" in one for one in found) == 1


def test_labels_at_one_place_are_told_apart(canvas: Canvas):
    for name in ("one label", "another label", "a third"):
        canvas.add(Label(name)).set_position(5, 5)
    canvas.add(Handle("qhm")).set_position(5, 5)
    assert {text.words for text in texts_of(canvas)} >= {"one label", "another label", "a third"}
    assert faults(canvas) == []


places = st.tuples(st.floats(0, 10), st.floats(0, 10))
below_the_chip = st.tuples(st.floats(0, 10), st.floats(0, 7.5))  # the playhead's chip stands at the top


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    handle=below_the_chip, head=places, star=places, minimum=places, step=st.floats(0, 10),
    labels=st.lists(places, min_size=1, max_size=6), ends=st.lists(st.floats(0, 10), max_size=4),
    leaving=st.lists(st.floats(0, 10), max_size=3), active=st.booleans(),
    size=st.sampled_from([(480, 320), (300, 180)]),
)  # fmt: skip
@pytest.mark.slow
def test_nothing_is_covered_and_nothing_is_cut_off(
    qapp, handle, head, star, minimum, step, labels, ends, leaving, active, size
):
    canvas = make_canvas()
    canvas.resize(*size)
    point = canvas.add(Handle("qhm"))
    point.set_position(*handle)
    point.set_chip("*α* 1.70   *β* 0.800")
    point.set_state(hovered=active)
    canvas.add(Head("circle", "shb")).set_position(*head)
    canvas.add(OptimumStar()).set_position(*star)
    canvas.add(MinimumMark()).set_position(*minimum)
    canvas.add(Playhead()).set_position(step)
    for index, place in enumerate(labels):
        canvas.add(Label(f"label {index}")).set_position(*place)
    canvas.add(EndLabels()).set_labels([(f"method {index}", y, "qhm") for index, y in enumerate(ends)])
    canvas.add(DivergenceMarks()).set_departures(
        [Departure(x, "nag", f"run {index}", int(x)) for index, x in enumerate(leaving)]
    )
    curve = np.linspace(0, 10, 40)
    canvas.add(CurveLabels()).set_labels([CurveLabel("*β* = 0.9", None, curve, 5 + 3 * np.sin(curve))])
    found = "\n".join(faults(canvas))
    canvas.deleteLater()
    assert found == ""


def test_a_chip_covers_a_mark_rather_than_a_text(qtbot):
    """In a corner where the four places beside a handle are taken."""
    canvas = make_canvas()
    qtbot.addWidget(canvas)
    canvas.resize(300, 180)
    handle = canvas.add(Handle("qhm"))
    handle.set_position(3, 0)
    handle.set_chip("*α* 1.70   *β* 0.800")
    handle.set_state(hovered=True)
    canvas.add(MinimumMark()).set_position(4, 4)
    canvas.add(EndLabels()).set_labels([("method 0", 0.0, "qhm")])
    assert faults(canvas) == []


def test_the_least_important_is_left_out_first(canvas: Canvas):
    """All want the same small place; with less and less of it the notes go first, then the names."""
    line = np.array([2.0]), np.array([5.0])
    labels = [
        CurveLabel(f"{kind} number {index}", None, *line, rank=rank)
        for kind, rank in (("note", NOTE), ("result", RESULT), ("name", NAME))
        for index in range(12)
    ]
    canvas.add(CurveLabels()).set_labels(labels)
    dropped: list[dict[str, int]] = []
    for width, height in ((480, 320), (300, 200), (220, 130)):
        canvas.resize(width, height)
        words = [text.words for text in texts_of(canvas)]
        dropped.append({kind: 12 - sum(kind in word for word in words) for kind in ("note", "result", "name")})
        assert faults(canvas) == []
    assert all(one["note"] >= one["name"] >= one["result"] for one in dropped)
    assert dropped[-1]["note"] == 12 and dropped[-1]["result"] < 12


def test_texts_stay_while_something_moves_elsewhere(canvas: Canvas):
    handle = canvas.add(Handle("qhm"))
    for index, place in enumerate(((2, 8), (2, 8.2), (3, 7))):
        canvas.add(Label(f"label {index}")).set_position(*place)
    handle.set_position(8, 2)
    before = dict(canvas.placer.areas())
    for step in range(30):
        handle.set_position(8 - 0.05 * step, 2 + 0.02 * step)
        assert dict(canvas.placer.areas()) == before


@pytest.mark.slow
def test_a_name_does_not_jump_to_and_fro_while_its_curve_is_dragged(canvas: Canvas):
    """It goes along with its curve, and changes its side seldom: small moves must not make it flicker."""
    x = np.linspace(0, 10, 200)
    lines = [canvas.add(PlotCurve("qhm")) for _ in range(4)]
    names = canvas.add(CurveLabels())
    before: QPointF | None = None
    jumps = 0
    for step in range(60):
        curves = [5 + 3 * np.sin(x * (0.5 + 0.2 * i) + i + 0.004 * step) for i in range(4)]
        for line, y in zip(lines, curves, strict=True):
            line.setData(x, y)
        names.set_labels([CurveLabel(f"name {i}", "qhm", x, y) for i, y in enumerate(curves)])
        place = area_of(canvas, "name 0").center()
        if before is not None and (place - before).manhattanLength() > 6:
            jumps += 1
        before = place
    assert jumps <= 2


def test_a_handle_that_comes_near_makes_a_label_give_way(canvas: Canvas):
    label = canvas.add(Label("a label"))
    label.set_position(5, 5)
    home = label.area()
    handle = canvas.add(Handle("qhm"))
    handle.set_position(*canvas.from_pixels(home.center()))
    assert label.area() != home and faults(canvas) == []


@pytest.mark.parametrize("zoomed", [False, True])
def test_the_number_of_an_isoline_stands_on_its_line(qtbot, zoomed: bool):
    canvas = Canvas(Style(), Axis(0.05, 20, "log"), Axis(0, 1), show_axes=False)
    qtbot.addWidget(canvas)
    canvas.resize(480, 360)
    heat = canvas.add(HeatMap("tide"))
    a, b = np.geomspace(0.05, 20, 120), np.linspace(0, 1, 100)

    def field(x: Any, y: Any) -> Any:
        return 0.5 + 0.25 * np.sin(1.5 * np.log(x)) + 0.2 * (y - 0.5)

    z = field(*np.meshgrid(a, b))
    heat.set_values(z, (0.05, 20), (0, 1))
    levels = [0.3, 0.4, 0.5, 0.6, 0.7]
    canvas.add(Isolines(heat)).setData(find_isolines(a, b, z, levels), {level: f"{level:g}" for level in levels})
    if zoomed:
        canvas.vb.setRange(xRange=(0, 1), yRange=(0.3, 0.8), padding=0)
    placed = canvas.placer.areas()
    assert len(placed) >= 3
    for text, area in placed:
        assert field(*canvas.from_pixels(area.center())) == pytest.approx(float(text), abs=0.004), text
    assert faults(canvas) == []


@pytest.mark.parametrize("scale", [1.0, 2.1])
@pytest.mark.slow
def test_no_line_runs_through_the_number_of_another(qtbot, scale: float):
    """In large type on a narrow sheet it would be read as the number of either."""
    canvas = Canvas(Style(type_scale=scale), Axis(0, 1), Axis(0, 1), show_axes=False)
    qtbot.addWidget(canvas)
    canvas.resize(420, 380)
    heat = canvas.add(HeatMap("tide"))
    nodes = np.linspace(0, 1, 80)
    z = 0.05 + 0.9 * np.add.outer(nodes**6, 0 * nodes)  # far apart below, close together above
    z += 0.02 * np.sin(9 * nodes)
    heat.set_values(z, (0, 1), (0, 1))
    levels = np.linspace(0.06, 0.9, 12)
    lines = canvas.add(Isolines(heat))
    lines.setData(find_isolines(nodes, nodes, z, list(levels)), {level: f"{level:.2f}" for level in levels})
    placed = canvas.placer.areas()
    assert len(placed) >= 3
    for text, area in placed:
        for xs, ys, label in lines.lines:
            inside = 0
            for x, y in (part.T for part in pieces(np.column_stack((xs, ys)))):
                along, near = np.linspace(0, 1, 2000), np.linspace(0, 1, len(x))
                points = zip(np.interp(along, near, x), np.interp(along, near, y), strict=True)
                inside += sum(area.contains(canvas.to_pixels(*point)) for point in points)
            assert (inside > 0) == (label == text), (text, label)


def test_numbers_of_isolines_keep_clear_of_what_diverges_and_of_the_crosshair(qtbot):
    canvas = Canvas(Style(), Axis(0, 10), Axis(0, 1), show_axes=False)
    qtbot.addWidget(canvas)
    canvas.resize(480, 360)
    heat = canvas.add(HeatMap("tide"))
    x, y = np.linspace(0, 10, 60), np.linspace(0, 1, 60)
    z = np.repeat(np.linspace(0, 1, 60)[:, None], 60, axis=1)
    heat.set_values(z, (0, 10), (0, 1))
    canvas.add(Isolines(heat)).setData(find_isolines(x, y, z, [0.3, 0.6]), {0.3: "0.3", 0.6: "0.6"})
    canvas.add(UnstableRegion()).setData([4, 10, 10, 4], [0, 0, 1, 1])
    canvas.add(Handle("qhm")).set_position(2, 0.3)
    canvas.add(Crosshair("qhm", cased=True)).set_position(2, 0.3)
    areas = canvas.placer.areas()
    assert len(areas) == 2 and faults(canvas) == []
    for _, area in areas:
        assert area.right() < canvas.to_pixels(4, 0).x()
        assert not area.left() < canvas.to_pixels(2, 0).x() < area.right()


@pytest.mark.parametrize("scale", [1.0, 2.0])
@pytest.mark.parametrize("outside", [False, True])
def test_titles_scale_bars_and_numbers_of_axes_keep_apart(qtbot, scale: float, outside: bool):
    style = Style(type_scale=scale, titles_outside=outside)
    x = Axis(1e-3, 1e3, "log", title="learning rate *α*")
    y = Axis(1e-8, 10, "log", "loss *f* − *f*\\*", decades=True)
    canvas = Canvas(style, x, y)
    qtbot.addWidget(canvas)
    canvas.add(ScaleBar())
    for width, height in ((640, 420), (420, 300)):
        canvas.resize(round(width * scale), round(height * scale))
        assert faults(canvas) == []


@pytest.mark.parametrize("edge", [2.0, 4.1, 4.3, 4.4, 4.5, 4.55, 5.0])
def test_a_number_of_a_map_never_reaches_onto_a_hatch(canvas: Canvas, edge: float):
    """The isoline runs along the edge of the hatch, mostly nearer than half the width of its number."""
    heat = canvas.add(HeatMap("tide"))
    xs, ys = np.linspace(0, 10, 60), np.linspace(0, 10, 60)
    values = np.broadcast_to(xs / 10, (60, 60))
    heat.set_values(values, (0, 10), (0, 10))
    lines = canvas.add(Isolines(heat))
    lines.setData(find_isolines(xs, ys, values, [0.4]), {0.4: "3×10⁻³"})
    hatch = canvas.add(UnstableRegion())
    hatch.setData([edge, 10, 10, edge], [0, 0, 10, 10])
    canvas.grab()
    region = hatch.path(canvas.frame())
    spots = [spot.area for _, spot in lines.spots()]
    assert not any(region.intersects(area) for area in spots)
    assert bool(spots) == (edge >= 4.55)  # where there is no place for it, it is left out


class Leading(TextItem):
    """A text with two places, and a line from each to one pixel."""

    def wishes(self, frame: Frame) -> list[Wish]:
        areas = np.array([[150.0, 60.0, 250.0, 74.0], [260.0, 60.0, 360.0, 74.0]])
        ends = np.full((2, 2), (200.0, 200.0))
        return [Wish("led", areas, NOTE, ends=ends, leader=True)]


@pytest.mark.parametrize(("gap", "index"), [(-5.0, 1), (1.0, 1), (3.0, 1), (12.0, 0)])
def test_the_line_of_a_text_does_not_stand_beside_another_text_as_a_letter(
    canvas: Canvas, gap: float, index: int
) -> None:
    """It was clear of "current point" by one pixel, and read as an l."""
    leading = Leading()
    canvas.add(leading)
    other = Stubborn("current point", QRectF(120.0 - gap, 110.0, 80.0, 14.0))
    other_wish = other.wishes(canvas.frame())[0]
    assert other_wish.areas[0, 2] == 200.0 - gap
    other.wishes = lambda frame: [replace(other_wish, rank=RESULT)]  # type: ignore[method-assign]
    canvas.add(other)
    canvas.grab()
    ((_, spot),) = leading.spots()
    assert spot.index == index


def test_the_line_of_a_text_does_not_end_beneath_another_text(canvas: Canvas) -> None:
    """What it names is not seen there: the line seems to lead to the other text."""
    leading = Leading()
    ends = np.array([[200.0, 200.0], [310.0, 200.0]])  # two points of a curve
    wish = replace(leading.wishes(canvas.frame())[0], ends=ends)
    leading.wishes = lambda frame: [wish]  # type: ignore[method-assign]
    canvas.add(leading)
    other = Stubborn("minimum", QRectF(180.0, 193.0, 40.0, 14.0))
    other_wish = replace(other.wishes(canvas.frame())[0], rank=RESULT)
    other.wishes = lambda frame: [other_wish]  # type: ignore[method-assign]
    canvas.add(other)
    canvas.grab()
    assert [spot.index for _, spot in leading.spots()] == [1]
