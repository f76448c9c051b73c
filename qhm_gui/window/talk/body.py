"""How words and pictures share the talk window: beside each other, or one of them across all of it."""

from __future__ import annotations

from typing import Literal

from PySide6.QtWidgets import QBoxLayout, QSizePolicy

from qhm_gui.widgets.painted import LIMITLESS
from qhm_gui.window.talk.stage import Stage
from qhm_gui.window.talk.words_pane import WordsPane

#: What is seen of a step; '' is both.
Part = Literal["", "words", "pictures"]

#: Width of the words as a share of the window, beside pictures and alone.
_WORDS, _ALONE = 0.335, 0.85
#: A narrower window, as a screen at 300 % is, shows words or pictures, not both.
_NARROW = 640
#: In a lower one the pictures have smaller type.
_LOW = 560


def is_narrow(width: int) -> bool:
    """Whether a window so wide has room for words or pictures only."""
    return width < _NARROW


class Body(QBoxLayout):
    """The words, and the pictures; below pictures that stand alone the slider that moves them."""

    def __init__(self, words: WordsPane, stage: Stage) -> None:
        super().__init__(QBoxLayout.Direction.LeftToRight)
        self._words, self._stage = words, stage
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(8)
        self.addWidget(words)
        self.addWidget(stage, 1)

    def arrange(self, part: Part, width: int, height: int, *, pictures: bool) -> None:
        """For a window of this size and a step with ``pictures`` or without."""
        words, narrow, alone = self._words, is_narrow(width), part == "pictures"
        across = alone or (narrow and part == "words")
        self.setDirection(QBoxLayout.Direction.BottomToTop if across else QBoxLayout.Direction.LeftToRight)
        words.set_slider_alone(alone)
        high = words.strip_height()
        words.setVisible(not alone or high > 0)
        self._stage.setVisible(not (narrow and part == "words"))
        self._stage.fit_type(height, small=narrow or height < _LOW)
        policy = QSizePolicy.Policy
        words.setSizePolicy(policy.Expanding if across else policy.Fixed, policy.Expanding)
        if across:
            words.setMinimumWidth(0)
            words.setMaximumWidth(LIMITLESS)
        else:
            words.setFixedWidth(max(240, round((_WORDS if pictures else _ALONE) * width)))
        words.setMinimumHeight(high if alone else 0)
        words.setMaximumHeight(high if alone else LIMITLESS)
