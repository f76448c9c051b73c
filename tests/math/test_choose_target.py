"""Steps to a target: the step from which on the expected loss stays below, against the whole path."""

from __future__ import annotations

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.choose import Problem, Reach, fewest_steps, steps_to_target
from qhm_math.progress import Cancelled
from tests.impatient import Impatient

FIGURE_3 = Problem.interval(0.1, 10.0, 0.3)


@pytest.mark.parametrize("batch", [None, 16.0])
@pytest.mark.slow
def test_it_is_the_last_step_above_and_one(batch: float | None) -> None:
    rng = np.random.default_rng(1)
    seen = {reach: 0 for reach in Reach}
    for _ in range(60 if batch is None else 30):
        lam = 10 ** rng.uniform(-1.5, 1, int(rng.integers(1, 4)))
        offset, noise = 3 * rng.normal(size=len(lam)), 10 ** rng.uniform(-4, 0)
        problem = Problem.mini_batches(lam, noise, batch, offset) if batch else Problem.additive(lam, noise, offset)
        beta, nu = rng.choice([0.0, rng.uniform(0, 1)]), rng.choice([0.0, 1.0, rng.uniform(0, 1)])
        qhm = QHM(float(qm.max_stable_alpha(beta, nu, lam.max())) * 10 ** rng.uniform(-1.5, 0.05), beta, nu)
        floor = float(problem.stationary_loss(qhm))
        target = (floor if np.isfinite(floor) else 1.0) * 10 ** rng.uniform(-0.5, 2) + 1e-6
        found = steps_to_target(problem, qhm, target, 500)
        above = np.flatnonzero(problem.expected_loss(qhm, 6000) > target)
        exact = above[-1] + 1 if len(above) else 0
        seen[Reach(int(found.reach))] += 1
        if found.reach == Reach.REACHED:
            assert found.steps == exact
        else:
            assert np.isinf(found.steps) and (exact > 500 if found.reach == Reach.TOO_SLOW else floor >= target)
    assert min(seen.values()) > 1


def test_a_map_marks_what_is_not_reached() -> None:
    alpha, beta = np.meshgrid(np.logspace(-2, 0.6, 12), np.linspace(0, 0.99, 10))
    points = QHM(alpha, beta, 0.7)
    found = steps_to_target(FIGURE_3, points, 0.02, 10_000)
    assert found.steps.shape == found.reach.shape == (10, 12)
    np.testing.assert_array_equal(found.reach == Reach.NEVER, FIGURE_3.stationary_loss(points) >= 0.02)
    assert found.least == FIGURE_3.stationary_loss(points).min()
    one = steps_to_target(FIGURE_3, QHM(alpha[3, 4], beta[3, 4], 0.7), 0.02, 10_000)
    assert float(one.steps) == found.steps[3, 4]


@pytest.mark.parametrize("batch", [None, 1.0, 4.0])
def test_every_cell_of_a_map_is_that_of_plain_stepping(batch: float | None) -> None:
    """Slow and fast cells, those that swing, and those that are hardly stable in the mean of squares."""
    lam, offset = [0.1, 2.0], [3.0, -0.5]
    problem = Problem.mini_batches(lam, 0.02, batch, offset) if batch else Problem.additive(lam, 0.02, offset)
    beta, nu = np.array([0.0, 0.5, 0.9, 0.99])[:, None], np.array([0.0, 0.7, 1.0])
    largest = np.asarray(problem.max_mean_square_alpha(QHM(1.0, beta, nu)))
    alpha = largest * np.geomspace(0.01, 0.98, 8)[:, None, None]
    points, target = QHM(alpha, beta, nu), 0.03
    high = problem.expected_loss(points, 4000) > target
    exact = np.where(high.any(axis=-1), high.shape[-1] - high[..., ::-1].argmax(axis=-1), 0)
    found = steps_to_target(problem, points, target, 1000)
    reached = (exact <= 1000) & (problem.stationary_loss(points) < target)
    assert 20 < reached.sum() < reached.size - 20
    np.testing.assert_array_equal(found.steps, np.where(reached, exact, np.inf))


@pytest.mark.slow
def test_a_slow_mode_beside_one_of_much_noise_is_seen_to_stay_below() -> None:
    """One bound for both holds only long after the steps that are asked about."""
    problem = Problem.mini_batches([0.05, 4.7333, 0.059], 0.5, 16, [-0.444, 0.3144, 0.4453])
    for point, target in ((QHM(0.0017, 0.0, 0.29), 0.0269), (QHM(0.00146, 0.999, 0.0), 0.0269)):
        exact = np.flatnonzero(problem.expected_loss(point, 20_000) > target)[-1] + 1
        assert float(steps_to_target(problem, point, target, 3000).steps) == exact


@pytest.mark.parametrize("gap", [1e-12, *(pytest.param(gap, marks=pytest.mark.soak) for gap in (1e-4, 1e-9))])
@pytest.mark.slow
def test_a_mode_that_hardly_moves_hides_no_step(gap: float) -> None:
    """It starts far above what its noise would leave in the end, and is far below the target all along."""
    problem, target = Problem.mini_batches([gap, 1.0], 0.3, 4), 0.1
    points = QHM(np.array([0.004, 0.05, 0.6]), np.array([0.99, 0.5, 0.0]), np.array([0.65, 1.0, 1.0]))
    high = problem.expected_loss(points, 20_000) > target
    exact = [float(np.flatnonzero(row)[-1] + 1) for row in high]
    assert steps_to_target(problem, points, target, 4000).steps.tolist() == exact
    found = fewest_steps(problem, target, 1000).outcome
    assert found is not None and found.steps <= min(exact)


@pytest.mark.parametrize("problem", [FIGURE_3, Problem.mini_batches([0.1, 10.0], 0.3, 16)])
def test_it_can_be_cancelled_between_two_spans(problem: Problem) -> None:
    monitor = Impatient(2)
    with pytest.raises(Cancelled):
        steps_to_target(problem, QHM(0.05), 0.02, 1000, monitor)
    assert monitor.asked == 3


def test_below_from_the_start_is_no_step_at_all() -> None:
    assert float(steps_to_target(FIGURE_3, QHM(0.01), 6.0).steps) == 0.0


@pytest.mark.slow
def test_the_fewest_steps_are_no_more_than_those_of_a_grid() -> None:
    found = fewest_steps(FIGURE_3, 0.02, 1000)
    assert found.outcome is not None and found.outcome.stationary_loss < 0.02
    beta = np.concatenate([np.linspace(0, 0.95, 8), [0.97, 0.98, 0.99]])[:, None]
    nu = np.array([0.5, 0.8, 0.9, 1.0])
    grid = QHM(qm.max_stable_alpha(beta, nu, 10.0) * np.logspace(-2.5, -0.3, 24)[:, None, None], beta, nu)
    assert found.outcome.steps <= steps_to_target(FIGURE_3, grid, 0.02, 1000).steps.min()
    path = FIGURE_3.expected_loss(found.outcome.qhm, 2000)
    assert path[found.outcome.steps - 1] > 0.02 >= path[found.outcome.steps :].max()


def test_what_cannot_be_reached_says_what_can() -> None:
    found = fewest_steps(FIGURE_3, 1e-5, 50)
    assert found.outcome is None and 1e-3 < found.least < 0.1


def test_refused() -> None:
    with pytest.raises(ParameterError, match="target = 0"):
        steps_to_target(FIGURE_3, QHM(0.1), 0.0)
    with pytest.raises(ParameterError, match="most = 0"):
        fewest_steps(FIGURE_3, 0.1, 0)


@pytest.mark.slow
def test_under_mini_batches_the_fewest_steps_are_no_more_than_those_of_a_grid() -> None:
    """Here the points of least loss swing: below the target after some steps, above it between them."""
    problem, target = Problem.mini_batches([0.1, 10.0], 0.3, 16), 2e-3
    found = fewest_steps(problem, target, 400)
    beta, nu = (part[..., None] for part in np.meshgrid(1 - np.geomspace(0.3, 3e-3, 8), 1 - np.geomspace(0.02, 1, 6)))
    alpha = np.asarray(qm.max_stable_alpha(beta, nu, 10.0)) * np.geomspace(0.003, 0.5, 12)
    fewest = float(steps_to_target(problem, QHM(alpha, beta, nu), target, 400).steps.min())
    assert found.outcome is not None and found.outcome.steps <= fewest < 400
    path = np.asarray(problem.expected_loss(found.outcome.qhm, 2000))
    assert (path[found.outcome.steps :] <= target).all() and path[found.outcome.steps - 1] > target
