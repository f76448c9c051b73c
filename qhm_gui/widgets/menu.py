"""Menus with round corners."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.widgets.stylesheet import menu_sheet


def make_menu(parent: QWidget, theme: Theme) -> QMenu:
    """An empty menu in the application's look, to be shown once with ``exec`` or ``popup``: closed, it is deleted.

    A menu in a menu (``parent``) opens and closes many times, and ends with the outer one.
    """
    menu = QMenu(parent)
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, not isinstance(parent, QMenu))
    menu.setWindowFlags(menu.windowFlags() | Qt.WindowType.FramelessWindowHint | Qt.WindowType.NoDropShadowWindowHint)
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
    menu.setStyleSheet(menu_sheet(theme))
    return menu
