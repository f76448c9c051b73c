"""The best point for a number of steps, against brute force and at both ends: no noise, and no end."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.choose import (
    Problem,
    best_against_steps,
    best_for_steps,
    held_loss,
    interval_of,
    power_law,
    price_of_alpha,
)
from qhm_math.choose.robust import Box, ErrorBox, robust_point

FIGURE_3 = Problem.interval(0.1, 10.0, 0.3)
PROBLEMS = {
    "figure 3, 1,000 steps": (FIGURE_3, 1000),
    "from figure 4's start, 50 steps": (Problem.additive([0.1, 10.0], 0.3, [-40.0, 8.0]), 50),
    "hardly any noise, 47 steps": (Problem.additive([0.05, 3.0], 1e-7, [5.0, -1.0]), 47),
    "three modes, 7 steps": (Problem.additive([0.1, 1.0, 2.0], [1.0, 0.1, 0.0]), 7),
    "one mode": (Problem.additive([2.0], 0.01, 3.0), 30),
    "mini-batches of 4": (Problem.mini_batches([0.1, 1.0, 10.0], 0.3, 4), 200),
    "mini-batches of 1": (Problem.mini_batches([0.5, 1.0], 0.1, 1), 20),
    "power law": (Problem.additive(power_law(100, 1.0), 0.01), 100),
    "power law, mini-batches": (Problem.mini_batches(power_law(60, 1.5), 0.1, 16), 100),
}


def grid(top: float) -> QHM:
    """A coarse grid over the whole stable range."""
    beta = np.concatenate([np.linspace(0, 0.9, 6), [0.95, 0.98, 0.99, 0.995, 0.999]])[:, None]
    nu = np.array([0.0, 0.3, 0.6, 0.8, 0.9, 0.95, 1.0])
    share = np.logspace(-3.5, -0.003, 18)[:, None, None]
    return QHM(qm.max_stable_alpha(beta, nu, top) * share, beta, nu)


@pytest.mark.parametrize("name", PROBLEMS)
@pytest.mark.slow
def test_never_worse_than_brute_force(name: str) -> None:
    problem, steps = PROBLEMS[name]
    best, points = best_for_steps(problem, steps), grid(problem.L)
    if len(problem.curvatures) > 12 and problem.batch is not None:
        few = np.argsort(held_loss(problem.searched, points, steps).total.ravel())[:20]
        some = QHM(*(np.broadcast_to(v, points.shape).ravel()[few] for v in (points.alpha, points.beta, points.nu)))
        least = problem.expected_loss(some, steps)[:, 1 + steps - steps // 10 :].mean(axis=-1).min()
    else:
        least = held_loss(problem, points, steps).total.min()
    assert best.held_loss <= least * (1 + 1e-3)


@pytest.mark.slow
def test_it_tends_to_the_best_rate_without_noise() -> None:
    quiet = Problem.interval(0.1, 10.0)
    best_rate = float(qm.best_rate(1.0, 100.0))
    gaps = [best_for_steps(quiet, steps).rate - best_rate for steps in (40, 160, 640)]
    assert all(gap >= -1e-9 for gap in gaps)
    assert gaps[2] < gaps[0] / 2 and gaps[2] < 0.01


@pytest.mark.slow
def test_it_tends_to_the_smallest_stationary_loss_with_ever_more_steps() -> None:
    outcomes = best_against_steps(FIGURE_3, [100, 1_000, 10_000]).best
    floors = [one.stationary_loss for one in outcomes]
    assert all(b < a / 5 for a, b in pairwise(floors))
    # Of given points it is the one with the smallest stationary loss that wins in the end.
    points = QHM([0.01, 0.02, 0.05, 0.02], [0.9, 0.9, 0.5, 0.99], [1.0, 0.7, 1.0, 0.7])
    in_the_end = held_loss(FIGURE_3, points, 1_000_000).total
    np.testing.assert_allclose(in_the_end, FIGURE_3.stationary_loss(points), rtol=1e-9)


@pytest.mark.slow
def test_no_pendulum_that_passes_the_minimum_at_the_last_step() -> None:
    """Parameters for which every mode's mean vanishes just then exist; ten steps later the loss is back."""
    problem = Problem.interval(0.1, 10.0, 1e-8)
    best = best_for_steps(problem, 100)
    path = problem.expected_loss(best.qhm, 130)
    assert path[90:131].max() < 2 * path[100]


def test_the_price_of_a_wrong_alpha() -> None:
    best = best_for_steps(FIGURE_3, 100)
    price = price_of_alpha(FIGURE_3, best.qhm, 100, [0.25, 0.5, 1.0, 2.0, 4.0])
    assert price[2] == 1 and (price[[1, 3]] > 1).all() and price[0] > price[1] and price[4] > price[3]


@pytest.mark.slow
def test_the_worst_case_is_that_of_a_dense_box() -> None:
    problem, steps = FIGURE_3, 60
    nominal = best_for_steps(problem, steps).qhm
    box = Box(problem, steps, ErrorBox(), nominal)
    robust = robust_point(problem, box, nominal)
    worst = 0.0
    for factor in np.geomspace(0.5, 2.0, 4):
        for noise in (0.5, 0.9, 2.0):
            other = problem.with_errors(float(factor), noise)
            best = best_for_steps(other, steps, robust.outcome.qhm).held_loss
            worst = max(worst, float(held_loss(other, robust.outcome.qhm, steps).total) / best)
    assert 1 < worst <= robust.regret * 1.01
    assert robust.regret <= robust.nominal_regret
    assert (box.regret(grid(problem.L)) >= robust.regret * (1 - 1e-3)).all()


@pytest.mark.parametrize("problem", [FIGURE_3, PROBLEMS["mini-batches of 4"][0]], ids=["additive", "mini-batches"])
@pytest.mark.slow
def test_the_problems_of_a_box_are_looked_at_together_as_one_by_one(problem: Problem) -> None:
    near = best_for_steps(problem, 60).qhm
    box = Box(problem, 60, ErrorBox(noise=(0.25, 3.0)), near)
    one_by_one = [
        [best_for_steps(one.with_errors(noise=factor), 60, near).held_loss for factor in (0.25, 3.0)]
        for one in box.problems
    ]
    np.testing.assert_allclose(box.best, one_by_one, rtol=1e-12)
    points = QHM(np.array([[0.01, 0.05], [0.1, 3.0]]), np.array([[0.0, 0.9], [0.99, 0.5]]), 0.7)
    apart = [
        [held_loss(one.with_errors(noise=factor), points, 60).total for factor in (0.25, 3.0)] for one in box.problems
    ]
    np.testing.assert_allclose(box.losses(points), apart, rtol=1e-12)


@pytest.mark.slow
def test_an_interval_of_a_box_without_errors_is_the_point() -> None:
    best = best_for_steps(FIGURE_3, 60)
    found = interval_of(FIGURE_3, best.qhm, 60, ErrorBox((1.0, 1.0), (1.0, 1.0)))
    assert found.held_loss == pytest.approx((best.held_loss, best.held_loss))
    assert found.alpha == pytest.approx((best.qhm.alpha, best.qhm.alpha), rel=0.02)


def test_refused() -> None:
    with pytest.raises(ParameterError, match="steps = 0"):
        best_for_steps(FIGURE_3, 0)
    with pytest.raises(ParameterError, match="ascending"):
        best_against_steps(FIGURE_3, [10, 10])
    with pytest.raises(ParameterError, match="factors = 0"):
        price_of_alpha(FIGURE_3, QHM(0.1), 10, 0.0)
    with pytest.raises(ParameterError, match="curvature = 2"):
        ErrorBox((2.0, 3.0))


@pytest.mark.slow
def test_a_point_that_may_diverge_says_so() -> None:
    """Stable for L as given and not for twice that: its loss after the budget would be a number of 200 digits."""
    problem = Problem.additive([0.1, 10.0], 1e-3)
    near_the_bound = QHM(0.15, 0.0, 0.0)
    box = Box(problem, 30, ErrorBox(), near_the_bound)
    assert box.diverges(near_the_bound) and not box.diverges(QHM(0.05, 0.0, 0.0))
    assert box.interval(near_the_bound).held_loss[1] == np.inf
    robust = robust_point(problem, box, near_the_bound)
    assert robust.nominal_regret == np.inf and np.isfinite(robust.regret) and not box.diverges(robust.outcome.qhm)
