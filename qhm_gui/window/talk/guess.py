"""The room guesses before it sees: a cover over the plot with the question; a click leaves a cross and lifts it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.widgets import painting as paint

_MOST = 40


class Guess(Guarded, QWidget):
    """Covers the plot of a canvas until somebody has clicked. The axes are seen, the answer is not."""

    guessed = Signal(float, float)  # where, in data values

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self._theme: Theme = LIGHT
        self._question = ""
        self._open = False
        self.marks: list[tuple[float, float]] = []
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)
        canvas.viewport().installEventFilter(self)
        self._place()
        self.show()
        self.raise_()

    def set_theme(self, theme: Theme) -> None:
        """Take the colours of a theme."""
        self._theme = theme
        self.update()

    def ask(self, question: str) -> None:
        """What is to be guessed."""
        self._question = question
        self.setAccessibleName(question)
        self.update()

    @property
    def answered(self) -> bool:
        """Whether the answer is seen."""
        return self._open

    def reveal(self) -> None:
        """Show the answer; the guesses stay over it."""
        self._open = True
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.update()

    def _place(self) -> None:
        plot = self._plot().adjusted(-6, -8, 0, 1)  # marks at the edge stand out of it, and names right of it
        plot.setRight(self._canvas.viewport().width())
        self.setGeometry(plot.toAlignedRect())

    def _plot(self) -> QRectF:
        return QRectF(self._canvas.frame().plot)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The plot moves with its canvas."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Paint):
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A guess; with Shift held the next one may follow before the answer."""
        if event.button() != Qt.MouseButton.LeftButton or self._open:
            return
        place = event.position() + QPointF(self.pos())
        if not self._plot().contains(place):
            return
        point = self._canvas.from_pixels(place)
        if len(self.marks) < _MOST:
            self.marks.append(point)
            self.guessed.emit(*point)
        if not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.reveal()
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter shows the answer without a guess."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not self._open:
            self.reveal()
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cover with its question; then the crosses."""
        theme, rect = self._theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._open:
                painter.fillRect(rect, theme.color("sunken"))
                lines = wrapped(self._question, 22, rect.width() - 48, 600)
                line = QRectF(rect.left() + 24, rect.center().y() - 15 * len(lines) - 16, rect.width() - 48, 30)
                for text in lines:
                    paint.draw_text(painter, line, text, theme.color("text"), 22, 600, "center")
                    line.translate(0, 30)
                line.translate(0, 6)
                hint = tr("Shift + click: one more guess before the answer")
                paint.draw_text(painter, line, hint, theme.color("muted"), 14, 400, "center")
            for at in self.marks:
                place = QPointF(self._canvas.to_pixels(*at)) - QPointF(self.pos())
                for token, width in (("surface", 7.0), ("text", 3.5)):
                    pen = QPen(theme.color(token), width)
                    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                    painter.setPen(pen)
                    painter.drawLine(place + QPointF(-9, -9), place + QPointF(9, 9))
                    painter.drawLine(place + QPointF(-9, 9), place + QPointF(9, -9))
