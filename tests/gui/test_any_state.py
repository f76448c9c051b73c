"""Whatever state its own rules allow: it goes through a session and a text, and every view of its page shows it."""

from __future__ import annotations

import random
import time
from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import Style
from qhm_gui.files import session, state_text
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, alpha_range
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_gui.widgets.deletion import delete_now
from qhm_math import IsotropicNoise
from qhm_math.losses import Himmelblau
from tests.monkey.states import random_state


class Brief:
    """A monitor that wants a first answer, and what comes within a fraction of a second after it."""

    def __init__(self) -> None:
        self._until = time.monotonic() + 0.3
        self.answered = False

    def report(self, fraction: float) -> None:
        """Nobody waits."""

    def cancelled(self) -> bool:
        """Whether it is enough."""
        return self.answered and time.monotonic() > self._until


def show(kind: type[View], state: State, rng: random.Random) -> None:
    view = kind(Style())
    try:
        view.widget.resize(rng.choice((300, 640)), rng.choice((200, 420)))
        view.widget.show()
        if view.ready(state):
            monitor = Brief()
            for answer in kind.compute(kind.request(state), monitor):
                monitor.answered = True
                view.show(answer)
                if monitor.cancelled():
                    break
        view.message(state)
        view.words(state)
        if view.legend:
            view.chips(state)
        view.follow(state)
        view.seek(rng.randrange(state.steps + 1))
        view.widget.grab()
    finally:
        view.widget.close()
        delete_now(view.widget, view)


def walk(seed: int, states: int) -> None:
    for number in range(states):
        rng = random.Random(f"{seed}/{number}")
        state = random_state(rng)
        text = state_text.to_text(state)
        try:
            assert session.load(session.dump(state)) == state and state_text.from_text(text) == state
            for key in rng.sample(PAGES[state.page].views, 1):
                if not VIEWS[key].plays:  # its run goes on for ever
                    show(VIEWS[key], state, rng)
        except Exception as error:
            pytest.fail(f"seed {seed}, state {number}, {text}: {error!r}")


@pytest.mark.slow
def test_some_states_are_shown(qapp: QApplication) -> None:
    walk(1, 15)


@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("seed", range(2, 12))
def test_many_states_are_shown(qapp: QApplication, seed: int) -> None:
    walk(seed, 300)


@pytest.mark.slow
def test_a_learning_rate_of_almost_nothing_is_shown(qapp: QApplication) -> None:
    """The smallest double, which may be typed: the axis of the plane begins there."""
    state = State(alpha=5e-324, steps=20, runs=5)
    assert 0 < alpha_range(state)[0] <= state.alpha
    for key in ("path", "rate", "stability", "loss", "roots", "stationary_line"):
        show(VIEWS[key], state, random.Random(1))


@pytest.mark.parametrize("alpha", [1e-40, 1e-20, 1e-8])
def test_a_spread_below_the_last_bit_of_the_minimum_is_shown(qapp: QApplication, alpha: float) -> None:
    """The axes there have floats to lie on, and the names of the rings a side to lead to."""
    for reach in (0.0, 1e-17):
        state = State(
            loss=Himmelblau(), alpha=alpha, noise=IsotropicNoise(1e-12), start_x=3.0, start_y=2.0, steps=20, runs=3
        )
        state = replace(state, good=replace(state.good, reach=reach))
        show(VIEWS["cloud"], state, random.Random(1))
