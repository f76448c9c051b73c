"""A file made in pieces, so that a window that makes one stays alive: painted a part a turn, packed in a thread."""

from __future__ import annotations

from collections.abc import Callable, Generator

#: Turns what was painted into the bytes of a file. It touches no widget, so any thread may call it.
Pack = Callable[[], bytes]
#: Paints a part a step, and returns how the rest is done.
Work = Generator[None, None, Pack]


def at_once(work: Work) -> bytes:
    """All of it."""
    while True:
        try:
            next(work)
        except StopIteration as end:
            pack: Pack = end.value
            return pack()
