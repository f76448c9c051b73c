"""The colour maps: lightness rises evenly from the bad end (0, dark) to the good end (1, light).

Tide is for rates, Ember for stationary losses; Ratio compares with SGD and has the theme's neutral grey in its
middle, blue for better. The stops are joined in OKLab.
"""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import ArrayLike, NDArray
from PySide6.QtGui import QColor

Colormap = Literal["tide", "ember", "ratio"]

TIDE = ("#121B42", "#16346A", "#0F5485", "#007696", "#1197A0", "#46B5A1", "#82D09F", "#C3E7A0", "#F8F6CC")
EMBER = ("#2C1137", "#591246", "#871646", "#B3283E", "#D24F2E", "#E87925", "#F4A649", "#F8D186", "#FCF4D2")
RATIO_LIGHT = (EMBER[1], EMBER[3], EMBER[5], "#EDEFF1", TIDE[5], TIDE[3], TIDE[1])
RATIO_DARK = (EMBER[6], EMBER[4], EMBER[2], "#2A313A", TIDE[2], TIDE[4], TIDE[6])

_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def to_oklab(rgb: ArrayLike) -> NDArray[np.float64]:
    """sRGB in [0, 1], shape (..., 3), as OKLab (Ottosson 2020)."""
    srgb = np.asarray(rgb, dtype=np.float64)
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return np.cbrt(linear @ _LMS.T) @ _LAB.T


def from_oklab(lab: ArrayLike) -> NDArray[np.float64]:
    """OKLab as sRGB, clipped to [0, 1]."""
    linear = (np.asarray(lab, dtype=np.float64) @ np.linalg.inv(_LAB).T) ** 3 @ np.linalg.inv(_LMS).T
    linear = np.clip(linear, 0.0, 1.0)
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _rgb(color: str) -> list[float]:
    value = QColor(color)
    return [value.redF(), value.greenF(), value.blueF()]


def blend(stops: tuple[str, ...], count: int) -> NDArray[np.uint8]:
    """``count`` colours evenly spaced over the stops, (count, 3), joined in OKLab."""
    lab = to_oklab([_rgb(stop) for stop in stops])
    places = np.linspace(0, len(stops) - 1, count)
    mixed = np.stack([np.interp(places, np.arange(len(stops)), lab[:, i]) for i in range(3)], axis=1)
    return np.round(from_oklab(mixed) * 255).astype(np.uint8)


@cache
def lut(name: Colormap, theme: str = "light") -> NDArray[np.uint8]:
    """The 256 colours of a map, (256, 3). Only Ratio differs between the themes."""
    stops = {"tide": TIDE, "ember": EMBER, "ratio": RATIO_DARK if theme == "dark" else RATIO_LIGHT}[name]
    return blend(stops, 256)


@cache
def color_map(name: Colormap, theme: str = "light") -> pg.ColorMap:
    """The same for pyqtgraph."""
    return pg.ColorMap(None, lut(name, theme))


def sample(name: Colormap, t: float, theme: str = "light") -> QColor:
    """The colour at ``t`` in [0, 1]."""
    red, green, blue = (int(part) for part in lut(name, theme)[round(255 * min(max(t, 0.0), 1.0))])
    return QColor(red, green, blue)


def luminance(color: QColor) -> float:
    """Relative luminance (WCAG): text is ink above .26 and white below."""
    return 0.2126 * _linear(color.redF()) + 0.7152 * _linear(color.greenF()) + 0.0722 * _linear(color.blueF())


@lru_cache(maxsize=1024)  # a map that changes asks for some hundred, and there are 256
def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
