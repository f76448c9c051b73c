"""PDF: vectors, fonts embedded, text that can be selected and searched."""

from __future__ import annotations

import html
import re

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from qhm_gui.canvas import markup
from qhm_gui.export.figure import Sheet
from qhm_gui.files.provenance import PROGRAM, element

#: A slide of 1920 units is 13 ⅓ inches wide, as slides are; coordinates are fractions of a unit all the same.
_RESOLUTION = 144
_POINTS = 72
_NAMESPACE = QUuid("{7b1c5c6e-6f0b-4e0e-9c39-1f1f2f0c9a77}")
# Qt writes the time of day in three forms. Blanks of the same length keep the offsets in the file's index right.
_DATES = re.compile(rb"/(?:CreationDate|ModDate) \(D:[^)]*\)")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<xmp:CreatorTool>{program}</xmp:CreatorTool>
{element}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def pdf_bytes(drawing: Sheet) -> bytes:
    """The drawing as a PDF of one page. The same figure gives the same bytes."""
    QHashSeed.setDeterministicGlobalSeed()  # else Qt writes the fonts in another order in every process
    try:
        return _DATES.sub(lambda found: b" " * len(found[0]), _written(drawing))
    finally:
        QHashSeed.resetRandomGlobalSeed()


def _written(drawing: Sheet) -> bytes:
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
    writer.setCreator(PROGRAM)
    writer.setDocumentXmpMetadata(QByteArray(_metadata(drawing).encode()))
    writer.setDocumentId(QUuid.createUuidV5(_NAMESPACE, drawing.description.encode()))
    with QPainter(writer) as painter:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        drawing.paint(painter)
    buffer.close()
    return bytes(content.data())


def _metadata(drawing: Sheet) -> str:
    """XMP: the title, the program, and the state."""
    title = html.escape(markup.plain_text(drawing.title))
    return _XMP.format(title=title, program=PROGRAM, element=element(drawing.stamp))
