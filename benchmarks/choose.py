"""How fast parameters are chosen, in CPU time against a unit of this machine's work, and against brute force.

python -m benchmarks choose

The unit is one doubling of the second moments' maps of all cells of a full map, so that it tells how much array work an
answer is, on a busy machine too.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from qhm_math import QHM, expected_loss, max_stable_alpha
from qhm_math.choose import Problem, best_for_steps, cut_schedule, steps_to_target, trade_off
from qhm_math.choose.held import one_step, window
from qhm_math.choose.robust import Box, ErrorBox

STEPS = 1000
#: Cells of the page's first map and of the full one.
COARSE, FULL = (32, 24), (120, 90)
_FRAME, _WHOLE, _SECOND = "1 frame (17 ms)", "100 ms", "1 s"


def brute_force(problem: Problem, alphas: int, betas: int, nus: int) -> float:
    """The least held loss of a grid, from whole paths."""
    beta, nu = 1 - np.logspace(0, -3.5, betas)[:, None], np.linspace(0.0, 1.0, nus)
    share = np.logspace(-4, -0.01, alphas)[:, None, None]
    grid = QHM(max_stable_alpha(beta, nu, problem.L) * share, beta, nu)
    offset = np.sqrt(problem.offset_squares)
    path = expected_loss(grid, problem.curvatures, problem.noise_variances, offset, STEPS)
    return float(path[..., window(STEPS)[0] :].mean(axis=-1).min())


def timed(work: Callable[[], object], times: int = 3) -> float:
    """CPU seconds of the fastest of some."""
    seconds: list[float] = []
    for _ in range(times):
        begun = time.process_time()
        work()
        seconds.append(time.process_time() - begun)
    return min(seconds)


def cells(columns: int, rows: int) -> QHM:
    """A map over (α, β)."""
    return QHM(np.logspace(-2.5, 0.0, columns), np.linspace(0.0, 0.99, rows)[:, None], 0.8)


def measure() -> list[tuple[str, str, str]]:
    """Two modes, plain and under mini-batches: the front, maps, the best for 1,000 steps; a spectrum of 10,000."""
    two, batches = Problem.interval(0.1, 10.0, 0.3), Problem.mini_batches([0.1, 10.0], 0.3, 16)
    many = Problem.additive(10.0 * np.arange(1, 10_001) ** -0.5, 0.01)
    full = cells(*FULL)
    beta = np.broadcast_to(full.beta, full.shape)[..., None]
    step, _ = one_step(np.broadcast_to(full.alpha, full.shape)[..., None], beta, 0.8, two.curvatures)
    unit = timed(step.twice, 20)
    rows: list[tuple[str, str, str]] = []

    def row(name: str, work: Callable[[], object], goal: str, times: int = 3) -> float:
        seconds = timed(work, times)
        rows.append((name, f"{seconds / unit:.0f} units ({1e3 * seconds:.0f} ms of CPU)", goal))
        return seconds

    for words, problem in (("two modes", two), ("two modes, mini-batches", batches)):
        row(f"front, preview, {words}", lambda problem=problem: trade_off(problem, 24, preview=True), _FRAME)
        row(f"front, full, {words}", lambda problem=problem: trade_off(problem), _WHOLE)
        for size, goal in ((COARSE, _FRAME), (FULL, _WHOLE)):
            name = f"steps to a target, {' × '.join(map(str, size))} cells, {words}"
            row(name, lambda problem=problem, size=size: steps_to_target(problem, cells(*size), 0.02, 100_000), goal)
    row("best for 1,000 steps, first answer", lambda: best_for_steps(two, STEPS, rough=True), _FRAME)
    best = row("best for 1,000 steps, two modes", lambda: best_for_steps(two, STEPS), _SECOND)
    row("best for 1,000 steps, two modes, mini-batches", lambda: best_for_steps(batches, STEPS), _SECOND)
    row("best for 1,000 steps, 10,000 modes", lambda: best_for_steps(many, STEPS), _SECOND, 1)
    row("front, full, 10,000 modes", lambda: trade_off(many), _WHOLE, 1)
    for words, problem in (("two modes", two), ("two modes, mini-batches", batches)):
        nominal, wrong = best_for_steps(problem, STEPS).qhm, ErrorBox()
        box = Box(problem, STEPS, wrong, nominal)
        every = [one.with_errors(noise=factor) for one in box.problems for factor in wrong.noise]

        def together(problem: Problem = problem, nominal: QHM = nominal) -> object:
            return Box(problem, STEPS, ErrorBox(), nominal)

        def apart(every: list[Problem] = every, nominal: QHM = nominal) -> object:
            return [best_for_steps(one, STEPS, nominal) for one in every]

        seconds = row(f"best losses over a box of errors, {words}", together, _SECOND)
        rows.append((f"the same one after the other, {words}", f"{timed(apart, 1) / seconds:.1f} × as long", ""))
    row("α cut, 20,000 steps, mini-batches", lambda: cut_schedule(batches, QHM(0.3, 0.9, 1.0), 20_000), "", 1)
    sides = 24, 12, 8
    brute = timed(lambda: brute_force(two, *sides), 1)
    gained = brute_force(two, *sides) / best_for_steps(two, STEPS).held_loss
    name = f"best for 1,000 steps against brute force over {' × '.join(map(str, sides))} whole paths"
    return [*rows, (name, f"{brute / best:.1f} × faster, and a loss {gained:.2f} × lower", "")]
