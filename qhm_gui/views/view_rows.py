"""The row of a view, and the table of the rows, which imports a view when it is first asked for."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qhm_gui.views.view import View


@dataclass(frozen=True)
class ViewRow:
    """A view that is imported when it is first looked up: where its class is, as "module:Class"."""

    key: str
    place: str


class Views(Mapping[str, "type[View]"]):
    """Key -> class of every view of the tables it is made of, each imported when it is first asked for."""

    def __init__(self) -> None:
        self.rows: dict[str, ViewRow] = {}

    def add(self, row: ViewRow) -> None:
        """One more view."""
        self.rows[row.key] = row

    def remove(self, key: str) -> None:
        """Forget a view."""
        del self.rows[key]

    def __getitem__(self, key: str) -> type[View]:
        module, _, name = self.rows[key].place.partition(":")
        return getattr(importlib.import_module(module), name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)
