"""The best parameters on quadratics with curvatures in [μ, L] ([G] section 3), κ = L/μ.

A mode's radius falls with u = αλ until its double root at u = (1-β)/(1-√(νβ))² and rises from there on. So at
fixed (β, ν) the best α balances the two ends, radius(αμ) = radius(αL). Everything below follows from that
balance.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from .checks import FloatArray, ParameterError, require_array, require_shapes, where
from .solving import solve_falling
from .spectrum import BELOW_ONE, require_interval, spectral_gap
from .weights import flip_weight, own_weight


def best_alpha(beta: ArrayLike, nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> FloatArray:
    """The learning rate of least rate R at fixed (β, ν).

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    nu : array_like
        Momentum share, 0 <= nu <= 1.
    mu, L : array_like
        Smallest and largest curvature, 0 < mu <= L, L/mu no larger than the largest float. All broadcast together.

    Returns
    -------
    ndarray or float
        α, of the broadcast shape; infinite where it is beyond the largest float. Its rate is
        ``convergence_rate(QHM(alpha, beta, nu), mu, L)``.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    Where radius(αμ) = radius(αL) ([G] section 3), solved for 1 - radius, which keeps its digits where both are near 1:
    an α within 10⁻¹³ of the result leaves the largest 1 - R, to 10⁻¹² of itself. On the flat valley of the heavy ball
    (ν = 1 and √β >= (√κ-1)/(√κ+1): R = √β for an interval of α), and wherever else several α do equally well, the
    smallest: it gives the least noise in the end.

    Examples
    --------
    >>> round(float(best_alpha(0.0, 1.0, 1.0, 3.0)), 12)
    0.5
    """
    b, n, k, high = _arguments(beta, nu, mu, L)
    overlap, damping = np.sqrt(n * b), 1 - b
    # The double roots: for ν = 1 the radius is √β between them, else the second is the radius' only minimum.
    first = damping / (1 + overlap) ** 2
    second = damping * ((1 + overlap) / own_weight(b, n)) ** 2
    # A flat valley exists for ν = 1 (between the double roots) and for ν = 0 (radius β while |1-u| <= β).
    flat, end = where(n == 0, damping, first), where(n == 0, 1 + b, second)

    def imbalance(log_u: Any) -> Any:
        u = np.exp(log_u)
        return spectral_gap(b, n, u) - spectral_gap(b, n, u / k)

    with np.errstate(over="ignore", under="ignore"):
        left, bound = np.log(second), np.log(2 * (1 + b) / flip_weight(b, n))
        u = np.exp(solve_falling(imbalance, left, np.maximum(left, np.minimum(left + np.log(k), bound))))
        # The balance may be at a double root of the L-mode, where one rounding of α costs half of the digits of
        # the rate on one side and nothing on the other.
        inside = u * (1 - 1e-14)
        better = spectral_gap(b, n, inside) > spectral_gap(b, n, u) * (1 + 1e-10)
        # A step of rounding into the valley, because at its very edge, a double root, rounding costs half of the
        # digits.
        edge = np.minimum(flat * k * (1 + 1e-14), end)
        valley: Any = ((n == 1) | (n == 0)) & (flat * k <= end)
        return np.asarray(where(valley, edge, where(better, inside, u)) / high)[()]


def best_alpha_beta(nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The learning rate and momentum of least rate R at fixed ν.

    Parameters
    ----------
    nu : array_like
        Momentum share, 0 <= nu <= 1.
    mu, L : array_like
        Smallest and largest curvature, 0 < mu <= L, L/mu no larger than the largest float. All broadcast together.

    Returns
    -------
    alpha, beta, rate : ndarray or float
        Of the broadcast shape. α is infinite where it is beyond the largest float; β and R are rounded down where they
        would round to 1 (κ beyond some 10³⁰).

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    At the optimum the μ-mode is critically damped, with the double root r = R, and the L-mode has the root -r
    ([G] section 3, eliminated to one scalar equation in r):

        β² - β(νr² + ν + 2(1-ν)r) + r² = 0,   αμ = (1-β)/(1+√(νβ))²,
        αL [(1-νβ)r + β(1-ν)] = (1+r)(r+β).

    ν = 1: β = ((√κ-1)/(√κ+1))², α = 1/√(μL), R = √β. ν = 0: SGD's α = 2/(μ+L), for which β has no effect; β = R is
    what the limit ν → 0 gives.

    Examples
    --------
    >>> [round(float(value), 12) for value in best_alpha_beta(1.0, 1.0, 9.0)]
    [0.333333333333, 0.25, 0.5]
    """
    _, n, k, high = _arguments(0.0, nu, mu, L)
    gap = best_gap(n, k)
    beta, _, _, scaled = _critical(n, gap)
    with np.errstate(over="ignore", under="ignore"):
        alpha = np.asarray(scaled * k / high)
    return alpha[()], np.minimum(beta, BELOW_ONE)[()], np.minimum(1 - gap, BELOW_ONE)[()]


def best_rate(nu: ArrayLike, kappa: ArrayLike) -> FloatArray:
    """The least rate over all learning rates and momenta, R*(ν, κ).

    Parameters
    ----------
    nu : array_like
        Momentum share, 0 <= nu <= 1.
    kappa : array_like
        Condition number κ = L/μ >= 1. Broadcasts against `nu`.

    Returns
    -------
    ndarray or float
        R*, of the broadcast shape, below 1.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    From (κ-1)/(κ+1) at ν = 0 to (√κ-1)/(√κ+1) at ν = 1; see :func:`best_alpha_beta`. [G]'s conjecture: it falls with ν
    (figure 5).

    Examples
    --------
    >>> [round(float(value), 12) for value in best_rate([0.0, 1.0], 9.0)]
    [0.8, 0.5]
    """
    k = require_array("kappa", kappa, low=1.0)
    n = require_array("nu", nu, 0.0, 1.0)
    require_shapes(nu=n.shape, kappa=k.shape)
    return np.minimum(1 - best_gap(n, k), BELOW_ONE)[()]


def best_nu(beta: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The learning rate and momentum share of least rate R at fixed β.

    Parameters
    ----------
    beta : array_like
        Momentum, 0 <= beta < 1.
    mu, L : array_like
        Smallest and largest curvature, 0 < mu <= L, L/mu no larger than the largest float. All broadcast together.

    Returns
    -------
    alpha, nu, rate : ndarray or float
        Of the broadcast shape. Any ν does at β = 0; it is 1 there (κ > 1). α is infinite where it is beyond the largest
        float.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    Closed forms, in three phases ([G] figure 1c, d) that meet at :func:`best_nu_phases`. With ρ = (κ-1)/(κ+1), SGD's
    best rate:

    1. β <= ((√κ-1)/(√κ+1))²: ν = 1, R² - ρ(1+β)R + β = 0, α = 2(1+β)/((1-β)(μ+L)).
    2. β <= ρ: the μ-mode is critically damped, ν = (R-β)²/(β(1-R)²), α = (1-R)²/((1-β)μ), the L-mode has the root
       -R: (3κ+1)R² - (κ-1)(1+β)R - (κ-1)β = 0.
    3. β > ρ: the μ-mode is complex and the L-mode has the roots ±R: R = √(βρ),
       ν = (1+β-κ(1-β))/(1+β+κ(1-β)), α = (1+β)/((1-νβ)L).

    They are evaluated in 1-β, 1/κ and 1-R, in which nothing cancels as β → 1 and κ → ∞.

    Examples
    --------
    >>> [round(float(value), 12) for value in best_nu(0.25, 1.0, 9.0)]
    [0.333333333333, 1.0, 0.5]
    """
    b, _, k, high = _arguments(beta, 1.0, mu, L)
    damping, inverse = 1 - b, 1 / k
    rho, short = (k - 1) / (k + 1), 2 / (k + 1)  # short = 1 - ρ
    first, second = best_nu_phases(k)
    root = np.sqrt(inverse)
    # Both ways, because of β and 1-β the smaller one has the digits.
    heavy = where(b < 0.5, b <= first, damping >= 4 * root / (1 + root) ** 2)
    critical = where(b < 0.5, b <= second, damping >= short)
    with np.errstate(over="ignore", under="ignore", divide="ignore", invalid="ignore"):  # in the phases not chosen
        half = rho * (1 + b) / 2
        inner = where(b < 0.25, half * half - b, damping**2 / 4 - (1 - damping / 2) ** 2 * short * (2 - short))
        rate1 = half + np.sqrt(np.maximum(inner, 0.0))
        u1 = 2 * (1 + b) / (damping * (1 + inverse))

        # The quadratic in R, divided by κ, and the same one in the gap 1-R: of the two the smaller keeps its digits.
        share = (k - 1) / k
        middle = share * (1 + b)
        spread = np.sqrt(middle * middle + 4 * (3 + inverse) * share * b)
        rate2 = (middle + spread) / (2 * (3 + inverse))
        gap2 = 2 * (4 * inverse + 2 * damping * share) / (4 + 4 * inverse + damping * share + spread)
        nu2 = (where(gap2 < 0.5, damping - gap2, rate2 - b) / gap2) ** 2 / b
        u2 = gap2 * (gap2 / damping) * k

        nu3 = np.clip((inverse * (1 + b) - damping) / (inverse * (1 + b) + damping), 0.0, 1.0)
        u3 = (1 + b) / (2 * damping / (inverse * (1 + b) + damping) + nu3 * damping)

        phases = [heavy.astype(bool), critical.astype(bool)]
        alpha = np.asarray(np.select(phases, [u1, u2], u3) / high)
    nu = np.select(phases, [np.ones_like(b), np.clip(nu2, 0.0, 1.0)], nu3)
    rate = np.select(phases, [rate1, rate2], np.sqrt(b * rho))
    return alpha[()], nu[()], np.minimum(rate, BELOW_ONE)[()]


def best_nu_phases(kappa: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """The momenta at which the phases of :func:`best_nu` meet: the kinks of its curves over β.

    Parameters
    ----------
    kappa : array_like
        Condition number κ >= 1.

    Returns
    -------
    first, second : ndarray or float
        ((√κ-1)/(√κ+1))², up to which the heavy ball is best, and (κ-1)/(κ+1), of the shape of `kappa`.

    Raises
    ------
    ParameterError
        A value is out of its range.

    Examples
    --------
    >>> [round(float(value), 12) for value in best_nu_phases(9.0)]
    [0.25, 0.8]
    """
    k = require_array("kappa", kappa, low=1.0)
    root = np.sqrt(k)
    return (((root - 1) / (root + 1)) ** 2)[()], ((k - 1) / (k + 1))[()]


def _arguments(beta: ArrayLike, nu: ArrayLike, mu: ArrayLike, L: ArrayLike) -> tuple[Any, Any, Any, Any]:
    """β, ν, κ and L, checked and broadcast."""
    k, high = _condition(mu, L)
    b = require_array("beta", beta, 0.0, 1.0, high_open=True)
    n = require_array("nu", nu, 0.0, 1.0)
    require_shapes(beta=b.shape, nu=n.shape, curvatures=k.shape)
    b, n, k, high = np.broadcast_arrays(b, n, k, high)
    return b, n, k, high


def _condition(mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray]:
    """κ = L/μ and L, of one shape; ParameterError where κ is beyond the largest float."""
    low, high = require_interval(mu, L)
    with np.errstate(over="ignore"):
        k = np.asarray(high / low)
    if bool(np.isinf(k).any()):
        where_ = np.isinf(k)
        smallest, top = (float(np.broadcast_to(v, k.shape)[where_].flat[0]) for v in (low, high))
        raise ParameterError("mu", smallest, f"so large that L/mu is a finite number (L = {top:.12g})")
    return k, np.broadcast_to(high, k.shape)


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


def best_gap(nu: Any, kappa: Any) -> Any:
    """1 - R*(ν, κ), right to 10⁻¹³ of itself: R* is near 1 for large κ. Arrays broadcast; nothing is checked.

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
    # The next step is smaller still than that share; the bracket is narrow where κ is near 1.
    enough = np.maximum(1e-10 * np.minimum(high - low, 1.0), 2e-16)
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
            if bool(np.all(np.abs(step) <= enough)):
                break
    return np.minimum(np.exp(now), 1.0)


_SECANT_STEPS = 40  # far from reached: the tests hold the answer to a bisection


def best_nesterov(mu: ArrayLike, L: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
    """The best (α, β) of Nesterov's method, along ν = β, and its rate.

    Parameters
    ----------
    mu, L : array_like
        Smallest and largest curvature, 0 < mu <= L, L/mu no larger than the largest float; they broadcast together.

    Returns
    -------
    alpha, beta, rate : ndarray or float
        Of the broadcast shape. β and R are rounded down where they would round to 1.

    Raises
    ------
    ParameterError
        A value is out of its range, or the shapes do not fit.

    Notes
    -----
    With κ = L/μ (Lessard, Recht, Packard, SIAM J. Optim. 2016, table 1, in this normalisation):

        s = √(3κ+1),  β = (s-2)/(s+2),  α = 4 / ((3L+μ)(1-β)),  R = 1 - 2/s.

    Examples
    --------
    >>> [round(float(value), 12) for value in best_nesterov(1.0, 5.0)]
    [0.375, 0.333333333333, 0.5]
    """
    k, high = _condition(mu, L)
    with np.errstate(over="ignore", under="ignore"):
        s = np.sqrt(3 + 1 / k) * np.sqrt(k)
        alpha = np.asarray((s + 2) / (3 + 1 / k) / high)
    beta, rate = (s - 2) / (s + 2), 1 - 2 / s
    return alpha[()], np.minimum(beta, BELOW_ONE)[()], np.minimum(rate, BELOW_ONE)[()]
