"""Schedules: values from the formulas, and verdicts against a table that was worked out by hand."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from qhm_math import ParameterError, declared
from qhm_math.losses import Quadratic
from qhm_math.noise import IsotropicNoise
from qhm_math.schedules import (
    SCHEDULES,
    Constant,
    Cosine,
    Family,
    PlateauDrops,
    Power,
    PowerToOne,
    Reason,
    Schedule,
    StepDrops,
    Subject,
    Warmup,
    Why,
    check_theorems,
    keeping,
    resting,
)
from qhm_math.schedules.orders import ZERO, Bounds, Order, exact, sign_of_log

nan, inf = float("nan"), float("inf")
ONE = Constant(1.0)
MARKS = {"holds": "+", "fails": "-", "open": "?", "does not apply": "."}


def verdicts(alpha: Family, beta: Family, nu: Family = ONE) -> str:
    """Both theorems as signs, in the paper's order: 'Σα Σα² β→0 | Σα Σ(1-νβ)² Σα²/(1-νβ) Σα²/(1-β) β→1'."""
    return " ".join(
        "".join(MARKS[c.verdict] for c in theorem.conditions) for theorem in check_theorems(Schedule(alpha, beta, nu))
    )


# Each row: α, β, ν, the expected signs, and why. With β_k → 0 Theorem 2 does not apply (".....") and with β_k → 1
# Theorem 1 does not ("..."). Where β_k goes to a number between, both are checked.
TO_ZERO = Power(0.8, 0.5)  # a β for which the third condition of Theorem 1 holds
TO_ONE = PowerToOne(0.2, 0.6)  # 1-β_k = 0.2 (k+1)^-0.6: with ν = 1 this is 1-ν_kβ_k, p = 0.6
TABLE: list[tuple[Family, Family, Family, str]] = [
    # Theorem 1, α a power: Σ k^-ω = ∞ iff ω <= 1; Σ k^-2ω < ∞ iff ω > 1/2. Both edges fall on the infinite side.
    (Power(1.0, 0.4), TO_ZERO, ONE, "+-+ ....."),  # 2ω = 0.8 <= 1
    (Power(1.0, 0.5), TO_ZERO, ONE, "+-+ ....."),  # 2ω = 1 exactly: harmonic
    (Power(1.0, 0.51), TO_ZERO, ONE, "+++ ....."),  # 2ω = 1.02 > 1
    (Power(1.0, 1.0), TO_ZERO, ONE, "+++ ....."),  # ω = 1 exactly: harmonic, infinite as wanted
    (Power(1.0, 1.01), TO_ZERO, ONE, "-++ ....."),  # ω > 1
    # Theorem 1, the other families of α.
    (Constant(0.1), TO_ZERO, ONE, "+-+ ....."),  # Σ0.01 = ∞
    (PowerToOne(0.5, 1.0), TO_ZERO, ONE, "+-+ ....."),  # α → 1: like a constant
    (StepDrops(1.0, 0.5, 10), TO_ZERO, ONE, "-++ ....."),  # Σα = 10/(1-1/2) = 20
    (StepDrops(1.0, 0.999, 1_000_000), TO_ZERO, ONE, "-++ ....."),  # ever so slow, but geometric
    (Cosine(1.0, 0.0, 100), TO_ZERO, ONE, "-++ ....."),  # 0 from step 100 on: the run stops
    (Cosine(1.0, 0.01, 100), TO_ZERO, ONE, "+-+ ....."),  # 0.01 for ever
    (Warmup(1.0, 100), TO_ZERO, ONE, "+-+ ....."),  # constant from step 100 on
    # Never a drop: Σα = Σα² = ∞. A drop every 10 steps: both finite. The run decides both.
    (PlateauDrops(1.0, 0.5, 10), TO_ZERO, ONE, "??+ ....."),
    # Theorem 1, the families of β, with an α that keeps its conditions.
    (Power(1.0, 0.75), Constant(0.0), ONE, "+++ ....."),  # β = 0: plain SGD, Robbins and Monro
    (Power(1.0, 0.75), StepDrops(0.9, 0.5, 10), ONE, "+++ ....."),
    (Power(1.0, 0.75), Cosine(0.9, 0.0, 100), ONE, "+++ ....."),  # β = 0 from step 100 on
    (Power(1.0, 0.75), Power(0.999, 0.001), ONE, "+++ ....."),  # to 0, however slowly
    (Power(1.0, 0.75), Warmup(0.0, 10), ONE, "+++ ....."),
    # β up to the run: at most 0.9, so never to 1 (Theorem 2 is out); to 0 only if it drops without end.
    (Power(1.0, 0.75), PlateauDrops(0.9, 0.5, 10), ONE, "++? ....."),
    # ν plays no part in Theorem 1.
    (Power(1.0, 0.75), TO_ZERO, Constant(0.0), "+++ ....."),
    (Power(1.0, 0.75), TO_ZERO, PlateauDrops(1.0, 0.5, 10), "+++ ....."),
    # β between 0 and 1: α as in Theorem 1, β fails both; 1-νβ stays above 1-0.9: Σ(1-νβ)² = ∞, and dividing by it
    # changes nothing about Σα².
    (Power(1.0, 0.75), Constant(0.9), ONE, "++- +-++-"),
    (Constant(1.0), Constant(0.9), Constant(0.7), "+-- +----"),
    (Power(1.0, 2.0), Cosine(0.0, 0.9, 100), ONE, "-+- --++-"),
    (Power(1.0, 0.75), Warmup(0.9, 100), ONE, "++- +-++-"),
    (PlateauDrops(1.0, 0.5, 10), Constant(0.5), ONE, "??- ?-??-"),
    # Theorem 2, all powers, ν = 1: Σ k^-2p < ∞ iff p > 1/2; Σ k^-(2ω-p) < ∞ iff p < 2ω-1.
    (Power(1.0, 0.9), TO_ONE, ONE, "... +++++"),  # p = 0.6 < 0.8
    (Power(1.0, 0.9), PowerToOne(0.2, 0.5), ONE, "... +-+++"),  # p = 1/2 exactly: harmonic
    (Power(1.0, 0.9), PowerToOne(0.2, 0.4), ONE, "... +-+++"),
    (Power(1.0, 0.9), PowerToOne(0.2, 0.79), ONE, "... +++++"),  # 2ω-p = 1.01
    (Power(1.0, 0.9), PowerToOne(0.2, 0.8), ONE, "... ++--+"),  # p = 2ω-1 exactly: 1.8 - 0.8 = 1, harmonic
    (Power(1.0, 0.9), PowerToOne(0.2, 1.0), ONE, "... ++--+"),
    (Power(1.0, 0.9), PowerToOne(0.2, 2.0), ONE, "... ++--+"),  # k^0.2: the terms grow
    (Power(1.0, 1.0), PowerToOne(0.2, 0.9), ONE, "... +++++"),  # ω = 1 exactly, 2-0.9 = 1.1
    (Power(1.0, 1.1), PowerToOne(0.2, 0.9), ONE, "... -++++"),
    (Power(1.0, 0.75), PowerToOne(0.2, 0.5), ONE, "... +---+"),  # p = 1/2 = 2ω-1: both edges at once
    (Power(1.0, 0.7), PowerToOne(0.2, 0.45), ONE, "... +---+"),
    # Theorem 2 with ν of its own: 1-νβ = (1-ν) + ν(1-β) goes as the slower of the two gaps.
    (Power(1.0, 0.9), TO_ONE, PowerToOne(0.3, 0.7), "... +++++"),  # min(0.6, 0.7) = 0.6
    (Power(1.0, 0.9), PowerToOne(0.2, 0.9), PowerToOne(0.3, 0.7), "... +++-+"),  # 0.7 rules 1-νβ, 0.9 the buffer
    (Power(1.0, 0.9), TO_ONE, PowerToOne(0.3, 0.5), "... +-+++"),  # 0.5 rules: the edge
    (Power(1.0, 0.9), PowerToOne(0.2, 0.8), PowerToOne(0.3, 0.8), "... ++--+"),  # both at 2ω-1
    (Power(1.0, 0.9), TO_ONE, Constant(0.999), "... +-+++"),  # 1-νβ >= 0.001 for ever
    (Power(1.0, 0.9), TO_ONE, Power(1.0, 0.1), "... +-+++"),  # ν → 0: 1-νβ → 1
    (Power(1.0, 0.9), TO_ONE, StepDrops(1.0, 0.9, 10), "... +-+++"),
    (Power(1.0, 0.9), TO_ONE, Cosine(0.5, 1.0, 100), "... +++++"),  # ν = 1 from step 100 on
    (Power(1.0, 0.9), TO_ONE, Cosine(0.5, 0.9, 100), "... +-+++"),
    (Power(1.0, 0.9), TO_ONE, Warmup(1.0, 100), "... +++++"),
    # ν on a plateau rule. From 1: without a drop 1-νβ = 1-β, with one it stays open, and the run decides; the ratio
    # α²/(1-νβ) is summable at both ends. From below 1 the gap never closes, whatever the run does.
    (Power(1.0, 0.9), TO_ONE, PlateauDrops(1.0, 0.5, 10), "... +?+++"),
    (Power(1.0, 0.9), PowerToOne(0.2, 0.8), PlateauDrops(1.0, 0.5, 10), "... +??-+"),
    (Power(1.0, 0.9), TO_ONE, PlateauDrops(0.9, 0.5, 10), "... +-+++"),
    # Theorem 2, the other families of α, with p = 0.6.
    (Constant(0.1), TO_ONE, ONE, "... ++--+"),
    (Warmup(0.1, 10), TO_ONE, ONE, "... ++--+"),
    (StepDrops(1.0, 0.5, 10), TO_ONE, ONE, "... -++++"),  # geometric over a power: finite
    (Cosine(1.0, 0.0, 100), TO_ONE, ONE, "... -++++"),
    (Cosine(1.0, 0.1, 100), TO_ONE, ONE, "... ++--+"),
    (PlateauDrops(1.0, 0.5, 10), TO_ONE, ONE, "... ?+??+"),
]


@pytest.mark.parametrize(
    ("alpha", "beta", "nu", "expected"), TABLE, ids=[f"{i}:{row[3]}" for i, row in enumerate(TABLE)]
)
def test_verdicts_worked_out_by_hand(alpha: Family, beta: Family, nu: Family, expected: str) -> None:
    assert verdicts(alpha, beta, nu) == expected


def test_the_table_has_each_of_its_families_in_every_role() -> None:
    worked_out = {Constant, Power, PowerToOne, StepDrops, PlateauDrops, Cosine, Warmup}
    for role in range(3):
        assert worked_out - ({PowerToOne} if role == 0 else set()) <= {type(row[role]) for row in TABLE}


@dataclass(frozen=True)
class HalvingGap:
    """1 - gap · 2^-k: another way to 1, as a package of one's own may have it."""

    gap: float = declared(0.5, label="gap", low=0.0, high=1.0)

    key: ClassVar[str] = "halving-gap"
    title: ClassVar[str] = "gap is halved"
    formula: ClassVar[str] = "1 - gap 2^-k"

    def values(self, k: ArrayLike) -> np.ndarray:
        return 1 - self.gap * 0.5 ** np.asarray(k, dtype=float)

    def order(self) -> Bounds:
        return Bounds.known(Order())

    def gap_order(self) -> Bounds:
        return Bounds.known(Order(geometric=((Fraction(1, 2), Fraction(1)),)))

    def limit(self) -> float:
        return 1.0

    def supremum(self) -> float:
        return 1.0


@pytest.mark.parametrize("kind", [*SCHEDULES.values(), HalvingGap], ids=lambda kind: kind.key)
def test_a_family_goes_as_it_says(kind: Any) -> None:
    """Against its values far away: the theorems are decided from its orders, limit and supremum alone."""
    family: Family = kind()
    k = np.array([0, 1, 10, 1e3, 1e5, 1e6, 1e7, 1e9])
    values = family.values(k)
    assert (values <= family.supremum() * (1 + 1e-12)).all() and (values >= 0).all()
    for terms, bounds, least in ((values, family.order(), 0.0), (1 - values, family.gap_order(), 1e-12)):
        if not bounds.is_known:
            assert not bounds.high.falls_faster(bounds.low)
            continue
        order = bounds.low
        if order.zero:
            assert terms[-1] == 0.0
            continue
        falls = float(sum(float(exponent) * np.log(float(factor)) for factor, exponent in order.geometric))
        seen = (k > 1e5) & (terms > least)
        constants = np.log(terms[seen]) + float(order.power) * np.log(k[seen] + 1) - falls * k[seen]
        assert np.ptp(constants) < 1.0 if seen.any() else falls < 0


@pytest.mark.parametrize("alpha", [Constant(0.1), Power(1.0, 0.9), StepDrops(1.0, 0.5, 10)])
def test_any_way_to_one_may_be_that_of_beta(alpha: Family) -> None:
    schedule = Schedule(alpha, HalvingGap(0.5), ONE)
    assert "holds" in [theorem.verdict for theorem in check_theorems(keeping(schedule))]
    with pytest.raises(ParameterError, match="less than 1 at every step"):
        Schedule(alpha, HalvingGap(0.0), ONE)


EXPONENTS = st.integers(1, 200).map(lambda hundredths: hundredths / 100)


@settings(max_examples=300)
@given(omega=EXPONENTS, p=EXPONENTS, start=st.floats(0.01, 100), gap=st.floats(0.001, 1))
@pytest.mark.slow
def test_powers_say_what_the_inequalities_say(omega: float, p: float, start: float, gap: float) -> None:
    """ω <= 1, p > 1/2, p < 2ω-1, in hundredths as whole numbers; the constants before the powers play no part."""
    w, q = round(100 * omega), round(100 * p)
    ratio = "-+"[q < 2 * w - 100]
    expected = ["-+"[w <= 100], "-+"[q > 50], ratio, ratio, "+"]
    assert verdicts(Power(start, omega), PowerToOne(gap, p)) == "... " + "".join(expected)
    expected = ["-+"[w <= 100], "-+"[w > 50], "+"]
    assert verdicts(Power(start, omega), Power(0.9, p)) == "".join(expected) + " ....."


def families(highest: float = 1.0) -> st.SearchStrategy[Family]:
    value, p = st.floats(0.01, highest), EXPONENTS
    factor, steps = st.floats(0.05, 0.95), st.integers(1, 1000)
    return st.one_of(
        st.builds(Constant, value),
        st.builds(Power, value, p),
        st.builds(PowerToOne, st.floats(0.01, 1.0), p),
        st.builds(StepDrops, value, factor, steps),
        st.builds(PlateauDrops, value, factor, steps),
        st.builds(Cosine, value, st.sampled_from([0.0, 0.01, highest]), steps),
        st.builds(Warmup, value, steps),
    )


@settings(max_examples=300)
@given(alpha=families(10.0), beta=families(0.99), nu=families())
@pytest.mark.slow
def test_there_is_always_a_schedule_beside_it_that_keeps_the_conditions(
    alpha: Family, beta: Family, nu: Family
) -> None:
    schedule = Schedule(alpha, beta, nu)
    kept = keeping(schedule)
    assert "holds" in [theorem.verdict for theorem in check_theorems(kept)]
    assert (kept == schedule) == ("holds" in [theorem.verdict for theorem in check_theorems(schedule)])
    assert "holds" not in [theorem.verdict for theorem in check_theorems(resting(schedule))]


@settings(max_examples=200)
@given(alpha=families(10.0), beta=families(0.99), nu=families())
@pytest.mark.slow
def test_what_is_said_in_all_cases_is_said_for_each(alpha: Family, beta: Family, nu: Family) -> None:
    """Judging a plateau rule as a constant, or as drops every `patience` steps, never contradicts its verdict."""

    def as_constant(family: Family) -> Family:
        return Constant(family.value) if isinstance(family, PlateauDrops) else family

    def as_drops(family: Family) -> Family:
        return StepDrops(family.value, family.factor, family.patience) if isinstance(family, PlateauDrops) else family

    whole = [c for theorem in check_theorems(Schedule(alpha, beta, nu)) for c in theorem.conditions]
    for choose in (as_constant, as_drops):
        chosen = Schedule(choose(alpha), choose(beta), choose(nu))
        single = [c for theorem in check_theorems(chosen) for c in theorem.conditions]
        for general, special in zip(whole, single, strict=True):
            if "does not apply" not in (general.verdict, special.verdict) and general.verdict != "open":
                assert general.verdict == special.verdict


@pytest.mark.parametrize(
    "schedule",
    [
        Schedule(Power(1.0, 0.6), PowerToOne(0.5, 0.9), ONE),
        Schedule(Power(1.0, 0.9), PowerToOne(0.5, 0.6), PowerToOne(0.5, 0.55)),
        Schedule(Power(1.0, 1.3), PowerToOne(0.5, 0.6), ONE),
        Schedule(StepDrops(1.0, 0.5, 50), PowerToOne(0.5, 0.6), ONE),
        Schedule(Cosine(1.0, 0.0, 500), Constant(0.5), Constant(0.7)),
        Schedule(Warmup(1.0, 500), Cosine(0.9, 0.5, 300), Constant(0.7)),
    ],
)
@pytest.mark.slow
def test_partial_sums_agree_in_trend(schedule: Schedule) -> None:
    """A finite sum gains little from 10⁴ to 10⁶ terms against its whole; an infinite one at least as much again."""
    k = np.arange(10**6)
    alpha, beta, nu = schedule.values(k)
    gap = 1 - nu * beta
    terms = {
        Subject.ALPHA_SUM: alpha,
        Subject.ALPHA_SQUARES: alpha**2,
        Subject.GAP_SQUARES: gap**2,
        Subject.GAP_RATIO: alpha**2 / gap,
        Subject.BUFFER_RATIO: alpha**2 / (1 - beta),
    }
    seen = 0
    for theorem in check_theorems(schedule):
        for condition in theorem.conditions:
            if condition.wanted == "none" or condition.verdict == "does not apply":
                continue
            sums = np.cumsum(terms[condition.subject])
            gain = (sums[-1] - sums[9999]) / (sums[9999] - sums[99])
            finite = (condition.verdict == "holds") == (condition.wanted == "finite")
            # over two decades each, a term k^-q gains 100^(1-q) times what it gained before
            assert gain < 0.9 if finite else gain > 1.1
            if condition.total is not None and finite:
                assert sums[-1] <= condition.total * (1 + 1e-12)
            seen += 1
    assert seen >= 3


def test_sums_in_closed_form() -> None:
    def totals(alpha: Family, beta: Family, nu: Family = ONE) -> list[float | None]:
        return [c.total for theorem in check_theorems(Schedule(alpha, beta, nu)) for c in theorem.conditions]

    zeta = {1.2: 5.591582441177751, 1.5: 2.612375348685488, 2.0: np.pi**2 / 6}  # scipy.special.zeta
    assert totals(Power(2.0, 0.75), TO_ZERO)[1] == pytest.approx(4 * zeta[1.5], rel=1e-14)
    assert totals(StepDrops(1.0, 0.5, 10), TO_ZERO)[:2] == pytest.approx([20.0, 40 / 3])
    assert totals(Power(3.0, 0.9), TO_ONE)[4:6] == pytest.approx([0.04 * zeta[1.2], 45 * zeta[1.2]])
    assert totals(Power(1.0, 1.0), Constant(0.5))[5] == pytest.approx(2 * zeta[2.0])
    assert totals(Constant(1.0), TO_ZERO)[:2] == [inf, inf]
    assert totals(PlateauDrops(1.0, 0.5, 3), TO_ZERO)[:2] == [None, None]


@pytest.mark.parametrize(
    ("f", "e", "g", "h", "sign"),
    [
        ("0.5", 2, "0.25", -1, 0),  # (1/2)² = 1/4
        ("0.5", 2, "0.2500000001", -1, -1),
        ("0.5", 2, "0.2499999999", -1, 1),
        ("0.9", 2, "0.9", -2, 0),
        ("0.81", Fraction(1, 2), "0.729", Fraction(-1, 3), 0),  # both 0.9
        ("0.81", Fraction(1, 2), "0.7290000000000001", Fraction(-1, 3), -1),  # nearer than logarithms in float tell
        ("0.999", 10**6, "0.5", -1443, -1),
        ("0.5", 1, "0.5", 1, -1),
    ],
)
def test_geometric_rates_are_compared_exactly(f: str, e: int, g: str, h: int, sign: int) -> None:
    pairs = [(Fraction(f), Fraction(e)), (Fraction(g), Fraction(h))]
    assert sign_of_log(pairs) == sign
    assert sign_of_log([(base, -exponent) for base, exponent in pairs]) == -sign


def test_orders() -> None:
    harmonic, square = Order(Fraction(1)), Order(Fraction(2))
    falling = Order(geometric=((Fraction(1, 2), Fraction(1, 100)),))
    assert square.falls_faster(harmonic) and falling.falls_faster(square) and ZERO.falls_faster(falling)
    assert not harmonic.falls_faster(harmonic) and not falling.over(falling).rate()
    assert not harmonic.summable() and square.summable() and falling.summable() and ZERO.summable()
    assert square.over(falling).rate() == 1  # a power over a geometric fall grows
    assert not falling.over(falling.times(falling)).summable()
    with pytest.raises(ZeroDivisionError):
        harmonic.over(ZERO)
    assert Bounds(falling, harmonic).total() == "open" and Bounds(falling, square).total() == "finite"
    assert Bounds(harmonic, Order()).total() == "infinite"
    assert exact(0.1) == Fraction(1, 10)


def test_values() -> None:
    k = np.array([0, 1, 3, 99, 10**6])
    np.testing.assert_allclose(Power(2.0, 0.5).values(k), 2 / np.sqrt(k + 1))
    np.testing.assert_allclose(PowerToOne(0.3, 1.0).values(k), 1 - 0.3 / (k + 1))
    np.testing.assert_allclose(StepDrops(2.0, 0.1, 2).values([0, 1, 2, 3, 4]), [2, 2, 0.2, 0.2, 0.02])
    np.testing.assert_allclose(Cosine(1.0, 0.2, 4).values([0, 2, 4, 5, 100]), [1, 0.6, 0.2, 0.2, 0.2])
    assert Cosine(1.0, 0.0, 7).values(7) == 0.0
    np.testing.assert_allclose(Warmup(2.0, 4).values([0, 1, 3, 4, 100]), [0.5, 1, 2, 2, 2])
    np.testing.assert_allclose(PlateauDrops(2.0, 0.5, 4).least([0, 3, 4, 9]), [2, 2, 1, 0.5])
    for family in (Constant(0.5), Power(0.5, 1.0), PlateauDrops(0.5, 0.5, 1), Warmup(0.5, 3)):
        assert family.values(k).shape == k.shape and family.values(3).shape == ()
        assert family.values([]).shape == (0,)


@settings(max_examples=100)
@given(families(1.0), st.integers(1, 10**6))
def test_values_stay_under_their_supremum_and_go_to_their_limit(family: Family, k: int) -> None:
    values = family.values(np.arange(k, k + 5))
    assert (values <= family.supremum() * (1 + 1e-12)).all() and (values >= 0).all()
    limit = family.limit()
    if limit is None or isinstance(family, Power | PowerToOne):
        return  # their powers may need more steps than a float can count
    assert family.values(10**15) == pytest.approx(limit, abs=1e-6)


@pytest.mark.parametrize(
    ("attempt", "sentence"),
    [
        (lambda: Power(1.0, 0.0), "exponent = 0 is not allowed: it must be greater than 0 and at most 4."),
        (lambda: Power(1.0, 4.5), "exponent = 4.5 is not allowed: it must be greater than 0 and at most 4."),
        (lambda: PowerToOne(0.5, nan), "exponent = nan is not allowed: it must be greater than 0 and at most 4."),
        (lambda: PowerToOne(1.5, 1.0), "gap = 1.5 is not allowed: it must be at least 0 and at most 1."),
        (lambda: Constant(nan), "value = nan is not allowed: it must be at least 0 and at most 1,000,000."),
        (lambda: Constant(-0.1), "value = -0.1 is not allowed: it must be at least 0 and at most 1,000,000."),
        (lambda: StepDrops(1.0, 0.5, 0), "every = 0 is not allowed: it must be a whole number at least 1 and at most"),
        (lambda: StepDrops(1.0, 1.0, 5), "factor = 1 is not allowed: it must be greater than 0 and less than 1."),
        (lambda: PlateauDrops(1.0, 0.5, 0), "patience = 0 is not allowed: it must be a whole number at least 1"),
        (lambda: Cosine(1.0, -1.0, 5), "floor = -1 is not allowed: it must be at least 0 and at most 1,000,000."),
        (lambda: Cosine(1.0, 0.0, 0), "horizon = 0 is not allowed: it must be a whole number at least 1"),
        (lambda: Warmup(1.0, 2.5), "length = 2.5 is not allowed: it must be a whole number at least 1"),  # type: ignore
        (lambda: Power(1.0, 1.0).values([-1]), "k = -1 is not allowed: it must be a finite number at least 0."),
        (lambda: Power(1.0, 1.0).values(nan), "k = nan is not allowed: it must be a finite number at least 0."),
        (
            lambda: Schedule(Constant(0.0), ONE, ONE),
            "alpha = 0 is not allowed: it must be greater than 0 at some step.",
        ),
        (
            lambda: Schedule(ONE, ONE, ONE),
            "beta = 1 is not allowed: it must be at least 0 and less than 1 at every step",
        ),
        (lambda: Schedule(ONE, PowerToOne(0.0, 1.0), ONE), "beta = 1 is not allowed: it must be at least 0 and less"),
        (
            lambda: Schedule(ONE, Cosine(0.5, 1.0, 5), ONE),
            "beta = 1 is not allowed: it must be at least 0 and less than",
        ),
        (
            lambda: Schedule(ONE, Constant(0.5), Constant(1.5)),
            "nu = 1.5 is not allowed: it must be at least 0 and at most",
        ),
    ],
)
def test_bad_values_are_refused_in_one_sentence(attempt, sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        attempt()
    said = str(caught.value)
    assert said.startswith(sentence) and said.endswith(".") and "\n" not in said


def test_reasons_are_plain_text_in_a_script() -> None:
    """Codes and values: no markup and no braces, whatever is the reason."""
    for alpha, beta, nu, _ in TABLE:
        for theorem in check_theorems(Schedule(alpha, beta, nu), Quadratic(), IsotropicNoise(0.1)):
            for condition in (*theorem.conditions, *theorem.assumptions):
                assert not set(f"{condition.subject} {condition.reason}") & set("*{}^\n")
    square = check_theorems(Schedule(Power(1.0, 0.75), TO_ZERO, ONE))[0].conditions[1]
    assert square.reason == Reason(Why.FAST, (("q", 1.5),))
    assert str(square.reason) == "the terms fall faster than 1/k, as k to minus q (q = 1.5)"
    assert str(square.subject) == "Σ α_k² < ∞"
