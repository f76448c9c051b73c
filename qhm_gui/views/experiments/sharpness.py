"""Sharpness against the step: it climbs to the curvature at which the current point stops being stable."""

from __future__ import annotations

import math

import numpy as np

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.regions import UnstableRegion
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, plain
from qhm_gui.views.experiments.training_run import TrainingRequest, training_request, verdict
from qhm_gui.views.experiments.training_view import TrainingView
from qhm_math import max_stable_alpha

#: The handle stands at this share of the steps.
_PLACE = 0.94
#: A line this many times above the sharpness is not followed: it would press the curve to the bottom.
_FOLLOWED = 8.0
_NICE = (1.0, 1.2, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


def nice_top(value: float) -> float:
    """The next round number from ``value`` on."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * step for step in _NICE if power * step >= value * (1 - 1e-12))


class SharpnessView(TrainingView):
    """The run, the line, what lies beyond the line hatched, and a handle on it that sets α."""

    key = "sharpness"
    title = "Sharpness"

    def __init__(self, style: Style) -> None:
        super().__init__(style, Axis(0, 10))
        canvas = self._canvas
        self._unstable = canvas.add(UnstableRegion())
        self._line = canvas.add(PlotCurve("ink", 2.2))
        self._names = canvas.add(CurveLabels())
        self._above = canvas.add(Label("", "ink", weight=600, anchor=(1.0, 0.0)))
        self._why = canvas.add(Label("", "text2", anchor=(0.0, 1.0), free=True))
        self._handle = canvas.add(Handle("qhm"))
        self._handle.began.connect(self.began)
        self._handle.ended.connect(self.ended)
        self._handle.ended.connect(self._draw)
        self._handle.moved_to.connect(self._drag)
        self._handle.double_clicked.connect(lambda: self.typing.emit("alpha"))
        self._handle.context_requested.connect(self.menu_requested)

    def subtitle(self, state: State) -> str:
        return tr("largest eigenvalue of the Hessian; diverges above *L*")

    def _draw(self) -> None:
        request = training_request(self._state)
        line = request.line
        if not self._handle.dragging:  # the axis stays while the hand is on it
            self._canvas.set_axes(self._x_axis(), Axis(0, self._top(request), title=tr("sharpness")))
        top, total = self._canvas.y_axis.high, self._canvas.x_axis.high
        x, y = request.lines()
        x[-1] = max(x[-1], total)
        self._line.setData(x, np.where(y <= top, y, np.nan))
        edge = np.minimum(y, top)
        self._unstable.setData(np.concatenate((x, x[::-1])), np.concatenate((edge, np.full(len(x), top))))
        now = np.linspace(float(x[-2]), float(x[-1]), 20)
        words = tr("stable up to *L* = {L}", L=plain(line))
        self._names.set_labels(
            [CurveLabel(words, "ink", now, np.full(20, line), near=0.7, weight=600)] if line <= top else []
        )
        self._above.set_text("" if line <= top else f"{words} ↑")
        self._above.set_position(total, top, dx=-8, dy=6)
        self._handle.set_color(self._state.active)
        self._handle.set_position(_PLACE * total, min(line, top))
        self._handle.set_chip(f"*L* {plain(line)}  *α* {alpha_text(self._state.alpha)}")
        self._draw_run(total)

    def _draw_run(self, total: float) -> None:
        result = self._result
        if result is None or result.record is None:
            self._curves.show([])
            self._why.set_text("")
            return
        record = result.record
        self._curves.show([self._curve(record.sharpness)], record.steps.astype(float), record.steps)
        self._why.set_text(verdict(result))
        self._why.set_position(0.03 * total, 0.0, dy=-8)

    def _top(self, request: TrainingRequest) -> float:
        """The upper end of the axis: the lines and the run, but neither a line far above it nor a run that diverges."""
        record = self._result.record if self._result is not None else None
        seen = record.sharpness[np.isfinite(record.sharpness)] if record is not None else np.empty(0)
        _, lines = request.lines()
        met = min(float(seen.max(initial=0.0)), 2.5 * float(lines.max()))
        lines = lines[lines <= _FOLLOWED * met] if met > 0 else lines
        return nice_top(1.25 * max(met, float(lines.max(initial=0.0))))

    # -- the mouse

    def _drag(self, _x: float, y: float) -> None:
        point, top = self._state.point, self._canvas.y_axis.high
        alpha = float(max_stable_alpha(point.beta, point.nu, 1.0)) / max(y, 1e-3 * top)
        self.edited.emit({"alpha": min(alpha, 1e6)})
        self.mark(self._state)
