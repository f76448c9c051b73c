"""A probe in the window: opened, dropped, from the menu, kept in sessions, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QUrl
from pytestqt.qtbot import QtBot

from qhm_gui.files import session
from qhm_gui.files import state_text as statetext
from qhm_gui.files.probe_file import EXAMPLES, examples, read_probe
from qhm_gui.files.session import SessionError
from qhm_gui.state.state import State, changed
from qhm_gui.views.choose.problem import problem_of
from qhm_gui.views.choose.recommended import RecommendedView
from qhm_gui.views.choose.training_run import TrainingRunView
from qhm_gui.window.opening import Part, find_beginning, read_file
from qhm_gui.window.window import Window
from qhm_math import QHM
from qhm_math.checks import ParameterError
from qhm_math.choose import best_for_steps
from qhm_math.eigenvalues import OfLoss
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.probe import plateau, to_bytes
from qhm_math.probed import OfProbe

SOFTMAX = EXAMPLES / "softmax-mnist.npz"
PROBE = read_probe(SOFTMAX)
OPENED = changed(State(), {"choose.budget": 200, **read_file(SOFTMAX).changes})  # type: ignore[union-attr]


def test_an_opened_probe_is_the_problem_at_its_own_point() -> None:
    found = read_file(SOFTMAX)
    assert isinstance(found, Part) and "on its plateau" in found.sentence
    assert OPENED.page == "choose" and OPENED.point == PROBE.current()
    assert pytest.approx(PROBE.largest) == OPENED.loss.L  # type: ignore[attr-defined]
    assert problem_of(OPENED) == PROBE.problem()
    begun = find_beginning(SOFTMAX, None)  # type: ignore[arg-type]
    assert begun.session.state.choose.spectrum == OPENED.choose.spectrum


def test_its_noise_is_its_own_and_its_batch_may_change() -> None:
    other = changed(OPENED, {"noise": MiniBatches(4, 3.0), "choose.distance": 9.0})
    assert problem_of(other) == problem_of(OPENED)
    assert problem_of(changed(OPENED, {"choose.spectrum.batch": 512})) == PROBE.problem(512)
    with pytest.raises(ParameterError, match="batch"):
        changed(OPENED, {"choose.spectrum.batch": 0})


def test_a_budget_in_samples_is_of_its_batch() -> None:
    """The noise of the plane is not that of the run; the page and the training run are of the same steps."""
    state = changed(OPENED, {"choose.unit": "samples", "choose.samples": 6400})
    for noise in (State().noise, MiniBatches(4, 0.01)):
        asked = changed(state, {"noise": noise})
        assert TrainingRunView.request(asked).steps == RecommendedView.request(asked).steps == 100
        assert "samples" in asked.choose.panel_fields(asked)


def test_a_session_and_a_text_hold_the_probe() -> None:
    assert session.load(session.dump(OPENED)) == OPENED
    assert statetext.from_text(statetext.to_text(OPENED)) == OPENED


@pytest.mark.parametrize("content", ["", "AAAA", "é", "A" * 1_000_000])
def test_a_session_with_a_probe_that_is_none_is_refused(content: str) -> None:
    fields = session.fields_of(OPENED)
    fields["choose"]["spectrum"]["content"] = content
    with pytest.raises(SessionError):
        session.state_of(fields)


def test_a_damaged_probe_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "cut.npz").write_bytes(SOFTMAX.read_bytes()[:3000])
    with pytest.raises(SessionError, match=r"^cut\.npz: it is damaged: the archive cannot be read\.$"):
        read_file(tmp_path / "cut.npz")


def test_a_probe_is_chosen_only_while_there_is_one() -> None:
    def keys(state: State) -> list[str]:
        return [key for key, _ in state.choose.kind_field("spectrum").choices]

    assert "probe" in keys(OPENED) and "probe" not in keys(State())
    with pytest.raises(ParameterError, match="spectrum"):
        State().choose.of_kind("spectrum", "probe")
    assert changed(OPENED, {"loss.mu": 0.5}).choose.spectrum == OfLoss()


@pytest.mark.slow
def test_the_view_tells_both_points_and_how_sure_the_best_is(shown: Callable[..., TrainingRunView]) -> None:
    view = shown(TrainingRunView, OPENED)
    best = best_for_steps(PROBE.problem(), 200).qhm
    table = view.table(view.result)
    assert table["point"].tolist() == ["current", "steps"] and table["alpha"][1] == best.alpha
    expected = [plateau(PROBE, point).loss for point in (OPENED.point, best)]
    np.testing.assert_allclose(table["stationary_loss"], expected, rtol=1e-12)
    assert (table["standard_error"] > 0).all() and (table["low"] < table["high"]).all()
    assert view.result.share > 0.9 and view.empty(OPENED) is None
    assert any("on its plateau" in text for text in view.sentences)
    assert any(text.startswith("Best of 14 points in ") for text in view.sentences)
    assert any("against the current point: The loss is" in text for text in view.sentences)
    assert "Share of the noise on negative curvature: 0 %." in view.sentences and not view.crowded()
    title, _ = view.empty(State()) or ("", "")
    assert title == "No probe is open"


def test_what_the_program_brings_opens() -> None:
    assert len(examples()) >= 1
    for path in examples():
        found = read_file(path)
        assert isinstance(found, Part) and changed(State(), found.changes).choose.spectrum.key == "probe"


def test_a_probe_too_large_for_a_session_is_refused() -> None:
    big = read_probe(SOFTMAX)
    object.__setattr__(big, "squared_norms", np.random.default_rng(0).random(40_000))
    assert len(to_bytes(big)) > 100_000
    with pytest.raises(ParameterError, match="at most 100,000 bytes"):
        OfProbe.of(big)


def test_a_dropped_probe_shows_the_run_and_a_click_takes_the_best(
    make_window: Callable[..., Window], settle: Callable[[Window], None], qtbot: QtBot
) -> None:
    window = make_window(changed(State(), {"choose.budget": 100}))
    settle(window)
    titles = [action.text() for action in window.files.menu().actions()]
    assert "Open an example probe" in titles
    dropped = QMimeData()
    dropped.setUrls([QUrl.fromLocalFile(str(SOFTMAX))])
    assert window.files.takes(dropped)
    window.files.take(dropped)
    qtbot.waitUntil(lambda: window.store.state.choose.spectrum.key == "probe", timeout=20_000)
    settle(window)
    state = window.store.state
    assert state.expanded == "training_run" and state.point == PROBE.current()
    view = window.page.views["training_run"]
    assert isinstance(view, TrainingRunView)
    qtbot.waitUntil(lambda: view.result is not None and view.result.point is not None, timeout=20_000)
    settle(window)
    view._click(view._table.model().index(1, 0))
    taken = window.store.state.point
    assert taken == QHM(view.result.point.alpha, view.result.point.beta, view.result.point.nu)
    window.store.undo()
    window.store.undo()
    assert window.store.state.choose.spectrum == OfLoss()
