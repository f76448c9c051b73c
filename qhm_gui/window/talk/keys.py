"""The keys of a talk: rows, as those of the window are. A key is a row here and a method of the talk window."""

from __future__ import annotations

from PySide6.QtCore import Qt

from qhm_gui.window.actions import Action

#: Whatever has the keyboard.
ACTIONS = (
    Action("Next step", "forward", ("PgDown",)),
    Action("Step back", "back", ("PgUp",)),
    Action("List of steps", "list_steps", ("L",)),
    Action("Back to the step's own state", "restore", ("R",)),
    Action("Play or pause", "play", ("K",)),
    Action("Show the answer to the question", "reveal", ("A",)),
    Action("Pictures alone, or words beside them", "show_part", ("W",)),
    Action("Black screen", "black", ("B", ".")),
    Action("Spotlight", "spotlight", ("S",)),
    Action("Pen", "pen", ("P",)),
    Action("Title in the other language", "toggle_subtitle", ("T",)),
    Action("Notes for the speaker", "notes.toggle", ("N",)),
    Action("Change the screens of talk and notes", "notes.swap", ("X",)),
    Action("Full screen", "full_screen", ("F", "F11")),
    Action("Light or dark", "toggle_theme", ("Ctrl+D",)),
    Action("English or Japanese", "toggle_language", ("Ctrl+L",)),
    Action("Momentum share as nu or gamma", "toggle_letter", ("Ctrl+G",)),
    Action("Undo", "undo", ("Ctrl+Z",)),
    Action("Redo", "redo", ("Ctrl+Shift+Z",)),
    Action("This list", "help", ("F1",)),
    Action("Leave the talk", "leave", ("Esc", "F5")),
)

#: Where the focused control has no use for them.
PLAIN = (
    Action("Next step", "forward", ("Right", "Down", "Space")),
    Action("Step back", "back", ("Left", "Up")),
    Action("First step", "first", ("Home",)),
    Action("Last step", "last", ("End",)),
)

#: Done otherwise; listed, not bound.
OTHERS = (
    ("?", "This list"),
    ("1 … 6", "One guess for an answer"),
    ("Tab", "To the slider, the question and the pictures"),
    ("Arrow keys", "Move the focused point or slider"),
    ("Shift + drag", "Drag finely"),
)

KEYS: dict[Qt.Key, str] = {getattr(Qt.Key, f"Key_{key}"): action.method for action in PLAIN for key in action.keys}
