"""What a recording says of a plateau, and where recordings are kept."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

PROBES = Path(__file__).resolve().parents[1] / "resources" / "probes"
sys.path.insert(0, str(PROBES))  # the script that people paste is the one that records
BLOCKS = 20


def mean_with_error(values: Any) -> tuple[float, float]:
    """The mean of a series and its standard error, from the means of blocks: what follows itself is no new sample."""
    series = np.asarray(values, dtype=np.float64)
    blocks = series[: len(series) // BLOCKS * BLOCKS].reshape(BLOCKS, -1).mean(axis=1)
    return float(series.mean()), float(blocks.std(ddof=1) / BLOCKS**0.5)


def keep(name: str, facts: dict[str, Any], rows: list[dict[str, Any]]) -> None:
    """Write the plateaus that belong to the probe of this name."""
    text = json.dumps({"facts": facts, "settings": rows}, indent=1)
    (PROBES / f"{name}.json").write_text(text + "\n", encoding="utf-8")
