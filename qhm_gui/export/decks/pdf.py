"""All slides as one PDF: vectors, and text that can be searched."""

from __future__ import annotations

from collections.abc import Iterator

from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.formats.pdf import pages_bytes


def pdf_files(slides: Iterator[tuple[Slide, SlideDrawing]], title: str) -> Iterator[tuple[str, bytes]]:
    """A page a slide."""
    yield "talk.pdf", pages_bytes(drawing for _, drawing in slides)
