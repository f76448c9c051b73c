"""Pictures of what has not changed on a canvas. (Qt's item caches are one picture an item, also of those that change.)

A canvas paints from the lowest item to the uppermost. The lowest that are the same as in the last paint are kept as one
picture in the pixels of the device, and while something above them moves only the rest is drawn. Where a handle moves
and then, by turns, the curves that follow it, the curves are drawn into a picture at once: the next move of the handle
copies it. What is drawn and what is copied are the same pixels.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple, Protocol

from PySide6.QtCore import QPoint, QRectF
from PySide6.QtGui import QColor, QImage, QPainter, QTransform

from qhm_gui.drawing.scene_painting import paint_item

#: How many pictures a canvas keeps, each with more on it than the one before.
_MOST = 3
#: Seconds of painting that need no picture first.
_QUICK = 0.02


class Frame(Protocol):
    """The layout in force, another one after each change."""

    @property
    def bounds(self) -> QRectF:
        """The whole canvas."""
        ...


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
        self._unfinished: Layer | None = None
        self.restarted = False  # whether what was begun could not be used, since the last complete paint

    def clear(self) -> None:
        """Give the pictures up."""
        self._layers.clear()
        self._last = ()
        self._stable = 0
        self._unfinished = None

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
        self._unfinished, self.restarted = None, False
        if layer is None:
            painter.fillRect(frame.bounds, paper)
            return frozenset()
        lay_on(painter, corner, layer.picture)
        return frozenset(id(part.item) for part in layer.parts)

    def advance(
        self, painter: QPainter, parts: Sequence[Part], frame: Frame, paper: QColor, more: Callable[[float], bool]
    ) -> bool:
        """Draw a picture of the parts as far as ``more(seconds)`` lets each be begun; whether that is all.

        The next call goes on with it, unless what it shows has changed. The painter's transform is that of the scene.
        """
        wanted = tuple(parts)
        base, _ = _in_device(painter, frame)
        self._take_up(wanted, base, frame, paper)
        known = self._layers[-1] if self._layers else None
        begun = self._unfinished
        if begun is not None and _common(begun.parts, wanted) < len(begun.parts):
            begun, self.restarted = None, True
        elif begun is None and sum(map(_cost, wanted[len(known.parts) if known else 0 :])) < _QUICK:
            return True
        if begun is None:
            begun = Layer((), _sheet(frame, base, paper)) if known is None else Layer(known.parts, known.picture.copy())
        done = len(begun.parts)
        stable = _common(self._last, wanted)
        while done < len(wanted) and (done == len(begun.parts) or more(_cost(wanted[done]))):
            with QPainter(begun.picture) as aside:
                paint_item(wanted[done].item, aside, base)
            done += 1
            heavy = _cost(wanted[done - 1]) > _QUICK
            if (done == stable or heavy) and done < len(wanted):
                self._add(Layer(wanted[:done], begun.picture.copy()))
        self._unfinished = Layer(wanted[:done], begun.picture)
        if done < len(wanted):
            return False
        self._add(self._unfinished)
        self._unfinished = None
        return True

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
        lay_on(painter, corner, picture)

    def _known(self, wanted: tuple[Part, ...], base: QTransform, frame: Frame, paper: QColor) -> Layer | None:
        """The picture of most of the lowest items, after what was the same twice has got into one."""
        self._take_up(wanted, base, frame, paper)
        before, self._stable = self._stable, _common(self._last, wanted)
        self._last = wanted
        for count in (self._stable, min(before, len(wanted))):
            self._keep(wanted[:count], base, frame, paper)
        return self._layers[-1] if self._layers else None

    def _take_up(self, wanted: tuple[Part, ...], base: QTransform, frame: Frame, paper: QColor) -> None:
        """Give up the pictures that show something else."""
        valid = (frame, base, paper.rgba())
        if valid != self._valid:
            self.restarted = self.restarted or self._unfinished is not None
            self.clear()
            self._valid = valid
        self._layers = [layer for layer in self._layers if _common(layer.parts, wanted) == len(layer.parts)]

    def _add(self, layer: Layer) -> None:
        if len(self._layers) == _MOST:  # the one that saves least over the one below it
            ends = [0, *(len(known.parts) for known in self._layers)]
            saved = [sum(map(_cost, layer.parts[low:high])) for low, high in pairwise(ends)]
            del self._layers[saved.index(min(saved))]
        self._layers.append(layer)

    def _keep(self, lowest: tuple[Part, ...], base: QTransform, frame: Frame, paper: QColor) -> None:
        """Make a picture of these, upon the one that there is, if it has fewer."""
        known = len(self._layers[-1].parts) if self._layers else 0
        if len(lowest) <= known:
            return
        picture = self._layers[-1].picture.copy() if self._layers else _sheet(frame, base, paper)
        with QPainter(picture) as aside:
            for part in lowest[known:]:
                paint_item(part.item, aside, base)
        self._add(Layer(lowest, picture))


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


def lay_on(painter: QPainter, corner: QPoint, picture: QImage) -> None:
    """Pixel on pixel, its corner on one of the device."""
    painter.save()
    painter.resetTransform()
    painter.setTransform(painter.deviceTransform().inverted()[0])
    painter.drawImage(corner, picture)
    painter.restore()


def _cost(part: Part) -> float:
    """Seconds that it will take to paint, as far as that is known; what covers nothing is never painted."""
    took: float | None = getattr(part.item, "took", 0.0)
    if took is not None:
        return took
    return 0.0 if part.item.boundingRect().isEmpty() else float(part.item.expected)


def _common(some: Sequence[Part], wanted: Sequence[Part]) -> int:
    """How many of the lowest parts stand for the wanted ones."""
    count = 0
    for one, other in zip(some, wanted, strict=False):
        if not one.stands_for(other):
            break
        count += 1
    return count
