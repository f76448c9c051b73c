"""Data: the points that the loss averages over, the line of the current step, and the line of least loss."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.runs import departure_sentence, shared_noise
from qhm_gui.views.view import Table
from qhm_math import QHM, run
from qhm_math.losses import LineFit
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

_ENDS = np.array([-1.8, 1.8])


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
        self._canvas = Canvas(style, Axis(-1.9, 1.9, title="*t*"), Axis(-2.6, 3.4, title="*y*"), grid_y=True)
        self._fit = self._canvas.add(PlotCurve("ink", 1.6, dash="theory"))
        self._line = self._canvas.add(PlotCurve("qhm", 2.6))
        self._dots = self._canvas.add(StepDots("text", radius=4.0))
        self._names = self._canvas.add(CurveLabels())
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
        return tr("{count} samples", count=state.loss.n) if isinstance(state.loss, LineFit) else ""

    def show(self, result: DataResult) -> None:
        self._result = result
        loss = result.request.loss
        for item in (self._fit, self._line, self._dots):
            item.setVisible(loss is not None)
        if loss is not None:
            self._dots.setData(*loss.data())
            self._fit.setData(_ENDS, _line(loss.minimum(), _ENDS))
            self._line.set_color(result.request.method)
        self.noted.emit(departure_sentence([METHOD_LOOKS[result.request.method].name], *result.departed))
        self.seek(self._step)

    def mark(self, state: State) -> None:
        """Nothing here moves without a new answer."""

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None or result.request.loss is None:
            self._names.set_labels([])
            return
        weights = result.weights[min(step, len(result.weights) - 1)]
        shown = bool(np.isfinite(weights).all())
        self._line.setVisible(shown)
        inside = np.linspace(_ENDS[0], _ENDS[1], 40)
        least = _line(result.request.loss.minimum(), inside)
        labels = [CurveLabel(tr("least loss"), "text", inside, least, 0.9)]
        if shown:
            self._line.setData(_ENDS, _line(weights, _ENDS))
            method = result.request.method
            current = _line(weights, inside)
            labels.append(CurveLabel(METHOD_LOOKS[method].name, method, inside, current, 0.1, weight=600))
        self._names.set_labels(labels)

    def retranslate(self) -> None:
        self.seek(self._step)


def _line(weights: NDArray[np.float64], inputs: NDArray[np.float64]) -> NDArray[np.float64]:
    return weights[0] + weights[1] * inputs
