"""Cards: a titled surface that holds one canvas."""

from __future__ import annotations

import math
from typing import Any, cast

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QHelpEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.drawing.markup import plain_text
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.painted import Words, announce, say

_HEADER = 40
#: What a subtitle without room beside the title adds: a line of its own. It goes back where so much is to spare.
_SECOND_LINE, _SPARE = 18, 24
_SIDE = 17
_BODY = 8


class _Overlay(Guarded, QWidget):
    """What lies over a card's body: an empty state, or a chip that says what is being worked on."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._theme = LIGHT
        self.message: tuple[Words, Words] | None = None
        self.icon = "play"
        self.busy = ""
        self.hide()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def refresh(self) -> None:
        """Show or hide, after a change of what to say."""
        blocking = self.message is not None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not blocking)
        self.setVisible(blocking or bool(self.busy))
        self.raise_()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if self.message is not None:
                self._paint_message(painter, *self.message)
            if self.busy:
                self._paint_busy(painter)

    def _paint_message(self, painter: QPainter, title: Words, line: Words) -> None:
        theme, rect = self._theme, QRectF(self.rect())
        painter.fillRect(rect, theme.color("surface"))
        paint.fill_round(painter, rect, 6, theme.color("sunken"))
        x, y = rect.center().x(), rect.center().y()
        paint.draw_icon(painter, self.icon, QPointF(x, y - 36), 28, theme.color("muted"))
        inner = rect.adjusted(16, 0, -16, 0)
        inner.setHeight(24)
        inner.moveTop(y - 9)
        paint.draw_text(painter, inner, say(title), theme.color("ink"), 14, 600, "center")
        inner.moveTop(y + 16)
        for text in wrapped(say(line), 13, inner.width()):
            paint.draw_text(painter, inner, text, theme.color("muted"), 13, 400, "center")
            inner.translate(0, 19)

    def _paint_busy(self, painter: QPainter) -> None:
        theme = self._theme
        width = paint.text_width(self.busy, 12, 600) + 22
        chip = QRectF(0, 0, width, 27)
        chip.moveCenter(QRectF(self.rect()).center())
        paint.fill_round(painter, chip.translated(0, 1), 6, theme.color("shadow"))
        paint.fill_round(painter, chip, 6, theme.color("ink"))
        paint.draw_text(painter, chip, self.busy, theme.color("onink"), 12, 600, "center")


class Card(Guarded, QWidget):
    """A rounded surface with a header line and a body. Where it gets narrow the subtitle goes below the
    title, then the buttons go but the menu, then what was added to the header, which gives the buttons room again."""

    expand_requested = Signal()
    menu_requested = Signal(QPoint)
    help_requested = Signal()
    dragged = Signal()  # the card is dragged by its title

    def __init__(self, title: Words = "", subtitle: Words = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._title, self._subtitle = title, subtitle
        self._extras: list[QWidget] = []
        self._body: QWidget | None = None
        self._text_end = 0.0
        self._two_lines = False
        self._type = self._extras_type = 1.0
        self._overlay = _Overlay(self)
        self._expanded = False
        self._pressed: QPoint | None = None
        self._help = IconButton("help", lambda: tr("Explain"), self)
        self._expand = IconButton("expand", lambda: self._expand_words(), self)
        self._menu = IconButton("more", lambda: tr("More"), self)
        self._expand.clicked.connect(self.expand_requested)
        self._menu.clicked.connect(self._ask_menu)
        self._help.clicked.connect(self.help_requested)
        self._help.setEnabled(False)
        self.setMinimumSize(180, 120)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.retranslate()

    def _expand_words(self) -> str:
        return tr("Show all cards") if self._expanded else tr("Show this alone")

    def _ask_menu(self) -> None:
        self.menu_requested.emit(self._menu.mapToGlobal(self._menu.rect().bottomLeft()))

    # content

    def set_title(self, title: Words) -> None:
        self._title = title
        self.retranslate()

    def set_subtitle(self, subtitle: Words) -> None:
        """May contain *italic* markup."""
        if subtitle != self._subtitle:
            self._subtitle = subtitle
            self._lay_out()
            self.update()

    def set_body(self, body: QWidget) -> None:
        """What the card holds; a body that was there before is hidden and without a parent."""
        if self._body is not None and self._body is not body:
            self._body.hide()
            self._body.setParent(None)
        self._body = body
        body.setParent(self)
        body.show()
        self._overlay.raise_()
        self._lay_out()

    def body(self) -> QWidget | None:
        """What was set as body."""
        return self._body

    def add_header(self, widget: QWidget) -> None:
        """Put a control into the header, left of the buttons, after those that are there."""
        widget.setParent(self)
        widget.show()
        self._extras.append(widget)
        for button in (self._help, self._expand, self._menu):  # Tab goes as they lie: setTabOrder moves no hidden one
            button.setParent(None)
            button.setParent(self)
        self._lay_out()

    def set_buttons(self, expand: bool = True, menu: bool = True, help: bool = False) -> None:
        """Which of the buttons the card has at all."""
        self._help.setEnabled(help)
        self._expand.setEnabled(expand)
        self._menu.setEnabled(menu)
        self._lay_out()

    def set_expanded(self, expanded: bool) -> None:
        """Whether the card fills the page: the button then leads back."""
        if expanded != self._expanded:
            self._expanded = expanded
            self._expand.set_icon("collapse" if expanded else "expand")
            self._expand.retranslate()

    def set_busy(self, text: str) -> None:
        """A chip over the body, as "refining 38 %"; empty text takes it away."""
        if text != self._overlay.busy:
            self._overlay.busy = text
            self._overlay.refresh()

    def set_message(self, message: tuple[Words, Words] | None, icon: str = "play") -> None:
        """An empty state over the body: a title and one line on what to do; None shows the body."""
        if message is not None and message != self._overlay.message:
            announce(self, say(message[0]))
        self._overlay.message = message
        self._overlay.icon = icon
        self._overlay.refresh()

    def message(self) -> tuple[str, str] | None:
        """The empty state that is shown, in the language in force."""
        shown = self._overlay.message
        return None if shown is None else (say(shown[0]), say(shown[1]))

    def busy(self) -> str:
        """The text of the chip, or an empty text."""
        return self._overlay.busy

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def retranslate(self) -> None:
        self.setAccessibleName(plain_text(say(self._title)) if self._title else "")
        self._lay_out()
        self._overlay.update()
        self.update()

    # geometry and painting

    def body_rect(self) -> QRectF:
        """Where the body lies."""
        return QRectF(self.rect()).adjusted(_BODY, self.header_height, -_BODY, -_BODY)

    def set_type(self, scale: float) -> None:
        """The header so many times as large as usual: for a room. What was added to it only as far as it fits."""
        if scale != self._type:
            self._type = scale
            self._lay_out()
            self.update()

    @property
    def _line(self) -> int:
        return round(_HEADER * self._type)

    @property
    def header_height(self) -> int:
        """A line, or two where the subtitle has no room beside the title."""
        return self._line + (round(_SECOND_LINE * self._type) if self._two_lines else 0)

    def header_texts(self) -> list[tuple[str, QRectF, float]]:
        """(markup, where it may be drawn, how wide it is) of the title and the subtitle."""
        title, subtitle = say(self._title) if self._title else "", say(self._subtitle) if self._subtitle else ""
        width = self._title_width()
        found = [(title, QRectF(_SIDE, 0, max(0.0, self._text_end - _SIDE), self._line), width)]
        start = _SIDE + width + (11 if width else 0)
        place = QRectF(start, 0.5, self._text_end - start, self._line)
        if self._two_lines:
            place = QRectF(_SIDE, self._line - 9 * self._type, self.width() - 2 * _SIDE, _SECOND_LINE * self._type)
        return [*found, (subtitle, place, paint.text_width(subtitle, 12 * self._type))] if subtitle else found

    def _title_width(self) -> float:
        return paint.text_width(say(self._title), 14 * self._type, 600) if self._title else 0.0

    def _lay_out(self) -> None:
        left = _SIDE + self._title_width() + 12
        x = self.width() - 14.0
        self._scale_extras(x - left)
        shown = self._shown(x - left)
        for widget in (self._menu, self._expand, self._help, *self._extras):
            widget.setVisible(widget in shown)
        for widget in shown:
            size = widget.sizeHint()
            x -= size.width()
            widget.setGeometry(round(x), round((self._line - size.height()) / 2), size.width(), size.height())
            x -= 10 if widget in self._extras else 6
        self._text_end = x - 4
        needed = left + (paint.text_width(say(self._subtitle), 12 * self._type) if self._subtitle else 0.0)
        self._two_lines = bool(self._subtitle) and needed + (_SPARE if self._two_lines else 0) > self._text_end
        rect = self.body_rect().toAlignedRect()
        if self._body is not None:
            self._body.setGeometry(rect)
        self._overlay.setGeometry(rect)

    def _shown(self, room: float) -> list[QWidget]:
        """What has room in the header, from the right: the menu in any case (it has all the others: the title makes
        room for it), of what was added as much as fits, and only then the other buttons."""
        menu = [self._menu] if self._menu.isEnabled() else []
        room -= 34 * len(menu)
        extras: list[QWidget] = []
        for widget in reversed(self._extras):
            if (width := widget.sizeHint().width()) <= room:
                extras.append(widget)
                room -= width + 10
        buttons: list[QWidget] = []
        for button in (self._expand, self._help):
            if button.isEnabled() and room >= 36:
                buttons.append(button)
                room -= 34
        return [*menu, *buttons, *extras]

    def _scale_extras(self, room: float) -> None:
        """Let what was added grow with the title, where that leaves it room, which buttons of the card need first."""
        growing = [widget for widget in self._extras if hasattr(widget, "set_type")]
        if self._type == 1.0 == self._extras_type or not growing:
            return
        room -= sum(34 for button in (self._menu, self._expand, self._help) if button.isEnabled())
        usual = sum(widget.sizeHint().width() for widget in growing) / self._extras_type
        fixed = sum(widget.sizeHint().width() for widget in self._extras if widget not in growing)
        wanted = (room - fixed - 10 * len(self._extras)) / usual if usual else 1.0
        scale = max(1.0, min(self._type, math.floor(20 * wanted) / 20))
        if abs(scale - self._extras_type) > 0.04:  # a width is a whole number: it may not grow and shrink for ever
            self._extras_type = scale
            for widget in growing:
                cast(Any, widget).set_type(scale)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The header, where it holds no control, is what the card is drawn away by."""
        if event.button() == Qt.MouseButton.LeftButton and event.position().y() < self.header_height:
            self._pressed = event.position().toPoint()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Begin once the mouse has gone far enough to be meant."""
        if self._pressed is None:
            return
        if (event.position().toPoint() - self._pressed).manhattanLength() >= QApplication.startDragDistance():
            self._pressed = None
            self.dragged.emit()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click is no drag."""
        self._pressed = None

    def event(self, event: QEvent) -> bool:
        """A control in the header has grown or shrunk: make room. A subtitle without room is told in full."""
        if event.type() == QEvent.Type.LayoutRequest:
            self._lay_out()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            for text, place, width in self.header_texts():
                if width > place.width() and place.contains(QPointF(event.pos())):
                    QToolTip.showText(event.globalPos(), plain_text(text), self)
                    return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            rect = QRectF(self.rect())
            paint.fill_round(painter, rect, 10, theme.color("surface"))
            paint.stroke_round(painter, rect, 10, theme.color("line"), 1)
            big, small = 14 * self._type, 12 * self._type
            looks = ((theme.color("ink"), big, 600), (theme.color("muted"), small, 400))
            for (text, place, _), look in zip(self.header_texts(), looks, strict=False):
                if place.width() > 30 and QRectF(event.rect()).intersects(place.adjusted(-4, -4, 4, 4)):
                    paint.draw_text(painter, place, text, *look)
