"""Over a card whose picture takes long stands how far it is."""

from collections.abc import Callable
from typing import Any

import pytest

from qhm_gui.background.runner import Answer, Progress
from qhm_gui.text import language
from qhm_gui.window.busy_chips import PATIENCE
from qhm_gui.window.window import Window

KEY = "stationary_left"


@pytest.fixture
def told(make_window: Callable[..., Window], settle: Callable[[Window], None]) -> Callable[..., str]:
    """Tells the page Good how far its map is, and returns what its card says."""
    window = make_window()
    window.store.update(page="good")
    settle(window)
    page = window.page

    def tell(seconds: float, fraction: float = 0.38, *, owes: bool = False) -> str:
        page.link._waiting = {KEY: 1} if owes else {}
        window.runner.progressed.emit(Progress(KEY, 1, "", fraction, seconds))
        return page._cards[KEY].card.busy()

    tell.window = window  # type: ignore[attr-defined]
    tell.card = page._cards[KEY].card  # type: ignore[attr-defined]
    return tell


def test_long_work_says_how_far_it_is(told: Any) -> None:
    assert told(PATIENCE / 2) == ""
    assert told(PATIENCE) == "refining 38 %"
    assert told(PATIENCE, 0.5, owes=True) == "computing 50 %"
    with language.spoken("ja"):
        assert told(PATIENCE) == "精緻化中 38%"
    told.window.runner.answered.emit(Answer("stationary_right", 1, None, True))
    assert told.card.busy(), "another view has its answer"
    told.window.runner.answered.emit(Answer(KEY, 1, None, True))
    assert told.card.busy() == ""


def test_what_is_given_up_leaves_no_chip(told: Any) -> None:
    assert told(PATIENCE)
    told.window.runner.settled.emit()
    assert told.card.busy() == ""


def test_an_answer_of_a_newer_state_ends_the_chip(told: Any) -> None:
    """During a drag it is not the last of its request, and what the chip told of is given up."""
    assert told(PATIENCE)
    told.window.runner.answered.emit(Answer(KEY, 1, None))
    assert told.card.busy(), "a rough answer of the same request"
    told.window.runner.answered.emit(Answer(KEY, 2, None))
    assert told.card.busy() == ""


def test_a_drag_has_none(told: Any) -> None:
    told.window.page.link._drafting = True
    assert told(2 * PATIENCE) == ""
    told.window.page.link._drafting = False
