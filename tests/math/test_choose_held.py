"""The problem of Choose, and the loss that a budget is judged by, against the paths that are followed step by step."""

from __future__ import annotations

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError, Quadratic
from qhm_math.choose import Problem, power_law
from qhm_math.choose.held import held_loss, loss_after, window
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import IsotropicNoise, Noise


def cases(count: int, seed: int) -> list[tuple[QHM, np.ndarray, np.ndarray, np.ndarray, int]]:
    """Points, curvatures of which two are equal, noise variances, offsets and steps."""
    rng = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        lam = 10 ** rng.uniform(-2, 1, int(rng.integers(1, 5)))
        lam[-1] = lam[0]
        beta, nu = rng.uniform(0, 0.999), rng.uniform(0, 1)
        alpha = float(qm.max_stable_alpha(beta, nu, lam.max())) * rng.uniform(0.01, 1.01)
        noise, offset = rng.uniform(0, 1, len(lam)), rng.normal(size=len(lam))
        found.append((QHM(alpha, beta, nu), lam, noise, offset, int(rng.integers(1, 400))))
    return found


def test_held_loss_is_the_mean_over_the_last_tenth_of_the_path() -> None:
    for qhm, lam, noise, offset, steps in cases(50, 1):
        problem, (first, count) = Problem.additive(lam, noise, offset), window(steps)
        path = qm.expected_loss(qhm, lam, noise, offset, steps)
        assert first + count == steps + 1
        assert float(held_loss(problem, qhm, steps).total) == pytest.approx(path[first:].mean(), rel=1e-9)
        assert float(loss_after(problem, qhm, steps).total) == pytest.approx(path[-1], rel=1e-9)
        np.testing.assert_allclose(problem.expected_loss(qhm, steps), path, rtol=1e-12)
        exact = qm.stationary_loss(qhm, lam, noise)
        np.testing.assert_allclose(problem.stationary_loss(qhm), exact, rtol=1e-12)


@pytest.mark.slow
def test_the_same_under_mini_batches() -> None:
    for qhm, lam, _, offset, steps in cases(30, 2):
        problem, (first, _) = Problem.mini_batches(lam, 0.3, 16, offset), window(steps)
        path = qm.minibatch_expected_loss(qhm, lam, 0.3, 16, offset, steps)
        if path[-1] < 1e10:
            assert float(held_loss(problem, qhm, steps).total) == pytest.approx(path[first:].mean(), rel=1e-8)
            assert float(loss_after(problem, qhm, steps).total) == pytest.approx(path[-1], rel=1e-8)
        np.testing.assert_allclose(problem.expected_loss(qhm, steps), path, rtol=1e-9)
        exact = qm.minibatch_stationary_loss(qhm, lam, 0.3, 16)
        np.testing.assert_allclose(problem.stationary_loss(qhm), exact, rtol=1e-9)


def test_the_loss_is_linear_in_the_noise() -> None:
    for make in (lambda s: Problem.interval(0.1, 10.0, s), lambda s: Problem.mini_batches([0.1, 10.0], s, 8)):
        qhm = QHM([0.05, 0.2], 0.9, 0.7)
        start, noise = held_loss(make(0.3), qhm, 100)
        np.testing.assert_allclose(held_loss(make(0.9), qhm, 100).total, start + 3 * noise, rtol=1e-12)
        np.testing.assert_allclose(held_loss(make(0.3).with_errors(noise=3.0), qhm, 100).total, start + 3 * noise)


def test_points_of_any_shape_many_at_once() -> None:
    problem = Problem.interval(0.1, 10.0, 0.3)
    grid = QHM(np.linspace(0.01, 0.3, 150)[:, None], np.linspace(0, 0.99, 40), 0.7)
    whole = held_loss(problem, grid, 77).total
    assert whole.shape == (150, 40)
    assert float(whole[149, 3]) == float(
        held_loss(problem, QHM(0.3, float(np.linspace(0, 0.99, 40)[3]), 0.7), 77).total
    )


def test_divergence_is_infinite_and_never_nan() -> None:
    for problem in (Problem.interval(0.1, 10.0, 0.3), Problem.mini_batches([0.1, 10.0], 0.3, 4)):
        losses = held_loss(problem, QHM([0.1, 50.0, 1e200], 0.9, 0.7), 1000).total
        assert np.isfinite(losses[0]) and np.isinf(losses[1:]).all()


def test_equal_modes_are_merged_and_problems_compare_by_value() -> None:
    one, two = Problem.additive([1.0, 2.0, 1.0], [0.1, 0.2, 0.3], [1, 2, 2]), Problem.interval(1.0, 2.0)
    assert one.curvatures.tolist() == [1.0, 2.0] and one.counts.tolist() == [2.0, 1.0]
    assert one.noise_variances.tolist() == [0.4, 0.2] and one.offset_squares.tolist() == [5.0, 4.0]
    assert one != two and two == Problem.additive([2.0, 1.0]) and hash(two) == hash(Problem.additive([2.0, 1.0]))
    assert two.noiseless and not one.noiseless and one.start_loss == 6.5


def test_another_l_stretches_the_spectrum_and_keeps_mu() -> None:
    stretched = Problem.additive([0.1, 1.0, 10.0]).with_errors(curvature=4.0)
    np.testing.assert_allclose(stretched.curvatures, [0.1, 2.0, 40.0])
    batches = Problem.mini_batches([0.1, 10.0], 0.3, 8).with_errors(2.0, 2.0)
    assert batches == Problem.mini_batches([0.1, 20.0], 0.6, 8)


@pytest.mark.parametrize("batch", [None, 16.0])
def test_a_coarse_problem_has_nearly_the_same_losses(batch: float | None) -> None:
    lam = power_law(1000, 1.2)
    problem = Problem.mini_batches(lam, 0.1, batch) if batch else Problem.additive(lam, 0.01)
    points = QHM([0.1, 0.5, 2.0], [0.0, 0.9, 0.99], 0.8)
    coarse, exact = problem.refined, problem.expected_loss(points, 200)[:, 181:].mean(axis=-1)
    assert len(coarse.curvatures) < 150 and (coarse.mu, coarse.L) == (problem.mu, problem.L)
    np.testing.assert_allclose(coarse.counts.sum(), 1000)
    np.testing.assert_allclose(held_loss(coarse, points, 200).total, exact, rtol=0.03)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: Problem.additive([1.0, -2.0]), "curvatures = -2"),
        (lambda: Problem.additive([1.0, np.nan]), "curvatures = nan"),
        (lambda: Problem.additive([1.0 + 2j]), "must be real"),
        (lambda: Problem.additive([]), "a list of 1 to 100,000 values"),
        (lambda: Problem.additive([1.0, 2.0], [0.1, 0.2, 0.3]), "one value, or one for each of the 2 curvatures"),
        (lambda: Problem.additive([1.0], -0.1), "noise_variances = -0.1"),
        (lambda: Problem.interval(2.0, 1.0), "at most L = 1"),
        (lambda: Problem.mini_batches([1.0], 0.1, 0), "batch = 0 is not allowed: it must be at least 1"),
        (lambda: power_law(0, 1.0), "size = 0"),
        (lambda: held_loss(Problem.interval(1.0, 2.0), QHM(0.1), 0), "steps = 0"),
    ],
)
def test_refused_in_one_sentence(make, said: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ParameterError) as refused:
        make()
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize("noise", [IsotropicNoise(0.3), MiniBatches(16, 0.1)], ids=lambda noise: noise.key)
@pytest.mark.parametrize("point", [QHM(0.05, 0.9, 0.7), QHM(0.02, 0.5, 1.0), QHM(0.1, 0.0, 0.0)], ids=str)
@pytest.mark.slow
def test_the_expected_loss_is_the_mean_of_10_000_runs_at_every_step(noise: Noise, point: QHM) -> None:
    """Within 4.5 standard errors at each of 60 steps: so far out once in 2,000 such tests."""
    bowl, start, steps = Quadratic(0.1, 10.0, 0.0), (1.5, -0.4), 60
    if isinstance(noise, MiniBatches):
        problem = Problem.mini_batches([0.1, 10.0], noise.variance, noise.batch, start)
        assert float(problem.mean_square_coefficient(point)) < 0.6
    else:
        problem = Problem.interval(0.1, 10.0, 0.3**2, start)
    losses = bowl.value(qm.run(bowl, point, start, steps, noise, seed=11, members=10_000).positions)
    error = losses.std(axis=-1) / 100
    expected = np.asarray(problem.expected_loss(point, steps))
    assert losses.shape == (61, 10_000) and expected[0] == pytest.approx(losses[0].mean())
    assert (np.abs(losses.mean(axis=-1) - expected)[1:] < 4.5 * error[1:]).all()
