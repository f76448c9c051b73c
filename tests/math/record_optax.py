"""Records what optax does, for test_methods.py: run by hand, with optax 0.2.8 in an environment of its own.

    python tests/math/record_optax.py

Starts and noise are those of torch_trajectories.json. The tests read optax_trajectories.json and need no JAX.
"""

import json
from pathlib import Path
from typing import Any

import jax  # pyright: ignore[reportMissingImports]  (in an environment of its own)
import jax.numpy as jnp  # pyright: ignore[reportMissingImports]
import optax  # pyright: ignore[reportMissingImports]

jax.config.update("jax_enable_x64", True)
HERE = Path(__file__).parent


def quadratic(x: jax.Array) -> jax.Array:
    """½ xᵀ A x with A = R diag(0.04, 1) Rᵀ, R by 20°."""
    angle = jnp.deg2rad(20.0)
    c, s = jnp.cos(angle), jnp.sin(angle)
    return 0.5 * (0.04 * (c * x[0] + s * x[1]) ** 2 + (c * x[1] - s * x[0]) ** 2)


def rosenbrock(x: jax.Array) -> jax.Array:
    """(1-x)² + 100 (y-x²)²."""
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


# (our name, optax's maker, its arguments)
OPTIMIZERS: list[tuple[str, Any, dict[str, Any]]] = [
    ("sgd", optax.sgd, {"learning_rate": 5e-4}),
    ("shb", optax.sgd, {"learning_rate": 2e-4, "momentum": 0.9}),
    ("nag", optax.sgd, {"learning_rate": 2e-4, "momentum": 0.9, "nesterov": True}),
    ("adadelta", optax.adadelta, {"learning_rate": 1.5, "rho": 0.8, "eps": 1e-4}),
    ("rmsprop", optax.rmsprop, {"learning_rate": 0.02, "decay": 0.95, "eps": 1e-6, "eps_in_sqrt": False}),
    ("adam", optax.adam, {"learning_rate": 0.04, "b1": 0.9, "b2": 0.99, "eps": 1e-8}),
    ("adamw", optax.adamw, {"learning_rate": 0.04, "b1": 0.9, "b2": 0.99, "eps": 1e-8, "weight_decay": 0.1}),
]


def record() -> dict[str, Any]:
    """The path of each case."""
    problems = json.loads((HERE / "torch_trajectories.json").read_text())["problems"]
    cases: list[dict[str, Any]] = []
    for problem, loss in (("quadratic", quadratic), ("rosenbrock", rosenbrock)):
        gradient = jax.jit(jax.grad(loss))
        for name, maker, arguments in OPTIMIZERS:
            optimizer = maker(**arguments)
            update = jax.jit(optimizer.update)
            x = jnp.array(problems[problem]["start"])
            state = optimizer.init(x)
            path = [x.tolist()]
            for push in problems[problem]["noise"]:
                change, state = update(gradient(x) + jnp.array(push), state, x)
                x = optax.apply_updates(x, change)
                path.append(x.tolist())
            cases.append({"loss": problem, "optimizer": name, "arguments": arguments, "path": path})
    return {"optax": optax.__version__, "cases": cases}


if __name__ == "__main__":
    (HERE / "optax_trajectories.json").write_text(json.dumps(record()) + "\n")
