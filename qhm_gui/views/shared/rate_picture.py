"""The rate over a plane as a picture that two views share: map, isolines, colour bar, the fastest point, the handle."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.heat_map import HeatMap, fill_gaps
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.drawing.contour_lines import Isoline, find_isolines
from qhm_gui.state.state import State, rate
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped, rate_text
from qhm_gui.views.shared.offers import offer_words, offered_optimum
from qhm_gui.views.shared.parameter_plane import FIELDS, Plane, PlaneRequest
from qhm_gui.views.view import Table, View
from qhm_gui.widgets.beside import beside
from qhm_math import best_alpha_beta, best_nu, steps_per_decade
from qhm_math.optimum import best_nesterov

#: Cells of the map, the canvas smooths between them; and the most that an export may ask for.
_COLUMNS, _ROWS = 480, 360
_MOST_COLUMNS, _MOST_ROWS = 1280, 960
#: The scale of every problem that can be solved at _EASY steps for a decade of loss: the same colour is the same
#: rate. A harder problem would be all dark on it; its scale begins at half the steps that its best method needs.
_FASTEST, _SLOWEST, _EASY = 2.5, 300.0, 12.0
_TICKS = (0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 0.9995, 0.9998, 0.9999, 0.99995, 0.99998, 0.99999)
_STEP_TICKS = tuple(float(lead * 10**power) for power in range(7) for lead in (1, 2, 5))
Needed = TypeVar("Needed", float, NDArray[np.float64])
#: A label right of the star would leave the plot beyond this share of its width.
_RIGHT = 0.8
_LOW = 0.15


@dataclass(frozen=True)
class RateRequest:
    """The plane and its cells; the unit only changes the words."""

    plane: PlaneRequest
    unit: str
    columns: int = _COLUMNS
    rows: int = _ROWS

    def refined(self, width: int, height: int) -> RateRequest:
        """The same for a picture of this size in pixels."""
        columns = min(max(width, _COLUMNS), _MOST_COLUMNS)
        return replace(self, columns=columns, rows=min(max(height, _ROWS), _MOST_ROWS))


@dataclass(frozen=True)
class RateResult:
    """R (rows, columns) over ``xs`` and ``ys``, the fastest point of the plane (x, y, R), and what is shown of it.

    ``units``: the brightness of every node, where it diverges that of the nearest that does not; ``lines``: the
    isolines of round rates, or of round numbers of steps; ``ends``: the least and the largest R below 1. (Found where R
    is: they take longer than a frame.)
    """

    request: RateRequest
    xs: NDArray[np.float64]
    ys: NDArray[np.float64]
    rates: NDArray[np.float64]
    best: tuple[float, float, float]
    scale: RateScale
    units: NDArray[np.float64]
    lines: list[Isoline]
    ends: tuple[float, ...]


@dataclass(frozen=True)
class RateScale:
    """Colours for rates: log10 of the steps per decade of loss, from ``fastest`` (light) to ``slowest`` (dark)."""

    fastest: float
    slowest: float

    def brightness(self, rates: NDArray[np.float64] | float) -> NDArray[np.float64]:
        """1 is fast and light, 0 slow and dark; NaN where it diverges."""
        with np.errstate(divide="ignore", invalid="ignore"):
            steps = np.log10(steps_per_decade(np.asarray(rates)))
        unit = 1 - (steps - np.log10(self.fastest)) / np.log10(self.slowest / self.fastest)
        return np.where(np.asarray(rates) < 1, np.clip(unit, 0, 1), np.nan)

    def round_places(self, *, steps: bool) -> list[tuple[float, float]]:
        """Where on the scale round rates, or round numbers of steps, lie: (place, value)."""
        values = np.array(_STEP_TICKS if steps else _TICKS)
        needed = steps_per_decade(_as_rate(values, steps))
        inside = values[(self.fastest <= needed) & (needed <= self.slowest)]
        return list(zip(self.brightness(_as_rate(inside, steps)).tolist(), inside.tolist(), strict=True))

    def ticks(self, *, steps: bool, rates: ArrayLike = ()) -> list[tuple[float, str]]:
        """The same in words; an end that ``rates`` go beyond says so."""
        found = [(place, _text(value, steps)) for place, value in self.round_places(steps=steps)]
        array = np.asarray(rates, dtype=np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            needed = steps_per_decade(array[(array >= 0) & (array < 1)])
        for place, end, beyond, sign in (
            (0.0, self.slowest, needed > self.slowest * (1 + 1e-6), "≥"),
            (1.0, self.fastest, needed < self.fastest * (1 - 1e-6), "≤"),
        ):
            if np.any(beyond):
                found = [tick for tick in found if tick[0] != place] + [(place, f"{sign} {_end_text(end, steps)}")]
        return sorted(found)


def scale_for(mu: float, largest: float) -> RateScale:
    """The scale of a problem, the same for every ν: by the best rate of all, heavy ball's (√κ-1)/(√κ+1)."""
    root = np.sqrt(largest / mu)
    needed = float(steps_per_decade((root - 1) / (root + 1)))
    return RateScale(_FASTEST, _SLOWEST) if needed <= _EASY else RateScale(needed / 2, 100 * needed)


def compute_rates(request: RateRequest) -> RateResult:
    """The map, and its fastest point: in closed form, or where ν and β are the axes the fastest node."""
    plane = request.plane
    xs, ys = plane.nodes(request.columns, request.rows)
    rates = plane.rates(xs, ys)
    scale = scale_for(plane.mu, plane.L)
    brightness = scale.brightness(rates)
    levels = [place for place, _ in scale.round_places(steps=request.unit == "steps")]
    lines = find_isolines(xs, ys, brightness, levels)
    best, below = _fastest(plane, xs, ys, rates), rates[(rates >= 0) & (rates < 1)]
    ends = (float(below.min()), float(below.max())) if below.size else ()
    return RateResult(request, xs, ys, rates, best, scale, fill_gaps(brightness), lines, ends)


def _fastest(
    plane: PlaneRequest, xs: NDArray[np.float64], ys: NDArray[np.float64], rates: NDArray[np.float64]
) -> tuple[float, float, float]:
    if plane.axes == "beta-nu":
        row, column = np.unravel_index(int(np.argmin(rates)), rates.shape)
        return float(xs[column]), float(ys[row]), float(rates[row, column])
    if plane.axes == "alpha-nu":
        found = best_nu(plane.third or 0.0, plane.mu, plane.L)
    elif plane.third is None:
        found = best_nesterov(plane.mu, plane.L)
    else:
        found = best_alpha_beta(plane.third, plane.mu, plane.L)
    x, y, fastest = (float(value) for value in found)
    if plane.axes == "alpha-beta" and plane.third == 0:
        y = 0.0  # without ν every β up to R is as fast: the one that changes nothing
    return x, y, fastest


def rate_table(result: RateResult) -> Table:
    """R of every cell; from 1 on it diverges."""
    across, up = FIELDS[result.request.plane.axes]
    xs, ys = (axis.ravel() for axis in np.meshgrid(result.xs, result.ys))
    qhm = result.request.plane.points(xs, ys)
    fields = {name: np.broadcast_to(getattr(qhm, name), xs.shape) for name in ("alpha", "beta", "nu")}
    ordered = {name: fields[name] for name in (across, up, *fields)}
    return {**ordered, "rate": result.rates.ravel()}


class RatePicture:
    """The items and the widget. ``plane.canvas`` takes what a view draws over the map."""

    def __init__(self, view: View, style: Style) -> None:
        self.plane = Plane(view, style, on_map=True)
        self._scale = RateScale(_FASTEST, _SLOWEST)
        self._current = (1.0, "qhm")
        canvas = self.plane.canvas
        self._map = canvas.add(HeatMap("tide"))
        self._isolines = canvas.add(Isolines(self._map))
        self._star = offered_optimum(view, canvas, self.plane.place)
        self._best = self._star.label
        self._bar = ColourBar(style, "tide")
        self.widget = beside(canvas, self._bar)
        self.parts = canvas, self._bar

    def show(self, result: RateResult) -> None:
        """Put an answer into the items."""
        plane = result.request.plane
        self.plane.show(plane)
        self._scale = result.scale
        self._map.set_values(result.units, plane.extent, (0.0, 1.0))
        steps = result.request.unit == "steps"
        self._isolines.setData(result.lines, dict(self._scale.ticks(steps=steps)))
        self._bar.set_title(tr("steps") if steps else "*R*")
        self._bar.set_ticks(self._scale.ticks(steps=steps, rates=result.ends))
        self._bar.set_cap(tr("diverges"), spread=tr("spread grows") if plane.spread.rings else "")
        self._show_best(result, steps)
        self._show_needle()

    def mark(self, state: State) -> None:
        """Move the handle, and the needle of the colour bar."""
        self.plane.mark(state)
        self._current = rate(state), state.active
        if self._star.isVisible():
            self._star.set_tip(offer_words(self.plane.changes(*self._star.position)))
        self._show_needle()

    def _show_needle(self) -> None:
        current, key = self._current
        self._bar.set_needle(float(self._scale.brightness(current)) if current < 1 else None, key)

    def restyle(self, style: Style) -> None:
        """Take other colours or scales."""
        self.plane.canvas.set_style(style)
        self._bar.set_style(style)

    def _show_best(self, result: RateResult, steps: bool) -> None:
        x, y, fastest = result.best
        low, high = result.request.plane.extent
        log = result.request.plane.axes != "beta-nu"
        inside = (low < x < high if log else low <= x <= high) and fastest < 1
        self._star.setVisible(inside)
        if not inside:
            return
        share = (np.log(x) - np.log(low)) / (np.log(high) - np.log(low)) if log else x  # x / low may be too large
        self._star.set_position(x, y)
        self._star.set_tip(offer_words(self.plane.changes(x, y)))
        self._best.set_anchor((1.0, 0.5) if share > _RIGHT else (0.0, 0.5))
        lift = -26 if y < _LOW else 14 if y > 1 - _LOW else 0  # clear of the axis' title and of the top
        self._best.set_position(x, y, dx=-26 if share > _RIGHT else 26, dy=lift)
        per_decade = f"{tr('steps')} {fixed(float(steps_per_decade(fastest)), 1)}"
        self._best.set_text(f"{tr('fastest')}\n{per_decade if steps else f'*R* = {rate_text(fastest)}'}")


def _as_rate(value: Needed, steps: bool) -> Needed:
    return 10 ** (-1 / (2 * value)) if steps else value


def _end_text(needed: float, steps: bool) -> str:
    """An end of the scale, given as steps per decade: to two figures, of 1 - R for a rate."""
    if steps:
        return grouped(float(f"{needed:.2g}"))
    rate = _as_rate(needed, True)
    return fixed(rate, max(2, 1 - math.floor(math.log10(1 - rate))))


def _text(value: float, steps: bool) -> str:
    return grouped(value) if steps else (f"{value:.2f}" if value < 0.994 else f"{value:.6f}".rstrip("0"))
