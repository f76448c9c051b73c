"""How fast the expected loss under mini-batches is followed: 10,000 modes, 10,000 steps.

    python -m benchmarks minibatch

Beside it stand the recurrence written out step by step in arrays, and the least that it could take: to read the 6
numbers that a step needs of every mode from memory once.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from qhm_math import QHM, minibatch_expected_loss

MODES, STEPS, SHORT = 10_000, 10_000, 500


def step_by_step(qhm: QHM, lam: np.ndarray, variance: float, batch: float, offset: np.ndarray, steps: int) -> float:
    """The expected loss after the last step: E dd, dx, xx of every mode, a step at a time."""
    alpha, beta, nu = float(qhm.alpha), float(qhm.beta), float(qhm.nu)
    pull, rest, drag, kick = (
        (1 - beta) * lam,
        1 - alpha * (1 - nu * beta) * lam,
        alpha * nu * beta,
        alpha * (1 - nu * beta),
    )
    dd, dx, xx = np.zeros_like(lam), np.zeros_like(lam), offset**2
    for _ in range(steps):
        q = lam / batch * (lam * xx + (lam @ xx + variance))
        dd, dx, xx = (
            beta**2 * dd + 2 * beta * pull * dx + pull**2 * xx + (1 - beta) ** 2 * q,
            -beta * drag * dd + (beta * rest - pull * drag) * dx + pull * rest * xx - (1 - beta) * kick * q,
            drag**2 * dd - 2 * rest * drag * dx + rest**2 * xx + kick**2 * q,
        )
    return float(lam @ xx) / 2


def timed(work: Callable[[], object]) -> float:
    """Seconds of the fastest of three."""
    seconds: list[float] = []
    for _ in range(3):
        begun = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - begun)
    return min(seconds)


def measure() -> list[tuple[str, str, str]]:
    """One row against the plain loop, one against the memory."""
    lam = np.arange(1, MODES + 1) ** -1.0
    offset, qhm = np.random.default_rng(0).normal(size=MODES), QHM(1.0, 0.9, 0.7)
    ours = timed(lambda: minibatch_expected_loss(qhm, lam, 0.1, 64, offset, STEPS))
    plain = timed(lambda: step_by_step(qhm, lam, 0.1, 64, offset, SHORT)) * STEPS / SHORT
    rows, vector = np.ones((64, 6 * MODES)), np.ones(6 * MODES)
    memory = timed(lambda: rows @ vector) * STEPS / len(rows)
    return [
        (
            "mini-batches, 10,000 modes × 10,000 steps",
            f"{plain / ours:.1f} × faster than the recurrence step by step ({ours:.2f} s)",
            "1 s",
        ),
        ("the same against reading its numbers from memory once", f"{ours / memory:.1f} ×", ""),
    ]
