"""The Explore page as its user meets it: drag, type, undo, cancel, close."""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qhm_gui.background.runner import Answer
from qhm_gui.files import session
from qhm_gui.files.settings import Settings, last_session
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed, rate
from qhm_gui.state.store import Store
from qhm_gui.views.explore.loss_curves import LossView
from qhm_gui.views.explore.paths import PathView
from qhm_gui.views.explore.rate_map import RateView
from qhm_gui.views.explore.stability_region import StabilityView
from qhm_gui.widgets.deletion import delete_now
from qhm_gui.widgets.value_field import ValueField
from qhm_gui.window.window import Window
from qhm_math.losses import LOSSES
from qhm_math.noise import GaussianNoise
from tests.gui.conftest import drag, offset

Settle = Callable[[Window], None]


def path_view(window: Window) -> PathView:
    view = window.page.views["path"]
    assert isinstance(view, PathView)
    return view


def stability_view(window: Window) -> StabilityView:
    view = window.page.views["stability"]
    assert isinstance(view, StabilityView)
    return view


def rate_view(window: Window) -> RateView:
    view = window.page.views["rate"]
    assert isinstance(view, RateView)
    return view


def loss_view(window: Window) -> LossView:
    view = window.page.views["loss"]
    assert isinstance(view, LossView)
    return view


def type_over(entry: ValueField, text: str) -> None:
    """Click into the field, and type instead of what is there."""
    entry._edit.setFocus()
    entry._edit.selectAll()
    QTest.keyClicks(entry._edit, text)


def test_everything_is_computed_at_the_start(window: Window) -> None:
    path = path_view(window)
    assert path._result is not None
    assert path._result.positions.shape == (4, 121, 2)
    assert rate_view(window)._result is not None
    assert window.status.text() == ""


def test_dragging_the_point_moves_the_other_map_and_the_trajectories(window: Window, settle: Settle) -> None:
    stability, rates, path = stability_view(window), rate_view(window), path_view(window)
    before = path._result
    assert before is not None
    canvas = stability._plane.canvas
    start = canvas.to_pixels(window.store.state.alpha, window.store.state.beta)
    drag(canvas, start, offset(start, -60, 40))
    settle(window)
    state = window.store.state
    assert state.alpha < 1.7 and state.beta < 0.8
    assert rates._plane.handle.position == pytest.approx((state.alpha, state.beta))
    assert stability._plane.handle.position == pytest.approx((state.alpha, state.beta))
    after = path._result
    assert after is not None and after is not before
    assert after.request.points.alpha == state.alpha
    assert not np.allclose(after.positions[-1], before.positions[-1])
    window.store.undo()  # one drag, one step
    assert window.store.state == State()


def test_dragging_the_start_recomputes_every_path(window: Window, settle: Settle) -> None:
    path = path_view(window)
    start = path._canvas.to_pixels(*window.store.state.start)
    drag(path._canvas, start, offset(start, 50, 60))
    settle(window)
    state = window.store.state
    assert state.start != State().start
    assert path._result is not None
    np.testing.assert_allclose(path._result.positions[:, 0], np.tile(state.start, (4, 1)))


def test_a_drag_to_the_top_edge_stays_below_one(window: Window) -> None:
    canvas = stability_view(window)._plane.canvas
    start = canvas.to_pixels(window.store.state.alpha, window.store.state.beta)
    drag(canvas, start, QPointF(start.x(), -40))
    assert 0.99 < window.store.state.beta < 1
    assert window.status.text() == ""


def test_nu_ties(window: Window, settle: Settle) -> None:
    store = window.store
    store.update(tie="nag")
    assert store.state.nu == store.state.beta
    store.update(beta=0.5)
    assert store.state.nu == 0.5
    settle(window)
    result = path_view(window)._result
    assert result is not None and result.request.keys == ("sgd", "shb", "nag")
    store.update(tie="shb")
    assert store.state.nu == 1
    store.update(nu=0.3)
    assert (store.state.tie, store.state.nu) == ("free", 0.3)


def test_undo_redo_reset(window: Window) -> None:
    store = window.store
    store.update(beta=0.9)
    store.update(nu=0.2)
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert (store.state.beta, store.state.nu) == (0.9, 0.7)
    store.undo()
    assert store.state == State()
    store.redo()
    store.redo()
    assert (store.state.beta, store.state.nu) == (0.9, 0.2)
    store.reset()
    assert store.state == State()
    store.undo()
    assert store.state.nu == 0.2


def test_bad_input_is_refused_in_a_sentence(window: Window, subtests: pytest.Subtests) -> None:
    for changes, words in [
        ({"alpha": float("nan")}, ("α", "nan", "0 < α")),
        ({"alpha": float("inf")}, ("α", "inf", "0 < α")),
        ({"alpha": -1.0}, ("α", "−1", "0 < α")),
        ({"alpha": "fast"}, ("α", "fast", "0 < α")),
        ({"beta": 1.0}, ("β", "1", "0 ≤ β < 1")),
        ({"nu": 1.5}, ("ν", "1.5", "0 ≤ ν ≤ 1")),
        ({"steps": 0}, ("steps", "0", "1 ≤ steps")),
        ({"steps": 10**9}, ("steps", "1\u202f000\u202f000\u202f000 is", "1\u202f000\u202f000")),
        ({"runs": 2.5}, ("runs", "2.5", "whole number")),
        ({"loss.mu": 5.0}, ("μ", "5", "at most L = 1")),
        ({"noise.sigma": -0.1}, ("σ", "−0.1", "0 ≤ σ")),
        ({"noise": GaussianNoise(), "noise.matrix": ((1.0, 2.0), (0.0, 1.0))}, ("S", "2", "symmetric")),
        ({"noise": GaussianNoise(), "noise.matrix": ((1.0, 2.0), (2.0, 1.0))}, ("S", "2", "semidefinite")),
        ({"steps": 1_000_000, "runs": 10_000}, ("steps × runs", "10\u202f000\u202f000\u202f000", "at most 10⁹")),
    ]:
        with subtests.test(changes=str(changes)):
            before = window.store.state
            assert not window.store.update(**changes)
            assert window.store.state is before
            sentence = window.status.text()
            assert sentence.endswith(".") and "\n" not in sentence
            for word in words:
                assert word in sentence


def test_text_in_a_number_field_is_refused_at_the_field(window: Window) -> None:
    entry = window.panel._point.row("alpha").entry
    assert isinstance(entry, ValueField)
    before = window.store.state
    type_over(entry, "fast")
    QTest.keyClick(entry._edit, Qt.Key.Key_Return)
    assert window.store.state is before
    assert "fast" in window.panel._point.error("alpha")


def test_typed_digits_are_kept(window: Window) -> None:
    entry = window.panel._point.row("alpha").entry
    assert isinstance(entry, ValueField)
    type_over(entry, "0.123456789012")
    QTest.keyClick(entry._edit, Qt.Key.Key_Return)
    assert window.store.state.alpha == 0.123456789012


def test_divergence_is_a_status_with_its_step(window: Window, settle: Settle) -> None:
    window.store.update(alpha=6.2)
    settle(window)
    assert "QHM diverges at step 52" in window.status.text()
    result = path_view(window)._result
    assert result is not None
    assert np.isfinite(result.positions[-1, 51]).all() and np.isnan(result.positions[-1, 52]).all()
    window.store.update(alpha=1.0)
    settle(window)
    assert window.status.text() == ""


def test_every_loss_shows(window: Window, settle: Settle, subtests: pytest.Subtests) -> None:
    for key in list(LOSSES):
        with subtests.test(key=key):
            window.store.replace(State())
            window.store.update(loss=LOSSES[key](), runs=8, steps=100)
            settle(window)
            assert window.status.text() == ""
            result = path_view(window)._result
            assert result is not None and type(result.request.loss) is LOSSES[key]
            assert (result.diverged == -1).all()
            assert rate(window.store.state) < 1
            assert not window.grab().isNull()


def test_two_hundred_quick_changes_leave_only_the_newest(window: Window, settle: Settle) -> None:
    shown: list[float] = []
    window.runner.answered.connect(lambda answer: shown.append(answer.generation))
    for index in range(200):
        window.store.update(alpha=0.5 + index / 200)
    settle(window)
    newest = window.store.state
    path, loss = path_view(window)._result, loss_view(window)._result
    assert path is not None and path.request == PathView.request(newest)
    assert loss is not None and loss.request == LossView.request(newest)
    assert loss.runs == newest.runs
    assert len(shown) < 100  # most were superseded before they were computed


def test_cancel_keeps_the_picture_and_frees_the_window(window: Window, settle: Settle, qtbot: QtBot) -> None:
    view = loss_view(window)
    before = view._result
    window.store.update(loss=LOSSES["rosenbrock"](), steps=100_000, runs=2000)
    qtbot.waitUntil(lambda: window.runner.busy, timeout=2000)
    window.cancel()
    assert not window.runner.busy
    assert "Cancelled" in window.status.text()
    assert view._result is before
    window.store.update(steps=100, runs=10)
    settle(window)
    assert view._result is not None and view._result.request.steps == 100


def test_progress_shows_while_long_work_runs(window: Window, qtbot: QtBot) -> None:
    window.store.update(loss=LOSSES["rosenbrock"](), steps=20_000, runs=400)
    qtbot.waitUntil(lambda: "%" in "".join(text for text, *_ in window.status._parts()), timeout=10_000)
    window.cancel()


def test_closing_during_a_simulation_ends_it(make_window: Callable[..., Window], qtbot: QtBot) -> None:
    window = make_window(changed(State(), {"loss": LOSSES["rosenbrock"](), "steps": 200_000, "runs": 500}))
    qtbot.waitUntil(lambda: window.runner.busy and window.runner._threads[0].isRunning())
    begun = time.monotonic()
    window.close()
    assert window.runner._threads[0].isFinished()
    assert time.monotonic() - begun < 5


def test_playback_moves_every_playhead(window: Window, qtbot: QtBot) -> None:
    window.step.rewind()
    assert window.playback.step == 0
    window.playback.speed = "max"
    window.step.play()
    qtbot.waitUntil(lambda: window.playback.step == window.store.state.steps, timeout=10_000)
    assert not window.playback.playing
    window.step.back()
    assert window.playback.step == 119
    assert path_view(window)._step == 119 and loss_view(window)._step == 119


def test_space_plays_only_where_no_control_wants_it(window: Window) -> None:
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert window.playback.playing
    QTest.keyClick(window, Qt.Key.Key_Space)
    assert not window.playback.playing


def test_hidden_methods_are_not_drawn(window: Window, settle: Settle) -> None:
    window.store.update(hidden=frozenset({"shb"}))
    settle(window)
    path = path_view(window)
    assert path._result is not None
    shown = {key: trace.line.isVisible() for key, trace in zip(path._result.request.keys, path._traces, strict=False)}
    assert shown == {"sgd": True, "shb": False, "nag": True, "qhm": True}


def test_expanding_a_canvas_and_back(window: Window) -> None:
    window.store.update(expanded="loss")
    assert [key for key, card in window.page._cards.items() if card.card.isVisible()] == ["loss"]
    QTest.keyClick(window, Qt.Key.Key_Escape)
    assert all(card.card.isVisible() for card in window.page._cards.values())


def test_theme_and_language_apply_to_everything(window: Window, settle: Settle) -> None:
    light = window.grab().toImage()
    window.toggle_theme()
    dark = window.grab().toImage()
    corner = (light.width() - 5, light.height() // 2)
    assert light.pixelColor(*corner).lightness() > 200 > 60 > dark.pixelColor(*corner).lightness()
    window.toggle_language()
    assert path_view(window).subtitle(window.store.state) == "1 試行、点は各ステップ"


def test_a_page_that_is_not_seen_takes_theme_and_language_in_a_turn_of_its_own(window: Window, qtbot: QtBot) -> None:
    window.store.update(page="good")
    hidden, shown = window.pages["explore"], window.page
    views = hidden.views["loss"], shown.views["stationary_line"]
    said: list[object] = []
    for page in (hidden, shown):
        page.retranslate = lambda page=page: said.append(page)  # type: ignore[method-assign]
    window.use_language("ja")
    window.use_theme("dark")
    assert said == [shown] and [view.style.theme.key for view in views] == ["light", "dark"]
    qtbot.waitUntil(lambda: views[0].style.theme.key == "dark")  # it need not be visited
    assert said == [shown, hidden]
    window.use_language("en")
    window.use_theme("light")
    window.store.update(page="explore")  # at once, where it is
    assert said == [shown, hidden, shown, hidden] and views[0].style.theme.key == "light"
    qtbot.wait(100)
    assert len(said) == 4


def test_the_last_state_and_the_settings_come_back(make_window: Callable[..., Window], settle: Settle) -> None:
    window = make_window(keep_session=True)
    window.store.update(alpha=0.25, tie="nag")
    window.store.update(loss=LOSSES["beale"]())
    window.use_theme("dark")
    window.use_language("ja")
    state = window.store.state
    window.close()
    assert session.read(last_session()) == state
    settings = Settings()
    assert (settings.theme, settings.language) == ("dark", "ja")
    assert not settings.geometry.isEmpty()


def test_a_narrow_window_folds_the_panel(window: Window) -> None:
    window.resize(1100, 800)
    assert not window.panel.isVisible() and window.rail.isVisible()
    window.toggle_panel()
    assert window.panel.isVisible()
    window.resize(1400, 800)
    assert window.panel.isVisible() and not window.rail.isVisible()


@pytest.mark.slow
def test_no_window_is_kept_alive(qtbot: QtBot) -> None:
    """A store or a view that outlived its window would hold it through what is connected to them, for ever."""
    alive = []
    for page in PAGES:
        window = Window(Store(changed(State(), {"page": page})), Settings())
        window.show()
        qtbot.waitUntil(lambda window=window: window.page.link.at_rest, timeout=30_000)
        alive += [weakref.ref(part) for part in (window, window.page, window.store, *window.page.views.values())]
        window.close()
        delete_now(window)
        del window
    QApplication.processEvents()
    gc.collect()
    assert [ref() for ref in alive if ref() is not None] == []


def test_during_a_drag_each_answer_is_shown_in_a_turn_of_its_own(window: Window):
    """The mouse goes between two cards, and outside a drag nothing waits."""
    path, loss = window.page.views["path"], window.page.views["loss"]
    first = replace(path.result), replace(loss.result)
    window.store.begin()
    for view, result in zip((path, loss), first, strict=True):
        window.runner.answered.emit(Answer(view.key, 0, result))
    assert path.result is not first[0] and loss.result is not first[1]
    for _ in range(50):
        QApplication.processEvents()
        if path.result is first[0]:
            break
    assert path.result is first[0] and loss.result is not first[1]
    late = replace(first[1])
    window.store.end()
    window.runner.answered.emit(Answer(loss.key, 0, late))
    assert loss.result is late
    for _ in range(5):
        QApplication.processEvents()
    assert loss.result is late  # the one that waited is older
