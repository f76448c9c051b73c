"""The best parameters on quadratics with curvatures in [μ, L] ([G] section 3), κ = L/μ.

A mode's radius falls with u = αλ until its double root at u = (1-β)/(1-√(νβ))² and rises from there on. So at
fixed (β, ν) the best α balances the two ends, radius(αμ) = radius(αL). Everything below follows from that
balance.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, require_array, where
from .parameters import QHM
from .spectrum import require_interval, spectral_radius


def best_alpha(beta: ArrayLike, nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> FloatArray:
    """The α > 0 of least rate R at fixed (β, ν), where radius(αμ) = radius(αL); arrays broadcast.

    On the flat valley of the heavy ball (ν = 1 and √β >= (√κ-1)/(√κ+1): R = √β for an interval of α), and
    wherever else several α do equally well, the smallest: it gives the least noise in the end. 0 <= beta < 1,
    0 <= nu <= 1, 0 < mu <= L; ParameterError otherwise. The rate is convergence_rate(QHM(alpha, beta, nu),
    mu, L).
    """
    b, n, low, high = _arguments(beta, nu, mu, L)
    overlap = np.sqrt(n * b)
    # The double roots: for ν = 1 the radius is √β between them, else the second is the radius' only minimum.
    first = (1 - b) / (1 + overlap) ** 2
    second = (1 - b) / (1 - overlap) ** 2
    # A flat valley exists for ν = 1 (between the double roots) and for ν = 0 (radius β while |1-u| <= β).
    flat = where(n == 0, 1 - b, first)

    def imbalance(log_alpha: Any) -> Any:
        alpha = np.exp(log_alpha)
        return spectral_radius(QHM(alpha, b, n), alpha * 0 + low) - spectral_radius(QHM(alpha, b, n), high)

    left, right = np.log(second / high), np.log(second / low)
    alpha = np.exp(_solve_falling(imbalance, left, right))
    # The balance may be at a double root of the L-mode, where one rounding of α costs half of the digits of
    # the rate on one side and nothing on the other.
    inside = alpha * (1 - 1e-14)
    better = spectral_radius(QHM(inside, b, n), high) < spectral_radius(QHM(alpha, b, n), high) - 1e-12
    alpha = where(better, inside, alpha)
    valley: Any = ((n == 1) | (n == 0)) & (flat / low <= where(n == 0, 1 + b, second) / high)
    # A step of rounding into the valley, because at its very edge, a double root, rounding costs half of the
    # digits.
    edge = np.minimum(flat / low * (1 + 1e-14), where(n == 0, 1 + b, second) / high)
    return where(valley, edge, alpha)[()]


def best_alpha_beta(nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(α, β, R) of least rate at fixed ν; arrays broadcast.

    At the optimum the μ-mode is critically damped, with the double root r = R, and the L-mode has the root
    -r:
        β² - β(νr² + ν + 2(1-ν)r) + r² = 0,   αμ = (1-β)/(1+√(νβ))²,
        αL [(1-νβ)r + β(1-ν)] = (1+r)(r+β),
    one scalar equation in r. ν = 1: β = ((√κ-1)/(√κ+1))², α = 1/√(μL), R = √β. ν = 0: SGD's α = 2/(μ+L), for
    which β has no effect; β = R is what the limit ν → 0 gives. 0 <= nu <= 1, 0 < mu <= L; ParameterError
    otherwise.
    """
    _, n, low, high = _arguments(0.0, nu, mu, L)
    gap = _best_gap(n, high / low)
    beta, _, _, scaled = _critical(n, gap)
    return (scaled / low)[()], beta[()], (1 - gap)[()]


def best_rate(nu: ArrayLike, kappa: ArrayLike) -> FloatArray:
    """R*(ν, κ), the least rate over (α, β); arrays broadcast. [G]'s conjecture: it falls with ν (figure 5).

    From (κ-1)/(κ+1) at ν = 0 to (√κ-1)/(√κ+1) at ν = 1. 0 <= nu <= 1, kappa >= 1; ParameterError otherwise.
    """
    k = require_array("kappa", kappa, low=1.0)
    n, k = np.broadcast_arrays(require_array("nu", nu, 0.0, 1.0), k)
    return (1 - _best_gap(n, k))[()]


def best_nu(beta: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """(α, ν, R) of least rate at fixed β; arrays broadcast. Closed forms, in three phases ([G] figure 1c, d).

    With ρ = (κ-1)/(κ+1) (SGD's best rate):
    1. β <= ((√κ-1)/(√κ+1))²: ν = 1, R² - ρ(1+β)R + β = 0, α = 2(1+β)/((1-β)(μ+L)).
    2. β <= ρ: the μ-mode is critically damped, ν = (R-β)²/(β(1-R)²), α = (1-R)²/((1-β)μ), the L-mode has the
    root -R:
       (3κ+1)R² - (κ-1)(1+β)R - (κ-1)β = 0.
    3. β > ρ: the μ-mode is complex and the L-mode has the roots ±R: R = √(βρ),
       ν = (1+β-κ(1-β))/(1+β+κ(1-β)), α = (1+β)/((1-νβ)L).
    Any ν does at β = 0; the result is 1 there (κ > 1). 0 <= beta < 1, 0 < mu <= L; ParameterError otherwise.
    """
    b, _, low, high = _arguments(beta, 1.0, mu, L)
    k = high / low
    rho = (k - 1) / (k + 1)
    heavy = b <= ((np.sqrt(k) - 1) / (np.sqrt(k) + 1)) ** 2
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # in the phases not chosen
        half = rho * (1 + b) / 2
        rate1 = half + np.sqrt(np.maximum(half * half - b, 0.0))
        alpha1 = 2 * (1 + b) / ((1 - b) * (low + high))

        middle = (k - 1) * (1 + b)
        rate2 = (middle + np.sqrt(middle**2 + 4 * (3 * k + 1) * (k - 1) * b)) / (2 * (3 * k + 1))
        nu2 = (rate2 - b) ** 2 / (b * (1 - rate2) ** 2)
        alpha2 = (1 - rate2) ** 2 / ((1 - b) * low)

        rate3 = np.sqrt(b * rho)
        nu3 = (1 + b - k * (1 - b)) / (1 + b + k * (1 - b))
        alpha3 = (1 + b) / ((1 - nu3 * b) * high)
    phases = [heavy, b <= rho]
    alpha = np.select(phases, [alpha1, alpha2], alpha3)
    nu = np.select(phases, [np.ones_like(b), np.clip(nu2, 0.0, 1.0)], np.clip(nu3, 0.0, 1.0))
    return alpha[()], nu[()], np.select(phases, [rate1, rate2], rate3)[()]


def _arguments(beta: ArrayLike, nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[Any, Any, Any, Any]:
    low, high = require_interval(mu, L)
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    b, n, low, high = np.broadcast_arrays(b, n, low, high)
    return b, n, low, high


def _critical(nu: Any, gap: Any) -> tuple[Any, Any, Any, Any]:
    """(β, 1-β, β/r, αμ) of a critically damped mode whose double root is r = 1 - gap.

    In the gap, because near r = 1 the differences 1-β and 1-r are what counts: with B = ν(1+r²) + 2(1-ν)r,
    D = √(B²-4r²) = gap √(ν(ν gap² + 4r)):  β = 2r²/(B+D),  1-β = gap + (D - ν gap²)/2.
    """
    r = 1 - gap
    spread = gap * np.sqrt(nu * (nu * gap * gap + 4 * r))
    total = nu * (1 + r * r) + 2 * (1 - nu) * r + spread
    ratio = where(total > 0, 2 * r / where(total > 0, total, 1.0), 1.0)
    beta = r * ratio
    damping = gap + (spread - nu * gap * gap) / 2
    return beta, damping, ratio, damping / (1 + np.sqrt(nu * beta)) ** 2


def _best_gap(nu: Any, kappa: Any) -> Any:
    """1 - R*(ν, κ), accurate relative to itself: R* is near 1 for large κ.

    The L-mode's equation, divided by r to take away its trivial root r = 0, gives κ as a function of the gap. On log
    scales that is nearly two straight lines, so the secant method, from the crossing that they would give, needs about
    five steps.
    """
    nu, kappa = np.broadcast_arrays(nu, kappa)

    def shortfall(log_gap: Any) -> Any:
        gap = np.exp(log_gap)
        _, damping, ratio, scaled = _critical(nu, gap)
        keep = (1 - nu) + nu * damping  # 1-νβ without cancellation
        return (2 - gap) * (1 + ratio) / (kappa * scaled * (keep + ratio * (1 - nu)))

    low, high = np.log(2 / (kappa + 1)), np.log(2 / (np.sqrt(kappa) + 1))
    root = np.sqrt(nu)
    bend = nu + 2 * nu * root - root
    target = 4 * (1 + root) / kappa
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        guess = target / (1 - nu + np.sqrt(np.maximum((1 - nu) ** 2 + bend * target, 0.0)))
        before = np.clip(np.log(guess), low, high)
        value_before = np.log(shortfall(before))
        now = np.clip(before + value_before / 1.5, low, high)
        for _ in range(_SECANT_STEPS):
            value = np.log(shortfall(now))
            step = value * (now - before) / (value - value_before)
            step = where(value == value_before, 0.0, step)
            before, value_before = now, value
            now = np.clip(now - step, low, high)
            if bool(np.all(np.abs(step) <= 1e-10)):
                break
    return np.minimum(np.exp(now), 1.0)


_SECANT_STEPS = 40  # far from reached: the tests hold the answer to a bisection


def _solve_falling(function: Callable[[Any], Any], left: Any, right: Any) -> Any:
    """The zeros of a function that is >= 0 at `left` and <= 0 at `right` (up to rounding), element by
    element.

    Chandrupatla's method: inverse quadratic interpolation where it is safe, bisection elsewhere, about ten
    steps in all for a smooth function and never more than bisection's order. An end that is already past the
    zero is returned.
    """
    a, b = np.array(right, dtype=np.float64), np.array(left, dtype=np.float64)
    fa, fb = np.asarray(function(a)), np.asarray(function(b))
    none_left, none_right = fb <= 0, fa >= 0
    c, fc = a, fa
    t = np.full(a.shape, 0.5)
    best = b
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        for _ in range(100):
            x = a + t * (b - a)
            fx = np.asarray(function(x))
            same = np.sign(fx) == np.sign(fa)
            c, fc = where(same, a, b), where(same, fa, fb)
            b, fb = where(same, b, a), where(same, fb, fa)
            a, fa = x, fx
            best = where(np.abs(fa) < np.abs(fb), a, b)
            tolerance = 2.3e-16 * np.maximum(np.abs(best), 1.0)
            limit = tolerance / np.abs(b - c)
            if bool(np.all((limit > 0.5) | (fa == 0) | (fb == 0) | none_left | none_right)):
                break
            xi, phi = (a - b) / (c - b), (fa - fb) / (fc - fb)
            smooth = (phi**2 < xi) & ((1 - phi) ** 2 < 1 - xi)
            inverse = fa / (fb - fa) * fc / (fb - fc) + (c - a) / (b - a) * fa / (fc - fa) * fb / (fc - fb)
            t = where(smooth & np.isfinite(inverse), inverse, 0.5)
            t = np.clip(t, np.minimum(limit, 0.5), 1 - np.minimum(limit, 0.5))
            t = where(np.isfinite(t), t, 0.5)
    best = where(none_left, left, best)
    return where(none_right & ~none_left, right, best)


def best_nesterov(mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The best (α, β) of Nesterov's method, along ν = β, and its rate.

        s = √(3κ+1),  β = (s-2)/(s+2),  α = 4 / ((3L+μ)(1-β)),  R = 1 - 2/s,  κ = L/μ

    (Lessard, Recht, Packard, SIAM J. Optim. 2016, table 1, in this normalisation.) mu, L > 0 with mu <= L;
    arrays broadcast. Raises ParameterError otherwise.
    """
    small, large = require_interval(mu, L)
    s = np.sqrt(3 * large / small + 1)
    beta = (s - 2) / (s + 2)
    return 4 / ((3 * large + small) * (1 - beta)), beta, 1 - 2 / s
