"""What a canvas keeps between two paints is found anew when it changes: the order of items, and what lies beneath."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage, QPainter

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import Region
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.kept_pictures import Layer, Part

SQUARE = [-1.0, 1.0, 1.0, -1.0, -1.0], [-1.0, -1.0, 1.0, 1.0, -1.0]


@pytest.fixture
def canvas(qtbot) -> Canvas:
    made = Canvas(Style(LIGHT), Axis(-2.0, 2.0, title="x"), Axis(-2.0, 2.0, title="y"))
    qtbot.addWidget(made)
    made.resize(400, 300)
    return made


def beneath(canvas: Canvas, x: float = 0.0, y: float = 0.0) -> str:
    found = canvas.background_at(QPointF(canvas.to_pixels(x, y)))
    return "" if found is None else found.color.name()


def test_items_are_in_order_however_they_come_go_and_rise(canvas: Canvas) -> None:
    first, second = canvas.add(PlotCurve("sgd")), canvas.add(PlotCurve("qhm"))
    shown = canvas.items_shown
    assert shown.index(first) < shown.index(second)
    first.setZValue(30.0)
    assert canvas.items_shown[-1] is first
    first.hide()
    assert first not in canvas.items_shown
    first.show()
    canvas.removeItem(first)
    assert first not in canvas.items_shown
    canvas.addItem(first)
    assert canvas.items_shown[-1] is first


def test_what_lies_beneath_follows_every_change(canvas: Canvas) -> None:
    assert beneath(canvas) == ""
    region = canvas.add(Region("mono"))
    region.setData(*SQUARE)
    assert beneath(canvas) == LIGHT.mono.lower() and beneath(canvas, 1.5) == ""
    region.set_fill("osc")
    assert beneath(canvas) == LIGHT.osc.lower()
    region.setData([x + 1.2 for x in SQUARE[0]], SQUARE[1])
    assert beneath(canvas) == "" and beneath(canvas, 1.5) == LIGHT.osc.lower()
    over = canvas.add(Region("ripple"))
    over.setData(*SQUARE)
    assert beneath(canvas, 0.5) == LIGHT.ripple.lower()
    over.setZValue(-30.0)
    assert beneath(canvas, 0.5) == LIGHT.osc.lower()
    region.setVisible(False)
    assert beneath(canvas, 0.5) == LIGHT.ripple.lower()
    canvas.removeItem(over)
    assert beneath(canvas, 0.5) == ""
    region.hide()
    canvas.set_axes(Axis(-0.1, 0.1))
    region.show()
    assert beneath(canvas, 0.05) == ""


def test_texts_keep_their_places_while_it_plays_and_find_better_ones_at_rest(canvas: Canvas) -> None:
    label, head = canvas.add(Label("here", anchor=(0.0, 0.5))), canvas.add(Head("circle", "qhm"))
    label.set_position(0.0, 0.0, dx=10.0)
    free = label.area()
    canvas.set_playing(True)
    head.set_position(*canvas.from_pixels(free.center()))
    assert label.area() == free
    canvas.set_playing(False)
    assert not label.area().isEmpty() and not label.area().contains(free.center())


def test_what_is_never_painted_is_no_reason_to_draw_in_pieces(canvas: Canvas) -> None:
    for _ in range(8):
        canvas.add(Label(""))
    canvas.grab()
    layers = canvas.layers
    with QPainter(QImage(400, 300, QImage.Format.Format_RGB32)) as painter:
        assert layers.advance(painter, canvas._parts(), canvas.frame(), canvas.paper, lambda _cost: False)
    assert layers.pictures == 0


def test_of_the_pictures_the_one_that_saves_least_goes(canvas: Canvas) -> None:
    """A heavy item and many light ones below what moves: their pictures stay beside that of all."""
    curves = [canvas.add(PlotCurve("sgd")) for _ in range(6)]
    canvas.grab()
    parts = [Part(curve, curve.revision, 1.0, False) for curve in curves]
    for curve, took in zip(curves, (0.03, 0.0, 0.001, 0.03, 0.0, 0.0), strict=True):
        curve.took = took
    layers, picture = canvas.layers, QImage(4, 4, QImage.Format.Format_RGB32)
    layers.clear()
    for count in (1, 2, 4, 6):
        layers._add(Layer(tuple(parts[:count]), picture))
    assert [len(layer.parts) for layer in layers._layers] == [1, 4, 6]
