"""Mini-batches: the exact second-moment matrix, least squares simulated from data, and the limit of large batches."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, ParameterError
from tests.covering import part_of

DECAY = np.arange(1, 101) ** -1.5


def second_moments(qhm: QHM, curvatures: np.ndarray, batch: float) -> tuple[np.ndarray, np.ndarray]:
    """The 3d × 3d map of (dd, dx, xx) of all modes and its constant for σ² = 1.

    Written from the update rule: z' = T z + n ε with E ε_i² = λ_i (λ_i x_i² + Σ_j λ_j x_j² + σ²)/B.
    """
    d, alpha, beta, nu = len(curvatures), float(qhm.alpha), float(qhm.beta), float(qhm.nu)
    whole, constant = np.zeros((3 * d, 3 * d)), np.zeros(3 * d)
    pairs = ((0, 0), (0, 1), (1, 1))
    n = np.array([1 - beta, -alpha * (1 - nu * beta)])
    for i, lam in enumerate(curvatures):
        t = np.array([[beta, (1 - beta) * lam], [-alpha * nu * beta, 1 - alpha * (1 - nu * beta) * lam]])
        for row, (a, b) in enumerate(pairs):
            # E z'_a z'_b = Σ t_ac t_bd E z_c z_d + n_a n_b q
            whole[3 * i + row, 3 * i] = t[a, 0] * t[b, 0]
            whole[3 * i + row, 3 * i + 1] = t[a, 0] * t[b, 1] + t[a, 1] * t[b, 0]
            whole[3 * i + row, 3 * i + 2] = t[a, 1] * t[b, 1]
            q = n[a] * n[b] * lam / batch
            whole[3 * i + row, 3 * i + 2] += q * lam
            whole[3 * i + row, 2::3] += q * curvatures
            constant[3 * i + row] = q
    return whole, constant


def cases(count: int, seed: int) -> list[tuple[QHM, np.ndarray, float]]:
    """Points on both sides of the bounds, of 1 to 6 modes; a third each SGD, ν = 1 and any ν."""
    rng = np.random.default_rng(seed)
    found: list[tuple[QHM, np.ndarray, float]] = []
    for k in range(count):
        curvatures = 10 ** rng.uniform(-2, 0, rng.integers(1, 7))
        batch = float(2.0 ** rng.integers(0, 9))
        beta, nu = [(0.0, 0.0), (rng.uniform(0, 0.99), 1.0), (rng.uniform(0, 0.99), rng.uniform(0, 1))][k % 3]
        bound = float(qm.max_stable_alpha(beta, nu, curvatures.max()))
        found.append((QHM(bound * 10 ** rng.uniform(-1.5, 0.05), beta, nu), curvatures, batch))
    return found


@pytest.mark.slow
def test_stable_where_the_spectral_radius_of_the_second_moments_is_below_one() -> None:
    seen = {True: 0, False: 0}
    for qhm, curvatures, batch in cases(3000, 1):
        whole, _ = second_moments(qhm, curvatures, batch)
        radius = float(np.abs(np.linalg.eigvals(whole)).max())
        stable = bool(qm.is_mean_square_stable(qhm, curvatures, batch))
        seen[stable] += 1
        assert stable == (radius < 1) or abs(radius - 1) < 1e-9
    assert min(seen.values()) > 500


def test_stationary_loss_solves_the_second_moments() -> None:
    for qhm, curvatures, batch in cases(200, 2):
        found = float(qm.minibatch_stationary_loss(qhm, curvatures, 0.3, batch))
        if np.isfinite(found):
            whole, constant = second_moments(qhm, curvatures, batch)
            moments = np.linalg.solve(np.eye(len(whole)) - whole, 0.3 * constant)
            assert found == pytest.approx(curvatures @ moments[2::3] / 2, rel=1e-6)


@pytest.mark.parametrize("steps", [0, 1, 23, 24, 25, 200])
def test_expected_loss_is_the_second_moments_step_by_step(steps: int) -> None:
    for qhm, curvatures, batch in cases(20, 3):
        offset = np.linspace(-2, 3, len(curvatures))
        whole, constant = second_moments(qhm, curvatures, batch)
        moments = np.zeros(len(whole))
        moments[2::3] = offset**2
        expected = [curvatures @ moments[2::3] / 2]
        for _ in range(steps):
            moments = whole @ moments + 0.3 * constant
            expected.append(curvatures @ moments[2::3] / 2)
        found = qm.minibatch_expected_loss(qhm, curvatures, 0.3, batch, offset, steps)
        np.testing.assert_allclose(found, expected, rtol=1e-10)


@pytest.mark.parametrize(
    ("alpha", "beta", "nu", "batch"),
    part_of(
        [(0.7, 0.0, 0.0, 8), (1.2, 0.9, 0.7, 8), (2.0, 0.9, 1.0, 16), (0.3, 0.5, 0.5, 1)],
        [(1.2, 0.9, 0.7, 8), (0.3, 0.5, 0.5, 1)],
    ),
)
@pytest.mark.slow
def test_least_squares_from_drawn_examples(alpha: float, beta: float, nu: float, batch: int) -> None:
    """Features and residuals are drawn, and the gradient is that of the examples: nothing of the model is used."""
    curvatures, offset, variance, members, steps = (
        np.array([1.0, 0.3, 0.1]),
        np.array([2.0, -1.0, 3.0]),
        0.2,
        20_000,
        60,
    )
    assert float(qm.mean_square_coefficient(QHM(alpha, beta, nu), curvatures, batch)) < 0.6
    rng = np.random.default_rng(5)
    x, d = np.tile(offset, (members, 1)), np.zeros((members, 3))
    losses = [(x**2 @ curvatures) / 2]
    for _ in range(steps):
        features = rng.normal(size=(members, batch, 3)) * np.sqrt(curvatures)
        residuals = np.einsum("mbi,mi->mb", features, x) - rng.normal(size=(members, batch)) * np.sqrt(variance)
        gradient = np.einsum("mbi,mb->mi", features, residuals) / batch
        d = (1 - beta) * gradient + beta * d
        x = x - alpha * ((1 - nu) * gradient + nu * d)
        losses.append((x**2 @ curvatures) / 2)
    expected = qm.minibatch_expected_loss(QHM(alpha, beta, nu), curvatures, variance, batch, offset, steps)
    mean, error = np.mean(losses, axis=1), np.std(losses, axis=1) / np.sqrt(members)
    # 60 correlated steps: one in 20 beyond two errors, and none far beyond.
    assert (np.abs(mean - expected)[1:] < 5 * error[1:]).all()
    assert (np.abs(mean - expected)[1:] < 2 * error[1:]).mean() > 0.6


def test_a_batch_of_everything_is_the_theory_without_it() -> None:
    qhm, offset = QHM(1.0, 0.9, 0.7), np.array([2.0, -1.0])
    lam, huge = np.array([0.1, 1.0]), 1e12
    # S = σ²A/B: σ² = B leaves A.
    exact = qm.stationary_loss(qhm, lam, lam)
    assert float(qm.minibatch_stationary_loss(qhm, lam, huge, huge)) == pytest.approx(float(exact), rel=1e-9)
    np.testing.assert_allclose(
        qm.minibatch_expected_loss(qhm, lam, huge, huge, offset, 50),
        qm.expected_loss(qhm, lam, lam, offset, 50),
        rtol=1e-9,
    )
    assert float(qm.minibatch_stationary_loss(qhm, lam, 1.0, np.inf)) == 0.0
    assert float(qm.max_stable_alpha(0.9, 0.7, lam, batch=np.inf)) == float(qm.max_stable_alpha(0.9, 0.7, 1.0))


def test_sgd_on_one_mode_in_closed_form() -> None:
    alpha = np.array([0.1, 0.5, 0.99])
    for batch in (1, 4):
        # K = ψ/(B - ψ) with ψ = u/(2 - u).
        psi = alpha / (2 - alpha)
        np.testing.assert_allclose(qm.mean_square_coefficient(QHM.sgd(alpha), [1.0], batch), psi / (batch - psi))
        assert float(qm.max_stable_alpha(0.0, 0.0, [1.0], batch=batch)) == pytest.approx(2 * batch / (batch + 2))


@given(
    st.floats(0, 0.999), st.floats(0, 1), st.lists(st.floats(1e-6, 1e6), min_size=1, max_size=20), st.integers(1, 4096)
)
@pytest.mark.slow
def test_the_bound_is_where_the_coefficient_is_one(beta: float, nu: float, lam: list[float], batch: int) -> None:
    bound = float(qm.max_stable_alpha(beta, nu, lam, batch=batch))
    below, above = QHM([bound * (1 - 1e-9), bound * (1 + 1e-9)], beta, nu).alpha
    assert bool(qm.is_mean_square_stable(QHM(below, beta, nu), lam, batch))
    assert not bool(qm.is_mean_square_stable(QHM(above, beta, nu), lam, batch))
    assert bound <= float(qm.max_stable_alpha(beta, nu, max(lam))) * (1 + 1e-12)
    larger = float(qm.max_stable_alpha(beta, nu, lam, batch=2 * batch))
    assert larger >= bound * (1 - 1e-12)


def test_values_of_the_design() -> None:
    """The largest stable α for the spectrum i^-1.5, d = 100; the column for 128 stands there under 256."""
    rows = {
        (0.0, 0.0): (0.539, 1.77, 1.97),
        (0.9, 1.0): (0.661, 8.92, 28.6),
        (0.99, 1.0): (0.668, 10.5, 74.4),
        (0.9, 0.9): (0.859, 10.9, 13.3),
        (0.999, 0.7): (1.71, 5.88, 6.56),
    }
    for (beta, nu), expected in rows.items():
        found = [float(qm.max_stable_alpha(beta, nu, DECAY, batch=batch)) for batch in (1, 16, 128)]
        np.testing.assert_allclose(found, expected, rtol=5e-3)
    for qhm, batch in ((QHM(20.0, 0.9, 1.0), 16), (QHM(8.0, 0.9, 1.0), 16)):
        whole, _ = second_moments(qhm, DECAY, batch)
        assert (np.abs(np.linalg.eigvals(whole)).max() < 1) == bool(qm.is_mean_square_stable(qhm, DECAY, batch))


def test_arrays_of_points_are_the_points() -> None:
    alphas, betas = np.array([0.1, 1.0, 5.0])[:, None], np.array([0.0, 0.9])
    grid = QHM(alphas, betas, 1.0)
    offset = np.ones(100)
    loss = qm.minibatch_expected_loss(grid, DECAY, 0.1, 16, offset, 60)
    assert loss.shape == (3, 2, 61)
    for i, alpha in enumerate(alphas[:, 0]):
        for j, beta in enumerate(betas):
            one = qm.minibatch_expected_loss(QHM(alpha, beta, 1.0), DECAY, 0.1, 16, offset, 60)
            np.testing.assert_allclose(loss[i, j], one, rtol=1e-12)


def test_growth_without_bound_is_infinite() -> None:
    loss = qm.minibatch_expected_loss(QHM.sgd(1e8), [1.0], 0.1, 1, [1.0], 100)
    assert np.isinf(loss[-1]) and not np.isnan(loss).any()
    assert float(qm.minibatch_stationary_loss(QHM.sgd(1.5), [1.0], 0.1, 1)) == np.inf


@pytest.mark.parametrize("batch", [0, 0.5, -1, np.nan, None, "8", True, [1, 2]])
def test_a_batch_that_is_none(batch: object) -> None:
    with pytest.raises(ParameterError, match=r"batch = .* is not allowed: it must be at least 1"):
        qm.mean_square_coefficient(QHM(1.0), [1.0], batch)  # type: ignore[arg-type]


@pytest.mark.parametrize("curvatures", [[], [1.0, -1.0], [0.0], 1.0, [np.nan]])
def test_curvatures_that_are_none(curvatures: object) -> None:
    with pytest.raises(ParameterError, match=r"curvatures = .* is not allowed"):
        qm.mean_square_coefficient(QHM(1.0), curvatures, 4)  # type: ignore[arg-type]
