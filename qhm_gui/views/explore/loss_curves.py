"""Loss against step: many runs of each method, and what the theory says of the current one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.divergence_marks import Departure, DivergenceMarks
from qhm_gui.canvas.hover import nearest_step
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label, Tooltip
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.views.shared.lowest import lowest_met
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, shared_noise
from qhm_gui.views.shared.theory_words import dashes_words
from qhm_gui.views.view import Option, Table, View
from qhm_math import QHM, has_theory, local_quadratic, run_statistics, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

#: Runs of the first answer: few enough that a drag repaints within a frame.
_COARSE_RUNS = 16
#: Steps at which quantiles are taken: more than a card has pixels would not be seen.
_BAND_STEPS = 240
#: Points of one chunk: cancelled within milliseconds, and large enough for array work.
_CHUNK = 200_000
_QUANTILES = (0.05, 0.25, 0.75, 0.95)


@dataclass(frozen=True)
class LossRequest:
    """Many runs of the methods ``points``, whose last is the current one, and the theory's curves of that one."""

    loss: Loss
    noise: Noise
    keys: tuple[str, ...]
    points: QHM
    start: tuple[float, float]
    steps: int
    runs: int
    seed: int


@dataclass(frozen=True)
class LossResult:
    """Means (methods, steps + 1) over ``runs``; quantiles (4, n) of the current method at ``band_steps``.

    ``diverged`` is the first step at which a run of the method has left, -1 where none has.
    """

    request: LossRequest
    runs: int
    means: NDArray[np.float64]
    band_steps: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    diverged: NDArray[np.int64]
    theory: Theory


@dataclass(frozen=True)
class Theory:
    """The theory's curves of the current method.

    ``expected`` is exact, and None where the loss is not a quadratic; ``rate`` and ``level``, the stationary loss,
    hold near the minimum nearest to the start, whose height above the lowest one is ``floor``.
    """

    expected: NDArray[np.float64] | None
    rate: float
    level: float
    floor: float


def theory(request: LossRequest) -> Theory:
    """Exact on a quadratic; from the Hessian at the nearest minimum, and on top of its height, elsewhere.

    Where the nearest minimum has no quadratic there is none of it.
    """
    if not has_theory(request.loss, request.start):
        return Theory(None, np.inf, np.inf, 0.0)
    local = local_quadratic(request.loss, request.noise, request.start)
    point = QHM(request.points.alpha, request.points.beta[-1], request.points.nu[-1])
    expected = local.expected_loss(point, request.start, request.steps) if local.exact else None
    level = float(local.stationary_loss(point)) + local.height
    return Theory(expected, float(local.rate(point)), level, local.height)


def statistics(request: LossRequest, runs: int, known: Theory, monitor: Monitor) -> LossResult | None:
    """Means and quantiles of ``runs`` runs, chunk by chunk, so that memory does not grow with steps × runs."""
    r, lowest = request, request.loss.minimum_value()
    at = np.arange(r.steps + 1)
    band = np.unique(np.linspace(0, r.steps, min(r.steps + 1, _BAND_STEPS)).astype(np.int64))
    noise = shared_noise(r.noise, r.steps, runs, r.seed)
    size = max(64, _CHUNK // (runs * len(r.keys)))
    chunks = simulate(r.loss, r.points, r.start, r.steps, noise, r.seed, runs, chunk=size, monitor=monitor)
    gathered = run_statistics(chunks, [lambda points: r.loss.value(points) - lowest], _QUANTILES, at, band)
    last = deque(gathered, maxlen=1)
    if not last or last[0].done < r.steps:
        return None
    found = last[0]
    return LossResult(request, runs, found.means[0].T, band, found.quantiles[0, :, -1].T, found.diverged, known)


class LossView(View):
    """Means and bands of many runs; exact expectation, slope and stationary level of the current method."""

    key = "loss"
    title = "Loss"
    options = (Option("loss_scale"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: LossResult | None = None
        self._state = State()
        self._step = 0
        self._bottom, self._top = 1e-5, 10.0
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._wide = self._canvas.add(Band("qhm", 0.13))
        self._narrow = self._canvas.add(Band("qhm", 0.15))
        self._lines = [self._canvas.add(PlotCurve("ink")) for _ in METHOD_LOOKS]  # row by row, the current one on top
        self._expected = self._canvas.add(PlotCurve("ink", 1.2, dash="theory"))
        self._slope = self._canvas.add(PlotCurve("ink", 1.4, dash="theory"))
        self._level = self._canvas.add(PlotCurve("ink", 1.4, dash="theory"))
        self._slope_label = self._canvas.add(Label("", "text", weight=500, anchor=(1.0, 0.5)))
        self._level_label = self._canvas.add(Label("", "text", weight=500, anchor=(1.0, 0.0)))
        self._heads = [self._canvas.add(Head("circle", "ink")) for _ in METHOD_LOOKS]
        self._ends = self._canvas.add(EndLabels())
        self._departures = self._canvas.add(DivergenceMarks())
        self._playhead = self._canvas.add(Playhead("ink"))
        self._tip = self._canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> LossRequest:
        s = state
        return LossRequest(s.loss, s.noise, s.methods, s.compared(), s.start, s.steps, s.runs, s.seed)

    @staticmethod
    def compute(request: LossRequest, monitor: Monitor) -> Iterator[LossResult]:
        known = theory(request)
        coarse = min(request.runs, _COARSE_RUNS)
        for runs in dict.fromkeys((coarse, request.runs)):
            result = statistics(request, runs, known, monitor)
            if result is None:
                return
            yield result

    @staticmethod
    def table(result: LossResult) -> Table:
        """The mean of every method, the quantiles of the current one where they are taken, the exact expectation."""
        count = result.means.shape[1]
        table: Table = {"step": np.arange(count)}
        for key, mean in zip(result.request.keys, result.means, strict=True):
            table[f"{key}_mean_loss"] = mean
        for share, values in zip(_QUANTILES, result.quantiles, strict=True):
            column = np.full(count, np.nan)
            column[result.band_steps] = values
            table[f"{result.request.keys[-1]}_quantile_{share:g}"] = column
        if result.theory.expected is not None:
            table[f"{result.request.keys[-1]}_expected_loss"] = result.theory.expected
        return table

    @staticmethod
    def lowest(result: LossResult) -> tuple[Loss, float] | None:
        if result.diverged[-1] >= 0:  # the quantiles are the current method's
            return None
        return lowest_met(result.request.loss, result.quantiles)

    def subtitle(self, state: State) -> str:
        if state.runs == 1:
            return tr("one run")
        words = tr("mean of {runs} runs, bands 50 % and 90 %", runs=state.runs)
        if not state.has_theory:
            return words
        return f"{words}; {dashes_words(state)}"

    def show(self, result: LossResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        redraw = (state.loss_scale, state.hidden) != (self._state.loss_scale, self._state.hidden)
        self._state = state
        if redraw:
            self._draw()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        self._playhead.set_position(step)
        for row, key in enumerate(result.request.keys):
            self._lines[row].set_split(step, 0.35)
            value = float(result.means[row, min(step, result.request.steps)])
            self._heads[row].set_position(step, self._clip(value))
            self._heads[row].setVisible(self._shown(key) and value <= self._top)

    def emphasise(self, key: str) -> None:
        keys = self._result.request.keys if self._result else ()
        for name, line in zip(keys, self._lines, strict=False):
            line.set_alpha(0.25 if key and name != key else 1.0)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def retranslate(self) -> None:
        self._draw()

    # -- drawing

    def _shown(self, key: str) -> bool:
        return self._result is not None and key in self._result.request.keys and key not in self._state.hidden

    def _leaving(self, result: LossResult) -> bool:
        """Whether a method drawn is cut at the top: its name stands where the axis' title would."""
        rows = [row for row, key in enumerate(result.request.keys) if self._shown(key)]
        return not bool(np.all(result.means[rows] <= self._top))

    def _clip(self, value: float) -> float:
        return float(np.clip(value, self._bottom, self._top))

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        steps = result.request.steps
        linear = self._state.loss_scale == "linear"
        self._bottom, self._top = loss_range(result, linear)
        y = Axis(
            self._bottom,
            self._top,
            "linear" if linear else "log",
            title="" if self._leaving(result) else tr("loss") + "  *f* − *f*_{min}",
            decades=not linear,
        )
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        ks = np.arange(steps + 1)
        ends: list[tuple[str, float, str]] = []
        departures: list[Departure] = []
        for line in self._lines:
            line.setVisible(False)
        for row, key in enumerate(result.request.keys):
            if not self._shown(key):
                continue
            line = self._lines[row]
            mean = result.means[row]
            outside = np.flatnonzero(~(mean <= self._top))
            cut = int(outside[0]) if len(outside) else steps + 1
            drawn = np.where(ks < cut, mean, np.nan)
            name = METHOD_LOOKS[key].name
            if cut <= steps:
                drawn[cut] = self._top
                gone = int(result.diverged[row])
                departures.append(Departure(float(cut), key, name, gone if gone >= 0 else cut, gone >= 0))
            else:
                ends.append((name, self._clip(mean[-1]), key))
            line.setData(ks, np.maximum(drawn, self._bottom))
            line.set_color(key)
            line.set_width(CURRENT_WIDTH if row == len(result.request.keys) - 1 else OTHER_WIDTH)
            line.setVisible(True)
            self._heads[row].set_color(key)
            self._heads[row].set_shape(METHOD_LOOKS[key].shape)
        self._ends.set_labels(ends)
        self._departures.set_departures(departures)
        self._draw_bands(result)
        self._draw_theory(result, ks)
        self.seek(self._step)

    def _draw_bands(self, result: LossResult) -> None:
        shown = self._shown(result.request.keys[-1]) and result.request.runs > 1
        with np.errstate(invalid="ignore"):
            low, lower, upper, high = np.clip(result.quantiles, self._bottom, self._top)
        for band in (self._wide, self._narrow):
            band.set_color(result.request.keys[-1])
        self._wide.setData(result.band_steps, low, high)
        self._narrow.setData(result.band_steps, lower, upper)
        self._wide.setVisible(shown)
        self._narrow.setVisible(shown)

    def _draw_theory(self, result: LossResult, ks: NDArray[np.int64]) -> None:
        steps = result.request.steps
        stable = result.theory.rate < 1 and np.isfinite(result.theory.level)
        exact = result.theory.expected is not None
        if result.theory.expected is not None:
            inside = (result.theory.expected <= self._top) & (result.theory.expected >= self._bottom)
            self._expected.setData(ks, np.where(inside, result.theory.expected, np.nan))
        self._expected.setVisible(exact)
        level = stable and self._bottom < result.theory.level < self._top
        self._level.setData([0, steps], [result.theory.level, result.theory.level] if level else [np.nan, np.nan])
        self._level_label.setVisible(level)
        on_top = result.theory.floor > 0
        self._level_label.set_text(
            tr("this minimum + predicted stationary loss") if on_top else tr("predicted stationary loss")
        )
        linear = self._state.loss_scale == "linear"
        self._level_label.set_anchor((1.0, 1.0) if linear else (1.0, 0.0))
        self._level_label.set_position(
            steps, result.theory.level if level else self._top, dx=-2, dy=-22 if linear else 4
        )
        self._draw_slope(result, stable and self._state.loss_scale == "log")

    def _draw_slope(self, result: LossResult, shown: bool) -> None:
        """loss(0) R^{2k}, from the first step down to the bottom or the right edge, above the minimum's height."""
        known, steps = result.theory, result.request.steps
        height = float(result.means[-1, 0]) - known.floor
        shown = shown and 0 < known.rate < 1 and height > 0
        self._slope.setVisible(shown)
        self._slope_label.setVisible(shown)
        if not shown:
            return
        fall = 2 * np.log10(known.rate)
        end = min(float(steps), (np.log10(self._bottom) - np.log10(height)) / fall)
        ks = np.linspace(0, end, 200)
        self._slope.setData(ks, known.floor + height * 10 ** (fall * ks))
        at = 0.85 * min(end, np.log10(known.floor / height) / fall) if 0 < known.floor < height else 0.85 * end
        steep = at < 0.35 * steps  # then there is no room to its left
        self._slope_label.set_text(tr("predicted slope") + "  *R*^{2k}")
        self._slope_label.set_anchor((0.0, 0.5) if steep else (1.0, 0.5))
        self._slope_label.set_position(at, known.floor + height * 10 ** (fall * at), dx=10 if steep else -8, dy=0)

    # -- the person

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), self._result.request.steps)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        found = nearest_step(self._canvas, self._lines, x, y)
        if found is None:
            self._leave()
            return
        row, step = found
        name, value = METHOD_LOOKS[result.request.keys[row]].name, scientific(float(result.means[row, step]))
        self._tip.set_text([f"{name}   {tr('step')} {step}", f"{tr('loss')} {value}"])
        self._tip.set_position(float(step), self._clip(float(result.means[row, step])))
        self.said.emit(f"{name}   *k* {step}   {tr('loss')} {value}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def loss_range(result: LossResult, linear: bool) -> tuple[float, float]:
    """The range of the loss axis: whole decades around what stays; runs that leave are cut at its top."""
    start = float(result.means[-1, 0])
    start = start if np.isfinite(start) and start > 0 else 1.0
    stays = [mean for mean, gone in zip(result.means, result.diverged, strict=True) if gone < 0]
    finite = np.concatenate([mean[np.isfinite(mean)] for mean in stays]) if stays else np.array([start])
    leaves = len(stays) < len(result.means)
    top = min(max(start, float(finite.max())), 1e4 * start)
    if linear:
        return 0.0, 1.08 * (2 * start if leaves else top)
    lows = [float(finite[finite > 0].min(initial=start))]
    band = result.quantiles[np.isfinite(result.quantiles) & (result.quantiles > 0)]
    if len(band):
        lows.append(float(np.quantile(band, 0.02)))
    if np.isfinite(result.theory.level) and result.theory.level > 0:
        lows.append(result.theory.level / 30)
    bottom = max(min(lows), 1e-12 * start)
    high = np.ceil(np.log10(1.5 * (1e3 * start if leaves else top)))
    return float(10.0 ** np.floor(np.log10(bottom))), float(10.0**high)
