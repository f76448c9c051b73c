"""How fast parameters are chosen: the front against a frame, and the best for 1,000 steps against brute force.

python -m benchmarks choose
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from qhm_math import QHM, expected_loss, max_stable_alpha
from qhm_math.choose import Problem, best_for_steps, steps_to_target, trade_off
from qhm_math.choose.held import window

FRAME, STEPS = 1 / 60, 1000


def brute_force(problem: Problem, alphas: int, betas: int, nus: int) -> float:
    """The least held loss of a grid, from whole paths."""
    beta, nu = 1 - np.logspace(0, -3.5, betas)[:, None], np.linspace(0.0, 1.0, nus)
    share = np.logspace(-4, -0.01, alphas)[:, None, None]
    grid = QHM(max_stable_alpha(beta, nu, problem.L) * share, beta, nu)
    offset = np.sqrt(problem.offset_squares)
    path = expected_loss(grid, problem.curvatures, problem.noise_variances, offset, STEPS)
    return float(path[..., window(STEPS)[0] :].mean(axis=-1).min())


def timed(work: Callable[[], object], times: int = 3) -> float:
    """Seconds of the fastest of some."""
    seconds: list[float] = []
    for _ in range(times):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def measure() -> list[tuple[str, str, str]]:
    """Two modes: the front, a map of steps to a target, the best for 1,000 steps; and a spectrum of 10,000."""
    two = Problem.interval(0.1, 10.0, 0.3)
    many = Problem.additive(10.0 * np.arange(1, 10_001) ** -0.5, 0.01)
    batches = Problem.mini_batches([0.1, 10.0], 0.3, 16)
    preview, full = timed(lambda: trade_off(two, 24, preview=True), 10), timed(lambda: trade_off(two), 10)
    with_batches = timed(lambda: trade_off(batches))
    alphas, betas = np.logspace(-2.5, 0.0, 30), np.linspace(0.0, 0.99, 30)[:, None]
    mapped = timed(lambda: steps_to_target(two, QHM(alphas, betas, 0.8), 0.02, 10_000))
    best = timed(lambda: best_for_steps(two, STEPS))
    sides = 24, 12, 8
    brute = timed(lambda: brute_force(two, *sides), 1)
    gained = brute_force(two, *sides) / best_for_steps(two, STEPS).held_loss
    every = timed(lambda: best_for_steps(many, STEPS), 1)
    return [
        ("front, preview, two modes", f"{preview / FRAME:.2f} frames ({1e3 * preview:.0f} ms)", "1 frame"),
        ("front, full, two modes", f"{full / FRAME:.1f} frames ({1e3 * full:.0f} ms)", "6 frames (100 ms)"),
        ("front, full, two modes, mini-batches", f"{with_batches / FRAME:.1f} frames", "6 frames (100 ms)"),
        ("steps to a target, 30 × 30 cells", f"{mapped / FRAME:.1f} frames", "6 frames (100 ms)"),
        ("best for 1,000 steps, two modes", f"{best:.2f} s", "1 s"),
        (
            f"the same against brute force over {' × '.join(map(str, sides))} whole paths",
            f"{brute / best:.1f} × faster, and a loss {gained:.2f} × lower",
            "",
        ),
        ("best for 1,000 steps, 10,000 modes", f"{every / best:.1f} × as long", ""),
    ]
