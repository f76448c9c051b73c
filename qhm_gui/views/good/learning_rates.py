"""Several learning rates: a run at each, and the exact expectation. Small steps end lower, large ones arrive first."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.divergence_marks import Departure, DivergenceMarks
from qhm_gui.canvas.hover import nearest_step
from qhm_gui.canvas.markup import plain_text
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Tooltip
from qhm_gui.state.options.learning_rates import FACTORS
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, scientific
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.shared.theory_words import dashes_words
from qhm_gui.views.view import Option, Table, View
from qhm_math import QHM, local_quadratic, run_statistics, running_mean, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

_CHUNK = 50_000
#: Towards the paper for the smaller learning rate, towards the ink for the larger one.
_TINTS = (("surface", 0.35), ("surface", 0.0), ("ink", 0.5))


@dataclass(frozen=True)
class SeveralRequest:
    """One run at each α, from one start with the same noise."""

    loss: Loss
    noise: Noise
    alphas: tuple[float, ...]
    beta: float
    nu: float
    start: tuple[float, float]
    steps: int
    seed: int
    window: int


@dataclass(frozen=True)
class SeveralResult:
    """Running means of the loss above the minimum (alphas, steps + 1): of a run, and of the exact expectation.

    ``expected`` is None where the loss is not a quadratic. ``diverged``: the step at which a run left, -1 if none.
    """

    request: SeveralRequest
    means: Floats
    expected: Floats | None
    diverged: NDArray[np.int64]


def exact(request: SeveralRequest) -> Floats | None:
    """E f(x_k) - f* at each α on a quadratic; None elsewhere."""
    if not len(request.loss.minima()):
        return None
    local = local_quadratic(request.loss, request.noise, request.start)
    point = QHM(np.array(request.alphas), request.beta, request.nu)
    return local.expected_loss(point, request.start, request.steps) if local.exact else None


class SeveralView(View):
    """The current learning rate, a smaller and a larger one."""

    key = "several"
    title = "Loss for several learning rates"
    options = (Option("several.factors", caption="α ×"), Option("several.window", caption="running mean"))

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: SeveralResult | None = None
        self._color = "qhm"
        self._top = 1.0
        self._bottom = 0.1
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._lines = [self._canvas.add(PlotCurve("qhm", OTHER_WIDTH)) for _ in _TINTS]
        self._lines[1].set_width(CURRENT_WIDTH)
        self._exact = [self._canvas.add(PlotCurve("ink", 1.4, dash="theory")) for _ in _TINTS]
        self._ends = self._canvas.add(EndLabels())
        self._departures = self._canvas.add(DivergenceMarks())
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> SeveralRequest:
        s = state
        alphas = tuple(s.alpha * factor for factor in FACTORS[s.several.factors])
        return SeveralRequest(s.loss, s.noise, alphas, s.beta, s.nu, s.start, s.steps, s.seed, int(s.several.window))

    @staticmethod
    def compute(request: SeveralRequest, monitor: Monitor) -> Iterator[SeveralResult]:
        r = request
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        point, lowest, at = QHM(np.array(r.alphas), r.beta, r.nu), r.loss.minimum_value(), np.arange(r.steps + 1)
        chunks = simulate(r.loss, point, r.start, r.steps, noise, r.seed, chunk=_CHUNK, monitor=monitor)
        last = deque(run_statistics(chunks, [lambda points: r.loss.value(points) - lowest], (), at), maxlen=1)
        if not last or last[0].done < r.steps:
            return
        losses, diverged = last[0].means[0].T, last[0].diverged
        expected = exact(r)
        smooth = None if expected is None else running_mean(expected, r.window)
        yield SeveralResult(r, running_mean(losses, r.window), smooth, diverged)

    @staticmethod
    def table(result: SeveralResult) -> Table:
        """Running means at every step: of the run at each α, and of its expectation where that is exact."""
        table: Table = {"step": np.arange(result.means.shape[1])}
        for row, alpha in enumerate(result.request.alphas):
            table[f"alpha_{alpha:g}_loss"] = result.means[row]
            if result.expected is not None:
                table[f"alpha_{alpha:g}_expected_loss"] = result.expected[row]
        return table

    def subtitle(self, state: State) -> str:
        window = int(state.several.window)
        words = tr("one run each") if window == 1 else tr("one run each, mean of {window} steps", window=window)
        return f"{words}; {dashes_words(state)}" if state.has_minimum and state.local.exact else words

    def show(self, result: SeveralResult) -> None:
        self._result = result
        self._draw()

    def mark(self, state: State) -> None:
        if state.active != self._color:
            self._color = state.active
            self._draw()

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)
        self._draw()

    def retranslate(self) -> None:
        self._draw()

    def _draw(self) -> None:
        result = self._result
        if result is None:
            return
        steps = result.request.steps
        self._bottom, self._top = loss_range(result)
        y = Axis(self._bottom, self._top, "log", tr("loss") + "  *f* − *f*_{min}", decades=True)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        ks = np.arange(steps + 1)
        ends: list[tuple[str, float, str]] = []
        departures: list[Departure] = []
        for row, alpha in enumerate(result.request.alphas):
            color, name = self._tint(row), name_of(alpha)
            mean = result.means[row]
            outside = np.flatnonzero(~(mean <= self._top))
            drawn = np.maximum(mean, self._bottom)
            if len(outside):
                cut = int(outside[0])
                drawn = np.where(ks < cut, drawn, np.nan)
                drawn[cut] = self._top
                left = int(result.diverged[row])
                departures.append(Departure(float(cut), color, name, left if left >= 0 else cut, left >= 0))
            else:
                ends.append((name, float(np.clip(mean[-1], self._bottom, self._top)), color))
            self._lines[row].setData(ks, drawn)
            self._lines[row].set_color(color)
            self._exact[row].setVisible(result.expected is not None)
            if result.expected is not None:
                expected = result.expected[row]
                inside = (expected <= self._top) & (expected >= self._bottom)
                self._exact[row].setData(ks, np.where(inside, expected, np.nan))
        self._ends.set_labels(ends)
        self._departures.set_departures(departures)
        gone = zip(result.request.alphas, result.diverged.tolist(), strict=True)
        self.noted.emit(departure_sentence([(plain_text(name_of(alpha)), step) for alpha, step in gone if step >= 0]))

    def _tint(self, row: int) -> str:
        """The colour of the current method, lighter or darker."""
        theme = self.style.theme
        towards, share = _TINTS[row]
        ends = theme.color(theme.method(self._color)), theme.color(towards)
        red, green, blue = (
            round((1 - share) * a + share * b)
            for a, b in zip(ends[0].getRgb()[:3], ends[1].getRgb()[:3], strict=True)  # pyright: ignore
        )
        return QColor(red, green, blue).name()

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = nearest_step(self._canvas, self._lines, x, y) if result is not None else None
        if result is None or found is None:
            self._leave()
            return
        row, step = found
        value = float(result.means[row, step])
        name, words = name_of(result.request.alphas[row]), f"{tr('loss')} {scientific(value)}"
        self._tip.set_text([f"{name}   {tr('step')} {step}", words])
        self._tip.set_position(float(step), float(np.clip(value, self._bottom, self._top)))
        self.said.emit(f"{name}   *k* {step}   {words}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def name_of(alpha: float) -> str:
    """*α* = 0.02, without zeros at the end."""
    text = alpha_text(alpha)
    return f"*α* = {text if '×' in text else text.rstrip('0').rstrip('.')}"


def loss_range(result: SeveralResult) -> tuple[float, float]:
    """Whole decades around all that stays; runs that leave are cut at the top."""
    stays = result.means[result.diverged < 0]
    start = float(result.means[0, 0])
    start = start if np.isfinite(start) and start > 0 else 1.0
    found = stays[np.isfinite(stays) & (stays > 0)]
    top = min(max(start, float(found.max(initial=0.0))), 1e4 * start)
    bottom = max(float(found.min(initial=start)), 1e-12 * start)
    leaves = len(stays) < len(result.means)
    return float(10.0 ** np.floor(np.log10(bottom))), float(10.0 ** np.ceil(np.log10((100 if leaves else 1.2) * top)))
