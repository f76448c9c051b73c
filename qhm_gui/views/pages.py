"""What a row of a page and a row of a view say; the tables of both, which ``qhm_gui.views`` fills."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from qhm_gui.views.view import View


@dataclass(frozen=True)
class PageRow:
    """A page: its tab, the hairline group that the tab stands in, its views, and whether it has a playhead.

    ``question`` and ``lead`` head the page; ``options`` names the part of the state that the panel shows for it, and
    ``run`` the paths of the fields that set its runs. Views in ``tall`` fill the left column when there are two;
    ``columns`` is how many there are in a wide window. Views in ``alone`` are not among the cards: a preset opens
    them, expanded. With ``own_methods`` the panel has the page's methods where it has α, β and ν elsewhere.
    """

    key: str
    title: str
    group: int
    views: tuple[str, ...]
    transport: bool = False
    question: str = ""
    lead: str = ""
    options: str = ""
    run: tuple[str, ...] = ("steps", "runs", "seed")
    tall: tuple[str, ...] = ()
    columns: int = 2
    alone: tuple[str, ...] = ()
    own_methods: bool = False


@dataclass(frozen=True)
class ViewRow:
    """A view that is imported when it is first looked up: where its class is, as "module:Class".

    ``needs_minimum``: it tells of the curvatures at a minimum, and is asked nothing about a loss without one.
    """

    key: str
    place: str
    needs_minimum: bool = False


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

    def needs_minimum(self, key: str) -> bool:
        """Whether the view has nothing to show for a loss without a minimum."""
        return key in self.rows and self.rows[key].needs_minimum

    def __getitem__(self, key: str) -> type[View]:
        module, _, name = self.rows[key].place.partition(":")
        return getattr(importlib.import_module(module), name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


#: Every page by its key, in the order of the tabs. ``qhm_gui.views`` joins it from the pages' folders.
PAGES: dict[str, PageRow] = {}


def places(keys: list[str], tall: tuple[str, ...], columns: int) -> dict[str, tuple[int, int, int]]:
    """Key -> (row, column, rows that it spans): row by row, or tall cards on the left and the others on the right."""
    left = [key for key in keys if key in tall] if columns == 2 else []
    if not left:
        return {key: (index // columns, index % columns, 1) for index, key in enumerate(keys)}
    right = [key for key in keys if key not in tall]
    spans = max(1, len(right) // len(left))
    found = {key: (index * spans, 0, spans) for index, key in enumerate(left)}
    return found | {key: (index, 1, 1) for index, key in enumerate(right)}
