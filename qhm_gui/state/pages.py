"""The pages and their presets: what a row says, and the table of pages, which ``qhm_gui.views`` fills."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, eq=False)
class PagePreset:
    """A preset of a page: ``title``, English markup, and the changes of the state that it makes, by path.

    ``sentences``, English markup, say on the wall of presets what it shows. ``view`` is the canvas that shows it there
    in small: without it the one that it expands, else the one that tells the page's presets apart.
    """

    key: str
    title: str
    changes: dict[str, Any]
    sentences: tuple[str, ...] = ()
    view: str = ""


@dataclass(frozen=True)
class PageRow:
    """A page: its tab, the hairline group that the tab stands in, its views, and whether it has a playhead.

    ``question`` and ``lead`` head the page; ``options`` names the part of the state that the panel shows for it, and
    ``run`` the paths of the fields that set its runs. Views in ``tall`` fill the left column when there are two;
    ``columns`` is how many there are in a wide window. Views in ``alone`` are not among the cards: a preset opens
    them, expanded. With ``own_methods`` the panel has the page's methods where it has α, β and ν elsewhere;
    with ``own_loss`` it has neither the loss of the plane nor its noise, nor what the theory says of them.
    ``presets`` are on the wall, and in the panel of a page with options; ``telling`` is the view in which they differ
    ('': the first).
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
    own_loss: bool = False
    presets: tuple[PagePreset, ...] = ()
    telling: str = ""


#: Every page by its key, in the order of the tabs. ``qhm_gui.views`` joins it from the pages' folders; until it has,
#: no page is known, and a state is not asked for its page.
PAGES: dict[str, PageRow] = {}


def view_keys() -> frozenset[str]:
    """The keys of all views: of every card, and of those that only a preset opens."""
    return frozenset(key for row in PAGES.values() for key in (*row.views, *row.alone))


def places(keys: list[str], tall: tuple[str, ...], columns: int) -> dict[str, tuple[int, int, int]]:
    """Key -> (row, column, rows that it spans): row by row, or tall cards on the left and the others on the right."""
    left = [key for key in keys if key in tall] if columns == 2 else []
    if not left:
        return {key: (index // columns, index % columns, 1) for index, key in enumerate(keys)}
    right = [key for key in keys if key not in tall]
    spans = max(1, len(right) // len(left))
    found = {key: (index * spans, 0, spans) for index, key in enumerate(left)}
    return found | {key: (index, 1, 1) for index, key in enumerate(right)}
