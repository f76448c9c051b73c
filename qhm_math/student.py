"""Quantiles of Student's t, from the incomplete beta function."""

from __future__ import annotations

import math
from functools import lru_cache

from .checks import require_number

#: Beyond so many degrees of freedom an expansion about the normal distribution has more digits.
_MANY = 10_000.0
_MOST_TERMS = 20_000


@lru_cache(maxsize=256)
def two_sided_t(degrees: float, share: float) -> float:
    """The t with P(|T| <= t) = share, for Student's t.

    Parameters
    ----------
    degrees : float
        Degrees of freedom, from 1.
    share : float
        Between 0 and 1, both excluded.

    Returns
    -------
    float
        Right to 1e-11 of itself, for a share of at least 1e-4.

    Raises
    ------
    ParameterError
        A value is out of its range.

    Notes
    -----
    P(|T| <= t) = I_{t²/(n+t²)}(1/2, n/2) (Abramowitz and Stegun, 26.7.1 and 26.5.8), by safeguarded Newton steps in
    log t. Beyond 10,000 degrees of freedom by 26.7.5, the expansion about the normal quantile.

    Examples
    --------
    >>> round(two_sided_t(9, 0.95), 6)
    2.262157
    """
    n = require_number("degrees", degrees, 1.0)
    share = require_number("share", share, 0.0, 1.0, low_open=True, high_open=True)
    if n > _MANY:
        return _near_normal(n, share)
    low, high = -800.0, 100.0  # of log t
    at = 0.0
    for _ in range(200):
        ratio = math.exp(2 * at - math.log(n))  # t²/n
        inside, outside = _shares(n, ratio, at)
        # the smaller of both has its digits
        too_far = inside > share if share < 0.5 else outside < 1 - share
        low, high = (low, at) if too_far else (at, high)
        slope = 2 * math.exp(at - 0.5 * math.log(n) - _log_beta(n) - 0.5 * (n + 1) * math.log1p(ratio))
        step = (share - inside if share < 0.5 else outside - (1 - share)) / slope if slope > 0 else math.inf
        if abs(step) < 4e-16:
            break
        at = at + step if low < at + step < high else (low + high) / 2
    return math.exp(at)


def _near_normal(n: float, share: float) -> float:
    from statistics import NormalDist  # not needed at the start, and takes some milliseconds

    z = -NormalDist().inv_cdf((1 - share) / 2)
    q = z * z
    terms = (
        (q + 1) / 4,
        ((5 * q + 16) * q + 3) / 96,
        (((3 * q + 19) * q + 17) * q - 15) / 384,
        ((((79 * q + 776) * q + 1482) * q - 1920) * q - 945) / 92160,
    )
    more = 0.0
    for term in reversed(terms):
        more = (more + term) / n
    return z * (1 + more)


def _log_beta(n: float) -> float:
    """log B(1/2, n/2). The difference of two large log Γ has lost its digits: there by its series."""
    a = n / 2
    if a < 50:
        return math.lgamma(0.5) + math.lgamma(a) - math.lgamma(a + 0.5)
    # Γ(a + 1/2)/Γ(a) = √a (1 - 1/8a + 1/128a² + 5/1024a³ - 21/32768a⁴ - 399/262144a⁵ ...)
    u = 1 / a
    series = u * (-1 / 8 + u * (1 / 128 + u * (5 / 1024 + u * (-21 / 32768 + u * (-399 / 262144 + u * 869 / 4194304)))))
    return 0.5 * math.log(math.pi) - 0.5 * math.log(a) - math.log1p(series)


def _shares(n: float, ratio: float, at: float) -> tuple[float, float]:
    """P(|T| <= t) and P(|T| > t) for t²/n and log t."""
    x, rest = ratio / (1 + ratio), 1 / (1 + ratio)
    a, b = 0.5, n / 2
    front = math.exp(at - 0.5 * math.log(n) - (a + b) * math.log1p(ratio) - _log_beta(n))
    if x < (a + 1) / (a + b + 2):
        inside = front * _fraction(a, b, x) / a
        return inside, 1 - inside
    outside = front * _fraction(b, a, rest) / b
    return 1 - outside, outside


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of I_x(a, b), by Lentz's method."""
    tiny = 1e-300
    c, d = 1.0, 1 / ((1 - (a + b) * x / (a + 1)) or tiny)
    value = d
    for m in range(1, _MOST_TERMS):
        for factor in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / ((1 + factor * d) or tiny)
            c = (1 + factor / c) or tiny
            value *= c * d
        if abs(c * d - 1) < 2e-16:
            break
    return value
