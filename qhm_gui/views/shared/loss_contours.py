"""What the paths run over, in every view that has them: the loss as contours, with its minima marked."""

from __future__ import annotations

from collections.abc import Sequence

from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.markers import MinimumMark, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.views.shared.contour_data import Field, split_minima
from qhm_math.losses import Loss


class MinimumMarks:
    """As many marks as a loss has minima; one that is not needed is kept for the next loss."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.marks: list[MinimumMark] = []

    def set_places(self, places: Sequence[Sequence[float]]) -> None:
        """A mark at each of these places and nowhere else."""
        while len(self.marks) < len(places):
            self.marks.append(self._canvas.add(MinimumMark()))
        for index, mark in enumerate(self.marks):
            mark.setVisible(index < len(places))
            if index < len(places):
                mark.set_position(*places[index])


class LossContours:
    """Contours in the loss's window, a mark at each lowest minimum, a dot at each other one."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._contours = canvas.add(ContourField())
        self._others = canvas.add(StepDots("muted", 2.2))
        self.minima = MinimumMarks(canvas)

    def show(self, loss: Loss, field: Field) -> list[list[float]]:
        """Show another loss. The places of its lowest minima; none, where it has no minimum."""
        (x0, x1), (y0, y1) = loss.window()
        self._canvas.set_axes(Axis(x0, x1), Axis(y0, y1))
        self._contours.setData(field.xs, field.ys, field.values, field.levels)
        lowest, others = split_minima(loss)
        self._others.setData(*others.T)
        places: list[list[float]] = lowest.tolist()
        self.minima.set_places(places)
        return places
