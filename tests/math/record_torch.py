"""Records what torch.optim.SGD does, for test_methods.py: run by hand, with PyTorch 2.13.0, when a case is
added.

    python tests/math/record_torch.py

The tests read torch_trajectories.json and need no PyTorch.
"""

import json
from pathlib import Path

import torch  # pyright: ignore[reportMissingImports]  (in an environment of its own)

torch.set_default_dtype(torch.float64)
STEPS = 40


def quadratic(x: torch.Tensor) -> torch.Tensor:
    """½ xᵀ A x with A = R diag(0.04, 1) Rᵀ, R by 20°."""
    angle = torch.deg2rad(torch.tensor(20.0))
    c, s = torch.cos(angle), torch.sin(angle)
    along, across = c * x[0] + s * x[1], c * x[1] - s * x[0]
    return 0.5 * (0.04 * along**2 + across**2)


def rosenbrock(x: torch.Tensor) -> torch.Tensor:
    """(1-x)² + 100 (y-x²)²."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def record() -> list[dict[str, object]]:
    """One case a setting: start, the noise that was added to each gradient, and the path."""
    generator = torch.Generator().manual_seed(7)
    cases: list[dict[str, object]] = []
    for name, loss, start, scale in (
        ("quadratic", quadratic, (-2.6, 0.55), 0.1),
        ("rosenbrock", rosenbrock, (-1.2, 1.0), 1.0),
    ):
        for lr, momentum, nesterov in (
            (0.3, 0.0, False),
            (0.1, 0.9, False),
            (0.1, 0.9, True),
            (0.05, 0.5, True),
        ):
            lr = lr if name == "quadratic" else lr * 2e-3
            noise = scale * torch.randn((STEPS, 2), generator=generator)
            x = torch.tensor(start, requires_grad=True)
            optimizer = torch.optim.SGD([x], lr=lr, momentum=momentum, nesterov=nesterov)
            path = [x.tolist()]
            for k in range(STEPS):
                optimizer.zero_grad()
                loss(x).backward()
                assert x.grad is not None
                x.grad += noise[k]
                optimizer.step()
                path.append(x.tolist())
            setting = {"loss": name, "lr": lr, "momentum": momentum, "nesterov": nesterov}
            cases.append({**setting, "start": start, "noise": noise.tolist(), "path": path})
    return cases


if __name__ == "__main__":
    text = json.dumps({"torch": torch.__version__, "cases": record()}, indent=1)
    Path(__file__).with_name("torch_trajectories.json").write_text(text + "\n")
