"""Data: the points that the loss averages over, the line of the current step, and the line of least loss.

A click adds a point, and a click on an added one takes it away.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, Qt

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.key_cursor import KeyCursor
from qhm_gui.canvas.markers import DataDots, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import short
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.runs import departure_sentence, shared_noise
from qhm_gui.views.view import Table
from qhm_math import QHM, run
from qhm_math.losses import LineFit
from qhm_math.losses.finite_sum import MAX_COMPONENTS
from qhm_math.losses.line_fit import MOST_ADDED, REACH_ADDED
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

_X, _Y = (-1.9, 1.9), (-2.6, 3.4)
#: A click that near to an added point, in pixels, takes it away.
_REACH = 12.0


@dataclass(frozen=True)
class DataRequest:
    """One run of the current method; ``loss`` is None where it has no points."""

    loss: LineFit | None
    noise: Noise
    method: str
    point: QHM
    start: tuple[float, float]
    steps: int
    seed: int


@dataclass(frozen=True)
class DataResult:
    """Weights at every step, (steps + 1, 2); none where there are no points. ``departed``: the step at which the run
    diverged, and the one at which the loss is not defined; -1 for none."""

    request: DataRequest
    weights: NDArray[np.float64]
    departed: tuple[int, int] = (-1, -1)


class DataView(CanvasView):
    """Points, a solid line that the playhead moves, and the dashed one that it is to find."""

    key = "data_points"
    title = "Data and line"
    columns = described({"input": Column("input t of a sample"), "output": Column("output y of a sample")})

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: DataResult | None = None
        self._step = 0
        self._loss: LineFit | None = None  # with the points of the last click, which are not drawn at once
        self._canvas = Canvas(style, Axis(*_X, title="*t*"), Axis(*_Y, title="*y*"), grid_y=True)
        self._canvas.setCursor(Qt.CursorShape.CrossCursor)
        self._fit = self._canvas.add(PlotCurve("ink", 1.6, dash="theory"))
        self._line = self._canvas.add(PlotCurve("qhm", 2.6))
        self._dots = self._canvas.add(DataDots("text", radius=4.0))
        self._rings = self._canvas.add(StepDots("surface", radius=2.0))  # in the dots that were added
        self._names = self._canvas.add(CurveLabels())
        self._cursor = self._canvas.add(KeyCursor(lambda: tr("Arrow keys, then Return: add a point, or take it away")))
        self._canvas.clicked.connect(self._click)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(lambda: self.said.emit(""))
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> DataRequest:
        s = state
        loss = s.loss if isinstance(s.loss, LineFit) else None
        return DataRequest(loss, s.noise, s.active, s.point, s.start, s.steps, s.seed)

    @staticmethod
    def compute(request: DataRequest, monitor: Monitor) -> Iterator[DataResult]:
        r = request
        if r.loss is None:
            yield DataResult(request, np.empty((0, 2)))
            return
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        done = run(r.loss, r.point, r.start, r.steps, noise, r.seed, monitor=monitor)
        if done.completed == r.steps:
            weights = np.ascontiguousarray(done.positions.reshape(r.steps + 1, 2))
            yield DataResult(request, weights, (int(np.max(done.diverged_at)), int(np.max(done.undefined_at))))

    @staticmethod
    def table(result: DataResult) -> Table:
        """The points."""
        inputs, outputs = result.request.loss.data() if result.request.loss else (np.empty(0), np.empty(0))
        return {"input": inputs, "output": outputs}

    def empty(self, state: State) -> tuple[str, str] | None:
        if isinstance(state.loss, LineFit):
            return None
        return tr("No points"), tr("The loss “{loss}” has some.", loss=tr(LineFit.title))

    def subtitle(self, state: State) -> str:
        if not isinstance(state.loss, LineFit):
            return ""
        if not state.loss.added:
            return tr("{count} samples", count=state.loss.n)
        return tr("{count} samples, {added} of them added", count=state.loss.n, added=len(state.loss.added))

    def show(self, result: DataResult) -> None:
        self._result = result
        loss = result.request.loss
        for item in (self._fit, self._line, self._dots, self._rings, self._cursor):
            item.setVisible(loss is not None)
        if loss is not None:
            inputs, outputs = loss.data()
            self._canvas.set_axes(_axis("*t*", _X, inputs), _axis("*y*", _Y, outputs))
            self._dots.setData(inputs, outputs)
            self._rings.setData(inputs[loss.components :], outputs[loss.components :])
            self._fit.setData(self._ends, _line(loss.minimum(), self._ends))
            self._line.set_color(result.request.method)
        self.noted.emit(departure_sentence([METHOD_LOOKS[result.request.method].name], *result.departed))
        self.seek(self._step)

    def mark(self, state: State) -> None:
        """Nothing here moves without a new answer."""
        self._loss = state.loss if isinstance(state.loss, LineFit) else None

    @property
    def _ends(self) -> NDArray[np.float64]:
        """Where lines begin and end: all but at the edges."""
        axis = self._canvas.x_axis
        return np.array([axis.low + 0.1, axis.high - 0.1])

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None or result.request.loss is None:
            self._names.set_labels([])
            return
        weights = result.weights[min(step, len(result.weights) - 1)]
        shown = bool(np.isfinite(weights).all())
        self._line.setVisible(shown)
        left, right = self._ends
        inside = np.linspace(left, right, 40)
        least = _line(result.request.loss.minimum(), inside)
        labels = [CurveLabel(tr("least loss"), "text", inside, least, 0.9)]
        if shown:
            self._line.setData(self._ends, _line(weights, self._ends))
            method = result.request.method
            current = _line(weights, inside)
            labels.append(CurveLabel(METHOD_LOOKS[method].name, method, inside, current, 0.1, weight=600))
        self._names.set_labels(labels)

    def retranslate(self) -> None:
        self.seek(self._step)

    # -- the mouse

    def _added_at(self, x: float, y: float) -> int:
        """The added point there, the last one of several; -1 for none."""
        here = self._canvas.to_pixels(x, y)
        found = [(QPointF(self._canvas.to_pixels(*each)) - here) for each in self._loss.added] if self._loss else []
        near = [index for index, way in enumerate(found) if QPointF.dotProduct(way, way) <= _REACH**2]
        return near[-1] if near else -1

    def _click(self, x: float, y: float) -> None:
        """Another point, or one less. A batch of all samples stays one of all."""
        loss = self._loss
        if loss is None:
            return
        at = self._added_at(x, y)
        if at >= 0:
            added = (*loss.added[:at], *loss.added[at + 1 :])
        elif len(loss.added) < MOST_ADDED:
            added = (*loss.added, (round(x, 3), round(y, 3)))
            if abs(x) > REACH_ADDED[0] or abs(y) > REACH_ADDED[1]:
                sentence = "Points can be added up to |*t*| = {t} and |*y*| = {y}."
                self.said.emit(tr(sentence, t=f"{REACH_ADDED[0]:g}", y=f"{REACH_ADDED[1]:g}"))
                return
        else:
            self.said.emit(tr("At most {most} points can be added.", most=MOST_ADDED))
            return
        count = loss.components + len(added)
        batch = count if loss.batch == loss.n else min(loss.batch, count)
        self.edited.emit({"loss": replace(loss, added=added, batch=min(batch, MAX_COMPONENTS))})

    def _hover(self, x: float, y: float) -> None:
        words = tr("Click: take this point away") if self._added_at(x, y) >= 0 else tr("Click: add a point")
        self.said.emit(f"{words}   *t* {short(x, 3)}   *y* {short(y, 3)}")


def _axis(title: str, usual: tuple[float, float], values: NDArray[np.float64]) -> Axis:
    """The usual range, widened where a point lies beyond it."""
    room = 0.05 * (usual[1] - usual[0])
    low, high = float(values.min()), float(values.max())
    return Axis(
        min(usual[0], low - room * (low < usual[0])), max(usual[1], high + room * (high > usual[1])), title=title
    )


def _line(weights: NDArray[np.float64], inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights[0] + weights[1] * inputs
