"""A list of statements and their verdicts, set in markup. (pg.TextItem sets one text, without columns or formulas.)

Each has a mark, a formula, what was found, and a sentence of reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import markup
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import PixelItem
from qhm_gui.canvas.stroke import make_pen

Mark = Literal["check", "cross", "open", "dash"]

TEXT_X = 34.0
TITLE_PX, HEAD_PX, SUMMARY_PX, SENTENCE_PX = 14.0, 13.0, 18.0, 12.0
#: The most that the air between entries grows.
MOST_AIR = 1.7
_NEVER_FIRST = "、。，．）」』"
_PIECE = re.compile(r"(?:\*[^*\s]+\*|[_^]\{[^}]*\}|[^\s*\u3000-\u9fff\uff00-\uffef])+\s*|.")


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


def wrap(text: str, width: float, style: Style, px: float, weight: int = 400) -> list[str]:
    """Markup in lines no wider than ``width``; Japanese breaks between any two signs but not before a full stop."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        longer = (line + piece).rstrip()
        if line and piece not in _NEVER_FIRST and markup.measure(longer, style, px, weight).width() > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


class Checklist(PixelItem):
    """Entries from the top of the plot down; the air between them grows and shrinks with the height that there is."""

    clipped = False

    def __init__(self) -> None:
        super().__init__()
        self._entries: tuple[Entry, ...] = ()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is listed."""
        return self._entries

    def set_entries(self, entries: Sequence[Entry]) -> None:
        """List these."""
        if tuple(entries) != self._entries:
            self._entries = tuple(entries)
            self.changed()

    def areas(self, frame: Frame) -> list[QRectF]:
        """Where each entry lies."""
        heights = [self._height(entry, frame) for entry in self._entries]
        gaps = [self._gap(index) * frame.style.type_scale for index in range(len(self._entries))]
        room = frame.plot.height() - sum(heights)
        share = min(MOST_AIR, max(0.0, room / sum(gaps))) if sum(gaps) else 0.0
        areas, y = [], frame.plot.top()
        for height, gap in zip(heights, gaps, strict=True):
            y += gap * share
            areas.append(QRectF(frame.plot.left(), y, frame.plot.width(), height))
            y += height
        return areas

    def _gap(self, index: int) -> float:
        """The air above an entry."""
        kind = self._entries[index].kind
        if index == 0:
            return 4.0
        return {"summary": 0.0, "head": 30.0, "row": 13.0}[kind]

    def _lines(self, entry: Entry, frame: Frame) -> list[str]:
        width = frame.plot.width() - TEXT_X * frame.style.type_scale
        return wrap(entry.sentence, width, frame.style, SENTENCE_PX)

    def _height(self, entry: Entry, frame: Frame) -> float:
        unit = frame.style.type_scale
        title = {"summary": 27.0, "head": 20.0, "row": 22.0}[entry.kind] * unit
        return title + len(self._lines(entry, frame)) * 17.0 * unit

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Marks on the left, titles, notes on the right, sentences below."""
        for entry, area in zip(self._entries, self.areas(frame), strict=True):
            self._paint_entry(painter, frame, entry, area)

    def _paint_entry(self, painter: QPainter, frame: Frame, entry: Entry, area: QRectF) -> None:
        style, unit = frame.style, frame.style.type_scale
        px, weight = {"summary": (SUMMARY_PX, 600), "head": (HEAD_PX, 600), "row": (TITLE_PX, 500)}[entry.kind]
        ink = frame.color("muted" if entry.quiet else "ink")
        first = area.top() + {"summary": 13.0, "head": 9.0, "row": 10.0}[entry.kind] * unit
        left = area.left()
        if entry.kind == "head":
            painter.setPen(make_pen(frame.color("line"), style.width(1)))
            line = area.top() - 10 * unit
            painter.drawLine(QPointF(area.left(), line), QPointF(area.right(), line))
        else:
            radius = (10.5 if entry.kind == "summary" else 8.5) * unit
            draw_mark(painter, QPointF(left + 11 * unit, first), radius, entry.mark, frame, entry.quiet)
            left += TEXT_X * unit
        markup.paint(painter, left, first, entry.title, style, ink, px=px, weight=weight, anchor=(0, 0.5))
        if entry.note:
            note = frame.color("muted" if entry.quiet else "text2")
            markup.paint(painter, area.right(), first, entry.note, style, note, px=12, weight=500, anchor=(1, 0.5))
        y = area.top() + {"summary": 27.0, "head": 20.0, "row": 22.0}[entry.kind] * unit
        sentence = frame.color("muted" if entry.quiet else "text2")
        for line in self._lines(entry, frame):
            markup.paint(painter, left, y + 8 * unit, line, style, sentence, px=SENTENCE_PX, anchor=(0, 0.5))
            y += 17 * unit


def draw_mark(painter: QPainter, center: QPointF, radius: float, mark: Mark, frame: Frame, quiet: bool = False) -> None:
    """A verdict by its shape: a check on a full disc, a cross in a ring, a dot in a dashed ring, a dash."""
    ink = frame.color("muted" if quiet else "ink")
    width = 1.8 * radius / 8.5
    painter.setBrush(Qt.BrushStyle.NoBrush)
    reach = radius * 0.42
    if mark == "check":
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ink)
        painter.drawEllipse(center, radius, radius)
        painter.setPen(make_pen(frame.color("onink"), width))
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
