"""Presets of the page "Explore"."""

from __future__ import annotations

from typing import Any

from qhm_math.losses import LineFit

PRESETS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("line-fit", "A line fitted to data", {"expanded": "data_points", "loss": LineFit(), "alpha": 0.1}),
)
