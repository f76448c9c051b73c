"""A field for a value: formatted at rest, every digit while edited, a sentence on refusal.

At rest a number that is wider than its field is shown with fewer digits, never with its end cut off: what is left of
7.99×10⁻⁴⁰ must not read 7.99×10⁻⁴. The tooltip has every digit, and a field of fixed width grows while it is edited.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QLineEdit, QSizePolicy, QToolTip, QWidget

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.widgets.painted import Words, announce, say

Formatter = Callable[[Any], str]

_PAD = 8
#: QLineEdit keeps two pixels free on either side of its text.
_EDIT_MARGIN = 4


class ValueField(Guarded, QWidget):
    """A field in a sunken box: a muted prefix on the left, the value on the right.

    Enter or leaving commits; Esc reverts; a refused text stays, dashed, until it is corrected or reverted.
    """

    committed = Signal(object)
    refused = Signal(str)
    corrected = Signal()
    ended = Signal()  # it is no longer being typed in, and nothing in it is refused
    action_triggered = Signal()

    HEIGHT = 26
    RADIUS = 6.0

    def __init__(
        self,
        formatter: Formatter | None = None,
        parent: QWidget | None = None,
        *,
        suffix: str = "",
        px: float = 13,
    ) -> None:
        super().__init__(parent)
        self.theme: Theme = LIGHT
        self._formatter = formatter
        self._suffix = suffix
        self._px = px
        self._prefix: Words = ""
        self._tied: str | None = None
        self._value: Any = None
        self._error = ""
        self._hover = False
        self._before: str | None = None
        self._rest_width = 0
        self._editing = self._taking = False
        self._action: IconButton | None = None
        self._edit = QLineEdit(self)
        self._edit.setObjectName("value")  # see stylesheet.py
        self._edit.setFrame(False)
        self._edit.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._edit.setFont(paint.ui_font(px, 500))
        self._edit.installEventFilter(self)
        self._edit.textEdited.connect(self._edited)
        self.setFixedHeight(self.HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setCursor(Qt.CursorShape.IBeamCursor)
        self.set_theme(LIGHT)

    # text and value: what kinds of field differ in

    def _exact(self, value: Any) -> str:
        raise NotImplementedError

    def _parse(self, text: str) -> Any:
        """The value of a typed text; ValueError with a sentence where there is none."""
        raise NotImplementedError

    def _shorter(self, value: Any) -> Iterator[str]:
        """The value with fewer and fewer digits, for a field that is too narrow; nothing where all is needed."""
        yield from ()

    def _at_rest(self) -> str:
        if self._value is None or self._tied is not None:
            return ""
        text = self._formatter(self._value) if self._formatter else self._exact(self._value)
        return text + self._suffix

    def _fitting(self) -> str:
        """The text at rest, with as many digits as there is room for."""
        whole = self._at_rest()
        if not whole or self._fits(whole):
            return whole
        shorter = list(self._shorter(self._value))
        if not shorter:
            return whole
        found = next((text + self._suffix for text in shorter if self._fits(text + self._suffix)), None)
        return found or "…"

    def _fits(self, text: str) -> bool:
        return QFontMetricsF(self._edit.font()).horizontalAdvance(text) <= self._edit.width() - _EDIT_MARGIN

    # what it shows

    def value(self) -> Any:
        """The last valid value."""
        return self._value

    def set_value(self, value: Any) -> None:
        """Show this value and forget any error, silently. What is being typed survives the same value."""
        if value == self._value and not self._error:
            return
        self._value = value
        self.set_error("")
        self._show()

    def set_error(self, sentence: str) -> None:
        """Dash the outline and say why; empty text takes it back."""
        if sentence and sentence != self._error:
            announce(self, sentence)
        self._error = sentence
        self._edit.setAccessibleDescription(sentence)
        self.update()

    def error(self) -> str:
        """Why the text in the field was refused, or an empty text."""
        return self._error

    def set_formatter(self, formatter: Formatter | None) -> None:
        self._formatter = formatter
        self._show_at_rest()

    def set_prefix(self, prefix: Words) -> None:
        """The muted text on the left, markup."""
        self._prefix = prefix
        self.retranslate()

    def set_tied(self, markup: str | None) -> None:
        """Show this instead of the value, which follows another one; editing is still possible."""
        if markup == self._tied:
            return
        self._tied = markup
        self._show_at_rest()
        self.update()

    def set_action(self, icon: str, tooltip: Words) -> None:
        """A small icon at the right end; pressing it emits action_triggered."""
        self._action = IconButton(icon, tooltip, self, size=20, glyph=15)
        self._action.set_theme(self.theme)
        self._action.clicked.connect(self.action_triggered)
        self._lay_out()

    def set_rest_width(self, width: int) -> None:
        """Keep this width, but for a longer text that is being edited."""
        self._rest_width = width
        self.setFixedWidth(width)

    def take_focus(self, reason: Qt.FocusReason = Qt.FocusReason.OtherFocusReason) -> None:
        """To the field itself. (A focus proxy would be a second stop of Tab, from which it jumps elsewhere.)"""
        self._edit.setFocus(reason)

    def has_focus(self) -> bool:
        """Whether it is being typed in."""
        return self._edit.hasFocus()

    def tab_stops(self) -> list[QWidget]:
        """What Tab stops at in here, in order."""
        return [self._edit, self._action] if self._action else [self._edit]

    def set_accessible(self, name: str) -> None:
        """What a screen reader calls the field."""
        self.setAccessibleName(name)
        self._edit.setAccessibleName(name)

    def text(self) -> str:
        """The text in the field now."""
        return self._edit.text()

    def set_theme(self, theme: Theme) -> None:
        self.theme = theme
        self.update()

    def retranslate(self) -> None:
        self._lay_out()
        self.update()

    # geometry

    def _prefix_width(self) -> float:
        words = say(self._prefix) if self._prefix else ""
        return paint.text_width(words, 12) if words else 0.0

    def needed_width(self) -> int:
        """The width at which prefix, value and action do not collide."""
        least = self._edit.minimumSizeHint().width() - _PAD + 3  # without a prefix
        value = max(least, *(paint.text_width(text, self._px, 500) for text in ("00", self._at_rest())))
        prefix = self._prefix_width()
        width = value + 2 * _PAD + (prefix + 6 if prefix else 0) + (17 if self._action else 0)
        return round(width + 1.5)

    def sizeHint(self) -> QSize:
        return QSize(max(76, self.needed_width()), self.HEIGHT)

    def minimumSizeHint(self) -> QSize:
        return QSize(48, self.HEIGHT)

    def _lay_out(self) -> None:
        prefix = self._prefix_width()
        left = _PAD + (prefix + 4 if prefix and not self._covers_prefix() else 0) - 2
        right = self.width() - _PAD + 3
        if self._action:
            self._action.move(self.width() - 24, (self.height() - 20) // 2)
            right = self.width() - 23
        self._edit.setGeometry(round(left), 1, max(10, round(right - left)), self.height() - 2)

    def _covers_prefix(self) -> bool:
        """Whether the text that is edited needs the room of the prefix."""
        if not self._editing:
            return False
        text = QFontMetricsF(self._edit.font()).horizontalAdvance(self._edit.text())
        return text + self._prefix_width() + 2 * _PAD + (17 if self._action else 0) > self.width()

    def _make_room(self, *, editing: bool) -> None:
        """Grow for the text that is edited, or shrink again."""
        self._editing = editing
        if self._rest_width:
            text = QFontMetricsF(self._edit.font()).horizontalAdvance(self._edit.text())
            wanted = round(text + 2 * _PAD + _EDIT_MARGIN + (17 if self._action else 0)) if editing else 0
            parent: QWidget | None = self.parentWidget()
            widest = parent.width() if parent is not None else wanted
            self.setFixedWidth(max(self._rest_width, min(wanted, widest)))
        self._lay_out()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()
        if not self._edit.hasFocus() and not self._error and not self._edit.isModified():
            self._put_at_rest()

    # painting

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self.theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self.isEnabled():
                painter.setOpacity(0.4)
            rect = QRectF(self.rect())
            focused = self._edit.hasFocus()
            token = "surface" if focused else "hover" if self._hover else "sunken"
            paint.fill_round(painter, rect, self.RADIUS, theme.color(token))
            if self._error:
                paint.stroke_round(painter, rect, self.RADIUS, theme.color("ink"), 1.4, dashes=True)
            elif focused:
                paint.stroke_round(painter, rect, self.RADIUS, theme.color("ink"), 1.6)
            inner = rect.adjusted(_PAD, 0, -_PAD, 0)
            if self._prefix and not self._covers_prefix():
                paint.draw_text(painter, inner, say(self._prefix), theme.color("muted"), 12)
            if self._tied is not None and not focused and not self._error:
                paint.draw_text(painter, inner, self._tied, theme.color("muted"), self._px, 500, "right")

    # editing

    def _show(self) -> None:
        """Put the text for the value into the editor: exact while focused, formatted at rest."""
        if self._edit.hasFocus():
            self._edit.setText("" if self._value is None else self._exact(self._value))
            self._edit.selectAll()
            self._edit.setModified(False)
            self._make_room(editing=True)
        else:
            self._put_at_rest()

    def _put_at_rest(self) -> None:
        self._make_room(editing=False)
        self._edit.setText(self._fitting())
        self._edit.setCursorPosition(0)
        self._edit.setModified(False)

    def _show_at_rest(self) -> None:
        """Show the value in another way, unless it is being edited: then the text is the person's."""
        if not self._edit.hasFocus():
            self._show()

    def _edited(self) -> None:
        self._make_room(editing=True)
        if self._error:
            self.set_error("")
            self.corrected.emit()

    def _refuse(self, sentence: str) -> None:
        self.set_error(sentence)
        self.refused.emit(sentence)

    def commit(self) -> bool:
        """Take the typed text as the value; False where it was refused."""
        if not self._edit.isModified():
            return not self._error
        text = self._edit.text()
        try:
            value = self._parse(text)
        except ValueError as reason:
            self._refuse(str(reason))
            return False
        before, self._value = self._value, value
        self._edit.setModified(False)
        self._taking = True
        try:
            self.committed.emit(value)
        finally:
            self._taking = False
        if self._error:  # the owner refused it
            self._value = before
            self._edit.setText(text)
            self._edit.setModified(True)
            return False
        self._show()
        return True

    def finish(self) -> None:
        """End editing: take what was typed, or drop it where it is refused."""
        if self._taking:  # whoever gets the value now ends what is being typed before using it
            return
        if not self.commit():
            self.revert()
        self.ended.emit()

    def revert(self) -> None:
        """Go back to the last valid value."""
        self.set_error("")
        self.corrected.emit()
        self._show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind == QEvent.Type.FocusIn:
            if not self._error:
                self._show()
            self.update()
        elif kind == QEvent.Type.FocusOut:
            self._left(popup=isinstance(event, QFocusEvent) and event.reason() == Qt.FocusReason.PopupFocusReason)
        elif kind == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if (tip := self.tip()) and not self._edit.hasFocus():
                QToolTip.showText(event.globalPos(), tip, self._edit)
                return True
        elif kind == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            if event.key() == Qt.Key.Key_Escape and (self._edit.isModified() or self._error):
                event.accept()
        elif kind == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            return self._key(event)
        return False

    def _left(self, *, popup: bool) -> None:
        """The keyboard is elsewhere; from a ``popup``, such as the field's own menu, it comes back."""
        if not self._error and self.commit():
            self._put_at_rest()  # hasFocus() may still be true in here
            if not popup:
                self.ended.emit()
        self.update()

    def tip(self) -> str:
        """Every digit of a value that is shown with fewer, above what the tooltip says anyway; '' for nothing more."""
        if self._value is None or self._error or not list(self._shorter(self._value)):
            return ""
        exact = self._exact(self._value) + self._suffix
        if exact == self._edit.text():
            return ""
        owner: QWidget | None = self
        while owner is not None and not owner.toolTip():
            owner = owner.parentWidget()
        return f"{exact}\n{owner.toolTip()}" if owner else exact

    def _key(self, event: QKeyEvent) -> bool:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.commit():
                self.ended.emit()
            return True
        if event.key() == Qt.Key.Key_Escape:
            changed = self._edit.isModified() or bool(self._error)
            if changed:
                self.revert()
            self.ended.emit()
            return changed or not self.isVisible()  # what was closed by the key has used it up
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._edit.setFocus(Qt.FocusReason.MouseFocusReason)

    def enterEvent(self, event) -> None:
        self._hover = self.isEnabled()
        self.update()

    def leaveEvent(self, event) -> None:
        self._hover = False
        self.update()
