"""Does it converge? The conditions of Theorems 1 and 2 of [G] for a schedule, decided exactly.

[G] Gitman, Lang, Zhang, Xiao, NeurIPS 2019. For the family of parameters.py with α_k, β_k, ν_k:

    Theorem 1 (β_k → 0):  Σα_k = ∞,  Σα_k² < ∞,  sup β_k < 1.
    Theorem 2 (β_k → 1):  Σα_k = ∞,  Σ(1-ν_kβ_k)² < ∞,  Σα_k²/(1-ν_kβ_k) < ∞.

For α_k = a(k+1)^-ω and 1-ν_kβ_k = c(k+1)^-p these say ω <= 1, p > 1/2, p < 2ω-1. Each is decided from how the
families go on for ever (orders.py), never from numbers. 1-ν_kβ_k lies between max(1-ν_k, 1-β_k) and twice that, so
its order is the slower of the two gaps.

The conditions are read literally. So a learning rate that reaches 0 (a cosine to floor 0) has a finite sum and fails
Σα_k = ∞: the run stops, wherever it is. A drop on a plateau happens when a run decides; what holds or fails for every
run is said, and the rest is 'open'. A theorem 'does not apply' where β_k goes to the other theorem's limit; where it
goes to neither, both are judged, and both fail at least in their limit of β_k. The conditions are sufficient: where
one fails, nothing is promised.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError
from .families import Constant, Family, Power, PowerToOne, StepDrops, gap_form, power_form
from .orders import Bounds, Total, exact

Verdict = Literal["holds", "fails", "open", "does not apply"]

GROWS = "The terms grow, so the sum is infinite."
STAYS = "The terms do not go to 0, so the sum is infinite."
SLOW = "The terms fall only as *k*^{{−{q}}}, slower than 1/*k*, so the sum is infinite."
EDGE = "The terms fall as 1/*k*, just too slowly: the sum grows as log *k*."
FAST = "The terms fall as *k*^{{−{q}}}, faster than 1/*k*, so the sum is finite."
DROPS = "The terms fall geometrically, so the sum is finite."
ENDS = "The terms are 0 from some step on, so the sum is finite."
ANY_RUN_SLOW = "However often the run drops, the terms do not fall fast enough, so the sum is infinite."
ANY_RUN_FAST = "However often the run drops, the terms fall fast enough, so the sum is finite."
UP_TO_RUN = "The run decides: how often the loss stays on a plateau sets how fast the terms fall."
OTHER_ZERO = "*β*_{{k}} goes to 0: this is for Theorem 1."
OTHER_ONE = "*β*_{{k}} goes to 1: this is for Theorem 2."
NEVER_ONE = "*β*_{{k}} never exceeds {sup}: this is for *β*_{{k}} → 1."
TO_ZERO = "*β*_{{k}} goes to 0 and never exceeds {sup}."
TO_ONE = "*β*_{{k}} goes to 1."
ELSEWHERE = "*β*_{{k}} ends at {limit}."
MAYBE_ZERO = "*β*_{{k}} never exceeds {sup}; it goes to 0 only if the run drops without end."


@dataclass(frozen=True)
class Reason:
    """A sentence with gaps: ``text`` is English markup (*italic*, ^{raised}) for str.format with ``values``."""

    text: str
    values: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        return self.text.format(**{name: f"{value:.6g}" for name, value in self.values})


@dataclass(frozen=True)
class Condition:
    """One condition: what is summed, what is wanted of it, what is found, and why.

    term: markup of the summed term, or of the statement about β. wanted: 'finite', 'infinite' or 'limit' (a statement
    about β_k). total: the sum where it is finite and known in closed form, inf where infinite, None otherwise.
    """

    term: str
    wanted: Literal["finite", "infinite", "limit"]
    verdict: Verdict
    reason: Reason
    total: float | None = None

    @property
    def requirement(self) -> str:
        """The condition as markup: Σ α_k² < ∞."""
        tail = {"finite": " < ∞", "infinite": " = ∞", "limit": ""}[self.wanted]
        return self.term + tail


@dataclass(frozen=True)
class Theorem:
    """A theorem for a schedule: its number, its conditions in the paper's order, and what follows of them."""

    number: int
    conditions: tuple[Condition, ...]

    @property
    def verdict(self) -> Verdict:
        """'holds' if every condition does; else the worst that one says: does not apply, fails, open."""
        found = {condition.verdict for condition in self.conditions}
        worst_first: tuple[Verdict, ...] = ("does not apply", "fails", "open", "holds")
        return next(verdict for verdict in worst_first if verdict in found)


@dataclass(frozen=True)
class Schedule:
    """Families for α, β and ν. α >= 0 and not all 0, 0 <= β_k < 1, 0 <= ν_k <= 1 at every k, else ParameterError."""

    alpha: Family
    beta: Family
    nu: Family

    def __post_init__(self) -> None:
        if self.alpha.supremum() <= 0:
            raise ParameterError("alpha", self.alpha.supremum(), "greater than 0 at some step")
        full = isinstance(self.beta, PowerToOne) and self.beta.gap == 0
        if full or (self.beta.supremum() >= 1 and not isinstance(self.beta, PowerToOne)):
            raise ParameterError("beta", self.beta.supremum(), "at least 0 and less than 1 at every step")
        if self.nu.supremum() > 1:
            raise ParameterError("nu", self.nu.supremum(), "at least 0 and at most 1 at every step")

    def values(self, k: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(α_k, β_k, ν_k) at steps k, of a run without any drop on a plateau."""
        return self.alpha.values(k), self.beta.values(k), self.nu.values(k)

    def gap_order(self) -> Bounds:
        """How fast 1-ν_kβ_k falls."""
        return self.nu.gap_order().plus(self.beta.gap_order())


@lru_cache(maxsize=256)
def judge(schedule: Schedule) -> tuple[Theorem, Theorem]:
    """Theorems 1 and 2 of [G] for this schedule, condition by condition."""
    alpha, gap = schedule.alpha.order(), schedule.gap_order()
    square = alpha.times(alpha)
    infinite = _sum("Σ *α*_{k}", "infinite", alpha, _alpha_total(schedule, 1))
    finite = _sum("Σ *α*_{k}^{2}", "finite", square, _alpha_total(schedule, 2))
    filtered = _sum("Σ (1 − *ν*_{k}*β*_{k})^{2}", "finite", gap.times(gap), _mixed_total(schedule, 0, 2))
    ratio = _sum("Σ *α*_{k}^{2} / (1 − *ν*_{k}*β*_{k})", "finite", square.over(gap), _mixed_total(schedule, 2, -1))
    zero = Condition("*β*_{k} → 0,  sup *β*_{k} < 1", "limit", *_to_zero(schedule.beta))
    one = Condition("*β*_{k} → 1", "limit", *_to_one(schedule.beta))
    beta = schedule.beta
    return _theorem(1, beta, infinite, finite, zero), _theorem(2, beta, infinite, filtered, ratio, one)


def _theorem(number: int, beta: Family, *conditions: Condition) -> Theorem:
    limit = beta.limit()
    if number == 1 and limit == 1:
        reason = Reason(OTHER_ONE)
    elif number == 2 and limit == 0:
        reason = Reason(OTHER_ZERO)
    elif number == 2 and limit is None:
        reason = Reason(NEVER_ONE, (("sup", beta.supremum()),))
    else:
        return Theorem(number, conditions)
    idle = (Condition(each.term, each.wanted, "does not apply", reason, each.total) for each in conditions)
    return Theorem(number, tuple(idle))


def _sum(term: str, wanted: Literal["finite", "infinite"], order: Bounds, total: float | None) -> Condition:
    found = order.total()
    verdict: Verdict = "open" if found == "open" else "holds" if found == wanted else "fails"
    value = {"finite": total, "infinite": float("inf"), "open": None}[found]
    return Condition(term, wanted, verdict, _reason(order, found), value)


def _reason(order: Bounds, found: Total) -> Reason:
    if found == "open":
        return Reason(UP_TO_RUN)
    if not order.is_known:
        return Reason(ANY_RUN_FAST if found == "finite" else ANY_RUN_SLOW)
    known = order.high
    rate, power = known.rate(), known.power
    if known.zero:
        return Reason(ENDS)
    if rate:
        return Reason(DROPS if rate < 0 else GROWS)
    if power <= 0:
        return Reason(GROWS if power < 0 else STAYS)
    if power == 1:
        return Reason(EDGE)
    return Reason(FAST if power > 1 else SLOW, (("q", float(power)),))


def _to_zero(beta: Family) -> tuple[Verdict, Reason]:
    limit, sup = beta.limit(), (("sup", beta.supremum()),)
    if limit is None:
        return "open", Reason(MAYBE_ZERO, sup)
    if limit == 0:
        return "holds", Reason(TO_ZERO, sup)
    return "fails", Reason(ELSEWHERE, (("limit", limit),))


def _to_one(beta: Family) -> tuple[Verdict, Reason]:
    limit = beta.limit()
    if limit == 1:
        return "holds", Reason(TO_ONE)
    return "fails", Reason(ELSEWHERE, (("limit", limit or 0.0),))


# Sums in closed form: c Σ (k+1)^-q = c ζ(q).


def _alpha_total(schedule: Schedule, power: int) -> float | None:
    alpha = schedule.alpha
    if isinstance(alpha, StepDrops):
        return alpha.every * alpha.value**power / (1 - alpha.factor**power)
    return _mixed_total(schedule, power, 0)


def _mixed_total(schedule: Schedule, alpha_power: int, gap_power: int) -> float | None:
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


def keeping(schedule: Schedule) -> Schedule:
    """The schedule itself where it keeps all conditions of a theorem, else one from the same start that does.

    What keeps its conditions stays. Where β_k → 1 the rest becomes a power that fits Theorem 2 (α with ω = 0.8,
    gaps with p = ω - 1/4), else one that fits Theorem 1 (α with ω = 0.6, β with 1/2).
    """
    if any(theorem.verdict == "holds" for theorem in judge(schedule)):
        return schedule
    peak = schedule.alpha.supremum()
    beta = schedule.beta
    if not isinstance(beta, PowerToOne):
        alpha = schedule.alpha
        order = alpha.order()
        if order.total() != "infinite" or order.times(order).total() != "finite":
            alpha = Power(peak, 0.6)
        return Schedule(alpha, beta if beta.limit() == 0 else Power(beta.supremum(), 0.5), schedule.nu)
    alpha = schedule.alpha
    if not (isinstance(alpha, Power) and Fraction(3, 4) < exact(alpha.exponent) <= 1):
        alpha = Power(peak, 0.8)
    between = float(exact(alpha.exponent) - Fraction(1, 4))
    beta = PowerToOne(beta.gap, between)
    nu = schedule.nu
    if not _gap_fits(nu):
        nu = PowerToOne(1 - nu.supremum(), between) if nu.supremum() < 1 else Constant(1.0)
    return Schedule(alpha, beta, nu)


def _gap_fits(nu: Family) -> bool:
    """Whether 1-ν_k falls fast enough for Σ(1-ν_kβ_k)² < ∞."""
    gap = nu.gap_order()
    return gap.times(gap).total() == "finite"


def resting(schedule: Schedule) -> Schedule:
    """The same start, and nothing changes: constant α, β and ν, which keep hovering about a minimum."""
    _, beta, nu = schedule.values(0)
    return Schedule(Constant(schedule.alpha.supremum()), Constant(float(beta)), Constant(float(nu)))
