"""What the terminal cannot write: letters that its encoding lacks become ASCII of the same meaning."""

from __future__ import annotations

import codecs
import unicodedata
from typing import Any

_NAME = "qhm-ascii"
_ASCII = {
    **{"α": "alpha", "β": "beta", "γ": "gamma", "ε": "epsilon", "η": "eta", "κ": "kappa", "λ": "lambda", "μ": "mu"},
    **{"ν": "nu", "π": "pi", "ρ": "rho", "σ": "sigma", "τ": "tau", "Σ": "Sigma", "∇": "grad ", "√": "sqrt", "∞": "inf"},
    **{"−": "-", "–": "-", "—": "-", "×": "x", "·": "*", "±": "+-", "≤": "<=", "≥": ">=", "≈": "~", "→": "->"},
    **{"“": '"', "”": '"', "‘": "'", "’": "'", "…": "...", "‖": "||", "\u2009": " ", "\u202f": " ", "\u200b": ""},
}
_RAISED = {"⁻": "-", **dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))}


def in_ascii(text: str) -> str:
    """``text`` in ASCII: Greek letters by name, 10⁻³ as 10^-3, accents dropped, the rest as '?'."""
    return "".join(_one(letter, text[:place]) for place, letter in enumerate(text))


def _one(letter: str, before: str) -> str:
    if letter in _RAISED:
        return ("" if before[-1:] in _RAISED else "^") + _RAISED[letter]
    if letter in _ASCII or letter.isascii():
        return _ASCII.get(letter, letter)
    bare = unicodedata.normalize("NFKD", letter)
    return "".join(_ASCII.get(part, part if part.isascii() else "") for part in bare) or "?"


def _replace(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return in_ascii(error.object[error.start : error.end]), error.end


def write_what_it_can(stream: Any) -> None:
    """Let a stream of text never fail for a letter that its encoding lacks."""
    codecs.register_error(_NAME, _replace)
    if hasattr(stream, "reconfigure"):
        stream.reconfigure(errors=_NAME)
