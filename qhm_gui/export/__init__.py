"""Figures as files: the views of the window, drawn afresh for a slide. One file a format, a row each here.

An exporter turns a :class:`~qhm_gui.export.figure.Sheet` into the bytes of a file. The same figure gives the same
bytes: no dates, no random identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qhm_gui.export.figure import SLIDE, Drawing, Figure, Sheet, drawn
from qhm_gui.export.formats.csv import csv_bytes, csv_work
from qhm_gui.export.formats.npz import npz_bytes, npz_work
from qhm_gui.export.formats.pdf import pdf_bytes, pdf_work
from qhm_gui.export.formats.png import png_bytes, png_work
from qhm_gui.export.formats.svg import svg_bytes, svg_work
from qhm_gui.export.work import Work
from qhm_gui.files.atomic import write_atomically

__all__ = ["EXPORTERS", "SLIDE", "Drawing", "Exporter", "Figure", "Sheet", "drawn", "encoded", "in_pieces", "save"]


@dataclass(frozen=True)
class Exporter:
    """A format: the ending of its files, its name, and the drawing as bytes, and the same in pieces.

    ``scaled``: it takes pixels per unit as well. ``table``: it holds the numbers that the window shows, no picture.
    """

    key: str
    title: str
    encode: Callable[..., bytes]
    scaled: bool = False
    table: bool = False
    work: Callable[..., Work] | None = None


EXPORTERS: dict[str, Exporter] = {
    row.key: row
    for row in (
        Exporter("pdf", "PDF", pdf_bytes, work=pdf_work),
        Exporter("svg", "SVG", svg_bytes, work=svg_work),
        Exporter("png", "PNG", png_bytes, scaled=True, work=png_work),
        Exporter("csv", "CSV", csv_bytes, table=True, work=csv_work),
        Exporter("npz", "NPZ", npz_bytes, table=True, work=npz_work),
    )
}


def save(drawing: Sheet, path: Path, key: str, scale: float = 2.0) -> None:
    """Write ``drawing`` in the format ``key``, atomically. ``scale`` is for pictures of pixels. OSError if it fails."""
    write_atomically(path, encoded(drawing, key, scale), durable=False)


def encoded(drawing: Sheet, key: str, scale: float = 2.0) -> bytes:
    """The bytes of ``drawing`` in the format ``key``."""
    row = EXPORTERS[key]
    return row.encode(drawing, scale) if row.scaled else row.encode(drawing)


def in_pieces(drawing: Sheet, key: str, scale: float = 2.0) -> Work:
    """The same, a piece a step."""
    row = EXPORTERS[key]
    options = (scale,) if row.scaled else ()
    if row.work is not None:
        return (yield from row.work(drawing, *options))
    content = row.encode(drawing, *options)
    yield
    return lambda: content
