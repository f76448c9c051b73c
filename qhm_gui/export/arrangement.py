"""The cards of a page side by side or below each other, as the size of the figure allows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from qhm_gui.export.figure import CLOSE
from qhm_gui.export.scene import Cell, Scene
from qhm_gui.state.pages import places
from qhm_gui.views.view import View

#: A card on paper is so high, as a share of its width: with others beside it, and alone in its row.
_BESIDE, _ALONE = 0.8, 0.62
#: A second line of a subtitle.
_MORE = 17.0


@dataclass(frozen=True)
class Arrangement:
    """Cards in their places, the heights of their rows in units, and whether each has the room that it needs."""

    scene: Scene
    heights: tuple[float, ...]
    fits: bool


def least_size(view: type[View], unit: float, *, liked: bool = False) -> tuple[float, float]:
    """The width and height of a card in units, below which its view has too little room; ``liked``: plenty of it."""
    width, height = view.room
    height = max(height, view.liked_height) if liked else height
    around = CLOSE.body_top + _MORE + CLOSE.bottom + (CLOSE.legend if view.legend else 0.0)
    return (width + 1.5 * CLOSE.margin) * unit, (height + around) * unit


def on_slide(scene: Scene, width: float, height: float, unit: float) -> Arrangement:
    """The cards in the columns of the page, or in fewer where those are too narrow or the rows then still fit."""
    found = [_shared(cells, width, height, unit) for cells in _columns(scene)]
    return next((each for each in found if each.fits), found[0])


def on_paper(scene: Scene, width: float, highest: float, unit: float) -> Arrangement:
    """The same where the figure may be as high as it wants, up to ``highest``."""
    found = [_stacked(cells, width, highest, unit) for cells in _columns(scene)]
    return next((each for each in found if each.fits), found[-1])


def _columns(scene: Scene) -> Iterator[Scene]:
    """The page as it is in the window, then in fewer and fewer columns."""
    yield scene
    tall = tuple(cell.view.key for cell in scene.cells if cell.rows > 1)
    views = {cell.view.key: cell.view for cell in scene.cells}
    for columns in range(max(cell.column for cell in scene.cells), 0, -1):
        found = places(list(views), tall, columns)
        cells = tuple(Cell(views[key], row, column, rows) for key, (row, column, rows) in found.items())
        yield replace(scene, cells=cells)


def _needs(scene: Scene, unit: float, *, liked: bool = False) -> list[float]:
    """The heights that the rows need."""
    rows = [0.0] * max(cell.row + cell.rows for cell in scene.cells)
    for cell in sorted(scene.cells, key=lambda cell: cell.rows):
        span = range(cell.row, cell.row + cell.rows)
        lacking = least_size(cell.view, unit, liked=liked)[1] - sum(rows[row] for row in span)
        for row in span:
            rows[row] += max(0.0, lacking) / cell.rows
    return rows


def _wide(scene: Scene, width: float) -> float:
    return width / (max(cell.column for cell in scene.cells) + 1)


def _wide_enough(scene: Scene, width: float, unit: float) -> bool:
    return all(_wide(scene, width) >= least_size(cell.view, unit)[0] for cell in scene.cells)


def _shared(scene: Scene, width: float, height: float, unit: float) -> Arrangement:
    needs = _needs(scene, unit)
    fits = sum(needs) <= height and _wide_enough(scene, width, unit)
    equal = height / len(needs)
    heights = tuple(needs) if fits and max(needs) > equal else (equal,) * len(needs)
    return Arrangement(scene, heights, fits)


def _stacked(scene: Scene, width: float, highest: float, unit: float) -> Arrangement:
    needs, wide = _needs(scene, unit), _wide(scene, width)
    usual = wide * (_BESIDE if wide < width else _ALONE)
    liked = tuple(max(need, usual) for need in _needs(scene, unit, liked=True))
    heights = liked if sum(liked) <= highest else tuple(needs)
    return Arrangement(scene, heights, sum(heights) <= highest and _wide_enough(scene, width, unit))
