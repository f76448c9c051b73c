"""A run that leaves the domain of a typed loss: said as that, beside what is said of runs that diverge."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import LIGHT, Style
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.views.compare.loss_curves import ComparedLossView
from qhm_gui.views.compare.paths import ComparedPathsView
from qhm_gui.views.converge.ensemble import EnsembleView
from qhm_gui.views.explore.loss_curves import LossView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.good.learning_rates import LearningRatesView
from qhm_gui.views.shared.divergence_marks import departure_words
from qhm_gui.views.shared.runs import departure_sentence
from qhm_gui.views.view import View
from qhm_gui.window.window import Window
from qhm_math import SGD, run_statistics, simulate
from qhm_math.expression import TypedLoss
from qhm_math.noise import NOISES
from qhm_math.progress import Monitor
from tests.gui.conftest import Shown


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


CHANGES = {"loss": LOSS, "noise": NOISES["none"](), "alpha": 3.0, "beta": 0.0, "nu": 0.0, "steps": 20}
LEAVING = changed(State(), {**CHANGES, "start_x": 1.0, "start_y": 0.0, "runs": 5})


@pytest.mark.parametrize(
    "kind", [PathView, ComparedPathsView, LossView, ComparedLossView, EnsembleView, LearningRatesView]
)
@pytest.mark.slow
def test_leaving_the_domain_is_said(qtbot: QtBot, kind: type[View]) -> None:
    view = kind(Style(LIGHT))
    qtbot.addWidget(view.widget)
    page = next(page.key for page in PAGES.values() if kind.key in (*page.views, *page.alone))
    sentence = said(view, changed(LEAVING, {"page": page, "expanded": kind.key}))
    assert "stops at step" in sentence and "there the loss is not defined" in sentence
    assert "diverges" not in sentence


@pytest.mark.parametrize("kind", [LossView, ComparedLossView, EnsembleView, LearningRatesView])
@pytest.mark.slow
def test_a_curve_that_ends_there_is_not_told_to_leave_the_scale(shown: Shown, kind: type[View]) -> None:
    view = shown(kind, LEAVING)
    departures = view._curves.departures.departures  # type: ignore[attr-defined]
    assert departures
    for departure in departures:
        assert departure_words(departure) == f"not defined from {departure.step}"
        assert departure.x == departure.step - (kind is not EnsembleView)  # the last step; there k + 1 is drawn


def test_the_status_line_tells_of_the_views_that_are_seen(
    make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = make_window(LEAVING)
    settle(window)
    words = "SGD stops at step 1: there the loss is not defined."
    assert words in window.status.text() and "A run of" not in window.status.text()
    window.store.update(expanded="loss")
    settle(window)
    assert "A run of SGD stops at step 1: there the loss is not defined." in window.status.text()
    window.store.update(alpha=1e-3)
    settle(window)
    assert window.status.text() == ""
    window.store.update(alpha=3.0, expanded="")
    settle(window)
    assert words in window.status.text()
    window.store.update(page="fast")
    settle(window)
    assert words not in window.status.text()


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
