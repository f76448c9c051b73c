"""How fast `rate_map` is: against the paper's formula in a Python loop, and against the machine itself.

    python benchmarks/rate_map.py

Prints ratios taken within one run, because times alone say more about the day than about the code.
"""

from __future__ import annotations

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy is imported

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from qhm_gui.commands.papers_search import scalar_rate
from qhm_math import rate_map

SIZE = 512
MU, L, NU = 0.04, 1.0, 0.7


def best_time(function: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of `repeats` calls."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - begin)
    return best


def measure() -> list[tuple[str, str, str]]:
    """Time a cell, gain over the loop, multiple of the time of two square roots."""
    alphas, betas = np.geomspace(1e-2, 10.0, SIZE), np.linspace(0.0, 0.999, SIZE)
    every = SIZE // 32
    sample = [(float(a), float(b)) for b in betas[::every] for a in alphas[::every]]
    values = np.random.default_rng(0).random((SIZE, SIZE))
    out = np.empty_like(values)

    def roots() -> None:
        np.sqrt(values, out=out)
        np.sqrt(values, out=out)

    cells = SIZE * SIZE
    # In turns, so that a slow spell of the machine meets all three alike.
    rounds = 5
    fast = loop = limit = float("inf")
    for _ in range(rounds):
        fast = min(fast, best_time(lambda: rate_map(alphas, betas, NU, MU, L), 8))
        loop = min(loop, best_time(lambda: [scalar_rate(a, b, NU, MU, L) for a, b in sample], 2))
        limit = min(limit, best_time(roots, 8))
    fast, loop, limit = fast / cells, loop / len(sample), limit / cells
    return [
        ("rate map, 512 × 512", f"{fast * 1e9:.1f} ns a cell", "12 ns"),
        ("  against the paper's formula in a loop", f"{loop / fast:.0f} × ({loop * 1e9:.0f} ns a cell)", "200 ×"),
        ("  beside two square roots a cell", f"{fast / limit:.1f} × ({limit * 1e9:.1f} ns a cell)", ""),
    ]


if __name__ == "__main__":
    for row in measure():
        print(*row, sep="  |  ")
