"""Each slide as a picture of 4K."""

from __future__ import annotations

from collections.abc import Iterator

from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.formats.png import png_bytes


def png_files(slides: Iterator[tuple[Slide, SlideDrawing]], title: str) -> Iterator[tuple[str, bytes]]:
    """A file a slide."""
    for slide, drawing in slides:
        yield f"step-{slide.number:02d}.png", png_bytes(drawing, 2.0)
