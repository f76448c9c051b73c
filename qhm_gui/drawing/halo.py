"""Halos of texts as pictures. (pyqtgraph has none.)

To stroke the letters of a long text takes ten milliseconds, and during a drag its numbers change with every move. The
halo of a text is that of its letters laid side by side, and a letter's is stroked once.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen, QRawFont

from qhm_gui.drawing.glyph_outlines import glyph_path, glyphs

#: A letter's picture stands on a pixel; its halo within it on one of so many places a pixel.
_PLACES = 8
WithCorner = tuple[QImage, QPointF]


class Kept:
    """Pictures with their corners, up to so many bytes: then all are given up. (Counted by number, those of an export
    at four times 4K would be half a gigabyte, and take a second to give up.)"""

    def __init__(self, most_bytes: int) -> None:
        self._most, self._known = most_bytes, dict[tuple[object, ...], WithCorner]()
        self.bytes = 0

    def get(self, looks: tuple[object, ...], make: Callable[[], WithCorner]) -> WithCorner:
        """The picture with these looks; made where it is not known."""
        known = self._known.get(looks)
        if known is None:
            known = make()
            if self.bytes + known[0].sizeInBytes() > self._most:
                self.clear()
            self._known[looks] = known
            self.bytes += known[0].sizeInBytes()
        return known

    def clear(self) -> None:
        """Give up all."""
        self._known.clear()
        self.bytes = 0


#: Halos of letters, each in one look, on one place: of the usual size some 5,000.
_letters = Kept(8_000_000)


def halo_pen(color: QColor, width: float) -> QPen:
    """What letters are stroked with."""
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return pen


def paint_halo(picture: QImage, runs: Iterable[tuple[str, QFont, QPointF]], color: QColor, width: float) -> None:
    """Lay the halos of texts, each with the place of its baseline, on a transparent picture."""
    scale = picture.devicePixelRatio()
    with QPainter(picture) as painter:
        for text, font, origin in runs:
            key = font.key()
            for face, glyph, at in glyphs(text, font):
                place = (origin + at) * scale
                x, y = math.floor(place.x()), math.floor(place.y())
                shift = (int((place.x() - x) * _PLACES), int((place.y() - y) * _PLACES))
                looks = (key, face.familyName(), glyph, shift, color.rgb(), width, scale)
                stroked = partial(_stroked, face, glyph, shift, color, width, scale)
                letter, corner = _letters.get(looks, stroked)
                painter.drawImage(QPointF(x / scale, y / scale) + corner, letter)
        if color.alpha() < 255:
            painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_DestinationIn)
            painter.fillRect(picture.rect(), QColor(0, 0, 0, color.alpha()))


def _stroked(
    face: QRawFont, glyph: int, shift: tuple[int, int], color: QColor, width: float, scale: float
) -> WithCorner:
    """The opaque halo of a letter (where translucent ones meet they would darken), and its corner from the origin."""
    path = glyph_path(face, glyph)
    area = path.boundingRect().adjusted(-width, -width, width, width)
    left, top = math.floor(area.left() * scale), math.floor(area.top() * scale)
    across, down = math.ceil(area.width() * scale) + 2, math.ceil(area.height() * scale) + 2
    picture = QImage(across, down, QImage.Format.Format_ARGB32_Premultiplied)
    picture.setDevicePixelRatio(scale)
    picture.fill(Qt.GlobalColor.transparent)
    with QPainter(picture) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(
            *((part + 0.5) / _PLACES / scale - corner / scale for part, corner in zip(shift, (left, top), strict=True))
        )
        painter.strokePath(path, halo_pen(QColor(color.rgb()), width))
    return picture, QPointF(left / scale, top / scale)
