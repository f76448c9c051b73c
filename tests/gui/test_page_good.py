"""The page "How good?": its layers, its ellipses, what is hatched, what a drag does, and what cannot be shown."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.canvas.drawn import DrawnText
from qhm_gui.files import session
from qhm_gui.state.options.good import GoodOptions
from qhm_gui.state.state import State, changed
from qhm_gui.text.numbers import scientific
from qhm_gui.views.good.cloud_runs import CloudResult, affordable_runs, ellipse, wanders
from qhm_gui.views.good.line_data import scaled_ticks
from qhm_gui.views.good.map_colours import scale_of
from qhm_gui.views.good.map_data import LevelResult
from qhm_gui.views.good.stationary_cloud import CloudView
from qhm_gui.views.good.stationary_line import StationaryLineView
from qhm_gui.views.good.stationary_map import LeftStationaryMap, RightStationaryMap, StationaryMap
from qhm_gui.views.shared.level_scale import LevelScale
from qhm_gui.views.view import View
from qhm_gui.window.window import Window
from qhm_math import QHM, LocalQuadratic, burn_in_steps, convergence_rate, expected_loss, max_stable_alpha
from qhm_math.declared import ParameterError
from qhm_math.losses import Plateau, Quadratic, Rosenbrock, StyblinskiTang
from qhm_math.noise import GaussianNoise, IsotropicNoise, NoNoise
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown, drag, offset

Settle = Callable[[Window], None]
FIGURE: dict[str, Any] = {
    "loss": Quadratic(0.1, 10.0),
    "noise": IsotropicNoise(0.3**0.5),
    "alpha": 0.3,
    "beta": 0.9,
    "nu": 0.7,
}


def good(**changes: object) -> State:
    """The page with these changes; 'axes' and 'layer' are the left map's."""
    named = {"axes": "good.left_axes", "layer": "good.left", "line": "good.line"}
    paths = {named.get(name, name.replace("__", ".")): value for name, value in changes.items()}
    return changed(State(), {"page": "good", **paths})


def last(view: type[View], state: State) -> Any:
    return list(view.compute(view.request(state), SILENT))[-1]


def level_map(**changes: object) -> LevelResult:
    return last(LeftStationaryMap, good(**changes))


# -- the cloud


def axes_of(points: np.ndarray) -> tuple[float, float, float]:
    """Half length, half width and angle (degrees, from -90 to 90) of a closed ellipse."""
    offsets = points[:-1] - points[:-1].mean(axis=0)
    lengths = np.hypot(*offsets.T)
    x, y = offsets[np.argmax(lengths)]
    return lengths.max(), lengths.min(), (math.degrees(math.atan2(y, x)) + 90) % 180 - 90


def test_an_ellipse_holds_95_percent_along_the_right_axes() -> None:
    turn = np.deg2rad(20)
    basis = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    covariance = basis @ np.diag([4.0, 0.25]) @ basis.T
    long, short, angle = axes_of(ellipse(covariance, np.array([3.0, -1.0])))
    assert (long, short) == (pytest.approx(2 * 2.4477, rel=1e-3), pytest.approx(0.5 * 2.4477, rel=1e-2))
    assert angle == pytest.approx(20, abs=0.5)
    points = np.random.default_rng(0).multivariate_normal([0, 0], covariance, 40_000)
    inside = (points @ np.linalg.inv(covariance) * points).sum(axis=1) < 2.4477**2
    assert inside.mean() == pytest.approx(0.95, abs=0.004)


def test_the_three_ellipses_of_a_quadratic() -> None:
    state = good(alpha=0.8, noise__sigma=0.1, runs=1000, steps=200)
    result: CloudResult = last(CloudView, state)
    assert result.exact is not None and result.measured is not None and result.measured.covariance is not None
    _, _, angle = axes_of(ellipse(result.exact, np.zeros(2)))
    assert angle == pytest.approx(state.loss.rotation, abs=1.5)  # type: ignore[union-attr]
    measured = np.linalg.eigvalsh(result.measured.covariance)
    np.testing.assert_allclose(measured, np.linalg.eigvalsh(result.exact), rtol=0.05)
    assert abs(result.measured.loss - result.level) < 2 * result.measured.error < 0.1 * result.level
    first = np.linalg.eigvalsh(result.first)
    np.testing.assert_allclose(first, 0.8 * 0.01 / 2 / np.array([1.0, 0.04]))  # ½ α σ² / λ
    assert not wanders(result)


def test_ellipses_of_the_family_coincide_at_small_alpha_and_part_at_large(shown: Shown) -> None:
    """Theorem 4 on one canvas: SGD, SHB and NAG at the same α and β; one that diverges has none."""
    spread = {}
    for alpha in (0.02, 1.0, 4.0):
        state = good(alpha=alpha, beta=0.9, noise__sigma=0.1, runs=4, steps=20, good__ellipses="family")
        result: CloudResult = last(CloudView, state)
        spread[alpha] = {key: float(np.sqrt(np.trace(covariance))) for key, covariance in result.family}
    assert set(spread[0.02]) == {"sgd", "shb", "nag"} and set(spread[4.0]) == {"shb", "nag"}
    small, large = (np.array(list(spread[alpha].values())) for alpha in (0.02, 1.0))
    assert np.ptp(small) < 0.002 * small.mean() and np.ptp(large) > 0.04 * large.mean()
    assert last(CloudView, good()).family == ()
    names = {
        part.text for part in shown(CloudView, good(good__ellipses="family")).drawn() if isinstance(part, DrawnText)
    }
    assert {"SGD", "SHB", "NAG"} <= names


@pytest.mark.parametrize(
    ("alpha", "beta", "nu"), [(0.05, 0.5, 0.7), (1.7, 0.99, 0.9), (1.0, 0.0, 0.0), (3.0, 0.3, 0.8)]
)
def test_after_the_burn_in_nothing_is_missing(alpha: float, beta: float, nu: float) -> None:
    """The expected loss at its end is the stationary loss: no cloud is too small."""
    basin, point = State().local, QHM(alpha, beta, nu)
    steps = int(float(burn_in_steps(convergence_rate(point, 0.04, 1.0))))
    path = expected_loss(point, basin.curvatures, basin.noise_variances, [0.0, 0.0], steps)
    assert path[-1] == pytest.approx(float(basin.stationary_loss(point)), rel=1e-3)
    assert path[steps // 40] < 0.95 * path[-1] or steps < 80  # and it was needed


def test_a_burn_in_that_takes_too_long_is_not_begun() -> None:
    state = good(alpha=1e-7)
    result = last(CloudView, state)
    assert affordable_runs(result.request, result.burn_in) == 0 and result.measured is None
    fewer = CloudView.request(good(beta=0.99995, runs=10_000))
    runs = affordable_runs(fewer, float(burn_in_steps(fewer.basin.rate(QHM(1.7, 0.99995, 0.7)))))
    assert 20 <= runs < 10_000
    assert float(burn_in_steps(1.0)) == math.inf


@pytest.mark.slow
def test_a_cloud_smaller_than_rounding_is_shown(shown: Shown) -> None:
    """Its ellipses are points, and a window as narrow would be none. Warnings are errors here."""
    for given in ({"alpha": 1e-300}, {"good__reach": 1e-300}):
        view = shown(CloudView, good(loss=Quadratic(shift_x=2.0, shift_y=1.0), **given))
        left, right, low, high = view._canvas.visible_range()
        assert left < 2.0 < right and low < 1.0 < high
        assert (right - left) / np.spacing(2.0) > 1000
    assert any(isinstance(part, DrawnText) and part.text == "1×10⁻¹³" for part in view.drawn()), "the scale bar"


@pytest.mark.slow
def test_other_losses_use_the_hessian_at_the_nearest_minimum() -> None:
    state = good(loss=Rosenbrock(), alpha=1e-3, steps=20, runs=60)
    result = last(CloudView, state)
    assert result.request.basin.minimum == pytest.approx((1.0, 1.0))
    hessian = Rosenbrock().hessian(np.array([1.0, 1.0]))
    np.testing.assert_allclose(result.request.basin.curvatures, np.linalg.eigvalsh(hessian))
    assert result.measured is not None
    assert result.measured.loss == pytest.approx(result.level, rel=0.3)
    far = last(CloudView, good(loss=Plateau(), noise__sigma=0.6, alpha=1.7, runs=50))
    assert wanders(far)


def test_the_page_shows_the_cloud(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(runs=40, steps=20))
    settle(window)
    view = window.page.views["cloud"]
    assert isinstance(view, CloudView)
    assert all(line.isVisible() for line in (view._exact, view._first, view._simulated))
    named = view._names.spots()
    texts = [wish.text for wish, _ in named]
    assert len(texts) == 3 and any("Lyapunov" in text for text in texts) and any("±" in text for text in texts)
    areas = [spot.area for _, spot in named]
    assert not any(a.intersects(b) for i, a in enumerate(areas) for b in areas[:i])
    window.store.update(alpha=9.0)
    settle(window)
    assert view._hatch.isVisible() and not view._exact.isVisible() and not view._contours.isVisible()
    assert "Diverges" in view._state_label.text


def test_without_noise_every_card_says_so(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(noise=NoNoise()))
    settle(window)
    for key in ("cloud", "stationary_line", "stationary_left", "stationary_right"):
        message = window.page._cards[key].card.message()
        assert message is not None and "noise" in message[1]
    window.store.update(noise=IsotropicNoise(0.1))
    settle(window)
    assert window.page._cards["cloud"].card.message() is None


def test_exact_is_said_of_quadratics_alone(qtbot: QtBot) -> None:
    """At a minimum that is not the lowest the loss is that above it, and the theory holds near it."""
    high = good(loss=StyblinskiTang(), start_x=2.5, start_y=2.5, noise__sigma=3.0, alpha=0.01, runs=2, steps=2)
    assert high.local.height > 28 and not high.local.exact
    left: Any = LeftStationaryMap  # any view: requests differ
    line: Any = StationaryLineView
    for view, state in ((left, high), (line, high), (left, good())):
        request = view.request(state)
        table = view.table(next(iter(view.compute(request, SILENT))))
        assert ("exact" in table, "local_quadratic" in table) == (state.local.exact, not state.local.exact)
    for view in (LeftStationaryMap, StationaryLineView):
        shown = view(Style(LIGHT))
        qtbot.addWidget(shown.widget)
        assert "above this minimum" in shown.subtitle(high)
        assert "minimum" not in shown.subtitle(good())


def test_the_read_out_says_above_which_minimum(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(loss=StyblinskiTang(), start_x=2.5, start_y=2.5, noise__sigma=3.0, alpha=0.01, runs=20))
    settle(window)
    state, rows = window.store.state, window.panel.theory.read_out._rows
    assert [row.label for row in rows][-1] == "Loss above this minimum"
    assert rows[-1].value == scientific(float(state.local.stationary_loss(state.point)))
    assert "exact" not in rows[-1].toolTip()
    window.store.update(loss=Quadratic())
    assert [row.label for row in rows][-1] == "Stationary loss"


def test_few_runs_have_no_interval() -> None:
    """Two runs tell nothing of their spread: ± is not shown; from 20 on it covers what it says."""
    few, many = (last(CloudView, good(runs=runs, steps=50)).measured for runs in (2, 20))
    assert math.isnan(few.error) and math.isfinite(many.error)
    result = last(StationaryLineView, good(runs=5, steps=20))
    assert np.isfinite(result.means).any() and np.isnan(result.errors).all()
    for runs in (4, 20):
        shown = level_map(layer="simulated", good__cells=4, good__map_runs=runs)
        (text,) = shown.measured_words(1.7, 0.5)
        assert ("±" in text) == (runs == 20)


# -- the line


@pytest.mark.slow
def test_the_line_agrees_with_its_runs() -> None:
    for line in ("nu", "beta", "alpha"):
        result = last(StationaryLineView, good(line=line, runs=300, steps=100))
        exact = result.request.basin.stationary_loss(result.request.points(result.at))
        known = np.isfinite(result.means)
        assert known.sum() >= 9
        assert (np.abs(result.means - exact) / result.errors)[known].max() < 2
        assert not known[~np.isfinite(exact)].any()


def test_a_nesterov_line_follows_the_diagonal() -> None:
    result = last(StationaryLineView, good(line="beta", tie="nag", runs=2, steps=2))
    np.testing.assert_allclose(result.exact, result.request.basin.stationary_loss(QHM(1.7, result.xs, result.xs)))


def test_the_formula_is_faint_where_it_is_off(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(runs=20, steps=20, alpha=0.8))
    settle(window)
    view = window.page.views["stationary_line"]
    assert isinstance(view, StationaryLineView) and view._result is not None
    result = view._result
    off = np.abs(result.second / result.exact - 1) > 0.1
    assert 0 < off.sum() < len(off)
    np.testing.assert_array_equal(np.isnan(view._second.y), off)
    assert np.isfinite(view._faint.y[off]).all()
    window.store.update(**{"good.tolerance": 5.0})
    settle(window)
    assert np.isfinite(view._second.y).all()


def test_the_handle_of_the_line_moves_its_parameter(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(runs=20, steps=20))
    settle(window)
    view = window.page.views["stationary_line"]
    assert isinstance(view, StationaryLineView)
    start = view._canvas.to_pixels(*view._handle.position)
    assert view._handle.position == (pytest.approx(0.7), pytest.approx(6.97e-4, rel=0.01))
    drag(view._canvas, start, offset(start, -60, 25))
    nu = window.store.state.nu
    assert 0.3 < nu < 0.65
    assert view._handle.position[1] == pytest.approx(float(State().local.stationary_loss(QHM(1.7, 0.8, nu))), rel=1e-6)
    window.store.undo()
    assert window.store.state.nu == 0.7
    window.store.update(**{"good.line": "beta"})
    settle(window)
    start = view._canvas.to_pixels(*view._handle.position)
    drag(view._canvas, start, QPointF(view._canvas.frame().plot.right() + 50, start.y()))
    assert 0.99 < window.store.state.beta < 1


def test_ticks_are_round_and_few() -> None:
    ticks = scaled_ticks(0.0024, 0.0059, 3)
    assert [text for _, text in ticks] == ["3", "4", "5"]
    assert [value for value, _ in ticks] == pytest.approx([0.003, 0.004, 0.005])


# -- the maps


def test_layers_show_what_they_say() -> None:
    results = {layer: level_map(layer=layer, **FIGURE) for layer in ("exact", "formula", "difference", "ratio")}
    exact = results["exact"].values
    stable = np.isfinite(exact)
    grid = results["exact"].request.plane.points(results["exact"].xs[None, :], results["exact"].ys[:, None])
    alpha, beta, nu = np.broadcast_arrays(grid.alpha, grid.beta, grid.nu)
    np.testing.assert_array_equal(stable, alpha < max_stable_alpha(beta, nu, 10.0))
    formula = results["formula"].values
    assert (formula[stable] < 0).any() and (exact[stable] > 0).all()
    np.testing.assert_allclose(results["difference"].values[stable], np.abs(formula / exact - 1)[stable])
    ratio = results["ratio"].values[stable & (alpha < 0.199)]
    np.testing.assert_allclose(results["ratio"].values[0, alpha[0] < 0.199], 1)  # β = 0 is SGD
    assert (ratio < 1).any()


@pytest.mark.parametrize("layer", ["formula", "difference"])
def test_the_map_is_hatched_where_theorem_5_fails(layer: str) -> None:
    result = level_map(layer=layer, axes="beta-nu", **FIGURE)
    assert result.doubt is not None
    stable = np.isfinite(result.exact)
    points = result.request.plane.points(result.xs[None, :], result.ys[:, None])
    second = result.request.basin.stationary_loss(points, 2)
    with np.errstate(invalid="ignore"):
        fails = (np.abs(second - result.exact) > 0.1 * result.exact) | (second < 0)
    np.testing.assert_array_equal((result.doubt > 0)[stable], fails[stable])
    assert 0 < fails[stable].mean() < 1
    assert "off by > 10" in result.doubt_words() and "negative" in result.note()
    strict = level_map(layer=layer, axes="beta-nu", good__tolerance=0.01, **FIGURE).doubt
    assert strict is not None and (strict > 0).sum() > (result.doubt > 0).sum()
    assert level_map(layer="exact", **FIGURE).doubt is None


def test_a_hatched_map_looks_hatched(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(layer="formula", runs=2, steps=2, **FIGURE))
    settle(window)
    view = window.page.views["stationary_left"]
    assert isinstance(view, StationaryMap)
    assert view._veil.rings and view._labels["off"].isVisible()
    canvas = view._plane.canvas
    x, y = 0.1, 0.99  # the formula is negative here
    assert float(window.store.state.local.stationary_loss(QHM(x, y, 0.7), 2)) < 0

    def dips() -> int:
        """How often the lightness falls along a few pixels."""
        picture = canvas.grab().toImage()
        ratio = canvas.devicePixelRatioF()
        middle = canvas.to_pixels(x, y)
        row = [picture.pixelColor(int((middle.x() + i) * ratio), int((middle.y() + 1) * ratio)) for i in range(45)]
        light = np.array([color.lightness() for color in row])
        dark = light < np.median(light) - 18
        return int((np.diff(dark.astype(int)) > 0).sum())

    assert dips() >= 3
    window.store.update(**{"good.left": "exact"})
    settle(window)
    assert not view._veil.rings and not view._labels["off"].isVisible() and dips() <= 1


@pytest.mark.parametrize("axes", ["alpha-beta", "beta-nu", "alpha-nu"])
def test_a_pixel_at_an_edge_is_a_hair_outside(axes: str, shown: Shown) -> None:
    """A pointer at the left edge of a map over ν and β raised a ParameterError: ν was -10⁻¹⁸."""
    view = shown(LeftStationaryMap, good(axes=axes))
    said: list[str] = []
    view.said.connect(said.append)
    low, high = view.result.request.plane.extent
    for x in (low * (1 - 1e-15) - 1e-18, high * (1 + 1e-15)):
        for y in (-1e-18, 1 + 1e-15):
            view._hover(x, y)
            changes = view._plane.changes(x, y)
            assert said and all(0 <= value <= 1 for name, value in changes.items() if name != "alpha")
    assert len(said) == 4


@pytest.mark.parametrize("axes", ["alpha-beta", "beta-nu", "alpha-nu"])
@pytest.mark.slow
def test_simulated_maps_agree_with_exact_ones(axes: str) -> None:
    state = good(axes=axes, layer="simulated", good__cells=9, good__map_runs=200, good__map_steps=300)
    result = last(LeftStationaryMap, state)
    exact = result.exact_on_nodes()
    assert result.errors is not None and result.values.shape == (9, 9)
    known = np.isfinite(result.values)
    np.testing.assert_array_equal(known, np.isfinite(exact))
    assert (np.abs(result.values - exact) / result.errors)[known].max() < 4


def test_without_a_burn_in_a_simulated_map_is_the_papers() -> None:
    state = good(layer="simulated", good__cells=8, good__map_runs=300, good__warm_up="none", **FIGURE)
    state = changed(state, {"good.alpha_low": 0.01, "good.alpha_high": 1.5, "good.alpha_scale": "linear"})
    result = last(LeftStationaryMap, state)
    np.testing.assert_allclose(result.xs, np.linspace(0.01, 1.5, 8))
    assert result.ys[-1] == 0.999
    points = result.request.plane.points(result.xs[None, :], result.ys[:, None])
    wanted = expected_loss(points, [0.1, 10.0], [0.3, 0.3], [0.0, 0.0], 1000)[..., 1:].mean(axis=-1)
    known = np.isfinite(result.values)
    assert known.sum() > 10 and result.errors is not None
    assert (np.abs(result.values[known] - wanted[known]) / result.errors[known]).max() < 4


def test_cells_that_mix_too_slowly_are_hatched() -> None:
    state = good(layer="simulated", good__cells=4, loss=Quadratic(1e-6, 1.0))
    result = last(LeftStationaryMap, state)
    assert result.doubt is not None and (result.doubt > 0).any()
    assert np.isnan(result.values[result.doubt > 0]).all()
    assert "slow" in result.doubt_words()


def test_best_curves() -> None:
    result = level_map(axes="beta-nu", **FIGURE)
    known = np.isfinite(result.best_second)
    np.testing.assert_allclose(result.best_second[known], (1 + result.along[known]) / (4 * result.along[known]))
    basin: LocalQuadratic = result.request.basin
    for i in np.flatnonzero(result.best_exact < 0.98)[::20]:
        nu, beta = result.best_exact[i], result.along[i]
        beside = [float(basin.stationary_loss(QHM(0.3, beta, nu + step))) for step in (-0.01, -1e-5, 0, 1e-5, 0.01)]
        assert np.argmin(beside) == 2


@pytest.mark.parametrize(("axes", "alpha"), [("beta-nu", 0.05), ("beta-nu", 0.3), ("beta-nu", 1.4), ("alpha-nu", 0.3)])
def test_the_exact_best_curve_is_smooth(axes: str, alpha: float) -> None:
    """One ν a place, in one piece, without steps or loops: near β = 1 it turns within a hundredth of the axis."""
    result = level_map(axes=axes, **(FIGURE | {"alpha": alpha}))
    known = np.flatnonzero(np.isfinite(result.best_exact))
    assert len(known) > 30 and (np.diff(known) == 1).all() and (np.diff(result.along) > 0).all()
    curve = result.best_exact[known]
    assert np.abs(np.diff(curve)).max() < 0.03 and np.abs(np.diff(curve, 2)).max() < 0.01
    turns = np.count_nonzero(np.diff(np.sign(np.diff(curve))))
    assert turns <= 3  # down from 1, up, once down again where the two curvatures part, and up to 1


def test_light_is_low_and_layers_share_a_scale() -> None:
    scale = scale_of(level_map(layer="exact", **FIGURE))
    assert scale == scale_of(level_map(layer="formula", **FIGURE))
    assert scale.unit(scale.low) == 1 and scale.unit(scale.high) == 0 and np.isnan(scale.unit(np.nan))
    assert scale.kind == "log" and scale_of(level_map(axes="beta-nu")).kind == "linear"
    assert scale_of(level_map(layer="exact", good__cut=0.5, **FIGURE)).high == 0.5
    ratio = scale_of(level_map(layer="ratio"))
    assert ratio.unit(1.0) == pytest.approx(0.5) and ratio.unit(0.5) > 0.5
    assert next(text for _, text in LevelScale("share", 0.0, 0.2).ticks()) == "0\u2009%"


def test_dragging_the_point_of_a_map_moves_the_state(
    qtbot: QtBot, used_window: Callable[..., Window], settle: Settle
) -> None:
    window = used_window(good(runs=20, steps=20))
    settle(window)
    left, right = window.page.views["stationary_left"], window.page.views["stationary_right"]
    assert isinstance(left, LeftStationaryMap) and isinstance(right, RightStationaryMap)
    scale = right._scale
    canvas = right._plane.canvas
    start = canvas.to_pixels(*right._plane.handle.position)
    drag(canvas, start, offset(start, -80, 40))
    state = window.store.state
    assert state.nu < 0.6 and state.beta < 0.75 and state.alpha == 1.7
    assert left._plane.handle.position == (1.7, pytest.approx(state.beta))
    canvas = left._plane.canvas
    start = canvas.to_pixels(*left._plane.handle.position)
    drag(canvas, start, offset(start, -60, 0), release=False)
    settle(window)
    assert window.store.state.alpha < 1.2 and right._result is not None
    assert right._result.request.plane.third == window.store.state.alpha
    assert right._scale == scale  # while something is dragged, the colours keep their meaning
    right.canvases[0].set_drafting(True)
    right._settle()
    assert right._scale == scale  # nor while another card is dragged, which this one waits for longer than a rest
    right.canvases[0].set_drafting(False)
    QTest.mouseRelease(canvas.viewport(), Qt.MouseButton.LeftButton)
    # At rest, which comes later on a busy machine.
    qtbot.waitUntil(lambda: right._result is not None and right._scale == scale_of(right._result) != scale)


def test_the_divergent_region_is_condition_13() -> None:
    plane = level_map(axes="beta-nu", alpha=3.0).request.plane
    left, right = plane.divergent()
    middle = len(left) // 2
    beta = float(np.sin(np.pi / 4) ** 2)
    assert left[middle] == 0
    assert max_stable_alpha(beta, right[middle], 1.0) == pytest.approx(3.0)


# -- options, sessions, words


def test_options_refuse_and_survive_a_session() -> None:
    state = good(good__right="difference", good__tolerance=0.25, noise=GaussianNoise(((0.04, 0.01), (0.01, 0.02))))
    assert session.load(session.dump(state)) == state
    bads: list[dict[str, Any]] = [
        {"cells": 1},
        {"tolerance": 0.0},
        {"tolerance": float("nan")},
        {"map_steps": 0},
        {"left": "all"},
    ]
    for bad in bads:
        with pytest.raises(ParameterError):
            GoodOptions(**bad)
    with pytest.raises(ParameterError, match="alpha_high"):
        GoodOptions(alpha_low=1.0, alpha_high=0.5)
    with pytest.raises(ParameterError, match="map_steps"):
        GoodOptions(cells=200, map_steps=1_000_000)


def test_a_refused_option_changes_nothing(used_window: Callable[..., Window], settle: Settle) -> None:
    window = used_window(good(runs=4, steps=4))
    settle(window)
    said: list[str] = []
    window.store.refused.connect(lambda refusal: said.append(refusal.sentence))
    before = window.store.state
    assert not window.store.update(**{"good.cells": 1}) and not window.store.update(**{"good.alpha_high": -1.0})
    assert window.store.state == before and len(said) == 2 and all(sentence.endswith(".") for sentence in said)


@pytest.mark.parametrize("layer", ["exact", "formula", "simulated", "difference", "ratio"])
def test_tables_have_columns_of_one_length(layer: str) -> None:
    state = good(layer=layer, good__cells=5, runs=3, steps=3, good__map_steps=10)
    for view in (CloudView, StationaryLineView, LeftStationaryMap):
        table = view.table(last(view, state))
        assert len({len(column) for column in table.values()}) == 1 and len(next(iter(table.values())))
