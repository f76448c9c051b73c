"""Mini-batches in the window: the edge K = 1 beside condition (13), and what is said between the two."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from qhm_gui.canvas.drawn import DrawnArea, DrawnCurve
from qhm_gui.state.state import State, changed
from qhm_gui.views import VIEWS
from qhm_gui.views.shared.parameter_plane import BETAS, plane_request
from qhm_math import MiniBatches, is_stable, max_stable_alpha, mean_square_coefficient

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
def test_every_map_has_both_edges(shown: Any, key: str) -> None:
    view = shown(VIEWS[key], SMALL)
    drawn = view.drawn()
    assert [part for part in drawn if isinstance(part, DrawnArea) and part.color == "spread"]
    assert [part for part in drawn if isinstance(part, DrawnCurve) and part.color == "spread"]
    assert [part for part in shown(VIEWS[key], State()).drawn() if getattr(part, "color", "") == "spread"] == []
