"""An example of each row of a table, for tests that walk over all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def examples(*tables: Mapping[str, Any] | Iterable[Any]) -> list[Any]:
    """What a menu chooses of each row. Of a row that has none, tests/gui/test_row_contracts.py says why; here it is
    left out, for an exception while tests are collected would stop them all."""
    found: list[Any] = []
    for table in tables:
        for kind in table.values() if isinstance(table, Mapping) else table:
            try:
                found.append(getattr(kind, "example", kind)())
            except TypeError:
                continue
    return found
