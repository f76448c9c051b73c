"""Painting that several controls share: a line of markup in a box, icons, rounded boxes, thumbs."""

from __future__ import annotations

from functools import cache
from typing import Literal

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPen

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import Theme, font
from qhm_gui.drawing import markup

Align = Literal["left", "center", "right"]


@cache
def ui_font(px: float, weight: int = 400, italic: bool = False) -> QFont:
    """The interface font; shared, so not to be changed."""
    return font(px, weight, italic=italic)


def same_color(one: QColor | None, other: QColor | None) -> bool:
    """Whether they are. (Where PySide compares colours it makes classes and constants of all that could be one.)"""
    return (one and one.rgba()) == (other and other.rgba())


def text_width(text: str, px: float, weight: int = 400) -> float:
    """How wide :func:`draw_text` draws a line of markup."""
    return markup.layout(markup.with_raised_digits(text), px, weight).width


def draw_text(
    painter: QPainter,
    rect: QRectF,
    text: str,
    color: QColor,
    px: float = 13,
    weight: int = 400,
    align: Align = "left",
) -> float:
    """Draw a line of markup in the middle of ``rect``'s height, elided where it does not fit; the width drawn."""
    whole = markup.layout(markup.with_raised_digits(text), px, weight)
    line = markup.elided(whole, rect.width())
    share = {"left": 0.0, "center": 0.5, "right": 1.0}[align] if line is whole else 0.0
    left = rect.left() + share * (rect.width() - line.width)
    base = rect.center().y() + (line.ascent - line.descent) / 2
    painter.setPen(color)
    for run in line.runs:
        painter.setFont(run.font)
        painter.drawText(QPointF(left + run.x, base + run.dy), run.text)
    return line.width


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
