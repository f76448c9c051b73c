"""The words of the window in English and Japanese.

English is the key: ``tr("Learning rate")``. The Japanese table is ``resources/translations/ja.json``; a test reads
every ``tr`` call of the sources and fails where a sentence is missing or no longer used.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

log = logging.getLogger("qhm")
LANGUAGES = ("en", "ja")
_TABLES = Path(__file__).resolve().parents[2] / "resources" / "translations"
_current = "en"
_unreadable: set[str] = set()


@cache
def table(language: str) -> dict[str, str]:
    """English text -> text of ``language``; empty for English, and for a file that cannot be read: that is logged."""
    if language == "en":
        return {}
    try:
        words = json.loads((_TABLES / f"{language}.json").read_text(encoding="utf-8"))
        if not isinstance(words, dict):
            raise ValueError("no table of texts")
    except (OSError, ValueError, RecursionError):
        if language not in _unreadable:
            _unreadable.add(language)  # first: who is told of it may ask for a translation
            log.exception("The translations into %s cannot be read", language)
        return {}
    return {text: said for text, said in words.items() if isinstance(said, str)}


def set_language(language: str) -> None:
    """Choose the language that :func:`tr` answers in ('en' or 'ja')."""
    global _current
    if language not in LANGUAGES:
        raise ValueError(f"language = {language!r} is not known: it must be one of {', '.join(LANGUAGES)}.")
    _current = language


def language() -> str:
    """The language in force."""
    return _current


@contextmanager
def spoken(language: str) -> Iterator[None]:
    """Within this, :func:`tr` answers in ``language``: a figure may speak another one than the window."""
    before = _current
    set_language(language)
    try:
        yield
    finally:
        set_language(before)


def tr(text: str, **values: object) -> str:
    """``text`` in the language in force, its ``{names}`` filled from ``values``; English where its row is damaged."""
    words = table(_current).get(text, text)
    if not values:
        return words
    try:
        return words.format(**values)
    except (LookupError, ValueError, AttributeError, TypeError):
        if words is text:
            raise
        return text.format(**values)
