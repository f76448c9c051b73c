# pyright: reportMissingImports=false
"""Record what the packages make of the calls that are offered to be copied: the iterates of each, for test_calls.py.

Needs torch, optax (with JAX), schedulefree and qhoptim, which the tests do not:

    PYTHONPATH=. python tests/math/calls/record.py

Written is iterates.json beside this file: every point with its calls, word for word, and the iterates of each on the
problem of problem.py, in double precision.
"""

# pyright: reportMissingImports=false
from __future__ import annotations

import json
from importlib.metadata import version
from pathlib import Path

import jax
import numpy as np
import optax
import qhoptim.pyt
import schedulefree
import torch

from qhm_math import QHM
from qhm_math.choose import calls
from tests.math.calls.problem import POINTS, START, STEPS, gradient

jax.config.update("jax_enable_x64", True)


def of_torch(code: str) -> list[list[float]]:
    """Of a PyTorch optimiser, at the parameters that it is given the gradient of."""
    parameter = torch.nn.Parameter(torch.tensor(START, dtype=torch.float64))
    names = {"torch": torch, "qhoptim": qhoptim, "schedulefree": schedulefree, "params": [parameter]}
    optimizer = eval(code, names)
    if hasattr(optimizer, "train"):
        optimizer.train()
    found = [START]
    for step in range(STEPS):
        parameter.grad = torch.tensor(gradient(parameter.detach().numpy(), step))
        optimizer.step()
        found.append(parameter.detach().numpy().tolist())
    return found


def of_optax(code: str) -> list[list[float]]:
    """Of a transformation of optax."""
    names = {"optax": optax, "jax": jax}
    if code.startswith("optax."):
        code = f"optimizer = {code}"
    exec(code, names)
    optimizer = names["optimizer"]
    x = jax.numpy.asarray(START)
    state = optimizer.init(x)
    found = [START]
    for step in range(STEPS):
        updates, state = optimizer.update(jax.numpy.asarray(gradient(np.asarray(x), step)), state, x)
        x = optax.apply_updates(x, updates)
        found.append(np.asarray(x).tolist())
    return found


def main() -> None:
    """Write the file."""
    names = ("torch", "optax", "jax", "schedulefree", "qhoptim")
    rows = []
    for point in POINTS:
        for call in calls(QHM(*point)):
            run = of_optax if call.package == "optax" else of_torch
            rows.append({"point": point, "package": call.package, "code": call.code, "iterates": run(call.code)})
    # What is not offered, because its steps differ: PyTorch does not dampen the first one.
    code = "torch.optim.SGD(params, lr=0.4, momentum=0.8, dampening=0.8)"
    rows.append({"point": (0.4, 0.8, 1.0), "package": "dampened", "code": code, "iterates": of_torch(code)})
    made = {"versions": {name: version(name) for name in names}, "runs": rows}
    text = json.dumps(made, indent=1).replace("\n     ", " ").replace("\n    ]", " ]")
    (Path(__file__).parent / "iterates.json").write_text(text + "\n")


if __name__ == "__main__":
    main()
