"""The network of the page "Experiments": what watching costs a step, and whether the window keeps up while it trains.

python -m benchmarks network
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.drag import FRAME_MS, Turns, shown_window
from qhm_gui.appearance.application import make_application
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.state import State, changed
from qhm_math.lanczos import lanczos
from qhm_math.networks import EVERY, DigitsNetwork, Stretch, forget_runs, train

STEPS, ROUNDS = 600, 3
_PRESET = "edge-half"
_NAP = 0.0002
#: Seconds of the processor's time: a turn of fewer has done nothing.
_SOMETHING = 2e-4


def measure() -> list[tuple[str, str, str]]:
    """Watching against steps alone; one product against one gradient; the window's turns while it trains."""
    return [*costs(), *frames()]


def preset() -> State:
    """A run that meets the line."""
    changes = next(one.changes for one in presets_of("experiments") if one.key == _PRESET)
    return changed(State(), {**changes, "page": "experiments", "experiments.steps": 3000})


def costs() -> list[tuple[str, str, str]]:
    """Times of a watched run, of its steps alone, of a gradient, of a product and of a cold Lanczos."""
    network, point = DigitsNetwork(seed=7), preset().point
    loss = network.loss()
    watched, alone = [], []
    for _ in range(ROUNDS):
        forget_runs()
        begun = time.thread_time()
        for _record in train(network, [Stretch(STEPS, point)]):
            pass
        watched.append(time.thread_time() - begun)
        theta, buffer = network.start(), np.zeros(loss.size)
        begun = time.thread_time()
        for _step in range(STEPS):
            gradient = loss.at(theta).gradient
            buffer = point.beta * buffer + (1 - point.beta) * gradient
            theta = theta - point.alpha * ((1 - point.nu) * gradient + point.nu * buffer)
        alone.append(time.thread_time() - begun)
    here = loss.at(theta)
    vector = np.random.default_rng(0).standard_normal(loss.size)
    product, cold = (
        thread_seconds(lambda: here.hessian_product(vector), 100),
        thread_seconds(lambda: lanczos(here.hessian_product, vector, 30), 3),
    )
    step = min(alone) / STEPS
    return [
        (
            f"sharpness every {EVERY} steps of a network of {loss.size} weights",
            f"{min(watched) / min(alone):.2f} × its steps alone ({1e3 * min(watched) / STEPS:.2f} ms a step)",
            "2 ×",
        ),
        ("a product with the Hessian", f"{product / step:.2f} × a step ({1e3 * step:.2f} ms)", "2 ×"),
        ("30 steps of Lanczos, all made orthogonal", f"{cold / (30 * product):.2f} × its products alone", "1.2 ×"),
    ]


def thread_seconds(act: object, times: int) -> float:
    """The processor's time of this thread for one call."""
    assert callable(act)
    begun = time.thread_time()
    for _ in range(times):
        act()
    return (time.thread_time() - begun) / times


def frames() -> list[tuple[str, str, str]]:
    """How long the window is busy at a time while the network trains and while a sweep does, and how often its pictures
    change."""
    forget_runs()
    training = watched("while it trains", preset(), "sharpness", lambda result: len(result.record.steps), 20)
    changes = {"page": "experiments", "expanded": "sweep", **SWEEP}
    state = changed(State(), changes)
    return [*training, *watched("while a sweep does", state, "sweep", cells_of, 1)]


def cells_of(result: Any) -> int:
    """How many cells of a sweep are known."""
    return int(np.isfinite(result.grid.columns["mean"]).sum())


#: A sweep that is worth a process a core, whose curves and theory are shown.
SWEEP = {
    "experiments.sweep_problem": "softmax-digits", "experiments.sweep_cells": 24, "experiments.sweep_steps": 600,
    "tie": "free", "alpha": 6.0, "beta": 0.0, "nu": 1.0,
}  # fmt: skip


def watched(words: str, state: State, key: str, done: Callable[[Any], int], first: int) -> list[tuple[str, str, str]]:
    """The turns of a window that shows `state`, from when the view `key` shows `first` of what is `done` of a run."""
    with shown_window(changed(State(), {"page": "compare", "steps": 10})) as window:
        app = make_application()
        window.page  # noqa: B018
        window.store.replace(state)
        view = window.page.views[key]
        while view.result is None or done(view.result) < first:  # the page is laid out and painted
            app.processEvents()
            time.sleep(_NAP)
        times: list[float] = []
        own: list[float] = []
        shown: set[int] = set()
        begun = time.perf_counter()
        while window.runner.busy:
            turns = Turns(app, window)
            turns.turn()
            if turns.own > _SOMETHING:  # a turn in which nothing is done says nothing
                times.append(1e3 * turns.longest)
                own.append(1e3 * turns.own)
            shown.add(done(view.result))
            time.sleep(_NAP)
        seconds = time.perf_counter() - begun
    slow = float(np.percentile(times, 95))
    late = float(np.mean(np.array(times) > FRAME_MS))
    return [
        (
            f"window busy at a time {words}",
            f"{slow / FRAME_MS:.2f} × a 16.7 ms frame at the 95th percentile of the turns in which it does something "
            f"({np.percentile(own, 95):.1f} ms of it the thread's own, {max(own):.1f} ms in the longest turn; "
            f"{100 * late:.1f} % are longer than a frame)",
            "1 ×",
        ),
        ("  pictures of it", f"{len(shown) / seconds:.0f} a second, {max(shown) / seconds:.0f} points a second", ""),
    ]


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
