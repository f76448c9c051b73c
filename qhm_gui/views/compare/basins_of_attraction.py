"""Basins: a lattice of starts, coloured by the minimum that the chosen method reaches.

Where there is one minimum only, the colour tells how many steps it takes to reach it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.no_theory import no_minimum_title
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import fixed, grouped, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.compare.category_map import DIVERGED, NOWHERE, CategoryMap
from qhm_gui.views.compare.compared_methods import needs_finite_sum, runs_on
from qhm_gui.views.shared.loss_contours import MinimumMarks
from qhm_gui.views.shared.offers import StartPoint
from qhm_gui.views.view import Table, View
from qhm_gui.widgets.beside import beside
from qhm_math.compare import Basins, basins
from qhm_math.expression import TypedLoss
from qhm_math.losses import FiniteSum, Loss
from qhm_math.methods import Method
from qhm_math.progress import Monitor

#: Starts across and down: of the first answer, and of the full one.
_COARSE, _FULL = (24, 16), (108, 72)
#: The same where every step draws mini-batches.
_FULL_BATCHES = (54, 36)
#: Minima that are marked: those of a lattice of hundreds would hide what they lie on.
_MOST_MARKED = 30
#: Shades of the number of steps.
_SHADES = 128
#: Longer runs than this say nothing new about where they end.
_MOST_STEPS = 2000


@dataclass(frozen=True)
class BasinsRequest:
    """Runs of one method, without noise, from every start of a lattice over the window of the loss."""

    loss: Loss
    method: Method
    name: str
    steps: int
    seed: int


@dataclass(frozen=True)
class BasinsResult:
    """Which minimum each start ends at, and how high each minimum lies: 0 for the lowest, 1 for the highest."""

    request: BasinsRequest | None
    found: Basins | None
    ranks: NDArray[np.float64]


class BasinsView(View):
    """The lattice, the minima, and the start, which can be placed here too."""

    key = "basins"
    title = "Outcome from each start"
    columns = described(
        {
            "start_x": Column("start x", "x"),
            "start_y": Column("start y", "x"),
            "minimum": Column("number of the minimum reached, from 0; −1: none, −2: diverges"),
            "end_x": Column("position x at the last step", "x"),
            "end_y": Column("position y at the last step", "x"),
            "steps": Column("steps to the only minimum; −1: not reached, or several minima"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: BasinsResult | None = None
        span = Axis(-1.0, 1.0)
        self._canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False)
        self._cells = self._canvas.add(CategoryMap())
        self._minima = MinimumMarks(self._canvas, None)
        self._bar = ColourBar(style, "tide")
        self._widget = beside(self._canvas, self._bar)
        self._start = StartPoint(self, self._canvas, named=False, clicks=True)
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._canvas, self._bar

    @staticmethod
    def request(state: State) -> BasinsRequest | None:
        entry = state.compare.entry
        if entry is None or not runs_on(entry, state.loss) or not state.has_minima:
            return None
        steps = min(state.steps, _MOST_STEPS)
        return BasinsRequest(state.loss, entry.current, entry.name, steps, state.seed)

    @staticmethod
    def compute(request: BasinsRequest | None, monitor: Monitor) -> Iterator[BasinsResult]:
        if request is None:
            yield BasinsResult(None, None, np.empty(0))
            return
        for size in (_COARSE, _FULL_BATCHES if isinstance(request.loss, FiniteSum) else _FULL):
            xs, ys = lattice(request.loss, size)
            r = request
            near = reach(r.loss)
            found = basins(r.loss, r.method, xs, ys, r.steps, None, r.seed, radius=near, monitor=monitor)
            if monitor.cancelled():
                return
            yield BasinsResult(request, found, heights(request.loss, found.minima))

    @staticmethod
    def table(result: BasinsResult) -> Table:
        """Every start with the number of the minimum reached (-1: none, -2: diverged), where it ends, and the steps
        to a single minimum (-1: not reached, or there are several)."""
        found = result.found
        if found is None:
            return {name: np.empty(0) for name in ("start_x", "start_y", "minimum", "end_x", "end_y", "steps")}
        steps = np.full(found.reached.shape, -1) if found.arrivals is None else found.arrivals
        x, y = np.meshgrid(found.xs, found.ys)
        ends = found.ends.reshape(-1, 2)
        return {
            "start_x": x.ravel(),
            "start_y": y.ravel(),
            "minimum": found.reached.ravel(),
            "end_x": ends[:, 0],
            "end_y": ends[:, 1],
            "steps": steps.ravel(),
        }

    def subtitle(self, state: State) -> str:
        entry = state.compare.entry
        if entry is None:
            return ""
        single = len(state.loss.minima()) == 1
        shown = tr("steps to the only minimum") if single else tr("grey: not converged; hatched: diverges")
        if single and isinstance(state.loss, TypedLoss) and not state.loss.has_only_minimum():
            shown = tr("steps to the marked one of its minima")
        # as many steps as the methods are compared over, but where that would take too long
        budget = tr("{steps} steps", steps=_MOST_STEPS) if state.steps > _MOST_STEPS else ""
        return listed(listed(entry.name, tr("without noise"), budget), shown, by="; ")

    def empty(self, state: State) -> tuple[str, str] | None:
        entry = state.compare.entry
        if entry is None:
            return tr("No method is chosen"), tr("Add a method in the panel.")
        if not state.has_minima:
            return no_minimum_title(state.loss), tr("No minimum to converge to is known.")
        if not runs_on(entry, state.loss):
            return tr("{name} cannot run here", name=entry.name), needs_finite_sum()
        return None

    def show(self, result: BasinsResult) -> None:
        self._result = result
        if result.request is None or result.found is None:
            return
        (x0, x1), (y0, y1) = result.request.loss.window()
        self._canvas.set_axes(Axis(x0, x1), Axis(y0, y1))
        found = result.found
        single = found.arrivals is not None
        self._bar.setVisible(single)
        if found.arrivals is None:
            self._cells.set_kinds(found.xs, found.ys, found.reached, result.ranks)
        else:
            self._show_steps(found, found.arrivals)
        places = found.minima[:_MOST_MARKED].tolist()
        self._minima.set_places(places)

    def _show_steps(self, found: Basins, arrivals: NDArray[np.int64]) -> None:
        """Colour the starts by their number of steps, on a logarithmic scale with a colour bar."""
        low, high = step_range(arrivals)
        kinds = np.where(arrivals >= 0, shade(arrivals, low, high), found.reached)
        self._cells.set_kinds(found.xs, found.ys, kinds, np.linspace(0.0, 1.0, _SHADES), whole=True)
        self._bar.set_title(tr("steps"))
        counts = step_ticks(low, high) if (arrivals >= 0).any() else []  # else there is nothing on the scale
        self._bar.set_ticks([(1 - float(share(count, low, high)), grouped(count)) for count in counts])
        self._bar.set_cap(
            tr("diverges") if (found.reached == DIVERGED).any() else "",
            plain=tr("not reached") if (found.reached == NOWHERE).any() else "",
        )

    def mark(self, state: State) -> None:
        self._start.mark(state)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)
        self._bar.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)  # which names the minimum too

    # -- the mouse

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None or result.found is None or result.request is None:
            return
        words = self._words(result.found, result.request, x, y)
        self.said.emit(f"*x* {fixed(x, 2)}   *y* {fixed(y, 2)}   {words}")
        self._tip.set_text([words])
        self._tip.set_position(x, y)

    def _words(self, found: Basins, request: BasinsRequest, x: float, y: float) -> str:
        """Where the start under the mouse ends."""
        row, column = int(np.argmin(np.abs(found.ys - y))), int(np.argmin(np.abs(found.xs - x)))
        kind = int(found.reached[row, column])
        if kind == DIVERGED:
            return tr("diverges")
        if kind == NOWHERE:
            return tr("no minimum reached after {steps} steps", steps=request.steps)
        if found.arrivals is not None:
            return f"{tr('steps')} {grouped(int(found.arrivals[row, column]))}"
        mx, my = found.minima[kind].tolist()
        height = scientific(float(request.loss.value(found.minima[kind])))
        return f"{tr('minimum reached')} ({fixed(mx, 2)}, {fixed(my, 2)})   *f* {height}"

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def lattice(loss: Loss, size: tuple[int, int]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """The middles of the cells that a window and the ground about it are divided into."""
    (x0, x1), (y0, y1) = loss.window()
    half = max((x1 - x0) / 2, 1.5 * (y1 - y0) / 2)  # three to two, as a card is
    cx, cy = (x0 + x1) / 2, (y0 + y1) / 2
    columns, rows = size
    across = (np.arange(columns) + 0.5) / columns * 2 - 1
    up = (np.arange(rows) + 0.5) / rows * 2 - 1
    return cx + 1.25 * half * across, cy + 1.25 * half / 1.5 * up


def step_range(arrivals: NDArray[np.int64]) -> tuple[int, int]:
    """The fewest and most steps to the minimum, at least 1 and not equal; (1, 2) where no start reaches it."""
    counts = np.maximum(arrivals[arrivals >= 0], 1)
    if not counts.size:
        return 1, 2
    return int(counts.min()), max(int(counts.max()), int(counts.min()) + 1)


def share(counts: ArrayLike, low: int, high: int) -> NDArray[np.float64]:
    """Where numbers of steps lie on the logarithmic scale: 0 at ``low``, the lightest, 1 at ``high``."""
    return np.log(np.maximum(counts, low) / low) / np.log(high / low)


def shade(counts: ArrayLike, low: int, high: int) -> NDArray[np.int64]:
    """The number of the shade for each number of steps."""
    return np.round(share(counts, low, high) * (_SHADES - 1)).astype(np.int64)


def step_ticks(low: int, high: int) -> list[int]:
    """Both ends, and the round numbers (1, 2, 5 times powers of ten) between them."""
    round_ones = [digit * 10**power for power in range(7) for digit in (1, 2, 5)]
    return [low, *(count for count in round_ones if low < count < high), high]


def reach(loss: Loss) -> float | None:
    """How near a run must come: as the lattice has it, but farther where mini-batches keep it moving."""
    if not isinstance(loss, FiniteSum) or loss.batch == loss.n:
        return None
    (x0, x1), (y0, y1) = loss.window()
    return 0.1 * float(np.hypot(x1 - x0, y1 - y0))


def heights(loss: Loss, minima: NDArray[np.float64]) -> NDArray[np.float64]:
    """For every minimum its place between the lowest, 0, and the highest, 1; equal ones are kept apart."""
    if len(minima) < 2:
        return np.zeros(len(minima))
    order = np.argsort(loss.value(minima), kind="stable")
    ranks = np.empty(len(minima))
    ranks[order] = np.linspace(0.0, 1.0, len(minima))
    return ranks
