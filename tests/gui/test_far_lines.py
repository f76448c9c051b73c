"""Lines that run far outside a plot are cut: Qt takes 30 ms for a stroke of a million pixels."""

from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas import curves
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.stroke import dash_rows, draw_polyline
from qhm_gui.drawing.thinning import near

AREA = QRectF(0, 0, 300, 200)
FAR = np.array([20.0, 280.0, -1e6, 1e6, 150.0, 160.0, np.nan, 40.0, 60.0])
HIGH = np.array([20.0, 150.0, 9e5, -1e6, 100.0, 1e6, 0.0, 20.0, 180.0])


def painted(x: np.ndarray, y: np.ndarray) -> QImage:
    picture = QImage(300, 200, QImage.Format.Format_RGB32)
    picture.fill(QColor("#FFFFFF"))
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        draw_polyline(painter, x, y, QColor("#B5136A"), 2.6, area=AREA)
    return picture


def test_a_line_that_is_cut_looks_the_same() -> None:
    x, y = near(FAR, HIGH, AREA)
    known = np.isfinite(x)
    assert np.abs(x[known]).max() <= 1300.001 and np.abs(y[known]).max() <= 1200.001
    pixels = [np.frombuffer(p.constBits(), dtype=np.uint8).astype(int) for p in (painted(FAR, HIGH), painted(x, y))]
    assert (pixels[0] < 255).sum() > 2000
    assert (np.abs(pixels[0] - pixels[1]) > 40).sum() < 20


def test_a_line_within_reach_is_left_as_it_is() -> None:
    x, y = np.array([0.0, 900.0, np.nan, 5.0]), np.array([0.0, -900.0, 1.0, 5.0])
    assert near(x, y, AREA)[0] is x
    gone = np.array([5e5, 6e5]), np.array([0.0, 50.0])
    assert len(near(*gone, AREA)[0]) == 0


def test_of_a_line_that_diverges_only_the_dashes_near_the_plot_are_cut() -> None:
    """A hundred thousand were, at every move of α beyond its bound, for two frames; those that show stay where they
    are."""
    dash = (8.0, 5.0)
    every, some = dash_rows(FAR, HIGH, dash, None), dash_rows(FAR, HIGH, dash, AREA)
    assert len(every) > 20 * len(some) > 0
    x, y = (every[:, 0] + every[:, 2]) / 2, (every[:, 1] + every[:, 3]) / 2
    shown = every[(x > AREA.left()) & (x < AREA.right()) & (y > AREA.top()) & (y < AREA.bottom())]
    assert len(shown) > 20
    for row in shown:
        assert np.abs(some - row).max(axis=1).min() < 1e-6


def test_a_curve_that_diverges_hands_no_far_point_to_the_painter(qtbot, monkeypatch) -> None:
    canvas = Canvas(Style(LIGHT), Axis(-1.0, 1.0), Axis(-1.0, 1.0))
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    curve = canvas.add(PlotCurve("sgd"))
    steps = np.arange(20.0)
    curve.setData((-3.0) ** steps / 100, (-2.5) ** steps / 100)
    handed: list[float] = []
    draw = curves.draw_polyline

    def watched(painter, x, y, *arguments, **options):
        handed.extend(np.abs(np.concatenate((x, y)))[np.isfinite(np.concatenate((x, y)))])
        draw(painter, x, y, *arguments, **options)

    monkeypatch.setattr(curves, "draw_polyline", watched)
    canvas.grab()
    assert handed and max(handed) < 2000


def test_what_is_infinite_is_nowhere_in_a_plot_without_room(qtbot: QtBot) -> None:
    """The preview of an export that is dragged small: infinity times no height is no number, and no warning."""
    canvas = Canvas(Style(), Axis(0, 1), Axis(0, 1))
    qtbot.addWidget(canvas)
    flat = replace(canvas.frame(), plot=QRectF(10, 10, 0, 0))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        across, down = flat.px_x([0.5, np.inf]), flat.px_y([0.5, -np.inf])
    assert across[0] == down[0] == 10.0 and np.isnan([across[1], down[1]]).all()
