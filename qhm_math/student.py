"""Quantiles of Student's t, for intervals. SciPy has them too, but is larger than the rest of the program."""

from __future__ import annotations

import math

#: From so many degrees of freedom on, the expansion about the normal quantile is exact to rounding.
_MANY = 20_000
#: Coefficients of Γ(z + 1/2)/(Γ(z)√z) in powers of 1/z (Tricomi, Erdélyi 1951), and from where on they do.
_RATIO = (1, -1 / 8, 1 / 128, 5 / 1024, -21 / 32768, -399 / 262144, 869 / 4194304, 39325 / 33554432)
_LARGE = 50.0
#: Below this probability two terms of the series about 0 are exact to rounding.
_SMALL = 1e-4
_STEPS = 60


def student_quantile(level: float, degrees: int) -> float:
    """Half the width of the interval about 0 in which Student's t lies with the probability ``level``.

    Parameters
    ----------
    level : float
        Between 0 and 1.
    degrees : int
        Degrees of freedom, at least 2.

    Returns
    -------
    float
        t with P(|T| ≤ t) = level, to about 13 digits; of a ``level`` near 1 to those that 1 - level has.

    Notes
    -----
    Newton's steps on log P(|T| > t), or on log P(|T| ≤ t) where that is the smaller, from the expansion about the
    normal quantile (Abramowitz, Stegun 26.7.5). Probabilities: the continued fraction of the incomplete beta function
    (26.5.8), by Lentz's method.
    """
    if level < _SMALL:
        u = level / _density(0.0, degrees)
        return u + (degrees + 1) / (6 * degrees) * u**3
    from statistics import NormalDist  # with fractions, decimals and random numbers: not at the start

    outside = 1 - level
    normal = -NormalDist().inv_cdf(outside / 2)
    t = _expansion(normal, degrees)
    if degrees >= _MANY:
        return t
    for _ in range(_STEPS):
        inside = _inside(t, degrees)
        found, wanted, sign = (inside[0], level, 1) if level < 0.5 else (inside[1], outside, -1)
        step = sign * found * (math.log(found) - math.log(wanted)) / _density(t, degrees)
        t = max(t - step, t / 4)
        if abs(step) <= 1e-15 * t:
            break
    return t


def _expansion(z: float, n: int) -> float:
    s = z * z
    terms = (
        z,
        z * (s + 1) / 4,
        z * ((5 * s + 16) * s + 3) / 96,
        z * (((3 * s + 19) * s + 17) * s - 15) / 384,
        z * ((((79 * s + 776) * s + 1482) * s - 1920) * s - 945) / 92160,
    )
    return math.fsum(term / n**power for power, term in enumerate(terms))


def _gamma_ratio(z: float) -> float:
    """Γ(z + 1/2)/Γ(z)."""
    factor = 1.0
    while z < _LARGE:
        factor *= z / (z + 0.5)
        z += 1
    return factor * math.sqrt(z) * math.fsum(c / z**power for power, c in enumerate(_RATIO))


def _density(t: float, n: int) -> float:
    """Of |T|."""
    height = 2 * _gamma_ratio(n / 2) / math.sqrt(math.pi * n)
    return height * math.exp(-0.5 * (n + 1) * math.log1p(t * t / n))


def _inside(t: float, n: int) -> tuple[float, float]:
    """P(|T| ≤ t) and P(|T| > t), the smaller one to rounding."""
    a, share = n / 2, t * t / (n + t * t)
    front = _gamma_ratio(a) / math.sqrt(math.pi) * math.exp(-a * math.log1p(t * t / n)) * math.sqrt(share)
    if share < 1.5 / (a + 2.5):
        low = front * _fraction(0.5, a, share) / 0.5
        return low, 1 - low
    high = front * _fraction(a, 0.5, 1 - share) / a
    return 1 - high, high


def _fraction(a: float, b: float, x: float) -> float:
    """The continued fraction of the incomplete beta function I_x(a, b)."""
    c, d = 1.0, 1 / (1 - (a + b) * x / (a + 1))
    value = d
    for m in range(1, 10_000):
        for top in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / (1 + top * d)
            c = 1 + top / c
            value *= c * d
        if abs(c * d - 1) < 1e-16:
            break
    return value
