"""The colours of a map of stationary losses: light is low, in every layer and in both themes."""

from __future__ import annotations

import numpy as np

from qhm_gui.views.good.map_data import LevelResult
from qhm_gui.views.shared.level_scale import LevelScale, two_figures


def scale_of(result: LevelResult) -> LevelScale:
    """The scale that fits a map. All layers of losses share that of the exact map, so that they can be compared.

    Logarithmic where α is on an axis; else linear, with a quarter of room at the dark end, so that the plane does not
    drown in it.
    """
    request = result.request
    if request.layer == "difference":
        return LevelScale("share", 0.0, request.difference_cut)
    if request.layer == "ratio":
        return LevelScale.about_one(result.values, 0.97, 1.1, 100.0)
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
        low, high = two_figures(low), high if request.cut else two_figures(high)
    high = max(high, low * (1 + 1e-6))
    return LevelScale("log" if log else "linear", low, high)
