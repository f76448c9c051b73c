"""Several polygons as one pair of arrays, parted by NaN, and as a list of corners."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from qhm_gui.drawing.thinning import Points, pieces


def rings_of(x: Points, y: Points) -> list[Points]:
    """Polygons parted by NaN as a list of corners (n, 2)."""
    return [part for part in pieces(np.column_stack((x, y))) if len(part) > 2]


def joined(parts: Sequence[tuple[Points, Points]]) -> tuple[Points, Points]:
    """Several polygons, or none, as one pair of arrays with NaN between them."""
    if not parts:
        return np.empty(0), np.empty(0)
    gap = np.array([np.nan])
    x = [piece for part in parts for piece in (part[0], gap)][:-1]
    y = [piece for part in parts for piece in (part[1], gap)][:-1]
    return np.concatenate(x), np.concatenate(y)


def outline(rings: Sequence[Points]) -> tuple[Points, Points]:
    """The same of rings (n, 2)."""
    return joined([(ring[:, 0], ring[:, 1]) for ring in rings])
