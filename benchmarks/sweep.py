"""How fast figure 3's simulated map is, and exact maps: against the paper's loop, JAX and the random numbers alone.

Prints ratios taken within one run, because times alone say more about the day than about the code.
"""

from __future__ import annotations

import importlib.util
import random
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from qhm_math import QHM, IsotropicNoise, Quadratic, stationary_loss
from qhm_math.noise import make_rng
from qhm_math.sweep import sweep

MU, L, NU, STEPS, SIDE = 0.1, 10.0, 0.7, 1000, 30
SIGMA = 0.3**0.5
ALPHAS, BETAS = np.linspace(0.01, 1.5, SIDE), np.linspace(0.0, 0.999, SIDE)
MAP = 256
_ROUNDS, _REPEATS, _SAMPLE = 5, 8, 8


def scalar_run(alpha: float, beta: float, nu: float) -> float:
    """The mean loss of one run of [G]'s problem from x*, as one writes it down from the paper."""
    gauss = random.gauss
    d1 = d2 = x1 = x2 = total = 0.0
    for _ in range(STEPS):
        g1 = MU * x1 + gauss(0.0, SIGMA)
        g2 = L * x2 + gauss(0.0, SIGMA)
        d1 = (1 - beta) * g1 + beta * d1
        d2 = (1 - beta) * g2 + beta * d2
        x1 -= alpha * ((1 - nu) * g1 + nu * d1)
        x2 -= alpha * ((1 - nu) * g2 + nu * d2)
        total += 0.5 * (MU * x1 * x1 + L * x2 * x2)
    return total / STEPS


def jax_map() -> Callable[[], object] | None:
    """The same map by jax.vmap over a lax.scan, compiled; None where JAX is not installed."""
    if importlib.util.find_spec("jax") is None:
        return None
    jax = importlib.import_module("jax")
    jnp = importlib.import_module("jax.numpy")
    jax.config.update("jax_enable_x64", True)
    curvatures = jnp.array([MU, L])

    def run(alpha: Any, beta: Any, noise: Any) -> Any:
        def step(carry: Any, push: Any) -> Any:
            d, x, total = carry
            gradient = curvatures * x + push
            d = (1 - beta) * gradient + beta * d
            x = x - alpha * ((1 - NU) * gradient + NU * d)
            return (d, x, total + 0.5 * (curvatures * x * x).sum()), None

        (_, _, total), _ = jax.lax.scan(step, (jnp.zeros(2), jnp.zeros(2), 0.0), noise)
        return total / STEPS

    @jax.jit
    def whole(key: Any, alphas: Any, betas: Any) -> Any:
        noise = SIGMA * jax.random.normal(key, (STEPS, 2))
        return jax.vmap(run, in_axes=(0, 0, None))(alphas, betas, noise)

    alphas, betas = (part.ravel() for part in np.meshgrid(ALPHAS, BETAS))
    key = jax.random.key(0)
    return lambda: whole(key, alphas, betas).block_until_ready()


def best_time(function: Callable[[], object], repeats: int) -> float:
    """Seconds of the fastest of `repeats` calls."""
    best = float("inf")
    for _ in range(repeats):
        begin = time.perf_counter()
        function()
        best = min(best, time.perf_counter() - begin)
    return best


def measure() -> list[tuple[str, str, str]]:
    """(what, result, goal)."""
    loss, noise = Quadratic(MU, L), IsotropicNoise(SIGMA)
    grid = QHM(ALPHAS, BETAS[:, None], NU)
    cells = SIDE * SIDE
    sample = [(float(ALPHAS[i]), float(BETAS[-1 - i])) for i in range(0, SIDE, SIDE // _SAMPLE)]
    fine = QHM(np.geomspace(0.05, 20, MAP), np.linspace(0, 0.999, MAP)[:, None], NU)
    plane = QHM(0.3, np.linspace(0, 0.999, MAP)[:, None], np.linspace(0, 1, MAP))
    compiled = jax_map()
    if compiled is not None:
        compiled()
    ours = loop = own = shared = jax = float("inf")
    exact = [float("inf")] * 2
    # In turns, so that a slow spell of the machine meets all alike.
    for _ in range(_ROUNDS):
        ours = min(ours, best_time(lambda: list(sweep(loss, grid, STEPS, noise)), _REPEATS))
        loop = min(loop, best_time(lambda: [scalar_run(a, b, NU) for a, b in sample], 1) / len(sample) * cells)
        own = min(own, best_time(lambda: make_rng(0).standard_normal((STEPS, cells, 2)), 1))
        shared = min(shared, best_time(lambda: make_rng(0).standard_normal((STEPS, 2)), _REPEATS))
        if compiled is not None:
            jax = min(jax, best_time(compiled, _REPEATS))
        for index, points in enumerate((fine, plane)):
            taken = best_time(lambda points=points: stationary_loss(points, [MU, L], [0.3, 0.3]), 4)
            exact[index] = min(exact[index], taken)
    beside = "JAX is not installed" if compiled is None else f"{jax / ours:.2f} × as fast ({jax * 1e3:.2f} ms)"
    return [
        (f"figure 3's simulated map, {cells} cells × {STEPS} steps", f"{ours * 1e3:.2f} ms", ""),
        ("  gain over the paper's loop", f"{loop / ours:.0f} × ({loop:.2f} s, from a sample)", "1000 ×"),
        ("  beside jax.vmap of lax.scan, same noise", beside, "1 ×"),
        ("  of the time to draw each cell its own numbers", f"{ours / own:.2f} × ({own * 1e3:.1f} ms)", "≤ 1.5 ×"),
        ("  of the time to draw the shared numbers", f"{ours / shared:.0f} × ({shared * 1e6:.0f} µs)", ""),
        (f"exact map, {MAP} × {MAP}", f"{max(exact) * 1e3:.1f} ms", "≤ 16.7 ms"),
    ]


if __name__ == "__main__":
    for row in measure():
        print(": ".join(row[:2]))
