"""What the terminal cannot write: letters that its encoding lacks become ASCII of the same meaning."""

from __future__ import annotations

import codecs
import os
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


def can_write(stream: Any, text: str) -> bool:
    """Whether the encoding of a stream of text has all of these letters."""
    try:
        text.encode(getattr(stream, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


class Complaints:
    """Standard error that never fails: where it cannot be written, as on a full disk, or is closed, nothing is said.

    What is told there never decides whether the work succeeds, nor what a command's exit status is.
    """

    def __init__(self, stream: Any) -> None:
        """``stream`` is Python's own; None where it is closed."""
        self._stream: Any = stream

    def write(self, text: str) -> int:
        """As many characters as ``text`` has, written or not."""
        try:
            if self._stream is not None:
                self._stream.write(text)
        except BrokenPipeError:
            raise
        except (OSError, ValueError):  # ValueError: closed meanwhile
            self._give_up()
        return len(text)

    def flush(self) -> None:
        """Likewise."""
        try:
            if self._stream is not None:
                self._stream.flush()
        except BrokenPipeError:
            raise
        except (OSError, ValueError):
            self._give_up()

    def isatty(self) -> bool:
        """Whether somebody may be looking."""
        return self._stream is not None and self._stream.isatty()

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def _give_up(self) -> None:
        """What is still buffered would make Python itself end with a status of its own."""
        stream, self._stream = self._stream, None
        if stream is None:
            return
        try:
            nowhere = os.open(os.devnull, os.O_WRONLY)
            os.dup2(nowhere, stream.fileno())
            os.close(nowhere)
        except (OSError, ValueError):
            return


def occupy_standard_streams() -> None:
    """Where a standard stream is closed, no file that is opened may get its number: Qt writes there."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            try:
                os.open(os.devnull, os.O_RDWR)  # gets the lowest number that is free: this one
            except OSError:
                return
