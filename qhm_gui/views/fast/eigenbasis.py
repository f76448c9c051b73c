"""One path twice: on the plane, and in the eigenbasis, where each axis is a mode that knows nothing of the other."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.markers import Head, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.contour_data import EigenbasisField, Field, Window, eigen_field, field, same_height
from qhm_gui.views.shared.loss_contours import MinimumMarks
from qhm_gui.views.shared.method_path import MOST_DOTS
from qhm_gui.views.shared.runs import CURRENT_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.shared.two_canvases import Pair
from qhm_gui.views.view import Table, View
from qhm_math import QHM, run
from qhm_math.losses import Loss, nearest_minimum
from qhm_math.noise import Noise
from qhm_math.progress import Monitor


@dataclass(frozen=True)
class EigenbasisRequest:
    """One run of the current method."""

    loss: Loss
    noise: Noise
    alpha: float
    beta: float
    nu: float
    start: tuple[float, float]
    steps: int
    seed: int


@dataclass(frozen=True)
class EigenbasisResult:
    """Positions (steps + 1, 2) on the plane and in the eigenbasis, and both fields.

    ``diverged`` and ``undefined``: the step at which the run grew beyond bounds, or left the loss's domain; or -1.
    """

    request: EigenbasisRequest
    plain: NDArray[np.float64]
    turned: NDArray[np.float64]
    diverged: int
    undefined: int
    field: Field
    eigen: EigenbasisField


class PathItems:
    """The canvas of one of the two pictures."""

    def __init__(self, style: Style) -> None:
        span = Axis(-1.0, 1.0)
        self.canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False)
        self._contours = self.canvas.add(ContourField())
        self._cross = [self.canvas.add(PlotCurve("ink", 1.0, dash=(3.0, 3.0), alpha=0.55)) for _ in range(2)]
        self.minimum = MinimumMarks(self.canvas)
        self._line = self.canvas.add(PlotCurve("qhm", CURRENT_WIDTH))
        self._dots = self.canvas.add(StepDots("qhm", 2.6))
        self._names = [self.canvas.add(Label("", "text", weight=600)) for _ in range(2)]
        self.title = self.canvas.add(Label("", "text", weight=600, anchor=(0.0, 1.0)))
        self._head = self.canvas.add(Head("diamond", "qhm"))
        self.start = self.canvas.add(Handle("ink", kind="start"))
        self._points = np.empty((0, 2))

    def show_field(self, shown: Field, window: Window) -> None:
        """Contours, and the part of them to show."""
        self.canvas.set_axes(Axis(*window[0]), Axis(*window[1]))
        self._contours.setData(shown.xs, shown.ys, shown.values, shown.levels)
        left, _, bottom, _ = self.canvas.visible_range()
        self.title.set_position(left, bottom, dx=6, dy=-5)

    def show_modes(self, minimum: NDArray[np.float64], lowest: bool, axes: NDArray[np.float64], reach: float) -> None:
        """The minimum, and the directions of both modes through it, named at their ends."""
        self.minimum.set_places([minimum.tolist()], lowest=lowest)
        for line, label, axis, name in zip(self._cross, self._names, axes.T, ("*μ*", "*L*"), strict=True):
            far = np.stack((minimum - 4 * reach * axis, minimum + 4 * reach * axis))
            line.setData(*far.T)
            label.set_text(name)
            label.set_position(*(minimum + reach * axis).tolist(), dx=5, dy=-9)

    def show_path(self, points: NDArray[np.float64], gone: int) -> None:
        """The path; its head stays where the method was before it left."""
        self._points = points[: gone if gone > 0 else len(points)]
        self._line.setData(*points.T)
        self._dots.setData(*(points.T if len(points) <= MOST_DOTS + 1 else np.empty((2, 0))))

    def dress(self, key: str) -> None:
        """Take a method's colour and shape."""
        for item in (self._line, self._dots, self._head):
            item.set_color(key)
        self._head.set_shape(METHOD_LOOKS[key].shape)

    def seek(self, step: int) -> None:
        """Put the head at a step."""
        if len(self._points):
            self._line.set_split(step, 0.25)
            self._dots.set_split(step, 0.0)
            self._head.set_position(*self._points[min(step, len(self._points) - 1)].tolist())


class EigenbasisView(View):
    """The path on the plane and in the eigenbasis: one start, one playhead."""

    key = "eigen"
    needs_minimum = True
    title = "Path in the eigenbasis"
    columns = described(
        {
            "along_mu": Column("position along the direction of the smallest curvature μ, from the minimum", "x"),
            "along_L": Column("position along the direction of the largest curvature L, from the minimum", "x"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: EigenbasisResult | None = None
        self._state = State()
        self._step = 0
        self._plain, self._turned = self._pictures = (PathItems(style), PathItems(style))
        self._widget = Pair(self._plain.canvas, self._turned.canvas, aspect=1.7)
        for items in self._pictures:
            items.start.began.connect(self.began)
            items.start.ended.connect(self.ended)
            items.canvas.left.connect(lambda: self.said.emit(""))
        self._plain.start.moved_to.connect(self._drag_plain)
        self._turned.start.moved_to.connect(self._drag_turned)
        self._plain.canvas.hovered.connect(lambda x, y: self.said.emit(f"*x* {fixed(x, 2)}   *y* {fixed(y, 2)}"))
        self._turned.canvas.hovered.connect(self._hover_turned)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._plain.canvas, self._turned.canvas

    @staticmethod
    def request(state: State) -> EigenbasisRequest:
        s = state
        return EigenbasisRequest(s.loss, s.noise, s.alpha, s.beta, s.nu, s.start, s.steps, s.seed)

    @staticmethod
    def compute(request: EigenbasisRequest, monitor: Monitor) -> Iterator[EigenbasisResult]:
        r = request
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        done = run(r.loss, QHM(r.alpha, r.beta, r.nu), r.start, r.steps, noise, r.seed, monitor=monitor)
        if done.completed < r.steps:
            return
        plain = np.ascontiguousarray(done.positions[:, 0])
        x, y = nearest_minimum(r.loss, np.asarray(r.start)).tolist()
        turned = eigen_field(r.loss, (x, y))  # one picture, kept, for every start near this minimum
        gone, lost = int(done.diverged_at[0]), int(done.undefined_at[0])
        yield EigenbasisResult(r, plain, turned.inside(plain), gone, lost, field(r.loss), turned)

    @staticmethod
    def table(result: EigenbasisResult) -> Table:
        """The path on the plane, and along both modes."""
        x, y = result.plain.T
        along_mu, along_top = result.turned.T
        return {"step": np.arange(len(x)), "x": x, "y": y, "along_mu": along_mu, "along_L": along_top}

    def subtitle(self, state: State) -> str:
        return tr("in the plane, and along the eigenvectors")

    def show(self, result: EigenbasisResult) -> None:
        before, self._result = self._result, result
        eigen = result.eigen
        if before is None or before.eigen is not eigen:
            window = result.request.loss.window()
            self._plain.show_field(result.field, window)
            self._turned.show_field(eigen.field, eigen.window)
            reach = 0.3 * min(high - low for low, high in window)
            loss = result.request.loss
            lowest = float(loss.value(eigen.minimum)) <= loss.minimum_value() + same_height(loss)
            self._plain.show_modes(eigen.minimum, lowest, eigen.axes, reach)
            self._turned.show_modes(np.zeros(2), lowest, np.eye(2), reach)
        self._plain.show_path(result.plain, result.diverged)
        self._turned.show_path(result.turned, result.diverged)
        self.retranslate()
        self.mark(self._state)
        self.seek(self._step)
        name = METHOD_LOOKS[self._state.active].name
        self.noted.emit(departure_sentence([name], result.diverged, result.undefined))

    def mark(self, state: State) -> None:
        self._state = state
        for items in self._pictures:
            items.dress(state.active)
        self._plain.start.set_position(*state.start)
        if self._result is not None:
            self._turned.start.set_position(*self._result.eigen.inside(np.asarray(state.start)).tolist())

    def seek(self, step: int) -> None:
        self._step = step
        for items in self._pictures:
            items.seek(step)

    def restyle(self, style: Style) -> None:
        self.style = style
        for items in self._pictures:
            items.canvas.set_style(style)

    def retranslate(self) -> None:
        for items in self._pictures:
            items.minimum.retranslate()
        self._plain.title.set_text(tr("plane"))
        self._turned.title.set_text(tr("eigenbasis"))

    def _hover_turned(self, x: float, y: float) -> None:
        along = (tr("along {mode}", mode=mode) for mode in ("*μ*", "*L*"))
        self.said.emit("   ".join(f"{words} {fixed(value, 2)}" for words, value in zip(along, (x, y), strict=True)))

    def _drag_plain(self, x: float, y: float) -> None:
        self.edited.emit({"start_x": x, "start_y": y})

    def _drag_turned(self, x: float, y: float) -> None:
        if self._result is not None:
            self._drag_plain(*self._result.eigen.outside(x, y))
