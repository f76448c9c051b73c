"""The handles and offers of a canvas and the keyboard: Tab goes from one to the next, keys go to the one that has the
focus."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent

from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.offer import Offer

if TYPE_CHECKING:
    from qhm_gui.canvas.plot import Canvas

_BY_KEY = (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason, Qt.FocusReason.ShortcutFocusReason)
_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason)


AnyTarget = TypeVar("AnyTarget", bound=Handle | Offer)


class Keyboard:
    """Which handle or offer has the keys. pyqtgraph hands mouse events to its items but no keys."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas: Canvas = weakref.proxy(canvas)  # whose this is: it goes with its last user, not by the collector
        self.focused: Handle | Offer | None = None

    def watch(self, item: Any) -> None:
        """An item has come to the canvas: with a handle or an offer on it, the canvas can take the keys."""
        if isinstance(item, Handle | Offer):
            self._canvas.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            item.held.connect(lambda: self.take(item, visible=False))

    def item_at(self, point: QPointF) -> Handle | Offer | None:
        """What a click at a pixel is meant for: of several that it reaches the nearest, a handle before an offer."""
        reached = [item for item in self._canvas.items(point.toPoint()) if isinstance(item, Handle | Offer)]
        return self._nearest(sorted(reached, key=lambda item: isinstance(item, Offer)), point)

    def handle_at(self, point: QPointF) -> Handle | None:
        """The handle that the mouse takes at a pixel: of several that it reaches the nearest."""
        return self._nearest([item for item in self._canvas.items(point.toPoint()) if isinstance(item, Handle)], point)

    def _nearest(self, items: list[AnyTarget], point: QPointF) -> AnyTarget | None:
        frame = self._canvas.frame()
        return min(items, key=lambda item: (item.place(frame) - point).manhattanLength(), default=None)

    @property
    def offer(self) -> Offer | None:
        """The offer that the mouse is on."""
        return next((item for item in self._canvas.items_shown if isinstance(item, Offer) and item.active), None)

    def take(self, handle: Handle | Offer, *, visible: bool = True) -> None:
        """Give a handle or an offer the keys."""
        self._set(handle, visible)
        self._canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def focus_next(self, forward: bool) -> bool:
        """Move the keys to the next handle; False past the last."""
        handles = self._handles()
        if self.focused not in handles:
            return False
        index = handles.index(self.focused) + (1 if forward else -1)
        if not 0 <= index < len(handles):
            return False
        self._set(handles[index], True)
        return True

    def press(self, event: QKeyEvent) -> bool:
        """A key went down; whether it is used up."""
        return self.focused is not None and self.focused.isVisible() and self.focused.key_press(event)

    def release(self, event: QKeyEvent) -> None:
        """A key came up."""
        if self.focused is not None:
            self.focused.key_release(event)

    def focus_in(self, event: QFocusEvent) -> None:
        """The canvas has the keys now: by Tab, its first or last handle."""
        if event.reason() in _BY_KEY and (handles := self._handles()):
            self._set(handles[-1 if event.reason() == Qt.FocusReason.BacktabFocusReason else 0], True)

    def focus_out(self, event: QFocusEvent) -> None:
        """The keys have gone elsewhere, unless only a menu is open."""
        if event.reason() not in _PASSING:
            self.leave()

    def leave(self) -> None:
        """No handle has the keys."""
        self._set(None, False)

    def _handles(self) -> list[Handle | Offer]:
        """What Tab stops at: the handles, then the offers."""
        shown = self._canvas.items_shown
        handles = [item for item in shown if isinstance(item, Handle) and item.movable]
        return [*handles, *(item for item in shown if isinstance(item, Offer) and item.takes_keys)]

    def _set(self, handle: Handle | Offer | None, visible: bool) -> None:
        if self.focused is not None and self.focused is not handle:
            self.focused.focus(False, False)
        self.focused = handle
        if handle is not None:
            handle.focus(True, visible)
