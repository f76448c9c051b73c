"""A list of statements and their verdicts: each has a mark, a formula, what was found, and a sentence of reason."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style, Theme
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import listed

Mark = Literal["check", "cross", "open", "dash"]

TEXT_X = 34.0
TITLE_PX, HEAD_PX, SUMMARY_PX, SENTENCE_PX = 14.0, 13.0, 18.0, 12.0
#: Left, top, right, bottom, at type scale 1.
MARGINS = (16, 8, 18, 10)
#: Below this height the lines would lie on each other: the page scrolls instead.
LOWEST = 580
#: The most that the air between entries grows.
MOST_AIR = 1.7
#: So much of it must be left, or else the type is smaller: the shares that are tried.
LEAST_AIR = 0.4
SMALLER = (1.0, 0.95, 0.9, 0.85, 0.8, 0.75, 0.7)
_SIZES = {"summary": SUMMARY_PX, "head": HEAD_PX, "row": TITLE_PX}
_WEIGHTS = {"summary": 600, "head": 600, "row": 500}
#: The air above an entry, and the height of its title.
_GAPS = {"summary": 0.0, "head": 30.0, "row": 13.0}
_TITLE = {"summary": 27.0, "head": 20.0, "row": 22.0}
_SENTENCE_PITCH = 17.0
#: The least distance of a title and its note: a title with less room is smaller.
_NOTE_GAP = 12.0


@dataclass(frozen=True)
class Entry:
    """One statement. ``note`` stands at the right end; ``quiet`` fades a statement that plays no part.

    ``kind``: 'summary' is the one line that the list is about, 'head' begins a group, 'row' is a statement in it.
    """

    mark: Mark
    title: str
    note: str = ""
    sentence: str = ""
    kind: Literal["summary", "head", "row"] = "row"
    quiet: bool = False


@lru_cache(maxsize=256)
def lines_of(entry: Entry, style: Style, width: float) -> tuple[str, ...]:
    """The sentence of an entry that is so wide, in lines."""
    room = width - (0.0 if entry.kind == "head" else TEXT_X * style.type_scale)
    return tuple(wrapped(entry.sentence, SENTENCE_PX * style.type_scale, room))


def height_of(entry: Entry, style: Style, width: float) -> float:
    """How high an entry is when it is so wide."""
    return (_TITLE[entry.kind] + _SENTENCE_PITCH * len(lines_of(entry, style, width))) * style.type_scale


def title_px(entry: Entry, style: Style, width: float) -> float:
    """The size of the title of an entry that is so wide: smaller where its note leaves too little room."""
    px, unit = _SIZES[entry.kind], style.type_scale
    left = 0.0 if entry.kind == "head" else TEXT_X * unit
    note = markup.measure(entry.note, style, 12, 500).width() + _NOTE_GAP * unit if entry.note else 0.0
    needed = markup.measure(entry.title, style, px, _WEIGHTS[entry.kind]).width()
    return px * min(1.0, max(width - left - note, 1.0) / max(needed, 1.0))


class EntryWidget(Guarded, QWidget):
    """One entry. It paints itself, because no label of Qt's keeps a formula as text in a PDF; its accessible name is
    the statement with its verdict, its description the reason."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._style = Style()
        self._entry = Entry("dash", "")

    def set_entry(self, style: Style, entry: Entry) -> None:
        """Show this one."""
        if (style, entry) == (self._style, self._entry):
            return
        self._style, self._entry = style, entry
        self.setAccessibleName(listed(markup.plain_text(entry.title), markup.plain_text(entry.note)))
        self.setAccessibleDescription(markup.plain_text(entry.sentence))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The mark on the left, the title, the note on the right, the sentence below."""
        with QPainter(self) as painter:
            painter.setRenderHints(SMOOTH)
            self._paint(painter)

    def _paint(self, painter: QPainter) -> None:
        entry, style = self._entry, self._style
        theme, unit, width = style.theme, style.type_scale, float(self.width())
        px, weight = title_px(entry, style, width), _WEIGHTS[entry.kind]
        ink, grey = theme.color("muted" if entry.quiet else "ink"), theme.color("muted" if entry.quiet else "text2")
        first = {"summary": 13.0, "head": 9.0, "row": 10.0}[entry.kind] * unit
        left = 0.0
        if entry.kind != "head":
            radius = (10.5 if entry.kind == "summary" else 8.5) * unit
            draw_mark(painter, QPointF(11 * unit, first), radius, entry.mark, theme, entry.quiet)
            left = TEXT_X * unit
        markup.paint(painter, left, first, entry.title, style, ink, px=px, weight=weight, anchor=(0, 0.5))
        if entry.note:
            markup.paint(painter, width, first, entry.note, style, grey, px=12, weight=500, anchor=(1, 0.5))
        y = (_TITLE[entry.kind] + 8) * unit
        for line in lines_of(entry, style, width):
            markup.paint(painter, left, y, line, style, grey, px=SENTENCE_PX, anchor=(0, 0.5))
            y += _SENTENCE_PITCH * unit


class Checklist(Guarded, QWidget):
    """Entries from the top down; the air between them grows and shrinks with the height that there is.

    Where the type may not shrink as far as needed (:attr:`Style.least_px`), the reasons are left out.
    """

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()
        self._widgets: list[EntryWidget] = []
        self.set_style(style)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is listed."""
        return self._entries

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """List these."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self._arrange()

    def set_style(self, style: Style) -> None:
        """Paint in this theme and at this scale of type."""
        self._style = style
        self.setContentsMargins(*(round(side * style.type_scale) for side in MARGINS))
        self.setMinimumHeight(round(LOWEST * style.type_scale))
        self._arrange()

    def areas(self) -> list[QRectF]:
        """Where each entry lies."""
        return [area for area, _ in self._places(*self._fitting())]

    @property
    def crowded(self) -> bool:
        """Whether the entries lie on each other, or a title is smaller than type may be."""
        style, entries = self._fitting()
        width = self.contentsRect().width()
        sizes = [title_px(entry, style, width) for entry in entries]
        return not self._fits(style, entries) or not all(style.may_be(px) for px in sizes)

    def _fitting(self) -> tuple[Style, tuple[Entry, ...]]:
        """The style, with smaller type where the entries would leave too little air; then the same without reasons."""
        bare = tuple(entry if entry.kind == "summary" else replace(entry, sentence="") for entry in self._entries)
        style, entries = self._style, self._entries
        for entries in (self._entries, bare) if self._style.least_px else (self._entries,):
            for share in SMALLER:
                smaller = replace(self._style, type_scale=share * self._style.type_scale)
                if not smaller.may_be(SENTENCE_PX):
                    break
                style = smaller
                if self._fits(style, entries):
                    return style, entries
        return style, entries

    def _fits(self, style: Style, entries: Sequence[Entry]) -> bool:
        room = QRectF(self.contentsRect())
        left = room.height() - LEAST_AIR * sum(self._gaps(style))
        for entry in entries:
            left -= height_of(entry, style, room.width())
            if left < 0:  # the rest need not be broken into lines
                return False
        return True

    def _gaps(self, style: Style) -> list[float]:
        gaps = [_GAPS[entry.kind] if index else 4.0 for index, entry in enumerate(self._entries)]
        return [gap * style.type_scale for gap in gaps]

    def _height(self, style: Style, entries: Sequence[Entry], width: float) -> float:
        return sum(height_of(entry, style, width) for entry in entries)

    def _places(self, style: Style, entries: Sequence[Entry]) -> list[tuple[QRectF, float]]:
        """The area of each entry, and the air above it."""
        room = QRectF(self.contentsRect())
        gaps = self._gaps(style)
        left_over = room.height() - self._height(style, entries, room.width())
        share = min(MOST_AIR, max(0.0, left_over / sum(gaps))) if gaps else 0.0
        places, y = [], room.top()
        for entry, gap in zip(entries, gaps, strict=True):
            height = height_of(entry, style, room.width())
            y += gap * share
            places.append((QRectF(room.left(), y, room.width(), height), gap * share))
            y += height
        return places

    def _arrange(self) -> None:
        """Give every entry its place, with a widget for each."""
        for widget in self._widgets[len(self._entries) :]:
            widget.setParent(None)
            widget.deleteLater()
        del self._widgets[len(self._entries) :]
        while len(self._widgets) < len(self._entries):
            self._widgets.append(EntryWidget(self))
            self._widgets[-1].show()
        style, entries = self._fitting()
        self._hairlines: list[QLineF] = []
        for widget, entry, (area, air) in zip(self._widgets, entries, self._places(style, entries), strict=True):
            widget.set_entry(style, entry)
            widget.setGeometry(area.toAlignedRect())
            if entry.kind == "head":
                y = widget.y() - min(10 * style.type_scale, air / 2)
                self._hairlines.append(QLineF(area.left(), y, area.right(), y))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._arrange()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hairlines over the heads."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(make_pen(self._style.theme.color("line"), self._style.width(1)))
            painter.drawLines(self._hairlines)


def draw_mark(painter: QPainter, center: QPointF, radius: float, mark: Mark, theme: Theme, quiet: bool = False) -> None:
    """A verdict by its shape: a check on a full disc, a cross in a ring, a dot in a dashed ring, a dash."""
    ink = theme.color("muted" if quiet else "ink")
    width = 1.8 * radius / 8.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    reach = radius * 0.42
    if mark == "check":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(center, radius, radius)
        painter.setPen(make_pen(theme.color("onink"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        corner = center + QPointF(-0.12 * radius, 0.36 * radius)
        painter.drawPolyline(
            [center + QPointF(-0.46 * radius, 0.02 * radius), corner, center + QPointF(0.48, -0.34) * radius]
        )
    elif mark == "cross":
        painter.setPen(make_pen(ink, width))
        painter.drawEllipse(center, radius - width / 2, radius - width / 2)
        painter.drawLine(center + QPointF(-reach, -reach), center + QPointF(reach, reach))
        painter.drawLine(center + QPointF(-reach, reach), center + QPointF(reach, -reach))
    elif mark == "open":
        painter.setPen(make_pen(ink, width, (2.6 * width, 1.6 * width)))
        painter.drawEllipse(center, radius - width / 2, radius - width / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(center, 0.22 * radius, 0.22 * radius)
    else:
        painter.setPen(make_pen(ink, width))
        painter.drawLine(center - QPointF(0.62 * radius, 0), center + QPointF(0.62 * radius, 0))
