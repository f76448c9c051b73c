"""Does momentum pay here? The best loss, or the largest learning rate, of every method against the batch size."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis, whole_decades
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.label_places import RESULT
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label
from qhm_gui.state.state import FAMILY, State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, plain, scientific
from qhm_gui.text.parameter_words import axis_title
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH
from qhm_gui.views.shared.theory_words import reach_words
from qhm_gui.views.view import Option, Table
from qhm_math import max_stable_alpha
from qhm_math.batch_budget import best_loss_after, pays_from
from qhm_math.losses import FiniteSum
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.progress import Monitor

Curves = NDArray[np.float64]

_LARGEST = 4096.0
BATCHES: Curves = np.geomspace(1.0, _LARGEST, 37)
#: Momentum pays where it gains at least this share.
MARGIN = 0.05


@dataclass(frozen=True)
class PaysRequest:
    """The methods (β, ν) of ``keys`` on a spectrum from a start in its eigenbasis, and which ``quantity``: 'loss' after
    ``steps`` steps, or with ``samples`` > 0 after as many steps as these are batches, or 'alpha'."""

    quantity: str
    keys: tuple[str, ...]
    betas: tuple[float, ...]
    nus: tuple[float, ...]
    curvatures: tuple[float, float]
    offset: tuple[float, float]
    variance: float
    steps: int
    samples: float

    @property
    def counts(self) -> Curves:
        """Steps at each of :data:`BATCHES`, at least 1."""
        if not self.samples:
            return np.full(len(BATCHES), float(self.steps))
        return np.maximum(1.0, np.round(self.samples / BATCHES))


@dataclass(frozen=True)
class PaysResult:
    """``values`` (methods, batches): the best expected loss, or the largest α; ``alphas``: at which α. ``pays``: from
    which B on the last method gains on SGD, inf if at none."""

    request: PaysRequest
    values: Curves
    alphas: Curves
    pays: float


class MomentumPaysView(CanvasView):
    """A curve for every method, and the batch size from which on momentum pays."""

    key = "momentum_pays"
    needs_minimum = True
    title = "Gain of momentum against batch size"
    options = (Option("good.pays"), Option("good.budget", caption="budget"))
    columns = described(
        {
            "batch": Column("batch size B"),
            "steps": Column("steps taken at this batch size"),
            "{method}_best_loss": Column("least expected loss of {method} above the minimum after these steps", "f"),
            "{method}_alpha": Column("learning rate α of {method} with that loss, or its largest", "x²/f"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: PaysResult | None = None
        self._state = State()
        canvas = self._canvas = Canvas(style, Axis(1, _LARGEST, "log"), Axis(1e-5, 1, "log"), grid_y=True)
        self._lines = [canvas.add(PlotCurve("qhm", OTHER_WIDTH)) for _ in FAMILY]
        self._edge = canvas.add(PlotCurve("ink", 1.4, dash=(3.0, 3.0)))
        self._ends = canvas.add(EndLabels())
        self._words = canvas.add(Label("", "text", weight=600, anchor=(0.0, 0.0), rank=RESULT, free=True))
        self._handle = canvas.add(Handle("qhm"))
        self._tip = canvas.add(Tooltip())
        self._handle.began.connect(self.began)
        self._handle.ended.connect(self.ended)
        self._handle.moved_to.connect(self._drag)
        self._handle.double_clicked.connect(lambda: self.typing.emit("batch"))
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)
        canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> PaysRequest:
        local, noise, points = state.local, state.noise, state.compared()
        offset = (np.array(state.start) - np.array(local.minimum)) @ local.axes
        batches = isinstance(noise, MiniBatches)
        finite = noise.batch if batches and math.isfinite(noise.batch) else _LARGEST
        by_samples = state.good.pays == "loss" and state.good.budget == "samples"
        nus = np.broadcast_to(points.nu, np.shape(points.beta))
        return PaysRequest(
            state.good.pays,
            state.methods,
            tuple(np.asarray(points.beta).tolist()),
            tuple(nus.tolist()),
            state.curvatures,
            (float(offset[0]), float(offset[1])),
            noise.variance if batches else 0.0,
            state.steps,
            float(state.steps * finite) if by_samples else 0.0,
        )

    @staticmethod
    def compute(request: PaysRequest, monitor: Monitor) -> Iterator[PaysResult]:
        r = request
        betas, nus = np.array(r.betas)[:, None], np.array(r.nus)[:, None]
        plain_one = r.keys.index("sgd") if "sgd" in r.keys else 0
        if r.quantity == "alpha":
            each = [max_stable_alpha(betas[:, 0], nus[:, 0], r.curvatures, batch=batch) for batch in BATCHES.tolist()]
            values = np.stack(each, axis=-1)
            yield PaysResult(r, values, values, pays_from(BATCHES, 1 / values[plain_one], 1 / values[-1], MARGIN))
            return
        values, alphas = best_loss_after(betas, nus, r.curvatures, r.variance, BATCHES, r.offset, r.counts)
        yield PaysResult(r, values, alphas, pays_from(BATCHES, values[plain_one], values[-1], MARGIN))

    @staticmethod
    def table(result: PaysResult) -> Table:
        """At every batch size the steps taken, and of every method the best loss and its α, or the largest α."""
        table: Table = {"batch": BATCHES}
        if result.request.quantity == "loss":
            table["steps"] = result.request.counts
        for key, values, alphas in zip(result.request.keys, result.values, result.alphas, strict=True):
            if result.request.quantity == "loss":
                table[f"{key}_best_loss"] = values
            table[f"{key}_alpha"] = alphas
        return table

    def empty(self, state: State) -> tuple[str, str] | None:
        if isinstance(state.loss, FiniteSum):
            return tr("A finite sum has its own data"), tr("Choose a loss that is no finite sum.")
        if isinstance(state.noise, MiniBatches):
            return None
        return tr("No batch size"), tr("Choose the noise “mini-batches of B”.")

    def subtitle(self, state: State) -> str:
        request = self.request(state)
        if request.quantity == "alpha":
            return tr("largest learning rate with a bounded spread")
        if request.samples:
            return tr("best *α*, after {samples} samples", samples=plain(request.samples))
        return tr("best *α*, after {steps} steps", steps=request.steps)

    def show(self, result: PaysResult) -> None:
        self._result = result
        self._draw(result)
        self.mark(self._state)

    def mark(self, state: State) -> None:
        self._state = state
        batch = state.noise.batch if isinstance(state.noise, MiniBatches) else math.inf
        result = self._result
        shown = result is not None and batch <= _LARGEST
        self._handle.setVisible(shown)
        if result is None or not shown:
            return
        with np.errstate(divide="ignore", invalid="ignore"):  # without noise the best loss is 0
            value = float(np.exp(np.interp(math.log(batch), np.log(BATCHES), np.log(result.values[-1]))))
        if not (value > 0 and math.isfinite(value)):
            self._handle.setVisible(False)
            return
        self._handle.set_color(state.active)
        self._handle.set_position(batch, value)
        self._handle.set_chip(f"*B* {plain(batch)}   {self._value_text(value)}")

    def retranslate(self) -> None:
        if self._result is not None:
            self._draw(self._result)

    # -- drawing

    def _draw(self, result: PaysResult) -> None:
        loss = result.request.quantity == "loss"
        known = result.values[np.isfinite(result.values) & (result.values > 0)]
        low, high = (float(known.min()), float(known.max())) if len(known) else (1e-3, 1.0)
        low, high = whole_decades(low, high, below=0.1, above=0.1)
        title = tr("loss") if loss else axis_title("alpha")
        x = Axis(1.0, _LARGEST, "log", tr("batch size") + " *B*", decades=True)
        self._canvas.set_axes(x, Axis(low, high, "log", title, decades=True))
        keys, last = result.request.keys, len(result.request.keys) - 1
        for row, line in enumerate(self._lines):
            line.setVisible(row <= last)
            if row > last:
                continue
            line.set_color(keys[row])
            line.set_width(CURRENT_WIDTH if row == last else OTHER_WIDTH)
            line.setData(BATCHES, result.values[row])
        ends = [(METHOD_LOOKS[key].name, float(result.values[row, -1]), key) for row, key in enumerate(keys)]
        self._ends.set_labels(ends)
        inside = 1.0 < result.pays < math.inf and keys[-1] != "sgd"
        self._edge.setVisible(inside)
        self._edge.setData([result.pays] * 2 if inside else [np.nan] * 2, [low, high])
        self._words.set_text("" if keys[-1] == "sgd" else self._verdict(result))
        at = result.pays if inside else 1.0
        right = at > 100
        self._words.set_anchor((1.0, 0.0) if right else (0.0, 0.0))
        self._words.set_position(at, high, dx=-8 if right else 8, dy=26)
        self.noted.emit("")

    @staticmethod
    def _verdict(result: PaysResult) -> str:
        """From which batch size on the current method gains on SGD."""
        share = f"{100 * MARGIN:g}\u2009%"
        lines = (
            {
                "never": tr("momentum does not pay up to *B* = {batch}", batch=plain(_LARGEST)),
                "always": tr("momentum pays at every *B*"),
                "from": tr("momentum pays from *B* = {batch} on", batch=plain(result.pays, 2)),
            },
            tr("at least {share} below SGD", share=share)
            if result.request.quantity == "loss"
            else tr("at least {share} above SGD", share=share),
        )
        kind = "never" if math.isinf(result.pays) else "always" if result.pays <= 1.0 else "from"
        return lines[0][kind] if kind == "never" else f"{lines[0][kind]}\n{lines[1]}"

    def _value_text(self, value: float) -> str:
        quantity = self._result.request.quantity if self._result else "loss"
        return scientific(value) if quantity == "loss" else f"*α* {alpha_text(value)}"

    # -- the mouse

    def _drag(self, x: float, _y: float) -> None:
        self.edited.emit({"noise.batch": round(min(max(x, 1.0), _LARGEST))})
        self.mark(self._state)  # back onto the curve

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        found = nearest_step(self._canvas, self._lines, x, y) if result is not None else None
        if result is None or found is None:
            self._leave()
            return
        row, at = found
        name, batch = METHOD_LOOKS[result.request.keys[row]].name, f"*B* {plain(float(BATCHES[at]))}"
        value, alpha = float(result.values[row, at]), f"*α* {alpha_text(float(result.alphas[row, at]))}"
        parts = [f"{tr('loss')} {scientific(value)}", alpha] if result.request.quantity == "loss" else [alpha]
        self._tip.set_text([f"{name}   {batch}", "   ".join(parts)])
        self._tip.set_position(float(BATCHES[at]), value)
        self.said.emit("   ".join((name, batch, *parts, reach_words(self._state.local))))
