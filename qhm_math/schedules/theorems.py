"""Does it converge? Theorems 1, 2 and 3 of [G] for a schedule, a loss and a noise, decided exactly.

[G] Gitman, Lang, Zhang, Xiao, NeurIPS 2019. For the family of parameters.py with α_k, β_k, ν_k:

    Theorem 1 (β_k → 0):  Σα_k = ∞,  Σα_k² < ∞,  sup β_k < 1.
    Theorem 2 (β_k → 1):  Σα_k = ∞,  Σ(1-ν_kβ_k)² < ∞,  Σα_k²/(1-ν_kβ_k) < ∞.

Both also ask something of f and of the noise (assumptions.py), and promise lim inf ‖∇f(x_k)‖ = 0 with probability 1:
a stationary point, which need not be a minimum, and no speed. The conditions are sufficient: where one fails, nothing
is promised.

For α_k = a(k+1)^-ω and 1-ν_kβ_k = c(k+1)^-p these say ω <= 1, p > 1/2, p < 2ω-1. Each is decided from how the
families go on for ever (orders.py), never from numbers. 1-ν_kβ_k lies between max(1-ν_k, 1-β_k) and twice that, so
its order is the slower of the two gaps.

One condition of Theorem 2 here is not in [G]: Σα_k²/(1-β_k) < ∞. With ν_k = 1 it is the third one. With ν_k < 1 the
buffer follows the gradient at the pace 1-β_k, however large 1-ν_kβ_k is: for α_k = (k+1)^-.85, ν_k = 1-(k+1)^-.55/2
and β_k = 1-(k+1)^-3/2 the conditions of [G] hold, the buffer stays near its first values for ever, and on a quadratic
the iterates go to infinity (a test runs it). The condition implies Σ(1-β_k) = ∞, by Cauchy and Schwarz with Σα_k = ∞.

The conditions are read literally. So a learning rate that reaches 0 (a cosine to floor 0) has a finite sum and fails
Σα_k = ∞: the run stops, wherever it is. A drop on a plateau happens when a run decides; what holds or fails for every
run is said, and the rest is 'open'. A theorem 'does not apply' where β_k goes to the other theorem's limit; where it
goes to neither, both are checked, and both fail at least in their limit of β_k.

    Theorem 3:  on a quadratic, without noise, constant α, β, ν with 0 < α < the bound (13) converge linearly to the
    minimum: lim sup ‖x_k - x*‖^(1/k) <= R < 1, the rate of spectrum.py.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from ..losses import Growth, Loss, NoMinimumError, growth_of, local_curvatures
from ..noise import Noise, NoNoise
from ..parameters import QHM
from ..spectrum import convergence_rate
from ..stability import is_stable, max_stable_alpha
from .assumptions import assumptions, is_noisy
from .families import Constant, Family
from .orders import Bounds, Total
from .schedule import Schedule
from .sums import alpha_total, mixed_total
from .verdicts import Condition, Reason, Subject, Theorem, Verdict, Why


@lru_cache(maxsize=256)
def check_theorems(schedule: Schedule, loss: Loss | None = None, noise: Noise | None = None) -> tuple[Theorem, ...]:
    """Theorems 1, 2 and 3 of [G] for a schedule, decided exactly: which conditions hold, which fail, and why.

    Parameters
    ----------
    schedule : Schedule
        Families of α, β and ν.
    loss : Loss, optional
        Without it: Theorems 1 and 2, their conditions on the schedule alone.
    noise : Noise, optional
        None: exact gradients.

    Returns
    -------
    tuple of Theorem
        Each with its `conditions`, its `assumptions` and their common `verdict`.

    Notes
    -----
    Decided from how the families go on for ever, never from a finite number of steps. The conditions are sufficient:
    where one fails, nothing is promised.

    Examples
    --------
    >>> from qhm_math.schedules import Constant, Power
    >>> falling = Schedule(Power(1.0, 0.75), Constant(0.9), Constant(1.0))
    >>> [(theorem.number, theorem.verdict) for theorem in check_theorems(falling)]
    [(1, 'fails'), (2, 'fails')]
    """
    alpha, beta, gap = schedule.alpha.order(), schedule.beta, schedule.gap_order()
    square = alpha.times(alpha)
    gap_ratio, buffer_ratio = square.over(gap), square.over(beta.gap_order())
    ratio = mixed_total(schedule, 2, -1)
    infinite = _sum(Subject.ALPHA_SUM, "infinite", alpha, alpha_total(schedule, 1))
    first = (
        infinite,
        _sum(Subject.ALPHA_SQUARES, "finite", square, alpha_total(schedule, 2)),
        Condition(Subject.BETA_TO_ZERO, *_to_zero(beta)),
    )
    second = (
        infinite,
        _sum(Subject.GAP_SQUARES, "finite", gap.times(gap), mixed_total(schedule, 0, 2)),
        _sum(Subject.GAP_RATIO, "finite", gap_ratio, ratio),
        _sum(Subject.BUFFER_RATIO, "finite", buffer_ratio, None),
        Condition(Subject.BETA_TO_ONE, *_to_one(beta)),
    )
    asked = assumptions(schedule.alpha, loss, noise or NoNoise()) if loss is not None else ()
    found = (_theorem(1, beta, first, asked), _theorem(2, beta, second, asked))
    return found if loss is None else (*found, _third(schedule, loss, noise or NoNoise()))


def _theorem(number: int, beta: Family, conditions: tuple[Condition, ...], asked: tuple[Condition, ...]) -> Theorem:
    limit = beta.limit()
    if number == 1 and limit == 1:
        reason = Reason(Why.OTHER_ONE)
    elif number == 2 and limit == 0:
        reason = Reason(Why.OTHER_ZERO)
    elif number == 2 and limit is None:
        reason = Reason(Why.NEVER_ONE, (("sup", beta.supremum()),))
    else:
        return Theorem(number, conditions, asked)
    return Theorem(number, _idle(conditions, reason), asked)


def _idle(conditions: tuple[Condition, ...], reason: Reason) -> tuple[Condition, ...]:
    """The conditions of a theorem that does not apply, for this reason."""
    return tuple(Condition(each.subject, "does not apply", reason, each.wanted, each.total) for each in conditions)


def _sum(subject: Subject, wanted: Literal["finite", "infinite"], order: Bounds, total: float | None) -> Condition:
    found = order.total()
    verdict: Verdict = "open" if found == "open" else "holds" if found == wanted else "fails"
    value = {"finite": total, "infinite": float("inf"), "open": None}[found]
    return Condition(subject, verdict, _reason(order, found), wanted, value)


def _reason(order: Bounds, found: Total) -> Reason:
    if found == "open":
        return Reason(Why.UP_TO_RUN)
    if not order.is_known:
        return Reason(Why.ANY_RUN_FAST if found == "finite" else Why.ANY_RUN_SLOW)
    known = order.high
    rate, power = known.rate(), known.power
    if known.zero:
        return Reason(Why.ENDS)
    if rate:
        return Reason(Why.DROPS if rate < 0 else Why.GROWS)
    if power <= 0:
        return Reason(Why.GROWS if power < 0 else Why.STAYS)
    if power == 1:
        return Reason(Why.EDGE)
    return Reason(Why.FAST if power > 1 else Why.SLOW, (("q", float(power)),))


def _to_zero(beta: Family) -> tuple[Verdict, Reason]:
    limit, sup = beta.limit(), (("sup", beta.supremum()),)
    if limit is None:
        return "open", Reason(Why.MAYBE_ZERO, sup)
    if limit == 0:
        return "holds", Reason(Why.TO_ZERO, sup)
    return "fails", Reason(Why.ELSEWHERE, (("limit", limit),))


def _to_one(beta: Family) -> tuple[Verdict, Reason]:
    limit = beta.limit()
    if limit == 1:
        return "holds", Reason(Why.TO_ONE)
    return "fails", Reason(Why.ELSEWHERE, (("limit", limit or 0.0),))


def _third(schedule: Schedule, loss: Loss, noise: Noise) -> Theorem:
    """Theorem 3: it is for constants on a quadratic without noise; whether a typed formula is one is not known."""
    unknown = growth_of(loss) is Growth.UNKNOWN
    quadratic = ("undecided", Reason(Why.NOT_KNOWN)) if unknown else ("holds", Reason(Why.IS_QUADRATIC))
    conditions = (
        Condition(Subject.CONSTANTS, "holds", Reason(Why.CONSTANTS)),
        Condition(Subject.STABLE, *_stable(schedule, loss)),
    )
    asked = (
        Condition(Subject.QUADRATIC, *quadratic),
        Condition(Subject.NOISELESS, "holds", Reason(Why.NOISELESS)),
    )
    if not all(isinstance(family, Constant) for family in (schedule.alpha, schedule.beta, schedule.nu)):
        why = Why.VARYING
    elif growth_of(loss) not in (Growth.QUADRATIC, Growth.UNKNOWN):
        why = Why.NOT_QUADRATIC
    elif is_noisy(loss, noise):
        why = Why.NOISY
    else:
        return Theorem(3, conditions, asked)
    return Theorem(3, _idle(conditions, Reason(why)), _idle(asked, Reason(why)))


def _stable(schedule: Schedule, loss: Loss) -> tuple[Verdict, Reason]:
    """Whether the constants that the schedule starts with lie below the bound (13), and their rate."""
    if growth_of(loss) is not Growth.QUADRATIC:
        return "undecided", Reason(Why.NOT_KNOWN)
    point = QHM(*(float(value) for value in schedule.values(0)))
    try:
        (mu, largest), *_ = local_curvatures(loss, loss.minima()[0])
    except NoMinimumError:  # a line through one point: flat in one direction
        return "undecided", Reason(Why.NOT_KNOWN)
    bound = (("alpha", point.alpha), ("bound", float(max_stable_alpha(point.beta, point.nu, largest))))
    if not is_stable(point, largest):
        return "fails", Reason(Why.ABOVE_BOUND, bound)
    return "holds", Reason(Why.BELOW_BOUND, (*bound, ("R", float(convergence_rate(point, mu, largest)))))
