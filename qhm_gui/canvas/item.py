"""What stands on a canvas. An item holds data values and paints itself in pixels when the canvas asks."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.background_colour import Ground
from qhm_gui.canvas.frame import Frame

if TYPE_CHECKING:
    from qhm_gui.canvas.canvas import Canvas


class Layer(IntEnum):
    """How often an item changes. GROUND and DATA are kept as pictures; TOP is painted on them each time.

    A change in one layer repaints that layer and those above it, so what follows the mouse belongs on TOP.
    """

    GROUND = 0
    DATA = 1
    TOP = 2


class Item(QObject):
    """One thing on a canvas. Create it once, add it, and then set its data."""

    layer: Layer = Layer.DATA
    clipped: bool = True  # to the plot; labels and markers may reach over its edge
    z: float = 0.0

    def __init__(self) -> None:
        super().__init__()
        self.canvas: Canvas | None = None
        self._visible = True
        self._covered = QRectF()

    def isVisible(self) -> bool:
        """Whether the item is painted."""
        return self._visible

    def setVisible(self, visible: bool) -> None:
        """Paint the item or leave it out."""
        if visible != self._visible:
            self._visible = visible
            self.changed(force=True)

    def changed(self, *, force: bool = False) -> None:
        """Tell the canvas to paint the item anew; a hidden item needs none."""
        if self.canvas is not None and (self._visible or force):
            self.canvas.item_changed(self)

    def take_damage(self, frame: Frame) -> QRectF:
        """The pixels to paint anew on TOP: where the item was and where it is now."""
        was = self._covered
        self._covered = self.cover(frame) if self._visible else QRectF()
        return was.united(self._covered)

    def paint(self, painter: QPainter, frame: Frame) -> None:
        """Draw the item."""
        raise NotImplementedError

    def cover(self, frame: Frame) -> QRectF:
        """The pixels that the item can touch; asked for on TOP only."""
        return frame.bounds

    def reserved_right(self, style: Style) -> float:
        """Pixels that the item needs to the right of the plot."""
        return 0.0

    def ground_color(self, point: QPointF, frame: Frame) -> Ground | None:
        """The colour that the item gives a pixel, for texts above it; None where it has no say."""
        return None


class Field(Item):
    """What lies at the bottom of a canvas and seldom changes."""

    layer = Layer.GROUND


class Interactive(Item):
    """An item that takes the mouse and, when ``focusable``, the keyboard."""

    layer = Layer.TOP
    clipped = False
    cursor = Qt.CursorShape.OpenHandCursor
    drag_cursor = Qt.CursorShape.ClosedHandCursor
    focusable = False

    def hit(self, point: QPointF, frame: Frame) -> float | None:
        """The distance to the pixel when it is near enough to take the mouse, else None."""
        raise NotImplementedError

    def hover(self, inside: bool) -> None:
        """The mouse has come or gone."""

    def focus(self, inside: bool, visible: bool) -> None:
        """The keyboard has come or gone; ``visible`` when a key brought it and a ring should show it."""

    def press(self, point: QPointF, fine: bool) -> None:
        """The left button went down on the item."""
        raise NotImplementedError

    def drag(self, point: QPointF, fine: bool) -> None:
        """The mouse moved with the button down."""
        raise NotImplementedError

    def release(self) -> None:
        """The button came up, or the drag was broken off."""
        raise NotImplementedError

    def double_click(self) -> None:
        """A double click on the item."""

    def menu(self, place: QPoint) -> bool:
        """A right click on the item, in screen coordinates; True when the item answers it."""
        return False

    def key_press(self, event: QKeyEvent) -> bool:
        """A key while the item has the focus; True when it is used up."""
        return False

    def key_release(self, event: QKeyEvent) -> None:
        """A key has come up."""
