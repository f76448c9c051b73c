"""Eigenvalues as people type, paste and read them: one number after another."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice

import numpy as np

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import NumberError, TwoReadings, exact_text, grouped, parse_number, short
from qhm_math.eigenvalues import MOST_LISTED

#: What stands between numbers: semicolons, and the spaces that a line is broken at. One class each: a choice of two
#: classes, repeated, takes a hundred bytes a letter.
_BREAKS = r";、；\t-\r\x1c-\x20\x85\u1680\u2000-\u2006\u2008\u200a\u2028\u2029\u205f\u3000"
_PART = re.compile(rf"[^{_BREAKS}]+")
#: What may stand between numbers and also within one: commas, and the other spaces.
_PIECE = re.compile(r"[^,，\u00a0\u2007\u2009\u202f]+")
_GROUPS = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]*)?")
#: Letters of a number at most: reading more takes ever longer, and ends in no other float.
_LONGEST = 2000
#: A list of more is shown by its length and its ends.
MOST_SHOWN = 200


class EigenvalueError(ValueError):
    """A text that is no list of eigenvalues; ``str()`` is one sentence."""


def eigenvalues_in(text: str) -> Iterator[float]:
    """The numbers of a text between spaces, commas, semicolons or lines, one after the other.

    EigenvalueError for what is no number, and for 1,5 or 1,000 with no space: one number to some, two to others.
    No call in here takes long, however long the text: the window's thread has its turn in between.
    """
    for found in _PART.finditer(text):
        part = found[0]
        if len(part) < _LONGEST and "_" not in part:
            try:
                yield float(part)  # of a million numbers nearly all are written so
                continue
            except ValueError:
                pass
        yield from _numbers(part)


def _numbers(part: str) -> Iterator[float]:
    if len(part) < _LONGEST:
        part = part.strip(",，")
        if len(list(islice(_PIECE.finditer(part), 2))) > 1:
            commas = part.replace("，", ",")
            one = _one_number(commas)
            if one is not None and "," not in commas:
                yield one
                return
            if one is not None and (commas.count(",") == 1 or _GROUPS.fullmatch(commas)):
                sentence = "“{typed}” is one number or several: write a space between eigenvalues, and decimal points."
                raise EigenvalueError(tr(sentence, typed=_shown(part)))
    for piece in _PIECE.finditer(part):
        yield _number(piece[0])


def _one_number(part: str) -> float | None:
    """What a text is if it is one number, NaN if there are two readings of it; None if it is none."""
    try:
        return parse_number(part)
    except TwoReadings:
        return math.nan
    except NumberError:
        return None


def _number(part: str) -> float:
    sentence = "“{typed}” is not a number; eigenvalues are separated by spaces, commas or lines."
    if len(part) <= _LONGEST:
        if "_" not in part:
            with suppress(ValueError):
                return float(part)  # of thousands of numbers nearly all
        with suppress(ValueError):
            return parse_number(part)
        with suppress(ValueError):
            complex(part.replace("i", "j").replace("_", " "))
            sentence = "“{typed}” is complex; the eigenvalues of a symmetric matrix are real."
    raise EigenvalueError(tr(sentence, typed=_shown(part)))


def _shown(part: str) -> str:
    return "".join(sign if sign.isprintable() else " " for sign in part[:40])


def refused_value(values: np.ndarray) -> float | None:
    """The first value that no eigenvalue of a positive definite matrix is; None where all may be."""
    wrong = values[~((values > 0) & np.isfinite(values))]
    return float(wrong[0]) if len(wrong) else None


def typed_eigenvalues(text: str) -> tuple[float, ...]:
    """The eigenvalues that a person typed or pasted; EigenvalueError where there is none, or one is not allowed."""
    values = list(islice(eigenvalues_in(text), MOST_LISTED + 1))
    if len(values) > MOST_LISTED:
        sentence = "There are more than {most} numbers: a session holds no more eigenvalues."
        raise EigenvalueError(tr(sentence, most=grouped(MOST_LISTED)))
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
