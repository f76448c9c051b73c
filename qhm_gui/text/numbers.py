"""Numbers as people read and type them.

Out: true minus, powers of ten as 6.97×10⁻⁴, never 1e-3; digits in groups of three, between which stands what the
language in force has there; what an editor holds is not grouped. In: what
the functions of this file write, and what people type. :func:`parse_number` is the only reader: fields, dialogs and the
command line take their numbers from it.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal, DecimalException, localcontext

from qhm_gui.text.language import between_groups, tr

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
_RAISED = dict(zip("⁺⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "+-0123456789", strict=True))
MINUS = "\N{MINUS SIGN}"
INFINITY = "∞"
_INFINITIES = (INFINITY, "inf", "infinity", "無限大")
_LONGEST = 200
#: Of a decimal number; more than any that decides between two doubles for texts of this length.
_DIGITS = 800


def superscript(value: int) -> str:
    """-4 as ⁻⁴."""
    return str(value).translate(_SUPERSCRIPT)


def power_of_ten(exponent: int) -> str:
    """A decade label: 1 for 0, 10 for 1, 10⁻³ for -3."""
    return {0: "1", 1: "10"}.get(exponent, f"10{superscript(exponent)}")


def grouped(value: float) -> str:
    """A number that is usually whole, as 1 000 000; to ten figures, beyond them as 1.5×10¹²."""
    mantissa, e, exponent = f"{value:,.10g}".partition("e")
    text = f"{mantissa}×10{superscript(int(exponent))}" if e else mantissa
    return _signed(text)


def grouped_whole(value: int) -> str:
    """A whole number with all its digits."""
    return _signed(f"{value:,}")


def _signed(text: str) -> str:
    """What ``format`` wrote, with the signs of the language in force: between groups of digits, and a true minus."""
    return text.replace(",", between_groups()).replace("-", MINUS)


def fixed(value: float, decimals: int) -> str:
    """``value`` with that many decimals and a true minus; never '−0'."""
    text = f"{value:,.{decimals}f}"
    if not text.strip("-0.,"):
        text = text.lstrip("-")
    return _signed(text)


def scientific(value: float, digits: int = 3, low: float = 0.01, high: float = 9999.0) -> str:
    """``digits`` significant figures: plain between ``low`` and ``high``, else as 6.97×10⁻⁴.

    Plain numbers keep every digit before the point: 2 508, not 2 510.
    """
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return MINUS + "∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if low <= abs(value) <= high:
        return fixed(value, max(0, digits - 1 - power))
    return f"{mantissa}×{'10' if power == 1 else '10' + superscript(power)}".replace("-", MINUS)


def plain(value: float, digits: int = 3) -> str:
    """Like :func:`scientific` up to 99 999, without zeros after the decimals: 25, not 25.0."""
    text = scientific(value, digits, high=99_999)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def short(value: float, digits: int = 3) -> str:
    """Like :func:`plain`, without zeros at the end of a mantissa either: 1×10⁻⁸."""
    return re.sub(r"\.?0+×", "×", plain(value, digits)) if digits > 1 else plain(value, digits)


def tick_text(value: float, power: int, largest: float = 0.0) -> str:
    """A label on a linear axis whose step has that power of ten: 0, 0.2, 40, −1, 2×10⁻⁵.

    ``largest`` of the labels: beyond a million all are written with a power of ten, up to there none is.
    """
    if abs(value) < 10.0 ** (power - 6):
        return "0"
    if power < -4 or max(abs(value), largest) > 1e6:
        digits = max(1, math.floor(math.log10(abs(value))) - power + 1)
        return scientific(value, digits)
    text = fixed(value, max(0, -power))
    return text.rstrip("0").rstrip(".") if float(value).is_integer() and "." in text else text


def decade_text(mantissa: int, exponent: int) -> str:
    """A label of the 1-2-5 series: plain from 0.001 to 9999."""
    value = mantissa * 10.0**exponent
    if -3 <= exponent <= 3:
        return fixed(value, max(0, -exponent))
    return power_of_ten(exponent) if mantissa == 1 else scientific(value, 1)


def alpha_text(value: float) -> str:
    """A learning rate: two decimals, three significant figures below 0.1."""
    if value >= 0.1:
        return fixed(value, 2) if value <= 99_999 else scientific(value)
    return scientific(value, 3, low=0.001)


def share_text(value: float, decimals: int) -> str:
    """A number of [0, 1] with that many decimals, and with more where these would show 0 or 1 and it is neither."""
    least = 0.5 * 10.0**-decimals
    if 0 < value < least:
        return short(value)
    if 0 < 1 - value <= least:
        return exact_text(value) if 1 - value > 1e-5 else f"1 {MINUS} {short(1 - value, 2)}"
    return fixed(value, decimals)


def beside_text(value: float, bound: float, write: Callable[[float], str]) -> tuple[str, str]:
    """Two numbers as ``write`` has them; the first with more digits, or by its distance from the second, where the two
    would read as one and are not: 5.288 and 5.29, or 5.29 − 1×10⁻⁹ and 5.29."""
    first, second = write(value), write(bound)
    if first != second or value == bound:
        return first, second
    for digits in range(4, 8):
        first, more = plain(value, digits), plain(bound, digits)
        if first != more:
            return first, more
    second = plain(bound)
    return f"{second} {MINUS if value < bound else '+'} {short(abs(value - bound), 1)}", second


def rate_text(value: float) -> str:
    """A rate R: three decimals, as 1 − 2.1×10⁻⁴ above .9995, so that a slow rate is not shown as 1."""
    if 0.9995 < value < 1:
        return f"1 {MINUS} {scientific(1 - value, 2)}"
    return fixed(value, 3) if math.isfinite(value) else scientific(value)


def exact_text(value: float) -> str:
    """The shortest text that reads back as exactly ``value``: what an editor holds, every digit typed kept."""
    if value == math.inf:
        return INFINITY
    text = repr(float(value))
    return text.removesuffix(".0").replace("-", MINUS)


def is_infinity(text: str) -> bool:
    """Whether a typed text is infinity: ∞, inf, in letters of any width."""
    return unicodedata.normalize("NFKC", text).strip().removeprefix("+").strip().casefold() in _INFINITIES


class NumberError(ValueError):
    """A text that is not read as a number; ``str()`` is one sentence."""


class TwoReadings(NumberError):
    """A text that is one number to some and another to others."""


_WRITTEN_OTHERWISE = str.maketrans(
    {
        **dict.fromkeys("−‒–—‐﹣ーｰ", "-"),
        **dict.fromkeys("’‘ʼ´`′", "'"),
        **dict.fromkeys("⋅∙•✕⨯*", "×"),
        "·": "×",
        "、": ",",
        "，": ",",
        "。": ".",
        "٫": ".",
        "٬": "'",
    }
)
_FIRST = "[1-9][0-9]{0,2}"
#: Mantissas in which each sign means one thing only. Group 1 is what stands before the decimals, group 2 the decimals.
_UNAMBIGUOUS = tuple(
    re.compile(form)
    for form in (
        r"([0-9]*)(?:\.([0-9]*))?",  # the program's own notation
        r"([0-9]*),([0-9]{1,2}|[0-9]{4,})",  # a comma that groups nothing is a decimal comma
        r"(0*),([0-9]+)",
        rf"({_FIRST}(?: [0-9]{{3}})+)(?:[.,]([0-9]*))?",
        rf"({_FIRST}(?:'[0-9]{{3}})+)(?:[.,]([0-9]*))?",
        r"([0-9]+)[.,]((?:[0-9]{3} )+[0-9]{1,3})",  # decimals in groups
        rf"({_FIRST}(?:,[0-9]{{3}}){{2,}})(?:\.([0-9]*))?",
        r"([1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3})(?:\.([0-9]*))?",  # lakh and crore
        rf"({_FIRST}(?:,[0-9]{{3}})+)\.([0-9]*)",
        rf"({_FIRST}(?:\.[0-9]{{3}}){{2,}})(?:,([0-9]*))?",
        rf"({_FIRST}(?:\.[0-9]{{3}})+),([0-9]*)",
    )
)
_TWO_READINGS = re.compile(rf"({_FIRST})([.,])([0-9]{{3}})")
_MYRIADS = re.compile(r"([1-9][0-9]{0,3})(,)([0-9]{4})")  # 1,0000 is ten thousand where digits are grouped in fours
_PRODUCT = re.compile(
    r"(?P<mantissa>[0-9.,' ]*?[0-9.,])"
    r"(?: ?[eE] ?(?P<e>[+-]? ?[0-9]+)"
    r"| ?[×xX] ?10 ?(?:\^|××) ?\(?(?P<ten>[+-]? ?[0-9]+)\)?"
    r"| ?(?P<bare>×) ?10"
    r"|(?:\^|××)\(?(?P<power>[+-]? ?[0-9]+)\)?)?"
)


def parse_number(text: str) -> float:
    """The typed number, correctly rounded. NumberError, a ValueError, with one sentence where it is none.

    Read are: signs and digits of any width and script; ``1e-3``, ``6.97×10⁻⁴``, ``6.97*10^-4``, ``10⁻³``, ``10²``;
    ``1 − 2.1×10⁻⁴`` with a difference below 1; a leading ``=``; groups of three digits between spaces of any width,
    apostrophes, or, where that leaves one reading, commas or points; a decimal comma.

    One comma before exactly three digits has two readings (1,500 is 1500 or 1.5) and is refused, but where the language
    in force groups by commas; a point is always the program's own decimal point. So ``1,5`` is 1.5, ``0,500`` is 0.5,
    ``1,500.0`` and ``1 500`` are 1500, and ``10,000`` is refused, in Japanese 10000.
    """
    return _as_float(_read(text, whole=False), text)


def parse_whole(text: str) -> int:
    """The typed whole number, exactly; NumberError as :func:`parse_number`, and for what is not whole.

    Commas group here, because a whole number has no decimals: 10,000 is ten thousand. One point before exactly three
    digits has two readings (10.000 is 10 or 10 000) and is refused, as has a comma before four (1,0000).
    """
    value = _read(text, whole=True)
    _as_float(value, text)
    if value != value.to_integral_value():
        raise NumberError(tr("“{typed}” is not a whole number.", typed=_quoted(text)))
    return int(value)


def parse_sides(text: str) -> tuple[str, str, str] | None:
    """(width, height, unit) as they are written in a size such as 1280x720 or 120 × 80 mm; None for another text."""
    plain = unicodedata.normalize("NFKC", text).strip().replace("*", "×")
    found = re.fullmatch(r"([^x×X]+)[x×X]([^x×X]*?[0-9.,])\s*([a-zA-Z]*)", plain)
    return (found[1], found[2], found[3].lower()) if found else None


def _read(text: str, *, whole: bool) -> Decimal:
    clean = _clean(text)
    sign = -1 if clean.startswith("-") else 1
    rest = clean.removeprefix("-" if sign < 0 else "+").lstrip()
    try:
        gap = re.fullmatch(r"1 ?- ?(.*[0-9.].*)", rest) if sign > 0 else None
        if gap is None:
            found = _magnitude(rest, text, whole)
            return found if sign > 0 else found.copy_negate()  # -found would round to 28 digits
        difference = _magnitude(gap[1], text, whole)
        if difference >= 1:  # 1-5 is a range, not a difference
            raise _not_a_number(text)
        with localcontext(prec=_DIGITS):
            return 1 - difference
    except DecimalException:
        raise _out_of_range(text) from None


def _clean(text: str) -> str:
    """The text with one sign of each kind: digits, - + . , ' × ^ and single spaces."""
    if len(text) > _LONGEST:
        raise _not_a_number(text)
    seen = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")  # web pages and PDFs have signs unseen
    # before NFKC, which would make 102 of 10²
    raised = re.sub(f"[{''.join(_RAISED)}]+", lambda run: "^" + "".join(_RAISED[sign] for sign in run[0]), seen)
    folded = unicodedata.normalize("NFKC", raised).translate(_WRITTEN_OTHERWISE)
    digits = "".join(str(unicodedata.decimal(sign)) if sign.isdecimal() else sign for sign in folded)
    return " ".join(digits.split()).removeprefix("=").lstrip()


def _magnitude(rest: str, text: str, whole: bool) -> Decimal:
    """A number without a sign: a mantissa, times a power of ten or raised to a power."""
    found = _PRODUCT.fullmatch(rest)
    if found is None:
        raise _not_a_number(text)
    mantissa = _mantissa(found["mantissa"], text, whole)
    exponent = found["e"] or found["ten"] or found["power"]
    if exponent is not None and len(exponent) > 7:
        raise _out_of_range(text)
    power = int(exponent.replace(" ", "")) if exponent else 1 if found["bare"] else 0
    with localcontext(prec=_DIGITS):
        return mantissa**power if found["power"] else mantissa.scaleb(power)


def _mantissa(digits: str, text: str, whole: bool) -> Decimal:
    two = _TWO_READINGS.fullmatch(digits) or (_MYRIADS.fullmatch(digits) if whole else None)
    if two is not None and (whole or two[2] == ","):
        if two[2] == "," and len(two[3]) == 3 and (whole or between_groups() == ","):
            return Decimal(two[1] + two[3])
        first, second = two[1] + two[3], f"{two[1]}.{two[3]}".rstrip("0").rstrip(".")
        words = {"typed": _quoted(text), "first": first, "second": second}
        raise TwoReadings(tr("“{typed}” has two readings: write {first} or {second}.", **words))
    for form in _UNAMBIGUOUS:
        found = form.fullmatch(digits)
        if found is not None and (found[1] or found[2]):
            before, after = (re.sub(r"[^0-9]", "", part or "") for part in found.groups())
            return Decimal(f"{before or '0'}.{after}")
    raise _not_a_number(text)


def _as_float(value: Decimal, text: str) -> float:
    number = float(value)
    if not math.isfinite(number) or (number == 0) != (value == 0):
        raise _out_of_range(text)
    return number


def _not_a_number(text: str) -> NumberError:
    if not text.strip():
        return NumberError(tr("A number is missing here."))
    return NumberError(tr("“{typed}” is not a number.", typed=_quoted(text)))


def _out_of_range(text: str) -> NumberError:
    return NumberError(tr("“{typed}” is too large or too small for a number.", typed=_quoted(text)))


def _quoted(text: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in text.strip()[:40])
