"""What stands before a formula, as mathematicians and programs write it, and what its letters are called there."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .names import CONSTANTS, FUNCTIONS

_WORD = r"[^\W\d_](?:\w*[^\W_])?"
_NAME = rf"(?P<name>{_WORD})"
#: Mathematica writes the letters of a definition as x_.
_ARGUMENTS = rf"(?P<first>{_WORD})_? *(?:, *(?P<second>{_WORD})_? *)?"
#: Several of them may follow each other: f = lambda x, y: …
_HEADS = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf" *(?:def )? *{_NAME} *[(\[] *{_ARGUMENTS}[)\]] *(?:(?::|≔)?=(?!=)|≔|:(?=.*return))",
        rf" *{_NAME} *(?::?=(?!=)|≔)",
        rf" *(?:{_NAME} *:)? *\( *{_ARGUMENTS}\) *(?:[-=]>|→|↦)",
        rf" *lambda +{_ARGUMENTS}:",
        rf" *@ *\( *{_ARGUMENTS}\)",
        r" *return\b",
        r" *=(?!=)",  # the cell of a spreadsheet
    )
]
_PAIRS = ({"x", "y"}, {"x1", "x2"}, {"x0", "x1"}, {"x_1", "x_2"}, {"x_0", "x_1"})


@dataclass(frozen=True)
class Head:
    """end: where the formula begins. letters: what is x and what is y in it, if they are called otherwise.

    vector: what the pair is called, as in w[0]; alone: whether the head says so.
    """

    end: int
    letters: dict[str, str]
    vector: str = "x"
    alone: bool = False


def head(plain: str) -> Head:
    """What `f(x, y) =`, `lambda x, y:`, `f(u, v) =`, `@(w)` and the like say; one that ends at 0 if there is none."""
    place, found = 0, True
    letters: dict[str, str] = {}
    vector, alone = "x", False
    while found:
        found = False
        for form in _HEADS:
            match = form.match(plain, place)
            if match is not None and not _is_known(match.groupdict().get("name")):
                arguments = match.groupdict()
                first, second = arguments.get("first"), arguments.get("second")
                if _is_known(first, letters=False) or _is_known(second, letters=False):
                    continue
                place, found = match.end(), True
                if first is not None:
                    letters, vector = _called(first, second)
                    alone = second is None
                break
    return Head(place, letters, vector, alone)


def _called(first: str, second: str | None) -> tuple[dict[str, str], str]:
    if second is None:
        return ({}, "x") if first.lower() in "xy" else ({first: "x"}, first)
    if {first.lower(), second.lower()} in _PAIRS or first == second:
        return {}, "x"
    if first.lower() == "y" or second.lower() == "x":  # who is named stays what it is
        return {first: "y", second: "x"}, "x"
    return {first: "x", second: "y"}, "x"


def _is_known(name: str | None, *, letters: bool = True) -> bool:
    known = (*FUNCTIONS, *CONSTANTS, "x", "y") if letters else (*FUNCTIONS, *CONSTANTS)
    return name is not None and name.lower() in known
