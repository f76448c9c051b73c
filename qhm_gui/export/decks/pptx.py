"""Slides for PowerPoint, Keynote and LibreOffice: a 4K picture each, with title and speaker notes as text."""

from __future__ import annotations

import importlib
import io
import zipfile
from collections.abc import Iterator
from typing import Any

from qhm_gui.drawing.markup import plain_text
from qhm_gui.export.deck import SIZE, Slide, SlideDrawing
from qhm_gui.export.error import ExportError
from qhm_gui.export.formats.png import png_bytes
from qhm_gui.files.talk_file import said
from qhm_gui.text.language import tr

#: 914,400 English Metric Units an inch, of which 144 units make one.
_EMU = 914_400 // 144
_BLANK = 6


def pptx_files(slides: Iterator[tuple[Slide, SlideDrawing]], title: str) -> Iterator[tuple[str, bytes]]:
    """One file. ExportError where python-pptx is not installed."""
    try:
        presentation = importlib.import_module("pptx").Presentation
    except ImportError:
        sentence = "PowerPoint files need python-pptx, which is not installed: pip install {package}."
        raise ExportError(tr(sentence, package="qhm-explorer[pptx]")) from None
    deck: Any = presentation()
    deck.slide_width, deck.slide_height = SIZE[0] * _EMU, SIZE[1] * _EMU
    deck.core_properties.title = plain_text(title)
    for slide, drawing in slides:
        page = deck.slides.add_slide(deck.slide_layouts[_BLANK])
        picture = io.BytesIO(png_bytes(drawing, 2.0))
        shape = page.shapes.add_picture(picture, 0, 0, deck.slide_width, deck.slide_height)
        shape.name = plain_text(said(slide.step.title))
        shape._element.nvPicPr.cNvPr.set("descr", slide.alternative)
        page.notes_slide.notes_text_frame.text = "\n\n".join(
            filter(None, (plain_text(said(slide.step.words)), plain_text(said(slide.step.notes))))
        )
    content = io.BytesIO()
    deck.save(content)
    yield "talk.pptx", undated(content.getvalue())


def undated(archive: bytes) -> bytes:
    """A ZIP with the same files, which does not tell when it was made: the same talk gives the same bytes."""
    content = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(content, "w") as new:
        for info in old.infolist():
            new.writestr(zipfile.ZipInfo(info.filename), old.read(info), info.compress_type)  # of 1980
    return content.getvalue()
