"""The status line: what happens now, how far it is, and how to stop it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing.markup import escaped, plain_text
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import LinkButton
from qhm_gui.widgets.painted import announce

_PX = 12.0
_SIDE = 20.0
_GAP = 28.0
_THIN = "\N{THIN SPACE}"


def remaining_text(seconds: float) -> str:
    """How long it will still take, in words."""
    if seconds < 1:
        return tr("less than a second left")
    if seconds < 90:
        return tr("{seconds} s left", seconds=fixed(seconds, 0))
    if seconds < 5400:
        return tr("{minutes} min left", minutes=fixed(seconds / 60, 0))
    return tr("{hours} h left", hours=fixed(seconds / 3600, 1))


class StatusLine(Guarded, QWidget):
    """A message or an error on the left, progress with Cancel after it, facts on the right."""

    cancel_requested = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = LIGHT
        self._message = ""
        self._error = ""
        self._label = ""
        self._fraction: float | None = None
        self._remaining: float | None = None
        self._right: list[str] = []
        self._cancel = LinkButton(lambda: tr("Cancel"), self, strong=True, px=_PX)
        self._cancel.clicked.connect(self.cancel_requested)
        self._cancel.hide()
        self.setFixedHeight(28)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_message(self, text: str) -> None:
        """What is going on; takes an error away."""
        if self._error or text != self._message:
            self._error = ""
            self._message = text
            self._refresh()

    def set_error(self, sentence: str) -> None:
        """A sentence that stays until the next message, and is spoken by screen readers."""
        self._error = sentence
        if sentence:
            announce(self, sentence)
        self._refresh()

    def set_progress(self, label: str, fraction: float | None = None, remaining_seconds: float | None = None) -> None:
        """How far the work is; an empty label says that there is none. None for a fraction: not known yet."""
        self._label = label
        self._fraction = None if fraction is None else min(1.0, max(0.0, fraction))
        self._remaining = remaining_seconds
        self._refresh()

    def set_right(self, texts: Sequence[str]) -> None:
        """Facts at the right end, markup: coordinates, seed, dtype."""
        if list(texts) != self._right:
            self._right = list(texts)
            self.update()

    def text(self) -> str:
        """What the left side says now, without percent."""
        return self._error or self._label or self._message

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def retranslate(self) -> None:
        self._refresh()

    def _parts(self) -> list[tuple[str, str, int]]:
        """(markup, token, weight) of the left side, in order, before Cancel."""
        parts: list[tuple[str, str, int]] = []
        if self._error:
            parts.append((escaped(self._error), "ink", 500))
        elif not self._label and self._message:
            parts.append((escaped(self._message), "text2", 400))
        if self._label:
            parts.append((self._label, "text2", 400))
            if self._fraction is not None:
                parts.append((f"{fixed(100 * self._fraction, 0)}{_THIN}%", "ink", 600))
            if self._remaining is not None:
                parts.append((remaining_text(self._remaining), "muted", 400))
        return parts

    def _refresh(self) -> None:
        self.setAccessibleName(". ".join(plain_text(text) for text, *_ in self._parts()))
        self._cancel.setVisible(bool(self._label))
        self._place()
        self.update()

    def _place(self) -> None:
        width = sum(paint.text_width(text, _PX, weight) + 16 for text, _, weight in self._parts())
        hint = self._cancel.sizeHint()
        limit = self.width() - hint.width() - 60
        self._cancel.setGeometry(round(min(_SIDE + width, limit)), 4, hint.width(), 22)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            rect = QRectF(self.rect())
            painter.fillRect(rect, theme.color("surface"))
            painter.fillRect(QRectF(0, 0, rect.width(), 1), theme.color("line"))
            if self._label:
                part = 0.0 if self._fraction is None else self._fraction
                painter.fillRect(QRectF(0, 0, rect.width() * part, 2), theme.color("ink"))
            line = rect.adjusted(_SIDE, 1, -_SIDE, 0)
            left = self._paint_left(painter, line)
            self._paint_right(painter, line.adjusted(left - _SIDE + _GAP, 0, 0, 0))

    def _paint_left(self, painter: QPainter, line: QRectF) -> float:
        """Draw the left side; where it ends."""
        theme, x = self._theme, line.left()
        end = self._cancel.x() - 8.0 if self._label else line.right()
        parts = self._parts()
        widths = [paint.text_width(text, _PX, weight) + 16 for text, _, weight in parts]
        for index, (text, token, weight) in enumerate(parts):
            # words give way to what follows them, and never the percentage to the words
            later = sum(widths[index + 1 :])
            room = max(min(widths[index] - 15, 60.0), end - x - later)
            place = QRectF(x, line.top(), max(0.0, min(room, end - x)), line.height())
            x += paint.draw_text(painter, place, text, theme.color(token), _PX, weight) + 16
        if self._label:
            start = self._cancel.geometry().right() + 13.0
            place = QRectF(start, line.top(), 40, line.height())
            x = start + paint.draw_text(painter, place, "Esc", theme.color("muted"), 11, 500)
        return x

    def _paint_right(self, painter: QPainter, line: QRectF) -> None:
        x = line.right()
        for text in reversed(self._right):
            width = paint.text_width(text, _PX)
            if x - width < line.left():
                return
            place = QRectF(x - width, line.top(), width + 1, line.height())
            paint.draw_text(painter, place, text, self._theme.color("muted"), _PX)
            x -= width + _GAP
