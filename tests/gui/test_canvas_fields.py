"""Colour maps, heat maps, contours and regions."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from qhm_gui.appearance import colour_maps
from qhm_gui.appearance.theme import DARK, LIGHT, THEMES, Style, Theme
from qhm_gui.canvas import (
    Axis,
    Canvas,
    ColourBar,
    ContourField,
    HeatMap,
    Isolines,
    Label,
    Region,
    UnstableRegion,
)
from qhm_gui.canvas.heat_map import fill_gaps
from qhm_gui.drawing.background_colour import (
    LEGIBLE,
    READABLE,
    BackgroundColour,
    contrast,
    legible,
    on_map,
    text_colors,
)
from qhm_gui.drawing.contour_lines import find_isolines
from qhm_gui.drawing.hatch import hatch_lines
from qhm_gui.drawing.painted_images import _within
from qhm_gui.views.shared.hatched_regions import HatchedRegion


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0.05, 20, "log"), Axis(0, 1), show_axes=False, margins=(0, 0, 0, 0))
    qtbot.addWidget(canvas)
    canvas.resize(200, 100)
    return canvas


def picture(canvas: Canvas) -> QImage:
    image = QImage(canvas.width(), canvas.height(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter)
    return image


@pytest.mark.parametrize("name", ["tide", "ember"])
def test_colour_maps_rise_evenly_in_lightness(name):
    table = colour_maps.lut(name)
    stops = {"tide": colour_maps.TIDE, "ember": colour_maps.EMBER}[name]
    assert table.shape == (256, 3)
    assert colour_maps.sample(name, 0).name().upper() == stops[0]
    assert colour_maps.sample(name, 1).name().upper() == stops[-1]
    lightness = colour_maps.to_oklab(table / 255)[:, 0]
    assert lightness[0] < 0.26 and lightness[-1] > 0.94
    steps = np.diff(lightness)
    assert steps.min() > 0
    per_stop = np.diff(np.interp(np.linspace(0, 255, 9), np.arange(256), lightness))
    assert per_stop.max() / per_stop.min() < 1.6


def test_oklab_round_trip():
    rgb = np.random.default_rng(0).random((50, 3))
    assert np.allclose(colour_maps.from_oklab(colour_maps.to_oklab(rgb)), rgb, atol=1e-6)


def test_the_middle_of_the_ratio_map_is_the_themes_neutral():
    assert colour_maps.sample("ratio", 0.5, "light").lightness() > 225
    assert colour_maps.sample("ratio", 0.5, "dark").lightness() < 60
    for theme in ("light", "dark"):
        good, bad = colour_maps.sample("ratio", 0.85, theme), colour_maps.sample("ratio", 0.15, theme)
        assert good.blue() > good.red() and bad.red() > bad.blue()


def test_divergent_cells_take_the_nearest_stable_value():
    nan = np.nan
    filled = fill_gaps([[1.0, 2.0, nan, nan], [nan, 5.0, nan, 9.0], [nan, nan, nan, nan]])
    assert filled.tolist() == [[1, 2, 2, 2], [5, 5, 5, 9], [5, 5, 5, 9]]
    assert fill_gaps(np.full((3, 3), nan)).tolist() == np.zeros((3, 3)).tolist()
    assert fill_gaps([[np.inf, 1.0]]).tolist() == [[1, 1]]


def test_a_heat_map_lies_on_its_nodes(canvas: Canvas):
    heat = canvas.add(HeatMap("tide"))
    values = np.zeros((5, 9))
    values[:, 4:] = 1.0
    heat.set_values(values, (0.05, 20), (0, 1))
    image = picture(canvas)
    assert QColor(image.pixel(20, 50)) == colour_maps.sample("tide", 0)
    assert QColor(image.pixel(180, 50)) == colour_maps.sample("tide", 1)
    edge = [QColor(image.pixel(x, 50)).green() for x in range(200)]
    middle = int(np.argmax(np.array(edge) > 140))
    assert middle == pytest.approx(3.5 / 8 * 200, abs=4)


def test_the_first_row_is_at_the_bottom(canvas: Canvas):
    heat = canvas.add(HeatMap("ember"))
    heat.set_values([[0.0, 0.0], [1.0, 1.0]], (0.05, 20), (0, 1))
    image = picture(canvas)
    assert QColor(image.pixel(100, 3)).lightness() > 200 > 80 > QColor(image.pixel(100, 96)).lightness()


def test_texts_on_a_map_are_legible_on_what_lies_beneath(canvas: Canvas):
    heat = canvas.add(HeatMap("tide"))
    heat.set_values(np.repeat([[0.0, 1.0]], 2, axis=0), (0.05, 20), (0, 1))
    left, right = canvas.background_at(QPointF(5, 50)), canvas.background_at(QPointF(195, 50))
    assert left is not None and left.is_map and on_map(left.color) == QColor("white")
    assert right is not None and on_map(right.color) == QColor("#17202A")
    canvas.set_style(Style(DARK))
    assert on_map(right.color) == QColor("#17202A")


def test_a_text_over_light_and_dark_has_a_halo_of_the_other(canvas: Canvas):
    """One colour without a halo leaves the letters unreadable that lie beyond the edge."""
    heat = canvas.add(HeatMap("tide"))
    heat.set_values(np.repeat([[0.0, 1.0]], 2, axis=0), (0.05, 20), (0, 1))
    beneath = [canvas.background_at(QPointF(x, 50)) for x in (5, 60, 195)]
    white, ink = QColor("white"), QColor("#17202A")
    assert text_colors(canvas.style.theme, beneath[0], None, "text", along=beneath) == (white, ink)
    assert text_colors(canvas.style.theme, beneath[2], None, "text", along=beneath) == (ink, white)
    assert text_colors(canvas.style.theme, beneath[0], None, "text", along=beneath[:1]) == (white, None)
    # a text that reaches over the edge of the map lies on paper as well
    assert text_colors(DARK, beneath[2], None, "text", along=[beneath[2], None]) == (ink, white)
    assert text_colors(LIGHT, beneath[2], None, "text", along=[beneath[2], None]) == (ink, None)
    # so does one that reaches over what is hatched there, also in a colour of its own
    dark = BackgroundColour(QColor(DARK.div))
    assert text_colors(DARK, beneath[2], None, "text", along=[beneath[2], dark]) == (ink, white)
    assert beneath[2] is not None
    own = legible(QColor(LIGHT.method("qhm")), beneath[2].color)
    assert text_colors(LIGHT, beneath[2], "qhm", "text", along=[beneath[2], dark]) == (own, white)
    assert text_colors(LIGHT, beneath[2], "qhm", "text", along=[beneath[2], None]) == (own, None)
    # two grounds of nearly one lightness ask for one colour: a halo would be heavier than the difference
    near = [BackgroundColour(QColor(level, level, level), is_map=True) for level in (136, 142, 146)]
    assert len({on_map(each.color).rgb() for each in near}) == 2
    color, halo = text_colors(LIGHT, near[0], None, "text", along=near)
    assert halo is None and min(contrast(color, each.color) for each in near) > LEGIBLE
    for theme in (LIGHT, DARK):  # a method's colour, as the line of NAG has on a map
        middle = beneath[1]
        assert middle is not None
        named, _ = text_colors(theme, middle, "nag", "text")
        assert contrast(named, middle.color) >= READABLE
    label = canvas.add(Label("the minimum of it", weight=600, px=16, anchor=(0.5, 0.5)))
    label.set_position(1.0, 0.5)
    drawn = picture(canvas)
    seen = {drawn.pixelColor(x, y).name() for x in range(20, 180) for y in range(35, 65)}
    assert {white.name(), ink.name()} <= seen


def test_a_corner_of_a_text_over_another_ground_counts(canvas: Canvas):
    """Light cells below the middle of the first letter only: white letters without a halo lost that one."""
    heat = canvas.add(HeatMap("tide"))
    heat.set_smooth(False)
    values = np.zeros((100, 200))
    label = canvas.add(Label("minimum", anchor=(0.5, 0.5)))
    label.set_position(1.0, 0.5)
    heat.set_values(values, (0.05, 20), (0, 1))
    canvas.find_places()
    ((wish, spot),) = label.spots()
    assert label._colors(canvas.frame(), wish, spot.area)[1] is None
    values[: 100 - round(spot.area.bottom() - 4), : round(spot.area.left()) + 2] = 1.0
    heat.set_values(values.copy(), (0.05, 20), (0, 1))
    canvas.find_places()
    assert label._colors(canvas.frame(), wish, spot.area)[1] is not None


def test_isolines_put_their_labels_inside_and_apart(canvas: Canvas):
    heat = canvas.add(HeatMap("tide"))
    a, b = np.geomspace(0.05, 20, 50), np.linspace(0, 1, 40)
    z = np.repeat([np.linspace(0, 1, 50)], 40, axis=0)
    heat.set_values(z, (0.05, 20), (0, 1))
    lines = canvas.add(Isolines(heat))
    lines.setData(find_isolines(a, b, z, [0.25, 0.27, 0.75]), {0.25: "0.25", 0.27: "0.27", 0.75: "0.75"})
    canvas.resize(400, 200)
    picture(canvas)
    z[:] = np.nan
    lines.setData(find_isolines(a, b, z, [0.25]), {0.25: "0.25"})
    picture(canvas)


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_contours_are_lightest_at_the_minimum_and_survive_infinity(qtbot, theme):
    canvas = Canvas(Style(theme), Axis(-1, 1), Axis(-1, 1), show_axes=False, margins=(0, 0, 0, 0))
    qtbot.addWidget(canvas)
    canvas.resize(200, 200)
    field = canvas.add(ContourField())
    xs = np.linspace(-1, 1, 60)
    z = xs**2 + xs[:, None] ** 2
    z[0, :5], z[1, :5] = np.nan, np.inf
    field.setData(xs, xs, z, [0.05, 0.2, 0.5, 1.0])
    image = picture(canvas)
    assert QColor(image.pixel(100, 100)) == QColor(theme.c_in)
    assert QColor(image.pixel(2, 2)) == QColor(theme.c_out)
    assert QColor(image.pixel(2, 197)) == QColor(theme.c_out)
    between = QColor(image.pixel(130, 100)).lightness()
    assert QColor(theme.c_out).lightness() < between < QColor(theme.c_in).lightness()
    field.setData(xs, xs, np.full((60, 60), np.nan), [1.0])
    picture(canvas)


def test_regions_of_several_polygons(canvas: Canvas):
    region = canvas.add(Region("osc"))
    nan = np.nan
    region.setData([0.05, 0.2, 0.2, 0.05, nan, 5, 20, 20, 5], [0, 0, 1, 1, nan, 0, 0, 1, 1])
    image = picture(canvas)
    assert QColor(image.pixel(10, 50)) == QColor(LIGHT.osc) == QColor(image.pixel(190, 50))
    assert QColor(image.pixel(100, 50)) == QColor(LIGHT.surface)
    found = canvas.background_at(QPointF(10, 50))
    assert found is not None and found.color == QColor(LIGHT.osc) and canvas.background_at(QPointF(100, 50)) is None


def test_what_diverges_is_hatched_and_has_a_boundary(canvas: Canvas):
    hatched = canvas.add(UnstableRegion())
    hatched.setData([2, 20, 20, 2], [0, 0, 1, 1])
    hatched.set_boundary([2, 2], [0, 1])
    image = picture(canvas)
    colors = {QColor(image.pixel(x, y)).name() for x in range(150, 190) for y in range(20, 80)}
    assert QColor(LIGHT.div).name() in colors and len(colors) > 4
    edge = round(canvas.to_pixels(2, 0).x())
    assert QColor(image.pixel(edge, 50)).lightness() < 60


def test_hatch_ends_at_the_outline_and_leaves_holes_free():
    square = np.array([[10.0, 10], [90, 10], [90, 90], [10, 90]])
    hole = np.array([[40.0, 40], [60, 40], [60, 60], [40, 60]])
    lines = hatch_lines([square, hole], QRectF(0, 0, 100, 70), 7.5)
    assert len(lines) > 10
    length = sum(line.length() for line in lines)
    assert length * 7.5 == pytest.approx(80 * 60 - 400, rel=0.05)
    for line in lines:
        for share in (0.0, 0.5, 1.0):
            point = line.pointAt(share)
            assert 10 - 1e-6 <= point.x() <= 90 + 1e-6 and 10 - 1e-6 <= point.y() <= 70 + 1e-6
        middle = line.center()
        assert not (40 < middle.x() < 60 and 40 < middle.y() < 60)
    assert hatch_lines([square], QRectF(200, 200, 10, 10), 7.5) == []


def test_hatch_in_other_sizes_is_made_of_lines_not_of_pixels(canvas: Canvas):
    canvas.add(UnstableRegion()).setData([0.05, 20, 20, 0.05], [0, 0, 1, 1])
    image = QImage(800, 400, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.scale(4, 4)
        canvas.render(painter)
    row = np.array([QColor(image.pixel(x, 200)).lightness() for x in range(800)])
    dark = row < (QColor(LIGHT.div).lightness() + QColor(LIGHT.hatch).lightness()) / 2
    runs = np.count_nonzero(np.diff(dark.astype(int)) == 1)
    assert runs == pytest.approx(800 / (4 * 7.5 * np.sqrt(2)), abs=2)


def test_colour_bar_has_light_on_top_and_stands_level_with_its_canvas(qtbot):
    bar = ColourBar(Style(), "tide", "*R*")
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 320)
    bar.set_ticks([(0.0, "0.995"), (0.5, "0.90"), (0.505, "0.91"), (1.0, "0.70")])
    bar.set_cap("diverges")
    bar.set_needle(0.5, "qhm")
    image = QImage(bar.size(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        bar.render(painter)
    area = bar.bar_rect()
    x = round(area.center().x())
    assert QColor(image.pixel(x, round(area.top()) + 4)).lightness() > 200
    assert QColor(image.pixel(x, round(area.bottom()) - 4)).lightness() < 60
    assert QColor(image.pixel(x, round(area.center().y()))) == QColor(LIGHT.method("qhm"))
    plain = ColourBar(Style(), "tide")
    qtbot.addWidget(plain)
    assert bar.sizeHint().width() > plain.sizeHint().width() / 2


@pytest.mark.parametrize("theme", THEMES.values(), ids=THEMES)
@pytest.mark.parametrize("cap", ["unstable", "doubtful", "spread", "missing"])
def test_the_pattern_of_a_cap_is_seen_on_its_ground(qtbot, theme: Theme, cap: str):
    """Dark lines alone are none on a dark ground."""
    caps = {"unstable": "", cap: "a word"}
    bar = ColourBar(Style(theme), "tide")
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 320)
    bar.set_cap(**caps)
    image = QImage(bar.size(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        bar.render(painter)
    area = bar.bar_rect()
    below = range(round(area.bottom()) + 4, bar.height())
    seen = [QColor(image.pixel(round(area.center().x()) + dx, y)).lightness() for y in below for dx in range(-4, 5)]
    assert max(seen) - min(seen) >= 24


def test_a_label_over_a_map_needs_no_halo(canvas: Canvas):
    heat = canvas.add(HeatMap("tide"))
    heat.set_values(np.zeros((2, 2)), (0.05, 20), (0, 1))
    canvas.add(Label("Diverges", anchor=(0.5, 0.5))).set_position(1, 0.5)
    image = picture(canvas)
    colors = [QColor(image.pixel(x, y)) for x in range(200) for y in range(100)]
    assert max(color.lightness() for color in colors) > 200


def test_numbers_of_isolines_keep_off_what_is_hatched_above_them(canvas: Canvas) -> None:
    """The hatch lies above the lines: half of the "50" of a map of steps was under it."""
    field, veil = canvas.add(HeatMap("tide")), canvas.add(HatchedRegion())
    lines = canvas.add(Isolines(field))
    xs, ys = np.geomspace(0.05, 20, 40), np.linspace(0, 1, 40)
    values = np.tile(np.linspace(0, 1, 40), (40, 1))
    lines.setData(find_isolines(xs, ys, values, [0.5]), {0.5: "50"})
    picture(canvas)
    ((_, free),) = [spot for spot in lines.spots()]
    low, high = (canvas.frame().data(point)[1] for point in (free.area.bottomLeft(), free.area.topLeft()))
    veil.set_rings([np.array([[0.05, low - 0.02], [20.0, low - 0.02], [20.0, high + 0.02], [0.05, high + 0.02]])])
    picture(canvas)
    ((_, moved),) = [spot for spot in lines.spots()]
    assert not moved.area.intersects(free.area)


def test_no_pixel_of_a_map_lies_over_the_edge_of_its_area() -> None:
    """Of a PDF and an SVG: it stood as a dark line under the hatch of what diverges."""
    area, target = QRectF(10.3, 20.4, 100.2, 50.1), QRectF(0, 0, 130, 90)
    placed, image = _within(area, target, QImage(260, 180, QImage.Format.Format_RGB32))
    assert area.contains(placed) and placed.width() > 99 and (image.width(), image.height()) == (200, 100)
