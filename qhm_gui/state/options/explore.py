"""Presets of the page "Explore"."""

from __future__ import annotations

from qhm_gui.state.pages import PagePreset
from qhm_math.losses import LineFit

PRESETS: tuple[PagePreset, ...] = (
    PagePreset(
        "line-fit",
        "A line fitted to data",
        {"expanded": "data_points", "loss": LineFit(), "alpha": 0.1},
        ("The loss is an average over points: with each more, the minimum moves.",),
    ),
)
