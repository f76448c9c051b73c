"""Paths of methods over the contours of a loss: their line, a dot for every step, their head, and the nearest step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.markers import Head, StepDots
from qhm_gui.canvas.plot import Canvas
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped_whole, scientific
from qhm_gui.views.shared.hover import nearest_step
from qhm_gui.views.shared.runs import CURRENT_WIDTH, OTHER_WIDTH
from qhm_gui.views.view import ChipLook, View
from qhm_math.losses import Loss

#: A dot for every step of a longer run would only blur its path.
MOST_DOTS = 500
#: What is faded: the steps behind the playhead, and what stands behind another method.
_FADED = 0.25


class MethodPath:
    """The items of one method."""

    def __init__(self, canvas: Canvas) -> None:
        self.line = canvas.add(PlotCurve("ink"))
        self.dots = canvas.add(StepDots("ink"))
        self.head = canvas.add(Head("circle", "ink"))
        self._points: NDArray[np.float64] = np.zeros((1, 2))
        self._gone = -1

    def draw(self, points: NDArray[np.float64], look: ChipLook, *, current: bool, dotted: bool, gone: int) -> None:
        """A run (steps + 1, 2) in its method's look, the chosen one heavier. ``gone``: where it grew beyond bounds."""
        self._points, self._gone = points, gone
        self.line.set_color(look.color)
        self.line.set_dash(look.dash)
        self.line.set_width(CURRENT_WIDTH if current else OTHER_WIDTH)
        self.dots.set_color(look.color)
        self.dots.set_radius(2.6 if current else 2.1)
        self.head.set_color(look.color)
        self.head.set_shape(look.shape)
        self.line.setData(*points.T)
        self.dots.setData(*(points.T if dotted else np.empty((2, 0))))

    def seek(self, step: int) -> None:
        """Put the head at a step; what comes behind it is faded."""
        here = min(step, len(self._points) - 1)
        self.line.set_split(here, _FADED)
        self.dots.set_split(here, 0.0)
        last = here if self._gone < 0 else max(0, min(here, self._gone - 1))
        self.head.set_position(*self._points[last].tolist())

    def show(self, *, shown: bool, faded: bool = False) -> None:
        """Show or hide, or fade behind another method."""
        for item in (self.line, self.dots, self.head):
            item.setVisible(shown)
        for item in (self.line, self.dots):
            item.set_alpha(_FADED if faded else 1.0)

    def at(self, step: int) -> tuple[float, float]:
        """The position at a step."""
        x, y = self._points[step].tolist()
        return x, y


class StepTip:
    """Tells of the place under the mouse, and of the step that is nearest to it.

    ``loss()`` is that of the contours; ``told(path, step)`` the name of the method and its loss there, None where the
    path shows nothing.
    """

    def __init__(
        self,
        view: View,
        canvas: Canvas,
        paths: Sequence[MethodPath],
        loss: Callable[[], Loss | None],
        told: Callable[[int, int], tuple[str, float] | None],
    ) -> None:
        self._view, self._canvas, self._paths, self._loss, self._told = view, canvas, paths, loss, told
        self.tip = canvas.add(Tooltip())
        canvas.hovered.connect(self._hover)
        canvas.left.connect(self._leave)

    def _hover(self, x: float, y: float) -> None:
        loss = self._loss()
        if loss is None:
            return
        value = float(loss.value(np.array([x, y])))
        self._view.said.emit(f"*x* {fixed(x, 2)}   *y* {fixed(y, 2)}   *f* {scientific(value)}")
        found = nearest_step(self._canvas, [path.line for path in self._paths], x, y)
        words = None if found is None else self._told(*found)
        if found is None or words is None:
            self.tip.hide()
            return
        px, py = self._paths[found[0]].at(found[1])
        self.tip.set_text(
            [
                f"{words[0]}   {tr('step')} {grouped_whole(found[1])}",
                f"*x* {fixed(px, 2)}   *y* {fixed(py, 2)}",
                f"{tr('loss')} {scientific(words[1])}",
            ]
        )
        self.tip.set_position(px, py)

    def _leave(self) -> None:
        self.tip.hide()
        self._view.said.emit("")
