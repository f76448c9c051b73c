"""The stationary distribution over the contours, with the ellipses of theory and measurement."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis, distinct_half
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.spread_region import SpreadRegion
from qhm_gui.canvas.text import Label, ScaleBar
from qhm_gui.drawing.stroke import directions
from qhm_gui.state.state import State
from qhm_gui.text.language import in_a_row, listed, tr
from qhm_gui.text.numbers import alpha_text, fixed, grouped, scientific
from qhm_gui.views.good.cloud_runs import (
    CloudRequest,
    CloudResult,
    affordable_runs,
    cloud_answers,
    ellipse,
    wanders,
)
from qhm_gui.views.good.local_theory import loss_text, no_noise
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_contours import MinimumMarks
from qhm_gui.views.shared.theory_words import above_words, reach_words, spread_words
from qhm_gui.views.view import Option, Table
from qhm_math import QHM, burn_in_steps, max_stable_alpha
from qhm_math.noise import IsotropicNoise
from qhm_math.progress import Monitor

#: The methods whose ellipses can be compared at the same α and β.
_NAMED = ("sgd", "shb", "nag")
_GRID, _LEVELS = 160, 11
#: The window grows in these steps, so that a growing spread is visible while α is dragged.
_GROWTH = 1.3


class CloudView(CanvasView):
    """Contours, dots, three ellipses and their names."""

    key = "cloud"
    needs_minimum = True
    title = "Stationary distribution"
    options = (Option("good.ellipses"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: CloudResult | None = None
        span = Axis(-1.0, 1.0)
        self._canvas = Canvas(style, span, span, aspect_locked=True, show_axes=False)
        self._contours = self._canvas.add(ContourField())
        self._hatch = self._canvas.add(UnstableRegion())
        self._dotted = self._canvas.add(SpreadRegion())
        self._dots = self._canvas.add(StepDots("qhm", radius=1.7, alpha=0.26))
        self._simulated = self._canvas.add(PlotCurve("qhm", 6.0, alpha=0.38))
        self._first = self._canvas.add(PlotCurve("ink", 1.8, dash="approx"))
        self._exact = self._canvas.add(PlotCurve("ink", 1.6, dash="theory"))
        self._family = [self._canvas.add(PlotCurve("ink", 1.8)) for _ in _NAMED]
        self._minimum = MinimumMarks(self._canvas)
        self._scale = self._canvas.add(ScaleBar())
        self._names = self._canvas.add(CurveLabels())
        self._state_label = self._canvas.add(Label("", "text", px=14, weight=600, anchor=(0.5, 1.0)))
        self._state_line = self._canvas.add(Label("", "text2", px=12, anchor=(0.5, 0.0)))
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(lambda: self.said.emit(""))

    @staticmethod
    def request(state: State) -> CloudRequest:
        s = state
        family = ()
        if s.good.ellipses == "family":
            family = tuple((key, s.point_of(key)) for key in _NAMED)
        return CloudRequest(s.local, s.alpha, s.beta, s.nu, s.active, s.steps, s.runs, s.seed, s.good.reach, family)

    @staticmethod
    def compute(request: CloudRequest, monitor: Monitor) -> Iterator[CloudResult]:
        return cloud_answers(request, monitor)

    @staticmethod
    def table(result: CloudResult) -> Table:
        """The points of the runs."""
        dots = result.measured.dots if result.measured else np.empty((0, 2))
        return {"x": dots[:, 0], "y": dots[:, 1]}

    @staticmethod
    def extent(result: CloudResult) -> str:
        """That they are a sample, where more were simulated."""
        measured = result.measured
        if measured is None or not len(measured.dots):
            return ""
        held, all_steps = len(measured.dots), result.request.steps * measured.runs
        if held >= all_steps:
            return tr("all {count} positions of the runs after the burn-in", count=grouped(all_steps))
        words = {"count": grouped(held), "all": grouped(all_steps)}
        return tr("a sample: {count} of the {all} positions of the runs after the burn-in", **words)

    def empty(self, state: State) -> tuple[str, str] | None:
        return no_noise(state)

    def subtitle(self, state: State) -> str:
        request = self.request(state)
        runs = affordable_runs(request, float(burn_in_steps(request.basin.mean_square_rate(state.point))))
        return tr("{runs} runs, 95 % ellipses", runs=runs) if runs else tr("95 % ellipses")

    def show(self, result: CloudResult) -> None:
        self._result = result
        request, measured = result.request, result.measured
        centre = np.array(request.basin.minimum)
        stable = result.exact is not None and not request.basin.noiseless
        shapes = [ellipse(result.exact, centre), ellipse(result.first, centre)] if result.exact is not None else []
        others = [ellipse(covariance, centre) for _, covariance in result.family]
        self._frame(request, [*shapes, *others], stable)
        for line in self._family:
            line.setVisible(False)
        for line, (key, _), shape in zip(self._family, result.family, others, strict=False):
            line.set_color(key)
            line.setData(shape[:, 0], shape[:, 1])
            line.setVisible(stable)
        places = [request.basin.minimum] if result.exact is not None else []
        self._minimum.set_places(places, lowest=request.basin.height <= 0)
        for item in (self._dots, self._simulated):
            item.set_color(request.method)
        for line, shape in zip((self._exact, self._first), shapes, strict=False):
            line.setData(shape[:, 0], shape[:, 1])
        for line in (self._exact, self._first):
            line.setVisible(stable)
        dots = measured.dots if measured else np.empty((0, 2))
        self._dots.setData(dots[:, 0], dots[:, 1])
        self._simulated.setVisible(measured is not None and measured.covariance is not None)
        if measured is not None and measured.covariance is not None and measured.mean is not None:
            ring = ellipse(measured.covariance, measured.mean)
            self._simulated.setData(ring[:, 0], ring[:, 1])
        self._names.set_labels(self._names_of(result, shapes, others) if stable else [])
        self._say(result, stable)

    def mark(self, state: State) -> None:
        """Nothing here moves without a new answer."""

    # -- drawing

    def _frame(self, request: CloudRequest, shapes: list[NDArray[np.float64]], stable: bool) -> None:
        """The window: as wide as the ellipses want, in steps, about the minimum; the loss's own if there is none."""
        basin = request.basin
        x, y = basin.minimum
        if request.reach:
            half = request.reach
        elif stable:
            reach = np.max([np.abs(shape - np.array(basin.minimum)).max(axis=0) for shape in shapes], axis=0)
            half = float(max(reach[0] / 1.6, 1.12 * reach[1], 1e-12))
            half = 1.08 * _GROWTH ** math.ceil(math.log(half, _GROWTH) - 1e-9)
        else:
            (x0, x1), (y0, y1) = basin.loss.window()
            half = max((x1 - x0) / 3.2, (y1 - y0) / 2)
        half = distinct_half(half, x, y)
        self._canvas.set_axes(Axis.around(x, 1.6 * half), Axis.around(y, half))
        xs = np.linspace(x - 4.5 * half, x + 4.5 * half, _GRID)
        ys = np.linspace(y - 3.0 * half, y + 3.0 * half, _GRID)
        with np.errstate(all="ignore"):
            values = basin.loss.value(np.stack(np.meshgrid(xs, ys), axis=-1))
        low = float(basin.loss.value(np.array(basin.minimum)))
        inner = values[np.ix_(np.abs(ys - y) <= 1.1 * half, np.abs(xs - x) <= 1.8 * half)]
        top = float(np.quantile(inner[np.isfinite(inner)], 0.9)) - low
        levels = low + top * (np.arange(1, _LEVELS + 1) / (_LEVELS - 2)) ** 2
        self._contours.setData(xs, ys, values, levels)
        around = 20 * half
        square = [x - around, x + around, x + around, x - around], [y - around, y - around, y + around, y + around]
        self._hatch.setData(*square)
        self._dotted.set_rings([np.column_stack(square)], np.empty((0, 2)))

    def _names_of(
        self, result: CloudResult, shapes: list[NDArray[np.float64]], others: list[NDArray[np.float64]]
    ) -> list[CurveLabel]:
        """The name of every ellipse, each led to another side of it."""
        request, measured = result.request, result.measured
        isotropic = isinstance(request.basin.noise, IsotropicNoise)
        law = "  ½ *α* *σ*² / *λ*" if isotropic else "  *A*Σ + Σ*A* = *αS*"
        exact, first = shapes
        exact_word = listed(tr("Lyapunov"), reach_words(request.basin))
        names = [
            _led(tr("first order") + law, "text", first, 115),
            _led(exact_word, "text", exact, -55),
        ]
        for (key, _), ring, way in zip(result.family, others, (25, 65, 160), strict=False):
            names.append(_led(METHOD_LOOKS[key].name, key, ring, way, weight=600))
        if measured is not None and measured.covariance is not None and measured.mean is not None:
            ring = ellipse(measured.covariance, measured.mean)
            above = above_words(request.basin)
            text = "\n".join((tr("simulation"), f"{tr('loss')} {scientific(measured.loss)}"))
            if math.isfinite(measured.error):
                text += f" ± {scientific(measured.error, 1, low=0.01)} ({tr('95 %')})"
            text = f"{text}\n{above}" if above else text
            names.append(_led(text, request.method, ring, -115, weight=600))
        return names

    def _say(self, result: CloudResult, stable: bool) -> None:
        """Title and sentence where there is no stationary distribution, or none near the minimum."""
        request, measured = result.request, result.measured
        unstable = result.exact is None
        point = QHM(request.alpha, request.beta, request.nu)
        spread = spread_words(request.basin, point)
        self._hatch.setVisible(unstable and not spread)
        self._dotted.setVisible(unstable and bool(spread))
        for item in (self._contours, self._scale):
            item.setVisible(not unstable)
        title = line = ""
        if unstable and spread:
            title, line = tr("Spread grows: no stationary state"), spread
        elif unstable:
            top = max_stable_alpha(request.beta, request.nu, request.basin.curvatures[-1])
            title = tr("Diverges: no stationary state")
            line = f"*α* = {alpha_text(request.alpha)} > {alpha_text(float(top))}"
        elif stable and measured is None and not affordable_runs(request, result.burn_in):
            title = tr("Too slow to simulate")
            line = tr("reaching the stationary state would take {steps} steps", steps=scientific(result.burn_in, 2))
        elif measured is not None and measured.gone:
            line = tr("{gone} of {runs} runs diverged", gone=measured.gone, runs=measured.runs)
        elif wanders(result):
            line = tr("the iterates move away from the minimum: its theory does not hold")
        elif measured is not None:
            line = spread
        x, y = request.basin.minimum
        low = self._canvas.y_axis.low
        place = (x, y, 0.0) if unstable else (x, low, -34.0 - (16.0 if "\n" in line else 0.0))
        for label, text, shift in ((self._state_label, title, -4.0), (self._state_line, line, 4.0)):
            label.set_text(text)
            label.setVisible(bool(text))
            label.set_position(place[0], place[1], dy=place[2] + shift)
        said = in_a_row(title, line) if unstable or measured is None else line
        self.noted.emit(said.replace("\n", " "))

    def _hover(self, x: float, y: float) -> None:
        if self._result is not None:
            basin = self._result.request.basin
            value = float(basin.loss.value(np.array([x, y])))
            self.said.emit(f"*x* {fixed(x, 3)}   *y* {fixed(y, 3)}   *f* {loss_text(value)}")


def _led(text: str, color: str, ring: NDArray[np.float64], degrees: float, weight: int = 500) -> CurveLabel:
    """A name led to where a ring lies farthest in a direction (degrees from the right, upwards)."""
    way = np.array([math.cos(math.radians(degrees)), math.sin(math.radians(degrees))])
    outward = directions(ring - ring.mean(axis=0))
    at = int(np.argmax(outward @ way))
    turned = np.roll(ring[:-1], len(ring) // 2 - at, axis=0)  # the place in the middle of the line
    return CurveLabel(text, color, turned[:, 0], turned[:, 1], near=0.5, reach=52, weight=weight)
