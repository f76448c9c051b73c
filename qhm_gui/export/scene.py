"""What a figure or a film is taken of: one view, or the views of a page in a grid."""

from __future__ import annotations

from dataclasses import dataclass

from qhm_gui.state.pages import PageRow, places
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View


@dataclass(frozen=True)
class Cell:
    """A view, and its place in a grid."""

    view: type[View]
    row: int = 0
    column: int = 0
    rows: int = 1


@dataclass(frozen=True)
class Scene:
    """One cell is a slide of its own; several are the cards of a page under ``title`` (English)."""

    cells: tuple[Cell, ...]
    title: str = ""

    @property
    def views(self) -> tuple[type[View], ...]:
        """What is seen."""
        return tuple(cell.view for cell in self.cells)

    @property
    def moves(self) -> bool:
        """Whether any of its views has a playhead."""
        return any(has_playhead(view) for view in self.views)


def has_playhead(view: type[View]) -> bool:
    """Whether playing a run moves anything in this view."""
    return view.seek is not View.seek


def view_scene(key: str) -> Scene:
    """One view, as a slide."""
    return Scene((Cell(VIEWS[key]),))


def page_scene(row: PageRow) -> Scene:
    """The cards of a page, in as many columns as it has in a wide window."""
    if len(row.views) == 1:
        return view_scene(row.views[0])
    found = places(list(row.views), row.tall, row.columns)
    cells = (Cell(VIEWS[key], line, column, lines) for key, (line, column, lines) in found.items())
    return Scene(tuple(cells), row.question or row.title)
