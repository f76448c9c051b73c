"""PDF: vectors, fonts embedded, text that can be selected and searched."""

from __future__ import annotations

import re

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from qhm_gui.canvas import markup
from qhm_gui.export.figure import Drawing

#: A slide of 1920 units is 13 ⅓ inches wide, as slides are; coordinates are fractions of a unit all the same.
_RESOLUTION = 144
_POINTS = 72
_NAMESPACE = QUuid("{7b1c5c6e-6f0b-4e0e-9c39-1f1f2f0c9a77}")
# Qt writes the time of day in three forms. Blanks of the same length keep the offsets in the file's index right.
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)" rb'|xmp:(?:CreateDate|ModifyDate|MetadataDate)="[^"]*"')


def pdf_bytes(drawing: Drawing) -> bytes:
    """The drawing as a PDF of one page. The same figure gives the same bytes."""
    QHashSeed.setDeterministicGlobalSeed()  # else Qt writes the fonts in another order in every process
    try:
        return _DATES.sub(lambda found: b" " * len(found[0]), _written(drawing))
    finally:
        QHashSeed.resetRandomGlobalSeed()


def _written(drawing: Drawing) -> bytes:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    width, height = drawing.size
    page = QSizeF(width * _POINTS / _RESOLUTION, height * _POINTS / _RESOLUTION)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_RESOLUTION)
    writer.setTitle(markup.plain_text(drawing.title))
    writer.setCreator("QHM Explorer")
    writer.setDocumentId(QUuid.createUuidV5(_NAMESPACE, drawing.figure.description.encode()))
    with QPainter(writer) as painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        drawing.paint(painter)
    buffer.close()
    return bytes(content.data())
