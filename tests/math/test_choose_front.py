"""The front of rate against stationary loss: no point of a dense grid lies before it."""

from __future__ import annotations

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.choose import Problem, power_law
from qhm_math.choose.front import alpha_interval, front_at, position, trade_off

PROBLEMS = {
    "figure 3": Problem.interval(0.1, 10.0, 0.3),
    "noise in one direction": Problem.additive([0.1, 1.0, 10.0], [1.0, 0.0, 0.01]),
    "mini-batches": Problem.mini_batches([0.1, 1.0, 10.0], 0.3, 8),
    "well conditioned": Problem.interval(1.0, 2.0, 1.0),
    "power law": Problem.additive(power_law(60, 1.0), 0.1),
}


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.slow
def test_no_point_of_a_dense_grid_is_before_the_front(name: str) -> None:
    problem = PROBLEMS[name]
    front = trade_off(problem, 24)
    beta = np.unique(np.concatenate([np.linspace(0, 0.95, 25), 1 - np.logspace(-1.3, -4, 30)]))
    nu = np.unique(np.concatenate([np.linspace(0, 1, 20), 1 - np.logspace(-1.3, -3, 8)]))
    beta, nu = np.meshgrid(beta, nu, indexing="ij")
    share = np.logspace(-4.5, -0.001, 60)[:, None, None]
    grid = QHM(qm.max_stable_alpha(beta, nu, problem.L) * share, beta, nu)
    rates, losses = problem.rate(grid), problem.stationary_loss(grid)
    for rate, least in zip(front.rates, front.losses, strict=True):
        assert (losses[rates <= rate] >= least * (1 - 1e-3)).all()


@pytest.mark.parametrize("name", PROBLEMS)
def test_the_front_falls_and_its_points_have_its_figures(name: str) -> None:
    problem = PROBLEMS[name]
    front = trade_off(problem, 24)
    assert (np.diff(front.rates) > 0).all() and (np.diff(front.losses) < 0).all()
    np.testing.assert_array_equal(problem.rate(front.points), front.rates)
    np.testing.assert_array_equal(problem.stationary_loss(front.points), front.losses)


def test_it_begins_with_the_heavy_ball_of_the_best_rate() -> None:
    front = trade_off(PROBLEMS["figure 3"], 4)
    alpha, beta, rate = qm.best_alpha_beta(1.0, 0.1, 10.0)
    assert front.rates[0] == pytest.approx(float(rate), abs=1e-7)
    assert (front.points.alpha[0], front.points.beta[0], front.points.nu[0]) == pytest.approx((alpha, beta, 1.0))


def test_a_preview_is_near() -> None:
    problem = PROBLEMS["figure 3"]
    rates = trade_off(problem, 16).rates[1:]
    rough, exact = front_at(problem, rates, preview=True).losses, front_at(problem, rates).losses
    assert (rough >= exact * (1 - 1e-6)).all() and (rough < 1.1 * exact).all()


def test_the_interval_of_alpha_is_where_the_radius_is_at_most_the_rate() -> None:
    rng = np.random.default_rng(3)
    beta, nu, rate = rng.uniform(0, 1, 4000), rng.uniform(0, 1, 4000), rng.uniform(0.3, 1, 4000)
    u = 10 ** rng.uniform(-3, 1.5, 4000)
    low, high = alpha_interval(beta, nu, rate)
    inside = (low <= u) & (u <= high)
    radius = qm.spectral_radius(QHM(u, beta, nu), 1.0)
    assert 200 < inside.sum() < 3000
    assert (radius[inside] <= rate[inside] + 1e-9).all() and (radius[~inside] >= rate[~inside] - 1e-9).all()


def test_where_a_point_stands() -> None:
    problem = PROBLEMS["figure 3"]
    best = front_at(problem, [0.95])
    on = position(problem, QHM(*(float(v[0]) for v in (best.points.alpha, best.points.beta, best.points.nu))))
    assert on.excess == pytest.approx(1.0, abs=1e-4)
    low_end = position(problem, QHM(0.2634, 0.9, 1.0))
    assert low_end.rate == pytest.approx(0.9**0.5, abs=1e-5) and 1.05 < low_end.excess < 3
    high_end = position(problem, QHM(3.797, 0.9, 1.0))
    assert high_end.excess > 5_000
    assert position(problem, QHM(5.0, 0.9, 1.0)).excess == np.inf


def test_under_mini_batches_it_begins_where_the_spread_is_bounded() -> None:
    front = trade_off(PROBLEMS["mini-batches"], 8)
    assert np.isfinite(front.losses).all() and front.rates[0] > float(qm.best_rate(1.0, 100.0)) + 0.005


def test_refused() -> None:
    problem = PROBLEMS["figure 3"]
    with pytest.raises(ParameterError, match=r"rates = 0\.5"):
        front_at(problem, [0.5])
    with pytest.raises(ParameterError, match="count = 1"):
        trade_off(problem, 1)
    with pytest.raises(ParameterError, match="one point"):
        position(problem, QHM([0.1, 0.2]))


def test_the_slowest_rates_have_a_front_too() -> None:
    """Where R is nearly 1 the loss is in proportion to 1 - R."""
    for mu in (1e-8, 0.04):
        losses = front_at(Problem.additive([mu, 1.0], 9e-4, 1.0), [1 - 1e-8, 1 - 1e-9, 1 - 1e-10]).losses
        np.testing.assert_allclose(losses[:-1] / losses[1:], 10.0, rtol=1e-3)
