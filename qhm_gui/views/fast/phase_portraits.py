"""Each mode alone: its phase portrait, position across and momentum up, with the name of its damping."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import Head, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.stroke import directions
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped_whole, plain, rate_text
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.runs import CURRENT_WIDTH
from qhm_gui.views.shared.two_canvases import Pair
from qhm_gui.views.view import Table, View
from qhm_math import QHM, roots, spectral_radius
from qhm_math.modes import Damping, damping, mode_powers
from qhm_math.progress import Monitor

#: Steps of a portrait at most: later ones lie in the middle, or far outside.
_MOST = 600
#: Roots no further apart than a thirtieth of their distances from 1 look like one: the mode counts as critical.
_TOLERANCE = 1e-3
#: Starts about the middle, whose paths are the portrait's ground.
_RING = 12
_REACH, _FARTHEST = 1.15, 3.0
#: The name stands above the portrait.
_HEADROOM = 1.35


@dataclass(frozen=True)
class ModesRequest:
    """The method, the two curvatures, and the number of steps."""

    alpha: float
    beta: float
    nu: float
    mu: float
    L: float
    steps: int


@dataclass(frozen=True)
class Portrait:
    """One mode: its curvature, Damping and radius; the path (steps + 1, 2) of (x, d/λ) from (1, 0); those from a ring
    of starts (steps + 1, ring, 2); and, for real roots, the directions (n, 2) that only shrink or grow."""

    curvature: float
    kind: Damping
    radius: float
    path: NDArray[np.float64]
    ring: NDArray[np.float64]
    directions: NDArray[np.float64]


@dataclass(frozen=True)
class ModesResult:
    """The portraits of μ and of L."""

    request: ModesRequest
    portraits: tuple[Portrait, Portrait]


def portrait(qhm: QHM, curvature: float, steps: int) -> Portrait:
    """The portrait of the mode of that curvature."""
    powers = mode_powers(qhm, curvature, steps)
    angles = 2 * np.pi * np.arange(_RING) / _RING
    starts = np.stack((np.sin(angles), np.cos(angles)))  # (d, x)
    with np.errstate(over="ignore", invalid="ignore"):
        ring = np.moveaxis(powers @ starts, 1, 2)[..., ::-1]
        path = powers[:, ::-1, 1]
    pair = roots(qhm, curvature)
    real = pair[pair.imag == 0].real
    # (M - r) v = 0 with v = (d, x): the first row is (β - r) d + (1-β) x = 0
    ways = directions(np.column_stack((real - float(qhm.beta), np.full(len(real), 1 - float(qhm.beta)))))
    kind = Damping(int(damping(qhm, curvature, _TOLERANCE)))
    return Portrait(curvature, kind, float(spectral_radius(qhm, curvature)), path, ring, ways)


def damping_words() -> dict[Damping, str]:
    """What a mode's damping is called in the language in force."""
    return {
        Damping.OVERDAMPED: tr("overdamped"),
        Damping.CRITICAL: tr("critically damped"),
        Damping.UNDERDAMPED: tr("underdamped"),
        Damping.OSCILLATING: tr("alternating"),
        Damping.DIVERGENT: tr("diverges"),
    }


class PortraitItems:
    """The canvas of one mode."""

    def __init__(self, style: Style, symbol: str) -> None:
        self._symbol = symbol
        span = Axis(-_REACH, _REACH)
        self.canvas = Canvas(style, span, span, show_axes=False)
        self._hatch = self.canvas.add(UnstableRegion())
        self._cross = [self.canvas.add(PlotCurve("line2", 1.0)) for _ in range(2)]
        self._ring = self.canvas.add(PlotCurve("ink", 1.0, alpha=0.16))
        self._directions = self.canvas.add(PlotCurve("ink", 1.2, dash="theory"))
        self.line = self.canvas.add(PlotCurve("qhm", CURRENT_WIDTH))
        self._dots = self.canvas.add(StepDots("qhm", 2.6))
        self._head = self.canvas.add(Head("diamond", "qhm"))
        self._name = self.canvas.add(Label("", "text", weight=600, anchor=(0.0, 0.0)))
        self._axes = [
            self.canvas.add(Label(text, "muted", anchor=place))
            for text, place in (("*x*", (1.0, 0.0)), ("*d*", (0.0, 0.0)))
        ]
        self.tip = self.canvas.add(Tooltip())
        self.portrait: Portrait | None = None

    def show(self, shown: Portrait) -> None:
        """Put a portrait into the items."""
        self.portrait = shown
        diverges = shown.kind is Damping.DIVERGENT
        path = shown.path
        finite = path[np.isfinite(path).all(axis=1)]
        reach = min(max(_REACH, 1.1 * float(np.abs(finite).max(initial=1.0))), _FARTHEST)
        self.canvas.set_axes(Axis(-reach, reach), Axis(-reach, _HEADROOM * reach))
        far = 20 * reach
        box = [-far, far, far, -far], [-far, -far, far, far]
        self._hatch.setData(*(box if diverges else ([], [])))
        self._cross[0].setData([-far, far], [0, 0])
        self._cross[1].setData([0, 0], [-far, far])
        kept = np.abs(shown.ring).max(axis=2) <= 40 * reach
        ring = np.where(kept[..., None], shown.ring, np.nan)
        gaps = np.full((1, _RING, 2), np.nan)
        self._ring.setVisible(shown.kind is not Damping.OSCILLATING)  # they would only cross each other
        self._ring.setData(*np.concatenate((ring, gaps)).transpose(2, 1, 0).reshape(2, -1))
        gap = np.array([np.nan, np.nan])
        ends = [part for direction in shown.directions for part in (-far * direction, far * direction, gap)]
        self._directions.setData(*(np.array(ends).T if ends else np.empty((2, 0))))
        near = np.where(np.abs(path) <= 40 * reach, path, np.nan)
        self.line.setData(*near.T)
        self._dots.setData(*near.T)
        words = damping_words()[shown.kind]
        self._name.set_text(f"{self._symbol} = {plain(shown.curvature)}   {words}\n|*r*| = {rate_text(shown.radius)}")
        left, right, bottom, top = self.canvas.visible_range()
        self._name.set_position(left, top, dx=4, dy=4)
        self._axes[0].set_position(right, 0, dx=-5, dy=3)
        self._axes[1].set_position(0, bottom, dx=6, dy=-18)

    def dress(self, key: str) -> None:
        """Take a method's colour and shape."""
        for item in (self.line, self._dots, self._head):
            item.set_color(key)
        self._head.set_shape(METHOD_LOOKS[key].shape)

    def seek(self, step: int) -> None:
        """Put the head at a step."""
        if self.portrait is None:
            return
        here = min(step, len(self.portrait.path) - 1)
        self.line.set_split(here, 0.25)
        self._dots.set_split(here, 0.0)
        place = self.portrait.path[here]
        left, right, bottom, top = self.canvas.visible_range()
        seen = bool(np.isfinite(place).all()) and left <= place[0] <= right and bottom <= place[1] <= top
        self._head.setVisible(seen)
        if seen:
            self._head.set_position(float(place[0]), float(place[1]))


class ModesView(View):
    """The phase portraits of the flattest and of the steepest mode."""

    key = "modes"
    needs_minimum = True
    title = "Phase portraits"
    columns = described(
        {
            "x_{mode}": Column("position along the mode of curvature {mode}, from 1"),
            "d_{mode}": Column("momentum d/λ along the mode of curvature {mode}, in units of the first position"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ModesResult | None = None
        self._step = 0
        self._items = (PortraitItems(style, "*μ*"), PortraitItems(style, "*L*"))
        self._widget = Pair(*(items.canvas for items in self._items), aspect=1.0)
        for items in self._items:
            items.canvas.hovered.connect(lambda x, y, items=items: self._hover(items, x, y))
            items.canvas.left.connect(self._leave)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return tuple(items.canvas for items in self._items)

    @staticmethod
    def request(state: State) -> ModesRequest:
        mu, largest = state.curvatures
        point = state.point
        return ModesRequest(point.alpha, point.beta, point.nu, mu, largest, min(state.steps, _MOST))

    @staticmethod
    def compute(request: ModesRequest, monitor: Monitor) -> Iterator[ModesResult]:
        r = request
        qhm = QHM(r.alpha, r.beta, r.nu)
        yield ModesResult(r, (portrait(qhm, r.mu, r.steps), portrait(qhm, r.L, r.steps)))

    @staticmethod
    def table(result: ModesResult) -> Table:
        """Position and momentum (as a length, d/λ) of both modes at every step."""
        table: Table = {"step": np.arange(result.request.steps + 1)}
        for name, shown in zip(("mu", "L"), result.portraits, strict=True):
            table |= {f"x_{name}": shown.path[:, 0], f"d_{name}": shown.path[:, 1]}
        return table

    def subtitle(self, state: State) -> str:
        return tr("position *x* and momentum *d*, mode by mode")

    def show(self, result: ModesResult) -> None:
        self._result = result
        for items, shown in zip(self._items, result.portraits, strict=True):
            items.show(shown)
        self.seek(self._step)

    def mark(self, state: State) -> None:
        for items in self._items:
            items.dress(state.active)

    def seek(self, step: int) -> None:
        self._step = step
        for items in self._items:
            items.seek(step)

    def restyle(self, style: Style) -> None:
        self.style = style
        for items in self._items:
            items.canvas.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    def _hover(self, items: PortraitItems, x: float, y: float) -> None:
        found = nearest_step(items.canvas, [items.line], x, y)
        if found is None or items.portrait is None:
            items.tip.hide()
            self.said.emit("")
            return
        step = found[1]
        px, py = items.portrait.path[step].tolist()
        items.tip.set_text([f"{tr('step')} {grouped_whole(step)}", f"*x* {fixed(px, 3)}   *d*/*λ* {fixed(py, 3)}"])
        items.tip.set_position(px, py)
        self.said.emit(f"*k* {grouped_whole(step)}   *x* {fixed(px, 3)}   *d*/*λ* {fixed(py, 3)}")

    def _leave(self) -> None:
        for items in self._items:
            items.tip.hide()
        self.said.emit("")
