"""One placer a canvas gives every text its place. (pg.TextItem and the labels of pg lines know nothing of each other.)

No text covers a mark, another text or, if it can, a curve. Each is a :class:`Wish` with alternatives and a rank. The
placer goes through them in order of rank, gives each the first of its places that is clear, and leaves out those that
have none.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QPainter

from qhm_gui.canvas.drawn import Drawn, DrawnText
from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.item import MOST_KEPT, InPixels, PixelItem
from qhm_gui.canvas.label_places import (
    BESIDE_LEADER,
    Areas,
    Choice,
    Spot,
    Table,
    Wish,
    as_areas,
    choose,
    count_table,
    leader_points,
    region_table,
)
from qhm_gui.canvas.obstacles import Obstacles
from qhm_gui.drawing import markup
from qhm_gui.drawing.background_colour import BackgroundColour, text_colors
from qhm_gui.drawing.pens import make_pen
from qhm_gui.drawing.thinning import Points

if TYPE_CHECKING:
    from qhm_gui.canvas.plot import Canvas

#: What a halo, a chip's shadow or a card reaches over its text, in pixels at type scale 1.
_RIM = 8.0
#: Places of a text beneath which is looked, beside the middle: across, and down.
_ALONG, _DOWN = (0.0, 0.5, 1.0), (0.2, 0.8)


class LabelPlacer:
    """Gives every text of a canvas its place. Places are found when they are asked for, and kept until a change.

    While something is dragged or plays a text that has a place keeps it, or the same one beside what it names.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas: Canvas = weakref.proxy(canvas)  # whose this is: it goes with its last user, not by the collector
        self._spots: dict[int, list[tuple[Wish, Spot | None]]] = {}
        self._valid: Frame | None = None
        self._before: dict[tuple[int, str], int] = {}
        self._choices: dict[tuple[int, int], Choice] = {}  # by item and number of the wish
        self._inputs: list[object] = []
        self._counts: tuple[Sequence[object], Table] | None = None
        self._hatched: tuple[Sequence[object], Table] | None = None

    def invalidate(self) -> None:
        """Something on the canvas has changed: places are found anew before the next paint."""
        if self._valid is not None:
            self._valid = None
            self._canvas.prepare_later()  # a text without a place yet has no area that could ask for paint

    def spots(self, item: TextItem) -> list[tuple[Wish, Spot | None]]:
        """The wishes of an item with the places found; None for a text without one."""
        self.update()
        return self._spots.get(id(item), [])

    def update(self) -> bool:
        """Find the places anew where something has changed, and have what has moved painted again; whether one has."""
        frame = self._canvas.frame()
        if self._valid is frame:
            return False
        moved = False
        shown = self._canvas.items_shown
        texts = [item for item in shown if isinstance(item, TextItem)]
        wishes = [item.wished(frame) for item in texts]
        keep = self._canvas.keeps_texts
        hindrances = [] if keep else [item.hindrance(frame) for item in shown if isinstance(item, InPixels)]
        inputs: list[object] = [frame, keep, *texts, *wishes, *hindrances]
        if not same_objects(inputs, self._inputs):
            before = {key: _places(spots) for key, spots in self._spots.items()}
            self._spots = self._placed(texts, wishes, frame, keep=keep)
            for item in texts:
                if before.get(id(item)) != _places(self._spots[id(item)]):
                    moved = True
                    item.replaced()
        self._inputs, self._valid = inputs, frame
        return moved

    def known(self, item: TextItem) -> list[Spot]:
        """The places of an item as they were found last: what it covers on the screen."""
        return [spot for _, spot in self._spots.get(id(item), []) if spot is not None]

    def areas(self) -> list[tuple[str, QRectF]]:
        """Every text that is drawn, and where; for tests and for what else must keep clear."""
        self.update()
        return [(wish.text, spot.area) for spots in self._spots.values() for wish, spot in spots if spot is not None]

    def obstacles(self, frame: Frame) -> Obstacles:
        """What the items of the canvas put in the way of texts."""
        return self._together(
            [item.hindrance(frame) for item in self._canvas.items_shown if isinstance(item, InPixels)]
        )

    def _together(self, hindrances: Iterable[Obstacles]) -> Obstacles:
        found = Obstacles()
        for one in hindrances:
            found.areas += one.areas
            found.curves += one.curves
            found.regions += one.regions
        return found

    def number_areas(self) -> Areas:
        """Where the numbers of the axes stand."""
        return as_areas(self._canvas.number_areas())

    def curve_counts(self, curves: list[Points], frame: Frame) -> Table:
        """The cells of curves: see :func:`count_table`."""
        inputs = [frame, *curves]
        if self._counts is None or not same_objects(self._counts[0], inputs):
            self._counts = inputs, count_table(curves, frame)
        return self._counts[1]

    def region_counts(self, obstacles: Obstacles, frame: Frame) -> Table:
        """Those of what regions fill."""
        inputs = [frame, *obstacles.regions]
        if self._hatched is None or not same_objects(self._hatched[0], inputs):
            self._hatched = inputs, region_table(obstacles.regions, frame)
        return self._hatched[1]

    def _placed(
        self, texts: Sequence[TextItem], wished: Sequence[Sequence[Wish]], frame: Frame, *, keep: bool
    ) -> dict[int, list[tuple[Wish, Spot | None]]]:
        """A place for every wish, in order of rank. ``keep``: those that had one keep it, whatever is there now."""
        wishes = [
            (wish, item, (id(item), number))
            for item, own in zip(texts, wished, strict=True)
            for number, wish in enumerate(own)
            if wish.text
        ]
        room: _Room | None = None
        found: dict[int, list[tuple[Wish, Spot | None]]] = {id(item): [] for item in texts}
        previous, self._before = self._before, {}
        before, self._choices = self._choices, {}
        for wish, item, name in sorted(wishes, key=lambda one: one[0].rank):
            choice = before.get(name) if keep else None
            if choice is None or not choice.fits(wish, frame):
                room = room or _Room(self, frame)
                choice = room.choose(wish, lambda text, item=item: previous.get((id(item), text), -1))
            elif room is not None:
                room.take(choice.of(wish), choice.index)
            self._choices[name] = choice
            wish = choice.of(wish)
            if choice.index is None:
                found[id(item)].append((wish, None))
                continue
            self._before[id(item), wish.text] = choice.index
            left, top, right, bottom = wish.areas[choice.index].tolist()
            end = None if wish.ends is None else QPointF(*wish.ends[choice.index].tolist())
            found[id(item)].append((wish, Spot(QRectF(left, top, right - left, bottom - top), end, choice.index)))
        return found


class _Room:
    """What is taken of a canvas while places are found."""

    def __init__(self, placer: LabelPlacer, frame: Frame) -> None:
        self._placer, self._frame = placer, frame
        self._obstacles = placer.obstacles(frame)
        taken = as_areas(self._obstacles.areas)
        self._marks = len(taken)
        self._taken = np.concatenate((taken, placer.number_areas()))

    def choose(self, wish: Wish, previous: Callable[[str], int]) -> Choice:
        """Find a place for a wish, or for its fallback, and take it."""
        index = self._choose(wish, previous(wish.text))
        if index is None and wish.fallback is not None:
            index = self._choose(wish.fallback, previous(wish.fallback.text))
            choice = Choice(index, len(wish.fallback.areas), True)
        else:
            choice = Choice(index, len(wish.areas))
        self.take(choice.of(wish), index)
        return choice

    def _choose(self, wish: Wish, previous: int) -> int | None:
        counts = barred = None
        if wish.off_regions:
            barred = self._placer.region_counts(self._obstacles, self._frame)
        if wish.off_regions or not wish.over:
            counts = self._placer.curve_counts(self._obstacles.curves, self._frame)
        return choose(wish, self._frame, self._taken, self._marks, counts, previous, barred)

    def take(self, wish: Wish, index: int | None) -> None:
        """A text stands there, and its line."""
        if index is None:
            return
        area = wish.areas[index : index + 1]
        self._taken = np.concatenate((self._taken, area))
        if wish.leader and wish.ends is not None:
            unit = self._frame.style.type_scale
            points = leader_points(wish, np.array([index]), unit)[0]
            points = points[np.isfinite(points[:, 0])]
            beside = BESIDE_LEADER * unit
            self._taken = np.concatenate((np.hstack((points - beside, points + beside)), self._taken))
            self._marks += len(points)


def same_objects(some: Sequence[object], others: Sequence[object]) -> bool:
    """Whether both hold the very same objects in the same order."""
    return len(some) == len(others) and all(a is b for a, b in zip(some, others, strict=True))


def _alike(some: Sequence[Wish], others: Sequence[Wish]) -> bool:
    """Whether two lists of wishes, of texts that stand beside one thing, are the same."""
    return len(some) == len(others) and all(
        (a.text, a.color) == (b.text, b.color) and np.array_equal(a.areas, b.areas)
        for a, b in zip(some, others, strict=True)
    )


def _places(spots: Sequence[tuple[Wish, Spot | None]]) -> list[object]:
    return [(wish.text, wish.color, None if spot is None else spot.area) for wish, spot in spots]


class TextItem(PixelItem):
    """Texts that the placer of the canvas gives their places. (pg.TextItem stands where it is put, without a halo.)"""

    clipped = False
    #: Its wishes depend on nothing but its own data and the frame, so they are kept until it changes.
    steady = True
    #: As well on what lies beneath it.
    on_background = False
    _kept_wishes: tuple[object, list[Wish]] | None = None

    def __init__(self) -> None:
        super().__init__()
        self.setZValue(8.0)

    def changed(self) -> None:
        """It says something else, or elsewhere."""
        self._kept_wishes = None
        super().changed()

    def wished(self, frame: Frame) -> list[Wish]:
        """Its wishes, those of before where nothing that they depend on has changed."""
        beneath = self.canvas.background if self.on_background and self.canvas else (frame,)
        if self._kept_wishes is None or self._kept_wishes[0] != beneath:
            self._kept_wishes = beneath, self.wishes(frame)
        elif not self.steady and not _alike(self._kept_wishes[1], found := self.wishes(frame)):
            self._kept_wishes = beneath, found
        return self._kept_wishes[1]

    def wishes(self, frame: Frame) -> list[Wish]:
        """What is to be written, and where it could stand."""
        raise NotImplementedError

    def own_area(self, frame: Frame) -> QRectF:
        """The pixels of what it draws besides texts."""
        return QRectF()

    def cover(self, frame: Frame) -> QRectF:
        """The texts where they stand, with their halos and lines, and what is drawn besides."""
        area, rim = self.own_area(frame), _RIM * frame.style.type_scale
        for spot in self.canvas.placer.known(self) if self.canvas else ():
            area = area.united(spot.area.adjusted(-rim, -rim, rim, rim))
            if spot.end is not None:
                area = area.united(QRectF(spot.end, spot.area.center()).normalized().adjusted(-2, -2, 2, 2))
        return area

    def replaced(self) -> None:
        """Its texts have other places, or look different there."""
        self.prepareGeometryChange()
        self._extent = None
        self.update()

    def spots(self) -> list[tuple[Wish, Spot]]:
        """What is drawn, and where."""
        found = self.canvas.placer.spots(self) if self.canvas else []
        return [(wish, spot) for wish, spot in found if spot is not None]

    def drawn(self) -> list[Drawn]:
        return [DrawnText(wish.text, spot.area.getRect()) for wish, spot in self.spots()]  # type: ignore[arg-type]

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Lines that lead to what is named first, then the texts."""
        spots = self.spots()
        for wish, spot in spots:
            line = wish.line(spot, frame.style.type_scale)
            if line is not None:  # on a map as legible as the text
                ink = self._colors(frame, wish, spot.area)[0] if wish.color is None else frame.color("ink")
                painter.setPen(make_pen(ink, frame.style.width(1)))
                painter.drawLine(line)
        for wish, spot in spots:
            self.draw_text(painter, frame, wish, spot)

    def draw_text(self, painter: QPainter, frame: Frame, wish: Wish, spot: Spot) -> None:
        """One text on its halo."""
        ink, halo = self._colors(frame, wish, spot.area)
        markup.paint(
            painter, spot.area.left(), spot.area.top(), wish.text, frame.style, ink, px=wish.px, weight=wish.weight,
            halo=halo if wish.halo else None, align=wish.align,
        )  # fmt: skip

    _inks: tuple[object, dict[object, tuple[QColor, QColor | None]]] = None, {}

    def _colors(self, frame: Frame, wish: Wish, area: QRectF) -> tuple[QColor, QColor | None]:
        """Of a text and of its halo, kept until it moves or what lies beneath it changes."""
        if self.canvas is None:
            return text_colors(frame.theme, None, wish.color, "text")
        beneath = self.canvas.background
        if self._inks[0] != beneath:
            self._inks = beneath, {}
        key, known = (wish.color, area.getRect()), self._inks[1]
        if key not in known:
            if len(known) >= MOST_KEPT:
                known.clear()
            ground = self.canvas.background_at(area.center())
            known[key] = text_colors(frame.theme, ground, wish.color, "text", "text", _along(self.canvas, area))
        return known[key]


def _along(canvas: Canvas, area: QRectF) -> Iterator[BackgroundColour | None]:
    """What lies beneath a text, from its left to its right."""
    for across, down in itertools.product(_ALONG, _DOWN):
        yield canvas.background_at(area.topLeft() + QPointF(across * area.width(), down * area.height()))
