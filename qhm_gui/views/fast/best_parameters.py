"""The best parameters: R, β* and α* against ν, R, ν* and α* against β (figure 1 of the paper), R*(ν, κ) (figure 5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.crosshair import Crosshair
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import EndLabels, Label
from qhm_gui.canvas.value_scale import ValueScale
from qhm_gui.state.options.fast import KAPPAS
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, fixed, plain, rate_text
from qhm_gui.text.parameter_words import axis_title
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.offers import BestMark, best_changes
from qhm_gui.views.shared.parameter_plane import HIGHEST_BETA
from qhm_gui.views.view import Option, Table
from qhm_math import best_alpha_beta, best_nu, best_rate, convergence_rate
from qhm_math.optimum import best_nu_phases
from qhm_math.progress import Monitor

_POINTS = 400
_BEFORE = 24
#: The ranges of the paper's figures.
_RANGES = {"nu": (0.001, 1.0), "beta": (0.001, 0.999), "kappa": (0.0, 1.0)}


@dataclass(frozen=True)
class BestParametersRequest:
    """Which figure ('nu', 'beta', 'kappa'), for the spectrum from μ to κμ."""

    figure: str
    mu: float
    kappa: float


@dataclass(frozen=True)
class BestParametersResult:
    """Values ``xs`` of ν or β and what is best there: ``rates`` (n,), ``alphas`` (n,), ``others`` (n,), which is β* or
    ν*; for 'kappa' ``rates`` has a row for each of :data:`KAPPAS` and a last one for the request's own κ."""

    request: BestParametersRequest
    xs: NDArray[np.float64]
    rates: NDArray[np.float64]
    alphas: NDArray[np.float64]
    others: NDArray[np.float64]


def best_parameters_request(state: State) -> BestParametersRequest:
    """The figure and the spectrum that belong to the state."""
    kappa = state.fast.kappa if state.fast.kappa_of == "own" else state.local.condition
    return BestParametersRequest(state.fast.figure, state.curvatures[0], kappa)


def places(request: BestParametersRequest) -> NDArray[np.float64]:
    """Where the curves are computed: evenly, and over β at their kinks too, where the phases of `best_nu` meet.

    Up to the first of them ν* = 1 and the rate falls like a square root, so that more places lie before it.
    """
    low, high = _RANGES[request.figure]
    xs = np.linspace(low, high, _POINTS)
    if request.figure != "beta":
        return xs
    first, second = (float(kink) for kink in best_nu_phases(request.kappa))
    before = first - 2 * (xs[1] - xs[0]) * np.linspace(0.0, 1.0, _BEFORE) ** 2
    extra = np.append(before, second)
    return np.unique(np.concatenate((xs, extra[(extra >= low) & (extra <= high)])))


class BestParametersView(CanvasView):
    """The curves of figures 1 and 5, with the current method on them."""

    key = "optima"
    needs_minimum = True
    title = "Optima"
    columns = described(
        {
            "rate_kappa_{kappa}": Column("best rate R at condition number {kappa}"),
        }
    )
    options = (Option("fast.figure", "against"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: BestParametersResult | None = None
        self._state = State()
        canvas = self._canvas = Canvas(style, Axis(0, 1), Axis(0, 1), grid_y=True)
        self._grey = [canvas.add(PlotCurve("text2", 1.4, dash="theory")) for _ in KAPPAS]
        self._rate = canvas.add(PlotCurve("ink", 2.6, dash="theory"))
        self._other = canvas.add(PlotCurve("text2", 1.6, dash="theory"))
        self._alpha = canvas.add(PlotCurve("muted", 1.6, dash=(1.6, 2.2)))
        self._ends = canvas.add(EndLabels())
        self._alpha_scale = canvas.add(ValueScale())
        self._names = canvas.add(CurveLabels())
        self._crosshair = canvas.add(Crosshair("qhm"))
        self._best = BestMark(self, canvas)
        self._handle = canvas.add(Handle("qhm"))
        self._note = canvas.add(Label("", "regtext", weight=600, anchor=(0.5, 0.0)))
        self._tip = canvas.add(Tooltip())
        self._handle.began.connect(self.began)
        self._handle.ended.connect(self.ended)
        self._handle.moved_to.connect(self._drag)
        self._handle.double_clicked.connect(self._type)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)

    @staticmethod
    def request(state: State) -> BestParametersRequest:
        return best_parameters_request(state)

    @staticmethod
    def compute(request: BestParametersRequest, monitor: Monitor) -> Iterator[BestParametersResult]:
        xs = places(request)
        mu, largest = request.mu, request.kappa * request.mu
        none = np.full_like(xs, np.nan)
        if request.figure == "kappa":
            kappas = np.array([*KAPPAS, request.kappa])
            yield BestParametersResult(request, xs, np.asarray(best_rate(xs, kappas[:, None])), none, none)
        elif request.figure == "nu":
            alphas, betas, rates = best_alpha_beta(xs, mu, largest)
            yield BestParametersResult(request, xs, np.asarray(rates), np.asarray(alphas), np.asarray(betas))
        else:
            alphas, nus, rates = best_nu(xs, mu, largest)
            yield BestParametersResult(request, xs, np.asarray(rates), np.asarray(alphas), np.asarray(nus))

    @staticmethod
    def table(result: BestParametersResult) -> Table:
        """What is best for every ν or β; for figure 5 the rate for every κ."""
        if result.request.figure == "kappa":
            kappas = [*KAPPAS, result.request.kappa]
            return {"nu": result.xs} | {
                f"rate_kappa_{kappa:g}": row for kappa, row in zip(kappas, result.rates, strict=True)
            }
        fixed_name, other = ("nu", "beta") if result.request.figure == "nu" else ("beta", "nu")
        return {fixed_name: result.xs, "rate": result.rates, other: result.others, "alpha": result.alphas}

    def subtitle(self, state: State) -> str:
        return f"*κ* = {plain(best_parameters_request(state).kappa)}"

    def show(self, result: BestParametersResult) -> None:
        self._result = result
        figure = result.request.figure
        title = axis_title("beta" if figure == "beta" else "nu")
        y_title = tr("best rate") + " *R**" if figure == "kappa" else ""
        self._canvas.set_axes(Axis(0.0, 1.0, title=title), Axis(0.0, 1.0, title=y_title))
        several = figure == "kappa"
        for line in (*self._grey, self._other, self._alpha):
            line.setVisible(False)
        if several:
            self._alpha_scale.set_axis(None)
            self._names.set_labels([])
            self._show_kappas(result)
        else:
            self._show_best(result)
        self.mark(self._state)

    def _show_kappas(self, result: BestParametersResult) -> None:
        ends: list[tuple[str, float, str]] = []
        for line, kappa, row in zip(self._grey, KAPPAS, result.rates, strict=False):
            line.setData(result.xs, row)
            line.setVisible(True)
            ends.append((plain(kappa) if kappa < 1e4 else "10⁶", float(row[-1]), "text2"))
        own = result.request.kappa
        self._rate.setData(result.xs, result.rates[-1])
        ends = [end for end, kappa in zip(ends, KAPPAS, strict=True) if kappa != own]
        self._ends.set_labels([*ends, (f"*κ* = {plain(own)}", float(result.rates[-1][-1]), "text")])

    def _show_best(self, result: BestParametersResult) -> None:
        self._ends.set_labels([])
        lowest, highest = float(result.alphas.min()), float(result.alphas.max())
        log = result.request.figure == "beta" and lowest < highest  # grows without bound as β → 1
        self._alpha_scale.set_axis(Axis(lowest, highest, "log") if log else Axis(0.0, highest))
        other = "*β**" if result.request.figure == "nu" else "*ν**"
        rows = (
            (self._rate, result.rates, "*R*", "text"),
            (self._other, result.others, other, "text2"),
            (self._alpha, self._alpha_scale.to_canvas(result.alphas), tr("*α**, scale on the right"), "muted"),
        )
        for line, values, _, _ in rows:
            line.setData(result.xs, values)
            line.setVisible(True)
        self._names.set_labels(
            [CurveLabel(words, color, result.xs, values, near=0.85, weight=600) for _, values, words, color in rows]
        )

    def mark(self, state: State) -> None:
        self._state = state
        request = self._result.request if self._result is not None else best_parameters_request(state)
        rate = float(convergence_rate(state.point, request.mu, request.kappa * request.mu))
        x = state.beta if request.figure == "beta" else state.nu
        for item in (self._handle, self._crosshair):
            item.set_color(state.active)
            item.set_position(x, min(rate, 1.0))
        self._handle.set_tied(("beta" if request.figure == "beta" else "nu") in state.tied)
        symbol = "β" if request.figure == "beta" else "ν"
        self._handle.set_chip(f"*{symbol}* {fixed(x, 3)}  *R* {rate_text(rate)}")
        self._mark_best(state, request, x)
        self._note.setVisible(rate >= 1)
        self._note.set_text(tr("Diverges"))
        self._note.set_position(x, 1.0, dy=14)

    def _mark_best(self, state: State, request: BestParametersRequest, x: float) -> None:
        """On the curve of the best rate, what is best at the current ν or β, to be taken over."""
        mu, largest = request.mu, request.kappa * request.mu
        if request.figure == "beta":
            alpha, nu, rate = best_nu(x, mu, largest)
            found = {"alpha": float(alpha), "nu": float(nu)}
        else:
            alpha, beta, rate = best_alpha_beta(x, mu, largest)
            found = {"alpha": float(alpha), "beta": float(beta)}
        self._best.show(x, float(rate), best_changes(state, found))

    # -- the mouse

    def _drag(self, x: float, _rate: float) -> None:
        """Along the axis only: the rate follows."""
        if self._result is not None and self._result.request.figure == "beta":
            self.edited.emit({"beta": min(max(x, 0.0), HIGHEST_BETA)})
        else:
            self.edited.emit({"nu": min(max(x, 0.0), 1.0)})
        self.mark(self._state)

    def _type(self) -> None:
        self.typing.emit("beta" if self._result is not None and self._result.request.figure == "beta" else "nu")

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        several = result.request.figure == "kappa"
        lines = [*(self._grey if several else (self._other, self._alpha)), self._rate]
        found = nearest_step(self._canvas, lines, x, y)
        if found is None:
            self._leave()
            return
        row, at = found
        symbol = "β" if result.request.figure == "beta" else "ν"
        texts = [f"*{symbol}* = {fixed(float(result.xs[at]), 3)}"]
        if several:
            kappa = [*KAPPAS, result.request.kappa][row]
            texts = [f"*κ* = {plain(kappa)}   {texts[0]}", f"*R** = {rate_text(float(result.rates[row, at]))}"]
        else:
            other = "*ν**" if symbol == "β" else "*β**"
            texts.append(f"*R* = {rate_text(float(result.rates[at]))}")
            texts.append(
                f"{other} = {fixed(float(result.others[at]), 3)}   *α** = {alpha_text(float(result.alphas[at]))}"
            )
        self._tip.set_text(texts)
        self._tip.set_position(float(lines[row].x[at]), float(lines[row].y[at]))
        self.said.emit("   ".join(texts))
