"""The names of the pages in the header, with a hairline between groups and an underline that slides."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import QEasingCurve, QRectF, QSize, Qt, QVariantAnimation, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.text.language import tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.menu import make_menu
from qhm_gui.widgets.painted import HOVER_MS, Painted, Words, say

_PX = 13.5
_PAD = 13.5
_TIGHT = 8.0
_DIVIDER = 18.0
_MORE = 34.0


class PageTabs(Painted):
    """``pages`` are (id, title, group). Pages that do not fit are in a menu at the end."""

    chosen = Signal(str)

    RADIUS = 6.0

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages: list[tuple[str, Words, int]] = []
        self._titles: list[str] = []
        self._current = 0
        self._hover = -1
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(HOVER_MS)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(self._slid)
        self._bar: QRectF | None = None
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setMouseTracking(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def set_pages(self, pages: Sequence[tuple[str, Words, int]]) -> None:
        """Pages in order; a hairline goes between different groups."""
        self._pages = list(pages)
        self._current = min(self._current, max(0, len(pages) - 1))
        self.retranslate()

    def current(self) -> str:
        """The id of the current page."""
        return self._pages[self._current][0] if self._pages else ""

    def set_current(self, page: str) -> None:
        """Show this page's tab as the current one, without a signal."""
        for index, (key, *_) in enumerate(self._pages):
            if key == page and index != self._current:
                self._move_to(index)

    def retranslate(self) -> None:
        self._titles = [say(title) for _, title, _ in self._pages]
        self._describe()
        self._slide.stop()
        self._bar = None
        self.updateGeometry()
        self.update()

    def _describe(self) -> None:
        title = self._titles[self._current] if self._titles else ""
        self.setAccessibleName(tr("Page: {title}", title=title))
        self.setToolTip(self.accessibleName())

    def _move_to(self, index: int) -> None:
        start = self._bar or self._underline()
        self._current = index
        self._describe()
        self._slide.stop()
        if self.isVisible():
            self._slide.setStartValue(start)
            self._slide.setEndValue(self._underline())
            self._slide.start()
        else:
            self._bar = None
        self.ring_moved()
        self.update()

    def _slid(self, value: QRectF) -> None:
        done = value == self._slide.endValue()
        self._bar = None if done else QRectF(value)
        self.update()

    def _width(self, pad: float) -> float:
        total = sum(paint.text_width(title, _PX, 600) + 2 * pad for title in self._titles)
        groups = [group for *_, group in self._pages]
        return total + _DIVIDER * sum(a != b for a, b in pairwise(groups))

    def sizeHint(self) -> QSize:
        return QSize(round(self._width(_PAD) + 0.5), 56)

    def minimumSizeHint(self) -> QSize:
        return QSize(120, 40)

    def _rects(self) -> tuple[list[QRectF], int]:
        """Where the tabs lie, and how many are shown; the rest is behind the menu."""
        count = len(self._pages)
        spare = self.width() - self._width(_TIGHT)
        pad = _TIGHT + min(_PAD - _TIGHT, max(0.0, spare) / max(1, 2 * count))
        limit = self.width() + 0.5 if spare >= 0 else self.width() - _MORE
        rects: list[QRectF] = []
        x, group = 0.0, None
        for index, (_, _, own) in enumerate(self._pages):
            if group is not None and own != group:
                x += _DIVIDER
            group = own
            width = paint.text_width(self._titles[index], _PX, 600) + 2 * pad
            if x + width > limit:
                return rects, index
            rects.append(QRectF(x, 0, width, self.height()))
            x += width
        return rects, count

    def _more(self, rects: list[QRectF]) -> QRectF:
        return QRectF(rects[-1].right() if rects else 0.0, 0, _MORE, self.height())

    def _underline(self) -> QRectF:
        rects, shown = self._rects()
        place = rects[self._current] if self._current < shown else self._more(rects).adjusted(2, 0, -2, 0)
        if self._current < shown:
            text = paint.text_width(self._titles[self._current], _PX, 600)
            place = QRectF(place.center().x() - text / 2, 0, text, self.height())
        return QRectF(place.left(), self.height() - 3.5, place.width(), 3.5)

    def ring_rect(self) -> tuple[QRectF, float]:
        rects, shown = self._rects()
        place = rects[self._current] if self._current < shown else self._more(rects)
        middle = self.height() / 2
        return QRectF(place.left() + 4, middle - 14, place.width() - 8, 28), self.RADIUS

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        if not self._pages:
            return
        rects, shown = self._rects()
        for index, rect in enumerate(rects):
            if index and self._pages[index][2] != self._pages[index - 1][2]:
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("line2"))
                x = round((rects[index - 1].right() + rect.left()) / 2)
                painter.drawRect(QRectF(x, self.height() / 2 - 8, 1, 16))
            active = index == self._current
            tint = theme.color("ink" if active else "muted")
            if index == self._hover and not active:
                tint = theme.color("text")
            weight = 600 if active else 500
            paint.draw_text(painter, rect, self._titles[index], tint, _PX, weight, "center")
        if shown < len(self._pages):
            active = self._current >= shown
            tint = theme.color("ink" if active or self._hover == shown else "muted")
            paint.draw_icon(painter, "chevrons-right", self._more(rects).center(), 18, tint)
        bar = self._bar or self._underline()
        paint.fill_round(painter, bar.adjusted(0, 0, 0, 1.5), 1.75, theme.color("ink"))

    def _at(self, event: QMouseEvent) -> int:
        rects, shown = self._rects()
        for index, rect in enumerate(rects):
            if rect.contains(event.position()):
                return index
        behind = shown < len(self._pages) and self._more(rects).contains(event.position())
        return shown if behind else -1

    def _choose(self, index: int) -> None:
        if 0 <= index < len(self._pages) and index != self._current:
            self._move_to(index)
            self.chosen.emit(self.current())

    def _open_menu(self, shown: int) -> None:
        menu = make_menu(self, self.theme)
        for index in range(shown, len(self._pages)):
            menu.addAction(self._titles[index]).setData(index)
        rects, _ = self._rects()
        picked = menu.exec(self.mapToGlobal(self._more(rects).bottomLeft().toPoint()))
        if picked is not None:
            self._choose(picked.data())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton:
            return
        index, (_, shown) = self._at(event), self._rects()
        if index == shown:
            self._open_menu(shown)
        else:
            self._choose(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover = self._at(event)
        self.update()

    def leaveEvent(self, event) -> None:
        self._hover = -1
        super().leaveEvent(event)

    def key_pressed(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Left:
                self._choose(max(0, self._current - 1))
            case Qt.Key.Key_Right:
                self._choose(min(len(self._pages) - 1, self._current + 1))
            case Qt.Key.Key_Home:
                self._choose(0)
            case Qt.Key.Key_End:
                self._choose(len(self._pages) - 1)
            case _:
                event.ignore()
