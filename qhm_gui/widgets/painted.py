"""What every own-painted control has: a theme, words, a hover that eases in, a focus ring."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, cast

from PySide6.QtCore import (
    QAbstractAnimation,
    QEasingCurve,
    QEvent,
    QObject,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    Qt,
    QVariantAnimation,
)
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
)
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QWidget
from shiboken6 import isValid

from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import tr
from qhm_gui.widgets import painting as paint

#: English text, looked up when it is shown; or a function that gives the text in the language in force.
Words = str | Callable[[], str]

HOVER_MS = 120
#: The largest size of a widget: what has it has no limit. (Qt's QWIDGETSIZE_MAX, which PySide leaves out.)
LIMITLESS = 16_777_215


def say(words: Words) -> str:
    """The words in the language in force."""
    return words() if callable(words) else tr(words)


def apply_theme(root: QWidget, theme: Theme) -> None:
    """Hand the theme to ``root`` and to everything inside it that takes one."""
    for widget in _concerned(root, partial(apply_theme, theme=theme)):
        take = getattr(widget, "set_theme", None)
        if callable(take):
            take(theme)


def retranslate(root: QWidget) -> None:
    """Ask ``root`` and everything inside it that has words to say them again."""
    for widget in _concerned(root, retranslate):
        again = getattr(widget, "retranslate", None)
        if callable(again):
            again()


def _concerned(root: QWidget, act: Callable[[QWidget], None]) -> list[QWidget]:
    """``root`` and everything inside it, but for what :meth:`puts_off` the act, which then does it to itself later.

    For use at once: of what Qt has made inside a widget no wrapper may be kept, see :attr:`View.parts`."""
    found = [root]
    for child in root.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
        puts_off: Callable[[Callable[[QWidget], None]], bool] | None = getattr(child, "puts_off", None)
        if puts_off is None or not puts_off(act):
            found += _concerned(child, act)
    return found


def announce(widget: QWidget, sentence: str) -> None:
    """Let a screen reader speak the sentence."""
    if QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, sentence))


class FocusRing(Guarded, QWidget):
    """The ring round the control that has the keyboard.

    One lies over each window, so no layout has to leave room for it and no parent cuts it off.
    """

    REACH = 4

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WidgetAttribute.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._theme = LIGHT
        self._target: QWidget | None = None
        self._chain: list[QWidget] = []
        self._radius = 8.0
        self._clip = QRect()
        self.hide()

    @staticmethod
    def of(window: QWidget) -> FocusRing:
        """The ring of this window, made when first asked for."""
        found = window.findChild(FocusRing, options=Qt.FindChildOption.FindDirectChildrenOnly)
        return found if isinstance(found, FocusRing) else FocusRing(window)

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self.update()

    def follow(self, target: QWidget, theme: Theme) -> None:
        """Lie round ``target``'s ring_rect() until released."""
        self.release(self._target)
        self._theme = theme
        self._target = target
        step: QWidget | None = target
        while step is not None and step is not self.parentWidget():
            step.installEventFilter(self)
            self._chain.append(step)
            step = step.parentWidget()
        self.place()

    def release(self, target: QWidget | None) -> None:
        """Go away, if the ring is round ``target``."""
        if target is None or target is not self._target:
            return
        for widget in self._chain:
            if isValid(widget):
                widget.removeEventFilter(self)
        self._chain.clear()
        self._target = None
        self.hide()

    def place(self) -> None:
        """Move to where the target is now."""
        target, window = self._target, self.parentWidget()
        if target is None or window is None or not isValid(target) or not target.isVisibleTo(window):
            self.hide()
            return
        rect, self._radius = cast(Any, target).ring_rect()
        clip = window.rect()
        for widget in self._chain:
            parent = widget.parentWidget()
            if isinstance(parent, QAbstractScrollArea) and parent.viewport() is widget:
                clip &= QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        corner = QPointF(target.mapTo(window, QPoint(0, 0))) + rect.topLeft()
        outer = QRectF(corner, rect.size()).toAlignedRect()
        outer.adjust(-self.REACH, -self.REACH, self.REACH, self.REACH)
        self.setGeometry(outer)
        self._clip = clip.translated(-outer.topLeft())
        self.raise_()
        self.show()
        self.update()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Hide, QEvent.Type.Show):
            self.place()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setClipRect(self._clip)
            edge = self.REACH - 3
            rect = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
            paint.stroke_round(painter, rect, self._radius + 3, self._theme.color("ink"), 2)


class Look(Guarded):
    """Mixed into a QWidget or QAbstractButton; subclasses write :meth:`paint`."""

    RADIUS = 8.0

    def _init_look(self) -> None:
        widget = self._widget
        self.theme: Theme = LIGHT
        self.glow = 0.0
        self._keyboard = False
        self._fade = QVariantAnimation(widget)
        self._fade.setDuration(HOVER_MS)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(self._set_glow)
        widget.setAttribute(Qt.WidgetAttribute.WA_Hover)

    @property
    def _widget(self) -> QWidget:
        return cast(QWidget, self)

    def set_theme(self, theme: Theme) -> None:
        """Paint in these colours from now on."""
        self.theme = theme
        self._widget.update()

    def paint(self, painter: QPainter) -> None:
        """Draw the control; the painter is antialiased, and faded when the control is disabled."""
        raise NotImplementedError

    def ring_rect(self) -> tuple[QRectF, float]:
        """What the focus ring goes round, and its corner radius."""
        return QRectF(self._widget.rect()), self.RADIUS

    def ring_moved(self) -> None:
        """Say that ring_rect() changed."""
        if self._keyboard and self._widget.hasFocus():
            FocusRing.of(self._widget.window()).place()

    def _set_glow(self, value: object) -> None:
        self.glow = float(cast(float, value))
        self._widget.update()

    def _ease_to(self, value: float) -> None:
        self._fade.stop()
        if self._widget.isVisible():
            self._fade.setStartValue(self.glow)
            self._fade.setEndValue(value)
            self._fade.start(QAbstractAnimation.DeletionPolicy.KeepWhenStopped)
        else:
            self._set_glow(value)

    def paintEvent(self, event: QPaintEvent) -> None:
        with QPainter(self._widget) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if not self._widget.isEnabled():
                painter.setOpacity(0.4)
            self.paint(painter)

    def enterEvent(self, event: QEnterEvent) -> None:
        if self._widget.isEnabled():
            self._ease_to(1.0)

    def leaveEvent(self, event: QEvent) -> None:
        self._ease_to(0.0)

    def key_pressed(self, event: QKeyEvent) -> None:
        """Answer a key, or ignore it; what subclasses write in place of ``keyPressEvent``."""
        event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Take a key, unless it is the window's: one that takes the focus itself answers keys after a click.

        The ring shows when they are the control's: it was reached by Tab, or in another way than by a click.
        """
        window = self._widget.window()
        shared = window is not self._widget and bool(window.focusPolicy() & Qt.FocusPolicy.ClickFocus)
        if shared and self._widget.hasFocus() and not self._keyboard:
            event.ignore()
        else:
            self.key_pressed(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        reason = event.reason()
        keep = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
        if reason not in keep:
            self._keyboard = reason != Qt.FocusReason.MouseFocusReason
        if self._keyboard:
            FocusRing.of(self._widget.window()).follow(self._widget, self.theme)
        self._widget.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        FocusRing.of(self._widget.window()).release(self._widget)
        self._widget.update()


class Painted(Look, QWidget):
    """A control painted by hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        QWidget.__init__(self, parent)
        self._init_look()


class PaintedButton(Look, QAbstractButton):
    """A button painted by hand; Enter presses it as Space does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        QAbstractButton.__init__(self, parent)
        self._init_look()
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def focusInEvent(self, event: QFocusEvent) -> None:
        QAbstractButton.focusInEvent(self, event)
        Look.focusInEvent(self, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        QAbstractButton.focusOutEvent(self, event)
        Look.focusOutEvent(self, event)

    def key_pressed(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            QAbstractButton.keyPressEvent(self, event)
