"""The read-out that is always in sight: stable or not and why, the numbers, the equivalent PyTorch call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QGuiApplication, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget

from qhm_gui.drawing.hatch import hatch_path
from qhm_gui.drawing.markup import plain_text
from qhm_gui.text.language import labelled, listed, tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.painted import Painted, Words, say

Verdict = Literal["stable", "edge", "spread", "diverges"]
Row = tuple[Words, Words, Words]

_TEXT_X = 28.0


class _Badge(Painted):
    """The verdict, the comparison that it comes from, and the bound as a formula."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.verdict: Verdict = "stable"
        self.right: Words = ""
        self.setFixedHeight(89)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def words(self) -> str:
        """The verdict in the language in force."""
        return {
            "stable": tr("Stable"),
            "edge": tr("On the edge"),
            "spread": tr("Spread grows"),
            "diverges": tr("Diverges"),
        }[self.verdict]

    def retranslate(self) -> None:
        right = say(self.right) if self.right else ""
        self.setAccessibleName(listed(self.words(), plain_text(right)))
        self.setToolTip(self.accessibleName())
        self.update()

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        line = QRectF(0, 6, self.width(), 34)
        self._paint_disc(painter, QPointF(9.5, line.center().y()))
        place = line.adjusted(_TEXT_X - 2, 0, 0, 0)
        used = paint.draw_text(painter, place, self.words(), theme.color("ink"), 15, 600)
        if self.right:
            rest = place.adjusted(used + 8, 0, 0, 0)
            paint.draw_text(painter, rest, say(self.right), theme.color("text"), 13, 500, "right")
        self._paint_bound(painter, 58.0)

    def _paint_disc(self, painter: QPainter, center: QPointF) -> None:
        theme, ink = self.theme, self.theme.color("ink")
        painter.setPen(Qt.PenStyle.NoPen)
        if self.verdict == "stable":
            painter.setBrush(ink)
            painter.drawEllipse(center, 9.2, 9.2)
            paint.draw_icon(painter, "check", center, 14, theme.color("onink"))
            return
        area = QPainterPath()
        area.addEllipse(center, 8.4, 8.4)
        if self.verdict == "edge":
            half = QPainterPath()
            half.addRect(QRectF(center.x() - 10, center.y() - 10, 10, 20))
            painter.fillPath(area.intersected(half), ink)
        elif self.verdict == "spread":
            painter.setBrush(ink)
            for across in (-4, 0, 4):
                for down in (-4, 0, 4):
                    painter.drawEllipse(center + QPointF(across, down), 1.1, 1.1)
        else:
            painter.fillPath(area, theme.color("div"))
            hatch_path(painter, area, theme.color("text2"), 2.8, 1.2)
        painter.setPen(QPen(ink, 1.6))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(center, 8.4, 8.4)

    def _paint_bound(self, painter: QPainter, middle: float) -> None:
        """Bound (13): α < 2(1 + β) / (L (1 + β(1 − 2ν)))."""
        tint, px = self.theme.color("muted"), 13
        top, bottom = "2(1 + *β*)", "*L* (1 + *β*(1 − 2*ν*))"
        x = _TEXT_X - 2
        for piece, gap in (("*α*", 8), ("<", 9)):
            width = paint.text_width(piece, px)
            paint.draw_text(painter, QRectF(x, middle - 10, width + 1, 20), piece, tint, px)
            x += width + gap
        width = max(paint.text_width(top, px), paint.text_width(bottom, px)) + 4
        painter.setPen(QPen(tint, 1))
        bar = round(middle) + 0.5
        painter.drawLine(QLineF(x, bar, x + width, bar))
        paint.draw_text(painter, QRectF(x, bar - 19, width, 18), top, tint, px, 400, "center")
        paint.draw_text(painter, QRectF(x, bar + 1, width, 18), bottom, tint, px, 400, "center")


class _Line(Painted):
    """A hairline, a label on the left and a value on the right."""

    def __init__(self, label: Words, value: Words, tip: Words, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label, self.value, self.tip = label, value, tip
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def retranslate(self) -> None:
        self.setToolTip(say(self.tip) if self.tip else "")
        self.setAccessibleName(labelled(plain_text(say(self.label)), plain_text(say(self.value))))
        self.update()

    def change(self, row: Row) -> None:
        """Another label, value and tooltip."""
        if row != (self.label, self.value, self.tip):
            self.label, self.value, self.tip = row
            self.retranslate()

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))
        line = QRectF(0, 1, self.width(), self.height() - 1)
        value = say(self.value)
        none = value == tr("none")
        width = paint.text_width(value, 15, 600)
        label = line.adjusted(0, 0, -width - 10, 0)
        paint.draw_text(painter, label, say(self.label), theme.color("text2"), 13)
        paint.draw_text(painter, line, value, theme.color("muted" if none else "ink"), 15, 600, "right")


class _Call(Painted):
    """The PyTorch call, elided, with a button that copies all of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.code = self.short = ""
        self.copy = IconButton("copy", lambda: tr("Copy the PyTorch call"), self, size=26, glyph=16)
        self.setFixedHeight(32)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_code(self, code: str, short: str) -> None:
        if (code, short or code) == (self.code, self.short):
            return
        self.code, self.short = code, short or code
        self.setToolTip(code)
        self.setAccessibleName(f"PyTorch: {code}")
        self.update()

    def resizeEvent(self, event) -> None:
        self.copy.move(self.width() - 26, 4)

    def sizeHint(self) -> QSize:
        return QSize(200, 32)

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        painter.fillRect(QRectF(0, 0, self.width(), 1), theme.color("line"))
        line = QRectF(0, 1, self.width(), self.height() - 1)
        used = paint.draw_text(painter, line, "PyTorch", theme.color("text2"), 13)
        room = line.adjusted(used + 10, 0, -28, 0)
        paint.draw_text(painter, room, self.short, theme.color("text2"), 11, 500, "right")


class ReadOut(QWidget):
    """Pinned below the panel; every number in it is exact theory, not simulation."""

    copied = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._badge = _Badge()
        self._rows: list[_Line] = []
        self._note = HelpLine()
        self._call = _Call()
        self._call.copy.clicked.connect(self._copy)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._badge)
        self._column.addWidget(self._note)
        self._column.addWidget(self._call)
        self._call.hide()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_verdict(self, verdict: Verdict, right: Words = "") -> None:
        """The badge, and on its right the comparison as markup: "*α* = 1.70 < 5.29"."""
        if (verdict, right) != (self._badge.verdict, self._badge.right):
            self._badge.verdict = verdict
            self._badge.right = right
            self._badge.retranslate()

    def set_note(self, sentence: str) -> None:
        """A sentence below the bound; '' for none."""
        self._note.say(sentence)

    def note(self) -> str:
        """The sentence below the bound."""
        return self._note.text()

    def verdict(self) -> str:
        """The verdict in the language in force."""
        return self._badge.words()

    def set_rows(self, rows: Sequence[Row]) -> None:
        """(label, value, tooltip) for each line, markup; the value tr("none") is muted."""
        for line in self._rows[len(rows) :]:
            self._column.removeWidget(line)
            line.deleteLater()
        del self._rows[len(rows) :]
        for index, row in enumerate(rows):
            if index < len(self._rows):
                self._rows[index].change(row)
                continue
            line = _Line(*row)
            line.set_theme(self._badge.theme)
            self._rows.append(line)
            self._column.insertWidget(2 + index, line)

    def values(self) -> list[str]:
        """The values of the rows as plain text."""
        return [plain_text(say(line.value)) for line in self._rows]

    def set_code(self, code: str, short: str = "") -> None:
        """The PyTorch call, and how it is shown where there is no room; an empty text takes the row away."""
        self._call.show_code(code, short)
        self._call.setVisible(bool(code))

    def code(self) -> str:
        """The PyTorch call, all of it."""
        return self._call.code

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._call.code)
        self.copied.emit(self._call.code)
