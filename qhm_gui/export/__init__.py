"""Figures as files: the views of the window, drawn afresh for a slide. One file a format, a row each here.

An exporter turns a :class:`~qhm_gui.export.figure.Drawing` into the bytes of a file. The same figure gives the same
bytes: no dates, no random identifiers.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qhm_gui.export.csv import csv_bytes
from qhm_gui.export.figure import SLIDE, Drawing, Figure, drawn
from qhm_gui.export.pdf import pdf_bytes
from qhm_gui.export.png import png_bytes
from qhm_gui.export.svg import svg_bytes

__all__ = ["EXPORTERS", "SLIDE", "Drawing", "Exporter", "Figure", "drawn", "save"]


@dataclass(frozen=True)
class Exporter:
    """A format: the ending of its files, and the drawing as bytes. ``scaled``: it takes pixels per unit as well."""

    key: str
    encode: Callable[..., bytes]
    scaled: bool = False


EXPORTERS: dict[str, Exporter] = {
    row.key: row
    for row in (
        Exporter("pdf", pdf_bytes),
        Exporter("svg", svg_bytes),
        Exporter("png", png_bytes, scaled=True),
        Exporter("csv", csv_bytes),
    )
}


def save(drawing: Drawing, path: Path, key: str, scale: float = 2.0) -> None:
    """Write ``drawing`` in the format ``key``, atomically. ``scale`` is for pictures of pixels. OSError if it fails."""
    row = EXPORTERS[key]
    content = row.encode(drawing, scale) if row.scaled else row.encode(drawing)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
