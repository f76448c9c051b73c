"""The stationary loss over two of (α, β, ν), in layers: exact, by Theorem 5, simulated, their difference, over SGD's.

Two cards show such a map, each with axes and a layer of its own.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar, Literal

import numpy as np
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.contour_lines import find_isolines
from qhm_gui.state.state import State, alpha_range
from qhm_gui.text.language import listed, tr
from qhm_gui.text.parameter_words import place_words, sign
from qhm_gui.views.columns import described
from qhm_gui.views.good.local_theory import loss_text, no_noise
from qhm_gui.views.good.map_colours import scale_of
from qhm_gui.views.good.map_data import Cells, LevelRequest, LevelResult, compute_levels, level_table
from qhm_gui.views.shared.hatched_regions import HatchedRegion, HatchedRegionLabel, rings_above
from qhm_gui.views.shared.level_scale import LevelScale
from qhm_gui.views.shared.offers import BestMark
from qhm_gui.views.shared.parameter_plane import BETAS, FIELDS, Plane, plane_request
from qhm_gui.views.shared.theory_words import STATIONARY_COLUMNS, above_words, reach_words
from qhm_gui.views.view import Option, Table, View
from qhm_gui.widgets.beside import beside
from qhm_math.progress import Monitor

#: Seconds of rest after which a scale is chosen anew: while something is dragged, colours keep their meaning.
_REST = 0.3
#: A divergent region narrower than this share of the map gets no word.
_NARROW = 0.2


class StationaryMap(View):
    """Map, isolines, colour bar, boundary (13), NAG's line, the best ν, and the draggable point."""

    title = "Stationary loss"
    columns = described(STATIONARY_COLUMNS)
    side: ClassVar[Literal["left", "right"]]

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: LevelResult | None = None
        self._state = State()
        self._scale: LevelScale | None = None
        self._plane = Plane(self, style, on_map=True)
        canvas = self._plane.canvas
        self._plane.crosshair.setVisible(False)
        self._map = canvas.add(HeatMap("ember"))
        self._isolines = canvas.add(Isolines(self._map))
        self._veil = canvas.add(HatchedRegion())
        self._nesterov = canvas.add(PlotCurve("nag", 2.0, casing=True))
        self._best_second = canvas.add(PlotCurve("#FFFFFF", 2.0, dash="approx", casing=True))
        self._best_exact = canvas.add(PlotCurve("#FFFFFF", 2.0, dash="theory", casing=True))
        self._offers = [BestMark(self, canvas) for _ in range(2)]  # on the curves of the best, exact on top
        names = ("sgd", "shb", "nag", "exact", "second", "div")
        self._labels = {name: canvas.add(Label("", None, weight=600, anchor=(0.5, 0.5))) for name in names}
        self._labels["off"] = canvas.add(HatchedRegionLabel("", weight=600, anchor=(0.5, 0.5)))
        self._names = canvas.add(CurveLabels())
        self._bar = ColourBar(style, "ember")
        self._widget = beside(canvas, self._bar)
        self._rest = QTimer(self._widget)  # ends with what it repaints
        self._rest.setSingleShot(True)
        self._rest.setInterval(round(1000 * _REST))
        self._rest.timeout.connect(self._settle)
        self._plane.handle.began.connect(lambda: self._plane.crosshair.setVisible(True))
        self._plane.handle.ended.connect(lambda: self._plane.crosshair.setVisible(False))
        canvas.hovered.connect(self._hover)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @property
    def parts(self) -> tuple[QWidget, ...]:
        return self._plane.canvas, self._bar

    @staticmethod
    def refined(request: LevelRequest, width: int, height: int) -> LevelRequest:
        return request.refined(width, height)

    @staticmethod
    def compute(request: LevelRequest, monitor: Monitor) -> Iterator[LevelResult]:
        yield from compute_levels(request, monitor)

    @staticmethod
    def table(result: LevelResult) -> Table:
        """Every cell."""
        return level_table(result)

    def empty(self, state: State) -> tuple[str, str] | None:
        return no_noise(state)

    def subtitle(self, state: State) -> str:
        good = state.good
        axes, layer = (good.left_axes, good.left) if self.side == "left" else (good.right_axes, good.right)
        x, y = FIELDS[axes]
        text = tr("over {x} and {y}", x=sign(x), y=sign(y))
        if layer in ("exact", "formula", "simulated") and not state.local.exact:
            text = listed(text, above_words(state.local) or reach_words(state.local))
        if layer == "simulated":
            if good.warm_up == "rate":
                return listed(text, tr("{steps} steps after a burn-in", steps=good.map_steps))
            return listed(text, tr("{steps} steps from the minimum", steps=good.map_steps))
        if layer == "formula":
            return listed(text, tr("second order in *α*"))
        if layer == "difference":
            return listed(text, tr("light is near"))
        if layer == "ratio":
            return listed(text, tr("blue is better than SGD"))
        return listed(text, tr("light is low"))

    def show(self, result: LevelResult) -> None:
        before, self._result = self._result, result
        self._draw(result, keep=before is not None and before.request.alike(result.request))
        self._rest.start()

    def mark(self, state: State) -> None:
        self._state = state
        self._plane.mark(state)
        self._mark_bests(state)
        if self._result is not None and self._scale is not None:
            value = self._result.value_at(state.point)
            place = float(self._scale.unit(value)) if math.isfinite(value) else None
            self._bar.set_needle(place, state.active)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._plane.canvas.set_style(style)
        self._bar.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self._draw(self._result, keep=True)

    # -- drawing

    def _settle(self) -> None:
        """Nothing has changed for a while: choose the scale anew, but not under a hand that moves something else."""
        canvas = self._plane.canvas
        if canvas.drafting:
            self._rest.start()
        elif self._result is not None and self._scale != scale_of(self._result):
            self._draw(self._result, keep=False)
            canvas.catch_up()

    def _draw(self, result: LevelResult, *, keep: bool) -> None:
        if self._scale is None or not keep:
            self._scale = scale_of(result)
        scale, plane = self._scale, result.request.plane
        self._plane.show(plane)
        units = scale.unit(result.values)
        self._map.set_colormap(scale.colormap)
        self._map.set_values(units, plane.extent, (float(result.ys[0]), float(result.ys[-1])))
        self._map.set_smooth(result.request.layer != "simulated")  # node by node it is no field
        ticks = scale.ticks()
        levels = [] if result.request.layer == "simulated" else [unit for unit, _ in ticks]  # noise scribbles
        self._isolines.setData(find_isolines(result.xs, result.ys, units, levels), dict(ticks))
        self._veil.set_rings(rings_above(result.xs, result.ys, result.doubt) if result.doubt is not None else [])
        self._bar.set_colormap(scale.colormap)
        self._bar.set_title(scale.title())
        self._bar.set_ticks(scale.ticks(result.values))
        doubtful = result.doubt is not None and bool(((result.doubt > 0) & np.isfinite(result.exact_on_nodes())).any())
        grows = tr("spread grows") if plane.spread.rings else ""
        self._bar.set_cap(tr("diverges") if result.unstable else "", result.doubt_word() if doubtful else "", grows)
        self._draw_curves(result)
        self._draw_labels(result)
        self.mark(self._state)
        self.noted.emit(result.note())

    def _draw_curves(self, result: LevelResult) -> None:
        """NAG's line and the best ν, where ν is on an axis."""
        axes, third = result.request.plane.axes, result.request.plane.third
        with_nu = axes != "alpha-beta"
        low, high = result.request.plane.extent
        for line in (self._nesterov, self._best_exact, self._best_second):
            line.setVisible(with_nu)
        if not with_nu:
            return
        if axes == "beta-nu":
            self._nesterov.setData([0.0, 1.0], [0.0, 1.0])
            self._best_exact.setData(result.best_exact, result.along)
            self._best_second.setData(result.best_second, result.along)
        else:
            self._nesterov.setData([low, high], [third or 0.0] * 2)
            self._best_exact.setData(result.along, result.best_exact)
            self._best_second.setData(result.along, result.best_second)

    def _mark_bests(self, state: State) -> None:
        """On each curve the best ν at the current α or β, to be taken over."""
        result = self._result
        for offer, name in zip(self._offers, ("best_second", "best_exact"), strict=True):
            offer.hide()
            if result is None or not len(result.along) or result.request.plane.axes == "alpha-beta":
                continue
            at = state.alpha if result.request.plane.axes == "alpha-nu" else state.kept_beta
            best = float(np.interp(at, result.along, getattr(result, name)))
            if result.along.min() <= at <= result.along.max() and math.isfinite(best):
                place = (at, best) if result.request.plane.axes == "alpha-nu" else (best, at)
                offer.show(*place, {"nu": best})

    def _draw_labels(self, result: LevelResult) -> None:
        for label in self._labels.values():
            label.setVisible(False)
        plane = result.request.plane
        if plane.axes == "beta-nu":
            self._say("sgd", METHOD_LOOKS["sgd"].name, 0.0, 0.5, (0.0, 0.5), dx=8)
            self._say("shb", METHOD_LOOKS["shb"].name, 1.0, 0.2, (1.0, 0.5), dx=-8)
            self._say("nag", f"{METHOD_LOOKS['nag'].name}  *ν* = *β*", 0.27, 0.27, (0.0, 0.5), dx=12, dy=10)
        elif plane.axes == "alpha-nu":
            at = plane.alphas[0]
            self._say("sgd", METHOD_LOOKS["sgd"].name, at, 0.0, (0.0, 1.0), dx=8, dy=-6)
            self._say("shb", METHOD_LOOKS["shb"].name, at, 1.0, (0.0, 0.0), dx=8, dy=24)
            beta = plane.third or 0.0
            if beta > 0.12:
                self._say("nag", f"{METHOD_LOOKS['nag'].name}  *ν* = *β*", at, beta, (0.0, 0.0), dx=8, dy=5)
        bests = (
            ("second", result.best_second, tr("best, second order")),
            ("exact", result.best_exact, listed(tr("best"), reach_words(result.request.basin))),
        )
        if plane.axes == "beta-nu":
            for key, curve, words in bests:
                self._name_curve(result, key, curve, words)
        flat = bests if plane.axes == "alpha-nu" else ()
        labels = [CurveLabel(words, None, result.along, curve, 0.4, 0.0, 600) for _, curve, words in flat]
        self._names.set_labels(labels)
        self._name_regions(result)

    def _name_curve(self, result: LevelResult, key: str, curve: Cells, words: str) -> None:
        """Over ν and β: the second order's name left of its curve, the exact one's right of its own."""
        known = np.flatnonzero(np.isfinite(curve))
        if not len(known):
            return
        roomy = known[curve[known] < 0.77] if key == "exact" else known
        target = 0.7 if key == "second" else (0.62 if len(roomy) else 0.88)
        known = roomy if len(roomy) else known
        at = int(known[np.argmin(np.abs(result.along[known] - target))])
        x, y = float(curve[at]), float(result.along[at])
        right = x < 0.3 or (key == "exact" and x < 0.77)
        self._say(key, words, x, y, (0.0 if right else 1.0, 0.5), dx=10 if right else -10)

    def _name_regions(self, result: LevelResult) -> None:
        plane = result.request.plane
        left, right = plane.divergent()
        ends = np.log10([*plane.extent]) if plane.axes != "beta-nu" and plane.scale == "log" else np.array(plane.extent)
        spans = (np.log10 if plane.axes != "beta-nu" and plane.scale == "log" else np.asarray)(np.stack((left, right)))
        wide = (spans[1] - spans[0]) / (ends[1] - ends[0])
        inner = (BETAS > 0.1) & (BETAS < 0.85)
        row = int(np.argmin(np.abs(BETAS - 0.42)))
        if wide[row] < _NARROW:
            row = int(np.argmax(np.where(inner, wide, -1)))
        if wide[row] >= _NARROW:
            middle = float(spans[:, row].mean())
            x = 10**middle if plane.axes != "beta-nu" and plane.scale == "log" else middle
            label = self._labels["div"]
            label.set_color("regtext")
            self._say("div", tr("Diverges"), x, float(BETAS[row]), (0.5, 0.5))
        across, up = FIELDS[plane.axes]
        place = result.doubtful_place((getattr(self._state, across), getattr(self._state, up)))
        if place is not None:
            self._say("off", result.doubt_words(), *place, (0.5, 0.5))

    def _say(
        self, key: str, text: str, x: float, y: float, anchor: tuple[float, float], dx: float = 0, dy: float = 0
    ) -> None:
        label = self._labels[key]
        label.set_text(text)
        label.set_anchor(anchor)
        label.set_position(x, y, dx=dx, dy=dy)
        label.setVisible(True)

    # -- the mouse

    def _hover(self, x: float, y: float) -> None:
        result = self._result
        if result is None:
            return
        plane = result.request.plane
        point = plane.nearest(x, y)
        parts = [place_words(dict(zip(FIELDS[plane.axes], (x, y), strict=True)))]
        basin = result.request.basin
        parts.append(f"{reach_words(basin)} {loss_text(float(basin.stationary_loss(point)))}")
        parts.append(f"{tr('second order')} {loss_text(float(basin.stationary_loss(point, 2)))}")
        parts += result.measured_words(x, y)
        self.said.emit("   ".join(parts))


def level_request(state: State, axes: str, layer: str) -> LevelRequest:
    """The map with these axes and this layer."""
    good = state.good
    plane = plane_request(state, axes)
    low, high = alpha_range(state)
    low, high = (
        good.alpha_low or min(low, (good.alpha_high or high) / 2),
        good.alpha_high or max(high, 2 * good.alpha_low),
    )
    return LevelRequest(
        replace(plane, alphas=(low, high), scale=good.alpha_scale),
        state.local,
        layer,
        good.tolerance,
        good.cut,
        good.difference_cut,
        good.cells,
        good.map_steps,
        good.map_runs,
        good.warm_up == "rate",
        state.seed,
    )


class LeftStationaryMap(StationaryMap):
    """The map on the left."""

    key = "stationary_left"
    needs_minimum = True
    side = "left"
    options = (Option("good.left"),)

    @staticmethod
    def request(state: State) -> LevelRequest:
        return level_request(state, state.good.left_axes, state.good.left)


class RightStationaryMap(StationaryMap):
    """The map on the right."""

    key = "stationary_right"
    needs_minimum = True
    side = "right"
    options = (Option("good.right"),)

    @staticmethod
    def request(state: State) -> LevelRequest:
        return level_request(state, state.good.right_axes, state.good.right)
