"""The monkey finds what it looks for, makes it short, and finds nothing in the program. ``make soak`` plays longer."""

from __future__ import annotations

import gc
import logging
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEventLoop, QTimer, qWarning
from PySide6.QtWidgets import QApplication

from tests.monkey.monkey import random_step
from tests.monkey.rows import ROWS
from tests.monkey.shrink import shortest
from tests.monkey.watch import Memory, Watch, growth

ROOT = Path(__file__).resolve().parents[2]


def play(*options: str) -> subprocess.CompletedProcess[str]:
    """The monkey in a process of its own."""
    line = [sys.executable, "-m", "tests.monkey", *options]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)


@pytest.mark.slow
def test_thirty_acts_do_no_harm() -> None:
    # no moment is too long here: the machine may be busy with other tests
    done = play("--seed=1", "--actions=30", "--frozen=60", "--epoch=0", "--no-shrink")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


@pytest.mark.slow
@pytest.mark.soak
def test_twenty_thousand_acts_do_no_harm() -> None:
    done = play("--seed=2", "--actions=20000")
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-4000:]


# The monkey itself


def a_slot_that_raises() -> None:
    raise ValueError("in a slot")


def a_thread_that_raises() -> None:
    thread = threading.Thread(target=a_slot_that_raises)
    thread.start()
    thread.join()


def a_long_moment() -> None:
    end = time.thread_time() + 0.2
    while time.thread_time() < end:
        pass


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (a_slot_that_raises, "exception"),
        (a_thread_that_raises, "exception in a thread"),
        (lambda: qWarning("of Qt"), "Qt"),
        (lambda: warnings.warn("of Python", RuntimeWarning, stacklevel=2), "warning"),
        (lambda: logging.getLogger("qhm").error("told to the log"), "log"),
        (a_long_moment, "frozen"),
    ],
)
@pytest.mark.slow
def test_what_must_not_happen_is_noticed(qapp: QApplication, act: Callable[[], None], kind: str) -> None:
    watch = Watch(frozen=0.1)
    loop = QEventLoop()
    with watch.on():
        QTimer.singleShot(0, act)
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    assert [fault.kind for fault in watch.found] == [kind]


@pytest.mark.slow
def test_what_the_monkey_does_itself_freezes_nothing(qapp: QApplication) -> None:
    watch = Watch(frozen=0.1)
    loop = QEventLoop()

    def own() -> None:
        with watch.own_work():
            a_long_moment()

    with watch.on():
        QTimer.singleShot(0, own)
        QTimer.singleShot(20, loop.quit)
        loop.exec()
    assert watch.found == []


def test_what_the_collector_takes_is_told_of_a_frozen_moment(qapp: QApplication) -> None:
    """It comes at any allocation: 46 samples of one harmless line said nothing."""
    watch = Watch(frozen=-1.0)
    with watch.on():
        gc.collect()
        assert watch._collected > 0
        watch._look()
        assert watch._collected == 0
    assert "Python's collector" in watch.found[0].text


def test_growth_is_told_from_a_warm_up() -> None:
    def samples(*objects: int) -> list[Memory]:
        return [Memory(n, count, 100.0, Counter()) for n, count in enumerate(objects)]

    assert growth(samples(10, 50, 90, 100, 101, 99, 100, 102, 100)) is None
    assert growth(samples(10, 50, 90, 100, 110, 120, 140, 150, 160)) is not None
    assert growth(samples(1, 2, 3)) is None


@pytest.mark.parametrize("needed", [{3}, {0, 99}, {17, 18, 64}, set(range(40, 47))])
def test_only_what_is_needed_is_left(needed: set[int]) -> None:
    tried: list[int] = []

    def fails(steps: list[int]) -> bool:
        tried.append(len(steps))
        return needed <= set(steps)

    assert shortest(list(range(100)), fails) == sorted(needed)
    assert len(tried) < 200


def test_a_seed_draws_the_same_acts_again() -> None:
    rows = list(ROWS.values())
    first = [random_step(5, number, rows) for number in range(200)]
    assert first == [random_step(5, number, rows) for number in range(200)]
    assert first != [random_step(6, number, rows) for number in range(200)]
    assert len({key for key, _ in first}) > len(rows) / 2
