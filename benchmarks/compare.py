"""Twelve methods for 5,000 steps on Rosenbrock's function, beside a loop over torch.optim where PyTorch is installed.

Ratios are taken within one run. Of PyTorch a part of the steps is timed and scaled up.
"""

from __future__ import annotations

import importlib
import importlib.util
import time
from typing import Any

from qhm_math import NAG, SGD, SHB, QHMMethod, Rosenbrock
from qhm_math.compare import compare
from qhm_math.expression import TypedLoss
from qhm_math.methods import AdaDelta, AdaGrad, Adam, AdamW, Method, QHAdam, RMSProp

STEPS, START = 5000, (-1.2, 1.0)
_SAMPLE, _ROUNDS = 300, 3

METHODS: list[Method] = [
    SGD(1e-3),
    SHB(1e-3, 0.9),
    SHB(2e-3, 0.9),
    NAG(1e-3, 0.9),
    QHMMethod(1e-3, 0.9, 0.7),
    AdaGrad(0.5),
    AdaDelta(1.0),
    RMSProp(0.01),
    RMSProp(0.01, 0.9, 0.5),
    Adam(0.05),
    AdamW(0.05),
    QHAdam(0.05),
]


def torch_loop(steps: int) -> float | None:
    """Seconds for the same methods as torch.optim has them (Adam for QHAdam, SGD for QHM), one after the other.

    None where PyTorch is not installed.
    """
    if importlib.util.find_spec("torch") is None:
        return None
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    optim = torch.optim
    makers = [
        lambda x: optim.SGD(x, lr=1e-3),
        *[lambda x: optim.SGD(x, lr=1e-4, momentum=0.9)] * 2,
        *[lambda x: optim.SGD(x, lr=1e-4, momentum=0.9, nesterov=True)] * 2,
        lambda x: optim.Adagrad(x, lr=0.5),
        lambda x: optim.Adadelta(x, lr=1.0),
        lambda x: optim.RMSprop(x, lr=0.01),
        lambda x: optim.RMSprop(x, lr=0.01, alpha=0.9, momentum=0.5),
        lambda x: optim.Adam(x, lr=0.05),
        lambda x: optim.AdamW(x, lr=0.05),
        lambda x: optim.Adam(x, lr=0.05),
    ]
    begin = time.perf_counter()
    for make in makers:
        x = torch.tensor(START, dtype=torch.float64, requires_grad=True)
        optimizer = make([x])
        for _ in range(steps):
            optimizer.zero_grad()
            ((1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2).backward()
            optimizer.step()
    return time.perf_counter() - begin


def timed(loss: Any, record: bool) -> float:
    """Seconds of one comparison."""
    begin = time.perf_counter()
    compare(loss, METHODS, START, STEPS, record=record)
    return time.perf_counter() - begin


def measure() -> list[tuple[str, str, str]]:
    """(what, result, goal)."""
    typed = TypedLoss("(1-x)**2 + 100*(y-x**2)**2")
    timed(typed, False)
    ours = recorded = own = loop = float("inf")
    torch_loop(20)
    # In turns, so that a slow spell of the machine meets all alike.
    for _ in range(_ROUNDS):
        ours = min(ours, timed(Rosenbrock(), False))
        recorded = min(recorded, timed(Rosenbrock(), True))
        own = min(own, timed(typed, False))
        taken = torch_loop(_SAMPLE)
        loop = loop if taken is None else min(loop, taken * STEPS / _SAMPLE)
    beside = (
        "PyTorch is not installed" if loop == float("inf") else f"{loop / ours:.0f} × ({loop:.1f} s, from a sample)"
    )
    return [
        (f"{len(METHODS)} methods × {STEPS:,} steps on Rosenbrock", f"{ours * 1e3:.0f} ms", ""),
        ("  gain over a loop over torch.optim", beside, "20 ×"),
        ("  with every step recorded", f"{recorded * 1e3:.0f} ms", ""),
        ("  the same loss typed in", f"{own * 1e3:.0f} ms", ""),
    ]


if __name__ == "__main__":
    for row in measure():
        print(": ".join(row[:2]))
