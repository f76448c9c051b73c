"""The stationary state: SciPy's Lyapunov solver, the paper's figures, the equation it must solve."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.linalg import solve_continuous_lyapunov, solve_discrete_lyapunov

import qhm_math as qm
from qhm_math import QHM
from qhm_math.stationary import best_stationary_nu

PAPER = json.loads(Path(__file__).with_name("paper_values.json").read_text())
FIGURE2 = QHM(
    [1, 0.1, 1, 1, 4, 0.4, 4, 4],
    [0.9, 0.9, 0.99, 0.9, 0.8, 0.8, 0.95, 0.8],
    [0.7] * 3 + [1] + [0.7] * 3 + [1],
)


def modes(row: dict[str, list[list[float]]]) -> tuple[np.ndarray, np.ndarray]:
    curvatures, basis = np.linalg.eigh(np.array(row["hessian"]))
    return curvatures, np.diag(basis.T @ np.array(row["noise_covariance"]) @ basis)


def solved(qhm: QHM, hessian: np.ndarray, noise: np.ndarray) -> np.ndarray:
    """The x-block of P = T P Tᵀ + N S Nᵀ by SciPy, from the update rule written as matrices."""
    one = np.eye(len(hessian))
    a, b, n = qhm.alpha, qhm.beta, qhm.nu
    # For (d, x/α): in the units of x itself SciPy's system is ill-conditioned for large steps.
    step = np.block([[b * one, (1 - b) * a * hessian], [-n * b * one, one - a * (1 - n * b) * hessian]])
    entry = np.vstack(((1 - b) * one, -(1 - n * b) * one))
    return a**2 * solve_discrete_lyapunov(step, entry @ noise @ entry.T)[len(hessian) :, len(hessian) :]


@pytest.mark.parametrize("row", PAPER["stationary"])
def test_values_of_the_paper(row: dict) -> None:
    qhm = QHM(row["alpha"], row["beta"], row["nu"])
    covariance = np.array(row["covariance"])
    found = qm.stationary_covariance(qhm, row["hessian"], row["noise_covariance"])
    np.testing.assert_allclose(found, covariance, rtol=1e-9, atol=1e-9 * np.abs(covariance).max())
    assert (found == found.T).all()
    curvatures, variances = modes(row)
    assert float(qm.stationary_loss(qhm, curvatures, variances)) == pytest.approx(row["expected_excess_loss"], rel=1e-9)
    for order, name in ((1, "trace_AX_first_order"), (2, "trace_AX_second_order")):
        found = 2 * float(qm.stationary_loss(qhm, curvatures, variances, order))
        assert found == pytest.approx(row[name], rel=1e-9)


def test_the_eight_losses_of_figure_2() -> None:
    found = qm.stationary_loss(FIGURE2, [0.1, 1.0], [0.3, 0.3])
    expected = [0.1121, 0.0139, 0.0653, 0.1522, 0.8543, 0.0553, 0.4541, 0.6925]
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-5)


@given(
    st.integers(1, 4),
    st.floats(0.01, 0.99),
    st.floats(0, 0.99),
    st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)),
    st.integers(0, 2**32),
)
@pytest.mark.slow
def test_covariance_solves_its_equation(size: int, share: float, beta: float, nu: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    basis, _ = np.linalg.qr(rng.normal(size=(size, size)))
    hessian = (basis * np.geomspace(0.05, 2.0, size)) @ basis.T
    hessian = (hessian + hessian.T) / 2
    factor = rng.normal(size=(size, max(1, size - 1)))
    noise = factor @ factor.T  # singular for size > 1, and not commuting with the Hessian
    top = float(np.linalg.eigvalsh(hessian)[-1])
    qhm = QHM(share * float(qm.max_stable_alpha(beta, nu, top)), beta, nu)
    found = qm.stationary_covariance(qhm, hessian, noise)
    reference = solved(qhm, hessian, noise)
    scale = np.abs(reference).max()
    np.testing.assert_allclose(found, reference, rtol=0, atol=1e-8 * scale)
    assert np.linalg.eigvalsh(found)[0] >= -1e-10 * scale
    curvatures, vectors = np.linalg.eigh(hessian)
    loss = float(qm.stationary_loss(qhm, curvatures, np.maximum(np.diag(vectors.T @ noise @ vectors), 0)))
    assert loss == pytest.approx(np.trace(hessian @ found) / 2, rel=1e-9)


@given(st.floats(0, 0.99), st.floats(0, 1), st.floats(0.1, 3), st.floats(0.01, 0.99))
def test_one_mode_against_scipy(beta: float, nu: float, curvature: float, share: float) -> None:
    qhm = QHM(share * float(qm.max_stable_alpha(beta, nu, curvature)), beta, nu)
    reference = float(solved(qhm, np.array([[curvature]]), np.array([[0.3]]))[0, 0]) * curvature / 2
    assert float(qm.stationary_loss(qhm, [curvature], [0.3])) == pytest.approx(reference, rel=1e-9)


def test_theorem_5_is_the_expansion_of_the_exact_loss() -> None:
    """What is left over falls like α³: eightfold when α halves."""
    curvatures, variances = np.array([0.1, 0.6, 1.0]), np.array([0.3, 0.2, 0.5])
    for beta, nu in ((0.5, 0.7), (0.8, 1.0), (0.6, 0.0), (0.3, 0.3)):
        alpha = np.array([4e-2, 2e-2, 1e-2])
        qhm = QHM(alpha, beta, nu)
        exact = qm.stationary_loss(qhm, curvatures, variances)
        left = np.abs(exact - qm.stationary_loss(qhm, curvatures, variances, 2))
        np.testing.assert_allclose(left[:-1] / left[1:], 8, rtol=0.15)
        left = np.abs(exact - qm.stationary_loss(qhm, curvatures, variances, 1))
        np.testing.assert_allclose(left[:-1] / left[1:], 4, rtol=0.15)


def test_the_expansion_fails_near_one_where_the_exact_loss_does_not() -> None:
    qhm = QHM(0.3, 0.999, 0.7)
    assert float(qm.stationary_loss(qhm, [0.1, 10.0], [0.3, 0.3], 2)) < 0
    assert float(qm.stationary_loss(qhm, [0.1, 10.0], [0.3, 0.3])) == pytest.approx(0.02, abs=0.005)


def test_theorem_4() -> None:
    hessian = np.array([[1.0, 0.3], [0.3, 0.4]])
    noise = np.array([[0.5, -0.2], [-0.2, 0.3]])
    first = qm.first_order_covariance(0.1, hessian, noise)
    np.testing.assert_allclose(first, solve_continuous_lyapunov(hessian, 0.1 * noise), rtol=1e-12)
    for beta, nu in ((0.0, 0.0), (0.9, 0.7), (0.8, 1.0)):
        alpha = 1e-6
        exact = qm.stationary_covariance(QHM(alpha, beta, nu), hessian, noise)
        np.testing.assert_allclose(exact, qm.first_order_covariance(alpha, hessian, noise), rtol=1e-4)


def test_shapes_and_divergence() -> None:
    grid = QHM(np.geomspace(0.01, 100, 5), np.linspace(0, 0.9, 4)[:, None], 0.7)
    loss = qm.stationary_loss(grid, [0.1, 1.0], [0.3, 0.3])
    assert loss.shape == (4, 5)
    np.testing.assert_array_equal(np.isinf(loss), ~qm.is_stable(grid, 1.0))
    assert np.isinf(loss).any() and np.isfinite(loss).any()
    assert np.isfinite(qm.stationary_loss(grid, [0.1, 1.0], [0.3, 0.3], 2)).all()
    assert qm.stationary_loss(grid, [0.1, 1.0], [0.3, 0.3], 1).shape == (4, 5)
    one = qm.stationary_loss(QHM(grid.alpha[1], grid.beta[2, 0], 0.7), [0.1, 1.0], [0.3, 0.3])
    assert float(one) == loss[2, 1]
    assert np.isinf(qm.stationary_covariance(QHM(3.0), np.eye(2), np.eye(2))).all()
    many = qm.stationary_loss(QHM(0.5, 0.5), np.ones((3, 2)), [0.3, 0.3])
    assert many.shape == (3,)


@pytest.mark.parametrize("alpha", [0.05, 0.3, 1.5, 10.0])
def test_the_best_nu_of_the_exact_loss(alpha: float) -> None:
    """Against a search, and the derivative: the loss is symmetric about it to third order."""
    curvatures, variances = [0.1, 10.0], [0.3, 0.7]
    beta = np.array([0.0, 0.05, 0.3, 0.6, 0.9, 0.98, 0.995, 0.999, 1 - 1e-6, 1 - 1e-9])
    found = best_stationary_nu(alpha, beta, curvatures, variances)
    nus = 1 - np.linspace(1, 0, 20001) ** 3
    losses = qm.stationary_loss(QHM(alpha, beta[:, None], nus), curvatures, variances)
    stable = np.isfinite(losses).any(axis=1) & (beta > 0)
    np.testing.assert_array_equal(np.isnan(found), ~stable)
    best = qm.stationary_loss(QHM(alpha, beta[stable], found[stable]), curvatures, variances)
    assert (best <= losses[stable].min(axis=1) * (1 + 1e-12)).all()
    np.testing.assert_allclose(found[stable], nus[losses[stable].argmin(axis=1)], atol=1e-3)
    for b, nu in zip(beta[stable], found[stable], strict=True):
        if 0 < nu < 1:
            beside = nu + min(1 - nu, 0.1) * np.array([-1e-3, 1e-3])
            left, right = qm.stationary_loss(QHM(alpha, b, beside), curvatures, variances)
            assert abs(left - right) < 1e-2 * ((left + right) / 2 - float(best[beta[stable] == b][0])) + 1e-13 * left


def test_the_best_nu_is_not_made_up() -> None:
    assert np.isnan(best_stationary_nu(1.0, 0.9, [1.0], [0.0])) and np.isnan(best_stationary_nu(1.0, 0.0, [1.0], [1.0]))
    assert np.isnan(best_stationary_nu(1e9, 0.9, [1.0], [1.0])) and best_stationary_nu(1e-3, 0.2, [1.0], [1.0]) == 1.0
    with pytest.raises(qm.ParameterError, match="one-dimensional"):
        best_stationary_nu(1.0, 0.9, [[1.0]], [1.0])
