"""The texts of an SVG: as outlines with their words as titles, or as texts with the glyphs that they need."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby

from PySide6.QtCore import QPointF
from PySide6.QtGui import QFont, QFontMetricsF, QPainterPath, QTransform

from qhm_gui.appearance.theme import FAMILIES, font
from qhm_gui.canvas.glyph_outlines import outline
from qhm_gui.canvas.painted_texts import PaintedText
from qhm_gui.export.formats.svg_shapes import SPACE, SVG, Look, Shape, number

_WORDS = {"normal": 400, "bold": 700}
#: Half of a unit: by so much a baseline may lie outside of its text's area.
_ROOM = 0.5


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
    place = QPointF(float(part.element.get("x", "0")), float(part.element.get("y", "0")))
    return _turn(part).map(place)


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
    x, y = float(part.element.get("x", "0")), float(part.element.get("y", "0"))
    return path_data(outline(words_of(part), face_of(part)), x, y)


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
    first = label.parts[0]
    text = ElementTree.Element(f"{SVG}text", {SPACE: "preserve"})
    alone = len(label.parts) == 1
    for part in label.parts:
        stretch = text if alone else ElementTree.SubElement(text, f"{SVG}tspan")
        for name in ("x", "y"):
            stretch.set(name, part.element.get(name, "0"))
        for name, value in part.look:
            stretch.set(name, ", ".join(families(part)) if name == "font-family" else value)
        stretch.set("textLength", number(QFontMetricsF(face_of(part)).horizontalAdvance(words_of(part))))
        stretch.set("lengthAdjust", "spacingAndGlyphs")
        stretch.text = words_of(part)
    return replace(first, element=text, look=(), data=None)
