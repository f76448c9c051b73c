"""What the keyboard can do: rows. A shortcut is a row here and a method of the window."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QWidget

from qhm_gui.appearance.theme import Theme
from qhm_gui.files.log import log_file
from qhm_gui.text.language import tr


@dataclass(frozen=True)
class Action:
    """What it does (English), the keys, and the method, by its path from the window."""

    text: str
    method: str
    keys: tuple[str, ...] = ()


ACTIONS = (
    Action("New session", "files.new", ("Ctrl+N",)),
    Action("Open a session", "files.open", ("Ctrl+O",)),
    Action("Save the session", "files.save", ("Ctrl+S",)),
    Action("Save it under another name", "files.save_as", ("Ctrl+Shift+S",)),
    Action("Copy the state as text", "files.copy_state", ("Ctrl+C",)),
    Action("Paste a state", "files.paste_state", ("Ctrl+V",)),
    Action("Presets of the program", "files.preset_wall", ("Ctrl+Shift+P",)),
    Action("My presets", "files.presets", ("Ctrl+P",)),
    Action("Undo", "undo", ("Ctrl+Z",)),
    Action("Redo", "redo", ("Ctrl+Shift+Z", "Ctrl+Y")),
    Action("Hold the talk", "talks.hold", ("F5",)),
    Action("Export the page", "exports.page", ("Ctrl+E",)),
    Action("Animation of the page", "films.page", ("Ctrl+Shift+F",)),
    Action("Reset the parameters", "reset", ("Ctrl+R",)),
    Action("Copy the PyTorch call", "copy_call", ("Ctrl+Shift+C",)),
    Action("Light or dark", "toggle_theme", ("Ctrl+D",)),
    Action("English or Japanese", "toggle_language", ("Ctrl+L",)),
    Action("Momentum share as nu or gamma", "toggle_letter", ("Ctrl+G",)),
    Action("Show or hide the panel", "toggle_panel", ("Ctrl+B",)),
    Action("Show one canvas alone, or all again", "expand", ("Ctrl+F",)),
    Action("Full screen", "full_screen", ("F11",)),
    Action("Larger type", "type_size.larger", ("Ctrl++", "Ctrl+=")),
    Action("Smaller type", "type_size.smaller", ("Ctrl+-",)),
    Action("Usual type", "type_size.reset", ("Ctrl+0",)),
    Action("This list", "help", ("F1",)),
    Action("Close the window", "close", ("Ctrl+Q", "Ctrl+W")),
)

#: Keys that act only where the focused control has no use for them, such as Space on a button.
PLAIN = (
    (Qt.Key.Key_Space, Action("Play or pause", "step.play", ("Space",))),
    (Qt.Key.Key_Right, Action("One step on", "step.forward", ("Right",))),
    (Qt.Key.Key_Left, Action("One step back", "step.back", ("Left",))),
    (Qt.Key.Key_Home, Action("To the start of the run", "step.rewind", ("Home",))),
    (Qt.Key.Key_End, Action("To the end of the run", "step.to_end", ("End",))),
    (Qt.Key.Key_Escape, Action("Cancel long work, or close the expanded canvas", "cancel", ("Esc",))),
)

KEYS: dict[int, str] = {int(key): action.method for key, action in PLAIN}

#: What the mouse does with these keys held; listed, not bound.
MOUSE = (
    ("Shift + drag", "Drag finely"),
    ("Arrow keys", "Move the focused point or slider"),
    ("Double click on a point", "Type its value"),
    ("Double click, or Home", "Show the whole of a zoomed plot"),
    ("Alt + click in the legend", "Show one method alone"),
)


class ShortcutList(QDialog):
    """All shortcuts: of the window, or others given as ``plain``, ``actions`` and ``others``."""

    def __init__(
        self,
        parent: QWidget,
        theme: Theme,
        plain: Sequence[Action] = tuple(action for _, action in PLAIN),
        actions: Sequence[Action] = ACTIONS,
        others: Sequence[tuple[str, str]] = MOUSE,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Keyboard and mouse"))
        grid = QGridLayout(self)
        grid.setContentsMargins(28, 24, 28, 24)
        grid.setHorizontalSpacing(36)
        grid.setVerticalSpacing(9)
        rows = [(key_text(action), tr(action.text)) for action in (*plain, *actions)]
        rows += [(tr(keys), tr(text)) for keys, text in others]
        half = (len(rows) + 1) // 2  # side by side, so that it fits a small screen
        grid.setColumnMinimumWidth(2, 12)
        for index, (keys, text) in enumerate(rows):
            row, column = index % half, 3 * (index // half)
            name = QLabel(keys)
            name.setStyleSheet(f"color: {theme.text}; font-weight: 600;")
            what = QLabel(text)
            what.setStyleSheet(f"color: {theme.text2};")
            grid.addWidget(name, row, column)
            grid.addWidget(what, row, column + 1)
        log = QLabel(tr("Program errors are logged in {file}", file=log_file()))
        log.setStyleSheet(f"color: {theme.muted};")
        log.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        log.setWordWrap(True)
        grid.addWidget(log, half, 0, 1, 5)


def key_text(action: Action) -> str:
    """Its keys as the system writes them."""
    return ", ".join(QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText) for keys in action.keys)
