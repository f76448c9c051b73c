"""State, store, runner, playback, session and command line, without a window."""

from __future__ import annotations

import gc
import json
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication, QEvent
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from qhm_gui.background.remaining import RemainingTime
from qhm_gui.background.runner import Answer, Runner
from qhm_gui.commands.command_line import main
from qhm_gui.files import session
from qhm_gui.state.pages import PAGES
from qhm_gui.state.playback import Playback
from qhm_gui.state.state import State, alpha_range, changed, leads_somewhere, rate, tie_words
from qhm_gui.state.store import Store
from qhm_gui.text.numbers import grouped
from qhm_gui.views.fast.measured_rate import MeasuredRateView
from qhm_gui.views.shared.parameter_plane import plane_request
from qhm_gui.window.window import Window
from qhm_math import QHM, ParameterError, convergence_rate, max_stable_alpha
from qhm_math.losses import LOSSES
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import NOISES, GaussianNoise
from qhm_math.progress import Cancelled, Monitor

ROOT = Path(__file__).resolve().parents[2]


# State


@pytest.mark.parametrize("key", list(LOSSES))
def test_another_loss_brings_its_start_and_a_stable_learning_rate(key: str) -> None:
    state = changed(State(), {"loss": LOSSES[key]()})
    assert state.start == pytest.approx(tuple(LOSSES[key]().start()))
    assert state.alpha < max_stable_alpha(state.beta, state.nu, state.curvatures[1])
    low, high = alpha_range(state)
    assert low < state.alpha < high


def test_a_loss_of_the_same_kind_keeps_the_point() -> None:
    state = changed(State(), {"loss.mu": 0.1, "start_x": 1.0})
    assert (state.alpha, state.start_x, state.steps) == (1.7, 1.0, 120)


@given(st.floats(1e-3, 1e3), st.floats(0, 0.999), st.sampled_from(["free", "sgd", "shb", "nag"]))
@pytest.mark.slow
def test_a_tie_holds_whatever_else_changes(alpha: float, beta: float, tie: str) -> None:
    state = changed(changed(State(), {"tie": tie}), {"alpha": alpha, "beta": beta})
    assert state.nu == {"free": 0.7, "sgd": 0.0, "shb": 1.0, "nag": beta}[tie]
    assert rate(state) == pytest.approx(convergence_rate(state.point, *state.curvatures))


def test_sgd_has_no_momentum_and_gives_it_back() -> None:
    """The fault that was: under SGD a β that no step reads set R, the regime, Theorem 1 and the best α."""
    state = changed(changed(State(), {"beta": 0.9, "loss.mu": 1.0, "alpha": 0.5}), {"tie": "sgd"})
    assert (state.beta, state.nu, state.tied) == (0.0, 0.0, {"beta", "nu"})
    assert state.point == QHM.sgd(0.5) and rate(state) == pytest.approx(0.5)
    others = state.compared()
    assert state.methods == ("shb", "nag", "sgd")
    np.testing.assert_array_equal(others.beta, [0.9, 0.9, 0.0])  # SHB and NAG keep the β that was chosen
    assert session.load(session.dump(state)) == state
    for tie, wanted in (("free", (0.9, 0.0)), ("shb", (0.9, 1.0)), ("nag", (0.9, 0.9))):
        left = changed(state, {"tie": tie})
        assert (left.beta, left.nu, left.tied) == (*wanted, {"nu"} if tie != "free" else set())
    assert changed(changed(state, {"tie": "shb"}), {"tie": "sgd"}) == state
    moved = changed(state, {"nu": 0.4})
    assert (moved.tie, moved.beta, moved.nu) == ("free", 0.9, 0.4)
    moved = changed(state, {"beta": 0.3})
    assert (moved.tie, moved.beta, moved.nu) == ("free", 0.3, 0.0)
    assert changed(State(), {"tie": "sgd", "beta": 0.6}).kept_beta == 0.6


def test_no_state_contradicts_its_method() -> None:
    """Files from before hold SGD with a β, and anybody can write one with NAG and a ν of its own."""
    for tie, wanted in (("sgd", (0.0, 0.0, 0.7)), ("nag", (0.7, 0.7, 0.7)), ("shb", (0.7, 1.0, 0.7))):
        state = State(tie=tie, beta=0.7, nu=0.3)
        assert (state.beta, state.nu, state.kept_beta) == wanted
    with pytest.raises(ParameterError, match="kept_beta"):
        State(tie="sgd", beta=0.0, kept_beta=1.0)


def test_at_nu_0_the_read_outs_are_those_of_sgd() -> None:
    """Nothing reads the buffer there, whatever β is and however ν came to be 0."""
    state = changed(State(), {"beta": 0.95, "nu": 0.0})
    sgd = changed(state, {"tie": "sgd"})
    assert state.beta == 0.95 and state.tie == "free"
    assert state.point == sgd.point and rate(state) == rate(sgd)
    assert state.converge.schedule(1.0, 0.95, 0.0, "free").beta == sgd.converge.schedule(1.0, 0.0, 0.0, "sgd").beta
    plane, same = plane_request(state), plane_request(sgd)
    assert plane == same
    xs, ys = plane.nodes(9, 7)
    np.testing.assert_allclose(plane.rates(xs, ys), np.broadcast_to(plane.rates(xs, ys)[0], (7, 9)))
    assert MeasuredRateView.request(state) == MeasuredRateView.request(sgd)


def test_the_words_of_a_tie_come_from_its_method() -> None:
    assert [tie_words(tie, "nu") for tie in ("free", "shb", "nag", "sgd")] == ["", "= 1", "= *β*", "= 0"]
    assert [tie_words(tie, "beta") for tie in ("free", "shb", "nag", "sgd")] == ["", "", "", "= 0"]


def test_the_alpha_axis_holds_the_point() -> None:
    for alpha in (1e-5, 0.3, 4e4):
        low, high = alpha_range(changed(State(), {"alpha": alpha}))
        assert low <= alpha <= high


def test_a_refused_change_changes_nothing() -> None:
    store = Store()
    refused: list[object] = []
    store.refused.connect(refused.append)
    before = store.state
    assert not store.update(beta=0.3, alpha=-1.0)
    assert store.state is before and len(refused) == 1 and not store.can_undo


def test_a_group_is_one_step_of_undo() -> None:
    store = Store()
    store.begin()
    for alpha in (0.5, 0.6, 0.7):
        store.update(alpha=alpha)
    store.end()
    store.update(alpha=2.0)
    store.undo()
    assert store.state.alpha == 0.7
    store.undo()
    assert store.state == State() and not store.can_undo and store.can_redo


# Runner


@pytest.fixture
def runner(qtbot: QtBot) -> Iterator[Runner]:
    made = Runner()
    yield made
    made.close()
    made.deleteLater()


def test_answers_come_in_this_thread_coarse_first(runner: Runner, qtbot: QtBot) -> None:
    seen: list[tuple[object, threading.Thread]] = []
    runner.answered.connect(lambda answer: seen.append((answer.value, threading.current_thread())))

    def work(monitor: Monitor) -> Iterator[object]:
        yield "coarse", threading.current_thread()
        yield "fine", threading.current_thread()

    runner.submit("a", work)
    qtbot.waitUntil(lambda: not runner.busy)
    values = [value for value, _ in seen if value is not None]
    assert [value[0] for value in values] == ["coarse", "fine"]  # type: ignore[index]
    assert all(thread is threading.current_thread() for _, thread in seen)
    assert all(value[1] is not threading.current_thread() for value in values)  # type: ignore[index]


def test_nothing_is_refined_while_that_is_held(runner: Runner, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("qhm_gui.background.runner._REST", 0.0)
    seen: list[object] = []
    runner.answered.connect(lambda answer: seen.append(answer.value))
    runner.hold_refining(True)
    for key in ("a", "b"):
        runner.submit(key, lambda monitor: iter(("coarse", "fine")))
    qtbot.waitUntil(lambda: len(seen) == 2)
    qtbot.wait(30)
    assert seen == ["coarse", "coarse"] and runner.busy
    runner.hold_refining(False)
    qtbot.waitUntil(lambda: not runner.busy)
    assert seen.count("fine") == 2


def test_nothing_is_begun_while_it_gives_way(runner: Runner, qtbot: QtBot) -> None:
    begun = threading.Event()

    def work(monitor: Monitor) -> Iterator[int]:
        begun.set()
        yield 1

    runner.give_way(True)
    runner.submit("a", work)
    qtbot.wait(30)
    assert runner.busy and not begun.is_set()
    runner.give_way(False)
    qtbot.waitUntil(lambda: not runner.busy)
    assert begun.is_set()


def test_it_ends_while_it_gives_way(runner: Runner) -> None:
    runner.give_way(True)
    runner.submit("a", lambda _monitor: iter([1]))
    runner.close()  # and this test comes to its end


def test_the_threads_of_a_closed_runner_are_not_left_to_pythons_collector(runner: Runner, qtbot: QtBot) -> None:
    """It comes in any thread, and a QThread that is destroyed in another one may have events under way."""
    runner.submit("a", lambda _monitor: iter([1]))
    runner.submit("b", lambda _monitor: iter([1]), long=True)
    qtbot.waitUntil(lambda: not runner.busy)
    threads = list(runner._threads)
    runner.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert len(threads) == 2 and not any(isValid(thread) for thread in threads)
    runner.close()  # a second time changes nothing
    runner.give_way(False)
    runner.hold_refining(False)
    assert runner.cancel() == []


def test_the_newest_wins_and_the_running_one_is_cancelled(runner: Runner, qtbot: QtBot) -> None:
    begun, ended = threading.Event(), threading.Event()
    answers: list[object] = []
    runner.answered.connect(lambda answer: answers.append(answer.value))

    def long(monitor: Monitor) -> Iterator[str]:
        begun.set()
        while not monitor.cancelled():
            pass
        ended.set()
        yield "stale"

    runner.submit("a", long)
    qtbot.waitUntil(begun.is_set)
    runner.submit("a", lambda _monitor: iter(["new"]))
    qtbot.waitUntil(lambda: not runner.busy)
    assert ended.is_set() and answers == ["new", None]


def test_cancel_answers_nothing(runner: Runner, qtbot: QtBot) -> None:
    answers: list[Answer] = []
    runner.answered.connect(answers.append)

    def long(monitor: Monitor) -> Iterator[str]:
        while not monitor.cancelled():
            pass
        yield "stale"

    runner.submit("a", long)
    assert runner.cancel() == ["a"]
    assert not runner.busy
    runner.submit("b", lambda _monitor: iter(["after"]))
    qtbot.waitUntil(lambda: not runner.busy)
    assert [answer.value for answer in answers] == ["after", None]


def test_a_defect_is_an_answer_and_the_thread_lives(runner: Runner, qtbot: QtBot) -> None:
    answers: list[Answer] = []
    runner.answered.connect(answers.append)

    def broken(monitor: Monitor) -> Iterator[str]:
        raise RuntimeError("it broke")
        yield ""

    runner.submit("a", broken)
    qtbot.waitUntil(lambda: not runner.busy)
    assert "it broke" in answers[0].failure
    runner.submit("a", lambda _monitor: iter([1]))
    qtbot.waitUntil(lambda: not runner.busy)
    assert answers[1].value == 1


@pytest.mark.parametrize("how", ["replaced", "cancelled", "closed"])
def test_what_is_given_up_between_two_answers_is_closed_at_once(runner: Runner, qtbot: QtBot, how: str) -> None:
    """A sweep holds its file between two answers: without an end, until Python's collector came by."""
    runner.hold_refining(True)
    ended: list[str] = []

    def held(monitor: Monitor) -> Iterator[str]:
        try:
            yield "coarse"
            yield "fine"
        finally:
            ended.append(f"the held one, here: {threading.current_thread() is threading.main_thread()}")

    def next_one(_monitor: Monitor) -> Iterator[str]:
        ended.append("the next one")
        yield ""

    gc.disable()
    try:
        with qtbot.waitSignal(runner.answered):
            runner.submit("a", held)
        if how == "replaced":
            runner.submit("a", next_one)
        elif how == "cancelled":
            runner.cancel()
            runner.submit("b", next_one)
        else:
            runner.close()
        qtbot.waitUntil(lambda: len(ended) == (1 if how == "closed" else 2))
        assert ended[0] == "the held one, here: False"
    finally:
        gc.enable()


def test_a_job_that_says_that_it_is_cancelled_is_no_fault(
    runner: Runner, qtbot: QtBot, caplog: pytest.LogCaptureFixture
) -> None:
    """Not only the runner cancels: a film has a monitor of its own."""
    answers: list[Answer] = []
    runner.answered.connect(answers.append)

    def cancelled(_monitor: Monitor) -> Iterator[str]:
        raise Cancelled
        yield ""

    runner.submit("a", cancelled)
    qtbot.waitUntil(lambda: not runner.busy)
    assert [(answer.value, answer.final, answer.failure) for answer in answers] == [(None, True, "")]
    assert not caplog.records


# Playback


@pytest.mark.parametrize(("cost", "interval"), [(0.004, 33), (0.0072, 33), (0.0121, 55), (0.0165, 75), (0.2, 80)])
def test_playing_takes_a_quarter_of_a_core(monkeypatch, cost: float, interval: int) -> None:
    """Fewer looks a second where each takes long, down to twelve."""
    work = [0.0]
    monkeypatch.setattr(time, "thread_time", lambda: work[0])
    playback = Playback(100_000)
    for _ in range(2):  # it forgets while it stands
        playback.toggle()
        assert playback._timer.interval() == 33
        for _ in range(60):
            work[0] += cost
            playback._advance()
        assert playback._timer.interval() == interval
        playback.toggle()
        work[0] += 5.0


@pytest.mark.slow
def test_the_playhead_stays_inside_the_run(qtbot: QtBot) -> None:
    playback = Playback(10)
    moved: list[int] = []
    playback.moved.connect(moved.append)
    assert playback.step == 10
    playback.nudge(5)
    playback.nudge(-3)
    playback.set_steps(5)
    assert moved == [7, 5]
    playback.set_steps(20)  # it stood at the end, and stays there
    assert playback.step == 20
    playback.speed, playback.loop = "max", True
    playback.toggle()
    qtbot.waitUntil(lambda: moved.count(0) >= 2, timeout=10_000)
    playback.pause()
    assert not playback.playing


def test_a_run_that_plays_again_and_again_shows_its_end_for_a_picture(monkeypatch) -> None:
    """The end and the beginning in one turn were two pictures to be made of which one was seen."""
    playback = Playback(10)
    playback.speed, playback.loop = "max", True
    moved: list[int] = []
    playback.moved.connect(moved.append)
    playback.toggle()
    monkeypatch.setattr(playback, "_clock", SimpleNamespace(restart=lambda: 400))
    for _ in range(8):
        told = len(moved)
        playback._advance()
        assert len(moved) == told + 1
    assert moved == [0, 4, 8, 10, 0, 4, 8, 10, 0]
    playback.pause()


# Session


@pytest.mark.parametrize("loss", list(LOSSES))
@pytest.mark.parametrize("noise", list(NOISES))
def test_a_session_comes_back_as_it_was(loss: str, noise: str) -> None:
    state = changed(State(), {"loss": LOSSES[loss](), "noise": NOISES[noise](), "hidden": frozenset({"shb"})})
    assert session.load(session.dump(state)) == state


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "[]",
        "{}",
        '{"qhm_explorer": 1}',
        '{"qhm_explorer": 99, "state": {}}',
        '{"qhm_explorer": true, "state": []}',
        '{"qhm_explorer": 1, "state": {"alpha": -1}}',
        '{"qhm_explorer": 1, "state": {"alpha": NaN}}',
        '{"qhm_explorer": 1, "state": {"alpha": "__import__"}}',
        '{"qhm_explorer": 1, "state": {"steps": 1e400}}',
        '{"qhm_explorer": 1, "state": {"unheard_of": 1}}',
        '{"qhm_explorer": 1, "state": {"loss": {"kind": "os.system"}}}',
        '{"qhm_explorer": 1, "state": {"loss": {"kind": "quadratic", "nu": 1}}}',
        '{"qhm_explorer": 1, "state": {"noise": 3}}',
        '{"qhm_explorer": 1, "state": {"hidden": "shb"}}',
        '{"qhm_explorer": 1, "state": {"page": 3}}',
        "[" * 100_000,
    ],
)
def test_a_foreign_text_is_refused_in_a_sentence(text: str) -> None:
    with pytest.raises(session.SessionError) as refused:
        session.load(text)
    assert str(refused.value).endswith(".") and "\n" not in str(refused.value)


def test_a_refused_session_tells_its_ranges_as_a_field_does() -> None:
    """The thin spaces in them were dots."""
    with pytest.raises(session.SessionError) as refused:
        session.load('{"qhm_explorer": 3, "state": {"alpha": NaN}}')
    assert str(refused.value) == f"α = nan is not allowed; allowed is 0 < α ≤ {grouped(1e6)}."


def test_three_hundred_damaged_sessions() -> None:
    rng = random.Random(5)
    whole = session.dump(changed(State(), {"noise": GaussianNoise()}))
    for _ in range(300):
        at = rng.randrange(len(whole))
        piece = rng.choice(["", '"', "{", "]", "1e999", "null", "\x00", "é", "-" * 50])
        damaged = rng.choice([whole[:at], whole[:at] + piece + whole[at + rng.randrange(5) :]])
        try:
            assert isinstance(session.load(damaged), State)
        except session.SessionError as refusal:
            assert str(refusal).endswith(".")


def test_an_older_session_without_some_fields_loads() -> None:
    state = session.load('{"qhm_explorer": 1, "state": {"alpha": 0.5}}')
    assert state == changed(State(), {"alpha": 0.5})


def test_writing_is_atomic(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "folder" / "session.json"
    session.write(path, State())

    def fail(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(os, "replace", fail)
    with pytest.raises(OSError, match="disk full"):
        session.write(path, changed(State(), {"alpha": 0.1}))
    assert session.read(path) == State()
    assert [file.name for file in path.parent.iterdir()] == ["session.json"]


# Command line


def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    env.pop("QT_QPA_PLATFORM", None)
    return subprocess.run(
        [sys.executable, str(ROOT / "main.py"), *arguments],
        env={**env, **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


#: The program, which ends after the first page: ``make soak`` renders them all.
ONE_PAGE = """
import runpy
from qhm_gui.commands import screenshots
render = screenshots.render_pages
screenshots.render_pages = lambda out, pages, *rest: render(out, pages[:1], *rest)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
ONE = ["-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); del sys.argv[0]{ONE_PAGE}"]


@pytest.mark.parametrize("program", [ONE, pytest.param([], marks=pytest.mark.soak)], ids=["one page", "all"])
@pytest.mark.slow
def test_without_a_display_the_pages_are_rendered(program: list[str], tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, *program, str(ROOT / "main.py")],
        cwd=tmp_path,
        env={k: v for k, v in os.environ.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0 and done.stderr == ""
    assert "No display" in done.stdout
    names = {path.name for path in (tmp_path / "rendered").iterdir()}
    first = next(iter(PAGES))
    assert {f"{first}-light.png", f"{first}-dark.png"} <= names


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("screenshots", "--out", "x", "--page", "nowhere"), "--page nowhere"),
        (("screenshots", "--out", "x", "--size", "big"), "'big'"),
        (("screenshots", "--out", "x", "--size", "10x10"), "320"),
        (("screenshots", "--out", "/proc/nothing"), "/proc/nothing"),
        (("screenshots", "--out", "x", "--lang", "fr"), "fr"),
    ],
)
def test_a_mistake_in_the_arguments_is_a_sentence(
    arguments: tuple[str, ...], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(list(arguments))
    except SystemExit as end:  # of argparse
        status = end.code
    assert status == 2
    told = capsys.readouterr().err
    assert words in told and "Traceback" not in told


@pytest.mark.slow
def test_a_mistake_in_the_arguments_ends_the_program() -> None:
    done = command("screenshots", "--out", "x", "--page", "nowhere")
    assert done.returncode == 2
    assert "--page nowhere" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.slow
def test_one_screenshot_of_a_size(tmp_path: Path) -> None:
    arguments = ("--page", "explore", "--theme", "dark", "--size", "1280x800", "--lang", "ja")
    done = command("screenshots", "--out", str(tmp_path), *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    picture = (tmp_path / "explore-dark-ja.png").read_bytes()
    assert (int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")) == (1280, 800)


def test_the_session_is_readable_json() -> None:
    document = json.loads(session.dump(State()))
    assert document["qhm_explorer"] == session.VERSION
    assert document["state"]["loss"] == {
        "kind": "quadratic",
        "mu": 0.04,
        "L": 1.0,
        "rotation": 20.0,
        "shift_x": 0.0,
        "shift_y": 0.0,
    }


def test_the_runner_takes_what_a_parameter_error_says() -> None:
    with pytest.raises(ParameterError, match="beta = 1"):
        State(beta=1.0)


def test_remaining_time_is_that_of_the_work_since_it_first_told() -> None:
    """A sweep that went on at 80 % promised to be done in a quarter of the time that it had been going."""
    remaining = RemainingTime()
    assert remaining.after(0.8, 100.0) is None, "what was done before was not done now"
    assert remaining.after(0.9, 110.0) == pytest.approx(10.0)
    assert remaining.after(1.0, 120.0) == 0.0
    assert remaining.after(0.0, 130.0) is None, "another part of the work"
    assert remaining.after(0.25, 131.0) == pytest.approx(3.0)


def test_what_is_long_keeps_no_other_waiting(qtbot) -> None:
    """While a minimum was searched for a minute, no picture of any page had an answer."""
    runner, go_on = Runner(), threading.Event()
    answers: list[tuple[str, object]] = []
    runner.answered.connect(lambda answer: answers.append((answer.key, answer.value)))

    def long(monitor: Monitor) -> Iterator[str]:
        while not go_on.wait(0.01) and not monitor.cancelled():
            pass
        yield "at last"

    def quick(_: Monitor) -> Iterator[str]:
        yield "at once"

    runner.submit("long", long, long=True)
    runner.submit("quick", quick)
    qtbot.waitUntil(lambda: ("quick", "at once") in answers)
    assert runner.busy and not any(key == "long" for key, _ in answers)
    go_on.set()
    qtbot.waitUntil(lambda: not runner.busy)
    assert ("long", "at last") in answers
    go_on.clear()
    runner.submit("long", long, long=True)
    runner.submit("quick", quick)
    assert runner.cancel() == ["long", "quick"] and not runner.busy
    answers.clear()
    runner.close()
    qtbot.wait(20)
    assert not answers


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("alpha", True), ("noise.sigma", True), ("noise.batch", False), ("loss.mu", True), ("loss.samples", False),
        ("compare.entries.0.method", True), ("compare.entries.99.hidden", False), ("converge.alpha.key", True),
        ("nothing", False), ("noise.sigma.key", True),
    ],
)  # fmt: skip
def test_what_a_path_names_may_be_gone(path: str, there: bool) -> None:
    assert leads_somewhere(State(), path) is there


def test_a_drag_goes_on_after_its_parameter_is_gone(
    qtbot: QtBot, make_window: Callable[[State], Window], caplog: pytest.LogCaptureFixture
) -> None:
    """The batch size was dragged, and Ctrl+Z brought back a noise without batches: the next move raised."""
    window = make_window(changed(State(), {"page": "good"}))
    view = next(iter(window.page.views.values()))
    before = window.store.state
    view.edited.emit({"noise.batch": 3})
    view.edited.emit({"compare.entries.99.hidden": True})
    assert window.store.state == before and not caplog.records
    view.edited.emit({"noise": MiniBatches(4), "noise.batch": 3})
    assert window.store.state.noise == MiniBatches(3)
