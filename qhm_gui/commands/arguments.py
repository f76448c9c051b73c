"""What the commands read from their arguments, and how they refuse it."""

from __future__ import annotations

from qhm_gui.export import EXPORTERS


class Mistake(ValueError):
    """An argument that cannot be used; ``str()`` is one sentence for a person."""


def chosen_formats(text: str) -> list[str]:
    """The formats in 'pdf,svg'."""
    formats = list(dict.fromkeys(part.strip() for part in text.split(",")))
    unknown = [part for part in formats if part not in EXPORTERS]
    if unknown:
        raise Mistake(f"--format {unknown[0] or text!r} is not known: it must be of {', '.join(EXPORTERS)}.")
    return formats
