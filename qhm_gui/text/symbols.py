"""The letter of the momentum share: ν, or γ as in the talk of 2020.

Texts are written with ν throughout. What makes text of them (:func:`qhm_gui.text.language.tr`, the words of a talk, the
markup of canvases and controls) asks :func:`lettered`, so the choice holds in windows, sentences and exports alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

#: Name, as settings and the command line have it, and letter.
LETTERS = {"nu": "ν", "gamma": "γ"}
_WRITTEN = LETTERS["nu"]
_chosen = "nu"


def choose_letter(name: str) -> None:
    """Write the momentum share as a name of :data:`LETTERS` says from now on."""
    global _chosen
    if name not in LETTERS:
        raise ValueError(f"letter = {name!r} is not known: it must be one of {', '.join(LETTERS)}.")
    _chosen = name


def chosen_letter() -> str:
    """The name of the letter in force."""
    return _chosen


def other_letter() -> str:
    """The name of the letter that is not in force."""
    return next(name for name in LETTERS if name != _chosen)


@contextmanager
def written_with(name: str) -> Iterator[None]:
    """Within this, the momentum share has the letter ``name``."""
    before = _chosen
    choose_letter(name)
    try:
        yield
    finally:
        choose_letter(before)


def lettered(text: str) -> str:
    """``text`` with the letter in force in place of every ν."""
    return text if _chosen == "nu" else text.replace(_WRITTEN, LETTERS[_chosen])
