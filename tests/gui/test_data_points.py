"""The points of a line fit, and the line of each step."""

import numpy as np

from qhm_gui.canvas.drawn import DrawnCurve, DrawnMarks
from qhm_gui.state.state import State, changed
from qhm_gui.views.explore.data_points import DataView
from qhm_math.losses import LineFit
from qhm_math.progress import SILENT
from tests.gui.conftest import Shown

LOSS = LineFit(batch=12)  # all of them: no noise
FIT = changed(State(), {"loss": LOSS, "alpha": 0.1})


def test_the_line_is_that_of_the_step_and_ends_near_the_one_of_least_loss(shown: Shown) -> None:
    view = shown(DataView, FIT)
    inputs, outputs = LOSS.data()
    (marks,) = (part for part in view.drawn() if isinstance(part, DrawnMarks))
    np.testing.assert_array_equal((marks.x, marks.y), (inputs, outputs))
    slope, offset = np.polyfit(inputs, outputs, 1)
    away = []
    for step in (0, 7, FIT.steps):
        view.seek(step)
        least, now = (part for part in view.drawn() if isinstance(part, DrawnCurve))
        np.testing.assert_allclose(least.y, offset + slope * least.x)
        away.append(np.abs(now.y - offset - slope * now.x).max())
    assert away[0] > 1
    assert away[1] < away[0]
    assert away[2] < 0.02


def test_a_run_that_diverges_is_said_to(shown: Shown) -> None:
    view = shown(DataView, FIT)
    said: list[str] = []
    view.noted.connect(said.append)
    for state in (changed(FIT, {"alpha": 9.0}), FIT):
        for answer in DataView.compute(DataView.request(state), SILENT):
            view.show(answer)
    assert said[0].startswith("QHM diverges at step ")
    assert said[1:] == [""]


def test_another_loss_has_no_points(shown: Shown) -> None:
    view = shown(DataView, State())
    assert view.empty(State())
    assert not any(isinstance(part, DrawnCurve | DrawnMarks) for part in view.drawn())
