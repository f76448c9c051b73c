"""The rate over any two of (α, β, ν), with regimes and the best parameters drawn over the map.

Along a solid curve the best is sought on the plane that is shown; along a dashed one the parameter that is on neither
axis is free as well, and takes its best value too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.parameter_words import equal_words
from qhm_gui.views.shared.offers import BestMark, best_changes
from qhm_gui.views.shared.parameter_plane import BETAS, FIELDS, Curve, PlaneRequest, plane_request
from qhm_gui.views.shared.rate_picture import RatePicture, RateRequest, RateResult, compute_rates, rate_table
from qhm_gui.views.shared.regime_names import REGIMES, ROOM, middles, regime_words
from qhm_gui.views.view import Option, Table, View
from qhm_math import best_alpha, best_alpha_beta, best_nu, regime
from qhm_math.progress import Monitor

#: Best parameters are computed up to here: beyond, on the last pixel, their curves only run along the edge.
_ROWS: Curve = np.minimum(BETAS, 1 - 1e-6)
#: Cells in which room is sought for a name.
_CELLS = (24, 40)
#: The amounts of momentum βν whose lines lie over (ν, β): what one would guess the rate to follow.
AMOUNTS = (0.25, 0.5, 0.75)


@dataclass(frozen=True)
class PlaneMapRequest:
    """The map, whose modes' regimes are drawn ('none', 'mu', 'L', 'all'), and whether the best parameters are."""

    rate: RateRequest
    regimes: str
    optima: bool


@dataclass(frozen=True)
class BestCurve:
    """Where parameters are best: those named by ``key``; ``free`` when one of them is on neither axis."""

    key: str
    xs: Curve
    ys: Curve
    free: bool


@dataclass(frozen=True)
class PlaneMapResult:
    """The map; the curves that part the regimes, (n, 2) with NaN between them; (regime, x, y, room) of their names."""

    request: PlaneMapRequest
    rate: RateResult
    edges: NDArray[np.float64]
    names: tuple[tuple[str, float, float, int], ...]
    bests: tuple[BestCurve, ...]


def mode_edges(plane: PlaneRequest, curvature: float) -> list[Curve]:
    """The curves x(y) that part the regimes of one mode, where it converges; NaN elsewhere."""
    low, high = plane.ripples(curvature)
    flips = plane.flips(curvature)
    if plane.axes == "beta-nu":  # ripples to the right of ``low``, and of real roots the leading one negative left
        stable = BETAS > 0
        curves = [low, np.where(flips < low, flips, np.nan)]
        inside = [(curve > np.maximum(plane.bound, 0)) & (curve < 1) & stable for curve in curves]
    else:
        parts = high > low * (1 + 1e-9)  # at νβ = 0 nothing ripples, and the two edges part nothing
        curves = [np.where(parts, low, np.nan), np.where(parts, high, np.nan), np.where(flips >= high, flips, np.nan)]
        inside = [(curve < plane.bound) & (curve > plane.alphas[0]) for curve in curves]
    return [np.where(where, curve, np.nan) for curve, where in zip(curves, inside, strict=True)]


def regime_kinds(plane: PlaneRequest, curvatures: tuple[float, ...]) -> tuple[NDArray[np.object_], Curve, Curve]:
    """The regime in every cell of a coarse grid, and the middles of its columns and rows."""
    columns, rows = _CELLS
    edges = np.linspace(0, 1, 2 * columns + 1)[1::2]
    low, high = plane.extent
    xs = low + (high - low) * edges if plane.axes == "beta-nu" else low * (high / low) ** edges
    ys = np.linspace(0, 1, 2 * rows + 1)[1::2]
    found = [np.asarray(regime(plane.points(xs[None, :], ys[:, None]), value)) for value in curvatures]
    return np.array(REGIMES, dtype=object)[np.max(found, axis=0)], xs, ys


def best_curves(plane: PlaneRequest) -> tuple[BestCurve, ...]:
    """The best parameters on the plane and, with the third parameter free, projected onto it."""
    rows, mu, top = _ROWS, plane.mu, plane.L
    of_nu = best_alpha_beta(BETAS, mu, top)
    of_beta = best_nu(rows, mu, top)
    if plane.axes == "beta-nu":
        return (
            BestCurve("alpha-beta", BETAS, np.asarray(of_nu[1]), True),
            BestCurve("alpha-nu", np.asarray(of_beta[1]), rows, True),
        )
    if plane.axes == "alpha-nu":
        best = best_alpha(plane.betas, BETAS, mu, top)
        projected = BestCurve("alpha-beta", np.asarray(of_nu[0]), BETAS, True)
        return (projected, BestCurve("alpha", np.asarray(best), BETAS, False))
    best = best_alpha(np.minimum(plane.betas, rows), np.minimum(plane.nus, 1.0), mu, top)
    return (
        BestCurve("alpha-nu", np.asarray(of_beta[0]), rows, True),
        BestCurve("alpha", np.asarray(best), rows, False),
    )


def best_at(key: str, plane: PlaneRequest, state: State) -> dict[str, float]:
    """The parameters named by the key of a :class:`BestCurve`, best for the others of the current point."""
    given = (0.0 if key == "alpha-beta" else state.kept_beta), (0.0 if key == "alpha-nu" else state.nu)
    return dict(zip(key.split("-"), _best(key, *given, plane.mu, plane.L), strict=True))


@lru_cache(maxsize=16)
def _best(key: str, beta: float, nu: float, mu: float, largest: float) -> tuple[float, ...]:
    """Kept, because a drag of what it does not depend on asks for it at every move."""
    if key == "alpha":
        return (float(best_alpha(beta, nu, mu, largest)),)
    found = best_alpha_beta(nu, mu, largest) if key == "alpha-beta" else best_nu(beta, mu, largest)
    return float(found[0]), float(found[1])


def amounts() -> tuple[Curve, Curve]:
    """Where βν is constant, over (ν, β); NaN between the lines."""
    lines = [np.append(np.linspace(amount, 1, 60), np.nan) for amount in AMOUNTS]
    return np.concatenate(lines), np.concatenate([amount / line for amount, line in zip(AMOUNTS, lines, strict=True)])


class RatePlaneView(View):
    """The rate map of the page 'How fast?'."""

    key = "rate_plane"
    needs_minimum = True
    title = "Rate"
    options = (Option("fast.axes"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: PlaneMapResult | None = None
        self._state: State | None = None
        self._picture = RatePicture(self, style)
        canvas = self._picture.plane.canvas
        self._edges = canvas.add(PlotCurve("#FFFFFF", 1.0, dash=(3.0, 3.0), casing=True))
        self._nesterov = canvas.add(PlotCurve("nag", 1.8, casing=True))
        self._amounts = canvas.add(PlotCurve("#FFFFFF", 1.0, dash="approx", casing=True))
        self._bests = [canvas.add(PlotCurve("#FFFFFF", 2.0, casing=True)) for _ in range(2)]
        self._offers = [BestMark(self, canvas) for _ in range(2)]
        self._labels = canvas.add(CurveLabels())
        self._names = {name: canvas.add(Label("", None, weight=600, anchor=(0.5, 0.5))) for name in REGIMES}

    @property
    def widget(self) -> QWidget:
        return self._picture.widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._picture.parts

    @staticmethod
    def request(state: State) -> PlaneMapRequest:
        plane = plane_request(state, state.fast.axes)
        return PlaneMapRequest(RateRequest(plane, state.rate_unit), state.fast.regimes, state.fast.optima == "shown")

    @staticmethod
    def refined(request: PlaneMapRequest, width: int, height: int) -> PlaneMapRequest:
        return replace(request, rate=request.rate.refined(width, height))

    @staticmethod
    def compute(request: PlaneMapRequest, monitor: Monitor) -> Iterator[PlaneMapResult]:
        plane = request.rate.plane
        shown = {"none": (), "mu": (plane.mu,), "L": (plane.L,), "all": (plane.mu, plane.L)}[request.regimes]
        edges = [
            np.column_stack((np.append(curve, np.nan), np.append(BETAS, np.nan)))
            for value in shown
            for curve in mode_edges(plane, value)
        ]
        names: tuple[tuple[str, float, float, int], ...] = ()
        if shown:
            kinds, xs, ys = regime_kinds(plane, shown)
            names = tuple((name, float(xs[i]), float(ys[j]), room) for name, i, j, room in middles(kinds))
        yield PlaneMapResult(
            request,
            compute_rates(request.rate),
            np.concatenate(edges) if edges else np.empty((0, 2)),
            names,
            best_curves(plane) if request.optima else (),
        )

    @staticmethod
    def table(result: PlaneMapResult) -> Table:
        """R of every cell; from 1 on it diverges."""
        return rate_table(result.rate)

    def subtitle(self, state: State) -> str:
        third = {name: value for name, value in state.kept_values.items() if name not in FIELDS[state.fast.axes]}
        if state.fast.axes == "alpha-beta" and state.nu_follows_beta:
            return tr("at {point}", point="*ν* = *β*")
        return tr("at {point}", point=equal_words(third, 2 if "nu" in third else 3))

    def show(self, result: PlaneMapResult) -> None:
        self._result = result
        self._picture.show(result.rate)
        self._edges.setData(*result.edges.T)
        self._show_names(result)
        self._show_bests(result)
        if self._state is not None:
            self._mark_bests(self._state)

    def mark(self, state: State) -> None:
        self._state = state
        self._picture.mark(state)
        self._mark_bests(state)

    def _mark_bests(self, state: State) -> None:
        """On each curve of the best what is best for the current point, to be taken over."""
        for offer in self._offers:
            offer.hide()
        if self._result is None:
            return
        plane = self._result.rate.request.plane
        across, up = FIELDS[plane.axes]
        low, high = plane.extent
        for offer, curve in zip(self._offers, self._result.bests, strict=False):
            found = best_at(curve.key, plane, state)
            place = {**state.kept_values, **found}
            if low <= place[across] <= high:
                offer.show(place[across], place[up], best_changes(state, found))

    def restyle(self, style: Style) -> None:
        self.style = style
        self._picture.restyle(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    def _show_names(self, result: PlaneMapResult) -> None:
        """Name the regimes where their strips are wide enough."""
        words = regime_words()
        for label in self._names.values():
            label.setVisible(False)
        for name, x, y, room in result.names:
            if room >= ROOM - 1:  # else it would lie across the edges of its strip
                label = self._names[name]
                label.set_text(words[name])
                label.set_position(x, y)
                label.setVisible(True)

    def _show_bests(self, result: PlaneMapResult) -> None:
        of = {"alpha": "*α*", "alpha-beta": "(*α*, *β*)", "alpha-nu": "(*α*, *ν*)"}
        plane = result.rate.request.plane
        low, high = plane.extent
        labels: list[CurveLabel] = []
        for line in self._bests:
            line.setVisible(False)
        for line, curve, near in zip(self._bests, result.bests, (0.45, 0.2), strict=False):  # they run side by side
            inside = (curve.xs >= low) & (curve.xs <= high)
            xs = np.where(inside, curve.xs, np.nan)
            line.setData(xs, curve.ys)
            line.set_dash("theory" if curve.free else None)
            line.setVisible(bool(inside.any()))
            labels.append(CurveLabel(tr("best {what}", what=of[curve.key]), None, xs, curve.ys, near, weight=600))
        diagonal = bool(result.bests) and plane.axes == "beta-nu"
        xs, ys = amounts()
        self._amounts.setData(xs, ys)
        self._amounts.setVisible(diagonal)
        self._nesterov.setData([0, 1], [0, 1])
        self._nesterov.setVisible(diagonal)
        if diagonal:
            along = np.linspace(0, 1, 50)
            labels.append(CurveLabel(f"{METHOD_LOOKS['nag'].name}  *ν* = *β*", "nag", along, along, 0.42, weight=600))
            for amount in AMOUNTS:
                line = np.linspace(amount, 1, 60)
                labels.append(CurveLabel(f"*βν* = {amount:g}", None, line, amount / line, 0.8))
        self._labels.set_labels(labels)
