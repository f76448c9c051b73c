"""The controls at the foot of the talk window: steps on the left, what the speaker can do on the right."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from qhm_gui.text.language import tr
from qhm_gui.widgets.buttons import IconButton
from qhm_gui.window.actions import key_text
from qhm_gui.window.talk.keys import ACTIONS

_HIGH = 46
#: Icon, and the method of the talk window (see keys.py).
_STEPS = (("chevron-left", "back"), ("chevron-right", "forward"), ("map", "list_steps"))
_SPEAKER = (
    ("image", "show_part"),
    ("reset", "restore"),
    ("play", "play"),
    ("target", "spotlight"),
    ("star", "pen"),
    ("info", "notes.toggle"),
    ("keyboard", "help"),
    ("expand", "full_screen"),
    ("close", "leave"),
)
#: Left out in a narrow window.
_SPARED = ("target", "star", "keyboard")


class TalkBar(QWidget):
    """It keeps its place while it is hidden, so that nothing moves when it goes. ``act`` does what a method is for."""

    def __init__(self, act: Callable[[str], object]) -> None:
        super().__init__()
        self.setFixedHeight(_HIGH)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.count = QLabel()
        self.count.setObjectName("caption")
        self._act = act
        self._buttons: dict[str, IconButton] = {}
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(24, 0, 24, 8)
        for icon, method in _STEPS:
            line.addWidget(self._button(icon, method))
        line.addWidget(self.count)
        line.addStretch(1)
        for icon, method in _SPEAKER:
            line.addWidget(self._button(icon, method))

    def _button(self, icon: str, method: str) -> IconButton:
        action = next(action for action in ACTIONS if action.method == method)
        button = self._buttons[icon] = IconButton(icon, lambda: f"{tr(action.text)} ({key_text(action)})")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys turn the steps as before
        button.clicked.connect(lambda: self._act(method))
        return button

    def set_narrow(self, narrow: bool) -> None:
        """Leave out in a narrow window what keys do as well."""
        margin = 8 if narrow else 24
        self._line.setContentsMargins(margin, 0, margin, 8)
        for icon in _SPARED:
            self._buttons[icon].setVisible(not narrow)

    def set_playing(self, playing: bool) -> None:
        """Whether a run plays."""
        self._buttons["play"].set_icon("pause" if playing else "play")
