"""The scale of a map of losses and how losses are written along it: light is low."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.appearance.colour_maps import Colormap
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped, scientific, superscript
from qhm_gui.text.round_numbers import round_between

_THIN = "\u2009"


def power_of(values: NDArray[np.float64]) -> int:
    """The power of ten by which losses of this size are multiplied on an axis: 3 for 0.0036; 0 where none is needed."""
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    power = -math.floor(math.log10(largest)) if largest > 0 else 0
    return 0 if -3 < power <= 2 else power


def loss_title(power: int) -> str:
    """'loss × 10³'."""
    return tr("loss") + (f" × 10{superscript(power)}" if power else "")


def two_figures(value: float) -> float:
    """So that what an end of a colour bar says is its value."""
    return float(f"{value:.2g}")


@dataclass(frozen=True)
class LevelScale:
    """From ``low`` (light) to ``high`` (dark): 'log' or 'linear' losses, a 'share', or a 'ratio' about 1."""

    kind: Literal["log", "linear", "share", "ratio"]
    low: float
    high: float

    @classmethod
    def about_one(cls, ratios: NDArray[np.float64], share: float, least: float, most: float) -> LevelScale:
        """A ratio's, with 1 in the middle: as far as this share of the ratios goes, at least and at most so far."""
        known = ratios[np.isfinite(ratios) & (ratios > 0)]
        logs = np.abs(np.log(known)) if len(known) else np.zeros(1)
        reach = min(max(float(np.quantile(logs, share)), math.log(least)), math.log(most))
        high = two_figures(math.exp(reach))
        return cls("ratio", 1 / high, high)

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
        return grouped(two_figures(value * scale)) + (f"{_THIN}%" if self.kind == "share" else "")

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
        step, values = round_between(self.low * scale, self.high * scale, 6)
        decimals = max(0, -math.floor(math.log10(step) + 1e-9))
        unit = f"{_THIN}%" if self.kind == "share" else ""
        return [(value / scale, fixed(value, decimals) + unit) for value in values]


def _short(value: float, figures: int = 1) -> str:
    """10⁻³, 3×10⁻⁴, 0.02."""
    if 0.01 <= value < 1000:
        return f"{float(f'{value:.{figures}g}'):g}"
    text = scientific(value, figures)
    return text.removeprefix("1×")
