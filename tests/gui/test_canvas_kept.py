"""What a canvas keeps between two paints is found anew when it changes: the order of items, and what lies beneath."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import Region

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
