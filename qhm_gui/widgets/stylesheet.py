"""The look of Qt's own widgets: Fusion, a palette, and one style sheet filled from the tokens."""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QPalette
from PySide6.QtWidgets import QApplication, QWidget

from qhm_gui.appearance import assets
from qhm_gui.appearance.theme import Theme

_MENU = """
QMenu { background: $surface; border: 1px solid $line2; border-radius: 8px; padding: 5px; color: $text; }
QMenu::item { padding: 6px 22px 6px 12px; border-radius: 5px; margin: 0px; }
QMenu::item:selected { background: $hover; color: $ink; }
QMenu::item:disabled { color: $line2; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 5px 8px; }
QMenu::indicator { width: 14px; height: 14px; left: 6px; }
"""

_SHEET = (
    _MENU
    + """
QToolTip { background: $ink; color: $onink; border: 1px solid $ink; padding: 2px 4px; }
QWidget#talk { background: $bg; }
QDialog, QMessageBox { background: $surface; }
QFrame#panel { background: $surface; border: none; border-right: 1px solid $line; }
QLabel { color: $text; background: transparent; }
QLabel#caption { color: $text2; font-size: 12px; }
QLineEdit, QPlainTextEdit, QTextEdit {
    background: $sunken; color: $text; border: 1px solid transparent; border-radius: 6px; padding: 3px 8px;
    selection-background-color: $ink; selection-color: $onink;
}
QLineEdit { min-height: 18px; }
QLineEdit:focus, QPlainTextEdit:focus, QTextEdit:focus {
    background: $surface; border: 2px solid $ink; padding: 2px 7px;
}
QLineEdit:disabled { color: $muted; }
QLineEdit#value { border: none; background: transparent; padding: 0px; min-height: 0px; color: $text; }
QComboBox {
    background: $sunken; color: $text; border: 1px solid transparent; border-radius: 8px;
    padding: 4px 10px; min-height: 22px;
}
QComboBox:hover { background: $hover; }
QComboBox:focus { border: 2px solid $ink; padding: 3px 9px; }
QComboBox::drop-down { border: none; width: 26px; }
QComboBox::down-arrow { image: url("$arrow"); width: 16px; height: 16px; }
QComboBox QLineEdit { background: transparent; border: none; padding: 0px; }
QComboBox QAbstractItemView {
    background: $surface; color: $text; border: 1px solid $line2; border-radius: 8px; padding: 4px;
    outline: none; selection-background-color: $hover; selection-color: $ink;
}
QComboBox QAbstractItemView::item { min-height: 26px; padding: 0px 8px; border-radius: 5px; }
QPushButton {
    background: $surface; color: $ink; border: 1px solid $line2; border-radius: 8px; padding: 6px 14px;
    min-height: 18px; font-weight: 600;
}
QPushButton:hover { background: $hover; }
QPushButton:pressed { background: $line2; }
QPushButton:default { background: $ink; color: $onink; border: 1px solid $ink; }
QPushButton:default:hover { background: $text2; border: 1px solid $text2; }
QPushButton:focus { border: 2px solid $ink; padding: 5px 13px; }
QPushButton:default:focus { border: 2px solid $line2; }
QPushButton:disabled { color: $line2; background: $surface; border: 1px solid $line; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0px; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0px; }
QScrollBar::handle { background: $line2; border-radius: 3px; margin: 2px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::handle:vertical { min-height: 28px; }
QScrollBar::handle:horizontal { min-width: 28px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0px; height: 0px; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $line; padding: 5px 8px;
}
QTableView, QListView, QTreeView {
    background: $surface; color: $text; border: none; gridline-color: $line; outline: none;
    selection-background-color: $hover; selection-color: $ink; alternate-background-color: $sunken;
}
QHeaderView { background: $surface; }
QTableCornerButton::section { background: $surface; border: none; border-bottom: 1px solid $line; }
QCheckBox, QRadioButton { color: $text; spacing: 8px; border: 2px solid transparent; padding: 1px; }
QCheckBox:focus, QRadioButton:focus { border: 2px solid $ink; border-radius: 5px; }
QCheckBox::indicator, QRadioButton::indicator {
    width: 14px; height: 14px; background: $surface; border: 1px solid $muted; border-radius: 4px;
}
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:hover, QRadioButton::indicator:hover { background: $hover; }
QCheckBox::indicator:checked { background: $ink; border: 1px solid $ink; image: url("$tick"); }
QRadioButton::indicator:checked { width: 6px; height: 6px; background: $onink; border: 5px solid $ink; }
QCheckBox:disabled, QRadioButton:disabled { color: $line2; }
QTabWidget::pane { border: none; border-top: 1px solid $line; }
QTabBar::tab { background: transparent; color: $muted; padding: 7px 12px; border: none; }
QTabBar::tab:selected { color: $ink; border-bottom: 2px solid $ink; }
QTabBar::tab:hover { color: $text; }
QProgressBar { background: $line; border: none; max-height: 4px; border-radius: 2px; color: transparent; }
QProgressBar::chunk { background: $ink; border-radius: 2px; }
"""
)


def _values(theme: Theme) -> dict[str, str]:
    values = {name: value for name, value in vars(theme).items() if isinstance(value, str)}
    return {
        **values,
        "arrow": assets.icon_file(f"combo-arrow-{theme.key}").as_posix(),
        "tick": assets.icon_file(f"tick-{theme.key}").as_posix(),
    }


def sheet(theme: Theme) -> str:
    """A window's style sheet in these colours."""
    return Template(_SHEET).substitute(_values(theme))


def menu_sheet(theme: Theme) -> str:
    """The part of it that a menu needs."""
    return Template(_MENU).substitute(_values(theme))


def palette(theme: Theme) -> QPalette:
    """What Fusion paints with where the style sheet says nothing."""
    value = QPalette()
    role = QPalette.ColorRole
    for target, token in (
        (role.Window, "bg"),
        (role.WindowText, "text"),
        (role.Base, "surface"),
        (role.AlternateBase, "sunken"),
        (role.Text, "text"),
        (role.Button, "surface"),
        (role.ButtonText, "text"),
        (role.BrightText, "ink"),
        (role.Highlight, "ink"),
        (role.HighlightedText, "onink"),
        (role.Accent, "ink"),
        (role.Link, "ink"),
        (role.LinkVisited, "text2"),
        (role.PlaceholderText, "muted"),
        (role.ToolTipBase, "ink"),
        (role.ToolTipText, "onink"),
        (role.Light, "surface"),
        (role.Midlight, "hover"),
        (role.Mid, "line"),
        (role.Dark, "line2"),
    ):
        value.setColor(target, theme.color(token))
    for target in (role.WindowText, role.Text, role.ButtonText):
        value.setColor(QPalette.ColorGroup.Disabled, target, theme.color("line2"))
    return value


def apply(app: QApplication, theme: Theme) -> None:
    """Give all windows their palette. No sheet: one on the application, or on a whole window, is worked through for
    every widget there is, and on the application more than once for each."""
    wanted = palette(theme)
    if app.palette() != wanted:  # another window
        app.setPalette(wanted)


def dress(part: QWidget, theme: Theme) -> None:
    """Give the sheet to a part of a window and to the dialogs, menus and hints over it."""
    wanted = sheet(theme)
    if part.styleSheet() != wanted:
        part.setStyleSheet(wanted)


def apply_to(window: QWidget, theme: Theme) -> None:
    """Give one window this look, whatever that of the application is."""
    window.setPalette(palette(theme))
    dress(window, theme)
