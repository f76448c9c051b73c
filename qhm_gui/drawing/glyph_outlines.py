"""The shapes of letters.

QPainterPath.addText gives shapes that differ by a sixty-fourth of a pixel with what was drawn before, and then files of
the same figure differ. The shapes of a raw font at the size that its designer drew it in do not.
"""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QPainterPath, QRawFont, QTextLayout, QTransform


def outline(text: str, font: QFont) -> QPainterPath:
    """The letters of a text; the origin is where its baseline begins."""
    path = QPainterPath()
    for face, glyph, place in glyphs(text, font):
        path.addPath(glyph_path(face, glyph).translated(place))
    return path


def glyphs(text: str, font: QFont) -> Iterator[tuple[QRawFont, int, QPointF]]:
    """Every letter as the face that has it, its number there, and its place from where the baseline begins."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    found = [
        (run.rawFont(), glyph, QPointF(place.x(), place.y() - line.ascent()))
        for run in layout.glyphRuns()
        for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True)
    ]
    yield from sorted(found, key=lambda part: part[2].x())  # Qt hands out runs in another order in each process


def glyph_path(face: QRawFont, glyph: int) -> QPainterPath:
    """A letter at the origin."""
    size = face.pixelSize()
    drawn = QRawFont(face)
    drawn.setPixelSize(face.unitsPerEm())
    return QTransform.fromScale(size / face.unitsPerEm(), size / face.unitsPerEm()).map(drawn.pathForGlyph(glyph))
