"""PDF: vectors, fonts embedded, text that can be selected and searched.

Qt writes the page. What it says of the page, or gets wrong, is said afterwards: who made it and in which language, its
exact size, and which character a glyph stands for.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import chain

from PySide6.QtCore import QBuffer, QByteArray, QHashSeed, QIODevice, QMarginsF, QSizeF, QUuid
from PySide6.QtGui import QPageSize, QPainter, QPdfWriter

from qhm_gui.drawing import markup
from qhm_gui.drawing.painted_texts import PaintedText, painted_texts
from qhm_gui.export.figure import UNIT_M, Sheet
from qhm_gui.export.formats.pdf_characters import mend_characters
from qhm_gui.export.formats.pdf_objects import Document, taken_apart, text_string
from qhm_gui.export.work import Work, at_once
from qhm_gui.files.provenance import element
from qhm_gui.text.language import language
from qhm_gui.text.signs import storable
from qhm_gui.text.version import PROGRAM

_RESOLUTION = round(0.0254 / UNIT_M)
_POINTS = 72
_NAMESPACE = QUuid("{7b1c5c6e-6f0b-4e0e-9c39-1f1f2f0c9a77}")
_BOX = re.compile(rb"/(MediaBox|TrimBox) \[[^\]]*\]")
_HEIGHT = re.compile(rb"/MediaBox \[0 0 [\d.]+ ([\d.]+)\]")
_CONTENTS = re.compile(rb"/Contents (\d+ 0 R)")
_XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
{facts}
<xmp:CreatorTool>{program}</xmp:CreatorTool>
{element}
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def pdf_bytes(drawing: Sheet) -> bytes:
    """The drawing as a PDF of one page. The same figure gives the same bytes, at any time and in any time zone."""
    return pages_bytes([drawing])


def pages_bytes(drawings: Iterable[Sheet]) -> bytes:
    """A PDF of a page a drawing, all of the size of the first, which is also what the file tells of itself.

    Each is drawn before the next is asked for.
    """
    return at_once(_pages_work(drawings))


def pdf_work(drawing: Sheet) -> Work:
    """The drawing as a PDF of one page, in pieces."""
    return _pages_work([drawing])


def _pages_work(drawings: Iterable[Sheet]) -> Work:
    pages = iter(drawings)
    first = next(pages)
    texts: list[PaintedText] = []
    content = yield from _painted(first, pages, texts)
    return partial(_packed, content, first, [letter for text in texts for letter in text.beyond], language())


def _packed(content: bytes, first: Sheet, beyond: list[tuple[str, str]], spoken: str) -> bytes:
    document = taken_apart(content)
    _say(document, first, spoken)
    for number, body in list(document.objects.items()):
        if b"/Type /Page\n" in body[:200]:
            _fit(document, number, first)
    mend_characters(document, beyond)
    return document.written()


def _painted(drawing: Sheet, others: Iterable[Sheet], texts: list[PaintedText]) -> Generator[None, None, bytes]:
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    with _same_order():
        writer = QPdfWriter(buffer)
    width, height = drawing.size
    page = QSizeF(width * _POINTS / _RESOLUTION, height * _POINTS / _RESOLUTION)
    writer.setPageSize(QPageSize(page, QPageSize.Unit.Point, "", QPageSize.SizeMatchPolicy.ExactMatch))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_RESOLUTION)
    writer.setDocumentXmpMetadata(QByteArray(_metadata(drawing).encode()))
    writer.setDocumentId(QUuid.createUuidV5(_NAMESPACE, drawing.description.encode()))
    painter = QPainter(writer)
    try:
        painter.setRenderHint(QPainter.RenderHint.LosslessImageRendering)
        for sheet in chain([drawing], others):
            if sheet is not drawing:
                writer.newPage()
            for part in sheet.parts():
                with painted_texts() as heard, _same_order():  # not what a window paints between two parts
                    part(painter)
                texts += heard
                yield
    finally:
        with _same_order():
            painter.end()
    buffer.close()
    return bytes(content.data())


@contextmanager
def _same_order() -> Iterator[None]:
    """Within this, Qt writes the fonts in the same order in every process."""
    QHashSeed.setDeterministicGlobalSeed()
    try:
        yield
    finally:
        QHashSeed.resetRandomGlobalSeed()


def _fit(document: Document, page: int, drawing: Sheet) -> None:
    """Make the page as large as the drawing: Qt rounds it to whole points, and counts from its top."""
    width, height = (side * UNIT_M / 0.0254 * _POINTS for side in drawing.extent)
    body = document.objects[page]
    found = _HEIGHT.search(body)
    above = (float(found[1]) if found else height) - height
    body = _BOX.sub(rb"/\1 [0 0 %.3f %.3f]" % (width, height), body)
    if abs(above) >= 0.001:
        shift = b"1 0 0 1 0 %.3f cm\n" % -above
        new = max(document.objects) + 1
        document.objects[new] = b"<< /Length %d >>\nstream\n%sendstream" % (len(shift), shift)
        body = _CONTENTS.sub(rb"/Contents [%d 0 R \1]" % new, body)
    document.objects[page] = body


def _say(document: Document, drawing: Sheet, spoken: str) -> None:
    """Title, subject, author and language. No dates: Qt's are of the time zone as well."""
    facts = {
        "Title": storable(markup.plain_text(drawing.title)),
        "Subject": storable(markup.plain_text(drawing.subtitle)),
        "Author": storable(drawing.author),
        "Creator": PROGRAM,
    }
    lines = [b"/%s %s" % (name.encode(), text_string(words)) for name, words in facts.items() if words]
    document.objects[document.info] = b"<<\n" + b"\n".join(lines) + b"\n>>"
    catalog = document.objects[document.root].rstrip()
    said = b"/Lang (%s)\n/ViewerPreferences << /DisplayDocTitle true >>\n>>" % spoken.encode()
    document.objects[document.root] = catalog.removesuffix(b">>") + said


def _metadata(drawing: Sheet) -> str:
    """XMP: the words, the language, the program, and the state."""
    author = html.escape(storable(drawing.author))
    facts = [
        _words("title", markup.plain_text(drawing.title)),
        _words("description", markup.plain_text(drawing.subtitle)),
        f"<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>" if author else "",
        f"<dc:language><rdf:Bag><rdf:li>{language()}</rdf:li></rdf:Bag></dc:language>",
    ]
    told = "\n".join(fact for fact in facts if fact)
    return _XMP.format(facts=told, program=PROGRAM, element=element(drawing.stamp))


def _words(name: str, words: str) -> str:
    inner = f'<rdf:Alt><rdf:li xml:lang="x-default">{html.escape(storable(words))}</rdf:li></rdf:Alt>'
    return f"<dc:{name}>{inner}</dc:{name}>" if words else ""
