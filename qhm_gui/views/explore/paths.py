"""Path: the loss as contours, and one run of each method over it from one start with the same noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import ScaleBar
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.contour_data import Field, field
from qhm_gui.views.shared.loss_contours import LossContours
from qhm_gui.views.shared.lowest import lowest_met
from qhm_gui.views.shared.method_path import MOST_DOTS, MethodPath, StepTip
from qhm_gui.views.shared.offers import StartPoint
from qhm_gui.views.shared.runs import departure_sentence, shared_noise
from qhm_gui.views.view import ChipLook, Table
from qhm_math import QHM, run
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor


@dataclass(frozen=True)
class PathRequest:
    """One run of every method."""

    loss: Loss
    noise: Noise
    keys: tuple[str, ...]
    points: QHM
    start: tuple[float, float]
    steps: int
    seed: int


@dataclass(frozen=True)
class PathResult:
    """Positions (methods, steps + 1, 2), losses above the minimum (methods, steps + 1).

    ``diverged`` and ``undefined``: the step at which a run grew beyond bounds, or left the loss's domain; or -1.
    """

    request: PathRequest
    positions: NDArray[np.float64]
    losses: NDArray[np.float64]
    diverged: NDArray[np.int64]
    undefined: NDArray[np.int64]
    field: Field


class PathView(CanvasView):
    """Contours and trajectories, with the draggable start."""

    key = "path"
    title = "Path"
    columns = described(
        {
            "{method}_x": Column("position x of {method}", "x"),
            "{method}_y": Column("position y of {method}", "x"),
            "{method}_loss": Column("loss of {method} above the lowest minimum", "f"),
        }
    )
    legend = True

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: PathResult | None = None
        self._hidden: frozenset[str] = frozenset()
        self._step = 0
        self._lifted = ""
        span = Axis(-1.0, 1.0)
        self._canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False)
        self._ground = LossContours(self._canvas)
        self._traces = [
            MethodPath(self._canvas) for _ in METHOD_LOOKS
        ]  # row by row, the current method above the others
        self._canvas.add(ScaleBar())
        self._start = StartPoint(self, self._canvas, named=True, clicks=False)
        self._nearest = StepTip(self, self._canvas, self._traces, self._shown_loss, self._told)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> PathRequest:
        s = state
        return PathRequest(s.loss, s.noise, s.methods, s.compared(), s.start, s.steps, s.seed)

    @staticmethod
    def compute(request: PathRequest, monitor: Monitor) -> Iterator[PathResult]:
        r = request
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        done = run(r.loss, r.points, r.start, r.steps, noise, r.seed, monitor=monitor)
        if done.completed < r.steps:
            return
        yield PathResult(
            request,
            np.ascontiguousarray(done.positions[:, :, 0].swapaxes(0, 1)),
            np.ascontiguousarray(done.losses[:, :, 0].T),
            done.diverged_at[:, 0],
            done.undefined_at[:, 0],
            field(r.loss),
        )

    @staticmethod
    def table(result: PathResult) -> Table:
        """Position and loss above the minimum of every method at every step; nothing after a run has left."""
        table: Table = {"step": np.arange(result.positions.shape[1])}
        for key, points, losses in zip(result.request.keys, result.positions, result.losses, strict=True):
            table |= {f"{key}_x": points[:, 0], f"{key}_y": points[:, 1], f"{key}_loss": losses}
        return table

    @staticmethod
    def lowest(result: PathResult) -> tuple[Loss, float] | None:
        return lowest_met(result.request.loss, *(result.losses[row] for row in np.flatnonzero(result.diverged < 0)))

    def subtitle(self, state: State) -> str:
        return tr("one run, dots are steps") if state.steps <= MOST_DOTS else tr("one run")

    def show(self, result: PathResult) -> None:
        before = self._result
        self._result = result
        if before is None or before.field is not result.field:
            self._show_field(result)
        dotted, gone = result.request.steps <= MOST_DOTS, result.diverged.tolist()
        for row, key in enumerate(result.request.keys):
            current = row == len(result.request.keys) - 1
            look = ChipLook(key, METHOD_LOOKS[key].shape)
            self._traces[row].draw(result.positions[row], look, current=current, dotted=dotted, gone=gone[row])
        self.seek(self._step)
        self._apply_visibility()
        names = [METHOD_LOOKS[key].name for key in result.request.keys]
        self.noted.emit(departure_sentence(names, result.diverged, result.undefined))

    def mark(self, state: State) -> None:
        self._hidden = state.hidden
        self._start.mark(state)
        self._apply_visibility()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        for trace, _ in zip(self._traces, result.positions, strict=False):
            trace.seek(step)

    def emphasise(self, key: str) -> None:
        self._lifted = key
        self._apply_visibility()

    def _show_field(self, result: PathResult) -> None:
        self._ground.show(result.request.loss, result.field)

    def retranslate(self) -> None:
        self._ground.retranslate()

    def _apply_visibility(self) -> None:
        keys = self._result.request.keys if self._result else ()
        for row, trace in enumerate(self._traces):
            shown = row < len(keys) and keys[row] not in self._hidden
            faded = bool(self._lifted) and shown and keys[row] != self._lifted
            trace.show(shown=shown, faded=faded)

    def _shown_loss(self) -> Loss | None:
        return None if self._result is None else self._result.request.loss

    def _told(self, path: int, step: int) -> tuple[str, float] | None:
        result = self._result
        if result is None or path >= len(result.request.keys):
            return None
        return METHOD_LOOKS[result.request.keys[path]].name, float(result.losses[path, step])
