"""An area that is scrolled by the wheel, and up and down by keys, and leaves all other keys to the window."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from qhm_gui.guarded import Guarded


class ScrollArea(Guarded, QScrollArea):
    """As wide as what it shows; it has no frame and never the keyboard, which nothing would show."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setViewport(QWidget())  # has no ground; for one that Qt has made PySide looks at all kinds of widgets
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Qt's own would use up the keys to the left and right, though there is nothing to scroll."""
        if event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            event.ignore()
        else:
            super().keyPressEvent(event)


class WholeArea(ScrollArea):
    """All of a window: it is scrolled both ways where even the smallest layout has no room, and takes no keys."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setCornerWidget(QWidget())  # Qt's own is a box with a line around

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys are the window's."""
        event.ignore()


class KeptInRoom(Guarded, QObject):
    """Of a dialog: when it is shown, and not before are its sizes known, it becomes no larger than ``room``.

    It is told of the dialog and keeps no reference to it: in a ring with its filter one crashed when it was deleted.
    """

    def __init__(self, dialog: QWidget, room: QSize) -> None:
        super().__init__(dialog)
        self._room = room
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Once."""
        if event.type() == QEvent.Type.Show:
            watched.removeEventFilter(self)
            if isinstance(watched, QWidget):
                scroll_where_too_large(watched, self._room)
        return False


def scroll_where_too_large(dialog: QWidget, room: QSize) -> None:
    """A dialog that needs more than ``room`` is no larger than that, and what it holds is scrolled."""
    layout = dialog.layout()
    if layout is None:
        return
    needed = dialog.minimumSizeHint().expandedTo(dialog.minimumSize())
    if layout.hasHeightForWidth():  # long sentences
        high = layout.totalHeightForWidth(max(dialog.width(), needed.width()))
        needed.setHeight(max(needed.height(), high))
    if needed.width() <= room.width() and needed.height() <= room.height():
        dialog.resize(dialog.size().boundedTo(room))
        return
    wished = dialog.size().expandedTo(needed)
    held = QWidget()
    held.setLayout(layout)  # with all that lies in it
    held.setMinimumSize(needed)
    dialog.setMinimumSize(0, 0)
    dialog.setMaximumSize(room)
    whole = WholeArea()
    whole.setWidget(held)
    held.setAutoFillBackground(False)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(whole)
    dialog.resize(wished.boundedTo(room))


def bring_into_sight(widget: QWidget) -> None:
    """Scroll every area that a widget lies in, from the innermost on. Qt does so for areas that the keyboard had
    before, not for one that it comes into."""
    holder = widget.parentWidget()
    while holder is not None:
        if isinstance(holder, QScrollArea):
            holder.ensureWidgetVisible(widget, 12, 12)
        holder = holder.parentWidget()
