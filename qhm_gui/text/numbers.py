"""Numbers as people read and type them.

Figures out: true minus, powers of ten as 6.97×10⁻⁴, never 1e-3. Figures in: 1e-3, .8, −2, full-width digits, a
decimal comma.
"""

from __future__ import annotations

import math
import unicodedata

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
MINUS = "\N{MINUS SIGN}"


def superscript(value: int) -> str:
    """-4 as ⁻⁴."""
    return str(value).translate(_SUPERSCRIPT)


def power_of_ten(exponent: int) -> str:
    """A decade label: 1 for 0, 10 for 1, 10⁻³ for -3."""
    return {0: "1", 1: "10"}.get(exponent, f"10{superscript(exponent)}")


def fixed(value: float, decimals: int) -> str:
    """``value`` with that many decimals and a true minus; never '−0'."""
    text = f"{value:.{decimals}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", MINUS)


def scientific(value: float, digits: int = 3, low: float = 0.01, high: float = 9999.0) -> str:
    """``digits`` significant figures: plain between ``low`` and ``high``, else as 6.97×10⁻⁴."""
    if math.isnan(value):
        return "none"
    if math.isinf(value):
        return MINUS + "∞" if value < 0 else "∞"
    if value == 0:
        return "0"
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    if low <= abs(value) <= high:
        return fixed(float(f"{value:.{digits}g}"), max(0, digits - 1 - power))
    return f"{mantissa}×{'10' if power == 1 else '10' + superscript(power)}".replace("-", MINUS)


def plain(value: float, digits: int = 3) -> str:
    """Like :func:`scientific` up to 99,999, without zeros after the decimals: 25, not 25.0."""
    text = scientific(value, digits, high=99_999)
    return text.rstrip("0").rstrip(".") if "." in text and "×" not in text else text


def alpha_text(value: float) -> str:
    """A learning rate: two decimals, three significant figures below 0.1."""
    if value >= 0.1:
        return fixed(value, 2)
    return scientific(value, 3, low=0.001)


def rate_text(value: float) -> str:
    """A rate R: three decimals, as 1 − 2.1×10⁻⁴ above .9995, so that a slow rate is not shown as 1."""
    if 0.9995 < value < 1:
        return f"1 {MINUS} {scientific(1 - value, 2)}"
    return fixed(value, 3) if math.isfinite(value) else scientific(value)


def exact_text(value: float) -> str:
    """The shortest text that reads back as exactly ``value``: what an editor holds, every digit typed kept."""
    text = repr(float(value))
    return text.removesuffix(".0").replace("-", MINUS)


def parse_number(text: str) -> float:
    """A typed number. ValueError with a sentence when it is none."""
    plain = unicodedata.normalize("NFKC", text).strip().replace(MINUS, "-").replace("×10^", "e").replace(" ", "")
    if "," in plain and "." not in plain and plain.count(",") == 1:
        plain = plain.replace(",", ".")
    try:
        if "_" in plain:  # float() takes 1_000; a person who types an underscore has slipped
            raise ValueError
        return float(plain)
    except ValueError:
        raise ValueError(f"“{text.strip()[:40]}” is not a number.") from None
