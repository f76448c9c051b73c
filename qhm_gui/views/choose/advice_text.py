"""Reasons in sentences, and calls to be copied, under a table of recommended points."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Literal

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import IconButton

_SIZES = {"head": 13.0, "line": 12.0, "code": 11.0}
#: The air above a paragraph, and the padding of a call, at type scale 1.
_AIR = {"head": 12.0, "line": 3.0, "code": 4.0}
_PAD, _BUTTON, _SIDE = 6.0, 26, 6.0
_WRAP = Qt.TextFlag.TextWordWrap | Qt.TextFlag.TextWrapAnywhere


@dataclass(frozen=True)
class Paragraph:
    """A heading or a sentence (markup), or the ``code`` of a call, plain, with a button that copies it."""

    kind: Literal["head", "line", "code"]
    text: str


class AdviceText(Guarded, QWidget):
    """Paragraphs below each other; as high as they need at its width. ``copied`` carries a call."""

    copied = Signal(str)

    def __init__(self, style: Style) -> None:
        super().__init__()
        self._style = style
        self._paragraphs: tuple[Paragraph, ...] = ()
        self._places: list[tuple[Paragraph, QRectF]] = []
        self._buttons: list[IconButton] = []

    @property
    def paragraphs(self) -> tuple[Paragraph, ...]:
        """What is shown."""
        return self._paragraphs

    def set_paragraphs(self, paragraphs: Sequence[Paragraph]) -> None:
        """Show these."""
        if tuple(paragraphs) == self._paragraphs:
            return
        self._paragraphs = tuple(paragraphs)
        for button in self._buttons:
            button.setParent(None)
            button.deleteLater()
        self._buttons = []
        for paragraph in self._paragraphs:
            if paragraph.kind == "code":
                button = IconButton("copy", lambda: tr("Copy this call"), self, size=_BUTTON, glyph=15)
                button.set_theme(self._style.theme)
                button.clicked.connect(partial(self.copied.emit, paragraph.text))
                button.show()
                self._buttons.append(button)
        self.setAccessibleName(
            "\n".join(one.text if one.kind == "code" else markup.plain_text(one.text) for one in self._paragraphs)
        )
        self._lay_out()

    def set_style(self, style: Style) -> None:
        """Paint in this theme and at this scale of type."""
        self._style = style
        for button in self._buttons:
            button.set_theme(style.theme)
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break the lines anew."""
        super().resizeEvent(event)
        if event.oldSize().width() != event.size().width():
            self._lay_out()

    def _lay_out(self) -> None:
        style, unit = self._style, self._style.type_scale
        width, y = max(60.0, self.width() - 2 * _SIDE * unit), 0.0
        self._places = []
        buttons = iter(self._buttons)
        for paragraph in self._paragraphs:
            y += _AIR[paragraph.kind] * unit if self._places else 0.0
            if paragraph.kind == "code":
                room = QRectF(0, 0, width - 2 * _PAD * unit - _BUTTON, 1e6)
                metrics = QFontMetricsF(style.font(_SIZES["code"]))
                height = metrics.boundingRect(room, _WRAP, paragraph.text).height() + 2 * _PAD * unit
                height = max(height, _BUTTON + 2.0)
                next(buttons).move(round(_SIDE * unit + width - _BUTTON - 2), round(y + 1))
            else:
                height = len(self._lines(paragraph, width)) * markup.line_pitch(style, _SIZES[paragraph.kind])
            self._places.append((paragraph, QRectF(_SIDE * unit, y, width, height)))
            y += height
        self.setMinimumHeight(round(y + 8 * unit))
        self.update()

    def _lines(self, paragraph: Paragraph, width: float) -> list[str]:
        weight = 600 if paragraph.kind == "head" else 400
        return wrapped(paragraph.text, _SIZES[paragraph.kind] * self._style.type_scale, width, weight)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Headings in ink, sentences below them, calls on a sunken ground."""
        with QPainter(self) as painter:
            painter.setRenderHints(SMOOTH)
            for paragraph, area in self._places:
                self._paint(painter, paragraph, area)

    def _paint(self, painter: QPainter, paragraph: Paragraph, area: QRectF) -> None:
        style, theme = self._style, self._style.theme
        unit, px = style.type_scale, _SIZES[paragraph.kind]
        if paragraph.kind == "code":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.color("sunken"))
            painter.drawRoundedRect(area, 6 * unit, 6 * unit)
            painter.setPen(theme.color("text"))
            painter.setFont(style.font(px))
            inner = area.adjusted(_PAD * unit, _PAD * unit, -_PAD * unit - _BUTTON, 0)
            painter.drawText(inner, int(_WRAP), paragraph.text)
            return
        color, weight = (theme.color("ink"), 600) if paragraph.kind == "head" else (theme.color("text2"), 400)
        pitch = markup.line_pitch(style, px)
        for number, line in enumerate(self._lines(paragraph, area.width())):
            y = area.top() + (number + 0.5) * pitch
            markup.paint(painter, area.left(), y, line, style, color, px=px, weight=weight, anchor=(0, 0.5))
