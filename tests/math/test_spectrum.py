"""Roots, regimes, rates and stability against eigenvalues, the paper's values and each other."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, Regime

PAPER = json.loads(Path(__file__).with_name("paper_values.json").read_text())
alphas = st.floats(1e-3, 20)
betas = st.one_of(st.just(0.0), st.floats(0.0, 0.999))
nus = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.0, 1.0))


@pytest.mark.parametrize("row", PAPER["rate"])
def test_rates_of_the_paper(row: dict[str, float]) -> None:
    qhm = QHM(row["alpha"], row["beta"], row["nu"])
    assert float(qm.convergence_rate(qhm, row["mu"], row["L"])) == pytest.approx(row["rate"], rel=1e-9)
    assert bool(qm.is_stable(qhm, row["L"])) == row["stable"]


@given(alphas, betas, nus, st.floats(0.01, 3))
def test_roots_are_the_eigenvalues(alpha: float, beta: float, nu: float, curvature: float) -> None:
    qhm = QHM(alpha, beta, nu)
    first, second = qm.roots(qhm, curvature)
    matrix = qm.transition_matrix(qhm, curvature)
    scale = 1 + abs(first) + abs(second)
    assert abs(first + second - np.trace(matrix)) <= 1e-13 * scale
    assert abs(first * second - np.linalg.det(matrix)) <= 1e-12 * scale**2
    assert abs(first) >= abs(second) * (1 - 1e-12)
    assert float(qm.spectral_radius(qhm, curvature)) == pytest.approx(abs(first), rel=1e-9)
    # The eigenvalues themselves are only good to the root of rounding near a double root.
    eigen = np.abs(np.linalg.eigvals(matrix)).max()
    assert float(qm.spectral_radius(qhm, curvature)) == pytest.approx(eigen, rel=1e-6)


@given(alphas, betas, nus, st.floats(0.01, 3))
def test_stable_exactly_when_the_radius_is_below_one(alpha: float, beta: float, nu: float, top: float) -> None:
    bound = float(qm.max_stable_alpha(beta, nu, top))
    rate = float(qm.convergence_rate(QHM(alpha, beta, nu), top / 7, top))
    if abs(alpha / bound - 1) > 1e-9:
        assert (alpha < bound) == (rate < 1)
    assert float(qm.spectral_radius(QHM(bound, beta, nu), top)) == pytest.approx(1, abs=1e-9)


@given(alphas, betas, nus, st.floats(0.01, 3), st.floats(1.0, 1e3), st.floats(0, 1))
def test_the_largest_radius_is_at_an_end(
    alpha: float, beta: float, nu: float, mu: float, kappa: float, share: float
) -> None:
    qhm = QHM(alpha / kappa, beta, nu)
    between = mu * kappa**share
    assert float(qm.spectral_radius(qhm, between)) <= float(qm.convergence_rate(qhm, mu, mu * kappa)) + 1e-9


@given(alphas, betas, nus, st.floats(0.1, 2), st.floats(0.01, 100))
def test_the_rate_knows_no_units(alpha: float, beta: float, nu: float, top: float, unit: float) -> None:
    one = float(qm.convergence_rate(QHM(alpha, beta, nu), top / 5, top))
    other = float(qm.convergence_rate(QHM(alpha / unit, beta, nu), top / 5 * unit, top * unit))
    assert one == pytest.approx(other, rel=1e-6)


def test_regimes() -> None:
    def kind(alpha: float, beta: float, nu: float) -> Regime:
        return Regime(int(qm.regime(QHM(alpha, beta, nu), 1.0)))

    assert kind(0.5, 0.0, 0.0) is Regime.MONOTONE
    assert kind(1.5, 0.0, 0.0) is Regime.OSCILLATING
    assert kind(2.5, 0.0, 0.0) is Regime.DIVERGENT
    assert kind(1.0, 0.9, 1.0) is Regime.RIPPLES
    assert kind(40.0, 0.9, 1.0) is Regime.DIVERGENT
    grid = qm.regime(QHM(np.geomspace(0.01, 50, 40), np.linspace(0, 0.99, 30)[:, None], 0.7), 1.0)
    assert set(np.unique(grid)) == {0, 1, 2, 3}


def test_the_modulus_of_complex_roots_is_not_two_root_beta() -> None:
    """√c2 with c2 = β(1-αλ(1-ν)): a well-known article prints 2√β."""
    assert float(qm.spectral_radius(QHM(1.0, 0.9, 1.0), 1.0)) == pytest.approx(np.sqrt(0.9))
    assert float(qm.spectral_radius(QHM(0.5, 0.9, 0.8), 1.0)) == pytest.approx(np.sqrt(0.9 * 0.9))


def test_critical_damping_keeps_its_digits() -> None:
    """At the double root (1-β)/(1+√(νβ))² rounding must not show as 1e-8, not even for β near 1."""
    for beta in (0.9, 0.999, 0.999999):
        for nu in (0.3, 0.7, 0.99):
            u = (1 - beta) / (1 + np.sqrt(nu * beta)) ** 2
            exact = (1 + beta - u * (1 - nu * beta)) / 2
            found = float(qm.spectral_radius(QHM(u, beta, nu), 1.0))
            assert abs(found - exact) < 3e-7 * (1 - beta)


@pytest.mark.parametrize("nu", [0.0, 0.3, 0.7, 1.0])
@pytest.mark.parametrize(("mu", "top"), [(0.04, 1.0), (1.0, 1.0), (1e-3, 1e3)])
def test_the_map_is_the_rate(nu: float, mu: float, top: float) -> None:
    a, b = np.geomspace(1e-3, 30, 301), np.linspace(0, 0.999, 207)
    grid = qm.rate_map(a, b, nu, mu, top)
    assert grid.shape == (207, 301)
    exact = qm.convergence_rate(QHM(a, b[:, None], nu), mu, top)
    np.testing.assert_allclose(grid, exact, rtol=1e-14, atol=1e-14)


def test_overflow_is_divergence() -> None:
    assert np.isinf(qm.rate_map([1e300], [0.5], 0.7, 1e10, 1e20)).all()
    assert np.isinf(qm.convergence_rate(QHM(1e300, 0.5, 0.7), 1e10, 1e20))
    assert int(qm.regime(QHM(1e300, 0.5, 0.7), 1e20)) == Regime.DIVERGENT


def test_steps_per_decade() -> None:
    np.testing.assert_array_equal(qm.steps_per_decade([0.0, 1.0, 1.5, np.nan]), [0.0, np.inf, np.inf, np.nan])
    steps = float(qm.steps_per_decade(0.9))
    assert 0.9 ** (2 * steps) == pytest.approx(0.1)
