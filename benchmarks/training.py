"""How fast 900 settings of softmax regression are trained at once on MNIST: against one at a time, and of the peak.

In settings × samples a second of the processor's time, as ratios taken within one run. One thread each; a sweep has a
process a core.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qhm_math.data import load_images
from qhm_math.experiments import processes
from qhm_math.experiments.classifiers import SoftmaxRegression
from qhm_math.experiments.stacked import Batch, Points, Stack
from qhm_math.experiments.tasks import ImageTask

SETTINGS, BLOCK, BATCH, STEPS = 900, 60, 128, 12
_ROUNDS = 6
#: Rows of the square products that the peak is the best of, and how many of each are timed together.
_SQUARES = ((768, 8), (1024, 4), (2048, 1))


def settings() -> Points:
    """Figure 3's grid at ν = .7."""
    alpha, beta = np.meshgrid(np.linspace(0.01, 1.5, 30), np.linspace(0, 0.999, 30))
    return alpha.ravel(), beta.ravel(), np.full(SETTINGS, 0.7)


def timed(act: Callable[[], object]) -> float:
    """The processor's time for one call, of all threads: who else is at work meanwhile takes none of it."""
    begin = time.process_time()
    act()
    return time.process_time() - begin


def steps(stacks: list[Stack], batches: list[Batch]) -> None:
    """`STEPS` steps of all stacks, one after the other."""
    for one in stacks:
        for batch in batches:
            one.step(batch)


def peak(square: NDArray[np.float32], times: int) -> float:
    """Multiplications and additions a second of a product of a square matrix with itself, in single precision."""
    taken = timed(lambda: [square @ square for _ in range(times)])
    return times * 2 * len(square) ** 3 / taken


def torch_step(inputs: int) -> Callable[[list[Batch]], object] | None:
    """One setting in PyTorch, by autograd and its fused update; None where it is not installed."""
    if importlib.util.find_spec("torch") is None:
        return None
    torch: Any = importlib.import_module("torch")
    torch.set_num_threads(1)
    model = torch.nn.Linear(inputs, 10, bias=False)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, dampening=0.9, weight_decay=1e-3)

    def run(batches: list[Batch]) -> None:
        for x, answers in batches:
            optimizer.zero_grad()
            labels = torch.from_numpy(answers.argmax(axis=0))
            torch.nn.functional.cross_entropy(model(torch.from_numpy(x)), labels).backward()
            optimizer.step()

    return run


def torch_stacked(inputs: int) -> Callable[[list[Batch]], object] | None:
    """A block of settings in PyTorch, stacked in the same way, with the same gradient."""
    if importlib.util.find_spec("torch") is None:
        return None
    torch: Any = importlib.import_module("torch")
    w = torch.zeros(BLOCK, 10, inputs)
    d, alpha = torch.zeros_like(w), torch.full((BLOCK, 1, 1), 0.1)
    beta = nu = torch.full((BLOCK, 1, 1), 0.7)

    def run(batches: list[Batch]) -> None:
        with torch.no_grad():
            for x, answers in batches:
                pixels, y = torch.from_numpy(x), torch.from_numpy(answers)
                logits = (w.view(-1, inputs) @ pixels.T).view(BLOCK, 10, -1)
                error = (torch.softmax(logits, 1) - y) / len(x)
                g = (error.view(BLOCK * 10, -1) @ pixels).view_as(w) + 1e-3 * w
                d.mul_(beta).add_((1 - beta) * g)
                w.sub_(alpha * ((1 - nu) * g + nu * d))

    return run


def stacks_of(model: SoftmaxRegression, start: NDArray[np.float64]) -> list[Stack]:
    """All settings, `BLOCK` of them in one."""
    alpha, beta, nu = settings()
    parts = [slice(i, i + BLOCK) for i in range(0, SETTINGS, BLOCK)]
    return [Stack(model, (alpha[part], beta[part], nu[part]), start) for part in parts]


def a_core(_: int) -> float:
    """Settings × samples a second that one process makes, as a worker of a sweep."""
    images = load_images("mnist")
    model = SoftmaxRegression(images.train_images[0].size + 1, 1e-3)
    task = ImageTask(model, images, BLOCK, 1)
    batches, stacks = list(task.batches(0, STEPS, BATCH)), stacks_of(model, task.start(0))
    taken = sum(timed(lambda: steps(stacks, batches)) for _ in range(_ROUNDS))
    return _ROUNDS * SETTINGS * STEPS * BATCH / taken


def all_cores() -> float:
    """The same of a process a core, all at once."""
    cores = os.cpu_count() or 1
    with processes(cores) as pool:
        return sum(pool.map(a_core, range(cores)))


def measure() -> list[tuple[str, str, str]]:
    """(what, result, goal)."""
    images = load_images("mnist")
    inputs = images.train_images[0].size + 1
    model = SoftmaxRegression(inputs, 1e-3)
    task = ImageTask(model, images, BLOCK, 1)
    batches = list(task.batches(0, STEPS, BATCH))
    points, start = settings(), task.start(0)
    stacks = stacks_of(model, start)
    alone = [Stack(model, (points[0][:1], points[1][:1], points[2][:1]), start)]
    by_torch, by_torch_stacked = torch_step(inputs), torch_stacked(inputs)
    squares = [(np.random.default_rng(0).standard_normal((n, n), dtype=np.float32), times) for n, times in _SQUARES]
    ours = one = one_torch = stacked_torch = float("inf")
    most = 0.0
    for _ in range(_ROUNDS):  # in turns, so that a slow spell of the machine meets all alike
        most = max(most, *(peak(*square) for square in squares))
        ours = min(ours, timed(lambda: steps(stacks, batches)) / SETTINGS)
        one = min(one, timed(lambda: steps(alone, batches)))
        if by_torch is not None and by_torch_stacked is not None:
            one_torch = min(one_torch, timed(lambda: by_torch(batches)))
            stacked_torch = min(stacked_torch, timed(lambda: by_torch_stacked(batches)) / BLOCK)
    rate = STEPS * BATCH / ours
    share = 4 * 10 * inputs * rate / most
    missing = "PyTorch is not installed"
    together = missing
    if by_torch is not None:
        cores, alone_here = one_torch * all_cores() / (STEPS * BATCH), one_torch / ours
        together = f"{cores:.1f} ×, on one core {alone_here:.1f} × (at the products' peak {alone_here / share:.1f} ×)"
    return [
        (f"softmax regression, {SETTINGS} settings at once, one thread", f"{rate / 1e6:.2f} million a second", ""),
        ("  gain over one at a time in NumPy", f"{one / ours:.1f} ×", ""),
        (f"  gain over one at a time in PyTorch, with a process on each of {os.cpu_count()} cores", together, "15 ×"),
        ("  beside PyTorch stacked", missing if by_torch is None else f"{stacked_torch / ours:.2f} × as fast", "1 ×"),
        ("  share of the matrix product's peak", f"{share:.2f} ({most / 1e9:.0f} GFLOP/s)", "0.7"),
    ]


if __name__ == "__main__":
    for row in measure():
        print(": ".join(row[:2]))
