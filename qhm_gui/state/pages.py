"""The pages: rows. Which views stand on each, and how."""

from __future__ import annotations

from dataclasses import dataclass


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


PAGES: dict[str, PageRow] = {
    row.key: row
    for row in (
        PageRow("explore", "Explore", 0, ("path", "loss", "stability", "rate"), transport=True),
        PageRow(
            "converge",
            "Converge?",
            1,
            ("conditions", "schedule", "ensemble"),
            question="Does it converge?",
            lead="The noise dies out if *α* falls, but not too fast; *νβ* may go to 1, but more slowly than *α* to 0.",
            options="converge",
            run=("converge.steps", "converge.runs", "seed"),
            tall=("conditions",),
        ),
        PageRow(
            "fast",
            "How fast?",
            1,
            ("rate_plane", "roots", "slope", "optima", "modes", "eigen"),
            transport=True,
            question="How fast does it get there?",
            lead="Near a minimum every loss is a quadratic: its slowest root *r* sets the rate *R*.",
            options="fast",
            run=("steps", "seed"),
            columns=3,
        ),
        PageRow(
            "good",
            "How good?",
            1,
            ("cloud", "stationary_line", "stationary_left", "stationary_right"),
            question="How good is the solution?",
            lead="Noise keeps the iterates moving: *α* sets the size of the cloud, *ν* trims it.",
            options="good",
            alone=("several",),
        ),
        PageRow(
            "compare",
            "Compare",
            2,
            ("race", "race_loss", "basins", "standings"),
            transport=True,
            options="compare",
            run=("steps", "seed"),
            own_methods=True,
        ),
    )
}


#: The keys of all views: of every card, and of those that only a preset opens.
VIEW_KEYS = frozenset(key for row in PAGES.values() for key in (*row.views, *row.alone))


def places(keys: list[str], tall: tuple[str, ...], columns: int) -> dict[str, tuple[int, int, int]]:
    """Key -> (row, column, rows that it spans): row by row, or tall cards on the left and the others on the right."""
    left = [key for key in keys if key in tall] if columns == 2 else []
    if not left:
        return {key: (index // columns, index % columns, 1) for index, key in enumerate(keys)}
    right = [key for key in keys if key not in tall]
    spans = max(1, len(right) // len(left))
    found = {key: (index * spans, 0, spans) for index, key in enumerate(left)}
    return found | {key: (index, 1, 1) for index, key in enumerate(right)}
