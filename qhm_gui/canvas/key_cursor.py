"""The place that keys point at where a click into the plot does something. (pg.CrosshairROI follows the mouse only.)"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPainterPath

from qhm_gui.canvas.frame import Frame, finite
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.canvas.offer import TAKE_KEYS, Offer
from qhm_gui.drawing.pens import make_pen

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
#: Pixels that a key moves it, and with Shift.
STEP, FINE = 12.0, 2.0
_ARM = 10.0


def moved(at: QPointF, event: QKeyEvent) -> QPointF | None:
    """Where an arrow key moves a place of pixels; None for another key."""
    way = ARROWS.get(Qt.Key(event.key()))
    if way is None or event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier):
        return None
    step = FINE if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else STEP
    return QPointF(at.x() + step * way[0], at.y() + step * way[1])


class KeyCursor(Offer):
    """A cross that is seen while it has the keys: arrows move it, Return is a click there. The mouse has no use for it.

    It begins in the middle of the plot, and the canvas says ``hovered`` as under the mouse.
    """

    def __init__(self, words: Callable[[], str]) -> None:
        """``words``: what Return does, in the language in force (markup)."""
        super().__init__()
        self._words = words
        self._placed = False

    @property
    def tip(self) -> str:
        """What Return does."""
        return self._words()

    @property
    def takes_keys(self) -> bool:
        """Tab stops here while it is shown."""
        return self.isVisible()

    def shape(self) -> QPainterPath:
        """Nothing for the mouse."""
        return QPainterPath()

    def focus(self, inside: bool, visible: bool) -> None:
        """The cross comes and goes with the keys."""
        canvas = self.canvas
        if inside and canvas is not None:
            plot = canvas.frame().plot
            if not self._placed or not plot.contains(self.place(canvas.frame())):
                self._put(QPointF(plot.center()))
        super().focus(inside, visible)
        if canvas is not None:
            self._tell() if inside and visible else canvas.left.emit()

    def key_press(self, event: QKeyEvent) -> bool:
        """Arrows move it, Return clicks."""
        canvas = self.canvas
        if canvas is None:
            return False
        if event.key() in TAKE_KEYS:
            canvas.clicked.emit(*self.position)
            self._tell()
            return True
        to = moved(self.place(canvas.frame()), event)
        if to is None:
            return False
        plot = canvas.frame().plot
        self._put(QPointF(min(max(to.x(), plot.left()), plot.right()), min(max(to.y(), plot.top()), plot.bottom())))
        self._tell()
        return True

    def _put(self, at: QPointF) -> None:
        if self.canvas is not None:
            self._placed = True
            self.set_position(*self.canvas.from_pixels(at))

    def _tell(self) -> None:
        """What the status line says of this place."""
        if self.canvas is not None:
            self.canvas.hovered.emit(*self.position)

    def obstruct(self, obstacles: Obstacles, frame: Frame) -> None:
        """Names keep their places while it moves over them."""

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """A cross, cased so that it is seen on every ground."""
        at = self.place(frame)
        if not self.focused or not finite(at):
            return
        arm = _ARM * frame.style.line_scale
        for color, width in (("surface", 6.0), ("ink", 2.5)):
            painter.setPen(make_pen(frame.color(color), frame.style.width(width)))
            painter.drawLine(at - QPointF(arm, 0), at + QPointF(arm, 0))
            painter.drawLine(at - QPointF(0, arm), at + QPointF(0, arm))
