"""The training loss against the step."""

from __future__ import annotations

import numpy as np

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.experiments.training_view import TrainingView
from qhm_gui.views.shared.loss_curves import value_range


class TrainingLossView(TrainingView):
    """One curve on a log axis."""

    key = "training_loss"
    title = "Training loss"

    def __init__(self, style: Style) -> None:
        super().__init__(style, Axis(1e-4, 1, "log", decades=True))

    def subtitle(self, state: State) -> str:
        return tr("squared loss, all digits in every step")

    def _draw(self) -> None:
        result = self._result
        if result is None or result.record is None:
            return
        record = result.record
        low, high = value_range([record.losses], [record.diverged], [float(np.nanmin(record.losses))])
        self._canvas.set_axes(self._x_axis(), Axis(low, high, "log", tr("loss"), decades=True))
        self._curves.show([self._curve(record.losses)], record.steps.astype(float), record.steps)
