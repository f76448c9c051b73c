"""Why a value is refused, in the language in force: the mathematics says what is allowed in English, with its numbers.

A row is such a sentence with blanks; ranges are put together from their two ends. What no row knows stays English.
"""

from __future__ import annotations

import re
from functools import cache

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, grouped_whole
from qhm_math.checks import ParameterError

#: With blanks where a number, names or a range stand; those that say more come first.
ROWS = (
    "at most {most} pairs (t, y) with |t| <= 10 and |y| <= 100",
    "from {least} to {most}, the number of training images",
    "from {least} to {most} in the grid of α, β and ν",
    "a whole number at least 1 and at most n = {most}",
    "so few that there are at most {most} runs in all",
    "at most {most}, the number of training images",
    "0, or a multiple of {count} from {least} on",
    "greater than 0 and at most L = {most}",
    "a text of at most {most} characters",
    "0 for that of L, or {range}",
    "0, or greater than {least}",
    "at most {most} for {what}",
    "from {least} to {most}",
    "a multiple of {count}",
    "at most {most} points",
    "{range} at every step",
    "one of {names}",
    "{range}, or ∞",
)
#: The ends of a range, and what it is a range of.
ENDS = {
    "at least": "at least {number}",
    "greater than": "greater than {number}",
    "at most": "at most {number}",
    "less than": "less than {number}",
}
NOUNS = {"a whole number": "a whole number {range}", "a finite number": "a finite number {range}"}
_NUMBER = r"[−+-]?[\d.,]+(?:[eE×][\d⁰¹²³⁴⁵⁶⁷⁸⁹⁻+-]+)?"
_RANGE = re.compile(
    rf"(?P<noun>a whole number|a finite number)? ?(?:(?P<low>at least|greater than) (?P<from>{_NUMBER}))?"
    rf"(?: and )?(?:(?P<high>at most|less than) (?P<to>{_NUMBER}))?"
)
#: What the mathematics calls it -> what the window does.
_NAMES = {
    "alpha": "α",
    "beta": "β",
    "nu": "ν",
    "batch": "batch size",
    "cells": "cells",
    "seeds": "seeds",
    "width": "width",
    "problem": "problem",
    "steps": "steps",
}


def refusal_sentence(error: ParameterError, name: str = "") -> str:
    """One sentence: which field (``name``: what it is called there), which value, and what it must be."""
    known = name or tr(_NAMES.get(error.name, error.name))
    sentence = "{name} = {value} is not allowed: it must be {allowed}."
    return tr(sentence, name=known, value=shown(error.value), allowed=allowed_words(error.allowed))


def shown(value: object) -> str:
    """A refused value, short enough for one line."""
    text = grouped(value) if isinstance(value, float) else str(value)
    if isinstance(value, int) and not isinstance(value, bool) and len(text) <= 40:
        text = grouped_whole(value)
    return text if len(text) <= 40 else text[:39] + "…"


def allowed_words(text: str) -> str:
    """What is allowed, as `ParameterError` says it, in the language in force."""
    if (said := tr(text)) != text:
        return said
    if (found := _RANGE.fullmatch(text)) and text:
        return _range(found)
    for row, pattern in _patterns():
        if found := pattern.fullmatch(text):
            parts = found.groupdict()
            if "range" in parts:
                parts["range"] = allowed_words(parts["range"])
            return tr(row, **parts)
    return said


def _range(found: re.Match[str]) -> str:
    ends = [
        tr(ENDS[found[word]], number=found[number]) for word, number in (("low", "from"), ("high", "to")) if found[word]
    ]
    words = tr("{one} and {other}", one=ends[0], other=ends[1]) if len(ends) == 2 else "".join(ends)
    noun = found["noun"]
    if not noun or not words:
        return words or tr(noun)
    return tr(NOUNS[noun], range=words)


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    found: list[tuple[str, re.Pattern[str]]] = []
    for row in ROWS:
        parts = re.split(r"\{(\w+)\}", row)
        text = "".join(rf"(?P<{part}>.+?)" if at % 2 else re.escape(part) for at, part in enumerate(parts))
        found.append((row, re.compile(text)))
    return found
