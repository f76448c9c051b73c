"""The colours of a map of stationary losses: light is low, in every layer and in both themes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.appearance.colour_maps import Colormap
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, scientific
from qhm_gui.views.good.local_theory import loss_title, power_of
from qhm_gui.views.good.map_data import LevelResult

_THIN = "\u2009"


@dataclass(frozen=True)
class LevelScale:
    """From ``low`` (light) to ``high`` (dark): 'log' or 'linear' losses, a 'share', or a 'ratio' about 1."""

    kind: Literal["log", "linear", "share", "ratio"]
    low: float
    high: float

    @property
    def colormap(self) -> Colormap:
        """Which map it colours with."""
        return "ratio" if self.kind == "ratio" else "ember"

    def unit(self, values: ArrayLike) -> NDArray[np.float64]:
        """Values on the colour map: 1 is good and light, NaN stays."""
        array = np.asarray(values, dtype=np.float64)
        low, high = self.low, self.high
        with np.errstate(divide="ignore", invalid="ignore"):
            if self.kind in ("log", "ratio"):
                array, low, high = np.log(np.maximum(array, 1e-300)), math.log(low), math.log(high)
            return np.clip(1 - (array - low) / (high - low), 0.0, 1.0)

    def title(self) -> str:
        """The quantity, above the colour bar."""
        if self.kind == "share":
            return tr("off by")
        if self.kind == "ratio":
            return "÷ SGD"
        return loss_title(self._power)

    def ticks(self, values: ArrayLike = ()) -> list[tuple[float, str]]:
        """(place in [0, 1], text) of round values; an end that ``values`` go beyond says so: '≥ 3'."""
        array = np.asarray(values, dtype=np.float64)
        array = array[np.isfinite(array)]
        slack = 1e-6 * (self.high - self.low)
        found = [(float(self.unit(value)), text) for value, text in self._round() if self.low <= value <= self.high]
        if (array > self.high + slack).any():
            found = [(0.0, f"≥ {self._text(self.high)}"), *(tick for tick in found if tick[0] > 0)]
        if (array < self.low - slack).any():
            found = [*(tick for tick in found if tick[0] < 1), (1.0, f"≤ {self._text(self.low)}")]
        return found

    def _text(self, value: float) -> str:
        """An end of the scale, to two figures."""
        if self.kind in ("log", "ratio"):
            return _short(value, 2)
        scale = 100.0 if self.kind == "share" else 10.0**self._power
        return f"{float(f'{value * scale:.2g}'):g}" + (f"{_THIN}%" if self.kind == "share" else "")

    @property
    def _power(self) -> int:
        return power_of(np.array([self.high])) if self.kind == "linear" else 0

    def _round(self) -> list[tuple[float, str]]:
        if self.kind == "log":
            first, last = math.floor(math.log10(self.low)), math.ceil(math.log10(self.high))
            decades = math.log10(self.high / self.low)
            steps = (1, 2, 5) if decades < 1.6 else ((1, 3) if decades < 3.5 else (1,))
            values = [m * 10.0**k for k in range(first, last + 1) for m in steps]
            return [(value, _short(value)) for value in values]
        if self.kind == "ratio":
            ratios = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 0.8, 1.0, 1.25, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
            near = (0.9, 0.95, 1.0, 1.05, 1.1) if self.high < 1.3 else ratios
            return [(value, f"{value:g}") for value in near]
        scale = 100.0 if self.kind == "share" else 10.0**self._power
        span = (self.high - self.low) * scale
        exponent = math.floor(math.log10(span / 4))
        step = next(f * 10.0**exponent for f in (1, 2, 5, 10) if span / (f * 10.0**exponent) <= 6)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        first, last = math.ceil(self.low * scale / step - 1e-9), math.floor(self.high * scale / step + 1e-9)
        unit = f"{_THIN}%" if self.kind == "share" else ""
        return [(k * step / scale, fixed(k * step, decimals) + unit) for k in range(first, last + 1)]


def _short(value: float, figures: int = 1) -> str:
    """10⁻³, 3×10⁻⁴, 0.02."""
    if 0.01 <= value < 1000:
        return f"{float(f'{value:.{figures}g}'):g}"
    text = scientific(value, figures)
    return text.removeprefix("1×")


def _two_figures(value: float) -> float:
    """So that what an end of a colour bar says is its value."""
    return float(f"{value:.2g}")


def scale_of(result: LevelResult) -> LevelScale:
    """The scale that fits a map. All layers of losses share that of the exact map, so that they can be compared.

    Logarithmic where α is on an axis; else linear, with a quarter of room at the dark end, so that the plane does not
    drown in it.
    """
    request = result.request
    if request.layer == "difference":
        return LevelScale("share", 0.0, request.difference_cut)
    if request.layer == "ratio":
        ratios = result.values[np.isfinite(result.values) & (result.values > 0)]
        logs = np.abs(np.log(ratios)) if len(ratios) else np.zeros(1)
        reach = min(max(float(np.quantile(logs, 0.97)), math.log(1.1)), math.log(100.0))
        high = _two_figures(math.exp(reach))
        return LevelScale("ratio", 1 / high, high)  # 1 in the middle
    losses = result.exact[np.isfinite(result.exact)]
    losses = losses[losses > 0]
    if not len(losses):
        return LevelScale("log", 1e-4, 1.0)
    log = request.plane.axes != "beta-nu"
    low = float(np.quantile(losses, 0.005) if log else np.quantile(losses, 0.03))
    if log:
        high = float(min(losses.max(), 1.5 * np.quantile(losses, 0.93)))
    else:  # up to SGD's loss, but not up the wall at the edge of stability
        high = float(min(losses.max(), np.quantile(losses, 0.97), 4 * np.median(losses)))
    if request.cut:
        low, high = min(low, request.cut / 4), request.cut
    elif not log:
        high += (high - low) / 4
    if high > 1.1 * low:  # else the figures would swallow the difference
        low, high = _two_figures(low), high if request.cut else _two_figures(high)
    high = max(high, low * (1 + 1e-6))
    return LevelScale("log" if log else "linear", low, high)
