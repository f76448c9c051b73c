"""How fast: the rate R over the (α, β) plane, light where it is fast, with the fastest point marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from qhm_gui.canvas.colourbar import ColourBar
from qhm_gui.canvas.heatmap import HeatMap
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.canvas.labels import Label
from qhm_gui.canvas.markers import OptimumStar
from qhm_gui.language import tr
from qhm_gui.numbers import fixed, rate_text
from qhm_gui.state import State, rate
from qhm_gui.theme import Style
from qhm_gui.views.base import Option, Table, View
from qhm_gui.views.plane import Plane, PlaneRequest, plane_request
from qhm_math import best_alpha_beta, rate_map, steps_per_decade
from qhm_math.optimum import best_nesterov
from qhm_math.progress import Monitor

#: Cells of the map; the canvas smooths between them.
_COLUMNS, _ROWS = 480, 360
#: The scale: log10 of the steps per decade of loss, from light (fast) to dark (slow).
_FASTEST, _SLOWEST = 2.5, 300.0
_TICKS = (0.70, 0.80, 0.90, 0.95, 0.98, 0.99, 0.995)
_STEP_TICKS = (3.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)


@dataclass(frozen=True)
class RateRequest:
    """The plane; the unit only changes the words."""

    plane: PlaneRequest
    unit: str


@dataclass(frozen=True)
class RateResult:
    """R (rows, columns) over ``alphas`` and ``betas``, and the fastest point (α, β, R)."""

    request: RateRequest
    alphas: NDArray[np.float64]
    betas: NDArray[np.float64]
    rates: NDArray[np.float64]
    best: tuple[float, float, float]


def brightness(rates: NDArray[np.float64] | float) -> NDArray[np.float64]:
    """A rate on the colour scale: 1 is fast and light, 0 slow and dark; NaN where it diverges."""
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.log10(steps_per_decade(np.asarray(rates)))
    unit = 1 - (steps - np.log10(_FASTEST)) / np.log10(_SLOWEST / _FASTEST)
    return np.where(np.asarray(rates) < 1, np.clip(unit, 0, 1), np.nan)


class RateView(View):
    """The rate map with its colour bar, isolines, the optimum and the draggable point."""

    key = "rate"
    title = "How fast?"
    options = (Option("rate_unit"),)

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RateResult | None = None
        self._state = State()
        self._plane = Plane(self, style, on_map=True)
        canvas = self._plane.canvas
        self._map = canvas.add(HeatMap("tide"))
        self._isolines = canvas.add(Isolines(self._map))
        self._star = canvas.add(OptimumStar())
        self._best = canvas.add(Label("", "text", weight=600, anchor=(0.0, 0.5)))
        self._bar = ColourBar(style, "tide")
        self._widget = QWidget()
        row = QHBoxLayout(self._widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(canvas, 1)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignRight)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @staticmethod
    def request(state: State) -> RateRequest:
        return RateRequest(plane_request(state), state.rate_unit)

    @staticmethod
    def compute(request: RateRequest, monitor: Monitor) -> Iterator[RateResult]:
        p = request.plane
        alphas = np.geomspace(*p.alphas, _COLUMNS)
        betas = np.linspace(0.0, 1.0 - 1e-6, _ROWS)
        nus = betas if p.nu is None else np.full_like(betas, p.nu)
        best = best_nesterov(p.mu, p.L) if p.nu is None else best_alpha_beta(p.nu, p.mu, p.L)
        alpha, beta, fastest = (float(value) for value in best)
        yield RateResult(request, alphas, betas, rate_map(alphas, betas, nus, p.mu, p.L), (alpha, beta, fastest))

    @staticmethod
    def table(result: RateResult) -> Table:
        """R of every cell; from 1 on it diverges."""
        alphas, betas = (axis.ravel() for axis in np.meshgrid(result.alphas, result.betas))
        nu = result.request.plane.nu
        nus = betas if nu is None else np.full_like(betas, nu)
        return {"alpha": alphas, "beta": betas, "nu": nus, "rate": result.rates.ravel()}

    def subtitle(self, state: State) -> str:
        return tr("rate *R*, light is fast") if state.rate_unit == "rate" else tr("steps for a tenth of the loss")

    def show(self, result: RateResult) -> None:
        self._result = result
        plane = result.request.plane
        self._plane.show(plane)
        units = brightness(result.rates)
        self._map.set_data(units, plane.alphas, (0.0, 1.0))
        steps = result.request.unit == "steps"
        texts = {value: self._text(value, steps) for value in (_STEP_TICKS if steps else _TICKS)}
        ticks = [(float(brightness(self._as_rate(value, steps))), text) for value, text in texts.items()]
        levels = [unit for unit, _ in ticks]
        self._isolines.set_data(result.alphas, result.betas, units, levels, list(texts.values()))
        self._bar.set_title(tr("steps") if steps else "*R*")
        self._bar.set_ticks(ticks)
        self._bar.set_cap(tr("diverges"))
        alpha, beta, fastest = result.best
        low, high = plane.alphas
        inside = low < alpha < high and fastest < 1
        self._star.setVisible(inside)
        self._best.setVisible(inside)
        if inside:
            self._star.set_position(alpha, beta)
            self._best.set_position(alpha, beta, dx=26)
            value = (
                f"{tr('steps')} {fixed(float(steps_per_decade(fastest)), 1)}"
                if steps
                else f"*R* = {rate_text(fastest)}"
            )
            self._best.set_text(f"{tr('fastest')}\n{value}")

    def mark(self, state: State) -> None:
        self._state = state
        self._plane.mark(state)
        current = rate(state)
        self._bar.set_needle(float(brightness(current)) if current < 1 else None, state.active)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._plane.canvas.set_style(style)
        self._bar.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    @staticmethod
    def _as_rate(value: float, steps: bool) -> float:
        return 10 ** (-1 / (2 * value)) if steps else value

    @staticmethod
    def _text(value: float, steps: bool) -> str:
        return f"{value:g}" if steps else (f"{value:.2f}" if value < 0.994 else f"{value:.3f}")
