"""The quantiles of Student's t, against 40 digits."""

import mpmath as mp
import pytest

from qhm_math.student import student_quantile

LEVELS = (2.0**-1000, 1e-12, 0.99e-4, 1.01e-4, 0.1, 0.49, 0.5, 0.7, 0.95, 0.99, 0.999, 1 - 1e-9, 1 - 2.0**-52)


@pytest.mark.parametrize("degrees", [2, 3, 4, 19, 56, 999, 9999, 19_999, 20_000, 10**6])
def test_a_quantile_has_the_probability_that_it_was_asked_for(degrees: int) -> None:
    with mp.workdps(40):
        n = mp.mpf(degrees)
        height = 2 * mp.gamma((n + 1) / 2) / (mp.sqrt(n * mp.pi) * mp.gamma(n / 2))
        for level in LEVELS:
            t = mp.mpf(student_quantile(level, degrees))
            share = t * t / (n + t * t)
            inside = mp.betainc(mp.mpf(1) / 2, n / 2, 0, share, regularized=True)
            density = height * mp.power(1 + t * t / n, -(n + 1) / 2)
            assert abs((inside - mp.mpf(level)) / density) < 1e-12 * t, level


def test_of_many_degrees_it_is_the_normal_distributions() -> None:
    assert student_quantile(0.95, 10**15) == pytest.approx(1.959963984540054, rel=1e-14)
    assert student_quantile(0.0, 7) == 0
