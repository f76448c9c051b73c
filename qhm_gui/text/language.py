"""The words of the window in English and Japanese.

English is the key: ``tr("Learning rate")``. The Japanese table is ``resources/translations/ja.json``; a test reads
every ``tr`` call of the sources and fails where a sentence is missing or no longer used.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from numbers import Integral

from qhm_gui.text.symbols import lettered
from qhm_math.resource_files import ResourceError, resource_text, resources

LANGUAGES = ("en", "ja")
#: Between groups of three digits, the only place that says so. A thin space, as ISO 80000 has it, because a comma is a
#: decimal sign to many; in Japanese a comma, which there is nothing else.
_BETWEEN_GROUPS = {"en": "\N{NARROW NO-BREAK SPACE}", "ja": ","}
_COMMA_IN_DIGITS = re.compile(r"(?<=[0-9]),(?=[0-9]{3}(?![0-9]))")
_TABLES = resources() / "translations"
_current = "en"


@cache
def table(language: str) -> dict[str, str]:
    """English text -> text of ``language``; empty for English. ResourceError where the file is missing or damaged."""
    if language == "en":
        return {}
    text = resource_text(_TABLES / f"{language}.json")
    try:
        words = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ResourceError(f"{language}.json", "damaged") from error
    if not isinstance(words, dict) or not words or not all(isinstance(said, str) for said in words.values()):
        raise ResourceError(f"{language}.json", "damaged")
    return words


def set_language(language: str) -> None:
    """Choose the language that :func:`tr` answers in ('en' or 'ja'). ResourceError without its table."""
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language = {language!r} is not known: it must be one of {', '.join(LANGUAGES)}.")
    table(language)
    _current = language


def language() -> str:
    """The language in force."""
    return _current


def between_groups() -> str:
    """What stands between groups of three digits in the language in force."""
    return _BETWEEN_GROUPS[_current]


def regrouped(text: str) -> str:
    """A text whose numbers are grouped by commas, as in code (1,000), with the sign of the language in force."""
    sign = between_groups()
    return text if sign == "," or "," not in text else _COMMA_IN_DIGITS.sub(sign, text)


class _Filler(string.Formatter):
    """``str.format`` that groups digits as the language in force does."""

    def format_field(self, value: object, format_spec: str) -> str:
        """A filled-in value; a whole number, and what is written as {count:,}, with its digits in groups."""
        if not format_spec and isinstance(value, Integral):
            format_spec = ","
        text = format(value, format_spec)
        return regrouped(text) if "," in format_spec else text


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Within this, :func:`tr` answers in ``language``: a figure may speak another one than the window."""
    before = _current
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def listed(*parts: str, by: str = ", ") -> str:
    """The parts that are not empty, with the comma, or the semicolon, of the language in force between them."""
    return tr(by).join(part for part in parts if part)


#: Things that are counted: of one of them English says no s.
_COUNTED = re.compile(
    r"\{(\w+)\}( gradient| Lanczos)? (cell|curvature|eigenvalue|epoch|evaluation|figure|image|minute|number|page|"
    r"point|row|run|sample|second|seed|setting|start|step)s\b"
)


def _of_one(words: str, values: Mapping[str, object]) -> str:
    """A sentence in which what there is one of has no s."""

    def counted(found: re.Match[str]) -> str:
        return found[0][:-1] if str(values.get(found[1])) == "1" else found[0]

    return _COUNTED.sub(counted, words)


#: Signs of Japanese that have the space after them within.
_WIDE_ENDS = "。、：；！？）」』"


def in_a_row(*sentences: str) -> str:
    """The sentences that are not empty, one after the other: with a space between them where the language has one."""
    row = ""
    for sentence in sentences:
        row += f" {sentence}" if row and sentence and row[-1] not in _WIDE_ENDS else sentence
    return row


def labelled(name: str, value: str) -> str:
    """A value after its name, with the colon of the language in force."""
    return tr("{name}: {value}", name=name, value=value)


def tr(text: str, **values: object) -> str:
    """``text`` in the language in force, its ``{names}`` filled from ``values``; English where its row is damaged."""
    row = table(_current).get(text, text)
    try:
        return _filled(row, values)
    except (LookupError, ValueError, AttributeError, TypeError):
        if row == text:
            raise
        return _filled(text, values)


def _filled(text: str, values: Mapping[str, object]) -> str:
    """The words with the letter and the signs in force, and their blanks filled. They are put together at every move of
    a drag: where no digits are grouped Python's own ``format`` does, which is far quicker."""
    words = regrouped(lettered(text))
    if not values:
        return words
    if _current == "en" and "1" in map(str, values.values()):
        words = _of_one(words, values)
    if ":," in words or any(isinstance(value, Integral) and abs(int(value)) >= 1000 for value in values.values()):
        return _Filler().vformat(words, (), values)
    return words.format(**values)
