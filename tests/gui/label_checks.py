"""Finds texts of a canvas that cover each other or a mark, or that the edge of the canvas cuts off.

It looks at rectangles: at what :meth:`Canvas.drawn` says of every item, and at the numbers of both axes. It asks the
placer nothing, so that it finds what the placer gets wrong.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QRectF

from qhm_gui.canvas import Canvas, Handle, InPixels, Playhead
from qhm_gui.canvas.crosshair import StepChip
from qhm_gui.canvas.drawn import DrawnMarks, DrawnText
from qhm_gui.canvas.errorbars import ErrorBars
from qhm_gui.canvas.handle import ValueChip
from qhm_gui.drawing import markup

#: How far a mark reaches about its place, in pixels at line scale 1. Dots of steps may lie under a text.
REACH = {"Handle": 9.0, "Head": 5.0, "MinimumMark": 6.0, "OptimumStar": 6.0, "DataDots": 4.0}
#: Rectangles of texts hold the room of the highest letter: so much may overlap before letters can touch.
SLACK = 1.0


@dataclass(frozen=True, eq=False)
class Text:
    """A text that is drawn, and by which item (None: an axis)."""

    words: str
    area: QRectF
    item: InPixels | None = None

    def __str__(self) -> str:
        return f"“{markup.plain_text(self.words)}”".replace("\n", " / ")


def texts_of(canvas: Canvas) -> list[Text]:
    """Every text of the canvas with its rectangle in pixels."""
    found = [
        Text(part.text, QRectF(*part.area), item)
        for item in canvas.items_shown
        if isinstance(item, InPixels)
        for part in item.drawn()
        if isinstance(part, DrawnText)
    ]
    return [*found, *_numbers(canvas)]


def _numbers(canvas: Canvas) -> Iterator[Text]:
    if canvas.bare:
        return
    frame = canvas.frame()
    gap, below = 7 * frame.style.type_scale, 7.5 * frame.style.type_scale
    for value, text in canvas.plot_item.getAxis("bottom").visible_ticks:
        place = float(frame.px_x(value)), frame.plot.bottom() + below
        yield Text(text, markup.box(*place, text, frame.style, anchor=(0.5, 0.0)))
    for value, text in canvas.plot_item.getAxis("left").visible_ticks:
        place = frame.plot.left() - gap, float(frame.px_y(value))
        yield Text(text, markup.box(*place, text, frame.style, anchor=(1.0, 0.5)))


def marks_of(canvas: Canvas) -> Iterator[tuple[str, QRectF, InPixels]]:
    """What no text may cover: its name, its rectangle in pixels, and its item."""
    frame = canvas.frame()
    for item in canvas.items_shown:
        if isinstance(item, Playhead):
            x = item.pixel_x(frame)
            if frame.plot.left() <= x <= frame.plot.right():
                line = QRectF(x - 0.5, frame.plot.top(), 1.0, frame.plot.height())
                yield f"the playhead at {item.position:g}", line, item
        elif isinstance(item, ErrorBars):
            for x, _, upper, lower in zip(*(part.tolist() for part in item.pixels(frame)), strict=True):
                yield f"the error bar at pixel {x:.0f}", QRectF(x - 2, upper, 4.0, max(lower - upper, 1.0)), item
        elif isinstance(item, InPixels):
            for part in item.drawn():
                if isinstance(part, DrawnMarks) and part.kind in REACH:
                    reach = REACH[part.kind] * frame.style.line_scale
                    for x, y in zip(part.x.tolist(), part.y.tolist(), strict=True):
                        place = frame.point(x, y)
                        area = QRectF(place.x() - reach, place.y() - reach, 2 * reach, 2 * reach)
                        yield f"the {part.kind} at ({x:.3g}, {y:.3g})", area, item


def faults(canvas: Canvas) -> list[str]:
    """A sentence for every text that covers another one or a mark, or that is cut off; none where all is well."""
    bounds = canvas.frame().bounds.adjusted(-SLACK, -SLACK, SLACK, SLACK)
    texts = texts_of(canvas)
    found = [
        f"{text} is cut off at the edge of the canvas: {_sides(text.area)} in {_sides(canvas.frame().bounds)}."
        for text in texts
        if not bounds.contains(text.area)
    ]
    for one, other in itertools.combinations(texts, 2):
        if _overlap(one.area, other.area):
            found.append(f"{one} and {other} cover each other: {_sides(one.area)} and {_sides(other.area)}.")
    for (name, area, item), text in itertools.product(marks_of(canvas), texts):
        if _must_keep_off(text, item) and _overlap(text.area, area):
            found.append(f"{text} covers {name}: {_sides(text.area)} and {_sides(area)}.")
    return found


def _must_keep_off(text: Text, mark: InPixels) -> bool:
    """A mark may move over the number of an axis; chips, of a playhead or of a handle under the mouse, lie above all
    marks but handles."""
    if isinstance(text.item, ValueChip | StepChip):
        return isinstance(mark, Handle)
    return text.item is not None


def _overlap(one: QRectF, other: QRectF) -> bool:
    shared = one.intersected(other)
    return min(shared.width(), shared.height()) > min(SLACK, one.width() / 2, other.width() / 2)


def _sides(area: QRectF) -> str:
    return f"x {area.left():.0f} to {area.right():.0f}, y {area.top():.0f} to {area.bottom():.0f}"
