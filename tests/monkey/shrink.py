"""The shortest part of a row of acts that still fails (Zeller's delta debugging)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


def shortest(steps: list[T], fails: Callable[[list[T]], bool]) -> list[T]:
    """``steps`` without what is not needed for ``fails``, in order: no single one of them can be left out.

    The end is tried first: what fails after thousands of acts mostly needs the last few only.
    """
    length = 1
    while length < len(steps):
        if fails(steps[-length:]):
            steps = steps[-length:]
            break
        length *= 4
    parts = 2
    while len(steps) > 1:
        size = -(-len(steps) // parts)
        pieces = [steps[start : start + size] for start in range(0, len(steps), size)]
        for index in range(len(pieces)):
            rest = [step for at, piece in enumerate(pieces) if at != index for step in piece]
            if rest and fails(rest):
                steps, parts = rest, max(parts - 1, 2)
                break
        else:
            if size == 1:
                break
            parts = min(2 * parts, len(steps))
    return steps
