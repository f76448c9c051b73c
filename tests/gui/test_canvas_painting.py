"""A whole canvas: onto any device, in any size, again and again."""

import re
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QRectF, QSizeF
from PySide6.QtGui import QColor, QImage, QPageSize, QPainter, QPdfWriter

from qhm_gui.appearance.theme import DARK, METHOD_LOOKS, Style
from qhm_gui.canvas import (
    Axis,
    Band,
    Canvas,
    ContourField,
    Crosshair,
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
    Region,
    ScaleBar,
    StepDots,
    Tooltip,
    UnstableRegion,
)
from qhm_gui.canvas.drawn import DrawnMarks
from qhm_gui.drawing.contour_lines import find_isolines
from qhm_gui.drawing.shapes import shape_path
from qhm_gui.views.shared.divergence_marks import Departure, DivergenceMarks
from tests.gui.conftest import count_draws


def full_canvas(style: Style | None = None) -> Canvas:
    """One of everything."""
    canvas = Canvas(
        style or Style(), Axis(0, 100, title="step *k*"), Axis(1e-4, 10, "log", "loss", decades=True), grid_y=True
    )
    nodes = np.linspace(0, 100, 30), np.geomspace(1e-4, 10, 20)
    z = np.repeat([np.linspace(0, 1, 30)], 20, axis=0)
    canvas.add(ContourField()).setData(*nodes, z, [0.2, 0.5])
    heat = canvas.add(HeatMap("tide"))
    heat.set_values(z, (0, 100), (1e-4, 10))
    canvas.add(Isolines(heat)).setData(find_isolines(*nodes, z, [0.3, 0.6]), {0.3: "0.3", 0.6: "0.6"})
    hatched = canvas.add(UnstableRegion())
    hatched.setData([80, 100, 100, 80], [1e-4, 1e-4, 10, 10])
    hatched.set_boundary([80, 80], [1e-4, 10])
    k = np.arange(101)
    canvas.add(Band("qhm", 0.15)).setData(k, 0.5 * 0.95**k, 2 * 0.95**k)
    for dash in (None, "theory", "approx", "dot"):
        canvas.add(PlotCurve("qhm", 2.6, dash, casing=dash == "theory")).setData(k, 0.95**k)
    canvas.add(StepDots("qhm")).setData(k, 0.95**k)
    for look in METHOD_LOOKS.values():
        canvas.add(Head(look.shape, look.key)).set_position(50, 0.95**50)
    for mark in (MinimumMark(), OptimumStar(), Handle("qhm"), Handle("ink", kind="start"), Crosshair("qhm", True)):
        canvas.add(mark).set_position(30, 0.1)
    label = canvas.add(Label("predicted *R*^{2k}\n二行目"))
    label.set_position(40, 1)
    label.set_leader((60, 0.01))
    canvas.add(EndLabels()).set_labels([("QHM", 0.01, "qhm"), ("SHB", 0.011, "shb")])
    canvas.add(ScaleBar())
    canvas.add(Playhead()).set_position(64)
    tip = canvas.add(Tooltip())
    tip.set_text(["one", "two"])
    tip.set_position(20, 0.01)
    leaving = [Departure(10, "sgd", "SGD", 10), Departure(12, "qhm", "QHM", 12, diverges=False)]
    canvas.add(DivergenceMarks()).set_departures(leaving)
    canvas.resize(480, 320)
    return canvas


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = full_canvas()
    qtbot.addWidget(canvas)
    return canvas


def test_many_repaints_lose_no_reference_to_none(qtbot, canvas: Canvas):
    with qtbot.waitExposed(canvas):
        canvas.show()
    canvas.repaint()
    before = sys.getrefcount(None)
    for _ in range(100):
        for item in canvas.items_shown:
            item.update()
        canvas.repaint()
    assert sys.getrefcount(None) > before - 50


def test_the_screen_shows_what_an_export_draws(qtbot, canvas: Canvas):
    """The kept pictures and the drawing afresh are one picture."""
    with qtbot.waitExposed(canvas):
        canvas.show()
    shown = canvas.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    drawn = QImage(canvas.size(), QImage.Format.Format_RGB32)
    with QPainter(drawn) as painter:
        canvas.render(painter)
    assert shown.size() == drawn.size()
    a, b = (
        np.frombuffer(image.constBits(), dtype=np.uint8).reshape(320, -1, 4)[:, :480, :3].astype(int)
        for image in (shown, drawn)
    )
    assert np.abs(a - b).mean() < 0.5


def test_four_times_the_size_is_four_times_the_ink(canvas: Canvas):
    """Widths, type and hatch grow with the device: nothing stays at one device pixel."""
    means = []
    for scale in (1, 4):
        image = QImage(480 * scale, 320 * scale, QImage.Format.Format_RGB32)
        with QPainter(image) as painter:
            canvas.render(painter, QRectF(image.rect()))
        pixels = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(320 * scale, -1)[:, : 480 * 4 * scale]
        means.append(pixels.reshape(320 * scale, 480 * scale, 4)[:, :, :3].mean())
    assert means[0] == pytest.approx(means[1], abs=1.5)


def test_a_pdf_holds_text_and_lines(canvas: Canvas, tmp_path: Path):
    path = tmp_path / "figure.pdf"
    writer = QPdfWriter(str(path))
    writer.setResolution(96)
    writer.setPageSize(QPageSize(QSizeF(480 * 0.75, 320 * 0.75), QPageSize.Unit.Point))
    with QPainter(writer) as painter:
        canvas.render(painter)
    data = path.read_bytes()
    assert (b"/Font" in data and b"/FontFile" in data) or b"/Type0" in data
    images = [int(width) for width in re.findall(rb"/Subtype /Image\s*/Width (\d+)", data)]
    assert max(images, default=0) <= 2 * 480 + 40  # the heat map alone, not the page


def test_a_figure_of_several_canvases_is_drawn_as_vectors(qtbot, canvas: Canvas, tmp_path: Path):
    """Rendered as a child of another widget it must not hand out its kept pictures."""
    from PySide6.QtWidgets import QWidget

    figure = QWidget()
    qtbot.addWidget(figure)
    figure.resize(500, 340)
    canvas.setParent(figure)
    canvas.move(10, 10)
    image = QImage(1000, 680, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        painter.scale(2, 2)
        figure.render(painter, QPoint())
    drawn = QImage(960, 640, QImage.Format.Format_RGB32)
    with QPainter(drawn) as painter:
        canvas.render(painter, QRectF(drawn.rect()))
    same = sum(
        abs(QColor(image.pixel(x + 20, y + 20)).lightness() - QColor(drawn.pixel(x, y)).lightness()) < 12
        for x in range(0, 960, 7)
        for y in range(0, 640, 7)
    )
    canvas.setParent(None)
    assert same / (138 * 92) > 0.98


@pytest.mark.parametrize("style", [Style(DARK), Style(type_scale=2.0, line_scale=2.0)])
def test_other_styles(canvas: Canvas, style: Style):
    margin = canvas.frame().plot.left()
    canvas.set_style(style)
    assert canvas.style is style
    image = QImage(canvas.size(), QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter)
    assert QColor(image.pixel(1, 1)) == QColor(style.theme.surface)
    assert canvas.frame().plot.left() == pytest.approx(margin * style.type_scale, abs=1)


def test_a_tiny_canvas_paints(canvas: Canvas):
    canvas.resize(20, 10)
    image = QImage(20, 10, QImage.Format.Format_RGB32)
    with QPainter(image) as painter:
        canvas.render(painter)


@pytest.mark.slow
def test_an_item_that_is_hidden_or_unchanged_repaints_nothing(qtbot, monkeypatch, canvas: Canvas):
    with qtbot.waitExposed(canvas):
        canvas.show()
    line = next(item for item in canvas.items_shown if type(item) is PlotCurve)
    times = count_draws(monkeypatch, *canvas.items_shown)

    def drawn_since(before: int) -> int:
        qtbot.wait(30)
        qtbot.waitUntil(lambda: not canvas.turns.behind)
        return sum(times.values()) - before

    drawn_since(0)
    settled = sum(times.values())
    line.set_color("qhm")
    line.set_width(2.6)
    line.setVisible(True)
    assert drawn_since(settled) == 0
    line.setVisible(False)
    assert drawn_since(settled) > 0
    settled = sum(times.values())
    line.set_color("nag")
    line.setData([0, 1], [1, 1])
    assert drawn_since(settled) == 0
    line.setVisible(True)
    assert drawn_since(settled) > 0 and times[line] > 0


@pytest.mark.parametrize(
    ("make", "same", "other"),
    [
        (lambda: PlotCurve("qhm"), ([0, 1, np.nan], [1, 2, 3]), ([0, 1, np.nan], [1, 2, 4])),
        (lambda: Band("qhm"), ([0, 1], [1, 2], [2, np.nan]), ([0, 1], [1, 2], [2, 3])),
        (lambda: Region("div"), ([0, 1, 1], [1, 2, 0]), ([0, 1, 1, 0], [1, 2, 0, 0])),
        (lambda: StepDots("qhm"), ([0, 1, 1], [1, 2, 0]), ([0, 1], [1, 2])),
    ],
    ids=["curve", "band", "region", "dots"],
)
def test_the_same_values_once_more_are_no_change(canvas: Canvas, make: Any, same: Any, other: Any):
    """What does not move in a drag stays a picture, although its view sets all of its data."""
    item = canvas.add(make())
    item.setData(*same)
    settled = item.revision
    item.setData(*(np.array(part) for part in same))
    assert item.revision == settled
    item.setData(*other)
    assert item.revision > settled


def test_a_removed_item_is_gone(canvas: Canvas):
    handle = next(item for item in canvas.items_shown if isinstance(item, Handle))
    canvas.removeItem(handle)
    assert handle not in canvas.items_shown and handle.canvas is None
    handle.set_position(1, 1)
    kinds = [part.kind for part in canvas.drawn() if isinstance(part, DrawnMarks)]
    assert kinds.count("Handle") == 1  # the other one


@pytest.mark.parametrize("shape", ["circle", "square", "triangle", "diamond", "pentagon", "cross", "star", "hexagon"])
def test_shapes_look_equally_large(qapp, shape):
    path = shape_path(shape, 5)
    box = path.boundingRect()
    assert 4 <= max(abs(box.left()), box.right(), abs(box.top()), box.bottom()) <= 7
    assert abs(box.center().x()) < 0.6
