"""What lies over the talk window: a pen that fades, a spotlight, and black."""

from __future__ import annotations

import time

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded

#: Seconds that a stroke stays, and then takes to fade.
_STAYS, _FADES = 4.0, 1.0
_TICK = 40
_SPOT = 0.17
_SHADE = QColor(8, 11, 15, 170)


class Overlay(Guarded, QWidget):
    """Covers its parent. ``mode`` is '' (the mouse goes through), 'pen', 'spotlight' or 'black'."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.mode = ""
        self._theme: Theme = LIGHT
        self._strokes: list[tuple[list[QPointF], float]] = []  # points, and when the stroke ended; 0 while it is drawn
        self._spot = QPointF()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK)
        self._tick.timeout.connect(self._fade)
        parent.installEventFilter(self)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setMouseTracking(True)
        self.set_mode("")

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def set_mode(self, mode: str) -> None:
        """Change, or with the same mode go back to none. Strokes go on fading."""
        self.mode = "" if mode == self.mode else mode
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, self.mode in ("", "black"))
        self.setCursor(Qt.CursorShape.CrossCursor if self.mode == "pen" else Qt.CursorShape.ArrowCursor)
        if self.mode == "spotlight":
            self._spot = QPointF(self.mapFromGlobal(self.cursor().pos()))
        self._show()

    def clear(self) -> None:
        """Without strokes, at once."""
        self._strokes.clear()
        self._tick.stop()
        self._show()

    def _show(self) -> None:
        parent = self.parentWidget()
        if parent is not None:
            self.setGeometry(parent.rect())
        self.setVisible(bool(self.mode or self._strokes))
        self.raise_()
        self.update()

    def _fade(self) -> None:
        now = time.monotonic()
        self._strokes = [(points, end) for points, end in self._strokes if not end or now - end < _STAYS + _FADES]
        if not self._strokes:
            self._tick.stop()
            self._show()
        self.update()

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """It is as large as its parent."""
        parent = self.parentWidget()
        if event.type() == QEvent.Type.Resize and parent is not None:
            self.setGeometry(parent.rect())
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A stroke begins."""
        if self.mode == "pen":
            self._strokes.append(([event.position()], 0.0))
            self._tick.start()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """A stroke goes on, or the light follows."""
        if self.mode == "spotlight":
            self._spot = event.position()
            self.update()
        elif self._strokes and not self._strokes[-1][1]:
            self._strokes[-1][0].append(event.position())
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """The stroke is drawn: from now on it fades."""
        if self._strokes and not self._strokes[-1][1]:
            self._strokes[-1] = (self._strokes[-1][0], time.monotonic())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Black, or what is lit, and the strokes."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.mode == "black":
                painter.fillRect(self.rect(), QColor("black"))
                return
            if self.mode == "spotlight":
                shade = QPainterPath()
                shade.addRect(QRectF(self.rect()))
                radius = _SPOT * self.height()
                shade.addEllipse(self._spot, radius, radius)
                painter.fillPath(shade, _SHADE)
            now = time.monotonic()
            for points, end in self._strokes:
                left = 1.0 if not end else min(1.0, (_STAYS + _FADES - (now - end)) / _FADES)
                pen = QPen(self._theme.color(self._theme.method("nag"), max(left, 0.0)), 5.0)
                pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
                painter.setPen(pen)
                painter.drawPolyline(points if len(points) > 1 else [points[0], points[0] + QPointF(0.1, 0)])
