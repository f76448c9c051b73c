"""How far along a line in pixels its points lie."""

from __future__ import annotations

import numpy as np

from qhm_gui.drawing.thinning import Points


def arc_length(x: Points, y: Points) -> Points:
    """From the first point to each, along the line."""
    return np.concatenate(([0.0], np.cumsum(np.hypot(np.diff(x), np.diff(y)))))


def subdivided(x: Points, y: Points, step: float) -> tuple[Points, Points]:
    """The same line with a point at least every so many pixels; one without a length as it is."""
    length = arc_length(x, y)
    if not length[-1] > 0:
        return x, y
    along = np.unique(np.concatenate((length, np.arange(0.0, length[-1], step))))
    return np.interp(along, length, x), np.interp(along, length, y)
