"""How much of each past gradient is in a step: bars that get low and long as β and ν go to 1."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.polygons import joined
from qhm_gui.state.state import State
from qhm_gui.text.language import labelled, tr
from qhm_gui.text.numbers import plain, share_text
from qhm_gui.text.round_numbers import round_above
from qhm_gui.views.columns import Column, described
from qhm_gui.views.converge.bars import Bars
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.view import Table
from qhm_math import QHM
from qhm_math.past_gradients import gradient_weights
from qhm_math.progress import Monitor

#: So many gradients are shown at least, and at most; in between as many as the average has.
_FEWEST, _MOST = 20, 1000
_WIDTH = 0.72
_ROOM = 0.2


@dataclass(frozen=True)
class WeightsRequest:
    """The point; α plays no part."""

    beta: float
    nu: float


@dataclass(frozen=True, eq=False)
class WeightsResult:
    """The weight of the gradient of j steps ago, (n,)."""

    request: WeightsRequest
    weights: NDArray[np.float64]


def shown_count(beta: float) -> int:
    """So many gradients that what is left out weighs little: four times 1/(1 - β), to a round number."""
    wanted = min(max(4.0 / max(1.0 - beta, 1e-12), _FEWEST), _MOST)
    return round(min(round_above(wanted), _MOST))


def height(weight: float) -> float:
    """The end of the axis: a round number at which the newest gradient's bar still fits."""
    return round_above(max(weight, 1e-12))


class PastGradientsView(CanvasView):
    """A bar a gradient, the newest on the left."""

    key = "weights"
    title = "Weights of past gradients"
    columns = described(
        {
            "age": Column("steps since the gradient was taken"),
            "weight": Column("weight of that gradient in the step"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: WeightsResult | None = None
        canvas = self._canvas = Canvas(style, Axis(-0.5, 20.0), Axis(0.0, 1.0), grid_y=True)
        self._bars = canvas.add(Bars("qhm"))
        self._own = canvas.add(Label("", "text", weight=600, anchor=(0.0, 0.5)))
        self._tip = canvas.add(Tooltip())
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)
        canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> WeightsRequest:
        return WeightsRequest(float(state.point.beta), state.nu)

    @staticmethod
    def compute(request: WeightsRequest, monitor: Monitor) -> Iterator[WeightsResult]:
        point = QHM(1.0, request.beta, request.nu)
        yield WeightsResult(request, gradient_weights(point, shown_count(request.beta)))

    @staticmethod
    def table(result: WeightsResult) -> Table:
        """Every bar."""
        return {"age": np.arange(len(result.weights)), "weight": result.weights}

    @staticmethod
    def extent(result: WeightsResult) -> str:
        left_out = 1.0 - float(result.weights.sum())
        return tr("older gradients weigh {share} together", share=share_text(max(left_out, 0.0), 1))

    def subtitle(self, state: State) -> str:
        about = 1.0 / max(1.0 - float(state.point.beta), 1e-12)
        return tr("in one step; the average covers about {steps} steps; together they weigh 1", steps=plain(about))

    def show(self, result: WeightsResult) -> None:
        self._result = result
        weights, half = result.weights, _WIDTH / 2
        count, top = len(weights), height(float(weights[0]))
        end = (1 + _ROOM) * count  # the title of the axis stands right of the bars
        self._canvas.set_axes(Axis(-0.5 - 0.01 * count, end, title=tr("steps ago")), Axis(0.0, top, title=tr("weight")))
        corners = [
            (np.array([age - half, age + half, age + half, age - half]), np.array([0.0, 0.0, weight, weight]))
            for age, weight in enumerate(weights.tolist())
            if weight > 0
        ]
        self._bars.setData(*joined(corners))
        self._own.set_text(labelled(tr("the newest gradient"), f"1 − *νβ* = {plain(float(weights[0]))}"))
        self._own.set_position(0.0, float(weights[0]), dx=14 + 0.5 * self._bar_width(count), dy=8)

    def _bar_width(self, count: int) -> float:
        return (
            self._canvas.frame().plot.width()
            / ((1 + _ROOM) * max(count, 1))
            * _WIDTH
            / max(self.style.type_scale, 1e-9)
        )

    def mark(self, state: State) -> None:
        """The colour of the current method."""
        self._bars.set_fill(state.active)

    def _hover(self, x: float, y: float) -> None:
        result, age = self._result, round(x)
        if result is None or not 0 <= age < len(result.weights) or abs(x - age) > _WIDTH / 2:
            self._leave()
            return
        text = f"{tr('{steps} steps ago', steps=age)}   {tr('weight')} {plain(float(result.weights[age]))}"
        self._tip.set_text([text])
        self._tip.set_position(float(age), float(result.weights[age]))
        self.said.emit(text)
