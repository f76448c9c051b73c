"""What a talk writes is large enough for the last row, on every slide and in the window, in both languages.

Sizes are of a picture of 1080 lines. Those below are what design asks for; type may be larger, and none is smaller.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing import markup
from qhm_gui.export import step_words
from qhm_gui.export.deck import SlideDrawing, slides
from qhm_gui.files.talk_file import QUESTIONS, Step, built_in, other, said
from qhm_gui.state.store import Store
from qhm_gui.text.language import LANGUAGES, spoken, tr
from qhm_gui.widgets import painting
from qhm_gui.window.talk.guess import Guess
from qhm_gui.window.talk.words_pane import WordsPane

TITLE, SUBTITLE, WORDS, FORMULA, QUESTIONS_PX, FACTS, FOOT = 60.0, 30.0, 29.0, 30.0, 22.0, 24.0, 17.0
TYPESET = 1.3  # of a formula that is typeset, in its file's pixels
ASKED, ANSWER = 32.0, 28.0
TICKS = {1: 22.0, 2: 19.0, 3: 17.0}  # by the number of pictures
#: In the window alone.
SLIDER_NAME, SLIDER_VALUE, TICK, BUTTON, HINT, VOTES = 22.0, 27.0, 20.0, 24.0, 20.0, 24.0


Lines = list[tuple[str, float]]


@contextmanager
def painted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Lines]:
    """What is painted within this: lines without their markup, and their sizes."""
    found: Lines = []
    whole = markup.paint

    def noting(painter: QPainter, x: float, y: float, text: str, style: Style, color: Any, **more: Any) -> QRectF:
        found.append((markup.plain_text(text), more.get("px", 12) * style.type_scale))
        return whole(painter, x, y, text, style, color, **more)

    with monkeypatch.context() as patch:
        patch.setattr(markup, "paint", noting)
        yield found


@contextmanager
def on_controls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[float]]:
    """The sizes of the texts that controls paint within this."""
    sizes: list[float] = []
    whole = painting.draw_text

    def noting(painter: QPainter, area: QRectF, text: str, color: Any, px: float, *more: Any) -> None:
        sizes.append(px)
        whole(painter, area, text, color, px, *more)

    with monkeypatch.context() as patch:
        patch.setattr(painting, "draw_text", noting)
        yield sizes


def least(found: Lines, text: str) -> float:
    """The least size of the lines of a text, which are taken from what was found."""
    wanted = squeezed(markup.plain_text(text))
    for first in range(len(found)):
        for end in range(first + 1, len(found) + 1):
            if squeezed("".join(line for line, _ in found[first:end])) == wanted:
                sizes = [px for _, px in found[first:end]]
                del found[first:end]
                return min(sizes)
    raise AssertionError(f"nothing is painted of {text!r}, but {found}")


def squeezed(text: str) -> str:
    return "".join(text.split())


def check_words(found: Lines, step: Step, told: str) -> None:
    assert least(found, said(step.title)) >= TITLE
    for question in QUESTIONS:
        assert least(found, tr(question)) >= QUESTIONS_PX
    if told:
        assert least(found, told) >= WORDS
    if said(step.formula) and not step.typeset:
        assert least(found, said(step.formula)) >= FORMULA


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_on_every_slide(language: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    facts = ("The lecturer", "30 November 2026")
    sheet = QImage(1920, 1080, QImage.Format.Format_ARGB32_Premultiplied)
    covered = typeset = 0
    with spoken(language):
        for slide in slides(built_in(), subtitle=True, facts=facts):
            drawing = SlideDrawing(replace(slide, step=replace(slide.step, views=())), [])
            drawing.slide = slide
            plot = QRectF(80, 40, 1000, 820)
            drawing.drawings = cast(Any, [SimpleNamespace(plot_area=lambda plot=plot: plot)])
            monkeypatch.setattr(SlideDrawing, "_paint_drawings", lambda *_: None)
            with painted(monkeypatch) as found, QPainter(sheet) as painter:
                drawing.paint(painter)
            step = slide.step
            for line in (f"{slide.number} / {slide.count}", tr("Theory: Gitman, Lang, Zhang, Xiao, NeurIPS 2019")):
                assert least(found, line) >= FOOT
            for fact in slide.facts:
                assert least(found, fact) >= FACTS
            if slide.moment.covered:
                covered += 1
                assert least(found, said(step.ask)) >= ASKED
                assert all(least(found, said(answer)) >= ANSWER for answer in step.answers)
            if slide.words.setting:
                assert least(found, slide.words.setting) >= WORDS
            check_words(found, step, slide.words.sentences())
            if other(step.title):
                assert least(found, other(step.title)) >= SUBTITLE
            assert not found, f"nobody has said how large these are: {found}"
            if (size := step_words._typeset(step, slide.column.width(), 1.0)) is not None:
                typeset += 1
                assert size.height() >= TYPESET * step_words.natural_size(step.typeset).height()
    assert covered and typeset


def test_pictures_on_every_slide(qtbot: QtBot) -> None:
    for slide in slides(built_in(), handout=True):
        for figure in slide.figures():
            assert 12 * figure.style.type_scale >= TICKS[len(slide.step.views)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_in_the_window(language: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    with spoken(language):
        pane = WordsPane()
        qtbot.addWidget(pane)
        pane.resize(700, 1080)
        pane.show()
        for step in built_in().steps:
            pane.set_store(Store(step.state))
            pane.set_words(step_words.StepWords(step))
            with painted(monkeypatch) as found, on_controls(monkeypatch) as sizes:
                pane.grab()
            if step.slider:
                name, value = step_words.slider_words(pane._store.state, step.slider)
                assert least(found, name) >= SLIDER_NAME and least(found, value) >= SLIDER_VALUE
            assert bool(sizes) == bool(step.slider or step.page)
            assert all(px >= (TICK if step.slider else BUTTON) for px in sizes)
            check_words(found, step, pane.words.sentences())
            assert not found
        pane.hide()


@pytest.mark.parametrize("lines", [1080, 2160])
def test_a_question_in_the_window(lines: int, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    canvas = Canvas(Style(type_scale=lines / 1080), Axis(0.0, 1.0), Axis(0.0, 1.0))
    qtbot.addWidget(canvas)
    canvas.resize(lines, lines)  # a picture beside the words
    canvas.show()
    for step in (step for step in built_in().steps if step.ask):
        guess = Guess(canvas)
        guess.ask(said(step.ask), [said(answer) for answer in step.answers])
        with on_controls(monkeypatch) as covered:
            canvas.grab()
        for number in range(len(step.answers)):
            guess.vote(number, more=True)
        guess.reveal()
        with on_controls(monkeypatch) as answered:
            canvas.grab()
        guess.deleteLater()
        guess.hide()
        hint = [] if step.answers else [HINT]
        for px, wanted in zip(sorted(covered), sorted([ASKED, *hint, *(ANSWER for _ in step.answers)]), strict=True):
            assert px * 1080 / lines >= wanted
        assert all(px * 1080 / lines >= VOTES for px in answered) and bool(answered) == bool(step.answers)
