"""From what people type to the words of the program's own notation, each with its place in what was typed.

Characters first (full-width letters, raised digits, ·, −, √ …), then words (ln, arcsin, np.sin, x1, xy). What has no
meaning is noted as a fault, and reading goes on, so that all faults are found.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from .faults import Fault
from .names import CONSTANTS, FUNCTIONS

_SIGNS = {
    **dict.fromkeys("·⋅×∙✕✖∗⨯•‧⋆・･", "*"),
    **dict.fromkeys("−–—‐‑‒﹣ーｰ", "-"),  # ー and ・ are what Japanese keyboards give for - and /
    **dict.fromkeys("。｡", "."),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("πΠ", "pi"),
    **dict.fromkeys("∣❘", "|"),
    **dict.fromkeys("\t\n\r", " "),
    "ℯ": "e",
    "ˆ": "^",
    "，": ",",
    "、": ",",
}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸ", "0123456789+-()xy", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_ALIASES = {
    **{"ln": "log", "lg": "log10", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "tg": "tan", "tanhyp": "tanh"},
    **{"absolute": "abs", "fabs": "abs", "sgn": "sign", "minimum": "min", "maximum": "max", "fmin": "min"},
    **{"fmax": "max", "power": "pow"},
}
_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<module>(?:np|numpy|math|torch|jnp)\.(?=[A-Za-z])|\.(?=[*/^]))"
    r"|(?P<index>[xX](?:_?[0-9]+(?![0-9_])|\[[0-9]\]))"
    r"|(?P<name>[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?)"
    r"|(?P<sign>\*\*|[-+*/^()\[\]|,√])|(?P<space> +)"
)
_ARGUMENTS = r"(?:x *, *y|x_?1 *, *x_?2|x_?0 *, *x_?1|x|y)"
_NAME = r"(?P<name>[A-Za-z](?:[A-Za-z0-9_]*[A-Za-z0-9])?)"
#: What may stand before a formula, as mathematicians and programs write it; several of them: f = lambda x, y: …
_HEADS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf" *(?:def )? *{_NAME} *\( *{_ARGUMENTS} *\) *(?:(?::|≔)?=(?!=)|≔|:(?=.*return))",
        rf" *{_NAME} *(?::?=(?!=)|≔)",
        rf" *(?:{_NAME} *:)? *\( *{_ARGUMENTS} *\) *(?:[-=]>|→|↦)",
        rf" *lambda +{_ARGUMENTS} *:",
        rf" *@ *\( *{_ARGUMENTS} *\)",
        r" *return\b",
    )
]
#: With x right after it, sinx, it is plain what is missing.
_CALLED = sorted({*FUNCTIONS, *_ALIASES}, key=len, reverse=True)
_LATEX = re.compile(r"[\\{}$]")


@dataclass(frozen=True)
class Token:
    """kind: "number", "variable", "constant", "function", "sign" or "unknown"; position: in what was typed.

    doubtful: beside a character that was refused, so that what seems to be missing here is no fault of its own.
    """

    kind: str
    word: str
    position: int
    doubtful: bool = False


def tokens(text: str) -> tuple[list[Token], list[Fault]]:
    """The words of `text`, and the faults in it. The last token is the sign "" at its end."""
    latex = _LATEX.search(text)
    if latex is not None:
        return [], [Fault(latex.start(), "latex")]
    plain, places = _plain(text)
    plain = re.sub(r"[ ;]*;[ ;]*$", lambda end: " " * len(end.group()), plain)
    places.append(max(0, len(text.rstrip()) - 1))
    found: list[Token] = []
    faults: list[Fault] = []
    place, doubtful = _head(plain), False
    base = _first_index(plain)
    while place < len(plain):
        match = _TOKEN.match(plain, place)
        where = places[place]
        if match is None:
            faults.append(_refused(text, where))
            doubtful = True
            place += 1
            continue
        word, kind = match.group(), match.lastgroup
        place = match.end()
        if kind in ("space", "module"):
            continue
        if kind == "number":
            if not math.isfinite(float(word)):
                faults.append(Fault(where, "number"))
            read = [Token("number", word, where, doubtful)]
        elif kind == "sign":
            read = [Token("sign", "**" if word == "^" else word, where, doubtful)]
        elif kind == "index":
            read = [_indexed(word, where, base)]
        else:
            read = _named(word, where)
        faults += [Fault(each.position, "name", (("word", each.word[:20]),)) for each in read if each.kind == "unknown"]
        found += read
        doubtful = False
    faults += _mixed(found, plain, places)
    return [*found, Token("sign", "", places[-1], doubtful)], faults


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in ASCII as far as it has a meaning there, and for each of its characters the place in `text`."""
    out: list[str] = []
    places: list[int] = []
    raised = False
    for place, sign in enumerate(text):
        if (sign in _RAISED) != raised:
            raised = not raised
            out.append("^(" if raised else ")")
            places += [place] * len(out[-1])
        if raised and _RAISED[sign].isdigit() and text[place - 1] in "ˣʸ":
            out.append(sign)  # ˣ²: a power of a power, or of the exponent
        else:
            out.append(_RAISED.get(sign) or _LOWERED.get(sign) or _fraction(text, place) or _ascii(sign))
        places += [place] * len(out[-1])
    if raised:
        out.append(")")
        places.append(len(text) - 1)
    return "".join(out), places


def _fraction(text: str, place: int) -> str:
    """½ as a quotient; '' for what is none, and for the 2½ that may be a sum."""
    sign = text[place]
    if unicodedata.decomposition(sign).startswith("<fraction>") and not text[:place].rstrip()[-1:].isdigit():
        top, _, bottom = unicodedata.normalize("NFKC", sign).partition("\N{FRACTION SLASH}")
        return f"({top}/{bottom})" if bottom else ""
    return ""


def _ascii(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    code = ord(sign)
    if 0xFF01 <= code <= 0xFF5E:  # full-width forms
        return _SIGNS.get(sign) or chr(code - 0xFEE0)
    if 0x1D400 <= code <= 0x1D7FF:  # 𝑥, 𝟐, 𝜋: letters and digits of formulas
        folded = unicodedata.normalize("NFKC", sign)
        return _SIGNS.get(folded, folded)
    return " " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") else sign


def _head(plain: str) -> int:
    """Where the formula begins: after `f(x, y) =`, `lambda x, y:` and the like, if they are there."""
    place, found = 0, True
    while found:
        found = False
        for head in _HEADS:
            match = head.match(plain, place)
            if match is not None and not _is_known(match.groupdict().get("name")):
                place, found = match.end(), True
                break
    return place


def _is_known(name: str | None) -> bool:
    return name is not None and name.lower() in (*FUNCTIONS, *CONSTANTS, "x", "y")


def _first_index(plain: str) -> int:
    """What x is the number of: 0 for x0 and for Python's x[0], x[1]; 1 for x1 and for x[1], x[2]."""
    zero = re.search(r"[xX](?:_?0(?![0-9])|\[0\])", plain)
    second = re.search(r"[xX]\[1\]", plain) and not re.search(r"[xX]\[2\]", plain)
    return 0 if zero or second else 1


def _refused(text: str, place: int) -> Fault:
    sign = text[place]
    if sign.isprintable():
        return Fault(place, "sign", (("sign", f"“{sign}”"),))
    return Fault(place, "invisible", (("code", f"U+{ord(sign):04X}"),))


def _indexed(word: str, place: int, base: int) -> Token:
    number = int(re.sub(r"[^0-9]", "", word))
    if number - base in (0, 1):
        return Token("variable", "xy"[number - base], place)
    return Token("unknown", word, place)


def _named(word: str, place: int) -> list[Token]:
    """What a word means; xy, xsin and pix are products."""
    known = _known(word, place) or _known(word.lower(), place)
    if known is not None:
        return [known]
    match = re.fullmatch(r"(pi)?(xy?|yx?)([A-Za-z0-9]*)", word)
    rest = None if match is None or not match[3] else _known(match[3], 0)
    if match is None or (match[3] and (rest is None or rest.kind == "variable")):  # xx is a slip, not a square
        called = re.fullmatch(rf"({'|'.join(_CALLED)})(?:pi)?(?:xy?|yx?)?", word, re.IGNORECASE)
        return [Token("function" if called else "unknown", called[1].lower() if called else word, place)]
    parts = [match[1] or "", *match[2], match[3]]
    read: list[Token] = []
    for part in parts:
        token = _known(part, place)
        if token is not None:
            read.append(token)
        place += len(part)
    return read


def _known(word: str, place: int) -> Token | None:
    word = _ALIASES.get(word, word)
    if word in ("x", "y"):
        return Token("variable", word, place)
    if word in CONSTANTS:
        return Token("constant", word, place)
    if word in FUNCTIONS or word == "pow":
        return Token("function", word, place)
    return None


def _mixed(found: list[Token], plain: str, places: list[int]) -> list[Fault]:
    """x2 beside x or y: it may have been meant as a product or a square."""
    written = {token.position for token in found if token.kind == "variable"}
    indexed = [m for m in _TOKEN.finditer(plain) if m.lastgroup == "index" and places[m.start()] in written]
    letters = len(written) - len(indexed)
    if not indexed or not letters:
        return []
    return [Fault(places[m.start()], "index", (("word", m.group()),)) for m in indexed]
