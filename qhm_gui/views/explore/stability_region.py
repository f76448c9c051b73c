"""Stability: where in the (α, β) plane a mode is monotone, ripples, oscillates or diverges, or its spread grows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import inf

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.regions import Region
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.parameter_plane import BETAS, Plane, PlaneRequest, plane_request
from qhm_gui.views.shared.regime_names import ROOM, middles, regime_words
from qhm_gui.views.view import Option, Table, View
from qhm_math.progress import Monitor

Curve = NDArray[np.float64]


@dataclass(frozen=True)
class StabilityRequest:
    """The plane, and which curvature's mode is looked at: 'mu', 'L' or 'all' (of both)."""

    plane: PlaneRequest
    curvature: str


@dataclass(frozen=True)
class Strip:
    """Between two curves α_left(β) and α_right(β): part of a regime."""

    regime: str
    left: Curve
    right: Curve


@dataclass(frozen=True)
class StabilityResult:
    """Strips in the order in which they are painted, the curves that part them, and where each regime's name fits."""

    request: StabilityRequest
    strips: tuple[Strip, ...]
    curves: tuple[Curve, ...]
    names: tuple[tuple[str, float, float, float], ...]


def mode_strips(plane: PlaneRequest, curvature: float) -> tuple[list[Strip], list[Curve]]:
    """The regimes of one mode, in closed form, up to the bound (13)."""
    bound = plane.bound
    low, high = (np.minimum(edge, bound) for edge in plane.ripples(curvature))
    flips = np.minimum(np.maximum(plane.flips(curvature), high), bound)
    strips = [Strip("ripple", low, high), Strip("osc", flips, bound)]
    parts = high > low * (1 + 1e-9)  # at νβ = 0 nothing ripples, and the two edges part nothing
    curves = [np.where((edge < bound) & (parts | (edge > high)), edge, np.nan) for edge in (low, high, flips)]
    return strips, curves


def place_names(plane: PlaneRequest, strips: list[Strip]) -> list[tuple[str, float, float, float]]:
    """(regime, α, β, room) for each regime's name: as near to its middle as it fits, by wearing away the edges.

    Cells are as wide as a third of a name: a name fits where ``room`` reaches :data:`ROOM`.
    """
    low, high = np.log10(plane.alphas)
    xs = low + (high - low) * (np.arange(24) + 0.5) / 24
    ys = (np.arange(40) + 0.5) / 40
    kinds = np.full((40, 24), "mono", dtype=object)
    bound, spread = (np.log10(np.interp(ys, BETAS, edge)) for edge in (plane.bound, plane.spread_bound))
    for strip in strips:
        left, right = (np.log10(np.interp(ys, BETAS, edge)) for edge in (strip.left, strip.right))
        kinds[(xs >= left[:, None]) & (xs < right[:, None])] = strip.regime
    kinds[xs >= spread[:, None]] = "spread"  # its name stands at its edge
    kinds[xs >= bound[:, None]] = "div"
    return [
        (regime, float(10 ** xs[column]), float(ys[row]), float(room)) for regime, column, row, room in middles(kinds)
    ]


class StabilityView(View):
    """Regimes of one mode or of both, the boundary (13), and the draggable point."""

    key = "stability"
    needs_minimum = True
    title = "Stability region"
    columns = described(
        {
            "alpha_max": Column("largest stable learning rate, condition (13)", "x²/f"),
            "ripple_{mode}_from": Column("underdamped from this α on, mode of curvature {mode}", "x²/f"),
            "ripple_{mode}_to": Column("underdamped up to this α, mode of curvature {mode}", "x²/f"),
            "osc_{mode}_from": Column("alternating from this α on, mode of curvature {mode}", "x²/f"),
            "osc_{mode}_to": Column("alternating up to this α, mode of curvature {mode}", "x²/f"),
        }
    )
    options = (Option("curvature", caption="curvature"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: StabilityResult | None = None
        self._plane = Plane(self, style, on_map=False)
        canvas = self._plane.canvas
        self._ground = canvas.add(Region("mono"))
        self._ripples = canvas.add(Region("ripple"))
        self._oscillates = canvas.add(Region("osc"))
        self._curve = canvas.add(PlotCurve("muted", 1.0))
        self._names = {
            regime: canvas.add(Label("", "regtext", weight=600, anchor=(0.5, 0.5), halo=False))
            for regime in ("mono", "ripple", "osc", "div")
        }
        self._bound = canvas.add(Head("circle", "ink", 3.5))
        self._bound_label = canvas.add(Label("", "text", weight=500, anchor=(0.0, 0.5)))

    @property
    def widget(self) -> QWidget:
        return self._plane.canvas

    @staticmethod
    def request(state: State) -> StabilityRequest:
        return StabilityRequest(plane_request(state), state.curvature)

    @staticmethod
    def compute(request: StabilityRequest, monitor: Monitor) -> Iterator[StabilityResult]:
        plane = request.plane
        values = {"mu": (plane.mu,), "L": (plane.L,), "all": (plane.mu, plane.L)}[request.curvature]
        modes = [mode_strips(plane, value) for value in values]
        strips = [strip for found, _ in modes for strip in found]
        strips.sort(key=lambda strip: strip.regime, reverse=True)  # ripples first, oscillation over them
        curves = [curve for _, found in modes for curve in found]
        yield StabilityResult(request, tuple(strips), tuple(curves), tuple(place_names(plane, strips)))

    @staticmethod
    def table(result: StabilityResult) -> Table:
        """The edges in α of every regime over β, and the bound (13); a mode's regime is empty where they meet."""
        plane = result.request.plane
        table: Table = {"beta": BETAS, "nu": plane.nus, "alpha_max": plane.bound}
        if plane.batch < inf:
            table["alpha_mean_square"] = plane.spread_bound
        modes = {"mu": ("mu",), "L": ("L",), "all": ("mu", "L")}[result.request.curvature]
        for regime in ("ripple", "osc"):
            strips = [strip for strip in result.strips if strip.regime == regime]
            for mode, strip in zip(modes, strips, strict=True):
                table |= {f"{regime}_{mode}_from": strip.left, f"{regime}_{mode}_to": strip.right}
        return table

    def subtitle(self, state: State) -> str:
        return tr("behaviour of all modes") if state.curvature == "all" else tr("behaviour of one mode")

    def show(self, result: StabilityResult) -> None:
        self._result = result
        plane = result.request.plane
        self._plane.show(plane)
        low, high = plane.alphas
        self._ground.setData([low, high, high, low], [0, 0, 1, 1])
        for regime, region in (("ripple", self._ripples), ("osc", self._oscillates)):
            strips = [strip for strip in result.strips if strip.regime == regime]
            xs = [np.concatenate([s.left, s.right[::-1], [np.nan]]).clip(low, high) for s in strips]
            ys = np.concatenate([BETAS, BETAS[::-1], [np.nan]])
            region.setData(np.concatenate(xs), np.tile(ys, len(strips)))
        xs = np.concatenate([np.append(curve, np.nan) for curve in result.curves])
        self._curve.setData(
            np.where((xs > low) & (xs < high), xs, np.nan),
            np.tile(np.append(BETAS, np.nan), len(result.curves)),
        )
        self._show_names(result)

    def mark(self, state: State) -> None:
        self._plane.mark(state)
        bound = float(state.local.max_stable_alpha(state.point))
        low, high = plane_request(state).alphas
        inside = low < bound < high
        self._bound.setVisible(inside)
        self._bound_label.setVisible(inside)
        if inside:
            self._bound.set_position(bound, state.beta)
            crowded = state.alpha > bound or np.log(bound / low) > 0.85 * np.log(high / low)
            self._bound_label.set_anchor((1.0, 0.5) if crowded else (0.0, 0.5))
            self._bound_label.set_position(bound, state.beta, dx=-10 if crowded else 10)
            self._bound_label.set_text(f"*α*_{{max}} = {alpha_text(bound)}")

    def restyle(self, style: Style) -> None:
        self.style = style
        self._plane.canvas.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    def _show_names(self, result: StabilityResult) -> None:
        words = regime_words()
        for label in self._names.values():
            label.setVisible(False)
        for regime, alpha, beta, room in result.names:
            label = self._names[regime]
            label.set_text(words[regime])
            label.set_leader(None)
            if room >= ROOM:
                label.set_position(alpha, beta)
            else:  # a narrow strip: its name stands beside it
                label.set_position(alpha, beta, dx=-70, dy=0)
                label.set_leader((alpha, beta))
            label.setVisible(True)
