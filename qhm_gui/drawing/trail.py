"""The past of a line that grows, as a picture. (QPainter has no line that goes on: it draws all of it each time.)

All steps of a run about a minimum lie where its head is, so that each picture of one that plays drew a thousand
segments a method. Here only those are drawn that are new, upon the others. Smooth edges that are laid on as a whole are
rounded a little differently than those that are drawn one upon the other: this is for what moves.
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.kept_pictures import lay_on
from qhm_gui.drawing.stroke import Segments

#: Points from which it pays, and pixels of the largest picture.
_FROM, _MOST_PIXELS = 200, 2_000_000


class Trail:
    """The picture of one line on one device."""

    def __init__(self) -> None:
        self._valid: tuple[object, ...] = ()
        self._picture: QImage | None = None
        self._corner = QPoint()
        self._count = 0  # how many points it has

    def draw(
        self, painter: QPainter, segments: Segments, count: int, color: QColor, width: float, room: QRectF
    ) -> bool:
        """Draw the first ``count`` points of an opaque line within ``room``; False where none of it has been drawn."""
        if count < _FROM or painter.opacity() != 1.0 or not segments.apart(painter, width):
            return False
        onto = painter.deviceTransform()
        valid = (segments, onto, color.rgba(), width, room)
        if valid != self._valid or count < self._count:
            self._begin(segments, onto, width, room)
            self._valid = valid
        if self._picture is None:
            return False
        if count > self._count:
            with QPainter(self._picture) as aside:
                aside.setRenderHints(SMOOTH)
                aside.setTransform(onto * QTransform.fromTranslate(-self._corner.x(), -self._corner.y()))
                segments.draw_from(aside, self._count, count, color, width)
            self._count = count
        lay_on(painter, self._corner, self._picture)
        return True

    def _begin(self, segments: Segments, onto: QTransform, width: float, room: QRectF) -> None:
        area = onto.mapRect(segments.area(width).intersected(room)).toAlignedRect()
        self._count, self._corner, self._picture = 0, area.topLeft(), None
        if 0 < area.width() * area.height() <= _MOST_PIXELS:
            self._picture = QImage(area.size(), QImage.Format.Format_ARGB32_Premultiplied)
            self._picture.fill(Qt.GlobalColor.transparent)
