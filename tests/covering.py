"""A part of a product in which each value of each table comes; the rest waits for ``make soak``.

What holds for each page, size, language and format is tried for all of them together by ``make soak`` only: with every
row that a table gets the product grows by a layer, the part by one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import product
from typing import Any

import pytest
from hypothesis import settings

#: More examples than this are of ``make soak``.
SOAKING = 500


def in_turn(*axes: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Rows with a value of each axis, as many as the longest has: every value of every axis comes.

    An axis that has ended begins again, each after the first a place further than before: two that are equally short
    do not go in step.
    """
    return [
        tuple(axis[(row + at * (row // len(axis))) % len(axis)] for at, axis in enumerate(axes))
        for row in range(max(map(len, axes)))
    ]


def covered(*axes: Sequence[Any]) -> list[Any]:
    """The whole product of some axes as parameters of a test; all but the rows of :func:`in_turn` soak."""
    return part_of(product(*axes), in_turn(*axes))


def part_of(rows: Iterable[tuple[Any, ...]], part: Iterable[tuple[Any, ...]]) -> list[Any]:
    """Rows as parameters of a test; all but a part of them soak."""
    rows, part = list(rows), list(part)
    assert all(row in rows for row in part)
    return [row if row in part else pytest.param(*row, marks=pytest.mark.soak) for row in rows]


def few(examples: int) -> settings:
    """Settings of a property whose examples are dear: fewer than of others, but as many in ``make soak``."""
    assert settings.default is not None
    of_any = settings.default.max_examples
    return settings(max_examples=of_any if of_any > SOAKING else min(examples, of_any))


def every(step: int, rows: Iterable[Any]) -> list[Any]:
    """Rows as parameters of a test; all but every so many-th soak: for examples that are many and alike."""
    return [pytest.param(row, marks=pytest.mark.soak if at % step else ()) for at, row in enumerate(rows)]
