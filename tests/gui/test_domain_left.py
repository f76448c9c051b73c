"""A run that leaves the domain of a typed loss: said as that, beside what is said of runs that diverge."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views.compare.paths import ComparedPathsView
from qhm_gui.views.converge.ensemble import EnsembleView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.good.learning_rates import LearningRatesView
from qhm_gui.views.shared.runs import departure_sentence
from qhm_gui.views.view import View
from qhm_math import SGD, run_statistics, simulate
from qhm_math.expression import TypedLoss
from qhm_math.noise import NOISES
from qhm_math.progress import Monitor


class Never(Monitor):
    """Goes on to the end."""

    def cancelled(self) -> bool:
        return False

    def report(self, fraction: float) -> None:
        """Tells nothing."""


#: SGD's first step from (1, 0) at α = 3 goes to x = 1 - 3 = -2, where log(x) is not defined.
LOSS = TypedLoss("log(x) + y**2")


def said(view: View, state: State) -> str:
    """What a view says of its last answer."""
    notes: list[str] = []
    view.noted.connect(notes.append)
    *_, last = type(view).compute(view.request(state), Never())
    view.mark(state)
    view.show(last)
    return notes[-1]


@pytest.mark.parametrize("kind", [PathView, ComparedPathsView, EnsembleView, LearningRatesView])
def test_leaving_the_domain_is_said(qtbot: QtBot, kind: type[View]) -> None:
    changes = {"loss": LOSS, "noise": NOISES["none"](), "alpha": 3.0, "beta": 0.0, "nu": 0.0, "steps": 20}
    state = changed(State(), {**changes, "start_x": 1.0, "start_y": 0.0})
    view = kind(Style(LIGHT))
    qtbot.addWidget(view.widget)
    sentence = said(view, state)
    assert "stops at step" in sentence and "there the loss is not defined" in sentence
    assert "diverges" not in sentence


def test_both_are_said_of_the_runs_that_they_are_true_of() -> None:
    sentence = departure_sentence(["SGD", "NAG", "QHM"], np.array([4, -1, -1]), np.array([-1, 7, -1]))
    assert sentence == "SGD diverges at step 4. NAG stops at step 7: there the loss is not defined."
    assert departure_sentence(["SGD"], -1, -1) == ""
    language.set_language("ja")
    assert "定義されません" in departure_sentence(["SGD"], -1, 3)
    language.set_language("en")


def test_statistics_of_runs_tell_the_first_that_leaves_the_domain() -> None:
    starts = (1.0, 0.0)
    chunks = simulate(LOSS, SGD(3.0), starts, 10, members=3, chunk=4)
    *_, last = run_statistics(chunks, [LOSS.value], [], range(11))
    assert int(last.undefined) == 1 and int(last.diverged) == -1
    assert np.isnan(last.means[0, 1:]).all()
