"""Fast against good: the Pareto front of the rate and the stationary loss, the named methods and the current point."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape, Style
from qhm_gui.canvas.axis import Axis, whole_decades
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Crosshair
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.markers import MethodOffer
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import Region
from qhm_gui.state.state import State
from qhm_gui.text.choose_words import point_name
from qhm_gui.text.language import listed, tr
from qhm_gui.text.numbers import plain, rate_text
from qhm_gui.text.parameter_words import values_of
from qhm_gui.views.choose.problem import front, loss_words, problem_of, steps_of, taken
from qhm_gui.views.columns import described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.offers import offer_words
from qhm_gui.views.shared.theory_words import STATIONARY_COLUMNS, above_words, reach_words, theory_column
from qhm_gui.views.view import Table
from qhm_math import QHM, LocalQuadratic, steps_per_decade
from qhm_math.choose import Front, Named, Problem, named_points
from qhm_math.progress import Monitor

Floats = NDArray[np.float64]

#: The axis of losses holds whole decades about the front and the named methods, at most so many.
_MOST_DECADES = 14


#: Key of a named point -> its colour and its shape.
_LOOKS: dict[str, tuple[str, Shape]] = {
    **{key: (key, METHOD_LOOKS[key].shape) for key in ("sgd", "shb", "nag")},
    "triple momentum": ("other", "star"),
    "pytorch": ("other", "cross"),
    "schedule-free": ("other", "hexagon"),
}
_OTHER: tuple[str, Shape] = ("other", "pentagon")


@dataclass(frozen=True)
class Standing:
    """A named point: its key, its steps per decade of loss and its stationary loss; inf where it diverges."""

    key: str
    qhm: QHM
    steps: float
    loss: float

    @property
    def stands(self) -> bool:
        """Whether it has a place."""
        return math.isfinite(self.steps) and 0 < self.loss < math.inf


def _stood(problem: Problem, named: Named) -> Standing:
    rate = float(problem.rate(named.qhm))
    steps = float(steps_per_decade(rate)) if rate < 1 else math.inf
    return Standing(named.key, named.qhm, steps, float(problem.stationary_loss(named.qhm)))


@dataclass(frozen=True)
class TradeOffRequest:
    """The problem, the theory that it comes from, and the budget, up to which Schedule-Free's β has risen."""

    problem: Problem
    local: LocalQuadratic
    steps: int


@dataclass(frozen=True, eq=False)
class TradeOffResult:
    """The front, and where the named points stand."""

    request: TradeOffRequest
    front: Front
    named: tuple[Standing, ...]


class TradeOffView(CanvasView):
    """Both axes are better towards the lower left; what lies below the front no point reaches."""

    key = "trade_off"
    needs_minimum = True
    title = "Pareto front"
    columns = described({**STATIONARY_COLUMNS})

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: TradeOffResult | None = None
        self._state = State()
        canvas = self._canvas = Canvas(style, Axis(1, 100, "log"), Axis(1e-6, 1, "log", decades=True), grid_y=True)
        self._beyond = canvas.add(Region("sunken"))
        self._front = canvas.add(PlotCurve("ink", 2.4, dash="theory"))
        self._named: list[MethodOffer] = []  # made when their points are known
        self._names = canvas.add(CurveLabels())
        self._crosshair = canvas.add(Crosshair("qhm"))
        self._handle = canvas.add(Handle("qhm", movable=False))
        self._tip = canvas.add(Tooltip())
        canvas.offered.connect(self.said)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)
        canvas.clicked.connect(self._click)
        canvas.context_requested.connect(self.menu_requested)

    @staticmethod
    def request(state: State) -> TradeOffRequest:
        return TradeOffRequest(problem_of(state), state.local, steps_of(state))

    @staticmethod
    def compute(request: TradeOffRequest, monitor: Monitor) -> Iterator[TradeOffResult]:
        problem = request.problem
        named = tuple(_stood(problem, row) for row in named_points(problem, request.steps))
        slowest = max((float(problem.rate(row.qhm)) for row in named if row.stands), default=0.0)
        for preview in (True, False):
            if monitor.cancelled():
                return
            yield TradeOffResult(request, front(problem, slowest, preview), named)

    @staticmethod
    def table(result: TradeOffResult) -> Table:
        """The points of the front, the fastest first."""
        found, size = result.front, len(result.front.rates)
        fields = {name: np.broadcast_to(getattr(found.points, name), size) for name in ("alpha", "beta", "nu")}
        return {"rate": found.rates, theory_column(result.request.local): found.losses, **fields}

    def empty(self, state: State) -> tuple[str, str] | None:
        if not state.local.noiseless:
            return None
        return tr("No noise: nothing to weigh"), tr(
            "Without noise every stable run ends at the minimum, and the fastest is best: choose a noise."
        )

    def subtitle(self, state: State) -> str:
        words = tr("rate against stationary loss")
        return listed(words, above_words(state.local))

    def show(self, result: TradeOffResult) -> None:
        self._result = result
        xs, ys = _curve(result.front)
        words = listed(tr("Pareto front"), reach_words(result.request.local)) + "\n" + tr("no point lies below")
        names = [CurveLabel(words, "text", xs, ys, near=0.35, weight=600)]
        seen = [(row.steps, row.loss) for row in result.named if row.stands]
        losses = np.concatenate((ys, [loss for _, loss in seen]))
        low, high = _decades(losses)
        left, right = float(xs[0]) / 1.3, max(float(xs[-1]), *(steps for steps, _ in seen)) if seen else float(xs[-1])
        self._canvas.set_axes(
            Axis(left, right * 1.05, "log", title=tr("steps per decade of loss")),
            Axis(low, high, "log", title=tr("stationary loss"), decades=True),
        )
        self._front.setData(xs, ys)
        corner = np.array([right * 1.05, left, left, xs[0]]), np.array([low, low, high, high])
        inside = ys > low
        last = xs[inside][-1:]
        self._beyond.setData(
            np.concatenate((xs[inside], last, corner[0])),
            np.concatenate((ys[inside], np.full_like(last, low), corner[1])),
        )
        while len(self._named) < len(result.named):
            offer = self._canvas.add(MethodOffer())
            offer.taken.connect(partial(self._take_named, len(self._named)))
            self._named.append(offer)
        for offer, row in zip(self._named, result.named, strict=True):
            shown = row.stands and low <= row.loss <= high
            offer.setVisible(shown)
            if not shown:
                continue
            color, shape = _LOOKS.get(row.key, _OTHER)
            offer.set_look(color, shape)
            offer.set_position(row.steps, row.loss)
            offer.label.set_text(point_name(row.key))
            offer.label.set_color(color)
            offer.label.set_position(row.steps, row.loss, dx=12)
            offer.set_tip(offer_words(values_of(row.qhm)))
        self._names.set_labels(names)
        self.mark(self._state)

    def mark(self, state: State) -> None:
        self._state = state
        problem = problem_of(state)
        rate, loss = float(problem.rate(state.point)), float(problem.stationary_loss(state.point))
        steps = float(steps_per_decade(rate)) if rate < 1 else math.nan
        axis = self._canvas.y_axis
        shown = math.isfinite(steps) and math.isfinite(loss)
        for item in (self._handle, self._crosshair):
            item.setVisible(shown)
            item.set_color(state.active)
            if shown:
                item.set_position(self._canvas.x_axis.clip(steps), axis.clip(loss))
        self._handle.set_chip(f"{tr('steps')} {plain(steps)}  {tr('loss')} {loss_words(loss)}" if shown else "")
        self.noted.emit("" if shown else tr("The current point diverges."))

    # -- the mouse

    def _at(self, x: float, y: float) -> int | None:
        found = nearest_step(self._canvas, [self._front], x, y)
        return None if found is None else found[1]

    def _point(self, at: int) -> QHM:
        points = self._result.front.points  # type: ignore[union-attr]
        return QHM(*(float(np.broadcast_to(v, len(self._front.x))[at]) for v in (points.alpha, points.beta, points.nu)))

    def _hover(self, x: float, y: float) -> None:
        at = self._at(x, y) if self._result is not None else None
        if at is None or self._result is None:
            self._leave()
            return
        front_ = self._result.front
        texts = [
            offer_words(values_of(self._point(at))),
            f"*R* = {rate_text(float(front_.rates[at]))}   {tr('loss')} {loss_words(float(front_.losses[at]))}",
        ]
        self._tip.set_text(texts)
        self._tip.set_position(float(self._front.x[at]), float(self._front.y[at]))
        self.said.emit("   ".join(texts))

    def _click(self, x: float, y: float) -> None:
        at = self._at(x, y) if self._result is not None else None
        if at is not None:
            self.edited.emit(taken(self._point(at)))

    def _take_named(self, row: int) -> None:
        if self._result is not None:
            self.edited.emit(taken(self._result.named[row].qhm))


def _curve(found: Front) -> tuple[Floats, Floats]:
    """Steps per decade and losses of the front."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(steps_per_decade(found.rates)), np.asarray(found.losses)


def _decades(losses: Floats) -> tuple[float, float]:
    """Whole decades that hold the losses."""
    positive = losses[(losses > 0) & np.isfinite(losses)]
    if not len(positive):
        return 1e-6, 1.0
    low, high = whole_decades(float(positive.min()), float(positive.max()))
    return max(low, 10.0 ** round(math.log10(high) - _MOST_DECADES)), high
