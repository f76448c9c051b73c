"""The shapes of letters.

QPainterPath.addText gives shapes that differ by a sixty-fourth of a pixel with what was drawn before, and then files of
the same figure differ. The shapes of a raw font at the size that its designer drew it in do not.
"""

from __future__ import annotations

from PySide6.QtGui import QFont, QPainterPath, QTextLayout, QTransform


def outline(text: str, font: QFont) -> QPainterPath:
    """The letters of a text; the origin is where its baseline begins."""
    layout = QTextLayout(text, font)
    layout.beginLayout()
    line = layout.createLine()
    layout.endLayout()
    shapes: list[tuple[float, QPainterPath]] = []
    for run in layout.glyphRuns():
        face = run.rawFont()
        scale = face.pixelSize() / face.unitsPerEm()
        face.setPixelSize(face.unitsPerEm())
        for glyph, place in zip(run.glyphIndexes(), run.positions(), strict=True):
            moved = QTransform(scale, 0, 0, scale, place.x(), place.y() - line.ascent())
            shapes.append((place.x(), moved.map(face.pathForGlyph(glyph))))
    path = QPainterPath()
    for _, shape in sorted(shapes, key=lambda shape: shape[0]):  # Qt hands out runs in another order in each process
        path.addPath(shape)
    return path
