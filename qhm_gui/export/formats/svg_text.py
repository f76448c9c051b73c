"""The texts of an SVG: as outlines with their words as titles, or as texts with the glyphs that they need."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform

from qhm_gui.appearance.theme import FAMILIES, font
from qhm_gui.drawing.glyph_outlines import outline
from qhm_gui.drawing.painted_texts import PaintedText
from qhm_gui.export.formats.svg_shapes import SPACE, SVG, Look, Shape, number

_WORDS = {"normal": 400, "bold": 700}
#: Half of a unit: by so much a baseline may lie outside of its text's area.
_ROOM = 0.5
_LEAST = 0.01


@dataclass(frozen=True)
class Label:
    """A text of one or more stretches, each a shape, and its words."""

    words: str
    parts: tuple[Shape, ...]


def outlined(shapes: Iterable[Shape], texts: Iterable[PaintedText]) -> list[Shape]:
    """The shapes with each text as paths in a group, whose title is what is written."""
    return _with_labels(shapes, texts, _outlines)


def kept(shapes: Iterable[Shape], texts: Iterable[PaintedText]) -> list[Shape]:
    """The shapes with each text as one element, as wide as it was measured whatever letters a reader has."""
    return _with_labels(shapes, texts, _text)


def face_of(part: Shape) -> QFont:
    """The font that a stretch was measured and drawn in."""
    look = dict(part.look)
    weight = look.get("font-weight", "400")
    face = font(float(look["font-size"]), _WORDS.get(weight) or int(weight), italic=look.get("font-style") == "italic")
    face.setFamilies(families(part))
    return face


def families(part: Shape) -> list[str]:
    """The families that a stretch is written in, the first that has a letter first."""
    return list(dict.fromkeys([dict(part.look)["font-family"], *FAMILIES]))


def words_of(part: Shape) -> str:
    """What a stretch says."""
    return part.element.text or ""


def _with_labels(
    shapes: Iterable[Shape], texts: Iterable[PaintedText], turned: Callable[[Label], Shape]
) -> list[Shape]:
    found: list[Shape] = []
    unclaimed = list(texts)
    for is_text, run in groupby(shapes, lambda shape: shape.element.tag == f"{SVG}text"):
        for label in _labels(list(run), unclaimed) if is_text else ():
            found.append(turned(label))
        if not is_text:
            found += run
    return found


def _labels(parts: list[Shape], texts: list[PaintedText]) -> Iterator[Label]:
    """The stretches put together as they were painted; ``texts`` loses those that are found."""
    at = 0
    while at < len(parts):
        end, words = at + 1, words_of(parts[at])
        for index, text in enumerate(texts):
            count = _count(parts[at:], text)
            if count:
                end, words = at + count, text.words
                del texts[: index + 1]
                break
        yield Label(words, tuple(parts[at:end]))
        at = end


def _count(parts: list[Shape], text: PaintedText) -> int:
    """How many of the next stretches are this text; 0 if they are not."""
    wanted = "".join(text.words.split())
    area = text.area.adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM)
    for index, part in enumerate(parts):
        said = "".join(words_of(part).split())
        if not wanted.startswith(said) or not area.contains(_start(part)):
            return 0
        wanted = wanted[len(said) :]
        if not wanted:
            return index + 1
    return 0


def _start(part: Shape) -> QPointF:
    """Where the baseline begins, on the page."""
    return _turn(part).map(QPointF(_x(part), _y(part)))


def _turn(part: Shape) -> QTransform:
    if not part.turn:
        return QTransform()
    return QTransform(*(float(value) for value in part.turn[len("matrix(") : -1].split(",")))


def _drawn_look(part: Shape) -> Look:
    return tuple((name, value) for name, value in part.look if not name.startswith("font-"))


# -- as outlines


def _outlines(label: Label) -> Shape:
    group = ElementTree.Element(f"{SVG}g", {"role": "img"})
    ElementTree.SubElement(group, f"{SVG}title").text = label.words
    for (look, turn), parts in groupby(label.parts, lambda part: (_drawn_look(part), part.turn)):
        path = ElementTree.SubElement(group, f"{SVG}path", {"d": "".join(_letters(part) for part in parts)})
        for name, value in (*look, *((("transform", turn),) if turn else ())):
            path.set(name, value)
    return Shape(group, (), clip=label.parts[0].clip)


def _letters(part: Shape) -> str:
    return path_data(outline(words_of(part), face_of(part)), _x(part), _y(part))


def path_data(path: QPainterPath, dx: float = 0.0, dy: float = 0.0) -> str:
    """The coordinates of a path, moved, as an SVG has them."""
    move, line = QPainterPath.ElementType.MoveToElement, QPainterPath.ElementType.LineToElement
    curve = QPainterPath.ElementType.CurveToElement
    signs = {move: "M", line: "L", curve: "C"}
    written: list[str] = []
    for index in range(path.elementCount()):
        element = path.elementAt(index)
        sign = signs.get(element.type, " ")  # type: ignore[attr-defined]
        written.append(f"{sign}{number(element.x + dx)},{number(element.y + dy)}")  # type: ignore[attr-defined]
    return "".join(written)


# -- as text


def _text(label: Label) -> Shape:
    """One element a text. Of a line only the first stretch has a place: with other letters the rest follows it."""
    lines = _lines(label.parts)
    text = ElementTree.Element(f"{SVG}text", {SPACE: "preserve"})
    if label.parts[0].turn:
        text.set("transform", label.parts[0].turn)
    if len(lines) == 1:
        first, last = lines[0][0], lines[0][-1]
        text.set("textLength", number(_x(last) + _width(last) - _x(first)))
        text.set("lengthAdjust", "spacingAndGlyphs")
    for line in lines:
        before: Shape | None = None
        for part in line:
            stretch = text if len(label.parts) == 1 else ElementTree.SubElement(text, f"{SVG}tspan")
            for name, value in part.look:
                stretch.set(name, ", ".join(families(part)) if name == "font-family" else value)
            if before is None:
                moves = {"x": _x(part), "y": _y(part)}
            else:
                moves = {"dx": _x(part) - _x(before) - _width(before), "dy": _y(part) - _y(before)}
            for name, value in moves.items():
                if name in "xy" or abs(value) >= _LEAST:
                    stretch.set(name, number(value))
            stretch.text = words_of(part)
            before = part
    return Shape(text, (), clip=label.parts[0].clip)


def _lines(parts: tuple[Shape, ...]) -> list[list[Shape]]:
    """The stretches of every line: one begins where a stretch does not begin after the one before."""
    lines: list[list[Shape]] = []
    for part in parts:
        if lines and _x(part) > _x(lines[-1][-1]) + 0.5 * _width(lines[-1][-1]):
            lines[-1].append(part)
        else:
            lines.append([part])
    return lines


def _x(part: Shape) -> float:
    return float(part.element.get("x", "0"))


def _y(part: Shape) -> float:
    return float(part.element.get("y", "0"))


def _width(part: Shape) -> float:
    return QFontMetricsF(face_of(part)).horizontalAdvance(words_of(part))
