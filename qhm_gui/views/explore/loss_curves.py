"""Loss against step: many runs of each method, and what the theory says of the current one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Playhead
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import grouped_whole, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve, value_range
from qhm_gui.views.shared.lowest import lowest_met
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.shared.theory_words import dashes_words, spread_words
from qhm_gui.views.view import Option, Table
from qhm_math import QHM, LocalQuadratic, has_theory, local_quadratic, run_statistics, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

#: Runs of the first answer: few enough that a drag repaints within a frame.
_COARSE_RUNS = 8
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

    ``diverged`` is the first step at which a run of the method has left, ``undefined`` that from which on the loss of
    one is not defined; -1 where there is none.
    """

    request: LossRequest
    runs: int
    means: NDArray[np.float64]
    band_steps: NDArray[np.int64]
    quantiles: NDArray[np.float64]
    diverged: NDArray[np.int64]
    undefined: NDArray[np.int64]
    theory: Theory


@dataclass(frozen=True)
class Theory:
    """The theory's curves of the current method.

    ``expected`` is exact, and None where the loss is not a quadratic; ``rate`` and ``level``, the stationary loss,
    hold near the minimum nearest to the start, whose height above the lowest one is ``floor``. Under mini-batches
    (``batches``) the rate is that of the spread.
    """

    expected: NDArray[np.float64] | None
    rate: float
    level: float
    floor: float
    batches: bool = False


def current_point(request: LossRequest) -> QHM:
    """The current method, the last of the points."""
    return QHM(request.points.alpha, request.points.beta[-1], request.points.nu[-1])


def local_of(request: LossRequest) -> LocalQuadratic | None:
    """The theory at the nearest minimum; None where that has no quadratic."""
    known = has_theory(request.loss, request.start)
    return local_quadratic(request.loss, request.noise, request.start) if known else None


def theory(request: LossRequest) -> Theory:
    """Exact on a quadratic; from the Hessian at the nearest minimum, and on top of its height, elsewhere.

    Where the nearest minimum has no quadratic there is none of it.
    """
    local, point = local_of(request), current_point(request)
    if local is None:
        return Theory(None, np.inf, np.inf, 0.0)
    expected = local.expected_loss(point, request.start, request.steps) if local.exact else None
    level = float(local.stationary_loss(point)) + local.height
    return Theory(expected, float(local.mean_square_rate(point)), level, local.height, local.batches is not None)


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
    quantiles = found.quantiles[0, :, -1].T
    return LossResult(request, runs, found.means[0].T, band, quantiles, found.diverged, found.undefined, known)


class LossView(CanvasView):
    """Means and bands of many runs; exact expectation, slope and stationary level of the current method."""

    key = "loss"
    title = "Loss"
    columns = described(
        {
            "{method}_mean_loss": Column("mean of the loss of {method} above the lowest minimum", "f"),
            "{method}_quantile_{share}": Column(
                "quantile {share} of the loss of {method} above the lowest minimum; empty between steps", "f"
            ),
            "{method}_expected_loss": Column("expected loss of {method} above the lowest minimum, exact", "f"),
        }
    )
    options = (Option("loss_scale"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: LossResult | None = None
        self._state = State()
        self._step = 0
        self._rows: list[str] = []  # the methods drawn
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._wide = self._canvas.add(Band("qhm", 0.13))
        self._narrow = self._canvas.add(Band("qhm", 0.15))
        self._curves = LossCurves(self._canvas, len(METHOD_LOOKS))  # row by row, the current one on top
        self._expected = self._canvas.add(PlotCurve("ink", 1.2, dash="theory"))
        self._slope = self._canvas.add(PlotCurve("ink", 1.4, dash="theory"))
        self._level = self._canvas.add(PlotCurve("ink", 1.4, dash="theory"))
        self._theory_names = self._canvas.add(CurveLabels())
        self._spread_label = self._canvas.add(Label("", "text", weight=500, anchor=(1.0, 0.0), free=True))
        self._playhead = self._canvas.add(Playhead("ink"))
        self._tip = self._canvas.add(Tooltip())
        self._playhead.dragged_to.connect(self._drag_playhead)
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)
        self._canvas.context_requested.connect(self.menu_requested)

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
        return listed(words, dashes_words(state), by="; ")

    def show(self, result: LossResult) -> None:
        self._result = result
        self._draw()
        self._note()

    def mark(self, state: State) -> None:
        before, self._state = self._state, state
        if (state.loss_scale, state.hidden) != (before.loss_scale, before.hidden):
            self._draw()
        if state.filling != before.filling:
            self._note()

    def seek(self, step: int) -> None:
        self._step = step
        result = self._result
        if result is None:
            return
        self._playhead.set_position(step)
        self._curves.seek(step, 0.35)

    def emphasise(self, key: str) -> None:
        for name, line in zip(self._rows, self._curves.lines, strict=False):
            line.set_alpha(0.25 if key and name != key else 1.0)

    def retranslate(self) -> None:
        self._draw()

    def _note(self) -> None:
        """Which runs go on to no end: only where the paths beside, which are of one run each, do not say it."""
        result = self._result
        if result is None or self._state.filling != self.key:
            self.noted.emit("")
            return
        names = [METHOD_LOOKS[key].name for key in result.request.keys]
        if result.runs > 1:
            names = [tr("A run of {name}", name=name) for name in names]
        self.noted.emit(departure_sentence(names, result.diverged, result.undefined))

    # -- drawing

    def _shown(self, key: str) -> bool:
        return self._result is not None and key in self._result.request.keys and key not in self._state.hidden

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        steps = result.request.steps
        linear = self._state.loss_scale == "linear"
        low, high = loss_range(result, linear)
        self._rows = [key for key in result.request.keys if self._shown(key)]
        curves = [self._curve(result, row) for row, key in enumerate(result.request.keys) if self._shown(key)]
        y = Axis(low, high, "linear" if linear else "log", tr("loss") + "  *f* − *f*_{min}", decades=not linear)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        self._curves.show(curves)
        self._draw_bands(result)
        self._draw_theory(result, np.arange(steps + 1))
        self.seek(self._step)

    @staticmethod
    def _curve(result: LossResult, row: int) -> StepCurve:
        key = result.request.keys[row]
        width = CURRENT_WIDTH if row == len(result.request.keys) - 1 else OTHER_WIDTH
        look = METHOD_LOOKS[key]
        gone, lost = int(result.diverged[row]), int(result.undefined[row])
        several = result.runs > 1
        return StepCurve(
            look.name, key, result.means[row], gone, width, shape=look.shape, undefined=lost, several=several
        )

    def _draw_bands(self, result: LossResult) -> None:
        shown = self._shown(result.request.keys[-1]) and result.request.runs > 1
        low, lower, upper, high = result.quantiles
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
            self._expected.setData(ks, result.theory.expected)
        self._expected.setVisible(exact)
        level = stable and self._canvas.y_axis.low < result.theory.level < self._canvas.y_axis.high
        self._level.setData([0, steps], [result.theory.level, result.theory.level] if level else [np.nan, np.nan])
        names: list[CurveLabel] = []
        if level:
            on_top = result.theory.floor > 0
            text = tr("this minimum + predicted stationary loss") if on_top else tr("predicted stationary loss")
            along = np.linspace(0, steps, 50)
            names.append(CurveLabel(text, "text", along, np.full(50, result.theory.level), near=0.98))
        local = local_of(result.request)
        self._spread_label.set_text("" if local is None else spread_words(local, current_point(result.request)))
        self._spread_label.set_position(steps, self._canvas.y_axis.high, dx=-2, dy=6)
        slope = self._draw_slope(result, stable and self._state.loss_scale == "log")
        self._theory_names.set_labels(names if slope is None else [*names, slope])

    def _draw_slope(self, result: LossResult, shown: bool) -> CurveLabel | None:
        """loss(0) R^{2k}, from the first step down to the bottom or the right edge, above the minimum's height."""
        known, steps = result.theory, result.request.steps
        height = float(result.means[-1, 0]) - known.floor
        shown = shown and 0 < known.rate < 1 and height > 0
        self._slope.setVisible(shown)
        if not shown:
            return None
        fall = 2 * np.log10(known.rate)
        end = min(float(steps), (np.log10(self._canvas.y_axis.low) - np.log10(height)) / fall)
        ks = np.linspace(0, end, 200)
        values = known.floor + height * 10 ** (fall * ks)
        self._slope.setData(ks, values)
        last = min(end, np.log10(known.floor / height) / fall) if 0 < known.floor < height else end
        at = (0.7 if end < steps else 0.3) * last  # a flat one comes near the level that it falls to
        text = tr("predicted slope") + ("" if known.batches else "  *R*^{2k}")
        return CurveLabel(text, "text", ks, values, near=float(at / end))

    # -- the mouse

    def _drag_playhead(self, step: float) -> None:
        if self._result is not None:
            self.sought.emit(round(min(max(step, 0), self._result.request.steps)))

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        found = self._curves.nearest(x, y)
        if found is None:
            self._leave()
            return
        row, step, loss = found
        name, value = self._curves.curves[row].name, scientific(loss)
        self._tip.set_text([f"{name}   {tr('step')} {grouped_whole(step)}", f"{tr('loss')} {value}"])
        self._tip.set_position(float(step), self._canvas.y_axis.clip(loss))
        self.said.emit(f"{name}   *k* {grouped_whole(step)}   {tr('loss')} {value}")


def loss_range(result: LossResult, linear: bool) -> tuple[float, float]:
    """The range of the loss axis: about the means, the bands of the current method and its stationary loss."""
    lows: list[float] = []
    band = result.quantiles[np.isfinite(result.quantiles) & (result.quantiles > 0)]
    if len(band):
        lows.append(float(np.quantile(band, 0.02)))
    if np.isfinite(result.theory.level):
        lows.append(result.theory.level / 30)
    return value_range(result.means, result.diverged.tolist(), lows, linear=linear)
