"""A plane over two of (α, β, ν) that views share: its edges, the divergent region, the draggable point, crosshairs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import inf
from typing import Literal, NamedTuple

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.crosshair import Crosshair
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.spread_region import SpreadRegion
from qhm_gui.state.state import State, alpha_range
from qhm_gui.text.language import tr
from qhm_gui.text.parameter_words import axis_title, place_words
from qhm_gui.views.shared.hatched_regions import rings_above
from qhm_gui.views.view import View
from qhm_math import QHM, convergence_rate, max_stable_alpha, mean_square_coefficient, rate_map
from qhm_math.regions import least_rippling_nu, least_stable_nu, ripple_interval, sign_change, sign_changing_nu

Curve = NDArray[np.float64]

#: A drag to the very top means "as strong as possible", not the β = 1 that no method allows.
HIGHEST_BETA = 0.9999

#: Rows of the plane at which boundaries are computed, closer together at both ends, where they bend.
BETAS: Curve = np.minimum(np.sin(np.linspace(0, np.pi / 2, 401)) ** 2, 1 - 1e-9)

#: The fields across and up. β stands up wherever it is on an axis.
FIELDS = {"alpha-beta": ("alpha", "beta"), "alpha-nu": ("alpha", "nu"), "beta-nu": ("nu", "beta")}


@dataclass(frozen=True)
class PlaneRequest:
    """A plane, the value of the field that is on neither axis (None: along ν = β), for a spectrum from μ to L.

    ``alphas`` is the range of an α axis and ``scale`` how it is divided. Over α and β at ν = 0 every row is SGD.
    ``batch``: B of the noise, on which it depends where the spread grows; infinite under additive noise.
    """

    axes: str
    third: float | None
    mu: float
    L: float
    alphas: tuple[float, float]
    scale: Literal["linear", "log"] = "log"
    batch: float = inf

    @property
    def extent(self) -> tuple[float, float]:
        """The range of the x axis; y goes from 0 to 1."""
        return self.alphas if self.axes != "beta-nu" else (0.0, 1.0)

    @property
    def betas(self) -> Curve:
        """β on every row of :data:`BETAS`."""
        if self.axes == "alpha-nu":
            return np.full_like(BETAS, self.third)
        return np.zeros_like(BETAS) if self._plain else BETAS

    @property
    def _plain(self) -> bool:
        """Whether ν = 0 all over the plane, so that no step reads a buffer and the method is SGD at every β."""
        return self.axes == "alpha-beta" and self.third == 0

    @property
    def nus(self) -> Curve:
        """ν on every row of a plane over α."""
        if self.axes == "alpha-nu":
            return BETAS
        return BETAS if self.third is None else np.full_like(BETAS, self.third)

    @property
    def bound(self) -> Curve:
        """Condition (13) on every row: the largest stable α, or on the plane over ν and β the least stable ν."""
        if self.axes == "beta-nu":
            return np.asarray(least_stable_nu(self.third or 0.0, BETAS, self.L))
        return np.asarray(max_stable_alpha(self.betas, self.nus, self.L))

    @property
    def spread_bound(self) -> Curve:
        """K = 1 on every row of a plane over α: the largest α at which the spread is bounded; (13) if B is infinite."""
        return np.asarray(max_stable_alpha(self.betas, self.nus, [self.mu, self.L], batch=self.batch))

    @property
    def spread(self) -> Spread:
        """Where the mean converges and the spread grows."""
        return _spread(self)

    def ripples(self, curvature: float) -> tuple[Curve, Curve]:
        """Between which x the roots of a mode are complex, on every row."""
        if self.axes == "beta-nu":
            low = np.asarray(least_rippling_nu((self.third or 0.0) * curvature, BETAS))
            return low, np.maximum(low, 1.0)
        low, high = ripple_interval(self.betas, self.nus)
        return low / curvature, high / curvature

    def flips(self, curvature: float) -> Curve:
        """The x where the sum of a mode's roots changes its sign: negative to the right, or on (ν, β) to the left."""
        if self.axes == "beta-nu":
            return np.asarray(sign_changing_nu((self.third or 0.0) * curvature, BETAS))
        return sign_change(self.betas, self.nus) / curvature

    def divergent(self) -> tuple[Curve, Curve]:
        """From which x to which the method diverges, on every row."""
        low, high = self.extent
        edge = np.clip(self.bound, low, high)
        return (np.full_like(edge, low), edge) if self.axes == "beta-nu" else (edge, np.full_like(edge, high))

    def nodes(self, columns: int, rows: int) -> tuple[Curve, Curve]:
        """Places across, even on the axis, and up."""
        even = self.axes == "beta-nu" or self.scale == "linear"
        across = (np.linspace if even else np.geomspace)(*self.extent, columns)
        return across, np.linspace(0.0, 1.0 if self.axes == "alpha-nu" else 1.0 - 1e-6, rows)

    def nearest(self, x: float, y: float) -> QHM:
        """The method at a place under the mouse, or at the nearest one that has a method: a plot may show more than the
        plane, and rounding puts its left edge at −9·10⁻¹⁹."""
        across = float(np.clip(x, 0.0, 1.0)) if self.axes == "beta-nu" else max(x, np.finfo(np.float64).tiny)
        up = float(np.clip(y, 0.0, 1.0 if self.axes == "alpha-nu" else 1.0 - 1e-9))
        return self.points(np.asarray(across), np.asarray(up))

    def points(self, xs: Curve, ys: Curve) -> QHM:
        """The methods at ``xs`` and ``ys`` (of shapes that broadcast)."""
        if self.axes == "beta-nu":
            return QHM(self.third, ys, xs)
        if self.axes == "alpha-nu":
            return QHM(xs, self.third, ys)
        return QHM(xs, np.zeros_like(ys) if self._plain else ys, ys if self.third is None else self.third)

    def rates(self, xs: Curve, ys: Curve) -> NDArray[np.float64]:
        """R at every node, (rows, columns)."""
        if self.axes == "beta-nu":
            return np.asarray(convergence_rate(self.points(xs[None, :], ys[:, None]), self.mu, self.L))
        betas = np.full_like(ys, self.third) if self.axes == "alpha-nu" else np.zeros_like(ys) if self._plain else ys
        nus = np.full_like(ys, self.third) if self.axes == "alpha-beta" and self.third is not None else ys
        return rate_map(xs, betas, nus, self.mu, self.L)


class Spread(NamedTuple):
    """Polygons (n, 2) of K >= 1 and their edge (n, 2) with gaps of NaN, in data values; empty if B is infinite."""

    rings: tuple[Curve, ...]
    edge: Curve


@lru_cache(maxsize=16)
def _spread(request: PlaneRequest) -> Spread:
    nothing = np.empty((0, 2))
    if request.batch == inf:
        return Spread((), nothing)
    low, high = request.extent
    if request.axes != "beta-nu":
        start, bound = request.spread_bound, request.bound
        left, right = np.clip(start, low, high), np.clip(bound, low, high)
        if not (left < right).any():
            return Spread((), nothing)
        edge = np.where((start > low) & (start < high), start, np.nan)
        ring = np.column_stack((np.concatenate((left, right[::-1])), np.concatenate((BETAS, BETAS[::-1]))))
        return Spread((ring,), np.column_stack((edge, BETAS)))
    # Here a row may enter K >= 1 at both ends, so the edge is found on a lattice.
    xs, ys = np.linspace(low, high, 161), BETAS[::2]
    found = mean_square_coefficient(request.points(xs[None, :], ys[:, None]), [request.mu, request.L], request.batch)
    with np.errstate(divide="ignore"):
        logs = np.clip(np.log(found), -3.0, 3.0)
    lines = contour_generator(xs, ys, logs).lines(0.0)
    parts = [part for line in lines for part in (np.asarray(line), np.full((1, 2), np.nan))]
    return Spread(tuple(rings_above(xs, ys, logs)), np.concatenate(parts[:-1]) if parts else nothing)


def plane_request(state: State, axes: str = "alpha-beta") -> PlaneRequest:
    """The plane that belongs to the state: it does not depend on where in it the point is."""
    mu, largest = state.curvatures
    across_nu = None if state.nu_follows_beta else state.nu
    third = {"alpha-beta": across_nu, "alpha-nu": state.kept_beta, "beta-nu": state.alpha}
    return PlaneRequest(axes, third[axes], mu, largest, alpha_range(state), batch=state.local.batch)


class Plane:
    """The canvas of a view over a plane; reports drags through the view's signals."""

    def __init__(self, view: View, style: Style, *, on_map: bool) -> None:
        self._view = view
        self._axes = "alpha-beta"
        self._state = State()
        self.canvas = Canvas(style, Axis(0.05, 20.0, "log"), Axis(0.0, 1.0))
        self.hatch = UnstableRegion()
        self.hatch.setZValue(-15.0)  # over the map and the regimes
        self.canvas.add(self.hatch)
        self.spread = self.canvas.add(SpreadRegion())
        self._spread_name = self.canvas.add(CurveLabels())
        self._on_map = on_map
        self.crosshair = self.canvas.add(Crosshair("qhm", cased=on_map))
        self.handle = self.canvas.add(Handle("qhm"))
        self.handle.began.connect(view.began)
        self.handle.ended.connect(view.ended)
        self.handle.moved_to.connect(self.place)
        self.handle.double_clicked.connect(self._type)
        self.canvas.hovered.connect(self._hover)
        self.canvas.left.connect(self._leave)
        self.canvas.context_requested.connect(view.menu_requested)
        self.handle.context_requested.connect(view.menu_requested)

    def show(self, request: PlaneRequest) -> None:
        """Axes and the divergent region of the request."""
        low, high = request.extent
        across, up = FIELDS[request.axes]
        self._axes = request.axes
        scale = request.scale if across == "alpha" else "linear"
        self.canvas.set_axes(Axis(low, high, scale, title=axis_title(across)), Axis(0.0, 1.0, title=axis_title(up)))
        left, right = request.divergent()
        self.hatch.setData(np.concatenate([left, right[::-1]]), np.concatenate([BETAS, BETAS[::-1]]))
        inside = (request.bound > low) & (request.bound < high)
        self.hatch.set_boundary(np.where(inside, request.bound, np.nan), BETAS)
        rings, edge = request.spread
        self.spread.set_rings(rings, edge)
        words = "*K* = 1" if self._on_map else f"*K* = 1: {tr('the spread grows beyond it')}"  # its bar says the rest
        color = None if self._on_map else "regtext"
        name = CurveLabel(words, color, edge[:, 0], edge[:, 1], 0.3, weight=600)
        self._spread_name.set_labels([name] if len(edge) else [])
        self.mark(self._state)

    def mark(self, state: State) -> None:
        """Put the point where the state has it, in the colour of the current method."""
        self._state = state
        across, up = FIELDS[self._axes]
        place = getattr(state, across), getattr(state, up)
        for item in (self.handle, self.crosshair):
            item.set_color(state.active)
            item.set_position(*place)
        self.handle.set_tied(not state.tied.isdisjoint((across, up)))
        self.handle.set_chip(place_words(dict(zip((across, up), place, strict=True)), gap="  "))

    def place(self, x: float, y: float) -> None:
        """Put the parameters where the plane has them."""
        self._view.edited.emit(self.changes(x, y))

    def changes(self, x: float, y: float) -> dict[str, float]:
        """The parameters of a place on the plane."""
        place = dict(zip(FIELDS[self._axes], (x, y), strict=True))
        if "beta" in place:
            place["beta"] = min(max(place["beta"], 0.0), HIGHEST_BETA)
        if "nu" in place:
            place["nu"] = min(max(place["nu"], 0.0), 1.0)
        if "nu" not in place and "beta" in self._state.tied:
            del place["beta"]  # over α and β nothing but α moves SGD
        return place

    def _type(self) -> None:
        self._view.typing.emit(FIELDS[self._axes][0])

    def _hover(self, x: float, y: float) -> None:
        self._view.said.emit(place_words(dict(zip(FIELDS[self._axes], (x, y), strict=True))))

    def _leave(self) -> None:
        self._view.said.emit("")
