"""PNG: the same drawing on a finer grid of pixels, so that lines, dots and letters all grow alike."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QPainter

from qhm_gui.drawing import markup
from qhm_gui.export.error import ExportError
from qhm_gui.export.figure import UNIT_M, Sheet
from qhm_gui.export.work import Work, at_once
from qhm_gui.files.provenance import with_chunk
from qhm_gui.text.language import language, tr
from qhm_gui.text.numbers import grouped_whole
from qhm_gui.text.signs import storable
from qhm_gui.text.version import PROGRAM

#: Pixels per unit: a slide of 1920 × 1080 at 4 is 7680 × 4320.
SMALLEST, LARGEST = 1.0, 4.0
#: A gigabyte: the largest figure has less at twice its size.
MOST_PIXELS = 2**28
_BAND = 2**24  # bytes
_QUICK = 89  # Qt's "quality" of a PNG that is packed at zlib's level 1


def picture(drawing: Sheet, scale: float = 2.0) -> QImage:
    """The drawing in pixels. ``scale`` from 1 to 4, else ValueError."""
    image = blank(drawing, scale)
    for _ in painting(drawing, image):
        pass
    return image


def blank(drawing: Sheet, scale: float) -> QImage:
    """The picture, of which nothing is known before :func:`painting` begins. ExportError: it would be too large."""
    if not SMALLEST <= scale <= LARGEST:
        raise ValueError(f"scale = {scale:g} is not allowed: it must be from {SMALLEST:g} to {LARGEST:g}.")
    width, height = (round(side * scale) for side in drawing.extent)
    if width * height > MOST_PIXELS:
        sentence = (
            "A picture of {width} × {height} pixels is too large: choose a smaller size or fewer pixels per unit."
        )
        raise ExportError(tr(sentence, width=grouped_whole(width), height=grouped_whole(height)))
    seen_through = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(width, height, seen_through if drawing.transparent else QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(scale)
    image.setDotsPerMeterX(round(width / (drawing.extent[0] * UNIT_M)))  # so that it is as large as asked for in print
    image.setDotsPerMeterY(round(height / (drawing.extent[1] * UNIT_M)))
    return image


def painting(drawing: Sheet, image: QImage) -> Iterator[None]:
    """Paint the drawing, a part a step; before that make the picture empty, a band a step: to fill a large one, or only
    to get its memory, takes half a second."""
    content = memoryview(image.bits())
    for begin in range(0, len(content), _BAND):
        content[begin : begin + _BAND] = bytes(len(content[begin : begin + _BAND]))
        yield
    del content
    for part in drawing.parts():
        with QPainter(image) as painter:
            part(painter)
        yield


def png_work(drawing: Sheet, scale: float = 2.0) -> Work:
    """The drawing as a PNG file of ``scale`` pixels a unit."""
    facts = {
        "Title": markup.plain_text(drawing.title),
        "Description": markup.plain_text(drawing.subtitle),
        "Author": drawing.author,
        "Software": PROGRAM,
    }
    told = [(name, language(), storable(words)) for name, words in facts.items()]
    image = blank(drawing, scale)
    yield from painting(drawing, image)
    return partial(encoded_picture, image, drawing.stamp, told)


def png_bytes(drawing: Sheet, scale: float = 2.0) -> bytes:
    """The same at once."""
    return at_once(png_work(drawing, scale))


def encoded_picture(
    image: QImage, stamp: str, facts: Iterable[tuple[str, str, str]] = (), *, soon: bool = False
) -> bytes:
    """A picture as a PNG file that carries ``stamp``, and the words that other programs show (`with_chunk`).

    ``soon``: packed less tightly, in a third of the time.
    """
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    packing = _QUICK if soon else -1
    if not image.save(buffer, "PNG", packing):  # pyright: ignore[reportArgumentType, reportCallIssue]
        raise OSError("The picture could not be written as PNG")
    return with_chunk(bytes(content.data()), stamp, facts)
