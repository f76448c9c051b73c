"""Painting that several controls share: text with italic variables, icons, shapes, hatching, thumbs.

Markup is plain text in which ``*ν*`` is italic; a single unpaired asterisk is itself.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPainterPath, QPen, QPolygonF

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import Shape, Theme, font

Align = Literal["left", "center", "right"]


SUPERSCRIPTS = "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"
SUBSCRIPTS = "₀₁₂₃₄₅₆₇₈₉"
_SMALL = re.compile(f"([{SUPERSCRIPTS}]+|[{SUBSCRIPTS}]+)")
_FULL_SIZE = str.maketrans(SUPERSCRIPTS + SUBSCRIPTS, "−01234567890123456789")
_SMALL_SIZE = 0.7
_RAISE, _LOWER = 0.34, -0.18


@cache
def ui_font(px: float, weight: int = 400, italic: bool = False) -> QFont:
    """The interface font; shared, so not to be changed."""
    return font(px, weight, italic=italic)


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style."""

    text: str
    italic: bool = False
    raised: float = 0.0

    @property
    def small(self) -> bool:
        """An exponent or an index."""
        return self.raised != 0


def runs(markup: str) -> list[Run]:
    """The text in stretches of one style; exponents and indices become
    digits raised and lowered, which are easier to read than the characters for them."""
    parts = markup.split("*")
    if len(parts) % 2 == 0:
        parts[-2:] = [f"{parts[-2]}*{parts[-1]}"]
    found = []
    for index, part in enumerate(parts):
        for piece in _SMALL.split(part):
            if not piece:
                continue
            raised = _RAISE if piece[0] in SUPERSCRIPTS else _LOWER if piece[0] in SUBSCRIPTS else 0.0
            text = piece.translate(_FULL_SIZE) if raised else piece
            found.append(Run(text, index % 2 == 1 and not raised, raised))
    return found


def plain(markup: str) -> str:
    """The text without its markup, for screen readers and tooltips."""
    parts = markup.split("*")
    return "".join(parts) if len(parts) % 2 else "".join(parts[:-1]) + "*" + parts[-1]


def _font_of(run: Run, px: float, weight: int) -> QFont:
    size = px * _SMALL_SIZE if run.small else px
    return ui_font(size, weight, run.italic)


@lru_cache(maxsize=4096)
def text_width(markup: str, px: float, weight: int = 400) -> float:
    """How wide :func:`draw_text` will draw this."""
    total = 0.0
    for run in runs(markup):
        total += QFontMetricsF(_font_of(run, px, weight)).horizontalAdvance(run.text)
    return total


def draw_text(
    painter: QPainter,
    rect: QRectF,
    markup: str,
    color: QColor,
    px: float = 13,
    weight: int = 400,
    align: Align = "left",
) -> float:
    """Draw one line in the middle of ``rect``'s height, elided where it does not fit; the width drawn."""
    width = text_width(markup, px, weight)
    metrics = QFontMetricsF(ui_font(px, weight))
    y = rect.center().y() + (metrics.ascent() - metrics.descent()) / 2
    over = width > rect.width() + 0.5
    x = rect.left()
    if not over and align != "left":
        x += (rect.width() - width) / (1 if align == "right" else 2)
    painter.setPen(color)
    start = x
    for run in runs(markup):
        style = _font_of(run, px, weight)
        metrics = QFontMetricsF(style)
        text, advance = run.text, metrics.horizontalAdvance(run.text)
        cut = over and x + advance > rect.right()
        if cut:
            text = metrics.elidedText(text, Qt.TextElideMode.ElideRight, max(0.0, rect.right() - x))
            advance = metrics.horizontalAdvance(text)
        painter.setFont(style)
        painter.drawText(QPointF(x, y - px * run.raised), text)
        x += advance
        if cut:
            break
    return x - start


def wrapped(text: str, width: float, px: float = 13, weight: int = 400) -> list[str]:
    """The text in lines no wider than ``width``; Japanese breaks between any two characters."""
    metrics = QFontMetricsF(_font_of(Run(text), px, weight))
    lines: list[str] = []
    line = ""
    for piece in re.findall(r"[^\s\u3000-\u9fff\uff00-\uffef]+\s*|.", text):
        if line and metrics.horizontalAdvance((line + piece).rstrip()) > width:
            if piece[0] in "、。，．）」』":
                line += piece
                continue
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines


def draw_icon(painter: QPainter, name: str, center: QPointF, size: int, color: QColor) -> None:
    """An icon of the set, tinted, on whole device pixels."""
    dpr = painter.device().devicePixelRatioF()
    corner = QPointF(
        round((center.x() - size / 2) * dpr) / dpr,
        round((center.y() - size / 2) * dpr) / dpr,
    )
    painter.drawPixmap(corner, assets.pixmap(name, color, size, dpr))


def mix(first: QColor, second: QColor, part: float) -> QColor:
    """A colour ``part`` of the way from the first to the second."""
    rest = 1 - part
    return QColor.fromRgbF(
        first.redF() * rest + second.redF() * part,
        first.greenF() * rest + second.greenF() * part,
        first.blueF() * rest + second.blueF() * part,
        first.alphaF() * rest + second.alphaF() * part,
    )


def fill_round(painter: QPainter, rect: QRectF, radius: float, fill: QColor) -> None:
    """A filled rounded rectangle without outline."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(fill)
    painter.drawRoundedRect(rect, radius, radius)


def stroke_round(
    painter: QPainter, rect: QRectF, radius: float, color: QColor, width: float = 1, dashes: bool = False
) -> None:
    """The outline of a rounded rectangle, drawn inside ``rect``."""
    pen = QPen(color, width)
    if dashes:
        pen.setDashPattern([3 / width, 2.4 / width])
        pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    inset = width / 2
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius - inset, radius - inset)


def hatch(painter: QPainter, area: QPainterPath, color: QColor, step: float = 7, width: float = 1.1) -> None:
    """45 degree lines inside ``area``: divergence is a texture, never a colour."""
    painter.save()
    painter.setClipPath(area, Qt.ClipOperation.IntersectClip)
    painter.setPen(QPen(color, width))
    box = area.boundingRect()
    offset = math.floor(box.left() / step) * step - box.height()
    while offset < box.right():
        painter.drawLine(QPointF(offset, box.bottom()), QPointF(offset + box.height(), box.top()))
        offset += step
    painter.restore()


def shape_path(shape: Shape, center: QPointF, radius: float) -> QPainterPath:
    """The marker of a method: equal visual weight at equal ``radius``."""
    path = QPainterPath()

    def polygon(corners: int, reach: float, turn: float = -90.0, inner: float | None = None) -> None:
        count = corners if inner is None else 2 * corners
        points = []
        for index in range(count):
            angle = math.radians(turn + 360 * index / count)
            r = reach if inner is None or index % 2 == 0 else inner
            points.append(QPointF(center.x() + r * math.cos(angle), center.y() + r * math.sin(angle)))
        path.addPolygon(QPolygonF(points))
        path.closeSubpath()

    match shape:
        case "circle":
            path.addEllipse(center, radius, radius)
        case "square":
            side = radius * 0.9
            path.addRect(QRectF(center.x() - side, center.y() - side, 2 * side, 2 * side))
        case "triangle":
            polygon(3, radius * 1.28)
            path.translate(0, radius * 0.2)
        case "diamond":
            polygon(4, radius * 1.28)
        case "pentagon":
            polygon(5, radius * 1.14)
        case "hexagon":
            polygon(6, radius * 1.1)
        case "star":
            polygon(5, radius * 1.4, inner=radius * 0.58)
        case "cross":
            arm, thick = radius * 1.15, radius * 0.42
            path.setFillRule(Qt.FillRule.WindingFill)
            path.addRect(QRectF(center.x() - arm, center.y() - thick, 2 * arm, 2 * thick))
            path.addRect(QRectF(center.x() - thick, center.y() - arm, 2 * thick, 2 * arm))
            path = path.simplified()
    return path


def draw_thumb(painter: QPainter, theme: Theme, center: QPointF, dot: QColor) -> None:
    """The white disc with a coloured dot that slides along a track."""
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(theme.color("shadow"))
    painter.drawEllipse(center + QPointF(0, 1), 8.2, 8.2)
    light = theme.key == "light"
    painter.setBrush(QColor("#FFFFFF") if light else theme.color("ink"))
    painter.setPen(QPen(theme.color("line2"), 1) if light else Qt.PenStyle.NoPen)
    painter.drawEllipse(center, 7.7, 7.7)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(dot)
    painter.drawEllipse(center, 3.7, 3.7)
