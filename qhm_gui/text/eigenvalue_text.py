"""Eigenvalues as people type, paste and read them: one number after another."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from contextlib import suppress

import numpy as np

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import NumberError, TwoReadings, exact_text, grouped, parse_number, short

#: What stands between numbers, and what may also stand within one: commas, and the spaces that no line is broken at.
_SEPARATORS = re.compile(r"(?:[^\S\u00a0\u2007\u2009\u202f]|[;、；])+")
_WITHIN = re.compile(r"[,，\u00a0\u2007\u2009\u202f]+")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
#: A list of more is shown by its length and its ends.
MOST_SHOWN = 200


class EigenvalueError(ValueError):
    """A text that is no list of eigenvalues; ``str()`` is one sentence."""


def eigenvalues_in(text: str) -> list[float]:
    """The numbers of a text between spaces, commas, semicolons or lines.

    EigenvalueError for what is no number, and for 1,5 or 1,000 with no space: one number to some, two to others.
    """
    parts = _SEPARATORS.split(text)
    if not _WITHIN.search(text) and "_" not in text:
        with suppress(ValueError):
            return [float(part) for part in parts if part]  # of a million numbers nearly all are written so
    stripped = (part.strip(",，") for part in parts)
    return [number for part in stripped if part for number in _numbers(part)]


def _numbers(part: str) -> list[float]:
    pieces = [piece for piece in _WITHIN.split(part) if piece]
    if len(pieces) > 1:
        commas = part.replace("，", ",")
        one = _one_number(commas)
        if one is not None and "," not in commas:
            return [one]
        if one is not None and (commas.count(",") == 1 or _GROUPS.fullmatch(commas)):
            sentence = "“{typed}” is one number or several: write a space between eigenvalues, and decimal points."
            raise EigenvalueError(tr(sentence, typed=_shown(part)))
    return [_number(piece) for piece in pieces]


def _one_number(part: str) -> float | None:
    """What a text is if it is one number, NaN if there are two readings of it; None if it is none."""
    try:
        return parse_number(part)
    except TwoReadings:
        return math.nan
    except NumberError:
        return None


def _number(part: str) -> float:
    try:
        if "_" not in part:
            return float(part)  # of thousands of numbers nearly all
    except ValueError:
        pass
    try:
        return parse_number(part)
    except ValueError:
        shown = _shown(part)
    try:
        complex(part.replace("i", "j").replace("_", " "))
    except ValueError:
        sentence = "“{typed}” is not a number; eigenvalues are separated by spaces, commas or lines."
    else:
        sentence = "“{typed}” is complex; the eigenvalues of a symmetric matrix are real."
    raise EigenvalueError(tr(sentence, typed=shown))


def _shown(part: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in part[:40])


def refused_value(values: np.ndarray) -> float | None:
    """The first value that no eigenvalue of a positive definite matrix is; None where all may be."""
    wrong = values[~((values > 0) & np.isfinite(values))]
    return float(wrong[0]) if len(wrong) else None


def typed_eigenvalues(text: str) -> tuple[float, ...]:
    """The eigenvalues that a person typed or pasted; EigenvalueError where there is none, or one is not allowed."""
    values = eigenvalues_in(text)
    if not values:
        raise EigenvalueError(tr("There is no number: at least one eigenvalue is needed."))
    wrong = refused_value(np.array(values))
    if wrong is not None:
        raise EigenvalueError(
            tr("{value} is no eigenvalue here: every one must be finite and greater than 0.", value=exact_text(wrong))
        )
    return tuple(values)


def list_text(values: Sequence[float]) -> str:
    """Every value, so that typing it back gives the same; of a long list its length and its ends."""
    if len(values) > MOST_SHOWN:
        return summary_text(values)
    return ", ".join(exact_text(value) for value in values)


def summary_text(values: Sequence[float], digits: int = 3) -> str:
    """'1 000 values, 0.001 to 1'."""
    low, high = (short(end, digits) for end in (min(values), max(values)))
    return tr("{count} values, {low} to {high}", count=grouped(len(values)), low=low, high=high)
