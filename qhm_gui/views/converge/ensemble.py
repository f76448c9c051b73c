"""Ensemble: many long runs under the schedule, beside runs that keep all conditions, or break one if it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import Band
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped_whole, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.converge.schedule_text import formulas, schedule_of
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve, value_range
from qhm_gui.views.shared.lowest import lowest_met
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.view import Option, Table
from qhm_math import ScheduledQHM, run_statistics, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor
from qhm_math.schedules import Schedule, check_theorems, keeping, resting

_POINTS = 260
#: Points of one chunk: cancelled within a tenth of a second.
_CHUNK = 100_000
#: A picture comes when the runs are so far, and then each time they are so many times as far.
_FIRST_PICTURE, _NEXT_PICTURE = 250, 4
_QUANTILES = (0.05, 0.25, 0.75, 0.95)
_BESIDE = "muted"

Values = NDArray[np.float64]


@dataclass(frozen=True)
class EnsembleRequest:
    """Runs of two schedules on one loss from one start with the same noise."""

    loss: Loss
    noise: Noise
    schedule: Schedule
    start: tuple[float, float]
    steps: int
    runs: int
    seed: int

    @property
    def keeps(self) -> bool:
        """Whether the schedule keeps all conditions that Theorem 1 or 2 has for it, whatever the loss."""
        return any(theorem.verdict == "holds" for theorem in check_theorems(self.schedule))

    @property
    def beside(self) -> Schedule:
        """What it is compared with: constants where it keeps the conditions, else its nearest that does."""
        return resting(self.schedule) if self.keeps else keeping(self.schedule)


@dataclass(frozen=True)
class EnsembleResult:
    """At ``steps``, up to ``done``: means (2 measures, n, 2 schedules) and quantiles (2, n, 2, 4), NaN beyond.

    The measures are f - f_min and ‖∇f‖; the schedules are the current one and the one beside it. ``diverged`` is the
    first step at which a run of each has left, ``undefined`` that at which one has left the loss's domain; or -1.
    """

    request: EnsembleRequest
    beside: Schedule
    steps: NDArray[np.int64]
    done: int
    means: Values
    quantiles: Values
    diverged: NDArray[np.int64]
    undefined: NDArray[np.int64]


class EnsembleView(CanvasView):
    """Mean and bands of two ensembles on log axes."""

    key = "ensemble"
    title = "Mean and spread of the runs"
    columns = described(
        {
            "loss_{which}_q{percent}": Column("{percent} % quantile of the loss, schedule: {which}", "f"),
            "loss_{which}": Column("mean of the loss above the lowest minimum, schedule: {which}", "f"),
            "gradient_{which}_q{percent}": Column(
                "{percent} % quantile of the gradient norm, schedule: {which}", "f/x"
            ),
            "gradient_{which}": Column("mean of the gradient norm, schedule: {which}", "f/x"),
        }
    )
    options = (Option("converge.measure"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: EnsembleResult | None = None
        self._state = State()
        self._canvas = Canvas(
            style, Axis(1, 1e4, "log", decades=True), Axis(1e-5, 10, "log", decades=True), grid_y=True
        )
        self._bands = [self._canvas.add(Band(color, alpha)) for color in (_BESIDE, "qhm") for alpha in (0.13, 0.15)]
        self._curves = LossCurves(self._canvas, 2)  # the current one on top
        self._caption = self._canvas.add(Label("", "muted", anchor=(1.0, 0.0), free=True))
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> EnsembleRequest:
        options = state.converge
        return EnsembleRequest(
            state.loss, state.noise, schedule_of(state), state.start, options.steps, options.runs, state.seed
        )

    @staticmethod
    def compute(request: EnsembleRequest, monitor: Monitor) -> Iterator[EnsembleResult]:
        r, beside = request, request.beside
        at = np.unique(np.rint(np.geomspace(1, r.steps + 1, _POINTS)).astype(np.int64)) - 1
        noise = shared_noise(r.noise, r.steps, r.runs, r.seed)
        rows = min(_FIRST_PICTURE, max(16, _CHUNK // (2 * r.runs)))
        method, lowest = ScheduledQHM((r.schedule, beside)), r.loss.minimum_value()
        measures = (
            lambda points: r.loss.value(points) - lowest,
            lambda points: np.linalg.norm(r.loss.gradient(points), axis=-1),
        )
        picture = min(_FIRST_PICTURE, r.steps)
        chunks = simulate(r.loss, method, r.start, r.steps, noise, r.seed, r.runs, chunk=rows, monitor=monitor)
        for found in run_statistics(chunks, measures, _QUANTILES, at):
            if found.done >= picture:
                picture = min(_NEXT_PICTURE * found.done, r.steps) if found.done < r.steps else r.steps
                means, quantiles = found.means.copy(), found.quantiles.copy()
                yield EnsembleResult(r, beside, at, found.done, means, quantiles, found.diverged, found.undefined)

    @staticmethod
    def lowest(result: EnsembleResult) -> tuple[Loss, float] | None:
        return lowest_met(result.request.loss, result.quantiles[0][:, result.diverged < 0])

    def subtitle(self, state: State) -> str:
        if state.converge.runs == 1:
            return tr("one run")
        return tr("mean of {runs} runs, bands 50 % and 90 %", runs=state.converge.runs)

    def show(self, result: EnsembleResult) -> None:
        self._result = result
        self._draw()
        names = (tr("The current schedule"), tr("The schedule beside it"))
        self.noted.emit(departure_sentence(names, result.diverged, result.undefined))

    def mark(self, state: State) -> None:
        redraw = (state.converge.measure, state.active) != (self._state.converge.measure, self._state.active)
        self._state = state
        if redraw:
            self._draw()

    def retranslate(self) -> None:
        self._draw()

    @staticmethod
    def table(result: EnsembleResult) -> Table:
        columns: Table = {"step": result.steps}
        for measure, values, bands in zip(("loss", "gradient"), result.means, result.quantiles, strict=True):
            for which, name in enumerate(("current", "beside")):
                columns[f"{measure}_{name}"] = values[:, which]
                for rank, share in enumerate(_QUANTILES):
                    columns[f"{measure}_{name}_q{round(100 * share):02d}"] = bands[:, which, rank]
        return columns

    # -- drawing

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        measure = 1 if self._state.converge.measure == "gradient" else 0
        means, bands = result.means[measure], result.quantiles[measure]
        low, high = measure_range(means, bands, result.diverged)
        names = (tr("loss") + "  *f* − *f*_{min}", tr("gradient norm") + "  ‖∇*f*‖")
        self._canvas.set_axes(
            Axis(1, float(max(result.request.steps, 10) + 1), "log", title=tr("step") + " *k* + 1", decades=True),
            Axis(low, high, "log", title=names[measure], decades=True),
        )
        colors = (self._state.active, _BESIDE)
        words = (tr("current"), tr("constant") if result.request.keeps else tr("all kept"))
        x: Values = result.steps.astype(np.float64) + 1
        known = result.steps <= result.done
        curves: list[StepCurve] = []
        for which, width in ((1, OTHER_WIDTH), (0, CURRENT_WIDTH)):
            gone, lost = int(result.diverged[which]), int(result.undefined[which])
            several = result.request.runs > 1
            values = means[known, which]
            curves.append(StepCurve(words[which], colors[which], values, gone, width, undefined=lost, several=several))
            self._draw_bands(which, x, bands[:, which], colors[which], several)
        self._curves.show(curves, x, result.steps)
        beside = tr("beside it: constant") if result.request.keeps else tr("beside it: all conditions kept")
        self._caption.set_text(beside + "\n" + formulas(result.beside))
        self._caption.set_position(float(x[-1]), high, dx=-8, dy=5)

    def _draw_bands(self, which: int, x: Values, bands: Values, color: str, shown: bool) -> None:
        low, lower, upper, high = bands.T
        for band, edges in zip(self._bands[2 - 2 * which : 4 - 2 * which], ((low, high), (lower, upper)), strict=True):
            band.set_color(color)
            band.setData(x, *edges)
            band.setVisible(shown)

    # -- the mouse

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = self._curves.nearest(x, y)
        if result is None or found is None:
            self._leave()
            return
        line, row, value = found
        which = 1 - line
        name = METHOD_LOOKS[self._state.active].name if which == 0 else tr("beside it")
        what = tr("gradient norm") if self._state.converge.measure == "gradient" else tr("loss")
        k = grouped_whole(int(result.steps[row]))
        self._tip.set_text([f"{name}   {tr('step')} {k}", f"{what} {scientific(value)}"])
        self._tip.set_position(float(result.steps[row] + 1), self._canvas.y_axis.clip(value))
        self.said.emit(f"{name}   *k* {k}   {what} {scientific(value)}")


def measure_range(means: Values, bands: Values, diverged: NDArray[np.int64]) -> tuple[float, float]:
    """The range of the axis: about the means and the bands of the runs that stay."""
    inner = bands[:, diverged < 0]
    inner = inner[np.isfinite(inner) & (inner > 0)]
    lows = [float(np.quantile(inner, 0.02))] if len(inner) else []
    return value_range(means.T, diverged.tolist(), lows)
