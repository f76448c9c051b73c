"""The schedule to compare one with: the nearest that keeps the conditions of a theorem."""

from __future__ import annotations

from fractions import Fraction

from .families import Constant, Family, Power, PowerToOne, leads_to_one, start_gap
from .orders import exact
from .schedule import Schedule
from .theorems import check_theorems


def keeping(schedule: Schedule) -> Schedule:
    """The schedule itself where it keeps all conditions of a theorem, else one from the same start that does.

    What keeps its conditions stays. Where β_k → 1 the rest becomes a power that fits Theorem 2 (α with ω = 0.8,
    gaps with p = ω - 1/4), else one that fits Theorem 1 (α with ω = 0.6, β with 1/2).
    """
    if any(theorem.schedule_verdict == "holds" for theorem in check_theorems(schedule)):
        return schedule
    peak = schedule.alpha.supremum()
    beta = schedule.beta
    if not leads_to_one(beta):
        alpha = schedule.alpha
        order = alpha.order()
        if order.total() != "infinite" or order.times(order).total() != "finite":
            alpha = Power(peak, 0.6)
        return Schedule(alpha, beta if beta.limit() == 0 else Power(beta.supremum(), 0.5), schedule.nu)
    alpha = schedule.alpha
    if not (isinstance(alpha, Power) and Fraction(3, 4) < exact(alpha.exponent) <= 1):
        alpha = Power(peak, 0.8)
    between = float(exact(alpha.exponent) - Fraction(1, 4))
    beta = PowerToOne(start_gap(beta), between)
    nu = schedule.nu
    if not _gap_fits(nu):
        nu = PowerToOne(1 - nu.supremum(), between) if nu.supremum() < 1 else Constant(1.0)
    return Schedule(alpha, beta, nu)


def _gap_fits(nu: Family) -> bool:
    """Whether 1-ν_k falls fast enough for Σ(1-ν_kβ_k)² < ∞."""
    gap = nu.gap_order()
    return gap.times(gap).total() == "finite"
