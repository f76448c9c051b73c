"""Parameters at the ends of their ranges against fifty digits: the digits that the docstrings promise."""

from itertools import product
from typing import Any

import numpy as np
import pytest
from mpmath import mp, mpf, workdps

import qhm_math as qm
from qhm_math import QHM
from qhm_math.modes import Damping, damping
from qhm_math.optimum import best_gap, best_nesterov
from qhm_math.regions import least_stable_nu, ripple_interval, sign_change
from qhm_math.spectrum import spectral_gap

DIGITS = 50
MANY_DIGITS = 120  # where the definition itself cancels twice over
NEAR_ONE = [1e-3, 1e-6, 1e-9, 1e-12, 3e-14, 2.0**-53]
BETAS = [0.0, 1e-300, 1e-9, 0.3, 0.9, *(1 - gap for gap in NEAR_ONE)]
NUS = [0.0, 1e-300, 1e-9, 0.3, 0.7, *(1 - gap for gap in NEAR_ONE), 1.0]
#: αλ as a share of the bound of condition (13).
SHARES = [1e-300, 1e-14, 1e-6, 0.3, 0.99, 1 - 1e-9, 1 + 1e-9, 3.0, 1e12]
KAPPAS = [1.0, 1 + 1e-9, 3.0, 1e3, 1e8, 1e12, 1e15, 1e25]


def exact_pair(alpha: Any, beta: float, nu: float, curvature: float) -> tuple[Any, Any]:
    """The roots of r² - c1 r + c2, in fifty digits."""
    a, b, n, lam = mpf(alpha), mpf(beta), mpf(nu), mpf(curvature)
    c1, c2 = 1 + b - a * lam * (1 - n * b), b * (1 - a * lam * (1 - n))
    root = mp.sqrt(c1 * c1 - 4 * c2)
    return (c1 + root) / 2, (c1 - root) / 2


def exact_radius(alpha: Any, beta: float, nu: float, curvature: float) -> Any:
    return max(abs(root) for root in exact_pair(alpha, beta, nu, curvature))


def exact_bound(beta: float, nu: float, top: float) -> Any:
    b, n = mpf(beta), mpf(nu)
    return 2 * (1 + b) / (mpf(top) * (1 + b - 2 * n * b))


def cases() -> list[tuple[float, float, float, float]]:
    """(α, β, ν, λ) all over the ranges, with the double roots and their neighbours."""
    found = []
    for beta, nu in product(BETAS, NUS):
        for curvature in (1.0, 3e-5):
            bound = float(qm.max_stable_alpha(beta, nu, curvature))
            alphas = [share * bound for share in SHARES]
            for end in ripple_interval(beta, nu):
                alphas += [float(end) / curvature * (1 + shift) for shift in (-1e-9, 0.0, 1e-9)]
            found += [(alpha, beta, nu, curvature) for alpha in alphas]
    return found


@pytest.mark.slow
def test_radius_and_roots() -> None:
    """Within 2·10⁻¹⁵ (of itself where it is above 1) for an α within 2·10⁻¹⁵ of the one given."""
    alphas, betas, nus, curvatures = (np.array(column) for column in zip(*cases(), strict=True))
    points = QHM(alphas, betas, nus)
    radii, pairs = qm.spectral_radius(points, curvatures), qm.roots(points, curvatures)
    slack = mpf(2e-15)
    with workdps(DIGITS):
        for case, radius, pair in zip(cases(), radii, pairs, strict=True):
            alpha, *rest = case
            near = [exact_radius(mpf(alpha) * (1 + shift), *rest) for shift in (-slack, 0, slack)]
            allowed = slack * max(near[1], 1) + max(near) - min(near)
            assert abs(mpf(float(radius)) - near[1]) <= allowed, case
            assert abs(abs(mp.mpc(complex(pair[0]))) - near[1]) <= allowed, case
            small, large = sorted(exact_pair(*case), key=abs)
            product_ = mp.mpc(complex(pair[0])) * mp.mpc(complex(pair[1]))
            assert abs(product_ - small * large) <= 8 * slack * max(1, abs(large)) ** 2, case


@pytest.mark.slow
def test_the_gap_keeps_its_digits() -> None:
    """1 - radius to 10⁻¹³ of itself for an α within 2·10⁻¹⁵ of the one given, where the mode is stable."""
    slack = mpf(2e-15)
    with workdps(MANY_DIGITS):
        for case in cases():
            alpha, beta, nu, curvature = case
            u = alpha * curvature
            if u < 1e-25 or not qm.is_stable(QHM(alpha, beta, nu), curvature):
                continue
            near = [1 - exact_radius(mpf(u) * (1 + shift), beta, nu, 1.0) for shift in (-slack, 0, slack)]
            found = mpf(float(spectral_gap(np.float64(beta), np.float64(nu), np.float64(u))))
            assert abs(found - near[1]) <= mpf(1e-13) * near[1] + max(near) - min(near), case


@pytest.mark.slow
def test_stable_is_radius_below_one_at_the_bound_and_its_neighbours() -> None:
    rng = np.random.default_rng(0)
    tops = [1.0, 3.0, *10 ** rng.uniform(-12, 12, 2)]
    for beta, nu, top in product(BETAS, NUS, tops):
        bound = float(qm.max_stable_alpha(beta, nu, top))
        with workdps(DIGITS):
            assert abs(mpf(bound) / exact_bound(beta, nu, top) - 1) < mpf(1e-15)
        alphas = [bound]
        for _ in range(5):
            alphas = [np.nextafter(alphas[0], 0), *alphas, np.nextafter(alphas[-1], np.inf)]
        alphas = np.array([1e-300, 5e-324, *alphas])
        point = QHM(alphas, beta, nu)
        stable = qm.is_stable(point, top)
        np.testing.assert_array_equal(stable, qm.spectral_radius(point, top) < 1)
        np.testing.assert_array_equal(stable, qm.convergence_rate(point, top / 1e9, top) < 1)
        np.testing.assert_array_equal(stable, qm.regime(point, top) != qm.Regime.DIVERGENT)
        np.testing.assert_array_equal(stable, damping(point, top) != Damping.DIVERGENT)
        np.testing.assert_array_equal(stable, qm.rate_map(alphas, [beta], nu, top / 1e9, top)[0] < 1)
        with workdps(DIGITS):  # outside the bound's own rounding the verdict is condition (13)
            true = [mpf(float(alpha)) / exact_bound(beta, nu, top) for alpha in alphas]
        for share, verdict in zip(true, stable, strict=True):
            assert verdict == (share < 1) or abs(share - 1) < 1e-15


def test_the_map_is_the_rate_at_extremes() -> None:
    alphas = np.array([5e-324, 1e-300, 1e-16, 1e-3, 2.0, np.nextafter(2.0, 0), 1e16, 1e99, 1e160, 1e300])
    betas = np.array(BETAS)
    for nu, (mu, top) in product(NUS, ((1e-9, 1.0), (1.0, 1.0), (1e-300, 1e10))):
        exact = qm.convergence_rate(QHM(alphas, betas[:, None], nu), mu, top)
        np.testing.assert_array_equal(qm.rate_map(alphas, betas, nu, mu, top), exact)


def test_regions() -> None:
    with workdps(DIGITS):
        for beta, nu in product(BETAS, NUS):
            b, n = mpf(beta), mpf(nu)
            for found, sign in zip(ripple_interval(beta, nu), (1, -1), strict=True):
                assert abs(mpf(float(found)) / ((1 - b) / (1 + sign * mp.sqrt(n * b)) ** 2) - 1) < mpf(3e-15)
            assert abs(mpf(float(sign_change(beta, nu))) / ((1 + b) / (1 - n * b)) - 1) < mpf(1e-15)
            if beta >= 0.3:
                exact = (1 + b) * (1 - 2 / mpf(7.0)) / (2 * b)
                assert abs(mpf(float(least_stable_nu(7.0, beta, 1.0))) / exact - 1) < mpf(1e-15)


def test_critical_is_meant_relative_to_the_distance_from_one() -> None:
    """One in a thousand off critical damping is not critical, whatever β: an absolute tolerance called all of it so."""
    for gap in NEAR_ONE[:5]:
        beta, nu = 1 - gap, 0.7
        low, _ = ripple_interval(beta, nu)
        assert damping(QHM(low, beta, nu), 1.0) == Damping.CRITICAL
        assert damping(QHM(low * 0.999, beta, nu), 1.0) == Damping.OVERDAMPED
        assert damping(QHM(low * 1.001, beta, nu), 1.0) == Damping.UNDERDAMPED


@pytest.mark.parametrize("kappa", KAPPAS)
@pytest.mark.slow
def test_best_rates(kappa: float) -> None:
    """R*(ν, κ) from its equation: the gap to 10⁻¹³ of itself, and α, β with it."""
    with workdps(MANY_DIGITS):
        k = mpf(kappa)
        for nu in NUS:
            gap = float(best_gap(np.float64(nu), np.float64(kappa)))
            exact = bisected(mpf(nu), k)
            assert abs(mpf(gap) - exact) <= mpf(1e-13) * exact, nu
            alpha, beta, rate = (float(v) for v in qm.best_alpha_beta(nu, 1.0, kappa))
            assert rate == min(1 - gap, np.nextafter(1, 0)) == float(qm.best_rate(nu, kappa))
            b = critical_beta(mpf(nu), 1 - exact)
            assert abs(1 - mpf(beta) - (1 - b)) <= mpf(1e-13) * (1 - b) + mpf(2.0**-53)
            assert abs(mpf(alpha) / ((1 - b) / (1 + mp.sqrt(mpf(nu) * b)) ** 2) - 1) < mpf(1e-12)
        s = mp.sqrt(3 * k + 1)
        alpha, beta, rate = (mpf(float(v)) for v in best_nesterov(1.0, kappa))
        assert abs(alpha / ((s + 2) / (3 * k + 1)) - 1) < mpf(2e-15)
        assert abs(beta - (s - 2) / (s + 2)) < mpf(3e-16)
        assert abs(rate - (1 - 2 / s)) < mpf(3e-16)


def critical_beta(nu: Any, r: Any) -> Any:
    linear = nu * r * r + nu + 2 * (1 - nu) * r
    return (linear - mp.sqrt(max(linear**2 - 4 * r * r, mpf(0)))) / 2


def bisected(nu: Any, kappa: Any) -> Any:
    """1 - R*: the κ that belongs to a rate r, from the two conditions in the docstring of `best_alpha_beta`."""
    low, high = 2 / (kappa + 1), 2 / (mp.sqrt(kappa) + 1)
    for _ in range(120):
        gap = mp.sqrt(low * high)
        r = 1 - gap
        if r == 0:
            return gap
        beta = critical_beta(nu, r)
        u = (1 - beta) / (1 + mp.sqrt(nu * beta)) ** 2
        reached = (1 + r) * (r + beta) / (u * ((1 - nu * beta) * r + beta * (1 - nu)))
        low, high = (gap, high) if reached > kappa else (low, gap)
    return low


@pytest.mark.parametrize("kappa", KAPPAS)
def test_best_nu(kappa: float) -> None:
    with workdps(DIGITS):
        k = mpf(kappa)
        rho = (k - 1) / (k + 1)
        first, second = ((mp.sqrt(k) - 1) / (mp.sqrt(k) + 1)) ** 2, rho
        for beta in BETAS:
            b = mpf(beta)
            if b <= first:
                half = rho * (1 + b) / 2
                exact = half + mp.sqrt(half * half - b), mpf(1), 2 * (1 + b) / ((1 - b) * (1 + k))
            elif b <= second:
                middle = (k - 1) * (1 + b)
                r = (middle + mp.sqrt(middle**2 + 4 * (3 * k + 1) * (k - 1) * b)) / (2 * (3 * k + 1))
                exact = r, (r - b) ** 2 / (b * (1 - r) ** 2), (1 - r) ** 2 / (1 - b)
            else:
                n = (1 + b - k * (1 - b)) / (1 + b + k * (1 - b))
                exact = mp.sqrt(b * rho), n, (1 + b) / ((1 - n * b) * k)
            alpha, nu, rate = (mpf(float(v)) for v in qm.best_nu(beta, 1.0, kappa))
            assert abs(rate - exact[0]) < mpf(1e-14)
            assert abs(nu - exact[1]) < mpf(1e-14)
            assert abs(alpha / exact[2] - 1) < mpf(1e-14)


@pytest.mark.slow
def test_best_alpha_leaves_the_least_gap() -> None:
    """No α of a fine search leaves a gap 1 - R larger by more than 10⁻¹² of itself, β and κ as extreme as they come."""
    with np.errstate(under="ignore"):
        for beta, nu, kappa in product(BETAS, NUS, (1.0, 3.0, 1e6, 1e12)):
            b, n = np.float64(beta), np.float64(nu)

            def gap(alpha: Any, b: Any = b, n: Any = n, kappa: float = kappa) -> Any:
                return np.minimum(spectral_gap(b, n, alpha), spectral_gap(b, n, alpha * kappa))

            best = qm.best_alpha(beta, nu, 1.0, kappa)
            shifts = np.concatenate((10 ** np.linspace(-13, 0, 300), -(10 ** np.linspace(-13, -0.01, 300))))
            tried = gap(best * (1 + shifts))
            # At a double root the gap changes like the square root of a change of α: its last digit is worth 10⁻⁷.
            near = gap(best * (1 + np.linspace(-1e-13, 1e-13, 201)))
            assert near.max() >= tried.max() * (1 - 1e-12), (beta, nu, kappa)


def test_the_conjecture_where_rates_round_to_one() -> None:
    """κ of 10¹⁴ and more: rates differ by less than their last digit, and no tie may be called a rise."""
    found = qm.check_conjecture(np.linspace(0, 1, 200), np.array([1e14, 1e15, 1e16, 1e20, 1e30, 1e100, 1e300]))
    assert found.holds and found.rise < 0
    tiny = qm.check_conjecture(0.5 + np.arange(50) * 2.0**-53, np.array([3.0, 1e16]))
    assert tiny.holds


@pytest.mark.slow
def test_covariance() -> None:
    """The Stein equation of each pair of modes solved in fifty digits, at any condition number."""
    noise = np.array([[0.3, 0.1], [0.1, 0.2]])
    for kappa, angle in product((10.0, 1e6, 1e12, 1e15), (0.0, 0.3, 1.0)):
        c, s = np.cos(angle), np.sin(angle)
        turned = np.array([[c, -s], [s, c]]) @ np.diag([1 / kappa, 1.0]) @ np.array([[c, s], [-s, c]])
        hessian = np.tril(turned) + np.tril(turned, -1).T
        if np.linalg.det(hessian) <= 0:
            continue
        top = float(np.linalg.eigvalsh(hessian)[-1])
        for beta, nu in product((0.0, 0.9, 1 - 1e-6, 1 - 1e-12), (0.0, 0.7, 1 - 1e-9, 1 - 1e-14, 1.0)):
            qhm = QHM(0.5 * float(qm.max_stable_alpha(beta, nu, top)), beta, nu)
            found, wanted = qm.stationary_covariance(qhm, hessian, noise), exact_covariance(qhm, hessian, noise)
            np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-12 * np.abs(wanted).max())


def exact_covariance(qhm: QHM, hessian: np.ndarray, noise: np.ndarray) -> np.ndarray:
    with workdps(DIGITS):
        a, b, n = mpf(qhm.alpha), mpf(qhm.beta), mpf(qhm.nu)
        curvatures, basis = mp.eigsy(mp.matrix(hessian.tolist()))
        turned = basis.T * mp.matrix(noise.tolist()) * basis
        size = len(hessian)
        modes = mp.matrix(size, size)
        entry = [1 - b, -(1 - n * b)]
        for i, j in product(range(size), repeat=2):
            left, right = (
                [[b, (1 - b) * a * lam], [-n * b, 1 - a * lam * (1 - n * b)]] for lam in (curvatures[i], curvatures[j])
            )
            system = mp.eye(4)
            for p, q, r, s in product((0, 1), repeat=4):
                system[2 * p + q, 2 * r + s] -= left[p][r] * right[q][s]
            solved = mp.lu_solve(system, mp.matrix([entry[p] * entry[q] for p in (0, 1) for q in (0, 1)]))
            modes[i, j] = a**2 * turned[i, j] * solved[3]
        covariance = basis * modes * basis.T
        return np.array([[float(covariance[i, j]) for j in range(size)] for i in range(size)])


def test_the_covariance_has_no_unit() -> None:
    """In any unit of curvature and of noise, up to the ends of the floats, the same digits."""
    hessian, noise = np.array([[1.0, 0.3], [0.3, 0.4]]), np.array([[0.5, -0.2], [-0.2, 0.3]])
    plain = qm.stationary_covariance(QHM(0.5, 0.9, 0.7), hessian, noise)
    for unit, loudness in ((2.0**900, 2.0**1000), (2.0**-900, 2.0**-1000), (2.0**-500, 1.0)):
        found = qm.stationary_covariance(QHM(0.5 / unit, 0.9, 0.7), hessian * unit, noise * loudness)
        np.testing.assert_array_equal(found, plain * (loudness / unit / unit))
    first = qm.first_order_covariance(0.5, hessian, noise)
    found = qm.first_order_covariance(0.5 * 2.0**900, hessian * 2.0**900, noise)
    np.testing.assert_array_equal(found, first)


@pytest.mark.slow
def test_stationary_loss() -> None:
    with workdps(DIGITS):
        for beta, nu, share in product(BETAS, NUS, (1e-9, 0.3, 0.99)):
            alpha = share * float(qm.max_stable_alpha(beta, nu, 1.0))
            a, b, n = mpf(alpha), mpf(beta), mpf(nu)
            s = 1 + b - 2 * n * b
            top, bottom = (1 - b * b) + a * b * (1 - n) * s, (1 - b + a * b * (1 - n)) * (2 * (1 + b) - a * s)
            exact = a * mpf(0.3) / 2 * top / bottom
            assert abs(mpf(float(qm.stationary_loss(QHM(alpha, beta, nu), [1.0], [0.3]))) / exact - 1) < mpf(1e-13)
            factor = 1 + 2 * n * b / (1 - b) * (2 * n * b / (1 + b) - 1)
            terms = a * mpf(0.3) / 4, a**2 * mpf(0.3) / 8 * factor
            found = mpf(float(qm.stationary_loss(QHM(alpha, beta, nu), [1.0], [0.3], 2)))
            assert abs(found - sum(terms)) < mpf(1e-14) * sum(abs(term) for term in terms)


@pytest.mark.parametrize("kappa", [1.0, 4.0, 1e8, 1e16, 1e24])
def test_robust_momentum(kappa: float) -> None:
    with workdps(DIGITS):
        r = 1 - 1 / mp.sqrt(mpf(kappa))
        k = mpf(kappa)
        beta = k * r**3 / (k - 1) if kappa > 1 else mpf(0)
        gain = k * (1 - r) ** 2 * (1 + r)
        found = QHM.from_triple_momentum(2.0, kappa)
        assert abs(mpf(found.alpha) / (gain / (2 * (1 - beta))) - 1) < mpf(1e-14)
        assert abs(mpf(found.beta) - beta) < mpf(3e-16)
        assert abs(mpf(found.nu) - (1 - (1 - beta) / gain)) < mpf(1e-15)
