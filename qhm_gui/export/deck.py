"""A talk as slides: each step's words on the left, its pictures on the right, drawn as any other figure is."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.drawing import markup
from qhm_gui.export.computed import computed
from qhm_gui.export.figure import CLOSE, Drawing, Figure, drawn
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import Drawings
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.step_words import StepWords, fits, paint_step_words
from qhm_gui.files.talk_file import Step, Talk, answered, said
from qhm_gui.text.language import language, tr
from qhm_gui.text.symbols import chosen_letter
from qhm_gui.views import VIEWS

SIZE = (1920, 1080)
_TICK_PX = 12.0
#: Where the words stand beside pictures, and where there are none.
COLUMN, ALONE = QRectF(84, 84, 560, 880), QRectF(84, 84, 1550, 880)
#: What is left for the pictures.
ROOM = QRectF(684, 30, 1206, 990)
#: Type of tick labels on the pictures: larger where one picture has the room.
_TICKS = {1: 22.0, 2: 19.0, 3: 17.0}
_FOOT = 17.0


def picture_areas(count: int) -> list[QRectF]:
    """Where one to three pictures stand: below each other, as high as each other."""
    high = ROOM.height() / max(count, 1)
    return [QRectF(ROOM.left(), ROOM.top() + index * high, ROOM.width(), high) for index in range(count)]


@dataclass(frozen=True)
class Slide:
    """One step as a figure: ``number`` of ``count``."""

    step: Step
    talk_title: str
    number: int
    count: int
    theme: str = "light"
    subtitle: bool = False
    facts: tuple[str, ...] = ()
    answered: frozenset[int] = frozenset()

    @property
    def words(self) -> StepWords:
        """What is written."""
        return StepWords(self.step, self.subtitle, facts=self.facts, answered=self.answered)

    @property
    def column(self) -> QRectF:
        """Where they stand."""
        return COLUMN if self.step.views else ALONE

    @property
    def style(self) -> Style:
        """Of the words."""
        return Style(THEMES[self.theme])

    def figures(self) -> list[Figure]:
        """The pictures."""
        views = self.step.views
        unit = _TICKS.get(len(views), _TICKS[3]) / _TICK_PX
        style = Style(THEMES[self.theme], unit, 0.7 * unit, titles_outside=True, least_px=14)
        options = ExportOptions(theme=self.theme)
        recipe = Recipe(views[0] if views else "", options, Words(), language(), chosen_letter()).to_fields()
        return [
            Figure(VIEWS[key], self.step.state, None, None, style, (round(area.width()), round(area.height())),
                   legend="auto", step=self.step.playhead if self.step.playhead >= 0 else None, heading=CLOSE,
                   recipe=recipe)
            for key, area in zip(views, picture_areas(len(views)), strict=True)
        ]  # fmt: skip

    def requests(self) -> dict[str, tuple[Any, Hashable]]:
        """What has to be computed, by the views' keys."""
        return {key: found for figure in self.figures() for key, found in figure.requests().items()}


class SlideDrawing(Drawings):
    """A computed slide."""

    def __init__(self, slide: Slide, drawings: list[Drawing]) -> None:
        self.slide, self.drawings = slide, drawings
        self.size, self.extent = SIZE, (float(SIZE[0]), float(SIZE[1]))
        self.title, self.subtitle = slide.talk_title, ""
        self.state, self.step, self.transparent = slide.step.state, None, False
        self.text, self.author = "outlines", ""
        self.description = f"slide {slide.number} {slide.theme} {language()} {slide.step}"
        self.recipe = drawings[0].recipe if drawings else {}

    @property
    def fits(self) -> bool:
        return super().fits and fits(self.slide.column, self.slide.words, self.slide.style)

    def paint(self, painter: QPainter) -> None:
        slide, style = self.slide, self.slide.style
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.fillRect(self.ground(), style.theme.color("surface"))
        paint_step_words(painter, slide.column, slide.words, style)
        foot = f"{slide.number} / {slide.count}"
        y, color = SIZE[1] - 44.0, style.theme.color("muted")
        markup.paint(painter, COLUMN.left(), y, foot, style, color, px=_FOOT, anchor=(0, 0.5))
        source = tr("Theory: Gitman, Lang, Zhang, Xiao, NeurIPS 2019")
        markup.paint(painter, SIZE[0] - 60.0, y, source, style, color, px=_FOOT, anchor=(1, 0.5))
        self._paint_drawings(painter, picture_areas(len(self.drawings)))


def slides(talk: Talk, *, theme: str = "light", subtitle: bool = False, facts: tuple[str, ...] = ()) -> list[Slide]:
    """Every step as a slide; ``facts`` (lecturer, place, date) stand on the first."""
    made = [
        Slide(step, said(talk.title), number, len(talk.steps), theme, subtitle, (), answered(talk.steps, number - 1))
        for number, step in enumerate(talk.steps, 1)
    ]
    return [replace(made[0], facts=facts), *made[1:]]


@contextmanager
def drawn_slide(slide: Slide, known: dict[Hashable, Any]) -> Iterator[SlideDrawing]:
    """The slide, computed and ready for painting. ``known``: see computed."""
    with ExitStack() as stack:
        answers = computed(slide, known=known)
        drawings = [stack.enter_context(drawn(figure, answers=answers)) for figure in slide.figures()]
        yield SlideDrawing(slide, drawings)
