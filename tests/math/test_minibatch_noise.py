"""Mini-batches as a noise: drawn as data would be, and the theory of a minimum under them."""

import math

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.losses import Logistic, Quadratic
from qhm_math.minibatch_modes import best_minibatch_nu, mean_square_rate, minibatch_mode_losses
from qhm_math.noise import DrawnNoise, make_rng
from qhm_math.schedules.assumptions import is_noisy

BOWL = Quadratic(0.1, 1.0, 30.0, 0.5, -0.25)


def theory(batch: float, variance: float = 0.2, loss: qm.Loss = BOWL) -> qm.LocalQuadratic:
    return qm.local_quadratic(loss, qm.MiniBatches(batch, variance), loss.start())


@pytest.mark.parametrize("batch", [1, 2, 7])
@pytest.mark.slow
def test_a_batch_has_the_law_of_one_drawn_sample_by_sample(batch: int) -> None:
    """First, second and fourth moments of the gradient at a point, against features and residuals themselves."""
    count, hessian, offset, sigma = 40_000, BOWL.hessian(np.zeros(2)), np.array([1.0, -2.0]), 0.8
    noise = qm.MiniBatches(batch, sigma**2)
    gains, pushes = noise.maps(noise.draw(make_rng(3), count, 1)[:, 0], hessian)
    found = gains @ (hessian @ offset) + pushes
    rng = np.random.default_rng(4)
    features = rng.multivariate_normal(np.zeros(2), hessian, (count, batch))
    residuals = features @ offset - sigma * rng.standard_normal((count, batch))
    drawn = (features * residuals[..., None]).mean(axis=1)
    for measure in (
        lambda g: g[:, 0], lambda g: g[:, 1], lambda g: g[:, 0] ** 2, lambda g: g[:, 0] * g[:, 1],
        lambda g: g[:, 1] ** 2, lambda g: np.abs(g[:, 0] - g[:, 1]) ** 1.5, lambda g: np.tanh(g[:, 0]) * g[:, 1],
    ):  # fmt: skip
        ours, theirs = measure(found), measure(drawn)
        error = math.hypot(ours.std(), theirs.std()) / math.sqrt(count)
        assert abs(ours.mean() - theirs.mean()) < 4.5 * error


def test_one_stream_whatever_the_pieces() -> None:
    noise = qm.MiniBatches(3, 0.5)
    whole = noise.draw(make_rng(4), 100, 7)
    rng = make_rng(4)
    np.testing.assert_array_equal(whole, np.concatenate([noise.draw(rng, count, 7) for count in (1, 30, 69)]))
    paths = [qm.run(BOWL, QHM(0.5, 0.9, 0.7), (1.0, 1.0), 60, noise, 2, 3, chunk=size).positions for size in (7, 60)]
    np.testing.assert_array_equal(paths[0], paths[1])
    again = DrawnNoise(noise, noise.draw(make_rng(2), 60, 3))
    np.testing.assert_array_equal(qm.run(BOWL, QHM(0.5, 0.9, 0.7), (1.0, 1.0), 60, again, 9, 3).positions, paths[0])


@pytest.mark.parametrize(
    ("alpha", "beta", "nu", "batch"), [(0.5, 0.0, 0.0, 2), (1.0, 0.8, 0.7, 4), (2.0, 0.9, 1.0, 8), (0.3, 0.5, 0.5, 1)]
)
def test_runs_have_the_expected_loss(alpha: float, beta: float, nu: float, batch: int) -> None:
    point, steps, members, start = QHM(alpha, beta, nu), 60, 8_000, (2.0, 1.0)
    local = theory(batch)
    assert 0.1 < float(local.mean_square_coefficient(point)) < 0.6
    done = qm.run(BOWL, point, start, steps, local.noise, 5, members)
    mean, error = done.losses.mean(axis=-1), done.losses.std(axis=-1) / math.sqrt(members)
    expected = local.expected_loss(point, start, steps)
    assert (np.abs(mean - expected)[1:] < 5 * error[1:]).all()
    assert (np.abs(mean - expected)[1:] < 2 * error[1:]).mean() > 0.6


@pytest.mark.slow
def test_runs_have_the_stationary_loss_and_covariance() -> None:
    grid, local = QHM([0.3, 0.6, 1.0], [0.0, 0.8, 0.9], [0.0, 0.7, 1.0]), theory(4)
    assert (local.mean_square_coefficient(grid) < 0.6).all()
    found = qm.stationary_means(local, grid, 100, 1500, seed=1)
    assert found is not None
    assert (np.abs(found.means - local.stationary_loss(grid)) < 4 * found.standard_errors).all()
    assert (found.standard_errors < 0.03 * found.means).all()
    point = QHM(0.6, 0.8, 0.7)
    ends = qm.run(BOWL, point, local.minimum, 100, local.noise, 6, 10_000).positions[-1] - local.minimum
    exact = local.covariance(point)
    np.testing.assert_allclose(np.cov(ends.T), exact, atol=0.08 * float(exact.max()))
    assert float(np.trace(local.hessian @ exact)) / 2 == pytest.approx(float(local.stationary_loss(point)), rel=1e-12)


def test_from_k_1_on_the_spread_grows() -> None:
    point = QHM(1.0, 0.8, 0.7)
    local = theory(1)
    edge = float(local.max_mean_square_alpha(point))
    assert edge < float(local.max_stable_alpha(point))
    for share, stable in ((1 - 1e-9, True), (1 + 1e-9, False)):
        near = QHM(edge * share, 0.8, 0.7)
        assert bool(local.is_mean_square_stable(near)) == stable
        assert (float(local.mean_square_rate(near)) < 1) == stable
        assert math.isfinite(float(local.stationary_loss(near))) == stable
        assert np.isfinite(local.covariance(near)).all() == stable
    beyond = local.expected_loss(QHM(1.3 * edge, 0.8, 0.7), (2.0, 1.0), 4000)
    assert beyond[-1] > 1e3 * beyond[0]


def test_rate_of_the_second_moments() -> None:
    """The exact expected loss comes closer to its stationary value by its square a step."""
    for qhm, batch in ((QHM(0.6, 0.8, 0.7), 4.0), (QHM(0.5), 2.0), (QHM(1.5, 0.9, 1.0), 8.0)):
        lam = np.array([0.1, 1.0])
        gone = qm.minibatch_expected_loss(qhm, lam, 0.0, batch, [1.0, 1.0], 600)
        slope = (gone[600] / gone[300]) ** (1 / 600)
        assert slope == pytest.approx(float(mean_square_rate(qhm, lam, batch)), rel=2e-3)
        many = QHM([float(qhm.alpha)] * 2, qhm.beta, qhm.nu)
        assert mean_square_rate(many, lam, batch).shape == (2,)
        assert float(mean_square_rate(qhm, lam, 1e14)) == pytest.approx(
            float(qm.convergence_rate(qhm.without_idle_buffer(), 0.1, 1.0)), rel=1e-6
        )


def test_best_nu_against_a_grid() -> None:
    lam, grid = np.array([0.1, 1.0]), np.linspace(0, 1, 2001)
    betas = np.array([0.3, 0.8, 0.95])
    found = best_minibatch_nu(0.6, betas, lam, 4.0)
    for beta, nu in zip(betas, found, strict=True):
        least = qm.mean_square_coefficient(QHM(0.6, beta, grid), lam, 4.0).min()
        assert float(qm.mean_square_coefficient(QHM(0.6, beta, nu), lam, 4.0)) <= least * (1 + 1e-12)
    assert np.isnan(best_minibatch_nu(0.6, 0.0, lam, 4.0)) and np.isnan(best_minibatch_nu(30.0, 0.5, lam, 4.0))
    large = best_minibatch_nu(0.6, 0.8, lam, 1e9)
    assert float(large) == pytest.approx(float(qm.stationary.best_stationary_nu(0.6, 0.8, lam, lam)), abs=1e-4)


def test_a_batch_of_everything_has_no_noise_and_large_ones_have_that_of_the_theory() -> None:
    point, everything = QHM(1.0, 0.8, 0.7), theory(math.inf)
    plain = qm.local_quadratic(BOWL, qm.NoNoise(), BOWL.start())
    assert everything.noiseless and everything.linear and everything.batches is None
    assert everything.max_mean_square_alpha(point) == plain.max_stable_alpha(point)
    np.testing.assert_array_equal(
        qm.run(BOWL, point, (1.0, 1.0), 50, everything.noise, 3).positions,
        qm.run(BOWL, point, (1.0, 1.0), 50, None, 3).positions,
    )
    huge = 10**9
    local = theory(huge, 0.5 * huge)
    additive = qm.local_quadratic(BOWL, qm.GaussianNoise(0.5 * BOWL.hessian(np.zeros(2))), BOWL.start())
    np.testing.assert_allclose(local.noise_covariance, additive.noise_covariance, atol=1e-12)
    np.testing.assert_allclose(local.covariance(point), additive.covariance(point), rtol=1e-6)
    for order in (None, 1, 2):
        assert local.stationary_loss(point, order) == pytest.approx(additive.stationary_loss(point, order), rel=1e-7)
    np.testing.assert_allclose(
        local.expected_loss(point, (2.0, 1.0), 90), additive.expected_loss(point, (2.0, 1.0), 90), rtol=1e-6
    )
    assert local.max_mean_square_alpha(point) == pytest.approx(float(local.max_stable_alpha(point)), rel=1e-6)


def test_additive_noise_has_one_bound() -> None:
    local = qm.local_quadratic(BOWL, qm.IsotropicNoise(0.3), BOWL.start())
    points = QHM([0.5, 30.0], 0.8, 0.7)
    assert local.max_mean_square_alpha(points) == pytest.approx(local.max_stable_alpha(points))
    np.testing.assert_array_equal(local.mean_square_coefficient(points), [0.0, np.inf])
    np.testing.assert_array_equal(local.mean_square_rate(points), local.rate(points))
    assert local.batch == math.inf and local.linear
    assert local.best_nu(0.5, 0.8) == qm.stationary.best_stationary_nu(
        0.5, 0.8, local.curvatures, local.noise_variances
    )


def test_sweeps_meet_the_same_batches_as_runs() -> None:
    grid, noise = QHM([0.3, 0.6], 0.8, 0.7), qm.MiniBatches(4, 0.1)
    answers = list(qm.sweep(BOWL, grid, 50, noise, 3, 6, chunk=4))
    runs = qm.run(BOWL, grid, BOWL.minimum, 50, noise, 3, 6)
    np.testing.assert_allclose(answers[-1].mean, runs.losses[1:].mean(axis=(0, -1)), rtol=1e-12)


def test_on_a_finite_sum_the_batches_are_its_own() -> None:
    loss = Logistic()
    ours, none = (qm.run(loss, QHM(0.5), loss.start(), 20, noise, 3) for noise in (qm.MiniBatches(1, 5.0), None))
    np.testing.assert_array_equal(ours.positions, none.positions)
    local = theory(1, 5.0, loss)
    assert local.batches is None
    np.testing.assert_array_equal(
        local.noise_covariance, qm.local_quadratic(loss, qm.NoNoise(), loss.start()).noise_covariance
    )


def test_other_losses_have_the_noise_of_their_minimum() -> None:
    loss = qm.Rosenbrock()
    local = theory(8, 1e-4, loss)
    assert not local.exact and not local.linear
    draws = np.array([c.positions[-1] for c in qm.simulate(loss, QHM(1e-4), local.minimum, 1, local.noise, 2, 40_000)])
    steps = (draws[0] - local.minimum) / 1e-4
    np.testing.assert_allclose(np.cov(steps.T), local.noise_covariance, rtol=0.05)
    assert np.isfinite(qm.run(qm.Plateau(), QHM(0.1), (1.0, 1.0), 5, qm.MiniBatches(), 1).positions).all()
    assert is_noisy(loss, local.noise) and not is_noisy(loss, qm.MiniBatches(math.inf))
    assert is_noisy(BOWL, qm.MiniBatches(8, 0.0))  # it ends at the minimum only


@pytest.mark.parametrize("batch", [0, 0.5, -1, 2.5, math.nan, True, "4", -math.inf, None])
def test_bad_batches(batch: object) -> None:
    with pytest.raises(ParameterError, match=r"batch = .* a whole number at least 1 and at most 1,000,000,000, or ∞"):
        qm.MiniBatches(batch)  # type: ignore[arg-type]


def test_values() -> None:
    assert qm.MiniBatches("∞").batch == math.inf == qm.MiniBatches(math.inf).batch  # type: ignore[arg-type]
    assert qm.MiniBatches(8.0) == qm.MiniBatches(8) and isinstance(qm.MiniBatches(8.0).batch, int)
    with pytest.raises(ParameterError, match="variance"):
        qm.MiniBatches(8, -1.0)
    with pytest.raises(ParameterError, match="additive"):
        qm.draw_noise(qm.MiniBatches(), 3)
    modes = minibatch_mode_losses(QHM([0.5, 9.0]), [0.1, 1.0], 0.2, 4)
    assert modes.shape == (2, 2) and np.isinf(modes[1]).all()
