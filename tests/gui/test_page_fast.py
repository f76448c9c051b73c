"""The page "How fast?" as its user meets it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import TypeVar

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QSize
from PySide6.QtTest import QTest

from qhm_gui.appearance.theme import DARK
from qhm_gui.canvas.drawn import DrawnText
from qhm_gui.files import session
from qhm_gui.state.options.fast import KAPPAS, FastOptions
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.views.fast.best_parameters import BestParametersRequest, BestParametersView
from qhm_gui.views.fast.eigenbasis import EigenbasisView
from qhm_gui.views.fast.measured_rate import MeasuredRateView, measured_text
from qhm_gui.views.fast.phase_portraits import ModesView
from qhm_gui.views.fast.rate_over_plane import RatePlaneView, best_curves, mode_edges
from qhm_gui.views.fast.roots import RootsView, root_locus
from qhm_gui.views.view import View
from qhm_gui.window.window import Window
from qhm_math import (
    LOSSES,
    QHM,
    Quadratic,
    best_alpha_beta,
    best_nu,
    best_rate,
    convergence_rate,
    max_stable_alpha,
    regime,
    roots,
    transition_matrix,
)
from qhm_math.losses import Beale
from qhm_math.measurement import MeasuredRate
from qhm_math.modes import Damping
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown, drag, offset

Settle = Callable[[Window], None]
V = TypeVar("V", bound=View)
KEYS = ("rate_plane", "roots", "slope", "optima", "modes", "eigen")


@pytest.fixture
def window(used_window: Callable[..., Window]) -> Window:
    """A window on the page."""
    return used_window(changed(State(), {"page": "fast"}), QSize(1600, 1000))


def view(window: Window, kind: type[V]) -> V:
    found = window.page.views[kind.key]
    assert isinstance(found, kind)
    return found


def answer(kind: type[View], state: State):
    """The last answer of a view's computation, without a window."""
    return list(kind.compute(kind.request(state), SILENT))[-1]


# -- the rate over any two


def test_dragging_the_point_moves_both_axes_and_nothing_else(
    window: Window, settle: Settle, subtests: pytest.Subtests
) -> None:
    for axes, moved, third in [
        ("alpha-beta", ("alpha", "beta"), "nu"),
        ("alpha-nu", ("alpha", "nu"), "beta"),
        ("beta-nu", ("nu", "beta"), "alpha"),
    ]:
        with subtests.test(axes=axes):
            store, plane = window.store, view(window, RatePlaneView)._picture.plane
            store.update(**{"fast.axes": axes})
            settle(window)
            before = store.state
            start = plane.canvas.to_pixels(getattr(before, moved[0]), getattr(before, moved[1]))
            assert plane.handle.position == tuple(getattr(before, name) for name in moved)
            drag(plane.canvas, start, offset(start, -30, 24))
            settle(window)
            assert getattr(store.state, moved[0]) < getattr(before, moved[0])
            assert getattr(store.state, moved[1]) < getattr(before, moved[1])
            assert getattr(store.state, third) == getattr(before, third)
            assert plane.handle.position == pytest.approx([getattr(store.state, name) for name in moved])
            store.undo()
            assert store.state == before


@pytest.mark.parametrize(
    ("axes", "third", "value"), [("alpha-beta", "nu", 1.0), ("alpha-nu", "beta", 0.3), ("beta-nu", "alpha", 0.9)]
)
def test_the_third_parameter_changes_the_map_to_its_rates(axes: str, third: str, value: float) -> None:
    state = changed(State(), {"fast.axes": axes})
    before, after = (answer(RatePlaneView, s).rate for s in (state, changed(state, {third: value})))
    assert not np.allclose(before.rates, after.rates)
    mu, largest = state.curvatures
    for row, column in ((3, 7), (100, 400), (350, 200)):
        fields = dict(zip({"alpha-beta": ("alpha", "beta"), "alpha-nu": ("alpha", "nu")}.get(axes, ("nu", "beta")),
                          (after.xs[column], after.ys[row]), strict=True), **{third: value})  # fmt: skip
        wanted = float(convergence_rate(QHM(**fields), mu, largest))
        assert after.rates[row, column] == pytest.approx(wanted, rel=1e-12)


@pytest.mark.parametrize("axes", ["alpha-beta", "alpha-nu", "beta-nu"])
def test_the_map_diverges_where_the_bound_says(axes: str) -> None:
    result = answer(RatePlaneView, changed(State(), {"fast.axes": axes, "alpha": 2.6, "beta": 0.4})).rate
    plane = result.request.plane
    points = plane.points(result.xs[None, :], result.ys[:, None])
    bound = max_stable_alpha(points.beta, points.nu, plane.L)
    inside = np.abs(points.alpha / bound - 1) > 1e-9
    stable = np.broadcast_to(points.alpha < bound, result.rates.shape)
    assert ((result.rates < 1) == stable)[np.broadcast_to(inside, stable.shape)].all()
    assert 0 < stable.mean() < 1
    # and the hatched polygon is that region
    left, right = plane.divergent()
    ys = np.linspace(0.02, 0.98, 25)
    for y in ys:
        row = int(np.argmin(np.abs(result.ys - y)))
        low, high = (np.interp(result.ys[row], plane_rows(), edge) for edge in (left, right))
        hatched = (result.xs > low * (1 + 1e-3) + 1e-9) & (result.xs < high * (1 - 1e-3))
        assert (result.rates[row][hatched] >= 1).all()


def plane_rows() -> np.ndarray:
    from qhm_gui.views.shared.parameter_plane import BETAS

    return BETAS


@pytest.mark.parametrize("axes", ["alpha-beta", "alpha-nu", "beta-nu"])
@pytest.mark.parametrize("which", ["mu", "L"])
def test_regime_edges_part_regimes(axes: str, which: str) -> None:
    state = changed(State(), {"fast.axes": axes, "fast.regimes": which, "beta": 0.5})
    result = answer(RatePlaneView, state)
    plane = result.request.rate.plane
    curvature = {"mu": plane.mu, "L": plane.L}[which]
    low, high = plane.extent
    seen = 0
    for curve in mode_edges(plane, curvature):
        inside = np.flatnonzero((curve > low * 1.01 + 0.01 * (axes == "beta-nu")) & (curve < high * 0.99))
        for row in inside[5:-5:17]:
            x, y = curve[row], plane_rows()[row]
            sides = [int(regime(plane.points(np.float64(at), y), curvature)) for at in (x * (1 - 1e-6), x * (1 + 1e-6))]
            assert sides[0] != sides[1]
            seen += 1
    assert seen > 3 or (axes, which) == ("beta-nu", "mu")
    assert len(result.edges) and {name for name, *_ in result.names} <= {"mono", "ripple", "osc", "div"}
    hidden = answer(RatePlaneView, changed(state, {"fast.regimes": "none", "fast.optima": "hidden"}))
    assert len(hidden.edges) == 0 and hidden.names == () and hidden.bests == ()


def test_best_curves_are_where_the_map_is_fastest() -> None:
    for axes in ("alpha-beta", "alpha-nu"):
        result = answer(RatePlaneView, changed(State(), {"fast.axes": axes, "beta": 0.5}))
        plane = result.request.rate.plane
        curve = next(curve for curve in best_curves(plane) if not curve.free)
        for row in (40, 150, 300):
            here = float(convergence_rate(plane.points(curve.xs[row], curve.ys[row]), plane.mu, plane.L))
            low, high = plane.alphas
            alphas = np.geomspace(low, high, 4000)
            along = convergence_rate(plane.points(alphas, curve.ys[row]), plane.mu, plane.L)
            assert here <= float(np.min(along)) + 1e-9
    projected = best_curves(answer(RatePlaneView, changed(State(), {"fast.axes": "beta-nu"})).request.rate.plane)
    assert [curve.key for curve in projected] == ["alpha-beta", "alpha-nu"] and all(curve.free for curve in projected)


def test_ties_hold_on_every_plane(window: Window, settle: Settle) -> None:
    store = window.store
    for tie in ("shb", "nag", "sgd"):
        store.update(tie=tie)
        for axes in ("alpha-beta", "alpha-nu", "beta-nu"):
            store.update(**{"fast.axes": axes})
            settle(window)
            assert store.state.tie == tie
        assert window.status.text() == ""
    store.update(tie="nag", **{"fast.axes": "alpha-beta"})
    settle(window)
    plane = view(window, RatePlaneView)._picture.plane
    start = plane.canvas.to_pixels(store.state.alpha, store.state.beta)
    drag(plane.canvas, start, offset(start, -20, 30))
    assert store.state.tie == "nag" and store.state.nu == store.state.beta
    store.update(**{"fast.axes": "beta-nu"})
    settle(window)
    start = plane.canvas.to_pixels(store.state.nu, store.state.beta)
    drag(plane.canvas, start, offset(start, -40, 0))
    assert store.state.tie == "free"  # ν was moved
    settle(window)  # what it has begun ends here, however slow the machine is


# -- roots


def test_the_limiting_root_tells_its_value_modulus_and_angle(window: Window) -> None:
    found = view(window, RootsView)
    result = found._result
    assert result is not None
    mu, largest = window.store.state.curvatures
    assert abs(result.limiting.root) == pytest.approx(float(convergence_rate(window.store.state.point, mu, largest)))
    canvas = found._canvas
    told: list[str] = []
    found.said.connect(told.append)
    place = canvas.to_pixels(result.limiting.root.real, result.limiting.root.imag)
    QTest.mouseMove(canvas, place.toPoint())
    assert found._tip.isVisible()
    root = result.limiting.root
    degrees = np.degrees(np.angle(root))
    for text in ("dominant root", "0.04", f"{root.real:.3f}", f"{abs(root):.3f}", f"{degrees:.1f}°"):
        assert text in found._tip._text
    assert told and "*r*" in told[-1]
    QTest.mouseMove(canvas, QPointF(4, 4).toPoint())
    assert not found._tip.isVisible()


def test_the_curves_are_the_roots_of_every_mode() -> None:
    for point in ({}, {"alpha": 3.0, "beta": 0.2, "nu": 0.3}, {"tie": "shb", "alpha": 20.0, "beta": 0.95}):
        state = changed(State(), point)
        result = answer(RootsView, state)
        assert result.curvatures[0] == pytest.approx(state.curvatures[0])
        assert result.curvatures[-1] == pytest.approx(state.curvatures[1])
        for at in range(0, len(result.curvatures), 97):
            wanted = np.linalg.eigvals(transition_matrix(state.point, result.curvatures[at]))
            np.testing.assert_allclose(np.sort_complex(result.branches[at]), np.sort_complex(wanted), atol=1e-6)
        assert abs(np.diff(result.branches, axis=0)).max() < 0.1
        assert np.abs(result.branches).max() <= result.rate * (1 + 1e-9)


@pytest.mark.parametrize("alpha", [0.1, 4750.0, 1e6])
@pytest.mark.parametrize("sweep", ["alpha", "beta", "nu"])
def test_the_locus_is_smooth_and_of_bounded_length_wherever_the_roots_are(alpha: float, sweep: str) -> None:
    """A branch far out of sight had every step of those in sight divided by a thousand: millions of points."""
    state = changed(State(), {"alpha": alpha, "tie": "free", "beta": 0.9, "nu": 1.0, "fast.sweep": sweep})
    locus = root_locus(RootsView.request(state))
    assert len(locus) < 12_000
    steps = np.abs(np.diff(locus, axis=0))[np.maximum(np.abs(locus[:-1]), np.abs(locus[1:])) < 2]
    assert np.quantile(steps, 0.999) < 0.02


@pytest.mark.parametrize("sweep", ["alpha", "beta", "nu"])
def test_the_locus_passes_through_the_present_roots(sweep: str) -> None:
    state = changed(State(), {"fast.sweep": sweep})
    result = answer(RootsView, state)
    for mode, curvature in enumerate(state.curvatures):
        for root in roots(state.point, curvature):
            assert np.abs(result.locus[:, mode] - root).min() < 0.02
    near = np.abs(result.locus).max(axis=(1, 2)) < 1.5
    steps = np.abs(np.diff(result.locus, axis=0)).max(axis=(1, 2))
    assert steps[near[1:] & near[:-1]].max() < 0.06


# -- the slope


@pytest.mark.parametrize(
    "point",
    [
        {},
        {"tie": "sgd", "alpha": 1.2, "beta": 0.3},
        {"tie": "nag", "beta": 0.9, "alpha": 1.0},
        {"alpha": 2.1, "beta": 0.2, "nu": 0.3},
        {"tie": "shb", "alpha": 30.0, "beta": 0.95},
        dict(zip(("alpha", "beta"), map(float, best_alpha_beta(0.7, 0.04, 1.0)[:2]), strict=True)),
    ],
)
def test_the_measured_slope_is_the_predicted_rate_within_its_error(point: dict[str, object]) -> None:
    state = changed(State(), point)
    result = answer(MeasuredRateView, state)
    assert result.measured is not None
    assert result.rate == pytest.approx(float(convergence_rate(state.point, *state.curvatures)))
    assert abs(result.measured.rate - result.rate) <= result.measured.error < 0.05 * (1 - result.rate)


@pytest.mark.parametrize("key", sorted(LOSSES))
@pytest.mark.slow
def test_the_slope_holds_near_the_minimum_of_every_loss(key: str) -> None:
    state = changed(State(), {"loss": LOSSES[key]()})
    result = answer(MeasuredRateView, state)
    assert result.measured is not None
    assert abs(result.measured.rate - result.rate) <= result.measured.error


@pytest.mark.slow
def test_a_rate_that_a_run_is_too_short_for_is_said_to_be_slow(shown: Shown) -> None:
    """1 − R was 14 times too small, ± a tenth of it."""
    slow = {"loss": Beale(), "alpha": 8e-5, "beta": 0.0, "nu": 0.0}
    found = shown(MeasuredRateView, changed(State(), slow))
    words = [text.text for text in found.drawn() if isinstance(text, DrawnText)]
    assert any(text.startswith("too slow to measure a slope") for text in words)


def test_growth_is_the_norm_of_matrix_powers_and_its_peak_is_named(window: Window, settle: Settle) -> None:
    window.store.update(tie="shb", alpha=30.0, beta=0.95)
    settle(window)
    found = view(window, MeasuredRateView)
    result = found._result
    assert result is not None and result.rate < 1
    qhm, (mu, largest) = window.store.state.point, window.store.state.curvatures
    for k in (0, 1, 2, 7, 40):
        norms = []
        for lam in np.geomspace(mu, largest, 40):
            scale = np.diag([lam, 1.0])
            matrix = np.linalg.inv(scale) @ transition_matrix(qhm, lam) @ scale
            norms.append(np.linalg.norm(np.linalg.matrix_power(matrix, k), 2))
        assert result.growth[k] == pytest.approx(max(norms), rel=1e-9)
    peak = int(np.argmax(result.growth))
    assert result.growth[peak] > 5  # R < 1, but it first gets worse
    assert found._peak_label.isVisible() and f"step {peak}" in found._peak_label.text
    # the run never leaves the cone that the norms allow
    first = 1 / np.sqrt(2)
    assert (result.distances <= result.growth / first * 1.01).all()


def test_divergence_is_shown_and_nothing_is_raised(window: Window, settle: Settle) -> None:
    window.store.update(alpha=7.0)
    settle(window)
    slope = view(window, MeasuredRateView)
    assert slope._result is not None and slope._result.rate > 1 and slope._result.measured is None
    assert slope._curves.departures.departures and not slope._fit.isVisible()
    modes = view(window, ModesView)
    assert modes._result is not None
    assert [shown.kind for shown in modes._result.portraits] == [Damping.UNDERDAMPED, Damping.DIVERGENT]
    assert "diverges" in modes._items[1]._name.text
    assert view(window, RootsView)._divergent.isVisible()
    assert view(window, BestParametersView)._note.isVisible()
    assert "QHM diverges at step" in window.status.text()
    window.grab()
    window.store.update(alpha=1e6)
    settle(window)
    window.grab()
    assert view(window, EigenbasisView)._result is not None


def test_how_a_measured_rate_is_written() -> None:
    assert measured_text(MeasuredRate(0.885257, 0.00021, 10, 90)) == "0.8853 ± 0.0002"
    assert measured_text(MeasuredRate(0.885257, 2e-8, 10, 90)) == "0.88526 ± 2×10⁻⁸"
    assert measured_text(MeasuredRate(1 - 3.998e-4, 2e-9, 10, 90)) == "1 − 3.998×10⁻⁴ ± 2×10⁻⁹"


# -- the paper's figures 1 and 5


def test_figure_1_and_figure_5() -> None:
    loss = Quadratic(1.0, 10.0)
    of_nu = answer(BestParametersView, changed(State(), {"loss": loss, "fast.figure": "nu"}))
    root = (np.sqrt(10) - 1) / (np.sqrt(10) + 1)
    assert of_nu.rates[-1] == pytest.approx(root) and of_nu.others[-1] == pytest.approx(root**2)
    assert of_nu.alphas[-1] == pytest.approx(1 / np.sqrt(10))
    assert (np.diff(of_nu.rates) < 0).all()
    of_beta = answer(BestParametersView, changed(State(), {"loss": loss, "fast.figure": "beta"}))
    assert of_beta.others[0] == pytest.approx(1.0)
    of_kappa = answer(BestParametersView, changed(State(), {"loss": loss, "fast.figure": "kappa"}))
    assert of_kappa.rates.shape == (len(KAPPAS) + 1, len(of_kappa.xs))
    np.testing.assert_allclose(of_kappa.rates[2], of_kappa.rates[-1])  # κ = 10 is the loss's
    assert of_kappa.rates[4, 200] == pytest.approx(float(best_rate(of_kappa.xs[200], 100.0)))


@pytest.mark.parametrize("kappa", [1.0, 3.0, 10.0, 1000.0, 1e6, 1e300])
def test_figure_1_over_beta_has_its_kinks(kappa: float) -> None:
    """The least rate of all is at the first kink; a grid that misses it shows .5203 for .5195 at κ = 10."""
    (result,) = BestParametersView.compute(BestParametersRequest("beta", 1.0, kappa), SILENT)
    assert (np.diff(result.xs) > 0).all() and result.xs[0] == 0.001 and result.xs[-1] == 0.999
    root = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    for kink in (root**2, (kappa - 1) / (kappa + 1)):
        assert not 0.001 <= kink <= 0.999 or np.abs(result.xs - kink).min() < 1e-15
    if 0.001 <= root**2 <= 0.999:
        assert result.rates.min() == pytest.approx(root, rel=1e-7)
        # Nor does the line from place to place leave the curve, which falls like a square root before the kink.
        exact = best_nu((result.xs[1:] + result.xs[:-1]) / 2, 1.0, kappa)[2]
        assert np.abs(exact - (result.rates[1:] + result.rates[:-1]) / 2).max() < 2e-3


def test_kappa_follows_the_loss_until_it_is_moved(window: Window, settle: Settle) -> None:
    store = window.store
    assert store.state.fast.kappa == 25.0
    store.update(**{"loss.mu": 0.01})
    assert store.state.fast.kappa == 100.0
    store.update(**{"fast.kappa": 400.0})
    assert store.state.fast.kappa_of == "own"
    store.update(**{"loss.mu": 0.1})
    assert store.state.fast.kappa == 400.0
    settle(window)
    result = view(window, BestParametersView)._result
    assert result is not None and result.request.kappa == 400.0
    store.update(**{"fast.kappa_of": "loss"})
    assert store.state.fast.kappa == 10.0


def test_dragging_along_the_best_curves_moves_only_their_parameter(window: Window, settle: Settle) -> None:
    store, optima = window.store, view(window, BestParametersView)
    start = optima._canvas.to_pixels(*optima._handle.position)
    drag(optima._canvas, start, offset(start, -50, 30))
    settle(window)
    assert store.state.nu < 0.7 and (store.state.alpha, store.state.beta) == (1.7, 0.8)
    rate = float(convergence_rate(store.state.point, *store.state.curvatures))
    assert optima._handle.position == pytest.approx((store.state.nu, rate))


# -- modes


@pytest.mark.parametrize(
    ("point", "kinds"),
    [
        ({"alpha": 0.05, "beta": 0.5, "nu": 0.7}, [Damping.OVERDAMPED, Damping.OVERDAMPED]),
        ({"tie": "shb", "alpha": 5.0, "beta": (4 / 6) ** 2}, [Damping.CRITICAL, Damping.CRITICAL]),
        ({}, [Damping.UNDERDAMPED, Damping.UNDERDAMPED]),
        ({"tie": "sgd", "alpha": 1.9, "beta": 0.0}, [Damping.OVERDAMPED, Damping.OSCILLATING]),
    ],
)
def test_every_damping_has_its_name(point: dict[str, object], kinds: list[Damping]) -> None:
    result = answer(ModesView, changed(State(), point))
    assert [shown.kind for shown in result.portraits] == kinds


def test_a_portrait_is_the_iteration_itself() -> None:
    state = State()
    result = answer(ModesView, state)
    for shown in result.portraits:
        matrix = transition_matrix(state.point, shown.curvature)
        z = np.array([0.0, 1.0])  # (d, x)
        for k in range(30):
            assert shown.path[k] == pytest.approx((z[1], z[0] / shown.curvature), abs=1e-9)
            z = matrix @ z
        assert shown.ring.shape == (state.steps + 1, 12, 2)


def test_directions_are_eigenvectors() -> None:
    result = answer(ModesView, changed(State(), {"alpha": 0.05, "beta": 0.5}))
    matrix = transition_matrix(QHM(0.05, 0.5, 0.7), result.portraits[1].curvature)
    assert len(result.portraits[1].directions) == 2
    for x, d in result.portraits[1].directions:
        z = np.array([d * result.portraits[1].curvature, x])
        image = matrix @ z
        assert image[0] * z[1] - image[1] * z[0] == pytest.approx(0, abs=1e-12)


def test_one_start_and_one_playhead_for_both_paths(window: Window, settle: Settle) -> None:
    eigen, modes, slope = view(window, EigenbasisView), view(window, ModesView), view(window, MeasuredRateView)
    canvas = eigen._turned.canvas
    start = canvas.to_pixels(*eigen._turned.start.position)
    drag(canvas, start, offset(start, 20, 12))
    settle(window)
    state, result = window.store.state, eigen._result
    assert result is not None and state.start != State().start
    assert result.plain[0] == pytest.approx(state.start)
    assert result.eigen.outside(*result.turned[0]) == pytest.approx(state.start)
    assert eigen._plain.start.position == pytest.approx(state.start)
    lengths = np.hypot(*(result.plain - result.eigen.minimum).T)
    np.testing.assert_allclose(np.hypot(*result.turned.T), lengths)
    window.playback.seek(7)
    assert eigen._plain._head.position == pytest.approx(result.plain[7])
    assert eigen._turned._head.position == pytest.approx(result.turned[7])
    assert modes._result is not None
    assert modes._items[0]._head.position == pytest.approx(modes._result.portraits[0].path[7])
    assert slope._playhead.position == 7


def test_modes_do_not_know_of_each_other() -> None:
    """Without noise, a start that is moved along the first mode changes nothing along the second."""
    from qhm_math.noise import NoNoise

    state = changed(State(), {"noise": NoNoise()})
    axes = answer(EigenbasisView, state).eigen.axes
    x, y = np.array(state.start) + 0.5 * axes[:, 0]
    first, second = answer(EigenbasisView, state), answer(EigenbasisView, changed(state, {"start_x": x, "start_y": y}))
    np.testing.assert_allclose(first.turned[:, 1], second.turned[:, 1], atol=1e-12)
    assert not np.allclose(first.turned[:, 0], second.turned[:, 0])


# -- the page


def test_columns_follow_the_width(window: Window, settle: Settle, subtests: pytest.Subtests) -> None:
    for width, columns in [(1600, 3), (1280, 2), (760, 1), (1920, 3)]:
        with subtests.test(width=width):
            window.resize(width, 900)
            settle(window)
            cards = [window.page._cards[key].card for key in KEYS]
            assert len({card.x() for card in cards}) == columns
            assert all(not a.geometry().intersects(b.geometry()) for a, b in pairwise(cards))
            if columns == 3:
                assert window.page._ground.height() <= window.page.viewport().height()


def test_every_view_has_a_table_and_takes_theme_and_language(window: Window, settle: Settle) -> None:
    for key in KEYS:
        table = VIEWS[key].table(getattr(window.page.views[key], "_result"))  # noqa: B009
        lengths = {len(column) for column in table.values()}
        assert len(lengths) == 1 and lengths.pop() > 10
    window.use_language("ja")
    window.page.set_theme(DARK)
    assert "支配根" in view(window, RootsView)._limit.labels[0].text
    assert "不足減衰" in view(window, ModesView)._items[0]._name.text
    window.grab()


def test_bad_values_are_refused_in_one_sentence(window: Window, subtests: pytest.Subtests) -> None:
    for path, value in [
        ("fast.kappa", 0.5),
        ("fast.kappa", float("nan")),
        ("fast.kappa", 1e12),
        ("fast.axes", "gamma-delta"),
        ("fast.sweep", ""),
    ]:
        with subtests.test(path=path, value=str(value)):
            before = window.store.state
            assert not window.store.update(**{path: value})
            assert window.store.state == before
            assert window.status.text().count(".") >= 1


def test_a_session_keeps_the_options() -> None:
    state = changed(State(), {"fast.axes": "beta-nu", "fast.kappa": 50.0, "fast.figure": "kappa"})
    assert session.load(session.dump(state)) == state
    assert state.fast == FastOptions(axes="beta-nu", kappa=50.0, kappa_of="own", figure="kappa")
