"""Each slide as a picture of 4K."""

from __future__ import annotations

from collections.abc import Iterator

from qhm_gui.export.deck import Slide, SlideDrawing
from qhm_gui.export.formats.png import png_bytes


def png_files(slides: Iterator[tuple[Slide, SlideDrawing]], title: str) -> Iterator[tuple[str, bytes]]:
    """A file a slide."""
    for slide, drawing in slides:
        yield png_name(slide), png_bytes(drawing, 2.0)


def png_name(slide: Slide) -> str:
    """By the number of its step; where that has several slides also by its own."""
    part = f"-{slide.part:02d}" if slide.parts > 1 else ""
    return f"step-{slide.number:02d}{part}.png"
