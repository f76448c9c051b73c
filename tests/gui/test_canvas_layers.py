"""What has not changed on a canvas is copied, and what is copied is what would be drawn."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from qhm_gui.appearance.theme import DARK, LIGHT, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.crosshair import Crosshair, Playhead
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label
from qhm_gui.views.compare.category_map import CategoryMap


class Items:
    """A canvas with something of most kinds, from the ground up."""

    def __init__(self, qtbot) -> None:
        self.canvas = Canvas(Style(LIGHT), Axis(0, 100, title="step"), Axis(0.1, 10, "log", title="loss"), grid_y=True)
        qtbot.addWidget(self.canvas)
        self.canvas.resize(420, 300)
        self.field = self.canvas.add(ContourField())
        xs, ys = np.linspace(0, 100, 12), np.geomspace(0.1, 10, 9)
        self.field.setData(xs, ys, np.add.outer(ys, xs), [5.0, 40.0, 80.0])
        self.map = self.canvas.add(HeatMap("tide"))
        self.map.set_values(np.linspace(0, 1, 12).reshape(3, 4), (60, 90), (1, 5))
        self.kinds = self.canvas.add(CategoryMap())
        self.kinds.set_kinds([10, 20, 30], [0.2, 0.4], np.array([[0, 1, -2], [1, 0, -1]]), [0.0, 1.0])
        self.band = self.canvas.add(Band("qhm"))
        self.line = self.canvas.add(PlotCurve("qhm", 2.0))
        ks = np.arange(101.0)
        self.line.setData(ks, 2 + np.sin(ks))
        self.band.setData(ks, 1 + 0 * ks, 3 + 0 * ks)
        self.crosshair = self.canvas.add(Crosshair("ink"))
        self.crosshair.set_position(40, 1)
        self.head = self.canvas.add(Head("square", "qhm"))
        self.head.set_position(40, 1)
        self.playhead = self.canvas.add(Playhead())
        self.playhead.set_position(70)
        self.label = self.canvas.add(Label("a label", "text"))
        self.label.set_position(20, 5)
        self.names = self.canvas.add(EndLabels())
        self.names.set_labels([("QHM", 2.0, "qhm")])


def picture(canvas: Canvas) -> QImage:
    return canvas.grab().toImage()


def fresh(canvas: Canvas) -> QImage:
    """With nothing kept from before."""
    canvas.layers.clear()
    return picture(canvas)


def pixels(image: QImage) -> NDArray[np.int64]:
    """The colours (height, width, 3)."""
    data = np.frombuffer(image.constBits(), dtype=np.uint8).reshape(image.height(), image.width(), 4)
    return data[..., :3].astype(np.int64)


CHANGES: dict[str, Callable[[Items], object]] = {
    "theme": lambda i: i.canvas.set_style(Style(DARK)),
    "type size": lambda i: i.canvas.set_style(Style(LIGHT, type_scale=1.4)),
    "line scale": lambda i: i.canvas.set_style(Style(LIGHT, line_scale=2.0)),
    "size": lambda i: i.canvas.resize(500, 280),
    "range": lambda i: i.canvas.set_axes(Axis(0, 200), None),
    "zoom": lambda i: i.canvas.vb.setRange(xRange=(10, 50), padding=0),
    "field": lambda i: i.field.setData([0, 100], [0.1, 10], [[0, 1], [2, 3]], [1.0, 2.0]),
    "map": lambda i: i.map.set_values(np.zeros((3, 4)), (60, 90), (1, 5)),
    "colour map": lambda i: i.map.set_colormap("ember"),
    "kinds": lambda i: i.kinds.set_kinds([10, 20, 30], [0.2, 0.4], np.ones((2, 3)), [0.0, 1.0]),
    "band": lambda i: i.band.set_alpha(0.6),
    "line": lambda i: i.line.setData(np.arange(101.0), 3 + np.cos(np.arange(101.0))),
    "line, while hidden": lambda i: (i.line.setVisible(False), i.line.set_color("sgd"), i.line.setVisible(True)),
    "hidden": lambda i: i.line.setVisible(False),
    "removed": lambda i: i.canvas.vb.removeItem(i.line),
    "lifted": lambda i: i.line.setZValue(7.0),
    "pale": lambda i: i.line.setOpacity(0.3),
    "split": lambda i: i.line.set_split(50),
    "crosshair": lambda i: i.crosshair.set_position(60, 3),
    "head": lambda i: i.head.set_position(60, 3),
    "playhead": lambda i: i.playhead.set_position(30),
    "label": lambda i: i.label.set_text("another"),
    "names": lambda i: i.names.set_labels([("QHM", 2.0, "qhm"), ("a long name", 5.0, "sgd")]),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_has_changed_is_drawn_and_not_copied(qtbot, change: str) -> None:
    items = Items(qtbot)
    for _ in range(3):
        before = picture(items.canvas)
    assert items.canvas.layers.pictures > 0
    CHANGES[change](items)
    after = [picture(items.canvas) for _ in range(3)]  # drawn, kept, copied
    assert after[0] != before
    expected = fresh(items.canvas)
    assert all(one == expected for one in after)


def test_another_pixel_ratio_is_drawn(qtbot, monkeypatch) -> None:
    items = Items(qtbot)
    for _ in range(3):
        picture(items.canvas)
    monkeypatch.setattr(Canvas, "devicePixelRatioF", lambda _: 2.0)
    image = QImage(items.canvas.size() * 2, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2.0)
    shown: list[QImage] = []
    for _ in range(3):
        items.canvas.viewport().render(image)
        shown.append(image.copy())
    items.canvas.layers.clear()
    items.canvas.viewport().render(image)
    assert all(np.abs(pixels(one) - pixels(image)).max() <= 1 for one in shown)  # a place may round otherwise


def test_what_moves_is_all_that_is_drawn(qtbot, monkeypatch) -> None:
    items = Items(qtbot)
    for step in (80, 90):  # the first move shows what is above the playhead and what is not
        items.playhead.set_position(step)
        picture(items.canvas)
    drawn: list[object] = []
    for item in (items.field, items.map, items.kinds, items.band, items.line, items.playhead):
        monkeypatch.setattr(item, "draw", lambda *_, item=item: drawn.append(item))
    for step in (10, 20, 30):
        items.playhead.set_position(step)
        picture(items.canvas)
    assert drawn == 3 * [items.playhead]


def test_by_turns_with_a_handle_the_curves_are_drawn_once(qtbot, monkeypatch) -> None:
    """A handle moves, its curves follow, and so on: a move of the handle copies the curves."""
    items = Items(qtbot)
    drawn: list[str] = []
    monkeypatch.setattr(PlotCurve, "draw", lambda self, *_: drawn.append("curve"))
    ks = np.arange(101.0)
    for turn in range(5):
        drawn.clear()
        items.head.set_position(30 + turn, 1)
        picture(items.canvas)
        moved = len(drawn)
        items.line.setData(ks, 2 + np.cos(ks + turn))
        picture(items.canvas)
    assert (moved, len(drawn)) == (0, 1)


def test_painting_asks_for_no_paint(qtbot) -> None:
    items = Items(qtbot)
    picture(items.canvas)
    before = [item.revision for item in items.canvas.items_shown]
    picture(items.canvas)
    assert [item.revision for item in items.canvas.items_shown] == before
