"""The words of a step of a talk, left of its pictures: painted alike in the talk window and in its files."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.drawing import markup
from qhm_gui.drawing.formula import PX, natural_size, paint_formula
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.phrases import phrases, title_px
from qhm_gui.files.talk_file import QUESTIONS, Step, other, said
from qhm_gui.state.state import State, declared_at, value_at
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import plain
from qhm_math.resource_files import ResourceError

#: Sizes of type on a slide of 1080 lines, and what stands between.
_RAIL, _TITLE, _OTHER, _BODY, _FORMULA = 22.0, 60.0, 30.0, 29.0, 30.0
_TYPESET = 40.0
_LEAST = 0.6
#: Share of its type that a title has at least, where it is smaller for words that would be cut.
_LEAST_TITLE = 0.75
#: Room of a tick before a question, in its type.
_TICK = 1.02
_TITLE_PITCH, _BODY_PITCH = 1.14, 1.5


@dataclass(frozen=True)
class StepWords:
    """What is written of a step. ``subtitle``: the title in the other language as well; ``told``: sentences so far."""

    step: Step
    subtitle: bool = False
    told: int | None = None  # all
    facts: tuple[str, ...] = ()  # lecturer, place, date: on the first step
    answered: frozenset[int] = frozenset()  # questions of the rail with a tick
    setting: str = ""  # where the slider of the step stands, in a file of the talk, which has no sliders

    def sentences(self) -> str:
        """The spoken words, as far as they are told."""
        parts = split_sentences(said(self.step.words))
        return "".join(parts[: self.told]).strip()


def split_sentences(text: str) -> list[str]:
    """A text cut after each full stop."""
    parts, current = [], ""
    for index, sign in enumerate(text):
        current += sign
        at_end = index + 1 == len(text)
        if sign in "。！？" or (sign in ".!?" and (at_end or text[index + 1] == " ")):
            parts.append(current)
            current = ""
    return [*parts, current] if current.strip() else parts


def paint_step_words(painter: QPainter, area: QRectF, words: StepWords, style: Style) -> float:
    """Paint into ``area``, with smaller type where it would not fit. ``style`` is at scale 1 on 1080 lines.

    Returns where the last line ends.
    """
    factor = 1.0
    while factor > _LEAST and _lay_out(None, area, words, style, factor) > area.bottom():
        factor -= 0.05
    return _lay_out(painter, area, words, style, factor)


def fits(area: QRectF, words: StepWords, style: Style) -> bool:
    """Whether the words have room with the smallest type there is."""
    return _lay_out(None, area, words, style, _LEAST) <= area.bottom()


def _lay_out(painter: QPainter | None, area: QRectF, words: StepWords, style: Style, factor: float) -> float:
    step, unit = words.step, style.type_scale
    y = area.top()

    def lines(text: str, px: float, weight: int, token: str, pitch: float) -> None:
        nonlocal y
        for line in phrases(text, px * factor * unit, area.width(), weight, title=px > _FORMULA):
            y += pitch * px * factor * unit
            if painter is not None:
                color = style.theme.color(token)
                place = QPointF(area.left(), y - 0.5 * pitch * px * factor * unit)
                markup.paint(
                    painter, place.x(), place.y(), line, style, color, px=px * factor, weight=weight, anchor=(0, 0.5)
                )

    _rail(painter, QRectF(area.left(), y, area.width(), 1.6 * _RAIL * unit), words, style)
    y += 2.6 * _RAIL * unit
    scale = factor * unit
    title = title_px(said(step.title), _TITLE * scale, _LEAST_TITLE * _TITLE * scale, area.width(), 600) / scale
    lines(said(step.title), title, 600, "text", _TITLE_PITCH)
    if words.subtitle and other(step.title):
        y += 10 * unit * factor
        lines(other(step.title), _OTHER, 500, "text2", 1.3)
    if (size := _typeset(step, area.width(), factor * unit)) is not None:
        y += 30 * unit * factor
        if painter is not None:
            paint_formula(painter, QRectF(QPointF(area.left(), y), size), step.typeset, style.theme)
        y += size.height() + 4 * unit * factor
    elif formula := said(step.formula):
        y += 26 * unit * factor
        lines(formula, _FORMULA, 500, "text", 1.4)
    if told := words.sentences():
        y += 28 * unit * factor
        lines(told, _BODY, 400, "text2", _BODY_PITCH)
    if words.facts:
        y += 28 * unit * factor
        for fact in words.facts:
            lines(markup.escaped(fact), 0.85 * _BODY, 500, "muted", _BODY_PITCH)
    if words.setting:
        y += 28 * unit * factor
        lines(words.setting, _BODY, 600, "text", _BODY_PITCH)
    return y


def special_case(state: State, path: str = "nu") -> str:
    """The name of the method that QHM is at this ν, which lies at ``path``; '' between them, and for another path."""
    owner, _, name = path.rpartition(".")
    if name != "nu":
        return ""
    try:
        beta = value_at(state, f"{owner}.beta" if owner else "beta")
    except AttributeError:
        return ""  # ν of another family
    key = {0.0: "sgd", beta: "nag", 1.0: "shb"}.get(value_at(state, path), "")
    return METHOD_LOOKS[key].name if key else ""


def slider_words(state: State, path: str) -> tuple[str, str]:
    """Symbol and name of what a slider moves, and its value, as markup; nothing where a state has no such field."""
    try:
        declared, number = declared_at(state, path), float(value_at(state, path))
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        return "", ""
    symbol = f"*{declared.symbol}*  " if declared.symbol else ""
    value = plain(number)
    if case := special_case(state, path):
        value = f"{value} = {case}"
    label = tr(declared.label)
    if label[1:2].islower():  # some fields have a capital as names of their own, some stand in a sentence
        label = label[0].lower() + label[1:]
    return f"{symbol}{label}", value


def _typeset(step: Step, width: float, scale: float) -> QSizeF | None:
    """The size of its typeset formula; None where there is none, or its file is not to be had."""
    if not step.typeset:
        return None
    try:
        size = natural_size(step.typeset)
    except ResourceError:
        return None
    return size * min(_TYPESET / PX * scale, width / size.width())


def _tick(painter: QPainter, left: QPointF, size: float, color: QColor) -> None:
    """A check mark, drawn: not every font has one."""
    pen = make_pen(color, 0.13 * size)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    shape = ((0.05, 0.02), (0.28, 0.26), (0.68, -0.26))
    painter.drawPolyline([left + QPointF(x * size, y * size) for x, y in shape])


def _rail(painter: QPainter | None, area: QRectF, words: StepWords, style: Style) -> None:
    """The three questions, with the one that is being answered lit, and a tick at those that have been."""
    if painter is None:
        return
    unit, theme = style.type_scale, style.theme
    names = [tr(question) for question in QUESTIONS]
    px = _RAIL
    gap = 26 * unit
    ticks = len(words.answered)
    while px > 10 and sum(markup.measure(n, style, px, 600).width() for n in names) + 2 * gap > area.width() - (
        ticks * _TICK * px * unit
    ):
        px -= 0.5
        gap = max(10 * unit, gap - unit)
    x = area.left()
    for number, name in enumerate(names, 1):
        lit = number == words.step.question
        weight, token = (600, "ink") if lit else (500, "muted")
        if number in words.answered:
            _tick(painter, QPointF(x, area.center().y()), px * unit, theme.color(token))
            x += _TICK * px * unit
        box = markup.paint(
            painter, x, area.center().y(), name, style, theme.color(token), px=px, weight=weight, anchor=(0, 0.5)
        )
        if lit:
            line = QRectF(x, area.bottom(), box.width(), 3.5 * unit)
            painter.fillRect(line, theme.color("ink"))
        x += box.width() + gap
