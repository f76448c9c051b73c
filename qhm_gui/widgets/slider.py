"""Sliders for a parameter on a linear, logarithmic or momentum scale; hatched beyond a bound."""

from __future__ import annotations

import math
from dataclasses import replace

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QWheelEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.drawing.hatch import hatch_path
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import Painted
from qhm_gui.widgets.slider_scale import Scale, SliderScale

_INSET = 8.0
_HALO = 13.0
_WHEEL_REST_MS = 400
#: Pixels of the numbers under the track.
USUAL_TICKS = 10.5


class ParameterSlider(Painted):
    """It shows ``value`` and asks for others: ``began``, ``moved`` and ``ended`` frame one gesture.

    Values come rounded to what the scale can tell apart, so that a dragged number has no meaningless digits;
    with Shift a gesture is ten times finer. An ``infinite`` one has ∞ at its right end, apart from the rest.
    """

    began = Signal()
    moved = Signal(float)
    ended = Signal()

    RADIUS = 8.0
    TRACK_Y = 13.0
    TICK_Y = 28.0

    def __init__(
        self,
        scale: Scale = "linear",
        low: float = 0.0,
        high: float = 1.0,
        parent: QWidget | None = None,
        *,
        ticks: bool = True,
        infinite: bool = False,
    ) -> None:
        super().__init__(parent)
        self._scale = SliderScale(scale, low, high, infinite)
        self._value = low
        self._bound: float | None = None
        self._dotted: float | None = None
        self._accent: QColor | None = None
        self._tied = False
        self._with_ticks = ticks
        self._active = False
        self._grab = 0.0
        self._fine_from: tuple[float, float] | None = None
        self._wheel_rest = QTimer(self)
        self._wheel_rest.setSingleShot(True)
        self._wheel_rest.setInterval(_WHEEL_REST_MS)
        self._wheel_rest.timeout.connect(self._end)
        self._type = 1.0
        self._fit_height()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    # what it shows

    def value(self) -> float:
        """The value that is shown; the thumb stays at the end of the track where the value lies beyond it."""
        return self._value

    def set_value(self, value: float) -> None:
        """Show this value, without a signal."""
        if value == self._value:
            return
        self._value = value
        self.setAccessibleDescription("∞" if value == math.inf else f"{value:g}")
        self.ring_moved()
        self.update()

    def set_range(self, low: float, high: float) -> None:
        if (low, high) != (self._scale.low, self._scale.high):
            self._scale = replace(self._scale, low=low, high=high)
            self.ring_moved()
            self.update()

    def set_bound(self, bound: float | None, dotted: float | None = None) -> None:
        """A tick at this value, and hatching beyond it; from ``dotted`` on dots before that. Beyond is allowed."""
        if (bound, dotted) != (self._bound, self._dotted):
            self._bound, self._dotted = bound, dotted
            self.update()

    def set_accent(self, color: QColor | None) -> None:
        """The colour of what the slider edits; None is neutral."""
        if not paint.same_color(color, self._accent):
            self._accent = color
            self.update()

    def set_tied(self, tied: bool) -> None:
        """Fade the thumb: the value follows another one, until it is moved."""
        if tied != self._tied:
            self._tied = tied
            self.update()

    def set_ticks(self, shown: bool) -> None:
        """Whether there are numbers under the track."""
        self._with_ticks = shown
        self._fit_height()
        self.update()

    def set_type(self, scale: float) -> None:
        """The numbers under the track so many times as large as usual: for a room."""
        self._type = scale
        self._fit_height()
        self.update()

    def _fit_height(self) -> None:
        self.setFixedHeight(round(36 + 1.3 * USUAL_TICKS * (self._type - 1)) if self._with_ticks else 28)

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(80, self.height())

    # the scale

    def fraction(self, value: float) -> float:
        """Where on the track a value lies, 0 to 1."""
        return self._scale.fraction(value)

    def value_at(self, fraction: float, fine: bool = False) -> float:
        """The value at a place on the track, rounded to what the scale can tell apart."""
        return self._scale.value_at(fraction, fine)

    def _ticks(self) -> list[tuple[float, str]]:
        return self._scale.ticks()

    # painting

    def _track(self) -> QRectF:
        return QRectF(_INSET, self.TRACK_Y - 2, self.width() - 2 * _INSET, 4)

    def _x(self, value: float) -> float:
        track = self._track()
        return track.left() + self.fraction(value) * track.width()

    def _thumb(self) -> QPointF:
        return QPointF(self._x(self._value), self.TRACK_Y)

    def ring_rect(self) -> tuple[QRectF, float]:
        centre = self._thumb()
        return QRectF(centre.x() - 8, centre.y() - 8, 16, 16), 8.0

    def _tint(self) -> QColor:
        return self._accent or self.theme.color("muted")

    def _dot(self) -> QColor:
        return self._tint()

    def paint(self, painter: QPainter) -> None:
        theme, track, tint = self.theme, self._track(), self._tint()
        thumb = self._thumb()
        end = self._x(self._bound) if self._bound is not None else track.right()
        if end > track.left():
            paint.fill_round(painter, QRectF(track.left(), track.top(), end - track.left(), 4), 2, theme.color("line"))
        if self._bound is not None and end < track.right():
            area = QPainterPath()
            area.addRect(QRectF(end, self.TRACK_Y - 4, track.right() - end, 8))
            painter.fillPath(area, theme.color("div"))
            hatch_path(painter, area, theme.color("hatch"), 2.5, 1)
        fill = QColor(tint)
        fill.setAlphaF(0.45 if self._tied else 1.0)
        if thumb.x() > track.left():
            paint.fill_round(painter, QRectF(track.left(), track.top(), thumb.x() - track.left(), 4), 2, fill)
        if self._bound is not None:
            painter.setPen(QPen(theme.color("text2"), 1.5))
            painter.drawLine(QLineF(end, self.TRACK_Y - 7, end, self.TRACK_Y + 7))
        if self._dotted is not None:
            self._paint_dots(painter, self._x(self._dotted), end)
        if self._with_ticks:
            self._paint_ticks(painter)
        strength = 1.0 if self._active else self.glow if self.isEnabled() else 0.0
        if strength:
            room = min(thumb.x(), self.width() - thumb.x())
            full = max(10.5, min(_HALO, room)) if self._active else max(10.5, min(11.5, room))
            halo = QColor(tint)
            halo.setAlphaF(0.18 * strength)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(halo)
            painter.drawEllipse(thumb, full, full)
        if self._tied:
            painter.setOpacity(painter.opacity() * 0.45)
        paint.draw_thumb(painter, theme, thumb, self._dot())

    def _paint_dots(self, painter: QPainter, start: float, end: float) -> None:
        """A shorter tick, and two rows of dots up to ``end``."""
        if start >= end:
            return
        tint = self.theme.color("text2")
        painter.setPen(QPen(tint, 1.5))
        painter.drawLine(QLineF(start, self.TRACK_Y - 5, start, self.TRACK_Y + 5))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tint)
        for step in range(int((end - start - 3) / 4) + 1):
            for up in (-4.0, 4.0):
                painter.drawEllipse(QPointF(start + 3 + 4 * step, self.TRACK_Y + up), 0.9, 0.9)

    def _paint_ticks(self, painter: QPainter) -> None:
        last = -math.inf
        for value, text in self._ticks():
            width = paint.text_width(text, USUAL_TICKS * self._type)
            left = min(max(0.0, self._x(value) - width / 2), self.width() - width)
            if left < last + 4:
                continue
            last = left + width
            high = 1.5 * USUAL_TICKS * self._type
            place = QRectF(left, self.TICK_Y - 8, width + 1, high)
            paint.draw_text(painter, place, text, self.theme.color("muted"), USUAL_TICKS * self._type)

    # asking

    def _begin(self) -> None:
        if not self._active:
            self._active = True
            self.began.emit()
            self.update()

    def _end(self) -> None:
        self._wheel_rest.stop()
        self._fine_from = None
        if self._active:
            self._active = False
            self.ended.emit()
            self.update()

    def _ask(self, value: float) -> None:
        if value != self._value:
            self.set_value(value)
            self.moved.emit(value)

    def _fraction_at(self, x: float) -> float:
        track = self._track()
        return (x - track.left()) / max(1.0, track.width())

    def _step(self, amount: float, fine: bool) -> None:
        """Move by a part of the track, at least to the next value that can be told apart."""
        if fine:
            amount /= 10
        start, times, place = self.fraction(self._value), 0, 0.5
        while 0 < place < 1:
            times += 1
            place = start + times * amount
            value = self.value_at(place, fine)
            if value != self._value:
                self._ask(value)
                return

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            event.ignore()
            return
        self._end()
        x = event.position().x()
        on_thumb = abs(x - self._thumb().x()) <= 10
        self._grab = self._thumb().x() - x if on_thumb else 0.0
        self._begin()
        if not on_thumb:
            self._ask(self.value_at(self._fraction_at(x)))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if not self._active or not event.buttons() & Qt.MouseButton.LeftButton:
            return
        x = event.position().x() + self._grab
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            if self._fine_from is None:
                self._fine_from = (x, self.fraction(self._value))
            start, place = self._fine_from
            self._ask(self.value_at(place + (x - start) / 10 / max(1.0, self._track().width()), True))
        else:
            if self._fine_from is not None:  # go on from where the fine gesture came to, without a jump
                self._fine_from = None
                self._grab = self._thumb().x() - event.position().x()
                return
            self._ask(self.value_at(self._fraction_at(x)))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        turn = event.angleDelta().y() or event.angleDelta().x()
        if not self.hasFocus() or not turn:
            event.ignore()
            return
        self._begin()
        self._wheel_rest.start()
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self._step(0.01 * turn / 120, fine)
        event.accept()

    def key_pressed(self, event: QKeyEvent) -> None:
        key = event.key()
        keys = Qt.Key
        steps = {
            keys.Key_Left: -0.01,
            keys.Key_Down: -0.01,
            keys.Key_Right: 0.01,
            keys.Key_Up: 0.01,
            keys.Key_PageDown: -0.1,
            keys.Key_PageUp: 0.1,
        }
        if key not in steps and key not in (keys.Key_Home, keys.Key_End):
            event.ignore()
            return
        self._begin()
        if key in steps:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(steps[keys(key)], fine)
        else:
            self._ask(self.value_at(0.0 if key == keys.Key_Home else 1.0))

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.isAutoRepeat():
            return
        if not self._wheel_rest.isActive():
            self._end()

    def focusOutEvent(self, event) -> None:
        self._end()
        super().focusOutEvent(event)

    def hideEvent(self, event) -> None:
        self._end()
        super().hideEvent(event)
