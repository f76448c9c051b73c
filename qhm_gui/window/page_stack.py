"""The pages of the window, one on the other; each is made when it is first wanted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.state.pages import PageRow
from qhm_gui.views.view import View
from qhm_gui.window.page_making import PageMaking
from qhm_gui.window.pages import Page

#: A page from its row and those of its views that are there.
MakePage = Callable[[PageRow, dict[str, View]], Page]


class PageStack(QStackedWidget):
    """``completed`` when a page is there for which an empty place was shown."""

    completed = Signal()

    def __init__(self, make: MakePage) -> None:
        super().__init__()
        self.pages: dict[str, Page] = {}  # those that have been wanted
        self._make = make
        self._making: PageMaking | None = None
        self._blank = QWidget()
        self.addWidget(self._blank)

    def page(self, row: PageRow) -> Page:
        """A page, which is made at once where it is not there."""
        if row.key not in self.pages:
            self._finish(row)
        return self.pages[row.key]

    def being_made(self, row: PageRow, style: Style) -> bool:
        """Whether the page is still being made, which begins when it is first wanted: its place is empty until then."""
        self.drop_making(but=row)
        if row.key in self.pages:
            return False
        if self._making is None:
            self._making = PageMaking(row, style, lambda: self.page(row), self)
            self.setCurrentWidget(self._blank)
            self.deactivate()
        return True

    @property
    def empty(self) -> bool:
        """Whether the page that is wanted is still being made."""
        return self._making is not None

    def end_making(self) -> None:
        """What is done to all that there is needs all to be there."""
        if self._making is not None:
            self._finish(self._making.row)

    def deactivate(self) -> None:
        """No page follows changes."""
        for page in self.pages.values():
            page.deactivate()

    def drop_making(self, *, but: PageRow | None = None) -> None:
        """Give up a page that is being made, unless it is that one."""
        if self._making is not None and self._making.row != but:
            self._making.drop()
            self._making = None

    def _finish(self, row: PageRow) -> None:
        self.drop_making(but=row)
        making, self._making = self._making, None
        page = self.pages[row.key] = self._make(row, {} if making is None else making.views)
        self.addWidget(page)
        if making is not None:
            making.stop()
            making.deleteLater()
            self.completed.emit()
