"""A talk as files: one file a format, a row each here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.decks.html import html_files
from qhm_gui.export.decks.pdf import pdf_files
from qhm_gui.export.decks.png import png_files, png_name
from qhm_gui.export.decks.pptx import pptx_files

#: Draws the slides of a deck one after the other; each is gone when the next is asked for.
Drawn = Iterator[tuple[Slide, SlideDrawing]]
#: Name -> content of each file as it is made.
Files = Iterator[tuple[str, bytes]]


@dataclass(frozen=True)
class DeckFormat:
    """``files`` makes them from the drawn slides and the title of the talk; ``names`` tells which there will be of
    these slides."""

    key: str
    title: str
    files: Callable[[Drawn, str], Files]
    names: Callable[[Sequence[Slide]], list[str]]


def _one(name: str) -> Callable[[Sequence[Slide]], list[str]]:
    return lambda _slides: [name]


DECKS: dict[str, DeckFormat] = {
    row.key: row
    for row in (
        DeckFormat("pdf", "PDF", pdf_files, _one("talk.pdf")),
        DeckFormat("png", "PNG", png_files, lambda slides: [png_name(slide) for slide in slides]),
        DeckFormat("html", "HTML", html_files, _one("talk.html")),
        DeckFormat("pptx", "PowerPoint", pptx_files, _one("talk.pptx")),
    )
}
