"""The roots of every mode between μ and L in the unit circle, the one that limits, and where they go."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State, alpha_range
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, fixed, plain, rate_text
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.hover import nearest_vertex
from qhm_gui.views.view import Option, Table
from qhm_math import QHM
from qhm_math.modes import LimitingRoot, limiting_root, root_branches, spectrum_grid
from qhm_math.progress import Monitor

_SPECTRUM, _SWEEP = 1200, 1500
#: A step of the locus that is longer shows as a corner, and is divided into so many parts at most.
_LONG, _PARTS = 0.01, 33
#: The largest modulus that the canvas makes room for.
_FARTHEST = 5.0
_ANGLES = np.linspace(0, 2 * np.pi, 361)
_CIRCLE = np.column_stack((np.cos(_ANGLES), np.sin(_ANGLES)))


@dataclass(frozen=True)
class RootsRequest:
    """The point, the spectrum, and which parameter sweeps which range; ``tied`` when ν = β."""

    alpha: float
    beta: float
    nu: float
    mu: float
    L: float
    sweep: str
    alphas: tuple[float, float]
    tied: bool


@dataclass(frozen=True)
class RootsResult:
    """Both branches of the roots (n, 2) over ``curvatures`` (n,); the locus (m, 2, 2): swept, ends of the spectrum,
    branches; the dominant root."""

    request: RootsRequest
    curvatures: NDArray[np.float64]
    branches: NDArray[np.complex128]
    locus: NDArray[np.complex128]
    limiting: LimitingRoot

    @property
    def rate(self) -> float:
        """R."""
        return abs(self.limiting.root)


def root_locus(request: RootsRequest) -> NDArray[np.complex128]:
    """The roots of both ends of the spectrum along the sweep, (m, 2, 2).

    Where they leave the real axis they run like a square root: a step that comes out long is divided, four times, into
    as many parts as the first of them needs. A branch that is out of sight divides nothing.
    """
    r = request
    ranges = {"alpha": np.geomspace(*r.alphas, _SWEEP), "beta": np.linspace(0, 1 - 1e-6, _SWEEP)}
    values = ranges.get(r.sweep, np.linspace(0, 1, _SWEEP))
    roots = _along(r, values)
    for _ in range(4):
        sizes = np.abs(roots)
        seen = np.minimum(sizes[:-1], sizes[1:]) < _FARTHEST
        steps = np.where(seen, np.abs(np.diff(roots, axis=0)), 0.0).max(axis=(1, 2))
        parts = np.clip(np.ceil((steps / _LONG) ** 2), 1, _PARTS).astype(np.int64)
        number = np.arange(parts.sum()) - np.repeat(np.cumsum(parts) - parts, parts)
        within = np.repeat(values[:-1], parts) + number * np.repeat(np.diff(values) / parts, parts)
        values = np.append(within, values[-1])
        roots = _along(r, values)
    return roots


def _along(request: RootsRequest, values: NDArray[np.float64]) -> NDArray[np.complex128]:
    r, swept = request, values[:, None]
    methods = {
        "alpha": lambda: QHM(swept, r.beta, r.nu).without_idle_buffer(),
        "beta": lambda: QHM(r.alpha, swept, swept) if r.tied else QHM(r.alpha, swept, r.nu).without_idle_buffer(),
        "nu": lambda: QHM(r.alpha, r.beta, swept),
    }
    return root_branches(methods[r.sweep](), np.array([r.mu, r.L]))


class RootsView(CanvasView):
    """Unit circle, spectrum, dominant root and locus."""

    key = "roots"
    needs_minimum = True
    title = "Roots"
    columns = described(
        {
            "curvature": Column("curvature of the mode", "f/x²"),
            "root1_real": Column("real part of the first root"),
            "root1_imag": Column("imaginary part of the first root"),
            "root2_real": Column("real part of the second root"),
            "root2_imag": Column("imaginary part of the second root"),
        }
    )
    options = (Option("fast.sweep", "sweep"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RootsResult | None = None
        canvas = self._canvas = Canvas(style, Axis(-1.1, 1.1), Axis(-1.1, 1.1), aspect_locked=True, show_axes=False)
        self._outside = canvas.add(UnstableRegion())
        self._cross = [canvas.add(PlotCurve("line2", 1.0)) for _ in range(2)]
        self._critical = canvas.add(PlotCurve("ink", 1.4, dash="theory"))
        self._locus = canvas.add(PlotCurve("ink", 1.2, alpha=0.4))
        self._curves = [canvas.add(PlotCurve("qhm", 2.6)) for _ in range(2)]
        self._ends = [canvas.add(Label(text, "text", weight=600, anchor=(0.5, 1.0))) for text in ("*μ*", "*L*")]
        self._heads = [canvas.add(Head("diamond", "qhm")) for _ in range(2)]
        self._units = [canvas.add(Label(text, "muted", anchor=place)) for text, place in
                       (("1", (0.0, 0.0)), (f"{MINUS}1", (1.0, 0.0)), ("*i*", (0.0, 0.0)))]  # fmt: skip
        self._rate_label = canvas.add(Label("", "text", weight=500, anchor=(0.0, 1.0)))
        self._limit = canvas.add(CurveLabels())
        self._divergent = canvas.add(Label("", "regtext", weight=600, anchor=(0.0, 0.0)))
        self._tip = canvas.add(Tooltip())
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)

    @staticmethod
    def request(state: State) -> RootsRequest:
        mu, largest = state.curvatures
        tied = state.nu_follows_beta and state.fast.sweep == "beta"
        s = state
        return RootsRequest(s.alpha, s.kept_beta, s.nu, mu, largest, s.fast.sweep, alpha_range(s), tied)

    @staticmethod
    def compute(request: RootsRequest, monitor: Monitor) -> Iterator[RootsResult]:
        r = request
        point = QHM(r.alpha, r.beta, r.nu).without_idle_buffer()
        curvatures = spectrum_grid(point, r.mu, r.L, _SPECTRUM)
        limiting = limiting_root(point, r.mu, r.L)
        yield RootsResult(r, curvatures, root_branches(point, curvatures), root_locus(r), limiting)

    @staticmethod
    def table(result: RootsResult) -> Table:
        """Both roots of every curvature."""
        first, second = result.branches.T
        return {
            "curvature": result.curvatures,
            "root1_real": first.real,
            "root1_imag": first.imag,
            "root2_real": second.real,
            "root2_imag": second.imag,
        }

    def subtitle(self, state: State) -> str:
        return tr("of every mode between *μ* and *L*")

    def show(self, result: RootsResult) -> None:
        self._result = result
        reach = max(1.1, min(1.08 * result.rate, _FARTHEST))
        self._canvas.set_axes(Axis(-reach, reach), Axis(-reach, reach))
        far = 20 * reach
        square = np.array([[-far, -far], [far, -far], [far, far], [-far, far], [-far, -far]])
        outline = np.concatenate((square, [[np.nan, np.nan]], _CIRCLE))
        self._outside.setData(*outline.T)
        self._outside.set_boundary(*_CIRCLE.T)
        for line, ends in zip(self._cross, (([-1, 1], [0, 0]), ([0, 0], [-1, 1])), strict=True):
            line.setData(*ends)
        self._critical.setData(*(result.rate * _CIRCLE).T)
        parts = [np.append(result.locus[:, mode, branch], np.nan) for mode in (0, 1) for branch in (0, 1)]
        joined = np.concatenate(parts)
        self._locus.setData(np.real(joined), np.imag(joined))
        for line, branch in zip(self._curves, result.branches.T, strict=True):
            line.setData(branch.real, branch.imag)
        self._show_marks(result, reach)

    def _show_marks(self, result: RootsResult, reach: float) -> None:
        root, rate = result.limiting.root, result.rate
        seen = abs(root) <= reach * 1.05
        for head, place in zip(self._heads, (root, root.conjugate()), strict=True):
            head.set_position(place.real, place.imag)
            head.setVisible(seen)
        slow = 0 if result.limiting.curvature == result.request.mu else -1
        for label, at in zip(self._ends, (0, -1), strict=True):
            end = complex(result.branches[at, 0])
            inward = end * (1 - 18 / 150) if abs(end) > 0.2 else end
            label.set_position(inward.real, inward.imag, dy=-6 if end.imag == 0 else 6)
            label.setVisible(abs(end) <= reach and at != slow)  # that one is named as the dominant root
        for label, place in zip(self._units, ((1, 0), (-1, 0), (0, 1)), strict=True):
            dx = {1: 5, -1: -5, 0: 5}[place[0]]
            label.set_position(*place, dx=dx, dy=3)
        turn = math.radians(235)
        self._rate_label.set_position(rate * math.cos(turn), rate * math.sin(turn), dx=5, dy=-5)
        self._rate_label.set_text(f"*R* = {rate_text(rate)}")
        self._rate_label.setVisible(0.3 < rate < reach)
        name = f"{tr('dominant root')}  *λ* = {'*μ*' if slow == 0 else '*L*'}"
        at = np.array([root.real]), np.array([root.imag])
        self._limit.set_labels([CurveLabel(name, "text", *at, reach=34, weight=600)] if seen else [])
        self._divergent.set_position(-reach, reach, dx=2, dy=4)
        self._divergent.set_text(tr("Diverges"))
        self._divergent.setVisible(rate >= 1)

    def mark(self, state: State) -> None:
        for item in (*self._curves, *self._heads):
            item.set_color(state.active)
        for head in self._heads:
            head.set_shape(METHOD_LOOKS[state.active].shape)

    # -- the mouse

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        frame = self._canvas.frame()
        point = self._canvas.to_pixels(x, y)
        heads = np.array([head.position for head in self._heads])
        marked = [(frame.px_x(heads[:, 0]), frame.px_y(heads[:, 1]))]
        if self._heads[0].isVisible() and (found := nearest_vertex(point, marked)) is not None:
            root = result.limiting.root if found[1] == 0 else result.limiting.root.conjugate()
            self._tell(tr("dominant root"), result.limiting.curvature, root)
            return
        found = nearest_vertex(point, [line.pixels(frame) for line in self._curves])
        if found is None:
            self._leave()
            return
        branch, at = found
        self._tell("", float(result.curvatures[at]), complex(result.branches[at, branch]))

    def _tell(self, name: str, curvature: float, root: complex) -> None:
        of = f"*λ* = {plain(curvature)}"
        value = f"*r* = {complex_text(root)}"
        turn = math.degrees(math.atan2(root.imag, root.real))
        size = f"|*r*| = {rate_text(abs(root))}   {tr('angle')} {fixed(turn, 1)}°"
        self._tip.set_text([f"{name}   {of}" if name else of, value, size])
        self._tip.set_position(root.real, root.imag)
        self.said.emit(f"{of}   {value}   {size}")


def complex_text(value: complex) -> str:
    """0.861 − 0.204 *i*; a real number without its imaginary part."""
    if value.imag == 0:
        return fixed(value.real, 3)
    sign = MINUS if value.imag < 0 else "+"
    return f"{fixed(value.real, 3)} {sign} {fixed(abs(value.imag), 3)} *i*"
