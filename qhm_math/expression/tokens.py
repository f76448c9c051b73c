"""From what people type to the words of the program's own notation, each with its place in what was typed.

Characters first (full-width letters, raised digits, ·, −, √ …), then words (ln, arcsin, np.sin, x1, xy). What has no
meaning is noted as a fault, and reading goes on, so that all faults are found.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass

from .derived import MEANINGS
from .faults import Fault
from .heads import head
from .names import CONSTANTS, FUNCTIONS

_SIGNS = {
    **dict.fromkeys("·⋅×∙✕✖∗⨯•‧⋆・･", "*"),
    **dict.fromkeys("−–—‐‑‒﹣ーｰ", "-"),  # ー and ・ are what Japanese keyboards give for - and /
    **dict.fromkeys("。｡", "."),
    **dict.fromkeys("÷∕⁄", "/"),
    **dict.fromkeys("πΠ", "pi"),
    **dict.fromkeys("∣❘", "|"),
    **dict.fromkeys("’‘ʼ", "'"),
    **dict.fromkeys("\t\n\r", " "),
    **dict.fromkeys("ℯⅇ", "e"),
    "∛": "cbrt",
    "\N{INVISIBLE TIMES}": "*",
    "\N{INVISIBLE PLUS}": "+",
    "ˆ": "^",
    "，": ",",
    "、": ",",
}
#: What stands in texts of web pages and PDFs, and means nothing; marks that turn the order of signs are refused.
_UNSEEN = "\u00ad\u200b\u200c\u200d\u2060\u2061\ufeff"
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ˣʸ", "0123456789+-()xy", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉", "0123456789", strict=True))
_ALIASES = {
    **{"ln": "log", "lg": "log10", "arcsin": "asin", "arccos": "acos", "arctan": "atan", "tg": "tan", "tanhyp": "tanh"},
    **{"absolute": "abs", "fabs": "abs", "sgn": "sign", "minimum": "min", "maximum": "max", "fmin": "min"},
    **{"fmax": "max", "power": "pow", "ctg": "cot", "cosec": "csc", "logistic": "sigmoid", "log_10": "log10"},
    **{"log_2": "log2", "log_e": "log"},
}
_TOKEN = re.compile(
    r"(?P<number>(?:[1-9][0-9]{0,2}(?:(?P<group>[_' ])[0-9]{3})(?:(?P=group)[0-9]{3})*(?![0-9_'])(?:\.[0-9]*)?"
    r"|[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)"
    r"|(?P<module>(?:np|numpy|math|torch|jnp|jax\.numpy|tf|F|Math)\.(?=[A-Za-z])|\.(?=[*/^]))"
    r"|(?P<index>[A-Za-z\u0370-\u03ff](?:_?[0-9]+(?![0-9_])|\[[0-9]\]|\([12]\)))"
    r"|(?P<name>[A-Za-z\u0370-\u03ff](?:[A-Za-z0-9_]*[A-Za-z0-9])?)"
    r"|(?P<refused>//|==|[<>!]=|->)"
    r"|(?P<sign>\*\*|[-+*/^()\[\]|,√])|(?P<space> +)"
)
#: With x right after it, sinx, it is plain what is missing.
_CALLED = sorted({*FUNCTIONS, *MEANINGS, *_ALIASES}, key=len, reverse=True)
_NAME = re.compile(r"(?P<name>[A-Za-z\u0370-\u03ff](?:[A-Za-z0-9_]*[A-Za-z0-9])?)")
_LATEX = re.compile(r"[\\$]|(?<=[\^_])\{|(?<=\})\{")
_END = re.compile(r"[ ;]*[.,]?[ ;]*(?:#.*)?$")  # of a line of a program, or of a sentence in a paper


@dataclass(frozen=True)
class Token:
    """kind: "number", "variable", "constant", "function", "called" (sinx), "sign" or "unknown".

    position: in what was typed.
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
    plain = _END.sub(lambda end: " " * len(end.group()), plain, count=1)
    places.append(max(0, len(text.rstrip()) - 1))
    letters = _Letters(plain)
    found: list[Token] = []
    faults: list[Fault] = []
    place, doubtful = letters.begin, False
    while place < len(plain):
        match = _TOKEN.match(plain, place)
        where = places[place]
        if match is not None and match.lastgroup == "index" and not letters.is_index(match.group()):
            match = _NAME.match(plain, place)
        if match is None or match.lastgroup == "refused":
            length = 1 if match is None else len(match.group())
            faults.append(_refused(text, where) if length == 1 else _sign(where, plain[place : place + length]))
            doubtful = True
            place += length
            continue
        word, kind = match.group(), match.lastgroup
        place = match.end()
        if kind in ("space", "module"):
            continue
        if kind == "number":
            word = re.sub("[_' ]", "", word)
            if not math.isfinite(float(word)):
                faults.append(Fault(where, "number"))
            read = [Token("number", word, where, doubtful)]
        elif kind == "sign":
            read = [Token("sign", "**" if word == "^" else word, where, doubtful)]
        elif kind == "index":
            read = [letters.indexed(word, where)]
        else:
            read = letters.named(word, where)
            if any(each.kind == "variable" for each in read) and not letters.allow(word):
                faults.append(Fault(where, "letter", (("word", word),)))
        faults += [Fault(each.position, "name", (("word", each.word[:20]),)) for each in read if each.kind == "unknown"]
        found += read
        doubtful = False
    faults += _mixed(found, plain, places, letters)
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
    if sign.isdecimal():
        return str(unicodedata.decimal(sign))
    if sign in _UNSEEN:
        return ""
    return " " if unicodedata.category(sign) in ("Zs", "Zl", "Zp") else sign


class _Letters:
    """What x and y are called: by themselves, or as the head of the formula has them (`heads.py`)."""

    def __init__(self, plain: str) -> None:
        found = head(plain)
        self.begin = found.end
        body = plain[found.end :]
        words = [m for m in _TOKEN.finditer(body) if m.lastgroup in ("index", "name")]
        used = any(
            m.group()[0] == found.vector
            if m.lastgroup == "index"
            else _known(m.group(), 0) is None and letter in m.group()
            for m in words
            for letter in found.letters
        )
        self.called = found.letters if used else {}  # f(w) = x² + y² says what x and y are together
        self.vector = found.vector if used or found.vector in "xX" else "x"
        sure = found.alone and self.vector == found.vector
        both = all(re.search(rf"{self.vector} *\({n}\)", body, re.IGNORECASE) for n in (1, 2))
        self.by_parentheses = sure or (both and not re.search("[yY]", body))  # as MATLAB writes x(1), x(2)
        index = rf"{self.vector}(?:_?(?P<n>[0-9])(?![0-9])|\[(?P<b>[0-9])\])"
        numbers = {(m["n"] or f"[{m['b']}]") for m in re.finditer(index, body, re.IGNORECASE)}
        # x is number 0 beside x0, and beside x[1] without an x[2]; otherwise it is number 1
        self.base = 0 if numbers & {"0", "[0]"} or ("[1]" in numbers and "[2]" not in numbers) else 1

    def is_index(self, word: str) -> bool:
        """Whether x1, x[1] or x(1) is one of the two variables, and not a name or a product."""
        if word in self.called or word[0].lower() != self.vector.lower():
            return False
        return self.by_parentheses if "(" in word else True

    def indexed(self, word: str, place: int) -> Token:
        number = int(re.sub(r"[^0-9]", "", word)) - (1 if "(" in word else self.base)
        return Token("variable", "xy"[number], place) if number in (0, 1) else Token("unknown", word, place)

    def named(self, word: str, place: int) -> list[Token]:
        """The tokens of a word, in which the letters of the head stand for x and y."""
        if word in self.called:
            return [Token("variable", self.called[word], place)]
        if not self.called or _known(word, 0) or _known(word.lower(), 0):
            return _named(word, place)
        single = {letter: name for letter, name in self.called.items() if len(letter) == 1}
        read = _named("".join(single.get(sign, sign) for sign in word), place)
        return read if all(token.kind != "unknown" for token in read) else _named(word, place)

    def allow(self, word: str) -> bool:
        """Whether x and y may stand in a word: not where the two are called otherwise."""
        return not self.called or all(sign in self.called for sign in word.lower() if sign in "xy")


def _sign(place: int, sign: str) -> Fault:
    return Fault(place, "sign", (("sign", f"“{sign}”"),))


def _refused(text: str, place: int) -> Fault:
    sign = text[place]
    if sign in "=＝":
        return Fault(place, "equation")
    if sign.isprintable():
        return _sign(place, sign)
    return Fault(place, "invisible", (("code", f"U+{ord(sign):04X}"),))


def _named(word: str, place: int) -> list[Token]:
    """What a word means; xy, xsin and pix are products."""
    known = _known(word, place) or _known(word.lower(), place)
    if known is not None:
        return [known]
    match = re.fullmatch(r"(pi)?(xy?|yx?)([A-Za-z0-9]*)", word)
    rest = None if match is None or not match[3] else _known(match[3], 0)
    if match is None or (match[3] and (rest is None or rest.kind == "variable")):  # xx is a slip, not a square
        called = re.fullmatch(rf"({'|'.join(_CALLED)})(?:[0-9]*(?:pi)?(?:xy?|yx?)|[0-9]*pi)?", word, re.IGNORECASE)
        return [Token("called" if called else "unknown", called[1].lower() if called else word, place)]
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
    if word in FUNCTIONS or word in MEANINGS:
        return Token("function", word, place)
    return None


def _mixed(found: list[Token], plain: str, places: list[int], called: _Letters) -> list[Fault]:
    """x2 beside x or y: it may have been meant as a product or a square."""
    written = {token.position for token in found if token.kind == "variable"}
    indexed = [m for m in _TOKEN.finditer(plain) if m.lastgroup == "index" and places[m.start()] in written]
    indexed = [m for m in indexed if called.is_index(m.group())]
    letters = len(written) - len(indexed)
    if not indexed or not letters:
        return []
    return [Fault(places[m.start()], "index", (("word", m.group()),)) for m in indexed]
