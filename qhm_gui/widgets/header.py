"""The header: the mark, the pages, language, theme, and what the window adds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QRectF, QSize, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import LIGHT, Theme
from qhm_gui.guarded import Guarded
from qhm_gui.text.language import language, tr
from qhm_gui.widgets import painting as paint
from qhm_gui.widgets.buttons import IconButton, TextButton
from qhm_gui.widgets.painted import Words
from qhm_gui.widgets.segments import Segments
from qhm_gui.widgets.tabs import PageTabs

_NAME = "QHM Explorer"
_TABS_X = 300
_SIDE = 20
#: Where the button for files stands beside the name, and without it.
_FILES_X, _FILES_X_ALONE = 253, 60


class Header(Guarded, QWidget):
    """56 px high. Where it gets narrow, buttons shrink to icons, then the name goes, then tabs fold."""

    language_chosen = Signal(str)
    theme_toggled = Signal()
    page_chosen = Signal(str)
    files_requested = Signal(object)  # the point, on the screen, to open a menu at

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme: Theme = LIGHT
        self._with_name = True
        self.tabs = PageTabs(self)  # first in the order of Tab: what has the keyboard at the start has no use for Space
        self._files_button = IconButton("open", "Files", self, glyph=20)
        self._language = Segments(
            [("en", lambda: "EN"), ("ja", lambda: "JA")], small=True, parent=self, name=lambda: tr("Language")
        )
        self._language.setFixedHeight(28)
        self._language.set_value(language())
        self._theme_button = IconButton("moon", self._theme_words, self, glyph=20)
        self._actions: list[TextButton] = []
        self.tabs.chosen.connect(self.page_chosen)
        self._language.chosen.connect(self._choose_language)
        self._theme_button.clicked.connect(self.theme_toggled)
        self._files_button.clicked.connect(self._ask_for_files)
        self.setFixedHeight(56)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def _theme_words(self) -> str:
        return tr("Dark theme") if self._theme.key == "light" else tr("Light theme")

    def _ask_for_files(self) -> None:
        self.files_requested.emit(self._files_button.mapToGlobal(QPoint(0, self._files_button.height() + 4)))

    def _choose_language(self, value: object) -> None:
        self.language_chosen.emit(str(value))

    def set_pages(self, pages: Sequence[tuple[str, Words, int]]) -> None:
        """(id, title, group) of each page."""
        self.tabs.set_pages(pages)
        self._lay_out()

    def set_current(self, page: str) -> None:
        """Show this page's tab as current, without a signal."""
        self.tabs.set_current(page)

    def add_action_button(self, button: TextButton) -> None:
        """Put a button at the right end, after those that are there."""
        button.setParent(self)
        button.set_theme(self._theme)
        button.show()
        self._actions.append(button)
        before: QWidget = self._theme_button
        for each in self._actions:
            QWidget.setTabOrder(before, each)
            before = each
        self._lay_out()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        self._theme_button.set_icon("moon" if theme.key == "light" else "sun")
        self._theme_button.retranslate()
        self.update()

    def retranslate(self) -> None:
        self._language.set_value(language())
        for button in self._actions:  # their new words decide what there is room for
            button.retranslate()
        self._lay_out()

    def minimumSizeHint(self) -> QSize:
        return QSize(480, 56)

    def _right_width(self) -> int:
        actions = sum(button.sizeHint().width() + 8 for button in self._actions)
        return self._language.sizeHint().width() + 9 + 28 + 16 + actions

    def _lay_out(self) -> None:
        for button in self._actions:
            button.set_compact(False)
        wanted = self.tabs.sizeHint().width()
        self._with_name = True
        start = _TABS_X
        for compact, name in ((False, True), (True, True), (True, False)):
            for button in self._actions:
                button.set_compact(compact)
            self._with_name = name
            start = _TABS_X if name else _FILES_X_ALONE + 28 + 12
            if start + wanted + 16 + self._right_width() + _SIDE <= self.width():
                break
        self._files_button.move(_FILES_X if self._with_name else _FILES_X_ALONE, 14)
        x = self.width() - _SIDE
        for button in reversed(self._actions):
            size = button.sizeHint()
            x -= size.width()
            button.setGeometry(x, 12, size.width(), size.height())
            x -= 8
        x -= 8 + 28 + (0 if self._actions else -16)
        self._theme_button.move(x, 14)
        size = self._language.sizeHint()
        x -= size.width() + 9
        self._language.setGeometry(x, 14, size.width(), 28)
        self.tabs.setGeometry(start, 0, max(40, min(wanted, x - 16 - start)), 56)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._lay_out()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._theme
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), theme.color("surface"))
            painter.fillRect(QRectF(0, 55, self.width(), 1), theme.color("line"))
            ink, dot = theme.color("ink"), theme.color(theme.method("qhm"))
            assets.draw_logo(painter, QRectF(19, 17, 30, 21.4), ink, dot)
            if self._with_name:
                paint.draw_text(painter, QRectF(60, 0, 200, 55), _NAME, ink, 14, 600)
