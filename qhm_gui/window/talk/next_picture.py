"""A small picture of a step that is not shown yet, for the speaker: computed in the thread, drawn a part a turn."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QImage, QPainter

from qhm_gui.appearance.theme import THEMES, Theme
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.export.computed import soon
from qhm_gui.export.deck import SIZE, Slide, picture_areas
from qhm_gui.export.figure import drawn
from qhm_gui.export.step_words import paint_step_words
from qhm_gui.files.talk_file import Step
from qhm_gui.text.language import language
from qhm_gui.text.symbols import chosen_letter
from qhm_math.progress import Monitor

#: Pixels of the picture for one of a slide.
SCALE = 0.35
#: A view may refine its answer for so many seconds.
_SECONDS = 1.0
#: After so many milliseconds a step is one that stays: who pages through a talk does not wait for pictures.
_RESTS = 250
_KEPT = 12


class NextPicture(QObject):
    """``image`` is that of the step asked for last, None until it is drawn; ``drawn`` when it is."""

    drawn = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.image: QImage | None = None
        self._runner = Runner(self)
        self._runner.answered.connect(self._take)
        self._kept: OrderedDict[Hashable, QImage] = OrderedDict()
        self._wanted: Slide | None = None
        self._key: Hashable = None
        self._rest = QTimer(self, singleShot=True, interval=_RESTS)
        self._rest.timeout.connect(self._ask)
        self._next = QTimer(self, singleShot=True, interval=0)
        self._next.timeout.connect(self._draw)
        self._answers: dict[str, Any] = {}
        self._picture = QImage()
        self._place = 0

    def show_step(self, step: Step | None, number: int, count: int, theme: Theme) -> None:
        """The step that is to be seen."""
        slide = None if step is None else Slide(step, "", number, count, theme.key)
        key = None if step is None else (number, theme.key, language(), chosen_letter())  # of one talk
        if key == self._key:
            return
        self._key, self._wanted = key, slide
        self.image = self._kept.get(key) if slide is not None else None
        self._next.stop()
        if slide is not None and self.image is None:
            self._rest.start()
        else:
            self._rest.stop()

    def close(self) -> None:
        """Nothing is drawn any more."""
        self._rest.stop()
        self._next.stop()
        self._wanted = None
        self._runner.close()

    @property
    def busy(self) -> bool:
        """Whether a picture is to come."""
        return self._wanted is not None and self.image is None

    def _ask(self) -> None:
        if self._wanted is not None:
            self._runner.submit("next", partial(_answers, self._wanted, self._key))

    def _take(self, answer: Answer) -> None:
        if answer.value is None or answer.value[0] != self._key or self._wanted is None:
            return
        self._answers = answer.value[1]
        self._picture = QImage(round(SIZE[0] * SCALE), round(SIZE[1] * SCALE), QImage.Format.Format_RGB32)
        self._picture.fill(THEMES[self._wanted.theme].color("surface"))
        self._place = -1
        self._next.start()

    def _draw(self) -> None:
        """The words, then picture by picture."""
        slide = self._wanted
        if slide is None:
            return
        figures = slide.figures()
        with QPainter(self._picture) as painter:
            painter.setRenderHints(SMOOTH)
            painter.scale(SCALE, SCALE)
            if self._place < 0:
                paint_step_words(painter, slide.column, slide.words, slide.style)
            else:
                figure = figures[self._place]
                area = picture_areas(len(figures))[self._place]
                painter.translate(area.topLeft())
                with drawn(figure, answers=self._answers) as drawing:
                    drawing.paint(painter)
        self._place += 1
        if self._place < len(figures):
            self._next.start()
            return
        self.image = self._kept[self._key] = self._picture
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        self.drawn.emit()


def _answers(slide: Slide, key: Hashable, _monitor: Monitor) -> Iterator[tuple[Hashable, dict[str, Any]]]:
    yield key, soon(slide, _SECONDS)
