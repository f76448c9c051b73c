"""A talk as slides: each step's words on the left, its pictures on the right, drawn as any other figure is.

A step that goes on with the press of a key (its sentences, the answer to its question, its stops) has a slide for each.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.device import SMOOTH
from qhm_gui.drawing.phrases import phrases
from qhm_gui.export.computed import computed
from qhm_gui.export.figure import CLOSE, Drawing, Figure, drawn
from qhm_gui.export.moments import WHOLE, Moment, moments
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import Drawings
from qhm_gui.export.recipe import Recipe, Words
from qhm_gui.export.step_words import StepWords, fits, paint_step_words, slider_words
from qhm_gui.files.talk_file import Step, Talk, answered, dump, said
from qhm_gui.state.state import State
from qhm_gui.text.language import in_a_row, language, tr
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
#: Type of a question that the room is asked, and of the answers between which it chooses.
_ASK, _ANSWER = 32.0, 28.0


def picture_areas(count: int) -> list[QRectF]:
    """Where one to three pictures stand: below each other, as high as each other."""
    high = ROOM.height() / max(count, 1)
    return [QRectF(ROOM.left(), ROOM.top() + index * high, ROOM.width(), high) for index in range(count)]


@dataclass(frozen=True)
class Slide:
    """A moment of a step as a figure: ``number`` of ``count`` steps, ``part`` of ``parts`` slides of this one."""

    step: Step
    talk_title: str
    number: int
    count: int
    theme: str = "light"
    subtitle: bool = False
    facts: tuple[str, ...] = ()
    answered: frozenset[int] = frozenset()
    moment: Moment = WHOLE
    part: int = 1
    parts: int = 1

    @property
    def state(self) -> State:
        """Of its pictures."""
        return self.step.states[self.moment.stop]

    @property
    def words(self) -> StepWords:
        """What is written."""
        slider = self.step.slider
        setting = "   ".join(slider_words(self.state, slider)).strip() if slider else ""
        return StepWords(self.step, self.subtitle, self.moment.told, self.facts, self.answered, setting)

    @property
    def alternative(self) -> str:
        """What is read aloud to those who do not see it."""
        asked = said(self.step.ask) if self.moment.covered else ""
        texts = (said(self.step.title), self.words.sentences(), asked, self.words.setting)
        return in_a_row(*map(markup.plain_text, texts))

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
            Figure(VIEWS[key], self.state, None, None, style, (round(area.width()), round(area.height())),
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
        self.state, self.step, self.transparent = slide.state, None, False
        self.text, self.author = "outlines", ""
        told = dump(Talk({}, (slide.step,)))  # not as Python writes it: a set has another order in every process
        self.description = f"slide {slide.number} {slide.theme} {language()} {slide.moment} {told}"
        self.recipe = drawings[0].recipe if drawings else {}

    @property
    def fits(self) -> bool:
        return super().fits and fits(self.slide.column, self.slide.words, self.slide.style)

    def paint(self, painter: QPainter) -> None:
        slide, style = self.slide, self.slide.style
        painter.setRenderHints(SMOOTH)
        painter.fillRect(self.ground(), style.theme.color("surface"))
        paint_step_words(painter, slide.column, slide.words, style)
        foot = f"{slide.number} / {slide.count}"
        y, color = SIZE[1] - 44.0, style.theme.color("muted")
        markup.paint(painter, COLUMN.left(), y, foot, style, color, px=_FOOT, anchor=(0, 0.5))
        source = tr("Theory: Gitman, Lang, Zhang, Xiao, NeurIPS 2019")
        markup.paint(painter, SIZE[0] - 60.0, y, source, style, color, px=_FOOT, anchor=(1, 0.5))
        areas = picture_areas(len(self.drawings))
        self._paint_drawings(painter, areas)
        if slide.moment.covered:
            self._paint_question(painter, areas[0])

    def _paint_question(self, painter: QPainter, area: QRectF) -> None:
        """Over the plot of the first picture, whose axes are seen, as in the talk window: the question, its answers."""
        step, style = self.slide.step, self.slide.style
        cover = self.drawings[0].plot_area().adjusted(-6, -8, 6, 8).translated(area.topLeft())
        painter.fillRect(cover, style.theme.color("sunken"))
        width = cover.width() - 48
        lines = [(line, _ASK, 600, "text") for line in phrases(said(step.ask), _ASK, width, 600)]
        for answer in step.answers:
            lines += [(line, _ANSWER, 500, "text2") for line in phrases(said(answer), _ANSWER, width, 500)]
        scale = min(1.0, cover.height() / (sum(1.5 * px for _, px, *_ in lines) + 24))
        y = cover.center().y() - 0.75 * scale * sum(px for _, px, *_ in lines)
        for line, px, weight, token in lines:
            y += 0.75 * scale * px
            markup.paint(painter, cover.center().x(), y, line, style, style.theme.color(token), px=scale * px,
                         weight=weight, anchor=(0.5, 0.5))  # fmt: skip
            y += 0.75 * scale * px


def slides(
    talk: Talk, *, theme: str = "light", subtitle: bool = False, facts: tuple[str, ...] = (), handout: bool = False
) -> list[Slide]:
    """Every step as slides, in the language in force; ``facts`` (lecturer, place, date) stand on the first step.

    ``handout``: one slide a step, with all that it says, its answer and the state that it begins with.
    """
    made: list[Slide] = []
    title, count = said(talk.title), len(talk.steps)
    for number, step in enumerate(talk.steps, 1):
        seen = [WHOLE] if handout else moments(step)
        slide = Slide(step, title, number, count, theme, subtitle, facts if number == 1 else (),
                      answered(talk.steps, number - 1), parts=len(seen))  # fmt: skip
        made += [replace(slide, moment=moment, part=part) for part, moment in enumerate(seen, 1)]
    return made


@contextmanager
def drawn_slide(slide: Slide, known: dict[Hashable, Any]) -> Iterator[SlideDrawing]:
    """The slide, computed and ready for painting. ``known``: see computed."""
    with ExitStack() as stack:
        answers = computed(slide, known=known)
        drawings = [stack.enter_context(drawn(figure, answers=answers)) for figure in slide.figures()]
        yield SlideDrawing(slide, drawings)
