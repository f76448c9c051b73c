"""Mini-batches in the window: the edge K = 1 beside condition (13), and what is said between the two."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from qhm_gui.canvas.drawn import DrawnArea, DrawnCurve, DrawnText
from qhm_gui.state.state import State, changed
from qhm_gui.text.numbers import scientific
from qhm_gui.views import VIEWS
from qhm_gui.views.shared.parameter_plane import BETAS, plane_request
from qhm_math import (
    QHM,
    MiniBatches,
    is_stable,
    max_stable_alpha,
    mean_square_coefficient,
    minibatch_expected_loss,
)
from qhm_math.losses import Logistic

SMALL = changed(State(), {"noise": MiniBatches(4), "runs": 4, "steps": 20})
PLANES = ("alpha-beta", "alpha-nu", "beta-nu")


def inside(rings: Any, x: float, y: float) -> bool:
    """Whether a point lies in an odd number of polygons' windings."""
    odd = False
    for ring in rings:
        x0, y0 = ring[:, 0], ring[:, 1]
        x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
        crosses = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            right = x < (x1 - x0) * (y - y0) / (y1 - y0) + x0
        odd ^= bool((crosses & right).sum() % 2)
    return odd


@pytest.mark.parametrize("axes", PLANES)
@pytest.mark.parametrize("alpha", [1.7, 4.0])
@pytest.mark.slow
def test_the_spread_grows_where_k_is_at_least_1(axes: str, alpha: float) -> None:
    plane = plane_request(changed(SMALL, {"alpha": alpha}), axes)
    rings, edge = plane.spread
    rng, seen = np.random.default_rng(1), set()
    low, high = plane.extent
    for _ in range(300):
        share, y = rng.uniform(0, 1, 2)
        x = low + (high - low) * share if axes == "beta-nu" else low * (high / low) ** share
        y = min(y, 0.995)
        point = plane.points(np.asarray(x), np.asarray(y))
        level = float(mean_square_coefficient(point, [plane.mu, plane.L], plane.batch))
        if not bool(is_stable(point, plane.L)) or abs(math.log(max(level, 1e-9))) < 0.1:
            continue
        seen.add(level >= 1)
        assert inside(rings, x, y) == (level >= 1), (x, y, level)
    assert seen == {True, False}
    known = edge[np.isfinite(edge).all(axis=1)]
    found_on_lattice = axes == "beta-nu"  # or solved for
    cell = 1 / 160 if found_on_lattice else 1e-9 * known[:, 0]
    around = [(-1, 0), (1, 0), (0, -1), (0, 1)] if found_on_lattice else [(-1, 0), (1, 0)]
    xs = [np.clip(known[:, 0] + across * cell, 0, high) for across, _ in around]
    ys = [np.clip(known[:, 1] + up * cell, 0, 1 - 1e-9) for _, up in around]
    levels = mean_square_coefficient(plane.points(np.array(xs), np.array(ys)), [plane.mu, plane.L], plane.batch)
    assert (levels.min(axis=0) <= 1.0).all() and (levels.max(axis=0) >= 1.0).all()


def test_additive_noise_and_batches_of_everything_have_no_such_region() -> None:
    for noise in (State().noise, MiniBatches(math.inf)):
        plane = plane_request(changed(SMALL, {"noise": noise}))
        assert not plane.spread.rings and not len(plane.spread.edge)
        np.testing.assert_array_equal(plane.spread_bound, max_stable_alpha(BETAS, 0.7, plane.L))


@pytest.mark.parametrize("key", ["stability", "rate", "rate_plane", "stationary_left", "stationary_right"])
@pytest.mark.slow
def test_every_map_has_both_edges(shown: Any, key: str) -> None:
    view = shown(VIEWS[key], SMALL)
    drawn = view.drawn()
    assert [part for part in drawn if isinstance(part, DrawnArea) and part.color == "spread"]
    assert [part for part in drawn if isinstance(part, DrawnCurve) and part.color == "spread"]
    assert [part for part in shown(VIEWS[key], State()).drawn() if getattr(part, "color", "") == "spread"] == []


@pytest.mark.parametrize(
    ("alpha", "verdict", "words"),
    [
        (1.0, "Stable", ""),
        (2.0, "Stable", "K = 0.84 > 0.6: simulated error bars cannot be trusted"),
        (3.0, "Spread grows", "Stable on average, but its spread grows without bound"),
        (6.0, "Diverges", ""),
    ],
)
def test_the_read_out_says_what_the_spread_does(make_window: Any, alpha: float, verdict: str, words: str) -> None:
    window = make_window(changed(SMALL, {"noise": MiniBatches(2), "alpha": alpha}))
    readout, local = window.panel.theory.read_out, window.store.state.local
    assert readout.verdict() == verdict and readout.note() == words
    level, coefficient = float(local.stationary_loss(window.store.state.point)), readout.values()[-1]
    assert readout.values()[2] == (scientific(level) if math.isfinite(level) else "none")
    known = float(local.mean_square_coefficient(window.store.state.point))
    assert coefficient == (scientific(known) if math.isfinite(known) else "none")
    slider = window.panel._point.row("alpha").slider
    assert slider is not None and slider._dotted == float(local.max_mean_square_alpha(window.store.state.point))
    window.store.update(noise=State().noise)
    assert readout.note() == "" and len(readout.values()) == 3 and slider._dotted is None


def texts(view: Any) -> str:
    """Everything that is written on a canvas."""
    return " ".join(part.text for part in view.drawn() if isinstance(part, DrawnText)).replace("\n", " ")


@pytest.mark.parametrize("key", ["loss", "cloud"])
@pytest.mark.slow
def test_the_picture_says_what_the_spread_does(shown: Any, key: str) -> None:
    for alpha, words in ((2.0, "cannot be trusted"), (3.0, "grows without bound"), (1.0, "")):
        said = texts(shown(VIEWS[key], changed(SMALL, {"noise": MiniBatches(2), "alpha": alpha})))
        assert words in said and ("trusted" in said or "bound" in said) == bool(words), (alpha, said)


def test_the_expected_loss_of_the_view_is_that_of_the_batches(shown: Any) -> None:
    view = shown(VIEWS["loss"], SMALL)
    expected = minibatch_expected_loss(
        SMALL.point, [0.04, 1.0], 0.01, 4, (np.array(SMALL.start)) @ SMALL.local.axes, SMALL.steps
    )
    curves = [part for part in view.drawn() if isinstance(part, DrawnCurve) and len(part.x) == SMALL.steps + 1]
    assert any(np.allclose(curve.y, expected, rtol=1e-12) for curve in curves)


@pytest.mark.slow
def test_the_line_has_both_regions_and_marks_intervals_that_cannot_be_trusted(shown: Any) -> None:
    state = changed(SMALL, {"noise": MiniBatches(2), "good.line": "alpha", "runs": 40, "steps": 60})
    view = shown(VIEWS["stationary_line"], state)
    (ring,) = view._spread.rings
    local = state.local
    assert ring[:, 0].min() == pytest.approx(float(local.max_mean_square_alpha(state.point)), rel=0.02)
    assert ring[:, 0].max() == pytest.approx(float(local.max_stable_alpha(state.point)), rel=0.02)
    view = shown(VIEWS["stationary_line"], changed(state, {"good.line": "nu"}))
    result = view._result
    heavy = local.is_heavy_tailed(QHM(1.7, 0.8, result.at)) & np.isfinite(result.means)
    assert heavy.any() and np.isfinite(view._doubtful._y).tolist() == heavy.tolist()
    assert not (np.isfinite(view._bars._y) & heavy).any() and "cannot be trusted" in texts(view)
    level = float(mean_square_coefficient(QHM(1.7, 0.8, result.at[-1]), [0.04, 1.0], 2))
    assert level < 1 and np.isfinite(result.exact[-1]) and np.isinf(result.exact[0])


@pytest.mark.slow
def test_a_simulated_map_is_hatched_where_k_is_near_1(shown: Any) -> None:
    changes = {"noise": MiniBatches(2), "good.left": "simulated", "good.cells": 10, "good.warm_up": "none"}
    state = changed(SMALL, {**changes, "good.map_steps": 20, "good.map_runs": 4})
    view = shown(VIEWS["stationary_left"], state)
    result = view._result
    points = result.request.plane.points(result.xs[None, :], result.ys[:, None])
    level = state.local.mean_square_coefficient(points)
    assert ((result.doubt > 0) == ((level > 0.6) & (level < 1) | (result.doubt > 0) & np.isnan(result.values))).all()
    assert ((result.doubt > 0) & (level > 0.6) & (level < 1)).any() and "trusted" in result.doubt_words()


@pytest.mark.parametrize(("quantity", "budget"), [("loss", "steps"), ("loss", "samples"), ("alpha", "steps")])
def test_gain_of_momentum(shown: Any, quantity: str, budget: str) -> None:
    state = changed(SMALL, {"good.pays": quantity, "good.budget": budget, "beta": 0.9, "steps": 60})
    view = shown(VIEWS["momentum_pays"], state)
    result, batches = view._result, view.table(view._result)["batch"]
    at = int(np.argmin(np.abs(batches - 4.0)))
    for row, key in enumerate(state.methods):
        point = state.point_of(key)
        if quantity == "alpha":
            bound = max_stable_alpha(point.beta, point.nu, [0.04, 1.0], batch=float(batches[at]))
            assert result.values[row, at] == pytest.approx(float(bound))
            continue
        steps = 60 if budget == "steps" else round(240 / float(batches[at]))
        best = QHM(float(result.alphas[row, at]), point.beta, point.nu)
        offset = np.array(state.start) @ state.local.axes
        exact = minibatch_expected_loss(best, [0.04, 1.0], 0.01, float(batches[at]), offset, steps)[-1]
        assert result.values[row, at] == pytest.approx(float(exact), rel=1e-9)
    sgd, qhm = result.values[state.methods.index("sgd")], result.values[-1]
    gains = qhm >= 1.05 * sgd if quantity == "alpha" else qhm <= 0.95 * sgd
    beyond = batches >= result.pays
    assert gains[beyond].all() and (beyond.all() or not gains[~beyond][-1])
    assert "momentum" in texts(view)


def test_a_best_loss_of_0_has_no_handle(shown: Any) -> None:
    """Its place on a log axis is none; it was a RuntimeWarning."""
    view = shown(VIEWS["momentum_pays"], changed(SMALL, {"noise": MiniBatches(4, 0.0), "start_x": 0.0, "start_y": 0.0}))
    assert (view._result.values == 0).any() and not view._handle.isVisible()


def test_the_handle_of_the_gain_sets_the_batch_size(shown: Any) -> None:
    view = shown(VIEWS["momentum_pays"], SMALL)
    edits: list[Any] = []
    view.edited.connect(edits.append)
    assert view._handle.position[0] == 4
    view._handle.moved_to.emit(90.4, 1.0)
    view._handle.moved_to.emit(0.2, 1.0)
    assert edits == [{"noise.batch": 90}, {"noise.batch": 1}]
    assert view.empty(State()) is not None
    assert view.empty(SMALL) is None and view.empty(changed(SMALL, {"loss": Logistic()})) is not None
