"""What a wrong learning rate costs: the loss of the recommended points at other α, as a multiple of the best."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import Region, UnstableRegion
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain
from qhm_gui.views.choose.problem import best, problem_of, steps_of
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.view import Table
from qhm_math import QHM
from qhm_math.choose import Outcome, Problem, price_of_alpha
from qhm_math.progress import Monitor

#: α is multiplied by these, and a loss is followed up to so many times the best.
_FACTORS = np.geomspace(0.05, 20.0, 161)
_MOST = 1000.0


@dataclass(frozen=True)
class PriceRequest:
    """The problem, the number of steps, and by how much L, and so the right α, may be wrong."""

    problem: Problem
    steps: int
    error: float


@dataclass(frozen=True, eq=False)
class PriceResult:
    """Losses over that at the right α, (n,), and where α is too large to converge; inf also for more than any float."""

    request: PriceRequest
    outcome: Outcome
    prices: NDArray[np.float64]
    diverges: NDArray[np.bool_]


class WrongAlphaView(CanvasView):
    """One curve over the factor of α, with the band of errors that are allowed for."""

    key = "wrong_alpha"
    needs_minimum = True
    waits = True
    title = "Cost of a wrong learning rate"
    columns = described(
        {
            "factor": Column("multiple of the best learning rate"),
            "price": Column("expected loss as a multiple of that at the best learning rate; inf where that is 0"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: PriceResult | None = None
        canvas = self._canvas = Canvas(style, Axis(0.05, 20.0, "log"), Axis(0.5, _MOST, "log"), grid_y=True)
        self._band = canvas.add(Region("sunken"))
        self._hatch = canvas.add(UnstableRegion())
        self._word = canvas.add(Label("", "regtext", weight=600, anchor=(0.5, 0.5), halo=False))
        self._curve = canvas.add(PlotCurve("ink", 2.2, dash="theory"))
        self._names = canvas.add(CurveLabels())
        self._tip = canvas.add(Tooltip())
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)
        canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> PriceRequest:
        return PriceRequest(problem_of(state), steps_of(state), state.choose.error)

    @staticmethod
    def compute(request: PriceRequest, monitor: Monitor) -> Iterator[PriceResult]:
        found = best(request.problem, request.steps, monitor)
        if found is not None:
            prices = np.asarray(price_of_alpha(request.problem, found.qhm, request.steps, _FACTORS))
            tried = QHM(found.qhm.alpha * _FACTORS, found.qhm.beta, found.qhm.nu)
            yield PriceResult(request, found, prices, ~(np.asarray(request.problem.rate(tried)) < 1))

    @staticmethod
    def table(result: PriceResult) -> Table:
        """Every factor."""
        return {"factor": _FACTORS, "alpha": _FACTORS * float(result.outcome.qhm.alpha), "price": result.prices}

    def subtitle(self, state: State) -> str:
        return tr("the best for {steps} steps at other *α*; shaded: errors allowed for", steps=grouped(steps_of(state)))

    def show(self, result: PriceResult) -> None:
        self._result = result
        prices = result.prices
        finite = prices[np.isfinite(prices) & (prices > 0)]
        high = min(_MOST, 10.0 ** math.ceil(math.log10(max(10.0, float(finite.max(initial=10.0))))))
        low = 0.5
        ends = float(_FACTORS[0]), float(_FACTORS[-1])
        self._canvas.set_axes(
            Axis(*ends, "log", title=f"*α* ÷ {tr('best')} *α*"),
            Axis(low, high, "log", title=f"{tr('loss')} ÷ {tr('best')}"),
        )
        error = result.request.error
        left, right = max(1 / error, ends[0]), min(error, ends[1])
        self._band.setData([left, right, right, left], [low, low, high, high])
        self._band.setVisible(right > left)
        with np.errstate(invalid="ignore"):
            drawn = np.where(np.isfinite(prices) & (prices < 1e3 * high), prices, np.nan)
        self._curve.setData(_FACTORS, drawn)
        gone = np.flatnonzero(result.diverges)
        nothing = result.outcome.held_loss == 0
        self.noted.emit(tr("The best loss is 0 to all digits: no other is a multiple of it.") if nothing else "")
        for item in (self._hatch, self._word):
            item.setVisible(bool(len(gone)))
        if len(gone):
            edge = float(_FACTORS[gone[0]])
            self._hatch.setData([edge, ends[1], ends[1], edge], [low, low, high, high])
            self._hatch.set_boundary([edge, edge], [low, high])
            self._word.set_text(tr("Diverges"))
            self._word.set_position(math.sqrt(edge * ends[1]), math.sqrt(low * high))
        words = tr("best for {steps} steps", steps=grouped(result.request.steps))
        self._names.set_labels([CurveLabel(words, "text", _FACTORS, drawn, near=0.25, weight=600)])

    def mark(self, state: State) -> None:
        """Nothing moves without an answer."""

    def _hover(self, x: float, y: float) -> None:
        found = nearest_step(self._canvas, [self._curve], x, y)
        if found is None:
            self._leave()
            return
        at = found[1]
        text = f"*α* × {plain(float(_FACTORS[at]))}   {tr('loss')} × {plain(float(self._curve.y[at]))}"
        self._tip.set_text([text])
        self._tip.set_position(float(self._curve.x[at]), float(self._curve.y[at]))
        self.said.emit(text)
