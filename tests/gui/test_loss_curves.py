"""Values against the step: what an axis cannot show leaves the plot and is named, and is never a line at its edge."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas
from qhm_gui.canvas.drawn import DrawnCurve
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.views.shared.divergence_marks import departure_words
from qhm_gui.views.shared.loss_curves import DEEPEST, LossCurves, StepCurve, value_range
from qhm_math.noise import NOISES
from qhm_math.progress import SILENT

HALVED = 0.5 ** np.arange(40.0)


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0, 39), Axis(1e-3, 10, "log", decades=True), grid_y=True)
    qtbot.addWidget(canvas)
    canvas.resize(480, 320)
    return canvas


def shown(canvas: Canvas, values: np.ndarray, diverged: int = -1, several: bool = False) -> LossCurves:
    curves = LossCurves(canvas, 1)
    curves.show([StepCurve("run", "qhm", values, diverged, shape="circle", several=several)])
    return curves


def flat_at_an_edge(canvas: Canvas, x: np.ndarray, y: np.ndarray) -> float:
    """How many pixels of a line lie along the top or the foot of the plot."""
    frame = canvas.frame()
    px, py = frame.px_x(x), frame.px_y(y)
    at_edge = np.minimum(np.abs(py - frame.plot.top()), np.abs(py - frame.plot.bottom())) < 1.5
    return float(np.sum(np.diff(px)[at_edge[1:] & at_edge[:-1]]))


@pytest.mark.parametrize(
    "values, words",
    [
        (np.where(np.arange(40) < 5, HALVED, 0.0), "0 from 5"),
        (np.zeros(40), "0 from 0"),
        (0.5 - np.arange(40.0), "below 0 from 1"),
        (HALVED, "off the scale from 10"),
        (1.9 ** np.arange(40.0), "off the scale from 4"),
    ],
)
def test_what_leaves_for_good_is_marked_and_named(canvas: Canvas, values: np.ndarray, words: str) -> None:
    curves = shown(canvas, values)
    (departure,) = curves.departures.departures
    assert departure_words(departure) == words and not curves.ends.labels
    assert any(words in text for text, _ in canvas.placer.areas())
    curves.seek(39, 0.35)
    assert not curves.heads[0].isVisible()
    line = curves.lines[0]
    assert flat_at_an_edge(canvas, line.x, line.y) == 0


def test_what_comes_back_is_not_said_to_leave(canvas: Canvas) -> None:
    values = np.full(40, 0.1)
    values[5:8], values[20:23] = 0.0, 1e3
    curves = shown(canvas, values)
    assert not curves.departures.departures and [name for name, *_ in curves.ends.labels] == ["run"]
    assert np.isnan(curves.lines[0].y[6]) and curves.lines[0].y[5] > 0 and curves.lines[0].y[8] == 0.1


def test_a_run_that_diverges_says_its_own_step(canvas: Canvas) -> None:
    values = np.concatenate((3.0 ** np.arange(20), np.full(20, np.nan)))
    (departure,) = shown(canvas, values, diverged=19).departures.departures
    assert departure_words(departure) == "diverges at 19" and departure.x == 3


def test_a_mean_that_one_run_leaves_does_not_say_that_the_method_diverges(canvas: Canvas) -> None:
    """The path beside it showed a run of the same method that settles."""
    values = np.concatenate((3.0 ** np.arange(20), np.full(20, np.nan)))
    (departure,) = shown(canvas, values, diverged=19, several=True).departures.departures
    assert departure_words(departure) == "a run diverges at 19"


def test_the_range_follows_the_data_to_the_rounding() -> None:
    low, high = value_range([HALVED**2, 1e-30 * HALVED], [-1, -1])
    assert low <= 1e-30 and high >= 1
    low, _ = value_range([0.1 ** np.arange(200.0)], [-1])
    assert low == pytest.approx(DEEPEST)
    assert value_range([np.zeros(9)], [-1])[0] > 0
    low, high = value_range([-np.arange(9.0)], [-1], linear=True)
    assert low == -8 and high > low


@given(st.lists(st.floats(allow_nan=True), min_size=1, max_size=30), st.integers(-1, 29))
@pytest.mark.slow
def test_any_values_have_a_range_and_no_line_along_an_edge(qapp, values: list[float], diverged: int) -> None:
    array = np.array(values)
    low, high = value_range([array], [diverged])
    assert 0 < low < high < np.inf
    canvas = Canvas(Style(), Axis(0, max(len(array) - 1, 1)), Axis(low, high, "log", decades=True), grid_y=True)
    canvas.resize(480, 320)
    curves = shown(canvas, array, diverged)
    y = curves.lines[0].y
    assert len(y) == len(array) and not (y <= 0).any()
    inside = (array > low) & (array < high)
    if diverged < 0:
        assert np.array_equal(y[inside], array[inside])
    canvas.deleteLater()


@pytest.mark.parametrize("key", ["loss", "race_loss", "several", "ensemble", "slope"])
@pytest.mark.slow
def test_no_view_draws_a_loss_of_zero_as_a_line(qtbot, key: str) -> None:
    """Started at the minimum without noise, every loss is exactly 0 from the first step on."""
    state = changed(State(), {"start_x": 0.0, "start_y": 0.0, "noise": NOISES["none"](), "steps": 50})
    view = VIEWS[key](Style())
    qtbot.addWidget(view.widget)
    view.widget.resize(480, 320)
    view.mark(state)
    for result in view.compute(view.request(state), SILENT):
        view.show(result)
    view.seek(50)
    canvas = view.widget
    assert isinstance(canvas, Canvas)
    for curve in (part for part in canvas.drawn() if isinstance(part, DrawnCurve)):
        if curve.dash is None and len(curve.x) > 2:
            assert flat_at_an_edge(canvas, curve.x, curve.y) == 0
    if key != "slope":  # which starts beside the minimum
        assert any("0 from 0" in text for text, _ in canvas.placer.areas())
    areas = [area for _, area in canvas.placer.areas()]
    assert not any(one.intersects(other) for one, other in itertools.combinations(areas, 2))


def test_the_axis_holds_a_stable_run_whatever_its_noise() -> None:
    """It left the plot at its first step; one that only has not diverged yet does so still."""
    rng = np.random.default_rng(1)
    loud = np.concatenate(([1.0], 10.0 ** rng.uniform(8, 10, 120)))
    low, high = value_range([loud], [-1])
    assert low <= 1.0 and high > loud.max()
    growing = 1.5 ** np.arange(120.0)
    assert value_range([growing], [-1])[1] < 1e6 and value_range([growing, loud], [-1, -1])[1] > loud.max()
    assert value_range([loud], [3])[1] < 1e4
