"""Names beside curves. (pg.InfLineLabel knows straight lines only, and neither knows what else is there.)

Each stands where it covers nothing, near its curve or at the end of a thin line that leads to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from qhm_gui.canvas.frame import Frame
from qhm_gui.canvas.label_placement import TextItem
from qhm_gui.canvas.label_places import NAME, Wish
from qhm_gui.drawing import markup
from qhm_gui.drawing.stroke import directions
from qhm_gui.drawing.thinning import Points

_GAP = 7.0
_SHARES = np.linspace(0.03, 0.97, 32)
_AROUND = ((0.0, -1.0), (0.0, 1.0), (1.0, -0.8), (-1.0, -0.8), (1.0, 0.8), (-1.0, 0.8))
_FAR = (1.0, 0.7, 1.5, 2.2)


@dataclass(frozen=True, eq=False)
class CurveLabel:
    """A text for a curve of data values, or for one point. ``near``: the share of the curve where it best stands.

    ``reach``: how many pixels away it stands at the end of a line; 0 sets it right beside the curve.
    """

    text: str
    color: str | None  # None: legible on what lies beneath
    x: Points
    y: Points
    near: float = 0.5
    reach: float = 0.0
    weight: int = 500
    rank: float = NAME


class CurveLabels(TextItem):
    """The names of the curves of a canvas; one without any room is left out."""

    def __init__(self) -> None:
        super().__init__()
        self._labels: list[CurveLabel] = []

    @property
    def labels(self) -> list[CurveLabel]:
        """What is to be written."""
        return self._labels

    def set_labels(self, labels: Sequence[CurveLabel]) -> None:
        """What to write, the most important first."""
        self._labels = list(labels)
        self.changed()

    def wishes(self, frame: Frame) -> list[Wish]:
        """All along their curves, from where they best stand."""
        found: list[Wish] = []
        for order, label in enumerate(self._labels):
            areas, ends = _candidates(label, frame)
            if len(areas):
                rank = label.rank + 0.01 * order
                found.append(
                    Wish(label.text, areas, rank, label.color, weight=label.weight, ends=ends, leader=label.reach > 0)
                )
        return found


def _candidates(label: CurveLabel, frame: Frame) -> tuple[Points, Points]:
    """Areas (n, 4) for the text, best first, each with the pixel of the curve that it names."""
    x, y = frame.px_x(label.x), frame.px_y(label.y)
    inside = np.isfinite(x) & np.isfinite(y) & (y >= frame.plot.top()) & (y <= frame.plot.bottom())
    inside &= (x >= frame.plot.left() - 1) & (x <= frame.plot.right() + 1)
    x, y = x[inside], y[inside]
    if not len(x):
        return np.empty((0, 4)), np.empty((0, 2))
    size = markup.measure(label.text, frame.style, 12, label.weight)
    unit, centre = frame.style.type_scale, np.array([x.mean(), y.mean()])
    shares = _SHARES[np.argsort(np.abs(_SHARES - label.near), kind="stable")] if len(x) > 1 else np.zeros(1)
    at = np.rint(shares * (len(x) - 1)).astype(np.int64)
    points = np.column_stack((x[at], y[at]))
    outward = points - centre
    length = np.hypot(outward[:, 0], outward[:, 1])
    if label.reach and len(x) == 1:  # all around a point
        turns = np.linspace(0, 2 * np.pi, 16, endpoint=False) - np.pi / 2
        ways = np.array([(np.cos(turn), np.sin(turn), far) for far in (*_FAR, 3.2) for turn in turns])
    elif not label.reach:
        ways = np.array([(a, b, far) for far in (1.0, 2.0) for a, b in _AROUND])
    else:
        ways = np.array([(a, b, far) for b in (-1, 1) for far in _FAR for a in (-0.5, 0.5, 0.0)])
    towards = directions(ways[:, :2])
    unit_x = np.tile(towards[:, 0], (len(points), 1))
    unit_y = np.tile(towards[:, 1], (len(points), 1))
    far = np.tile(ways[:, 2], (len(points), 1))
    if label.reach and float(length.max()) > 1:  # away from the middle of the curve
        outward = directions(outward)
        unit_x, unit_y = np.tile(outward[:, :1], (1, len(_FAR))), np.tile(outward[:, 1:], (1, len(_FAR)))
        far = np.tile(_FAR, (len(points), 1))
    away = (label.reach or _GAP) * unit * far
    # At the end of a line the text goes round the point; right beside a slanted curve its corner is the nearest.
    wide = unit_x * np.sqrt(np.abs(unit_x)) if label.reach else np.sign(unit_x)
    tall = unit_y if label.reach else np.sign(unit_y)
    middle_x = points[:, :1] + unit_x * away + wide * size.width() / 2
    middle_y = points[:, 1:] + unit_y * away + tall * size.height() / 2
    left, top = (middle_x - size.width() / 2).ravel(), (middle_y - size.height() / 2).ravel()
    areas = np.column_stack((left, top, left + size.width(), top + size.height()))
    return areas, np.repeat(points, unit_x.shape[1], axis=0)
