"""Buttons: an icon, a text with or without icon (outlined or solid), a quiet link."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.painted import PaintedButton, Words, say


class IconButton(PaintedButton):
    """A 28 px square that shows an icon; its tooltip is its accessible name."""

    RADIUS = 7.0

    def __init__(
        self,
        icon: str,
        tooltip: Words = "",
        parent: QWidget | None = None,
        *,
        size: int = 28,
        glyph: int = 18,
    ) -> None:
        super().__init__(parent)
        self._icon = icon
        self._tooltip = tooltip
        self._usual = (size, glyph)
        self._glyph = glyph
        self.setFixedSize(size, size)
        self.retranslate()

    def sizeHint(self) -> QSize:
        return self.size()

    def set_type(self, scale: float) -> None:
        """So many times as large as usual: for a room."""
        size, glyph = self._usual
        self._glyph = round(glyph * scale)
        self.setFixedSize(round(size * scale), round(size * scale))

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def set_tooltip(self, tooltip: Words) -> None:
        self._tooltip = tooltip
        self.retranslate()

    def retranslate(self) -> None:
        words = say(self._tooltip) if self._tooltip else ""
        self.setToolTip(words)
        self.setAccessibleName(words)

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        ground = theme.color("hover", 0.0)
        if self.isDown():
            ground = theme.color("line2")
        elif self.isChecked():
            ground = theme.color("hover")
        elif self.glow:
            ground = theme.color("hover", self.glow)
        paint.fill_round(painter, QRectF(self.rect()), self.RADIUS, ground)
        tint = theme.color("ink" if self.isDown() or self.isChecked() else "text2")
        paint.draw_icon(painter, self._icon, QRectF(self.rect()).center(), self._glyph, tint)


class TextButton(PaintedButton):
    """A text with an optional icon: outlined, or solid for the one thing a page is about."""

    HEIGHT = 32

    def __init__(
        self,
        text: Words,
        icon: str | None = None,
        solid: bool = False,
        parent: QWidget | None = None,
        *,
        tip: Words = "",
    ) -> None:
        """``tip``: what it does, where its text does not say all."""
        super().__init__(parent)
        self._words = text
        self._tip = tip
        self._icon = icon
        self._solid = solid
        self._compact = False
        self._type = 1.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_type(self, scale: float) -> None:
        """So many times as large as usual: for a room."""
        if scale != self._type:
            self._type = scale
            self.updateGeometry()
            self.update()

    def set_text(self, text: Words) -> None:
        self._words = text
        self.retranslate()

    def set_compact(self, compact: bool) -> None:
        """Show the icon alone, the text as tooltip: for narrow windows."""
        self._compact = compact and self._icon is not None
        self.setToolTip(say(self._tip) if self._tip else self.text() if self._compact else "")
        self.updateGeometry()
        self.update()

    def retranslate(self) -> None:
        words = say(self._words)
        self.setText(words)
        self.setAccessibleName(words)
        self.set_compact(self._compact)

    def sizeHint(self) -> QSize:
        size = self._type
        if self._compact:
            return QSize(round(36 * size), round(self.HEIGHT * size))
        width = paint.text_width(self.text(), 13 * size, 600) + (41 if self._icon else 28) * size
        return QSize(round(width + 0.5), round(self.HEIGHT * size))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _colors(self) -> tuple[QColor, QColor, QColor | None]:
        """Ground, text and outline."""
        theme = self.theme
        if self._solid:
            strong = paint.mix(theme.color("ink"), theme.color("text2"), 1.0 if self.isDown() else self.glow)
            return strong, theme.color("onink"), None
        if self.isDown():
            return theme.color("line2"), theme.color("ink"), theme.color("line2")
        ground = paint.mix(theme.color("surface"), theme.color("hover"), self.glow)
        return ground, theme.color("ink"), theme.color("line2")

    def paint(self, painter: QPainter) -> None:
        rect = QRectF(self.rect())
        ground, ink, outline = self._colors()
        paint.fill_round(painter, rect, self.RADIUS, ground)
        if outline is not None:
            paint.stroke_round(painter, rect, self.RADIUS, outline, 1)
        size = self._type
        width = 0.0 if self._compact else paint.text_width(self.text(), 13 * size, 600)
        icon = 18 * size if self._icon else 0.0
        gap = 6 * size if icon and width else 0.0
        x = rect.center().x() - (icon + gap + width) / 2
        if self._icon:
            paint.draw_icon(painter, self._icon, QPointF(x + icon / 2, rect.center().y()), round(icon), ink)
        if width:
            place = QRectF(x + icon + gap, rect.top(), width + 1, rect.height())
            paint.draw_text(painter, place, self.text(), ink, 13 * size, 600)


class LinkButton(PaintedButton):
    """A quiet word that can be pressed: Reset, Cancel."""

    RADIUS = 4.0

    def __init__(self, text: Words, parent: QWidget | None = None, *, strong: bool = False, px: float = 12) -> None:
        super().__init__(parent)
        self._words = text
        self._strong = strong
        self._px = px
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.retranslate()

    def set_text(self, text: Words) -> None:
        self._words = text
        self.retranslate()

    def retranslate(self) -> None:
        words = say(self._words)
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        width = paint.text_width(self.text(), self._px, 600 if self._strong else 400)
        return QSize(round(width + 0.5), 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paint(self, painter: QPainter) -> None:
        theme = self.theme
        rect = QRectF(self.rect())
        rest = theme.color("ink" if self._strong else "muted")
        ink = theme.color("ink") if self.isDown() else paint.mix(rest, theme.color("ink"), self.glow)
        weight = 600 if self._strong else 400
        width = paint.draw_text(painter, rect, self.text(), ink, self._px, weight)
        if self._strong or self.glow:
            under = theme.color("line2") if self._strong else theme.color("line2", self.glow)
            under = paint.mix(under, ink, self.glow) if self._strong else under
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(under)
            painter.drawRect(QRectF(rect.left(), rect.bottom() - 3, width, 1))
