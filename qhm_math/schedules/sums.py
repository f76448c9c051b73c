"""The sums of the theorems where they have a closed form: c Σ (k+1)^-q = c ζ(q), and geometric series."""

from __future__ import annotations

from fractions import Fraction

from .families import Constant, StepDrops, gap_form, power_form
from .schedule import Schedule


def alpha_total(schedule: Schedule, power: int) -> float | None:
    """Σ α_k^m of powers and of step drops; None elsewhere."""
    alpha = schedule.alpha
    if isinstance(alpha, StepDrops):
        return alpha.every * alpha.value**power / (1 - alpha.factor**power)
    return mixed_total(schedule, power, 0)


def mixed_total(schedule: Schedule, alpha_power: int, gap_power: int) -> float | None:
    """Σ α_k^m (1-ν_kβ_k)^n where both are powers of k+1 with a constant before them; None elsewhere."""
    alpha = power_form(schedule.alpha) if alpha_power else (1.0, Fraction(0))
    gap = _product_gap(schedule) if gap_power else (1.0, Fraction(0))
    if alpha is None or gap is None:
        return None
    exponent = alpha_power * alpha[1] + gap_power * gap[1]
    return alpha[0] ** alpha_power * gap[0] ** gap_power * _zeta(exponent) if exponent > 1 else None


def _product_gap(schedule: Schedule) -> tuple[float, Fraction] | None:
    nu, beta = schedule.nu, schedule.beta
    if isinstance(nu, Constant) and isinstance(beta, Constant):
        return 1 - nu.value * beta.value, Fraction(0)
    return gap_form(beta) if isinstance(nu, Constant) and nu.value == 1 else None


def _zeta(exponent: Fraction) -> float:
    """Riemann's ζ at an exponent above 1 by Euler and Maclaurin: 16 digits."""
    s, n = float(exponent), 20
    head = sum(k**-s for k in range(1, n))
    tail = n ** (1 - s) / (s - 1) + n**-s / 2
    term = s * n ** (-s - 1)
    for j, bernoulli in enumerate((1 / 12, -1 / 720, 1 / 30240, -1 / 1209600)):
        tail += bernoulli * term
        term *= (s + 2 * j + 1) * (s + 2 * j + 2) / n**2
    return head + tail
