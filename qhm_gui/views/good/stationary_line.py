"""The stationary loss against one parameter: exact, by formula, and measured with its 95 % interval."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.errorbars import ErrorBars
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.label_places import RESULT
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.spread_region import SpreadRegion
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State, alpha_range
from qhm_gui.text.language import in_a_row, listed, tr
from qhm_gui.text.parameter_words import axis_title, equal_words, sign, value_text
from qhm_gui.views.columns import described
from qhm_gui.views.good.line_data import (
    COARSE_DRAWS,
    COARSE_RUNS,
    MOST_DRAWS,
    Curve,
    LineRequest,
    LineResult,
    Parameter,
    loss_span,
    measured,
    scaled_ticks,
)
from qhm_gui.views.good.local_theory import loss_text, no_noise
from qhm_gui.views.shared.canvas_view import CanvasView
from qhm_gui.views.shared.level_scale import loss_title, power_of
from qhm_gui.views.shared.offers import BestMark
from qhm_gui.views.shared.parameter_plane import HIGHEST_BETA
from qhm_gui.views.shared.theory_words import STATIONARY_COLUMNS, above_words, reach_words, theory_column
from qhm_gui.views.view import Option, Table
from qhm_math.progress import Monitor


class StationaryLineView(CanvasView):
    """Three curves, error bars, the named methods as verticals, and the point on the exact curve."""

    key = "stationary_line"
    columns = described(STATIONARY_COLUMNS)
    needs_minimum = True
    title = "Stationary loss"
    options = (Option("good.line"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: LineResult | None = None
        self._state = State()
        self._top = math.inf
        self._canvas = Canvas(style, Axis(0, 1), Axis(0, 1), grid_y=True, margins=(43, 15, 26, 33))
        self._hatch = self._canvas.add(UnstableRegion())
        self._spread = self._canvas.add(SpreadRegion())
        self._hatch_word = self._canvas.add(Label("", "regtext", weight=600, anchor=(0.5, 0.5), halo=False))
        keys = ("sgd", "nag", "shb")
        self._verticals = {key: self._canvas.add(PlotCurve(key, 1.4)) for key in keys}
        self._drop = self._canvas.add(PlotCurve("qhm", 1.2, dash=(3.0, 3.0)))
        self._faint = self._canvas.add(PlotCurve("ink", 1.8, dash="approx", alpha=0.32))
        self._second = self._canvas.add(PlotCurve("ink", 1.8, dash="approx"))
        self._first = self._canvas.add(PlotCurve("ink", 1.4, dash=(0.2, 2.6), alpha=0.6))
        self._exact = self._canvas.add(PlotCurve("ink", 1.6, dash="theory"))
        self._bars = self._canvas.add(ErrorBars("diamond", "qhm"))
        self._doubtful = self._canvas.add(ErrorBars("diamond", "muted"))
        self._methods = {key: self._canvas.add(Label("", key, weight=600, anchor=(0.5, 1.0))) for key in keys}
        self._names = self._canvas.add(CurveLabels())
        self._lowest = BestMark(self, self._canvas, star=True)
        self._handle = self._canvas.add(Handle("qhm"))
        self._handle.began.connect(self.began)
        self._handle.ended.connect(self.ended)
        self._handle.moved_to.connect(self._drag)
        self._handle.double_clicked.connect(lambda: self.typing.emit(self._along))
        self._canvas.hovered.connect(self._hover)
        self._canvas.left.connect(lambda: self.said.emit(""))

    @property
    def _along(self) -> Parameter:
        return self._result.request.along if self._result else "nu"

    @staticmethod
    def request(state: State) -> LineRequest:
        s, along = state, state.good.line
        return LineRequest(
            s.local,
            along,  # type: ignore[arg-type]
            None if along == "alpha" else s.alpha,
            None if along == "beta" else s.kept_beta,
            None if along == "nu" or (along == "beta" and s.nu_follows_beta) else s.nu,
            alpha_range(s) if along == "alpha" else (0.05, 20.0),
            s.active,
            s.steps,
            s.runs,
            s.seed,
            s.good.tolerance,
        )

    @staticmethod
    def compute(request: LineRequest, monitor: Monitor) -> Iterator[LineResult]:
        basin, xs = request.basin, request.places
        points = request.points(xs)
        losses = (basin.stationary_loss(points, order) for order in (None, 2, 1))
        exact, second, first = (np.broadcast_to(loss, xs.shape) for loss in losses)
        at = request.measured_at
        nothing = np.full(len(at), np.nan)
        coarse = min(request.runs, COARSE_RUNS)
        if basin.noiseless or not basin.linear:
            yield LineResult(request, xs, exact, second, first, at, nothing, nothing, 0, 0)
        if basin.noiseless:
            return
        stages = [(coarse, COARSE_DRAWS), (request.runs, MOST_DRAWS)] if basin.linear else [(request.runs, MOST_DRAWS)]
        for runs, draws in stages:
            found = measured(request, runs, draws, monitor)
            if found is None:
                return
            yield LineResult(request, xs, exact, second, first, at, *found)

    @staticmethod
    def table(result: LineResult) -> Table:
        """The curves, and the measured means in rows of their own."""
        xs = np.concatenate((result.xs, result.at))
        blank, curves = np.full(len(result.at), np.nan), np.full(len(result.xs), np.nan)
        exact = theory_column(result.request.basin)
        columns = {exact: result.exact, "second_order": result.second, "first_order": result.first}
        table: Table = {result.request.along: xs}
        table |= {name: np.concatenate((values, blank)) for name, values in columns.items()}
        table["simulated"] = np.concatenate((curves, result.means))
        table["half_width_95"] = np.concatenate((curves, result.errors))
        return table

    def empty(self, state: State) -> tuple[str, str] | None:
        return no_noise(state)

    def subtitle(self, state: State) -> str:
        fixed_ones = {name: value_text(name, value, 2) for name, value in state.kept_values.items()}
        if state.good.line == "beta" and state.nu_follows_beta:
            fixed_ones["nu"] = "*β*"
        parts = [f"{sign(name)} = {text}" for name, text in fixed_ones.items() if name != state.good.line]
        words = tr("against {symbol} at {values}", symbol=sign(state.good.line), values=", ".join(parts))
        return listed(words, above_words(state.local))

    def show(self, result: LineResult) -> None:
        self._result = result
        self._draw(result)
        self.mark(self._state)

    def mark(self, state: State) -> None:
        self._state = state
        result = self._result
        if result is None:
            return
        x = {"alpha": state.alpha, "beta": state.beta, "nu": state.nu}[result.request.along]
        level = float(np.asarray(result.request.basin.stationary_loss(state.point)))
        shown = math.isfinite(level)
        y = min(level, self._top) if shown else self._canvas.y_axis.low
        for item in (self._handle, self._drop):
            item.set_color(state.active)
        self._handle.set_position(x, y)
        self._handle.set_tied(result.request.along in state.tied)
        self._handle.set_chip(f"{sign(result.request.along)} {self._value_text(x)}   {loss_text(level)}")
        self._drop.setData([x, x], [self._canvas.y_axis.low, y])

    def retranslate(self) -> None:
        if self._result is not None:
            self._draw(self._result)

    # -- drawing

    def _draw(self, result: LineResult) -> None:
        request = result.request
        log = request.along == "alpha"
        low, high = loss_span(result)
        self._top = high
        power = 0 if log else power_of(np.array([high]))
        ticks = None if log else scaled_ticks(low, high - 0.1 * (high - low), power)
        indent = "" if log else "\u2003\u2003"  # room for the name of SGD, which stands at the left edge
        y = Axis(low, high, "log" if log else "linear", indent + loss_title(power), ticks, decades=log)
        ends = (float(request.places[0]), float(request.places[-1]) if log else 1.0)
        self._canvas.set_axes(Axis(*ends, "log" if log else "linear", title=axis_title(request.along)), y)
        stable = np.isfinite(result.exact)
        self._exact.setData(result.xs, np.where(stable, np.minimum(result.exact, 1e3 * high), np.nan))
        with np.errstate(invalid="ignore"):
            off = ~(np.abs(result.second - result.exact) <= request.tolerance * result.exact)
        shown = np.where(stable & (np.abs(result.second) < 1e3 * high), result.second, np.nan)
        if log:
            shown = np.where(shown > low, shown, np.nan)
        self._second.setData(result.xs, np.where(off, np.nan, shown))
        self._faint.setData(result.xs, np.where(off | np.roll(off, 1) | np.roll(off, -1), shown, np.nan))
        self._first.setData(result.xs, np.where(stable, result.first, np.nan))
        self._first.setVisible(log)
        self._bars.set_color(request.method)
        heavy = self._heavy(result)
        for bars, shown_there in ((self._bars, ~heavy), (self._doubtful, heavy)):
            bars.set_shape(METHOD_LOOKS[request.method].shape)
            means = np.where(shown_there, result.means, np.nan)
            bars.setData(result.at, means, 2 * np.nan_to_num(result.errors))
        points = request.points(result.xs)
        converges = np.broadcast_to(points.alpha < request.basin.max_stable_alpha(points), result.xs.shape)
        self._show_divergence(result, converges, (low, high))
        self._show_spread(result, converges & ~stable, (low, high))
        self._show_methods(result, (low, high))
        self._names.set_labels(self._names_of(result, off, shown))
        self._note(result)

    def _show_divergence(self, result: LineResult, stable: NDArray[np.bool_], span: tuple[float, float]) -> None:
        """Hatched from the edge of stability on; ``stable``: where the mean converges."""
        xs, (low, high) = result.xs, span
        unstable = np.flatnonzero(~stable)
        self._hatch.setVisible(bool(len(unstable)))
        self._hatch_word.setVisible(bool(len(unstable)))
        if not len(unstable):
            return
        first, last = int(unstable[0]), int(unstable[-1])
        left = float(xs[0]) if first == 0 else float(xs[first - 1])
        right = self._canvas.x_axis.high if last == len(xs) - 1 else float(xs[last + 1])
        self._hatch.setData([left, right, right, left], [low, low, high, high])
        edge = left if first else right
        self._hatch.set_boundary(
            [edge, edge] if not stable.all() and stable.any() else [], [low, high][: 2 * any(stable)]
        )
        log = self._canvas.x_axis.scale == "log"
        middle = math.sqrt(left * right) if log else (left + right) / 2
        ends = self._canvas.x_axis.to_axis([left, right, self._canvas.x_axis.low, self._canvas.x_axis.high])
        wide = (ends[1] - ends[0]) / (ends[3] - ends[2])
        self._hatch_word.setVisible(bool(wide > 0.15))
        self._hatch_word.set_text(tr("Diverges"))
        up = math.sqrt(low * high) if self._canvas.y_axis.scale == "log" else (low + high) / 2
        self._hatch_word.set_position(middle, up)

    @staticmethod
    def _heavy(result: LineResult) -> NDArray[np.bool_]:
        """Where K is too near 1 for the intervals of the simulation."""
        if result.request.basin.batches is None:
            return np.zeros(len(result.at), dtype=bool)
        return np.broadcast_to(result.request.basin.is_heavy_tailed(result.request.points(result.at)), result.at.shape)

    def _show_spread(self, result: LineResult, grows: NDArray[np.bool_], span: tuple[float, float]) -> None:
        """Dotted where the mean converges and the spread grows, with a line where that begins."""
        xs, (low, high) = result.xs, span
        rings: list[Curve] = []
        edges: list[Curve] = []
        ends = np.flatnonzero(np.diff(np.concatenate(([False], grows, [False])).astype(np.int8)))
        for first, past in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
            left, right = float(xs[max(first - 1, 0)]), float(xs[min(past, len(xs) - 1)])
            rings.append(np.array([[left, low], [right, low], [right, high], [left, high]]))
            for inside, x in ((first - 1, left), (past, right)):
                if 0 <= inside < len(xs) and np.isfinite(result.exact[inside]):
                    edges.append(np.array([[x, low], [x, high], [np.nan, np.nan]]))
        self._spread.set_rings(rings, np.concatenate(edges) if edges else np.empty((0, 2)))

    def _show_methods(self, result: LineResult, span: tuple[float, float]) -> None:
        """Where the parameter makes the point one of the named methods."""
        request, (low, high) = result.request, span
        if request.along == "nu":
            places = {"sgd": 0.0, "nag": request.beta, "shb": 1.0}
        elif request.along == "beta":
            places = {"sgd": 0.0, "nag": request.nu, "shb": None}
        else:
            places = {"sgd": None, "nag": None, "shb": None}
        taken: list[float] = []
        for key in ("sgd", "shb", "nag"):
            place = places[key]
            shown = place is not None
            self._verticals[key].setVisible(shown)
            self._methods[key].setVisible(shown)
            if place is None:
                continue
            row = 1 if any(abs(place - other) < 0.09 for other in taken) else 0
            taken.append(place)
            top = high - (0.1 + 0.07 * row) * (high - low)  # the title of the axis stands above
            self._verticals[key].setData([place, place], [low, top])
            self._methods[key].set_text(METHOD_LOOKS[key].name)
            self._methods[key].set_position(place, top, dy=-2)

    def _names_of(self, result: LineResult, off: NDArray[np.bool_], shown: Curve) -> list[CurveLabel]:
        request = result.request
        log = request.along == "alpha"
        self._lowest.hide()
        names: list[CurveLabel] = []
        stable = np.isfinite(result.exact)
        if stable.any():
            best = int(np.argmin(np.where(stable, result.exact, np.inf)))
            inside = 0 < best < len(result.xs) - 1
            if not log and (inside or request.along == "nu"):
                self._show_lowest(request.along, float(result.xs[best]), float(result.exact[best]))
        finite = np.isfinite(result.means)
        if finite.any():
            spread = np.isfinite(result.errors[finite]).any()
            word = tr("simulation, 95 % intervals") if spread else tr("simulation")
            tops = result.means[finite] + np.nan_to_num(result.errors[finite])
            names.append(CurveLabel(word, request.method, result.at[finite], tops, near=0.15, weight=600))
        if (finite & self._heavy(result)).any():
            doubtful = finite & self._heavy(result)
            word = tr("*K* > 0.6: cannot be trusted")
            places = result.at[doubtful], result.means[doubtful]
            names.append(CurveLabel(word, "text2", *places, reach=40, weight=600, rank=RESULT))
        for ring in self._spread.rings:
            ys = ring[0, 1] + (ring[2, 1] - ring[0, 1]) * np.linspace(0.02, 0.98, 40)
            if self._canvas.y_axis.scale == "log":
                ys = ring[0, 1] * (ring[2, 1] / ring[0, 1]) ** np.linspace(0.02, 0.98, 40)
            x = math.sqrt(ring[0, 0] * ring[1, 0]) if log else (ring[0, 0] + ring[1, 0]) / 2
            names.append(CurveLabel(tr("spread grows"), "regtext", np.full(40, x), ys, near=0.7, weight=600))
        names.append(CurveLabel(reach_words(request.basin), "text", result.xs[stable], result.exact[stable], near=0.3))
        if not np.isnan(shown).all():
            text = tr("second order in *α*")
            if (off & np.isfinite(shown)).any():
                text += "\n" + tr("faint where off by > {share}", share=f"{100 * request.tolerance:g}\u2009%")
            names.append(CurveLabel(text, "text2", result.xs, shown, near=0.25))
        if log:
            names.append(
                CurveLabel(tr("first order, Theorem 4"), "text2", result.xs[stable], result.first[stable], near=0.75)
            )
        return names

    def _show_lowest(self, along: str, x: float, y: float) -> None:
        self._lowest.show(x, y, {along: x})
        label = self._lowest.mark.label
        label.set_text(tr("lowest at {where}", where=equal_words({along: x}, 2)))
        label.set_anchor((0.5, 1.0))
        label.set_position(x, y, dy=-18)

    def _note(self, result: LineResult) -> None:
        parts = []
        if result.slow:
            parts.append(tr("Points too slow to simulate: {count}.", count=result.slow))
        left = int(np.isinf(result.means).sum())
        if left:
            parts.append(tr("Runs diverged at {count} points.", count=left))
        self.noted.emit(in_a_row(*parts))

    # -- the mouse

    def _value_text(self, x: float) -> str:
        return value_text(self._along, x, 3 if self._along == "beta" else 2)

    def _drag(self, x: float, _y: float) -> None:
        value = min(max(x, 0.0), HIGHEST_BETA) if self._along == "beta" else x
        self.edited.emit({self._along: value})
        self.mark(self._state)  # back onto the curve

    def _hover(self, x: float, _y: float) -> None:
        result = self._result
        if result is None:
            return
        parts = [f"{sign(self._along)} {self._value_text(x)}"]
        exact_word = reach_words(result.request.basin)
        for word, curve in ((exact_word, result.exact), (tr("second order"), result.second)):
            parts.append(f"{word} {loss_text(float(np.interp(x, result.xs, curve)))}")
        self.said.emit("   ".join(parts))
