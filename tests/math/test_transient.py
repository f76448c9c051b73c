"""The exact transient: against the propagated matrices, the stationary state and a simulation."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM


def propagated(qhm: QHM, lam: float, variance: float, offset: float, steps: int) -> tuple[np.ndarray, np.ndarray]:
    """E x_k and (λ/2) E x_k² by P = T P Tᵀ + N S Nᵀ, one step at a time."""
    matrix = qm.transition_matrix(qhm, lam)
    entry = np.array([1 - qhm.beta, -qhm.alpha * (1 - qhm.nu * qhm.beta)])
    mean, spread = np.array([0.0, offset]), np.zeros((2, 2))
    means, losses = [offset], [lam * offset**2 / 2]
    for _ in range(steps):
        mean, spread = matrix @ mean, matrix @ spread @ matrix.T + variance * np.outer(entry, entry)
        means.append(mean[1])
        losses.append(lam / 2 * (mean[1] ** 2 + spread[1, 1]))
    return np.array(means), np.array(losses)


@given(st.floats(0.01, 0.99), st.floats(0, 0.99), st.floats(0, 1), st.floats(0, 1), st.integers(0, 70))
def test_one_mode_step_by_step(share: float, beta: float, nu: float, variance: float, steps: int) -> None:
    qhm = QHM(share * float(qm.max_stable_alpha(beta, nu, 0.7)), beta, nu)
    means, losses = propagated(qhm, 0.7, variance, -1.3, steps)
    found = qm.expected_loss(qhm, [0.7], [variance], [-1.3], steps)
    assert found.shape == (steps + 1,)
    np.testing.assert_allclose(found, losses, rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(qm.mean_path(qhm, [0.7], [-1.3], steps)[:, 0], means, rtol=1e-9, atol=1e-12)


def test_it_ends_in_the_stationary_state() -> None:
    qhm = QHM([0.3, 0.1, 0.2], [0.9, 0.5, 0.0], [0.7, 1.0, 0.0])
    found = qm.expected_loss(qhm, [0.1, 1.0], [0.3, 0.2], [3.0, 1.0], 4000)
    assert found.shape == (3, 4001)
    np.testing.assert_allclose(found[:, -1], qm.stationary_loss(qhm, [0.1, 1.0], [0.3, 0.2]), rtol=1e-9)
    np.testing.assert_allclose(found[:, 0], 0.5 * (0.1 * 9 + 1.0))


def test_divergence_is_infinite_and_never_nan() -> None:
    qhm = QHM([0.5, 50.0, 1e200], 0.9, 0.7)
    found = qm.expected_loss(qhm, [0.1, 10.0], [0.3, 0.3], [1.0, 0.0], 3000)
    assert not np.isnan(found).any()
    assert np.isfinite(found[0]).all() == bool(qm.is_stable(QHM(0.5, 0.9, 0.7), 10.0))
    for row in found[1:]:
        assert np.isinf(row[-1])
        assert (np.diff(np.isinf(row).astype(int)) >= 0).all()
    # without noise, a mode that starts at its minimum stays there, whatever its eigenvalue
    still = qm.expected_loss(QHM(50.0, 0.9, 0.7), [0.1, 10.0], [0.0, 0.0], [0.0, 0.0], 3000)
    assert (still == 0).all()
    path = qm.mean_path(QHM(50.0, 0.9, 0.7), [0.01, 10.0], [1.0, 0.0], 3000)
    assert not np.isnan(path).any() and (path[:, 1] == 0).all()
    assert np.isinf(qm.mean_path(QHM(50.0, 0.9, 0.7), [10.0], [1.0], 3000)[-1]).all()


@pytest.mark.parametrize("beta", [0.5, 0.9])
def test_a_simulation_agrees_within_its_standard_error(beta: float) -> None:
    loss = qm.Quadratic(mu=0.1, L=1.0, rotation=30.0)
    noise = qm.IsotropicNoise(0.5)
    qhm = QHM([0.5, 0.2], beta, 0.7)
    members, steps = 4000, 120
    trajectory = qm.run(loss, qhm, (1.0, -0.5), steps, noise, seed=5, members=members)
    offset = loss.eigenvectors.T @ np.array([1.0, -0.5])
    exact = qm.expected_loss(qhm, loss.eigenvalues, [0.25, 0.25], offset, steps)
    mean = trajectory.losses.mean(axis=-1).T
    error = trajectory.losses.std(axis=-1).T / np.sqrt(members)
    off = (mean - exact)[:, 1:] / error[:, 1:]
    assert np.abs(off).max() < 4.5
    assert error[:, 1:].max() < 0.05 * exact[:, 1:].max()
    np.testing.assert_allclose(mean[:, 0], exact[:, 0], rtol=1e-12)


@pytest.mark.slow
def test_a_long_simulation_has_the_stationary_loss() -> None:
    """Figure 2, second column of the top row: many members after a burn-in chosen from the rate."""
    loss = qm.Quadratic(mu=0.1, L=1.0, rotation=45.0, shift_x=1.0, shift_y=2.0)
    qhm = QHM([1.0, 0.1, 1.0], [0.9, 0.9, 0.9], [0.7, 0.7, 1.0])
    rate = float(qm.convergence_rate(qhm, 0.1, 1.0).max())
    burn = int(np.ceil(10 / -np.log(rate)))
    noise = qm.GaussianNoise(((0.3, 0.0), (0.0, 0.3)))
    trajectory = qm.run(loss, qhm, (1.0, 2.0), burn, noise, seed=1, members=6000)
    last = trajectory.losses[-1]
    exact = qm.stationary_loss(qhm, loss.eigenvalues, [0.3, 0.3])
    error = last.std(axis=-1) / np.sqrt(6000)
    assert (np.abs(last.mean(axis=-1) - exact) < 4 * error).all()
    assert (error < 0.03 * exact).all()
