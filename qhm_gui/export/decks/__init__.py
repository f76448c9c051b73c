"""A talk as files: one file a format, a row each here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.decks.html import html_files
from qhm_gui.export.decks.pdf import pdf_files
from qhm_gui.export.decks.png import png_files
from qhm_gui.export.decks.pptx import pptx_files

#: Draws the slides of a deck one after the other; each is gone when the next is asked for.
Drawn = Iterator[tuple[Slide, SlideDrawing]]
#: Name -> content of each file as it is made.
Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True)
class DeckFormat:
    """``files`` makes them from the drawn slides and the title of the talk; ``names`` tells which there will be."""

    key: str
    title: str
    files: Callable[[Drawn, str], Files]
    names: Callable[[int], list[str]]


def _one(name: str) -> Callable[[int], list[str]]:
    return lambda _count: [name]


DECKS: dict[str, DeckFormat] = {
    row.key: row
    for row in (
        DeckFormat("pdf", "PDF", pdf_files, _one("talk.pdf")),
        DeckFormat("png", "PNG", png_files, lambda count: [f"step-{number:02d}.png" for number in range(1, count + 1)]),
        DeckFormat("html", "HTML", html_files, _one("talk.html")),
        DeckFormat("pptx", "PowerPoint", pptx_files, _one("talk.pptx")),
    )
}
