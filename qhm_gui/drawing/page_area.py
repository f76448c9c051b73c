"""What lies within the clip of a page of vectors. (Qt writes clips, and all that they hide.)

LibreOffice Draw ignores the clips of a PDF, and so does whoever takes a figure apart: contours of a loss lay over the
title. What cannot be seen is therefore not in the file.
"""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter

from qhm_gui.drawing.device import is_raster
from qhm_gui.drawing.thinning import Points


def page_area(painter: QPainter, margin: float = 0.0) -> QRectF | None:
    """The clip of a page of vectors, ``margin`` wider on every side; None where nothing is clipped, and on pixels."""
    if is_raster(painter) or not painter.hasClipping():
        return None
    return painter.clipBoundingRect().adjusted(-margin, -margin, margin, margin)


def ring_within(ring: Points, area: QRectF) -> Points:
    """The part of a polygon (n, 2) in an area, closed; (0, 2) where there is none. (Sutherland and Hodgman, 1974)"""
    for axis, edge, way in ((0, area.left(), 1), (0, area.right(), -1), (1, area.top(), 1), (1, area.bottom(), -1)):
        depth = way * (ring[:, axis] - edge)
        if (depth >= 0).all():
            continue
        if (depth < 0).all():
            return np.empty((0, 2))
        after, depth_after = np.roll(ring, -1, axis=0), np.roll(depth, -1)
        inside, crosses = depth >= 0, (depth >= 0) != (depth_after >= 0)
        with np.errstate(invalid="ignore", divide="ignore"):
            met = ring + (depth / (depth - depth_after))[:, np.newaxis] * (after - ring)
        met[:, axis] = edge
        ring = np.stack((ring, met), axis=1)[np.stack((inside, crosses), axis=1)]
    return np.concatenate((ring, ring[:1]))
