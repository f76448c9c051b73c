"""Columns of exported tables: the meaning and the unit of each, which stand in a CSV above the numbers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from qhm_gui.text.language import tr


@dataclass(frozen=True)
class Column:
    """The meaning of a column, in English, with the blanks of its name; and its unit.

    A unit is "1" for a plain number, a product of x (the plane's) and f (the loss's), or "" for a text.
    """

    meaning: str
    unit: str = "1"


#: Name -> column. A blank such as {method} in a name stands for anything; views add their own rows to these.
COMMON: dict[str, Column] = {
    "step": Column("steps taken"),
    "alpha": Column("learning rate α", "x²/f"),
    "beta": Column("momentum β"),
    "nu": Column("momentum share ν"),
    "rate": Column("rate R, the factor of the error per step; from 1 on the method diverges"),
    "x": Column("position x", "x"),
    "y": Column("position y", "x"),
}


def described(rows: Mapping[str, Column]) -> Mapping[str, Column]:
    """The columns of a view: its own ``rows``, and those that views share."""
    return {**COMMON, **rows}


def column_of(name: str, columns: Mapping[str, Column]) -> tuple[Column, dict[str, str]] | None:
    """The row for a column of this name, and what its blanks hold; None where there is none."""
    for pattern, column in columns.items():
        parts = re.split(r"\{(\w+)\}", pattern)
        form = "".join(f"(?P<{part}>.+)" if index % 2 else re.escape(part) for index, part in enumerate(parts))
        if found := re.fullmatch(form, name):
            return column, found.groupdict()
    return None


def column_notes(names: Iterable[str], columns: Mapping[str, Column]) -> list[tuple[str, ...]]:
    """(name, [unit], meaning) of each column, in the language in force, as far as known; a text has no unit."""
    notes: list[tuple[str, ...]] = []
    for name in names:
        found = column_of(name, columns)
        if found is None:
            notes.append((name,))
            continue
        column, blanks = found
        notes.append((name, f"[{column.unit}]" if column.unit else "", tr(column.meaning, **blanks)))
    return notes
