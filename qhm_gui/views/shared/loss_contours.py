"""What the paths run over, in every view that has them: the loss as contours, with its minima marked."""

from __future__ import annotations

from collections.abc import Sequence

from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.markers import MinimumMark, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.text.language import tr
from qhm_gui.views.shared.contour_data import Field, split_minima
from qhm_math.losses import Loss


class MinimumMarks:
    """As many marks as a loss has minima; one that is not needed is kept for the next loss. A single one is named."""

    def __init__(self, canvas: Canvas, color: str | None = "text") -> None:
        """``color`` of the name; None is legible on any map."""
        self._canvas = canvas
        self.marks: list[MinimumMark] = []
        self.label = canvas.add(Label("", color, anchor=(0.0, 0.5)))
        self._lowest = True

    def set_places(self, places: Sequence[Sequence[float]], *, lowest: bool = True) -> None:
        """A mark at each of these places and nowhere else; ``lowest``: nowhere is the loss lower."""
        self._lowest = lowest
        self.label.setVisible(len(places) == 1)
        if len(places) == 1:
            self.label.set_position(*places[0], dx=14, dy=18)
        self.retranslate()
        while len(self.marks) < len(places):
            self.marks.append(self._canvas.add(MinimumMark()))
        for index, mark in enumerate(self.marks):
            mark.setVisible(index < len(places))
            if index < len(places):
                mark.set_position(*places[index])

    def retranslate(self) -> None:
        """Name it in the language in force."""
        self.label.set_text(tr("minimum") if self._lowest else tr("local minimum"))


class LossContours:
    """Contours in the loss's window, a mark at each lowest minimum, a dot at each other one."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._contours = canvas.add(ContourField())
        self._others = canvas.add(StepDots("muted", 2.2))
        self.minima = MinimumMarks(canvas)

    def show(self, loss: Loss, field: Field) -> None:
        """Show another loss."""
        (x0, x1), (y0, y1) = loss.window()
        self._canvas.set_axes(Axis(x0, x1), Axis(y0, y1))
        self._contours.setData(field.xs, field.ys, field.values, field.levels)
        lowest, others = split_minima(loss)
        self._others.setData(*others.T)
        self.minima.set_places(lowest.tolist())

    def retranslate(self) -> None:
        """Name the minimum in the language in force."""
        self.minima.retranslate()
