"""Ensemble: many long runs under the schedule, beside runs that keep all conditions, or break one if it keeps them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.divergence_marks import Departure, DivergenceMarks
from qhm_gui.canvas.hover import nearest_step
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label, Tooltip
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.views.converge.schedule_text import formulas, schedule_of
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.view import Option, Table, View
from qhm_math import ScheduledQHM, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor
from qhm_math.schedules import Schedule, judge, keeping, resting

_POINTS = 260
#: Points of one chunk: cancelled within a tenth of a second.
_CHUNK = 100_000
_MOST_ROWS = 1000
#: A picture comes when the runs are so far, and then each time they are three times as far.
_FIRST_PICTURE, _NEXT_PICTURE = 500, 3
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
        """Whether the schedule keeps all conditions of a theorem."""
        return any(theorem.verdict == "holds" for theorem in judge(self.schedule))

    @property
    def beside(self) -> Schedule:
        """What it is compared with: constants where it keeps the conditions, else its nearest that does."""
        return resting(self.schedule) if self.keeps else keeping(self.schedule)


@dataclass(frozen=True)
class EnsembleResult:
    """At ``steps``, up to ``done``: means (2 measures, n, 2 schedules) and quantiles (2, n, 2, 4), NaN beyond.

    The measures are f - f_min and ‖∇f‖; the schedules are the current one and the one beside it. ``diverged`` is the
    first step at which a run of each has left, -1 where none has.
    """

    request: EnsembleRequest
    beside: Schedule
    steps: NDArray[np.int64]
    done: int
    means: Values
    quantiles: Values
    diverged: NDArray[np.int64]


def measured(loss: Loss, positions: Values) -> Values:
    """f - f_min and ‖∇f‖ of positions (..., 2), as (2, ...)."""
    with np.errstate(all="ignore"):
        gradient = loss.gradient(positions)
        return np.stack((loss.value(positions) - loss.minimum_value(), np.linalg.norm(gradient, axis=-1)))


def order_statistics(values: Values) -> Values:
    """The quantiles over the last axis as the last axis; runs that have left count as infinite."""
    ordered = np.sort(np.nan_to_num(values, nan=np.inf), axis=-1)
    ranks = np.rint(np.array(_QUANTILES) * (values.shape[-1] - 1)).astype(np.int64)
    return ordered[..., ranks]


class EnsembleView(View):
    """Mean and bands of two ensembles on log axes."""

    key = "ensemble"
    title = "Ensemble"
    options = (Option("converge.measure"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: EnsembleResult | None = None
        self._state = State()
        self._bottom, self._top = 1e-5, 10.0
        self._canvas = Canvas(
            style, Axis(1, 1e4, "log", decades=True), Axis(1e-5, 10, "log", decades=True), grid_y=True
        )
        self._bands = [self._canvas.add(Band(color, alpha)) for color in (_BESIDE, "qhm") for alpha in (0.13, 0.15)]
        self._lines = [
            self._canvas.add(PlotCurve(_BESIDE, OTHER_WIDTH)),
            self._canvas.add(PlotCurve("qhm", CURRENT_WIDTH)),
        ]
        self._caption = self._canvas.add(Label("", "muted", anchor=(1.0, 0.0), free=True))
        self._ends = self._canvas.add(EndLabels())
        self._departures = self._canvas.add(DivergenceMarks())
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._canvas

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
        means = np.full((2, len(at), 2), np.nan)
        quantiles = np.full((2, len(at), 2, len(_QUANTILES)), np.nan)
        method = ScheduledQHM((r.schedule, beside))
        noise = shared_noise(r.noise, r.steps, r.runs, r.seed)
        rows = min(_MOST_ROWS, max(16, _CHUNK // (2 * r.runs)))
        picture = min(_FIRST_PICTURE, r.steps)
        for chunk in simulate(r.loss, method, r.start, r.steps, noise, r.seed, r.runs, chunk=rows, monitor=monitor):
            done = chunk.first + len(chunk.positions) - 1
            inside = (at >= chunk.first) & (at <= done)
            values = measured(r.loss, chunk.positions[at[inside] - chunk.first])
            with np.errstate(all="ignore"):
                means[:, inside] = values.mean(axis=-1)
            quantiles[:, inside] = order_statistics(values)
            if done >= picture:
                picture = min(_NEXT_PICTURE * done, r.steps) if done < r.steps else r.steps
                gone = np.where(chunk.diverged_at < 0, np.iinfo(np.int64).max, chunk.diverged_at).min(axis=-1)
                gone = np.where(gone == np.iinfo(np.int64).max, -1, gone)
                yield EnsembleResult(r, beside, at, done, means.copy(), quantiles.copy(), gone)

    def subtitle(self, state: State) -> str:
        if state.converge.runs == 1:
            return tr("one run")
        return tr("mean of {runs} runs, bands 50 % and 90 %", runs=state.converge.runs)

    def show(self, result: EnsembleResult) -> None:
        self._result = result
        self._draw()
        names = (tr("The current schedule"), tr("The schedule beside it"))
        left = [(name, int(step)) for name, step in zip(names, result.diverged, strict=True) if step >= 0]
        self.noted.emit(departure_sentence(left))

    def mark(self, state: State) -> None:
        redraw = (state.converge.measure, state.active) != (self._state.converge.measure, self._state.active)
        self._state = state
        if redraw:
            self._draw()

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

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
        self._bottom, self._top = measure_range(means, bands, result.diverged)
        names = (tr("loss") + "  *f* − *f*_{min}", tr("gradient norm") + "  ‖∇*f*‖")
        self._canvas.set_axes(
            Axis(1, float(max(result.request.steps, 10) + 1), "log", title=tr("step") + " *k* + 1", decades=True),
            Axis(self._bottom, self._top, "log", title=names[measure], decades=True),
        )
        colors = (self._state.active, _BESIDE)
        words = (tr("current"), tr("constant") if result.request.keeps else tr("all kept"))
        ends: list[tuple[str, float, str]] = []
        departures: list[Departure] = []
        x: Values = result.steps.astype(np.float64) + 1
        for which in range(2):
            line = self._lines[1 - which]
            mean = means[:, which]
            outside = np.flatnonzero((mean > self._top) | (np.isnan(mean) & (result.steps <= result.done)))
            cut = int(outside[0]) if len(outside) else len(mean)
            drawn = np.where(np.arange(len(mean)) < cut, np.maximum(mean, self._bottom), np.nan)
            if cut < len(mean):
                drawn[cut] = self._top
                gone = int(result.diverged[which])
                step = gone if gone >= 0 else int(result.steps[cut])
                departures.append(Departure(float(x[cut]), colors[which], words[which], step, gone >= 0))
            else:
                known = drawn[np.isfinite(drawn)]
                ends.append((words[which], float(known[-1]) if len(known) else np.nan, colors[which]))
            line.setData(x, drawn)
            line.set_color(colors[which])
            self._draw_bands(which, x, bands[:, which], colors[which], result.request.runs > 1)
        self._ends.set_labels(ends)
        self._departures.set_departures(departures)
        beside = tr("beside it: constant") if result.request.keeps else tr("beside it: all conditions kept")
        self._caption.set_text(beside + "\n" + formulas(result.beside))
        self._caption.set_position(float(x[-1]), self._top, dx=-8, dy=42 if departures else 5)  # clear of who left

    def _draw_bands(self, which: int, x: Values, bands: Values, color: str, shown: bool) -> None:
        low, lower, upper, high = np.clip(bands, self._bottom, self._top).T
        for band, edges in zip(self._bands[2 - 2 * which : 4 - 2 * which], ((low, high), (lower, upper)), strict=True):
            band.set_color(color)
            band.setData(x, *edges)
            band.setVisible(shown)

    # -- the person

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = nearest_step(self._canvas, self._lines, x, y) if result is not None else None
        if result is None or found is None:
            self._leave()
            return
        line, row = found
        which = 1 - line
        measure = 1 if self._state.converge.measure == "gradient" else 0
        value = float(result.means[measure, row, which])
        name = METHOD_LOOKS[self._state.active].name if which == 0 else tr("beside it")
        what = tr("gradient norm") if measure else tr("loss")
        k = f"{result.steps[row]}"
        self._tip.set_text([f"{name}   {tr('step')} {k}", f"{what} {scientific(value)}"])
        self._tip.set_position(float(result.steps[row] + 1), float(np.clip(value, self._bottom, self._top)))
        self.said.emit(f"{name}   *k* {k}   {what} {scientific(value)}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def measure_range(means: Values, bands: Values, diverged: NDArray[np.int64]) -> tuple[float, float]:
    """Whole decades about the runs that stay; those that leave are cut a thousand times above the start."""
    start = float(means[0, 0])
    start = start if np.isfinite(start) and start > 0 else 1.0
    stays = means[:, diverged < 0]
    finite = stays[np.isfinite(stays) & (stays > 0)]
    top = min(max(start, float(finite.max(initial=start))), 1e4 * start)
    low = float(finite.min(initial=start))
    inner = bands[:, diverged < 0]
    inner = inner[np.isfinite(inner) & (inner > 0)]
    if len(inner):
        low = min(low, float(np.quantile(inner, 0.02)))
    high = np.ceil(np.log10(1.5 * (1e3 * start if (diverged >= 0).any() else top)))
    return float(10.0 ** np.floor(np.log10(max(low, 1e-10 * start)))), float(10.0**high)
