"""Records what torch.optim and qhoptim do, for test_methods.py: run by hand, with PyTorch 2.13.0 and
qhoptim 1.1.0 in an environment of their own, when a case is added.

    python tests/math/record_torch.py

The tests read torch_trajectories.json and need neither.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import qhoptim.pyt  # pyright: ignore[reportMissingImports]  (in an environment of its own)
import torch  # pyright: ignore[reportMissingImports]

torch.set_default_dtype(torch.float64)
STEPS = 200


def quadratic(x: torch.Tensor) -> torch.Tensor:
    """½ xᵀ A x with A = R diag(0.04, 1) Rᵀ, R by 20°."""
    angle = torch.deg2rad(torch.tensor(20.0))
    c, s = torch.cos(angle), torch.sin(angle)
    along, across = c * x[0] + s * x[1], c * x[1] - s * x[0]
    return 0.5 * (0.04 * along**2 + across**2)


def rosenbrock(x: torch.Tensor) -> torch.Tensor:
    """(1-x)² + 100 (y-x²)²."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


# (loss, start, size of the noise)
PROBLEMS = {
    "quadratic": (quadratic, (-2.6, 0.55), 0.1),
    "rosenbrock": (rosenbrock, (-1.2, 1.0), 1.0),
}

# (name, class, arguments on the quadratic, arguments that differ on Rosenbrock's function)
OPTIMIZERS: list[tuple[str, Callable[..., Any], dict[str, Any], dict[str, Any]]] = [
    ("sgd", torch.optim.SGD, {"lr": 0.3}, {"lr": 6e-4}),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9}, {"lr": 2e-4}),
    ("sgd", torch.optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}, {"lr": 2e-4}),
    ("sgd", torch.optim.SGD, {"lr": 0.05, "momentum": 0.5, "nesterov": True}, {"lr": 1e-4}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.5, "eps": 1e-10}, {}),
    ("adagrad", torch.optim.Adagrad, {"lr": 0.1, "eps": 0.01}, {}),
    ("adadelta", torch.optim.Adadelta, {"lr": 1.0, "rho": 0.9, "eps": 1e-6}, {}),
    ("adadelta", torch.optim.Adadelta, {"lr": 2.0, "rho": 0.5, "eps": 1e-3}, {}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.02, "alpha": 0.99, "eps": 1e-8}, {}),
    ("rmsprop", torch.optim.RMSprop, {"lr": 0.01, "alpha": 0.9, "eps": 1e-4, "momentum": 0.8}, {}),
    ("adam", torch.optim.Adam, {"lr": 0.05, "betas": (0.9, 0.999), "eps": 1e-8}, {}),
    ("adam", torch.optim.Adam, {"lr": 0.1, "betas": (0.5, 0.9), "eps": 0.1}, {"lr": 0.02}),
    ("adamw", torch.optim.AdamW, {"lr": 0.05, "betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01}, {}),
    ("adamw", torch.optim.AdamW, {"lr": 0.02, "betas": (0.8, 0.95), "eps": 1e-3, "weight_decay": 0.5}, {}),
    ("qhadam", qhoptim.pyt.QHAdam, {"lr": 0.05, "betas": (0.95, 0.999), "nus": (0.7, 1.0), "eps": 1e-8}, {}),
    ("qhadam", qhoptim.pyt.QHAdam, {"lr": 0.02, "betas": (0.9, 0.9), "nus": (0.4, 0.6), "eps": 1e-3}, {}),
    ("qhm", qhoptim.pyt.QHM, {"lr": 0.5, "momentum": 0.9, "nu": 0.7}, {"lr": 1e-3}),
]


def record() -> dict[str, Any]:
    """For each problem its start and the noise that is added to the gradients, and the path of each case."""
    generator = torch.Generator().manual_seed(7)
    problems: dict[str, Any] = {}
    cases: list[dict[str, Any]] = []
    for problem, (loss, start, scale) in PROBLEMS.items():
        noise = scale * torch.randn((STEPS, 2), generator=generator)
        problems[problem] = {"start": start, "noise": noise.tolist()}
        for name, kind, settings, others in OPTIMIZERS:
            arguments = settings | (others if problem == "rosenbrock" else {})
            x = torch.tensor(start, requires_grad=True)
            optimizer = kind([x], **arguments)
            path = [x.tolist()]
            for k in range(STEPS):
                optimizer.zero_grad()
                loss(x).backward()
                assert x.grad is not None
                x.grad += noise[k]
                optimizer.step()
                path.append(x.tolist())
            cases.append({"loss": problem, "optimizer": name, "arguments": arguments, "path": path})
    return {"torch": torch.__version__, "problems": problems, "cases": cases}


if __name__ == "__main__":
    Path(__file__).with_name("torch_trajectories.json").write_text(json.dumps(record()) + "\n")
