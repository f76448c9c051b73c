"""How fast a sequence falls, exactly: the arithmetic that decides whether a sum over k is finite.

Every sequence of a schedule is, up to constant factors, 0 from some step on, or

    k^-power · Π_i f_i^(e_i k),     0 < f_i <= 1, power and e_i rational,

and products, quotients and sums of such sequences are again. Exponents and factors are the decimals that were typed,
as fractions: p = 0.5 is 1/2, and 2p = 1 is an equality and not a matter of rounding. A sequence that a run decides
(a drop on a plateau) lies between two such orders.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, localcontext
from fractions import Fraction
from typing import Literal

Pair = tuple[Fraction, Fraction]  # a factor f > 0 and its exponent per step e: f^(e k)
Total = Literal["finite", "infinite", "open"]

_SURE = 1e-9  # a relative difference of logarithms that rounding in float cannot make


def exact(value: float) -> Fraction:
    """A typed decimal as a fraction: 0.1 is 1/10, not the binary number next to it."""
    return Fraction(repr(float(value)))


@dataclass(frozen=True)
class Order:
    """Θ(k^-power · Π f^(e k)), or a sequence that is 0 from some step on. A negative power grows."""

    power: Fraction = Fraction(0)
    geometric: tuple[Pair, ...] = ()
    zero: bool = False

    def times(self, other: Order) -> Order:
        """The order of the product."""
        if self.zero or other.zero:
            return ZERO
        return Order(self.power + other.power, self.geometric + other.geometric)

    def over(self, other: Order) -> Order:
        """The order of the quotient; ``other`` must not be zero."""
        if other.zero:
            raise ZeroDivisionError("a sequence that is 0 from some step on has no reciprocal")
        if self.zero:
            return ZERO
        inverse = tuple((factor, -exponent) for factor, exponent in other.geometric)
        return Order(self.power - other.power, self.geometric + inverse)

    def rate(self) -> int:
        """-1 where the geometric part falls, 0 where it stays, 1 where it grows."""
        return 0 if self.zero else sign_of_log(self.geometric)

    def falls_faster(self, other: Order) -> bool:
        """Whether this sequence divided by the other one goes to 0, or is 0 in the end while the other is not."""
        if self.zero or other.zero:
            return self.zero and not other.zero
        quotient = self.over(other)
        rate = quotient.rate()
        return rate < 0 or (rate == 0 and quotient.power > 0)

    def summable(self) -> bool:
        """Whether the sum over all k is finite: a geometric fall, or k^-p with p > 1."""
        rate = self.rate()
        return self.zero or rate < 0 or (rate == 0 and self.power > 1)

    def vanishes(self) -> bool:
        """Whether the sequence goes to 0."""
        rate = self.rate()
        return self.zero or rate < 0 or (rate == 0 and self.power > 0)


ZERO = Order(zero=True)
ONE = Order()


@dataclass(frozen=True)
class Bounds:
    """An order that is known (both ends equal) or lies between two; ``low`` falls at least as fast as ``high``."""

    low: Order
    high: Order

    @classmethod
    def known(cls, order: Order) -> Bounds:
        """Exactly this order."""
        return cls(order, order)

    @property
    def is_known(self) -> bool:
        """Whether both ends are the same."""
        return self.low == self.high

    def times(self, other: Bounds) -> Bounds:
        """The product."""
        return Bounds(self.low.times(other.low), self.high.times(other.high))

    def over(self, other: Bounds) -> Bounds:
        """The quotient of two sequences that are decided independently of each other."""
        return Bounds(self.low.over(other.high), self.high.over(other.low))

    def plus(self, other: Bounds) -> Bounds:
        """The sum: the slower of the two rules."""
        return Bounds(_slower(self.low, other.low), _slower(self.high, other.high))

    def total(self) -> Total:
        """Whether the sum over all k is finite; 'open' where the two ends disagree."""
        if not self.low.summable():
            return "infinite"
        return "finite" if self.high.summable() else "open"


def _slower(first: Order, second: Order) -> Order:
    return second if first.falls_faster(second) else first


def sign_of_log(pairs: Sequence[Pair]) -> int:
    """The sign of Σ e ln f, decided exactly.

    Two terms at most do not cancel trivially: equality f^m = g^n of rationals with coprime m, n means that their
    numerators and denominators are powers of common roots, which is tested in whole numbers. Where they differ,
    the precision of the logarithms is raised until the difference shows, so this always ends.
    """
    merged: dict[Fraction, Fraction] = {}
    for factor, exponent in pairs:
        merged[factor] = merged.get(factor, Fraction(0)) + exponent
    terms = [(f, e) for f, e in merged.items() if e and f != 1]
    if not terms:
        return 0
    logs = [float(e) * (math.log(f.numerator) - math.log(f.denominator)) for f, e in terms]
    total, scale = math.fsum(logs), math.fsum(abs(log) for log in logs)
    if abs(total) > _SURE * scale:
        return 1 if total > 0 else -1
    if len(terms) == 2 and _cancel(*terms):
        return 0
    return _sign_by_precision(terms)


def _cancel(first: Pair, second: Pair) -> bool:
    """Whether f^e g^h = 1 for e and h of opposite signs."""
    (f, e), (g, h) = first, second
    ratio = abs(e / h)  # f^ratio = g, in lowest terms f^up = g^down
    up, down = ratio.numerator, ratio.denominator
    parts = ((f.numerator, g.numerator), (f.denominator, g.denominator))
    return all((root := _whole_root(a, down)) is not None and root == _whole_root(b, up) for a, b in parts)


def _whole_root(value: int, degree: int) -> int | None:
    """The whole n with n^degree = value, or None."""
    if value == 1 or degree == 1:
        return value
    if degree > value.bit_length():
        return None
    low, high = 1, 1 << (value.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        if middle**degree < value:
            low = middle + 1
        else:
            high = middle
    return low if low**degree == value else None


def _sign_by_precision(terms: Sequence[Pair]) -> int:
    digits = 40
    while True:
        with localcontext() as context:
            context.prec = digits
            logs = [
                Decimal(e.numerator) / e.denominator * (Decimal(f.numerator) / f.denominator).ln() for f, e in terms
            ]
            total = sum(logs, Decimal(0))
            if abs(total) > sum(map(abs, logs), Decimal(0)).scaleb(10 - digits):
                return 1 if total > 0 else -1
        digits *= 2
