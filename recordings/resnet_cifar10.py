"""A small residual network on 1,024 images of CIFAR-10: not convex, so that a plateau is local if there is one.

Three stages of one block, width 8, images of 16 × 16, SiLU (a loss with a Hessian), and no normalisation: weights
before one have a scale that the loss does not see, and with weight decay there is no minimum. The run is brought near
a minimum by annealing and full gradients; every setting starts there, is burnt in, and is measured against the loss
there.
"""

from __future__ import annotations

import gzip
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch  # pyright: ignore[reportMissingImports]  (in an environment of its own)
from torch import nn  # pyright: ignore[reportMissingImports]

from .measured import keep, mean_with_error

EXAMPLES, WIDTH, DECAY, RUN_BATCH = 1024, 8, 0.02, 64
#: α, β, ν, B
SETTINGS = (
    (0.1, 0.9, 1.0, 64),
    (0.05, 0.5, 1.0, 64),
    (0.05, 0.9, 0.7, 64),
    (0.05, 0.99, 0.7, 32),
    (0.1, 0.9, 1.0, 256),
    (0.05, 0.9, 0.9, 32),
    (0.1, 0.95, 0.9, 128),
    (0.1, 0.99, 1.0, 64),
)
FIRST, ANNEALED, DESCENT, STEPS, EVERY = 3000, 2000, 300, 2000, 20


class Block(nn.Module):
    """Two convolutions and what they are added to."""

    def __init__(self, before: int, width: int, stride: int) -> None:
        super().__init__()
        self.inner = nn.Sequential(
            nn.SiLU(), nn.Conv2d(before, width, 3, stride, 1), nn.SiLU(), nn.Conv2d(width, width, 3, 1, 1)
        )
        plain = before == width and stride == 1
        self.past = nn.Identity() if plain else nn.Conv2d(before, width, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.past(x) + self.inner(x)


def network() -> nn.Module:
    """The network with its first weights."""
    torch.manual_seed(0)
    return nn.Sequential(
        nn.Conv2d(3, WIDTH, 3, 1, 1),
        Block(WIDTH, WIDTH, 1),
        Block(WIDTH, 2 * WIDTH, 2),
        Block(2 * WIDTH, 4 * WIDTH, 2),
        nn.SiLU(),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Linear(4 * WIDTH, 10),
    )


def images(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, 3, 16, 16), of mean 0 and deviation 1 in each channel, and labels."""
    records = np.frombuffer(gzip.decompress((folder / "data_batch_1.bin.gz").read_bytes()), np.uint8)
    records = records.reshape(-1, 3073)[:EXAMPLES]
    pixels = torch.tensor(records[:, 1:].reshape(-1, 3, 32, 32) / 255, dtype=torch.float32)
    pixels = nn.functional.avg_pool2d(pixels, 2)
    mean, deviation = pixels.mean((0, 2, 3), keepdim=True), pixels.std((0, 2, 3), keepdim=True)
    return (pixels - mean) / deviation, torch.tensor(records[:, 0].astype(np.int64))


class Run:
    """A network under QHM, with batches drawn with replacement; the objective is loss + (DECAY/2) |x|²."""

    def __init__(self, model: nn.Module, x: torch.Tensor, y: torch.Tensor, seed: int) -> None:
        self.model, self.x, self.y = model, x, y
        self.values = list(model.parameters())
        self.buffers = [torch.zeros_like(p) for p in self.values]
        self.generator = torch.Generator().manual_seed(seed)

    @torch.no_grad()
    def loss(self) -> float:
        """The objective over all examples."""
        entropy = nn.functional.cross_entropy(self.model(self.x).double(), self.y)
        return float(entropy + DECAY / 2 * sum((p.double() ** 2).sum() for p in self.values))

    def step(self, alpha: float, beta: float, nu: float, batch: int | None) -> None:
        """One step; of the full gradient where there is no batch."""
        rows = slice(None) if batch is None else torch.randint(0, len(self.x), (batch,), generator=self.generator)
        loss = nn.functional.cross_entropy(self.model(self.x[rows]), self.y[rows])
        gradients = torch._foreach_add(torch.autograd.grad(loss, self.values), self.values, alpha=DECAY)
        torch._foreach_mul_(self.buffers, beta)
        torch._foreach_add_(self.buffers, gradients, alpha=1 - beta)
        with torch.no_grad():
            torch._foreach_add_(self.values, gradients, alpha=-alpha * (1 - nu))
            torch._foreach_add_(self.values, self.buffers, alpha=-alpha * nu)


def record(folder: Path, name: str, out: Path) -> None:
    """The probe and the plateaus."""
    from write_probe import write_probe  # pyright: ignore[reportMissingImports]  (a file of the resources)

    torch.set_num_threads(1)
    x, y = images(folder)
    model = network()
    run, began = Run(model, x, y, 99), time.monotonic()
    for _ in range(FIRST):
        run.step(0.1, 0.9, 1.0, RUN_BATCH)
    for k in range(ANNEALED):
        run.step(0.1 * 0.2 ** (k / ANNEALED), 0.9, 1.0, RUN_BATCH)
        if k % 500 == 0:
            print(f"annealed {k}: {run.loss():.5f}, {time.monotonic() - began:.0f} s", flush=True)
    for k in range(DESCENT):
        run.step(0.05, 0.9, 1.0, None)
        if k % 100 == 0:
            print(f"full gradients {k}: {run.loss():.6f}, {time.monotonic() - began:.0f} s", flush=True)
    floor, best = run.loss(), [p.detach().clone() for p in run.values]
    facts = {"loss at the minimum": floor, "examples": EXAMPLES, "decay": DECAY, "steps": STEPS}
    rows: list[dict[str, Any]] = []
    for seed, (alpha, beta, nu, batch) in enumerate(SETTINGS):
        with torch.no_grad():
            torch._foreach_copy_(list(model.parameters()), best)
        one, losses, burn_in = Run(model, x, y, seed), [], int(1.5 / (alpha * DECAY))
        for k in range(1, burn_in + STEPS + 1):
            one.step(alpha, beta, nu, batch)
            if k > burn_in and k % EVERY == 0:
                losses.append(one.loss())
        mean, error = mean_with_error(losses)
        rows.append({"alpha": alpha, "beta": beta, "nu": nu, "batch": batch, "loss": mean - floor, "error": error})
        print(rows[-1], f"{time.monotonic() - began:.0f} s", flush=True)
        keep(name, facts, rows)
        if seed == 0:  # the run that is probed, as PyTorch's SGD would run it
            data = torch.utils.data.TensorDataset(x, y)
            loader = torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True)
            optimizer = torch.optim.SGD(model.parameters(), lr=alpha * (1 - beta), momentum=beta, weight_decay=DECAY)
            done = FIRST + ANNEALED + DESCENT + burn_in + STEPS
            entropy, path = nn.functional.cross_entropy, out / f"{name}.npz"
            write_probe(model, entropy, loader, optimizer, step=done, path=path, norms=EXAMPLES)
