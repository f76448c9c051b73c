"""The controls at the foot of the talk window: steps on the left, what the speaker can do on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from qhm_gui.widgets.buttons import IconButton

#: Icon, words in the language in force, and what it does.
Control = tuple[str, Callable[[], str], Callable[[], object]]
_HIGH = 46
#: Left out in a narrow window.
_SPARED = ("target", "star", "keyboard")


class TalkBar(QWidget):
    """It keeps its place while it is hidden, so that nothing moves when it goes."""

    def __init__(self, left: Sequence[Control], right: Sequence[Control]) -> None:
        super().__init__()
        self.setFixedHeight(_HIGH)
        policy = self.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.setSizePolicy(policy)
        self.count = QLabel()
        self.count.setObjectName("caption")
        self._buttons: dict[str, IconButton] = {}
        line = self._line = QHBoxLayout(self)
        line.setContentsMargins(24, 0, 24, 8)
        for control in left:
            line.addWidget(self._button(*control))
        line.addWidget(self.count)
        line.addStretch(1)
        for control in right:
            line.addWidget(self._button(*control))

    def _button(self, icon: str, words: Callable[[], str], act: Callable[[], object]) -> IconButton:
        button = self._buttons[icon] = IconButton(icon, words)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)  # after a click the keys turn the steps as before
        button.clicked.connect(lambda: act())
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
