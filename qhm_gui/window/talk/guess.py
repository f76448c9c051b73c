"""The room guesses before it sees: a cover over the plot with the question. A click leaves a cross and lifts it; where
a question has answers, one of them is chosen, and the votes stay over the picture.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.canvas.key_cursor import moved
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import labelled, tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import TextButton
from qhm_gui.widgets.painted import apply_theme

_MOST, _MOST_VOTES = 40, 999
#: Type on a screen of so many lines, as on a slide, and what stands between.
_LINES = 1080.0
_QUESTION_PX, _ANSWER_PX, _VOTES_PX, _HINT_PX = 32.0, 28.0, 24.0, 20.0
_LINE, _HINT_LINE, _GAP = 44.0, 28.0, 20.0
#: A lower plot is covered with its axes.
_LOW = 110.0
#: Shares of the type that are tried where it has no room, the largest first; in a small window it is never smaller than
#: the least, and begins with more.
_SHARES = (1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3)
_LEAST, _SMALL = 0.36, 0.7


def _rows(sizes: Sequence[QSize], width: float) -> list[list[QSize]]:
    """As many side by side as the width has room for."""
    rows: list[list[QSize]] = []
    taken = 0.0
    for size in sizes:
        if not rows or taken + size.width() > width:
            rows.append([])
            taken = 0.0
        rows[-1].append(size)
        taken += size.width() + 8
    return rows


class Guess(Guarded, QWidget):
    """Covers the plot of a canvas until somebody has clicked. The axes are seen, the answer is not."""

    guessed = Signal(float, float)  # where, in data values

    def __init__(self, canvas: Canvas) -> None:
        super().__init__(canvas.viewport())
        self._canvas = canvas
        self._theme: Theme = LIGHT
        self._question = ""
        self._open = False
        self._cross: QPointF | None = None  # of the keys, in pixels of the canvas
        self._scale, self._top = 1.0, 0.0
        self._fitted: object = None  # what the answers were laid out for
        self._answers: list[TextButton] = []
        self.votes: list[int] = []
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

    def ask(self, question: str, answers: Sequence[str] = ()) -> None:
        """What is to be guessed, and between which answers if not by a place in the plot."""
        self._question = question
        self.setAccessibleName(question)
        if len(answers) != len(self.votes):
            self.votes = [0] * len(answers)
            for number in range(len(answers)):
                button = TextButton("", parent=self, tip=lambda: tr("Shift + click: one more guess before the answer"))
                button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys turn the steps as before
                button.clicked.connect(partial(self._clicked, number))
                button.show()
                self._answers.append(button)
            apply_theme(self, self._theme)  # of the buttons as well
        for button, words in zip(self._answers, answers, strict=True):
            button.set_text(words)
        self.setCursor(Qt.CursorShape.ArrowCursor if answers else Qt.CursorShape.CrossCursor)
        self._place()
        self.update()

    def vote(self, number: int, *, more: bool = False) -> None:
        """One vote for an answer, counted from 0; then the answer is seen unless there are to be ``more``."""
        if self._open or not 0 <= number < len(self.votes):
            return
        self.votes[number] = min(self.votes[number] + 1, _MOST_VOTES)
        if not more:
            self.reveal()
        self.update()

    def _clicked(self, number: int) -> None:
        held = QGuiApplication.keyboardModifiers() & Qt.KeyboardModifier.ShiftModifier
        self.vote(number, more=bool(held))

    @property
    def answered(self) -> bool:
        """Whether the answer is seen."""
        return self._open

    def reveal(self) -> None:
        """Show the answer; the guesses stay over it."""
        self._open = True
        for button in self._answers:
            button.hide()
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.update()

    def _place(self) -> None:
        # Marks at the edge stand out of the plot, and names right of it.
        plot = self._plot().adjusted(-6, -8, 0, 8)
        plot.setRight(self._canvas.viewport().width())
        if plot.height() < _LOW:  # question and answers need the room of the axes as well
            plot = QRectF(self._canvas.viewport().rect())
        area = plot.toAlignedRect()
        if area != self.geometry():
            self.setGeometry(area)
        fitted = (area.size(), self._unit, self._question, tuple(button.text() for button in self._answers))
        if fitted != self._fitted:
            self._fitted = fitted
            self._fit()

    def _fit(self) -> None:
        """Question above, answers below, each on a line of its own or, in a low plot, side by side; smaller type where
        even that has no room."""
        width, room = self.width() - 48.0, self.height() - 16.0
        for share in _SHARES:
            self._scale = max(self._unit * share, _LEAST)
            lines = len(wrapped(self._question, _QUESTION_PX * self._scale, width, 600))
            for button in self._answers:
                button.set_type(self._scale * _ANSWER_PX / 13)
            above = _LINE * self._scale * lines
            above += _GAP * self._scale if self._answers else _HINT_LINE * self._scale * len(self._hint_lines())
            sizes = [button.sizeHint() for button in self._answers]
            for rows in ([[size] for size in sizes], _rows(sizes, width)):
                below = sum(row[0].height() + 8 for row in rows)
                if above + below <= room:
                    break
            else:
                continue
            break
        self._top = max((self.height() - above - below) / 2, 8.0)
        left = iter(self._answers)
        top = self._top + above
        for row in rows:
            x = (self.width() - sum(size.width() + 8 for size in row) + 8) / 2
            for size in row:
                next(left).setGeometry(round(x), round(top), size.width(), size.height())
                x += size.width() + 8
            top += row[0].height() + 8
        self.update()

    @property
    def _unit(self) -> float:
        """Of the type: the lines of the window."""
        return max(self.window().height() / _LINES, _SMALL)

    def _hint_lines(self) -> list[str]:
        hint = tr("Click where you think; Shift + click: one more guess before the answer")
        return wrapped(hint, _HINT_PX * self._scale, self.width() - 48.0, 400)

    def _plot(self) -> QRectF:
        return QRectF(self._canvas.frame().plot)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """The plot moves with its canvas."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Paint):
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A guess; with Shift held the next one may follow before the answer."""
        if event.button() != Qt.MouseButton.LeftButton or self._open or self._answers:
            return
        place = event.position() + QPointF(self.pos())
        if not self._plot().contains(place):
            return
        self._guess(place, more=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Where a place is guessed, arrows move a cross and Enter is a click there, also with Shift held; between
        answers Enter shows the right one."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        to = None if self._open or self._answers else moved(self._cross or self._middle(), event)
        if to is not None:
            plot = self._plot()
            x, y = min(max(to.x(), plot.left()), plot.right()), min(max(to.y(), plot.top()), plot.bottom())
            self._cross = QPointF(x, y)
            self.update()
        elif enter and not self._open and self._cross is not None:
            self._guess(self._cross, more=bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        elif enter and not self._open:
            self.reveal()
        else:
            event.ignore()

    def _middle(self) -> QPointF:
        return QPointF(self._plot().center())

    def _guess(self, place: QPointF, *, more: bool) -> None:
        """A cross at a pixel of the canvas; then the answer is seen unless there are to be ``more``."""
        if len(self.marks) < _MOST:
            point = self._canvas.from_pixels(place)
            self.marks.append(point)
            self.guessed.emit(*point)
        if not more:
            self.reveal()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The cover with its question; then the crosses."""
        theme, rect = self._theme, QRectF(self.rect())
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._open:
                painter.fillRect(rect, theme.color("sunken"))
                px, high = _QUESTION_PX * self._scale, _LINE * self._scale
                line = QRectF(rect.left() + 24, self._top, rect.width() - 48, high)
                for text in wrapped(self._question, px, line.width(), 600):
                    paint.draw_text(painter, line, text, theme.color("text"), px, 600, "center")
                    line.translate(0, high)
                if self._answers:
                    return
                line.setHeight(_HINT_LINE * self._scale)
                for text in self._hint_lines():
                    paint.draw_text(painter, line, text, theme.color("muted"), _HINT_PX * self._scale, 400, "center")
                    line.translate(0, line.height())
            elif any(self.votes):
                self._paint_votes(painter)
            shown = [QPointF(self._canvas.to_pixels(*at)) for at in self.marks]
            if self._cross is not None and not self._open:
                shown.append(self._cross)
            for at in shown:
                place = at - QPointF(self.pos())
                for token, width in (("surface", 7.0), ("text", 3.5)):
                    pen = QPen(theme.color(token), width)
                    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
                    painter.setPen(pen)
                    painter.drawLine(place + QPointF(-9, -9), place + QPointF(9, 9))
                    painter.drawLine(place + QPointF(-9, 9), place + QPointF(9, -9))

    def _paint_votes(self, painter: QPainter) -> None:
        """What the room said, at the upper left of the picture."""
        pairs = zip(self._answers, self.votes, strict=True)
        words = "   ".join(labelled(button.text(), str(count)) for button, count in pairs if count)
        px = _VOTES_PX * self._unit
        width, most = paint.text_width(words, px, 600) + px, self.width() - 32.0
        if width > most:
            px, width = px * most / width, most
        area = QRectF(16, 16, width, 2 * px)
        paint.fill_round(painter, area, 6, self._theme.color("ink"))
        paint.draw_text(painter, area, words, self._theme.color("onink"), px, 600, "center")
