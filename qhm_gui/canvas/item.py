"""Painting in pixels, for all items. (pg.GraphicsObject paints in view coordinates, with cosmetic pens.)

Cosmetic pens ignore the device's pixel ratio and the scale of an export, and wide ones are drawn eight times slower
under a stretched transform. Here every item paints in pixels of the canvas instead, with plain pens, so window, PNG,
PDF, SVG and film draw the same picture.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QTransform

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.drawn import Drawn, marks
from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing.background_colour import BackgroundColour
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.pens import make_pen
from qhm_gui.guarded import Guarded

if TYPE_CHECKING:
    from qhm_gui.canvas.plot import Canvas

Kept = TypeVar("Kept")
#: Places or texts of which something is kept: they move about as long as somebody drags.
MOST_KEPT = 1000
#: No pen at all counts as cosmetic, and an SVG writes that into its clips.
PLAIN = QPen(Qt.GlobalColor.black, 1.0)
#: How far a line at the edge of the plot may reach over it, in pixels: half of the widest.
_EDGE = 2.0


class InPixels(Guarded):
    """Mixin before a pyqtgraph item: it paints in the pixels of its canvas by :meth:`draw`.

    ``clipped`` items are cut off at the edge of the plot; labels and marks may reach over it. ``drafted`` ones are
    drawn more cheaply while something is dragged (:attr:`Canvas.drafts`).
    """

    clipped = True
    drafted = False
    revision = 0  # counts how often its looks have changed
    took: float | None = None  # seconds of its last painting; None if that says nothing of the next
    expected = 0.01  # seconds of its first
    _extent: QRectF | None = None

    @property
    def canvas(self) -> Canvas | None:
        """The canvas that it stands on."""
        return self.getViewWidget()  # type: ignore[attr-defined]

    def changed(self) -> None:
        """The item looks different now, within the same pixels."""
        self._hindrance = None
        self.recoloured()
        if self.isVisible() and (canvas := self.canvas) is not None:  # type: ignore[attr-defined]
            canvas.placer.invalidate()

    def recoloured(self, pixels: QRectF | None = None) -> None:
        """The item looks different now, and texts have the same room beside it; only these pixels of it, if given."""
        canvas = self.canvas
        seen = None if pixels is None or canvas is None else pixels.intersected(canvas.frame().bounds)
        if not self.isVisible() or (seen is not None and seen.isEmpty()):  # type: ignore[attr-defined]
            self.revision += 1
        elif seen is None:
            self.update()
        else:
            self.update(self.mapRectFromScene(seen))  # type: ignore[attr-defined]

    def update(self, *area: Any) -> None:
        """Have it painted again."""
        self.revision += 1
        super().update(*area)  # type: ignore[misc]

    def set_look(self, **looks: object) -> None:
        """Set attributes, and have the item painted again where one of them is new."""
        if any(getattr(self, name) != look for name, look in looks.items()):
            vars(self).update(looks)
            self.changed()

    def set_arrays(self, **arrays: ArrayLike) -> bool:
        """Set attributes that are arrays of floats, and have the item painted again where one has other values; whether
        one has. What is the same is neither drawn nor thinned anew, nor do its texts move."""
        wanted = {name: np.asarray(values, dtype=np.float64) for name, values in arrays.items()}
        if all(_alike(getattr(self, name), values) for name, values in wanted.items()):
            return False
        vars(self).update(wanted)
        self.changed()
        return True

    def moved(self) -> None:
        """The item touches other pixels now."""
        if self._extent is not None:
            self.prepareGeometryChange()  # type: ignore[attr-defined]
            self._extent = None
        self.changed()

    def setVisible(self, visible: bool) -> None:
        """Show or hide it; texts and margins follow."""
        visible = bool(visible)  # Qt refuses those of NumPy
        if visible != self.isVisible():  # type: ignore[attr-defined]
            super().setVisible(visible)  # type: ignore[misc]
            if (canvas := self.canvas) is not None:
                canvas.placer.invalidate()
                if type(self).reserved_right is not InPixels.reserved_right:
                    canvas.room_changed()

    def setZValue(self, z: float) -> None:
        """Another height; its canvas keeps its items in order."""
        super().setZValue(z)  # type: ignore[misc]
        if (canvas := self.canvas) is not None:
            canvas.reorder()

    def viewTransformChanged(self) -> None:
        """pyqtgraph tells that the view has another range or size."""
        super().viewTransformChanged()  # type: ignore[misc]
        self.moved()

    def boundingRect(self) -> QRectF:
        """What :meth:`cover` says, in the item's own coordinates."""
        if self._extent is None:
            canvas = self.canvas
            if canvas is None:
                return QRectF()
            area = self.cover(canvas.frame())
            self._extent = QRectF() if area.isEmpty() else self.mapRectFromScene(area)  # type: ignore[attr-defined]
        return self._extent

    def cover(self, frame: Frame) -> QRectF:
        """The pixels that the item can touch: the plot, or without clipping the canvas."""
        return frame.plot.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE) if self.clipped else frame.bounds

    def paint(self, painter: QPainter, *_: Any) -> None:
        """Let :meth:`draw` paint in pixels, whatever the painter paints on."""
        canvas = self.canvas
        if canvas is None or id(self) in canvas.painted:
            return
        if canvas.onto is not None:
            self.paint_onto(painter, canvas.onto)
            return
        to_pixels, possible = self.sceneTransform().inverted()  # type: ignore[attr-defined]
        if possible:
            self.paint_onto(painter, to_pixels * painter.transform())

    def paint_onto(self, painter: QPainter, onto: QTransform) -> None:
        """The same, where it is known what takes the scene to what is painted on: turned back from the item's own
        coordinates it would differ by the last digit, and a line of four pixels not be as wide as that."""
        canvas = self.canvas
        if canvas is None or self.boundingRect().isEmpty():
            return
        frame = canvas.frame()
        painter.save()
        painter.setTransform(onto)
        painter.setRenderHints(SMOOTH)
        painter.setPen(PLAIN)
        if self.clipped:
            pad = _EDGE * frame.style.line_scale if canvas.has_grid else 0.0
            painter.setClipRect(frame.plot.adjusted(-pad, -pad, pad, pad), Qt.ClipOperation.IntersectClip)
        began = time.thread_time() if canvas.exposed is None else None  # the clock of a thread is asked of the system
        try:
            self.draw(painter, frame)
        finally:
            painter.restore()
            if began is not None:  # of all of it
                self.took = time.thread_time() - began

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Paint the item in pixels of the canvas."""
        raise NotImplementedError

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Say what texts must keep clear of, in pixels."""

    _hindrance: tuple[Frame, Obstacles] | None = None

    def hindrance(self, frame: Frame) -> Obstacles:
        """What :meth:`obstruct` says, kept until the item or the frame changes."""
        if self._hindrance is None or self._hindrance[0] is not frame:
            self._hindrance = frame, Obstacles()
            self.obstruct(self._hindrance[1], frame)
        return self._hindrance[1]

    _kept: dict[str, tuple[Frame, int, Any]] | None = None

    def kept(self, name: str, frame: Frame, make: Callable[[Frame], Kept]) -> Kept:
        """What ``make`` says, kept by ``name`` until the item or the frame changes."""
        if self._kept is None:
            self._kept = {}
        known = self._kept.get(name)
        if known is None or known[0] is not frame or known[1] != self.revision:
            known = self._kept[name] = frame, self.revision, make(frame)
        return known[2]

    def drawn(self) -> list[Drawn]:
        """What it shows, as data."""
        return []

    def reserved_right(self, style: Style) -> float:
        """Pixels that the item needs to the right of the plot."""
        return 0.0

    def background_at(self, point: QPointF, frame: Frame) -> BackgroundColour | None:
        """The colour that the item gives a pixel, for texts above it; None where it has no say."""
        return None


def _alike(one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """Whether every bit of them is: NaN is a gap, and as good as another."""
    return one.shape == other.shape and (one is other or one.tobytes() == other.tobytes())


def is_background(item: object) -> bool:
    """Whether an item can colour what stands on it."""
    return isinstance(item, InPixels) and type(item).background_at is not InPixels.background_at


class Coloured(InPixels):
    """Mixin for an item of one colour: a token, a method's key or '#hex'."""

    _color: str

    def set_color(self, color: str) -> None:
        """Another colour."""
        self.set_look(_color=color)


class PixelItem(InPixels, pg.GraphicsObject):
    """A thing that pyqtgraph has no item for. Create it once, add it, and then set its data."""

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)


class Field(PixelItem):
    """What lies at the bottom of a canvas."""

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(-20.0)


class AtPoint(Coloured):
    """Mixin for a mark of fixed size at a data point; hidden until it has one.

    ``reach``: pixels about the point that it can touch.
    """

    clipped = False
    reach = 16.0
    _color = "ink"
    _x = _y = float("nan")

    @property
    def position(self) -> tuple[float, float]:
        """Where it stands in data values."""
        return self._x, self._y

    def set_position(self, x: float, y: float) -> None:
        """Move it to a data point, without a signal."""
        if (x, y) != (self._x, self._y):
            self._x, self._y = float(x), float(y)
            self.moved()

    def place(self, frame: Frame) -> QPointF:
        """Where it stands in pixels."""
        return frame.point(self._x, self._y)

    def about(self, frame: Frame, reach: float) -> QRectF:
        """A square about the point that reaches so many pixels; empty where it has no place."""
        point = self.place(frame)
        return QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach) if finite(point) else QRectF()

    def cover(self, frame: Frame) -> QRectF:
        """A square about the point."""
        return self.about(frame, self.reach * max(frame.style.line_scale, frame.style.type_scale))

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Half of the reach: the mark itself."""
        area = self.cover(frame)
        if not area.isEmpty() and frame.bounds.intersects(area):
            obstacles.areas.append(area.adjusted(*(side * area.width() / 4 for side in (1, 1, -1, -1))))

    def drawn(self) -> list[Drawn]:
        return marks(type(self).__name__, self._color, *self.position)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """The mark about the origin, scaled like the lines. One beside the canvas would lie on what is beside it in a
        file: the head of a run that diverges a million pixels away from the page."""
        point = self.place(frame)
        if finite(point) and frame.bounds.adjusted(-1, -1, 1, 1).contains(point):
            painter.translate(point)
            painter.scale(frame.style.line_scale, frame.style.line_scale)
            self.draw_mark(painter, frame)

    def draw_mark(self, painter: QPainter, frame: Frame) -> None:
        """The mark itself, in pixels about the origin."""
        raise NotImplementedError


def draw_ring(painter: QPainter, frame: Frame, at: QPointF, radius: float, unit: float = 1.0) -> None:
    """A ring of ink that is seen on every ground: the keys, or the mouse, are here."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, width in (("surface", 5.0), ("ink", 2.0)):
        painter.setPen(make_pen(frame.color(color), width * unit))
        painter.drawEllipse(at, radius * unit, radius * unit)


class PointItem(AtPoint, PixelItem):
    """A mark at a data point that pyqtgraph has no item for."""
