"""Steps to a target loss over any two of (α, β, ν), with what is never reached hatched."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.canvas.regions import Region
from qhm_gui.drawing.contour_lines import find_isolines
from qhm_gui.drawing.polygons import outline
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_gui.views.choose.problem import problem_of
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.hatched_regions import HatchedRegion, HatchedRegionLabel, rings_above
from qhm_gui.views.shared.offers import offer_words, offered_optimum
from qhm_gui.views.shared.parameter_plane import HIGHEST_BETA, Plane, PlaneRequest, plane_request
from qhm_gui.views.shared.theory_words import above_words
from qhm_gui.views.view import Option, Table, View
from qhm_gui.widgets.beside import beside
from qhm_math.choose import Problem, Reach, StepsToTarget, steps_to_target
from qhm_math.progress import Cancelled, Monitor

#: Cells of the first map and of the full one; more in an export.
_COARSE, _FULL, _MOST_CELLS = (32, 24), (120, 90), (320, 240)
#: Cells between two reports.
_PASS = 4096
#: Steps that a point may take at most.
MOST_STEPS = 100_000
_TICKS = tuple(float(lead * 10**power) for power in range(6) for lead in (1, 2, 5))


@dataclass(frozen=True)
class TargetRequest:
    """The plane, the problem, and the loss that is to be reached."""

    plane: PlaneRequest
    problem: Problem
    target: float
    cells: tuple[int, int] = _FULL


@dataclass(frozen=True, eq=False)
class TargetResult:
    """Steps (rows, columns) over ``xs`` and ``ys``; inf where the target is not reached."""

    request: TargetRequest
    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    found: StepsToTarget

    def steps_at(self, x: float, y: float) -> float:
        """Those of the cell that a place lies in."""
        log = self.request.plane.axes != "beta-nu" and self.request.plane.scale == "log"
        xs, place = (np.log(self.xs), math.log(x)) if log else (self.xs, x)
        return float(self.found.steps[np.abs(self.ys - y).argmin(), np.abs(xs - place).argmin()])

    @property
    def fewest(self) -> tuple[float, float, float] | None:
        """(x, y, steps) of the cell that needs the fewest; None where none reaches the target."""
        row, column = np.unravel_index(int(np.argmin(self.found.steps)), self.found.steps.shape)
        steps = float(self.found.steps[row, column])
        return (float(self.xs[column]), float(self.ys[row]), steps) if math.isfinite(steps) else None


class StepsToTargetView(View):
    """Light is few. Hatched where the loss stays above the target, as the noise will have it."""

    key = "steps_to_target"
    needs_minimum = True
    waits = True
    title = "Steps to a target loss"
    columns = described(
        {
            "steps": Column(
                "steps from which on the expected loss stays at or below the target; inf where it does not"
            ),
            "reach": Column("0 reached, 1 not within 100,000 steps, 2 never"),
        }
    )
    options = (Option("choose.axes"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: TargetResult | None = None
        self._state = State()
        self._plane = Plane(self, style, on_map=True)
        canvas = self._plane.canvas
        self._map = canvas.add(HeatMap("tide"))
        self._isolines = canvas.add(Isolines(self._map))
        self._ground = canvas.add(Region("sunken"))  # the map fills its gaps, but there is no number here
        self._veil = canvas.add(HatchedRegion())
        self._word = canvas.add(HatchedRegionLabel("", weight=600, anchor=(0.5, 0.5)))
        self._star = offered_optimum(self, canvas, self._plane.place)
        self._bar = ColourBar(style, "tide", tr("steps"))
        self._widget = beside(canvas, self._bar)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._plane.canvas, self._bar

    @staticmethod
    def request(state: State) -> TargetRequest:
        return TargetRequest(plane_request(state, state.choose.axes), problem_of(state), state.choose.target)

    @staticmethod
    def refined(request: TargetRequest, width: int, height: int) -> TargetRequest:
        cells = min(max(width // 4, _FULL[0]), _MOST_CELLS[0]), min(max(height // 4, _FULL[1]), _MOST_CELLS[1])
        return replace(request, cells=cells)

    @staticmethod
    def compute(request: TargetRequest, monitor: Monitor) -> Iterator[TargetResult]:
        for cells in dict.fromkeys((_COARSE, request.cells)):
            xs, ys = request.plane.nodes(*cells)
            ys = ys if request.plane.axes == "alpha-nu" else np.minimum(ys, HIGHEST_BETA)
            rows: list[StepsToTarget] = []
            blocks = np.array_split(ys, math.ceil(len(ys) * len(xs) / _PASS))
            for done, block in enumerate(blocks, 1):
                points = request.plane.points(xs[None, :], block[:, None])
                try:
                    found = steps_to_target(request.problem.searched, points, request.target, MOST_STEPS, monitor)
                except Cancelled:
                    return
                rows.append(found)
                monitor.report(done / len(blocks))
            shape = (len(ys), len(xs))
            steps = np.concatenate([np.atleast_2d(row.steps) for row in rows]).reshape(shape)
            reach = np.concatenate([np.atleast_2d(row.reach) for row in rows]).reshape(shape)
            yield TargetResult(request, xs, ys, StepsToTarget(steps, reach, min(row.least for row in rows)))

    @staticmethod
    def table(result: TargetResult) -> Table:
        """Every cell: the steps, and whether it reaches the target (0), is too slow (1), or never does (2)."""
        xs, ys = (axis.ravel() for axis in np.meshgrid(result.xs, result.ys))
        qhm = result.request.plane.points(xs, ys)
        fields = {name: np.broadcast_to(getattr(qhm, name), xs.shape) for name in ("alpha", "beta", "nu")}
        return {**fields, "steps": result.found.steps.ravel(), "reach": result.found.reach.ravel()}

    def subtitle(self, state: State) -> str:
        words = tr("until the expected loss stays below *ε* = {target}", target=plain(state.choose.target))
        return listed(words, above_words(state.local))

    def show(self, result: TargetResult) -> None:
        self._result = result
        plane, steps = result.request.plane, result.found.steps
        self._plane.show(plane)
        units = self._units(steps)
        self._map.set_values(units, plane.extent, (float(result.ys[0]), float(result.ys[-1])))
        ticks = self._ticks(result)
        self._isolines.setData(find_isolines(result.xs, result.ys, units, [unit for unit, _ in ticks]), dict(ticks))
        stable = np.asarray(result.request.problem.rate(plane.points(result.xs[None, :], result.ys[:, None]))) < 1
        never = (result.found.reach != Reach.REACHED) & stable
        rings = rings_above(result.xs, result.ys, np.where(never, 0.5, -0.5))
        self._veil.set_rings(rings)
        self._ground.setData(*outline(rings))
        self._bar.set_title(tr("steps"))
        self._bar.set_ticks(ticks)
        self._bar.set_cap(tr("diverges") if not stable.all() else "", missing=tr("never") if never.any() else "")
        self._show_fewest(result)
        self._show_word(result, never)
        self.mark(self._state)

    def _units(self, steps: NDArray[np.float64]) -> NDArray[np.float64]:
        """1 is few and light; NaN where the target is not reached."""
        finite = steps[np.isfinite(steps)]
        low = max(1.0, float(finite.min())) if len(finite) else 1.0
        high = max(float(finite.max()) if len(finite) else 10.0, 2 * low)
        self._ends = low, high
        with np.errstate(divide="ignore", invalid="ignore"):
            unit = 1 - np.log(np.maximum(steps, low) / low) / math.log(high / low)
        return np.where(np.isfinite(steps), unit, np.nan)

    def _ticks(self, result: TargetResult) -> list[tuple[float, str]]:
        low, high = self._ends
        if result.fewest is None:
            return []
        span = math.log(high / low)
        return [(1 - math.log(n / low) / span, grouped(n)) for n in reversed(_TICKS) if low <= n <= high]

    def _show_fewest(self, result: TargetResult) -> None:
        fewest = result.fewest
        self._star.setVisible(fewest is not None)
        if fewest is None:
            least = result.found.least
            words = tr(
                "No point of this map stays below {target}: the least that it can reach is {least}.",
                target=plain(result.request.target),
                least=scientific(least) if math.isfinite(least) else tr("none"),
            )
            self.noted.emit(words)
            return
        self.noted.emit("")
        x, y, steps = fewest
        self._star.set_position(x, y)
        self._star.set_tip(offer_words(self._plane.changes(x, y)))
        self._star.label.set_text(f"{tr('fewest')}\n{tr('steps')} {grouped(steps)}")
        self._star.label.set_position(x, y, dx=26)

    def _show_word(self, result: TargetResult, never: NDArray[np.bool_]) -> None:
        """In the middle of the widest row that is hatched."""
        rows = never.sum(axis=1)
        row = int(np.argmax(rows))
        self._word.setVisible(bool(rows[row] > 0.15 * never.shape[1]))
        if not self._word.isVisible():
            return
        columns = np.flatnonzero(never[row])
        self._word.set_text(tr("never below *ε*"))
        self._word.set_position(float(result.xs[columns[len(columns) // 2]]), float(result.ys[row]))

    def mark(self, state: State) -> None:
        self._state = state
        self._plane.mark(state)
        result = self._result
        if result is None:
            return
        own = result.steps_at(*self._plane.handle.position)
        self._bar.set_needle(float(self._units_of(own)) if math.isfinite(own) else None, state.active)

    def _units_of(self, steps: float) -> float:
        low, high = self._ends
        return min(1.0, max(0.0, 1 - math.log(max(steps, 1.0) / low) / math.log(high / low)))

    def restyle(self, style: Style) -> None:
        self.style = style
        self._plane.canvas.set_style(style)
        self._bar.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)
