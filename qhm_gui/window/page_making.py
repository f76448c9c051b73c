"""A page that is made when it is first wanted: a view a turn of the event loop, since all in one took up to .4 s."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer

from qhm_gui.appearance.theme import Style
from qhm_gui.state.pages import PageRow
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View


class PageMaking(QObject):
    """Imports the views of a page and makes them, and calls ``done`` in a turn of its own."""

    def __init__(self, row: PageRow, style: Style, done: Callable[[], object], parent: QObject) -> None:
        super().__init__(parent)
        self.row = row
        self.views: dict[str, View] = {}
        self._style = style
        self._done = done
        self._known: set[str] = set()
        self._next = QTimer(self)
        self._next.setInterval(0)
        self._next.setSingleShot(True)  # a view that cannot be made is said once
        self._next.timeout.connect(self._go_on)
        self._next.start()

    def stop(self) -> None:
        """Make no more."""
        self._next.stop()

    def drop(self) -> None:
        """Another page is wanted."""
        self.stop()
        for view in self.views.values():
            view.widget.deleteLater()
            view.deleteLater()
        self.deleteLater()

    def _go_on(self) -> None:
        key = next((key for key in self.row.views if key not in self.views), None)
        if key is None:
            self._done()
            return
        if key not in self._known:
            self._known.add(key)
            VIEWS[key]  # imports it
        else:
            self.views[key] = VIEWS[key](self._style)
            self.views[key].setParent(self)
        self._next.start()
