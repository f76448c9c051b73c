"""Menus with round corners."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.widgets.stylesheet import menu_sheet


def make_menu(parent: QWidget, theme: Theme) -> QMenu:
    """An empty menu in the application's look. Show it with ``exec`` or ``popup``; delete it when done."""
    menu = QMenu(parent)
    menu.setWindowFlags(menu.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    menu.setStyleSheet(menu_sheet(theme))
    return menu
