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
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.plot import Canvas
from qhm_gui.drawing.markup import plain_text
from qhm_gui.state.options.learning_rates import FACTORS
from qhm_gui.state.state import State
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import alpha_text, grouped_whole, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.loss_curves import LossCurves, StepCurve, value_range
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH, departure_sentence, shared_noise
from qhm_gui.views.shared.theory_words import dashes_words
from qhm_gui.views.view import Option, Table, View
from qhm_math import QHM, has_theory, local_quadratic, run_statistics, running_mean, simulate
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

_CHUNK = 50_000
#: Towards the paper for the smaller learning rate, towards the ink for the larger one.
_TINTS = (("surface", 0.35), ("surface", 0.0), ("ink", 0.5))


@dataclass(frozen=True)
class LearningRatesRequest:
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
class LearningRatesResult:
    """Running means of the loss above the minimum (alphas, steps + 1): of a run, and of the exact expectation.

    ``expected`` is None where the loss is not a quadratic. ``diverged`` and ``undefined``: the step at which a run
    grew beyond bounds, or left the loss's domain; -1 if none.
    """

    request: LearningRatesRequest
    means: Floats
    expected: Floats | None
    diverged: NDArray[np.int64]
    undefined: NDArray[np.int64]


def exact(request: LearningRatesRequest) -> Floats | None:
    """E f(x_k) - f* at each α on a quadratic; None elsewhere."""
    if not has_theory(request.loss, request.start):
        return None
    local = local_quadratic(request.loss, request.noise, request.start)
    point = QHM(np.array(request.alphas), request.beta, request.nu)
    return local.expected_loss(point, request.start, request.steps) if local.exact else None


class LearningRatesView(View):
    """The current learning rate, a smaller and a larger one."""

    key = "several"
    title = "Loss for several learning rates"
    columns = described(
        {
            "alpha_{alpha}_expected_loss": Column("running mean of the expected loss at α = {alpha}, exact", "f"),
            "alpha_{alpha}_loss": Column("running mean of the loss of one run at α = {alpha}", "f"),
        }
    )
    options = (Option("several.factors", caption="α ×"), Option("several.window", caption="running mean"))

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: LearningRatesResult | None = None
        self._color = "qhm"
        self._canvas = Canvas(style, Axis(0, 120), Axis(1e-5, 10, "log", decades=True), grid_y=True)
        self._curves = LossCurves(self._canvas, len(_TINTS))
        self._exact = [self._canvas.add(PlotCurve("ink", 1.4, dash="theory")) for _ in _TINTS]
        self._tip = self._canvas.add(Tooltip())
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(self._leave)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @staticmethod
    def request(state: State) -> LearningRatesRequest:
        s = state
        alphas = tuple(s.alpha * factor for factor in FACTORS[s.several.factors])
        return LearningRatesRequest(
            s.loss, s.noise, alphas, s.beta, s.nu, s.start, s.steps, s.seed, int(s.several.window)
        )

    @staticmethod
    def compute(request: LearningRatesRequest, monitor: Monitor) -> Iterator[LearningRatesResult]:
        r = request
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        point, lowest, at = QHM(np.array(r.alphas), r.beta, r.nu), r.loss.minimum_value(), np.arange(r.steps + 1)
        chunks = simulate(r.loss, point, r.start, r.steps, noise, r.seed, chunk=_CHUNK, monitor=monitor)
        last = deque(run_statistics(chunks, [lambda points: r.loss.value(points) - lowest], (), at), maxlen=1)
        if not last or last[0].done < r.steps:
            return
        losses, found = last[0].means[0].T, last[0]
        expected = exact(r)
        smooth = None if expected is None else running_mean(expected, r.window)
        yield LearningRatesResult(r, running_mean(losses, r.window), smooth, found.diverged, found.undefined)

    @staticmethod
    def table(result: LearningRatesResult) -> Table:
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
        return listed(words, dashes_words(state), by="; ") if state.has_theory and state.local.exact else words

    def show(self, result: LearningRatesResult) -> None:
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
        low, high = value_range(result.means, result.diverged.tolist())
        y = Axis(low, high, "log", tr("loss") + "  *f* − *f*_{min}", decades=True)
        self._canvas.set_axes(Axis(0, steps, title=tr("step") + " *k*"), y)
        ks = np.arange(steps + 1)
        curves: list[StepCurve] = []
        for row, alpha in enumerate(result.request.alphas):
            width = CURRENT_WIDTH if row == 1 else OTHER_WIDTH
            left = int(result.diverged[row])
            lost = int(result.undefined[row])
            curves.append(StepCurve(name_of(alpha), self._tint(row), result.means[row], left, width, undefined=lost))
            self._exact[row].setVisible(result.expected is not None)
            if result.expected is not None:
                self._exact[row].setData(ks, result.expected[row])
        self._curves.show(curves)
        names = [plain_text(name_of(alpha)) for alpha in result.request.alphas]
        self.noted.emit(departure_sentence(names, result.diverged, result.undefined))

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
        found = self._curves.nearest(x, y)
        if result is None or found is None:
            self._leave()
            return
        row, step, value = found
        name, words = name_of(result.request.alphas[row]), f"{tr('loss')} {scientific(value)}"
        self._tip.set_text([f"{name}   {tr('step')} {grouped_whole(step)}", words])
        self._tip.set_position(float(step), self._canvas.y_axis.clip(value))
        self.said.emit(f"{name}   *k* {grouped_whole(step)}   {words}")

    def _leave(self) -> None:
        self._tip.hide()
        self.said.emit("")


def name_of(alpha: float) -> str:
    """*α* = 0.02, without zeros at the end."""
    text = alpha_text(alpha)
    return f"*α* = {text if '×' in text else text.rstrip('0').rstrip('.')}"
