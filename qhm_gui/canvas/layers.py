"""Pictures of what has not changed on a canvas. (Qt's item caches are one picture an item, also of those that change.)

A canvas paints from the lowest item to the uppermost. The lowest that are the same as in the last paint are kept as one
picture in the pixels of the device, and while something above them moves only the rest is drawn. Where a handle moves
and then, by turns, the curves that follow it, the curves are drawn into a picture at once: the next move of the handle
copies it. What is drawn and what is copied are the same pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.scene_painting import paint_item

#: How many pictures a canvas keeps, each with more on it than the one before.
_MOST = 3


class Part(NamedTuple):
    """An item as it was painted: which revision of it, how opaque, and whether as a draft."""

    item: Any
    revision: int
    opacity: float
    draft: bool

    def stands_for(self, wanted: Part) -> bool:
        """Whether its pixels may be shown where ``wanted`` is to be painted: a full stroke does for a draft."""
        return self.item is wanted.item and self[1:3] == wanted[1:3] and self.draft <= wanted.draft


class Layer(NamedTuple):
    """A picture of the lowest items."""

    parts: tuple[Part, ...]
    picture: QImage


class Layers:
    """The pictures of one canvas on one device."""

    def __init__(self) -> None:
        self._layers: list[Layer] = []
        self._last: tuple[Part, ...] = ()
        self._stable = 0  # how many of the lowest were the same in the last paint as in the one before
        self._valid: tuple[object, ...] = ()

    def clear(self) -> None:
        """Give the pictures up."""
        self._layers.clear()
        self._last = ()
        self._stable = 0

    @property
    def pictures(self) -> int:
        """How many there are."""
        return len(self._layers)

    def paint(self, painter: QPainter, parts: Sequence[Part], frame: Frame, paper: QColor) -> frozenset[int]:
        """Fill the canvas with paper and with what is known of it; which of the items (by id) that has painted.

        The painter's transform is that of the scene.
        """
        base, corner = _in_device(painter, frame)
        layer = self._known(tuple(parts), base, frame, paper)
        if layer is None:
            painter.fillRect(frame.bounds, paper)
            return frozenset()
        _copy(painter, corner, layer.picture)
        return frozenset(id(part.item) for part in layer.parts)

    def paint_all(
        self, painter: QPainter, items: Sequence[Any], parts: Sequence[Part], frame: Frame, paper: QColor
    ) -> None:
        """The whole canvas with what is known of it. Where nothing has changed every pixel is the same as before."""
        base, corner = _in_device(painter, frame)
        layer = self._known(tuple(parts), base, frame, paper)
        picture = _sheet(frame, base, paper) if layer is None else layer.picture.copy()
        known = frozenset() if layer is None else frozenset(id(part.item) for part in layer.parts)
        with QPainter(picture) as aside:
            for item in items:
                if id(item) not in known:
                    paint_item(item, aside, base)
        _copy(painter, corner, picture)

    def _known(self, wanted: tuple[Part, ...], base: QTransform, frame: Frame, paper: QColor) -> Layer | None:
        """The picture of most of the lowest items, after what was the same twice has got into one."""
        valid = (frame, base, paper.rgba())
        if valid != self._valid:
            self.clear()
            self._valid = valid
        self._layers = [layer for layer in self._layers if _common(layer.parts, wanted) == len(layer.parts)]
        before, self._stable = self._stable, _common(self._last, wanted)
        self._last = wanted
        for count in (self._stable, min(before, len(wanted))):
            self._keep(wanted[:count], base, frame, paper)
        return self._layers[-1] if self._layers else None

    def _keep(self, lowest: tuple[Part, ...], base: QTransform, frame: Frame, paper: QColor) -> None:
        """Make a picture of these, upon the one that there is, if it has fewer."""
        known = len(self._layers[-1].parts) if self._layers else 0
        if len(lowest) <= known:
            return
        picture = self._layers[-1].picture.copy() if self._layers else _sheet(frame, base, paper)
        with QPainter(picture) as aside:
            for part in lowest[known:]:
                paint_item(part.item, aside, base)
        if len(self._layers) == _MOST:
            self._layers.pop()
        self._layers.append(Layer(lowest, picture))


def _in_device(painter: QPainter, frame: Frame) -> tuple[QTransform, QPoint]:
    """What takes the scene to a picture of the canvas in the pixels of the device, and where that lies."""
    onto = painter.deviceTransform()
    corner = onto.mapRect(frame.bounds).toAlignedRect().topLeft()
    return onto * QTransform.fromTranslate(-corner.x(), -corner.y()), corner


def _sheet(frame: Frame, base: QTransform, paper: QColor) -> QImage:
    """A picture with nothing on it."""
    picture = QImage(base.mapRect(frame.bounds).toAlignedRect().size(), QImage.Format.Format_RGB32)
    picture.fill(paper)
    return picture


def _copy(painter: QPainter, corner: QPoint, picture: QImage) -> None:
    """Pixel on pixel."""
    painter.save()
    painter.resetTransform()
    painter.setTransform(painter.deviceTransform().inverted()[0])
    painter.drawImage(corner, picture)
    painter.restore()


def _common(some: Sequence[Part], wanted: Sequence[Part]) -> int:
    """How many of the lowest parts stand for the wanted ones."""
    count = 0
    for one, other in zip(some, wanted, strict=False):
        if not one.stands_for(other):
            break
        count += 1
    return count
