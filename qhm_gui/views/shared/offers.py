"""Optima that can be taken over, and the start of the runs: what every view that has them does with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.markers import OptimumDot, OptimumStar
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed
from qhm_gui.text.parameter_words import equal_words
from qhm_gui.views.view import View


def offered_optimum(view: View, canvas: Canvas, take: Callable[[float, float], None]) -> OptimumStar:
    """A star on the canvas; ``take`` is called with its place when it is taken over, as one step of undo."""
    star = canvas.add(OptimumStar())
    star.taken.connect(lambda: take(*star.position))
    canvas.offered.connect(view.said)
    return star


def offer_words(values: Mapping[str, float]) -> str:
    """'Take over *α* = 3.93, *β* = 0.594': the tooltip, the status line and the menu of an offer."""
    return tr("Take over {values}", values=equal_words(values))


class BestMark:
    """A mark where some parameters are best, whose values are taken over as one step of undo; hidden at first.

    ``star``: it is the best of all that is shown; else a curve of what is best passes through it.
    """

    def __init__(self, view: View, canvas: Canvas, *, star: bool = False) -> None:
        self.mark = canvas.add(OptimumStar() if star else OptimumDot())
        self._values: dict[str, float] = {}
        self.mark.taken.connect(lambda: view.edited.emit(dict(self._values)))
        canvas.offered.connect(view.said)
        self.hide()

    def hide(self) -> None:
        """There is nothing to take over."""
        self.mark.setVisible(False)

    def show(self, x: float, y: float, values: Mapping[str, float]) -> None:
        """Stand at a place for the parameters ``values``."""
        self._values = dict(values)
        self.mark.set_position(x, y)
        self.mark.set_tip(offer_words(values))
        self.mark.setVisible(True)


def best_changes(state: State, found: Mapping[str, float]) -> dict[str, float]:
    """What is changed to take ``found`` over: where ν follows β, a β that was found for a fixed ν brings that ν."""
    kept = {"nu": state.nu} if "beta" in found and "nu" not in found and state.nu_follows_beta else {}
    return {**found, **kept}


class StartPoint:
    """The start of the runs on a canvas: dragged, typed after a double click or Return, and with ``clicks`` placed by
    a click on the background; named with its place where ``named``."""

    def __init__(self, view: View, canvas: Canvas, *, named: bool, clicks: bool) -> None:
        self._view, self._canvas = view, canvas
        self.handle = canvas.add(Handle("ink", kind="start"))
        self._label = canvas.add(Label("", "text", anchor=(0.0, 0.5))) if named else None
        self.handle.began.connect(view.began)
        self.handle.ended.connect(view.ended)
        self.handle.moved_to.connect(self._place)
        self.handle.double_clicked.connect(lambda: view.typing.emit("start_x"))
        self.handle.context_requested.connect(view.menu_requested)
        if clicks:
            canvas.clicked.connect(self._place)

    def mark(self, state: State) -> None:
        """Stand where the state has it."""
        self.handle.set_position(*state.start)
        if self._label is not None:
            self._label.set_position(*state.start, dx=14, dy=-10)
            x, y = (fixed(value, 2) for value in state.start)
            self._label.set_text(f"{tr('start')}  ({x}, {y})")

    def _place(self, x: float, y: float) -> None:
        """A start lies in the window of the loss, also where one has zoomed out of it."""
        self._view.edited.emit({"start_x": self._canvas.x_axis.clip(x), "start_y": self._canvas.y_axis.clip(y)})
