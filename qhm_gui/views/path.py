"""Path: the loss as contours, and one run of each method over it from one start with the same noise."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.canvas.axes import Axis
from qhm_gui.canvas.canvas import Canvas
from qhm_gui.canvas.fields import ContourField
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.hover import nearest_vertex
from qhm_gui.canvas.labels import Label, ScaleBar, Tooltip
from qhm_gui.canvas.lines import Polyline
from qhm_gui.canvas.markers import Head, MinimumMark, StepDots
from qhm_gui.language import tr
from qhm_gui.numbers import fixed, scientific
from qhm_gui.state import State
from qhm_gui.theme import METHOD_LOOKS, Style
from qhm_gui.views.base import View
from qhm_gui.views.runs import compared, departure_sentence, shared_noise
from qhm_math import run
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

_GRID = 240
_LEVELS = 14


@dataclass(frozen=True)
class PathRequest:
    """One run of every method."""

    loss: Loss
    noise: Noise
    alpha: float
    beta: float
    keys: tuple[str, ...]
    nus: tuple[float, ...]
    start: tuple[float, float]
    steps: int
    seed: int


@dataclass(frozen=True)
class Field:
    """The loss on a grid wide enough for every shape of canvas, and the levels of its contours."""

    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    values: NDArray[np.float64]
    levels: NDArray[np.float64]


@dataclass(frozen=True)
class PathResult:
    """Positions (methods, steps + 1, 2), losses above the minimum (methods, steps + 1), the step of departure or -1."""

    request: PathRequest
    positions: NDArray[np.float64]
    losses: NDArray[np.float64]
    diverged: NDArray[np.int64]
    field: Field


@lru_cache(maxsize=16)
def field(loss: Loss) -> Field:
    """The loss around its window: three windows wide and high, so that no canvas shows an edge."""
    (x0, x1), (y0, y1) = loss.window()
    cx, cy, half = (x0 + x1) / 2, (y0 + y1) / 2, max(x1 - x0, 3 * (y1 - y0), (y1 - y0))
    xs = np.linspace(cx - 1.2 * half, cx + 1.2 * half, _GRID)
    ys = np.linspace(cy - 0.8 * half, cy + 0.8 * half, _GRID)
    grid = np.stack(np.meshgrid(xs, ys), axis=-1)
    values = loss.value(grid)
    return Field(xs, ys, values, contour_levels(loss, values[_inside(xs, ys, (x0, x1), (y0, y1))], values))


def _inside(xs: NDArray[Any], ys: NDArray[Any], x: tuple[float, float], y: tuple[float, float]) -> Any:
    return np.ix_((ys >= y[0]) & (ys <= y[1]), (xs >= x[0]) & (xs <= x[1]))


def contour_levels(loss: Loss, near: NDArray[np.float64], everything: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levels that lie evenly in the square root of the loss, as on a bowl seen from above, and on outside the window."""
    low, top = loss.minimum_value(), float(np.max(near))
    steps = (np.arange(1, _LEVELS + 1) / _LEVELS) ** 2
    levels = low + (top - low) * steps
    step = np.sqrt(top - low) / _LEVELS
    outside = np.arange(_LEVELS + 1, 1 + int(np.sqrt(float(np.max(everything)) - low) / step))
    return np.concatenate([levels, low + (step * outside[:40]) ** 2])


class PathView(View):
    """Contours and trajectories, with the draggable start."""

    key = "path"
    title = "Path"
    legend = True

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: PathResult | None = None
        self._hidden: frozenset[str] = frozenset()
        self._step = 0
        self._lifted = ""
        span = Axis(-1.0, 1.0)
        self._canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False)
        self._contours = self._canvas.add(ContourField())
        self._minima: list[MinimumMark] = []
        self._lines = {key: self._canvas.add(Polyline(key, look.width)) for key, look in METHOD_LOOKS.items()}
        self._dots = {key: self._canvas.add(StepDots(key, 2.1)) for key in METHOD_LOOKS}
        self._heads = {key: self._canvas.add(Head(look.shape, key)) for key, look in METHOD_LOOKS.items()}
        self._scale = self._canvas.add(ScaleBar())
        self._start = self._canvas.add(Handle("ink", kind="start"))
        self._start_label = self._canvas.add(Label("", "text", anchor=(0.0, 0.5)))
        self._tip = self._canvas.add(Tooltip())
        self._start.began.connect(self.began)
        self._start.ended.connect(self.ended)
        self._start.moved.connect(self._drag_start)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> PathRequest:
        keys = state.methods
        nus = tuple(state.nu_of(key) for key in keys)
        return PathRequest(
            state.loss, state.noise, state.alpha, state.beta, keys, nus, state.start, state.steps, state.seed
        )

    @staticmethod
    def compute(request: PathRequest, monitor: Monitor) -> Iterator[PathResult]:
        r = request
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        done = run(
            r.loss,
            compared(r.alpha, r.beta, r.nus),
            r.start,
            r.steps,
            noise=noise,
            seed=r.seed,
            monitor=monitor,
        )
        if done.completed < r.steps:
            return
        yield PathResult(
            request,
            np.ascontiguousarray(done.positions[:, :, 0].swapaxes(0, 1)),
            np.ascontiguousarray(done.losses[:, :, 0].T),
            done.diverged_at[:, 0],
            field(r.loss),
        )

    def subtitle(self, state: State) -> str:
        return tr("one run, dots are steps")

    def show(self, result: PathResult) -> None:
        before = self._result
        self._result = result
        if before is None or before.field is not result.field:
            self._show_field(result)
        for key, line in self._lines.items():
            if key in result.request.keys:
                points = result.positions[result.request.keys.index(key)]
                line.set_data(points[:, 0], points[:, 1])
        self.seek(self._step)
        gone = [
            (METHOD_LOOKS[key].name, int(step)) for key, step in zip(result.request.keys, result.diverged, strict=True)
        ]
        self.noted.emit(departure_sentence([item for item in gone if item[1] >= 0]))

    def mark(self, state: State) -> None:
        self._hidden = state.hidden
        self._start.set_position(*state.start)
        self._start_label.set_position(*state.start, dx=14, dy=-10)
        x, y = (fixed(value, 2) for value in state.start)
        self._start_label.set_text(tr("start") + f"  ({x}, {y})")
        for key, look in METHOD_LOOKS.items():
            active = key == state.active
            self._lines[key].set_width(2.6 if active else look.width - (0.8 if look.width > 2 else 0.0))
            for item in (self._lines[key], self._dots[key], self._heads[key]):
                item.setZValue(30 if active else 20)
        self._apply_visibility()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        for row, key in enumerate(result.request.keys):
            points = result.positions[row]
            here = min(step, len(points) - 1)
            last = here if result.diverged[row] < 0 else min(here, int(result.diverged[row]) - 1)
            self._lines[key].set_split(here, 0.25)
            self._dots[key].set_data(points[: here + 1, 0], points[: here + 1, 1])
            self._heads[key].set_position(*points[max(last, 0)])
        self._apply_visibility()

    def emphasise(self, key: str) -> None:
        self._lifted = key
        self._apply_visibility()

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def _show_field(self, result: PathResult) -> None:
        loss = result.request.loss
        (x0, x1), (y0, y1) = loss.window()
        self._canvas.set_axes(Axis(x0, x1), Axis(y0, y1))
        self._contours.set_field(result.field.xs, result.field.ys, result.field.values, result.field.levels)
        for mark in self._minima:
            mark.setVisible(False)
        minima = loss.minima()
        while len(self._minima) < len(minima):
            self._minima.append(self._canvas.add(MinimumMark()))
        for mark, (x, y) in zip(self._minima, minima, strict=False):
            mark.set_position(float(x), float(y))
            mark.setVisible(True)

    def _apply_visibility(self) -> None:
        keys = self._result.request.keys if self._result else ()
        for key in METHOD_LOOKS:
            shown = key in keys and key not in self._hidden
            alpha = 0.25 if self._lifted and key != self._lifted else 1.0
            for item in (self._lines[key], self._dots[key], self._heads[key]):
                item.setVisible(shown)
                item.set_alpha(alpha)

    def _drag_start(self, x: float, y: float) -> None:
        self.edited.emit({"start_x": x, "start_y": y})

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        self.said.emit(self._where(x, y, result))
        keys = [key for key in result.request.keys if key not in self._hidden]
        rows = [result.request.keys.index(key) for key in keys]
        found = nearest_vertex(self._canvas, [result.positions[row] for row in rows], x, y)
        if found is None:
            self._tip.hide()
            return
        row, step = rows[found[0]], found[1]
        px, py = result.positions[row, step]
        self._tip.set_text(
            [
                f"{METHOD_LOOKS[keys[found[0]]].name}   {tr('step')} {step}",
                f"*x* {fixed(px, 2)}   *y* {fixed(py, 2)}",
                f"*f* − *f*\\* {scientific(float(result.losses[row, step]))}",
            ]
        )
        self._tip.set_position(float(px), float(py))

    def _where(self, x: float, y: float, result: PathResult) -> str:
        value = float(result.request.loss.value(np.array([x, y])))
        return f"x {fixed(x, 2)}   y {fixed(y, 2)}   f {scientific(value)}"

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")
