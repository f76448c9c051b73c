"""The last block of a small residual network on 1,024 images of CIFAR-10, in fine-tuning: not convex.

Three stages of one block, width 8, images of 16 × 16, SiLU (a loss with a Hessian), group normalisation. All of it is
trained for a while; then the last block and the linear layer go on alone, with weight decay, on what the frozen rest
makes of the images. (The network as a whole has no plateau to measure: as the noise falls it goes on to minima that
are thousands of times as sharp.) The last block has no normalisation: weights before one have a scale that the loss
does not see, and with weight decay there is no minimum. L-BFGS finds the minimum that every setting starts at, and
that is probed.
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

EXAMPLES, WIDTH, DECAY, FIRST_DECAY = 1024, 8, 0.02, 1e-3
#: α, β, ν, B
SETTINGS = (
    (0.01, 0.9, 1.0, 256),
    (0.01, 0.9, 0.7, 256),
    (0.01, 0.99, 0.7, 128),
    (0.005, 0.9, 0.9, 128),
    (0.005, 0.95, 1.0, 128),
    (0.005, 0.0, 1.0, 128),
)
#: Seven rounds of L-BFGS look converged and are not: the loss falls by 0.0106 more, and no curvature is negative then.
FIRST, ROUNDS, STEPS, EVERY = 400, 32, 4000, 20


class Block(nn.Module):
    """Two convolutions and what they are added to."""

    def __init__(self, before: int, width: int, stride: int, normalised: bool) -> None:
        super().__init__()

        def norm() -> nn.Module:
            return nn.GroupNorm(4, width) if normalised else nn.Identity()

        self.inner = nn.Sequential(
            nn.Conv2d(before, width, 3, stride, 1),
            norm(),
            nn.SiLU(),
            nn.Conv2d(width, width, 3, 1, 1),
            norm(),
        )
        plain = before == width and stride == 1
        self.past = nn.Identity() if plain else nn.Conv2d(before, width, 1, stride)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return nn.functional.silu(self.past(x) + self.inner(x))


def network() -> nn.Sequential:
    """What is frozen, and the last block with its linear layer; both with their first weights."""
    torch.manual_seed(0)
    first = nn.Sequential(
        nn.Conv2d(3, WIDTH, 3, 1, 1),
        nn.GroupNorm(4, WIDTH),
        nn.SiLU(),
        Block(WIDTH, WIDTH, 1, True),
        Block(WIDTH, 2 * WIDTH, 2, True),
    )
    last = nn.Sequential(
        Block(2 * WIDTH, 2 * WIDTH, 2, False), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(2 * WIDTH, 10)
    )
    return nn.Sequential(first, last)


def images(folder: Path) -> tuple[torch.Tensor, torch.Tensor]:
    """(n, 3, 16, 16), of mean 0 and deviation 1 in each channel, and labels."""
    records = np.frombuffer(gzip.decompress((folder / "data_batch_1.bin.gz").read_bytes()), np.uint8)
    records = records.reshape(-1, 3073)[:EXAMPLES]
    pixels = torch.tensor(records[:, 1:].reshape(-1, 3, 32, 32) / 255, dtype=torch.float32)
    pixels = nn.functional.avg_pool2d(pixels, 2)
    mean, deviation = pixels.mean((0, 2, 3), keepdim=True), pixels.std((0, 2, 3), keepdim=True)
    return (pixels - mean) / deviation, torch.tensor(records[:, 0].astype(np.int64))


class Run:
    """A model under QHM, with batches drawn with replacement; the objective is loss + (decay/2) |x|²."""

    def __init__(self, model: nn.Module, x: torch.Tensor, y: torch.Tensor, seed: int, decay: float) -> None:
        self.model, self.x, self.y, self.decay = model, x, y, decay
        self.values = list(model.parameters())
        self.buffers = [torch.zeros_like(p) for p in self.values]
        self.generator = torch.Generator().manual_seed(seed)

    def objective(self, rows: Any = slice(None)) -> torch.Tensor:
        """Of these examples."""
        entropy = nn.functional.cross_entropy(self.model(self.x[rows]).double(), self.y[rows])
        return entropy + self.decay / 2 * sum((p.double() ** 2).sum() for p in self.values)

    @torch.no_grad()
    def loss(self) -> float:
        """The objective over all examples."""
        return float(self.objective())

    def step(self, alpha: float, beta: float, nu: float, batch: int) -> None:
        """One step."""
        rows = torch.randint(0, len(self.x), (batch,), generator=self.generator)
        loss = nn.functional.cross_entropy(self.model(self.x[rows]), self.y[rows])
        gradients = torch._foreach_add(torch.autograd.grad(loss, self.values), self.values, alpha=self.decay)
        torch._foreach_mul_(self.buffers, beta)
        torch._foreach_add_(self.buffers, gradients, alpha=1 - beta)
        with torch.no_grad():
            torch._foreach_add_(self.values, gradients, alpha=-alpha * (1 - nu))
            torch._foreach_add_(self.values, self.buffers, alpha=-alpha * nu)

    def descend(self) -> None:
        """150 rounds of L-BFGS on all examples."""
        optimizer = torch.optim.LBFGS(
            self.values,
            max_iter=150,
            history_size=30,
            line_search_fn="strong_wolfe",
            tolerance_grad=1e-7,
            tolerance_change=1e-13,
        )

        def closure() -> torch.Tensor:
            optimizer.zero_grad()
            value = self.objective()
            value.backward()
            return value

        optimizer.step(closure)


def record(folder: Path, name: str, out: Path) -> None:
    """The probe and the plateaus."""
    from write_probe import write_probe  # pyright: ignore[reportMissingImports]  (a file of the resources)

    torch.set_num_threads(1)
    pixels, y = images(folder)
    model = network()
    run, began = Run(model, pixels, y, 99, FIRST_DECAY), time.monotonic()
    for _ in range(FIRST):
        run.step(0.1, 0.9, 1.0, 32)
    print(f"trained: {run.loss():.5f}, {time.monotonic() - began:.0f} s", flush=True)
    with torch.no_grad():
        x = model[0](pixels)
    last = model[1]
    run = Run(last, x, y, 0, DECAY)
    for _ in range(ROUNDS):
        run.descend()
        print(f"L-BFGS: {run.loss():.8f}, {time.monotonic() - began:.0f} s", flush=True)
    floor, best = run.loss(), [p.detach().clone() for p in run.values]
    _, beta, _, batch = SETTINGS[0]
    data = torch.utils.data.TensorDataset(x, y)
    write_probe(
        last,
        nn.functional.cross_entropy,
        torch.utils.data.DataLoader(data, batch_size=batch, shuffle=True),
        torch.optim.SGD(last.parameters(), lr=SETTINGS[0][0] * (1 - beta), momentum=beta, weight_decay=DECAY),
        path=out / f"{name}.npz",
        norms=EXAMPLES,
        batches=EXAMPLES // batch,
    )
    facts = {"loss at the minimum": floor, "examples": EXAMPLES, "decay": DECAY, "steps": STEPS}
    rows: list[dict[str, Any]] = []
    for seed, (alpha, beta, nu, batch) in enumerate(SETTINGS):
        with torch.no_grad():
            torch._foreach_copy_(list(last.parameters()), best)
        one, losses, burn_in = Run(last, x, y, seed, DECAY), [], int(1 / (alpha * DECAY))
        for k in range(1, burn_in + STEPS + 1):
            one.step(alpha, beta, nu, batch)
            if k > burn_in and k % EVERY == 0:
                losses.append(one.loss())
        mean, error = mean_with_error(losses)
        rows.append({"alpha": alpha, "beta": beta, "nu": nu, "batch": batch, "loss": mean - floor, "error": error})
        print(rows[-1], f"{time.monotonic() - began:.0f} s", flush=True)
        keep(name, facts, rows)
