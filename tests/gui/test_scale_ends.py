"""Colour bars say where data go beyond them, doubt has its own hatch, and every quantity is drawn on its own scale."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.value_scale import ValueScale
from qhm_gui.drawing.hatch import draw_hatch
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.views import VIEWS
from qhm_gui.views.shared.level_scale import LevelScale
from qhm_gui.views.shared.rate_picture import RateScale
from qhm_math.progress import SILENT


def shown(qtbot, figure: str) -> Any:
    row = FIGURES[figure]
    view: Any = VIEWS[row.view](Style())
    qtbot.addWidget(view.widget)
    view.widget.resize(600, 400)
    view.mark(row.state)
    for result in view.compute(view.request(row.state), SILENT):
        view.show(result)
    view.mark(row.state)
    return view


@pytest.mark.parametrize("figure", ["figure-3-1-exact", "figure-3-3-exact"])
def test_the_bar_of_figure_3_says_that_data_go_beyond(qtbot, figure: str) -> None:
    view = shown(qtbot, figure)
    values = view.result.values
    cut = FIGURES[figure].state.good.cut
    assert np.nanmax(values) > 2 * cut
    place, text = view._bar.visible_ticks[0]
    assert place == 0.0 and text.startswith("≥ ")
    title = view._bar._title
    power = 0 if "10" not in title else round(np.log10(float(text[2:]) / cut))
    assert float(text[2:]) == pytest.approx(cut * 10.0**power)


@given(st.lists(st.floats(1e-9, 1e9), min_size=1), st.sampled_from(("log", "linear", "share", "ratio")))
def test_an_end_says_so_exactly_where_data_go_beyond(values: list[float], kind) -> None:
    scale = LevelScale(kind, 0.5, 2.0)
    texts = {place: text for place, text in scale.ticks(values)}
    assert texts.get(0.0, "").startswith("≥") == (max(values) > 2.0 + 1.5e-6)
    assert texts.get(1.0, "").startswith("≤") == (min(values) < 0.5 - 1.5e-6)


def test_the_bar_of_a_rate_says_so_too() -> None:
    scale = RateScale(2.5, 300.0)
    assert scale.ticks(steps=True, rates=[0.9])[0][1] != "≥ 300"
    assert scale.ticks(steps=True, rates=[0.99999])[0] == (0.0, "≥ 300")
    assert scale.ticks(steps=False, rates=[0.99999])[0] == (0.0, "≥ 0.9962")
    assert scale.ticks(steps=True, rates=[0.01])[-1] == (1.0, "≤ 2.5")
    assert scale.ticks(steps=True, rates=[0.9, 1.2, np.nan]) == scale.ticks(steps=True)


def test_a_simulated_map_shows_its_cells(qtbot) -> None:
    for figure, smooth in (("figure-3-3-exact", True), ("figure-3-3-simulated", False)):
        row = FIGURES[figure]
        layer: Any = VIEWS[row.view](Style())
        qtbot.addWidget(layer.widget)
        state = row.state
        layer.mark(state)
        layer.show(next(iter(layer.compute(layer.request(state), SILENT))))
        assert layer._map._smooth is smooth


def test_what_diverges_and_what_is_doubtful_are_told_apart(qtbot) -> None:
    view = shown(qtbot, "figure-6-3")
    assert len(set(view._bar.caps)) == 2

    def hatched(falling: bool) -> QImage:
        image = QImage(60, 60, QImage.Format.Format_RGB32)
        image.fill(QColor("white"))
        square = np.array([[0.0, 0.0], [60.0, 0.0], [60.0, 60.0], [0.0, 60.0]])
        with QPainter(image) as painter:
            draw_hatch(painter, [square], QRectF(0, 0, 60, 60), QColor("black"), 7.5, 1.1, falling)
        return image

    def along(image: QImage, way: int) -> float:
        """How alike pixels are to their neighbours in one diagonal direction."""
        dark = np.array([[QColor(image.pixel(x, y)).value() < 200 for x in range(60)] for y in range(60)])
        moved = np.roll(dark, (1, way), (0, 1))[1:, 1:-1]
        return float((dark[1:, 1:-1] == moved).mean())

    assert along(hatched(False), -1) > along(hatched(False), 1) + 0.1
    assert along(hatched(True), 1) > along(hatched(True), -1) + 0.1


@pytest.mark.parametrize("figure", ["figure-1a", "figure-1b", "figure-1c", "figure-1d"])
def test_alpha_is_drawn_on_its_own_scale(qtbot, figure: str) -> None:
    """What the curve shows is read off the scale on the right: log α* is log α*."""
    view = shown(qtbot, figure)
    scale = view._alpha_scale
    assert isinstance(scale, ValueScale) and scale.axis is not None
    low, high = scale.axis.span
    read = scale.axis.from_axis(low + view._alpha.y * (high - low))
    np.testing.assert_allclose(read, view.result.alphas, rtol=1e-9)
    if figure in ("figure-1c", "figure-1d"):
        request = view.result.request
        beta = view.result.xs[0]  # in the first phase, as in the notebook of the paper
        first = 2 * (1 + beta) / ((1 - beta) * (1 + request.kappa) * request.mu)
        assert read[0] == pytest.approx(first, rel=1e-9)
        assert scale.axis.scale == "log"
    areas = [spot.area for _, spot in scale.spots()]
    bounds = view.canvases[0].frame().bounds if view.canvases else QRectF(view.widget.rect())
    assert len(areas) >= 2 and all(bounds.contains(area) for area in areas)
