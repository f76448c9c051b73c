"""Softmax regression with L2 on the first 4,000 digits of MNIST: a convex loss with the noise of real mini-batches.

The run is probed where PyTorch's SGD has brought it, on its plateau. The plateaus of other settings start at the
minimum and are burnt in for five times the slowest mode's 1/(α λ).
"""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch  # pyright: ignore[reportMissingImports]  (in an environment of its own)
from scipy.optimize import minimize

from .measured import keep, mean_with_error

EXAMPLES, CLASSES, PENALTY = 4000, 10, 0.01
#: α, β, ν, B
SETTINGS = (
    (0.2, 0.0, 1.0, 64),
    (0.05, 0.0, 1.0, 16),
    (0.2, 0.9, 1.0, 64),
    (0.2, 0.9, 0.9, 64),
    (0.2, 0.9, 0.7, 64),
    (0.4, 0.95, 1.0, 128),
    (0.4, 0.99, 0.7, 256),
    (0.1, 0.9, 0.7, 32),
    (0.6, 0.99, 1.0, 256),
    (0.1, 0.99, 1.0, 16),
    (0.3, 0.8, 0.8, 128),
    (0.3, 0.999, 0.9, 128),
)
RUN = (0.02, 0.9, 64)  # lr, momentum, batch of the run that is probed: α = 0.2
STEPS, EVERY = 40_000, 40


def digits(folder: Path) -> tuple[np.ndarray, np.ndarray]:
    """Pixels in [0, 1] with a column of ones, (n, 785), and labels, (n,)."""
    images = gzip.decompress((folder / "train-images-idx3-ubyte.gz").read_bytes())
    labels = gzip.decompress((folder / "train-labels-idx1-ubyte.gz").read_bytes())
    pixels = np.frombuffer(images, np.uint8, EXAMPLES * 784, 16).reshape(EXAMPLES, 784) / 255
    return np.hstack([pixels, np.ones((EXAMPLES, 1))]), np.frombuffer(labels, np.uint8, EXAMPLES, 8).astype(int)


class Softmax:
    """The mean cross-entropy plus (PENALTY/2) |w|², of weights (785, 10)."""

    def __init__(self, x: np.ndarray, y: np.ndarray) -> None:
        self.x, self.y = x, np.eye(CLASSES)[y]

    def loss(self, w: np.ndarray) -> float:
        scores = self.x @ w
        top = scores.max(axis=1)
        entropy = top + np.log(np.exp(scores - top[:, None]).sum(axis=1)) - (scores * self.y).sum(axis=1)
        return float(entropy.mean() + PENALTY / 2 * (w * w).sum())

    def gradient(self, w: np.ndarray, rows: Any = slice(None)) -> np.ndarray:
        x = self.x[rows]
        scores = x @ w
        scores = np.exp(scores - scores.max(axis=1, keepdims=True))
        scores /= scores.sum(axis=1, keepdims=True)
        return x.T @ (scores - self.y[rows]) / len(x) + PENALTY * w

    def minimum(self) -> np.ndarray:
        shape = (self.x.shape[1], CLASSES)
        found = minimize(
            lambda w: (self.loss(w.reshape(shape)), self.gradient(w.reshape(shape)).ravel()),
            np.zeros(shape[0] * CLASSES),
            jac=True,
            method="L-BFGS-B",
            options={"maxiter": 5000, "gtol": 1e-9, "ftol": 1e-16},
        )
        return found.x.reshape(shape)


def run(
    problem: Softmax, start: np.ndarray, setting: tuple[float, float, float, int], steps: int, seed: int, burn_in: int
) -> tuple[np.ndarray, list[float]]:
    """QHM from `start`, batches drawn with replacement: the last iterate, and the losses after the burn-in."""
    alpha, beta, nu, batch = setting
    rng = np.random.default_rng(seed)
    w, d, losses = start.copy(), np.zeros_like(start), []
    for k in range(1, burn_in + steps + 1):
        g = problem.gradient(w, rng.integers(0, EXAMPLES, batch))
        d *= beta
        d += (1 - beta) * g
        w -= alpha * ((1 - nu) * g + nu * d)
        if k > burn_in and k % EVERY == 0:
            losses.append(problem.loss(w))
    return w, losses


def probe(problem: Softmax, labels: np.ndarray, w: np.ndarray, path: Path) -> None:
    """Write the probe of the run at these weights."""
    from write_probe import write_probe  # pyright: ignore[reportMissingImports]  (a file of the resources)

    torch.manual_seed(0)
    model = torch.nn.Linear(784, CLASSES, dtype=torch.float64)
    with torch.no_grad():
        model.weight.copy_(torch.tensor(w[:-1].T))
        model.bias.copy_(torch.tensor(w[-1]))
    data = torch.utils.data.TensorDataset(torch.tensor(problem.x[:, :-1]), torch.tensor(labels))
    loader = torch.utils.data.DataLoader(data, batch_size=RUN[2], shuffle=True)
    optimizer = torch.optim.SGD(model.parameters(), lr=RUN[0], momentum=RUN[1], weight_decay=PENALTY)
    entropy = torch.nn.functional.cross_entropy
    write_probe(
        model, entropy, loader, optimizer, step=20_000, path=path, batches=len(loader), norms=EXAMPLES, steps=20
    )


def record(folder: Path, name: str, out: Path) -> None:
    """The probe and the plateaus."""
    torch.set_num_threads(1)
    x, labels = digits(folder)
    problem = Softmax(x, labels)
    best = problem.minimum()
    floor = problem.loss(best)
    print(f"minimum {floor:.9f}, |gradient| {np.abs(problem.gradient(best)).max():.1e}", flush=True)
    setting = (RUN[0] / (1 - RUN[1]), RUN[1], 1.0, RUN[2])
    w, _ = run(problem, np.zeros_like(best), setting, 0, 99, 20_000)
    probe(problem, labels, w, out / f"{name}.npz")
    rows: list[dict[str, Any]] = []
    for seed, (alpha, beta, nu, batch) in enumerate(SETTINGS):
        began = time.monotonic()
        burn_in = int(5 / (alpha * PENALTY))
        _, losses = run(problem, best, (alpha, beta, nu, batch), STEPS, seed, burn_in)
        mean, error = mean_with_error(losses)
        rows.append({"alpha": alpha, "beta": beta, "nu": nu, "batch": batch, "loss": mean - floor, "error": error})
        print(rows[-1], f"{time.monotonic() - began:.0f} s", flush=True)
        keep(name, {"loss at the minimum": floor, "examples": EXAMPLES, "penalty": PENALTY, "steps": STEPS}, rows)
