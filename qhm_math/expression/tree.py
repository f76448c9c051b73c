"""The one form in which a formula is passed on."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Tree:
    """A formula as it was read. kind: "number", "name", "+", "-", "*", "/", "**", "neg" or the name of a function.

    value: of a number; name: of a name ("x", "y", "pi", "e"; after folding only "x" and "y"), and of a number the
    digits that were typed; parts: what the operation takes. position: of its first character.
    """

    kind: str
    position: int
    value: float = 0.0
    name: str = ""
    parts: tuple[Tree, ...] = ()
