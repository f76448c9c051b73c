"""Each mode alone: against numpy's matrix powers, norms and eigenvalues, and against closed forms."""

import math
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM
from qhm_math.modes import (
    Damping,
    damping,
    growth,
    limiting_root,
    mode_powers,
    root_branches,
    spectrum_grid,
)
from qhm_math.regions import (
    least_rippling_nu,
    least_stable_nu,
    ripple_interval,
    sign_change,
    sign_changing_nu,
)
from tests.covering import few

betas = st.floats(0.0, 0.99)
nus = st.floats(0.0, 1.0)
shares = st.floats(0.01, 1.5)


def scaled_powers(qhm: QHM, lam: float, steps: int, more: float = 0.0) -> list[np.ndarray]:
    """Those of D⁻¹ T D with D = diag(λ, 1), in exact fractions: in floats a small power of large elements is noise.

    ``more`` is added to αλ, as a part of it.
    """
    b, n, u = (Fraction(float(value)) for value in (qhm.beta, qhm.nu, qhm.alpha * lam))
    u *= 1 + Fraction(more)
    share = n * b
    step = ((b, 1 - b), (-share * u, 1 - u * (1 - share)))
    powers = [((Fraction(1), Fraction(0)), (Fraction(0), Fraction(1)))]
    for _ in range(steps):
        (p, q), (r, s) = powers[-1]
        (e, f), (g, h) = step
        powers.append(((p * e + q * g, p * f + q * h), (r * e + s * g, r * f + s * h)))
    return [np.array([[float(value) for value in row] for row in power]) for power in powers]


def point(share: float, beta: float, nu: float, top: float) -> QHM:
    return QHM(share * float(qm.max_stable_alpha(beta, nu, top)), beta, nu)


@given(shares, betas, nus, st.floats(0.01, 100), st.integers(0, 40))
@example(0.5, 1e-10, 1e-10, 1.0, 3)
@example(0.5, 1e-12, 0.3, 1.0, 4)
@pytest.mark.slow
def test_powers_are_matrix_powers(share: float, beta: float, nu: float, lam: float, steps: int) -> None:
    qhm = point(share, beta, nu, lam)
    found = mode_powers(qhm, lam, steps)
    assert found.shape == (steps + 1, 2, 2)
    powers, moved = (scaled_powers(qhm, lam, steps, more) for more in (0.0, np.finfo(float).eps))
    for k in {0, 1, steps // 2, steps}:
        if k <= steps:
            wanted = powers[k]
            by_a_bit = np.abs(moved[k] - wanted)  # what the last bit of αλ alone does
            assert (np.abs(found[k] - wanted) <= 1e-8 * np.abs(wanted) + 1e-9 * np.abs(wanted).max() + by_a_bit).all()


@few(8)
@given(shares, betas, nus)
@pytest.mark.slow
def test_growth_is_the_largest_norm_of_the_modes(share: float, beta: float, nu: float) -> None:
    qhm, curvatures, steps = point(share, beta, nu, 3.0), [0.1, 0.7, 3.0], 25
    powers = [scaled_powers(qhm, lam, steps) for lam in curvatures]
    wanted = [max(np.linalg.norm(each[k], 2) for each in powers) for k in range(steps + 1)]
    np.testing.assert_allclose(growth(qhm, curvatures, steps), wanted, rtol=1e-8)


def test_a_stable_method_may_first_get_worse() -> None:
    qhm = QHM(0.95 * float(qm.max_stable_alpha(0.9, 1.0, 1.0)), 0.9, 1.0)
    norms = growth(qhm, [0.05, 1.0], 2000)
    assert float(qm.convergence_rate(qhm, 0.05, 1.0)) < 1
    assert norms[0] == 1 and norms.max() > 10 and norms[-1] < 1e-9
    # SGD's matrix is normal in its position: nothing grows beyond the constant that the empty buffer brings
    assert growth(QHM(1.0, 0.0, 0.0), [0.05, 1.0], 50).max() < 1.5


def test_growth_of_what_diverges_is_infinite_in_the_end_and_never_nan() -> None:
    norms = growth(QHM([0.5, 50.0], 0.9, 0.7), [0.1, 10.0], 3000)
    assert norms.shape == (2, 3001)
    assert not np.isnan(norms).any()
    assert np.isfinite(norms[0]).all() and np.isinf(norms[1, -1])
    assert (np.diff(np.isinf(norms[1]).astype(int)) >= 0).all()


@given(st.floats(0.02, 0.98), betas, nus, st.floats(1.0, 1e4))
def test_the_limiting_root_is_the_rate(share: float, beta: float, nu: float, kappa: float) -> None:
    qhm = point(share, beta, nu, kappa)
    curvature, root = limiting_root(qhm, 1.0, kappa)
    assert abs(root) == pytest.approx(float(qm.convergence_rate(qhm, 1.0, kappa)), rel=1e-12)
    assert curvature in (1.0, kappa) and root.imag >= 0
    eigenvalues = np.linalg.eigvals(qm.transition_matrix(qhm, curvature))
    assert np.abs(eigenvalues - root).min() < 1e-6


@given(st.floats(0.02, 0.98), betas, nus, st.floats(1.5, 1e4))
@pytest.mark.slow
def test_branches_hold_both_roots_and_do_not_jump(share: float, beta: float, nu: float, kappa: float) -> None:
    qhm = point(share, beta, nu, kappa)
    grid = spectrum_grid(qhm, 1.0, kappa, 2000)
    assert grid[0] == 1.0 and grid[-1] == kappa and (np.diff(grid) > 0).all()
    branches = root_branches(qhm, grid)
    both = qm.roots(qhm, grid)
    np.testing.assert_allclose(branches.sum(axis=-1), both.sum(axis=-1), rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(branches.prod(axis=-1), both.prod(axis=-1), rtol=1e-9, atol=1e-12)
    assert np.abs(np.diff(branches, axis=0)).max() < 0.12
    assert (branches[:, 0].real >= branches[:, 1].real).all() and (branches[:, 0].imag >= 0).all()


def test_damping_has_a_name_for_every_case() -> None:
    beta, nu = 0.64, 0.9
    low, high = (float(end) for end in ripple_interval(beta, nu))
    flip, end = float(sign_change(beta, nu)), float(qm.max_stable_alpha(beta, nu, 1.0))
    cases = {
        0.5 * low: Damping.OVERDAMPED,
        low: Damping.CRITICAL,
        (low + min(high, end)) / 2: Damping.UNDERDAMPED,
        1.01 * end: Damping.DIVERGENT,
    }
    for u, kind in cases.items():
        assert damping(QHM(u, beta, nu), 1.0) == kind
    # at small ν the roots are real again beyond the ripples, and the leading one is negative before it diverges
    low, high = (float(end) for end in ripple_interval(0.3, 0.1))
    end, flip = float(qm.max_stable_alpha(0.3, 0.1, 1.0)), float(sign_change(0.3, 0.1))
    assert max(high, flip) < end
    assert damping(QHM((max(high, flip) + end) / 2, 0.3, 0.1), 1.0) == Damping.OSCILLATING
    # the tolerance widens what counts as critical
    near = QHM(low * 0.999, 0.3, 0.1)
    assert damping(near, 1.0) == Damping.OVERDAMPED and damping(near, 1.0, 1e-2) == Damping.CRITICAL


def test_the_best_heavy_ball_is_critically_damped_at_both_ends() -> None:
    alpha, beta, _ = qm.best_alpha_beta(1.0, 1.0, 100.0)
    assert damping(QHM(alpha, beta, 1.0), [1.0, 100.0], 1e-6).tolist() == [Damping.CRITICAL] * 2


@given(st.floats(0.05, 20.0), st.floats(0.01, 0.99), nus)
def test_edges_over_nu_part_the_regimes(alpha: float, beta: float, nu: float) -> None:
    """The edges solved for ν against the conditions themselves."""
    bound = float(qm.max_stable_alpha(beta, nu, 1.0))
    if abs(alpha - bound) > 1e-9 * bound:
        assert (nu > float(least_stable_nu(alpha, beta, 1.0))) == (alpha < bound)
    pair = qm.roots(QHM(alpha, beta, nu), 1.0)
    gap = float(((pair[0] - pair[1]) ** 2).real)
    if abs(gap) > 1e-9:
        assert (nu > float(least_rippling_nu(alpha, beta))) == (gap < 0)
    total = float((pair[0] + pair[1]).real)
    if abs(total) > 1e-9:
        assert (nu < float(sign_changing_nu(alpha, beta))) == (total < 0)


def test_edges_over_nu_without_momentum() -> None:
    assert np.isneginf(float(least_stable_nu(1.9, 0.0, 1.0))) and np.isposinf(float(least_stable_nu(2.1, 0.0, 1.0)))
    assert np.isposinf(float(least_rippling_nu(0.5, 0.0)))
    assert np.isneginf(float(sign_changing_nu(0.9, 0.0))) and np.isposinf(float(sign_changing_nu(1.1, 0.0)))


@pytest.mark.parametrize(
    "call",
    [
        lambda: mode_powers(QHM(1.0), 0.0, 3),
        lambda: mode_powers(QHM(1.0), 1.0, -1),
        lambda: mode_powers(QHM(1.0), np.ones(1000), 10_000_000),
        lambda: growth(QHM(1.0), [1.0, np.nan], 3),
        lambda: growth(QHM(1.0), [], 3),
        lambda: spectrum_grid(QHM(1.0), 2.0, 1.0),
        lambda: spectrum_grid(QHM(1.0), 1.0, 2.0, 1),
        lambda: limiting_root(QHM(1.0), 0.0, 1.0),
        lambda: damping(QHM(1.0), 1.0, -1.0),
        lambda: least_stable_nu(0.0, 0.5, 1.0),
        lambda: least_rippling_nu(1.0, 1.0),
        lambda: sign_changing_nu(np.nan, 0.5),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(qm.ParameterError):
        call()


def test_powers_where_both_roots_are_near_minus_one_keep_their_digits() -> None:
    """M = -(I - N) with N² = 0 where the heavy ball of β = 1 - 4·10⁻⁶ is critically damped: M^k = ±(I - kN)."""
    beta = 1 - 2.0**-18
    end = float(ripple_interval(beta, 1.0)[1])
    root, steps = -math.sqrt(beta), 200_000
    found = mode_powers(QHM(end, beta, 1.0), 1.0, steps)[-1]
    once = np.array([[beta, 1 - beta], [-end * beta, 1 - end * (1 - beta)]])
    exact = root**steps * np.eye(2) + steps * root ** (steps - 1) * (once - root * np.eye(2))
    # √β's own rounding is 10⁻¹⁶ a step, and the nearest α to the end leaves (kθ)²/6 of it
    np.testing.assert_allclose(found, exact, rtol=1e-6)
