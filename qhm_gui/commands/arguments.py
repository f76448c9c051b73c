"""What the commands read from their arguments, and how they refuse it."""

from __future__ import annotations

from qhm_gui.export import EXPORTERS
from qhm_gui.text.numbers import NumberError, parse_number, parse_whole


class Mistake(ValueError):
    """An argument that cannot be used; ``str()`` is one sentence for the user."""


def chosen_formats(text: str) -> list[str]:
    """The formats in 'pdf,svg'."""
    formats = list(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [part for part in formats if part not in EXPORTERS]
    if unknown:
        raise Mistake(f"--format {unknown[0] or text!r} is not known: it must be of {', '.join(EXPORTERS)}.")
    return formats


def number(name: str, text: str) -> float:
    """The number of the option ``name``. Mistake where there is none."""
    try:
        return parse_number(text)
    except NumberError as error:
        raise Mistake(f"{name}: {error}") from None


def whole(name: str, text: str) -> int:
    """The whole number of the option ``name``. Mistake where there is none."""
    try:
        return parse_whole(text)
    except NumberError as error:
        raise Mistake(f"{name}: {error}") from None
