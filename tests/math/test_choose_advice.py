"""Calls to copy give the same steps; named points are those of the textbooks; a comparison tells gain and cost."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM
from qhm_math.choose import CallNote, Change, Problem, calls, compare, named_points, outcome

STEPS = 100
NOISE = np.random.default_rng(3).normal(size=(STEPS, 2))
POINTS = {
    "sgd": QHM.sgd(0.1),
    "heavy ball": QHM(0.3, 0.9, 1.0),
    "nesterov": QHM(0.3, 0.9, 0.9),
    "any": QHM(0.3, 0.95, 0.7),
}


def gradient(x: np.ndarray, k: int) -> np.ndarray:
    return np.array([0.3, 2.0]) * x + NOISE[k]


def of_qhm(qhm: QHM) -> np.ndarray:
    x, d, path = np.ones(2), np.zeros(2), []
    for k in range(STEPS):
        g = gradient(x, k)
        d = (1 - qhm.beta) * g + qhm.beta * d
        x = x - qhm.alpha * ((1 - qhm.nu) * g + qhm.nu * d)
        path.append(x)
    return np.array(path)


def of_torch_sgd(lr: float, momentum: float = 0.0, nesterov: bool = False) -> np.ndarray:
    """torch.optim.SGD, written out: its buffer begins as the first gradient."""
    x, buffer, path = np.ones(2), None, []
    for k in range(STEPS):
        g = step = gradient(x, k)
        if momentum:
            buffer = g.copy() if buffer is None else momentum * buffer + g
            step = g + momentum * buffer if nesterov else buffer
        x = x - lr * step
        path.append(x)
    return np.array(path)


def of_optax_sgd(lr: float, momentum: float = 0.0, nesterov: bool = False) -> np.ndarray:
    """optax.sgd, written out: a trace that begins as 0."""
    x, trace, path = np.ones(2), np.zeros(2), []
    for k in range(STEPS):
        g = gradient(x, k)
        trace = g + momentum * trace
        x = x - lr * (g + momentum * trace if nesterov else trace)
        path.append(x)
    return np.array(path)


def of_qhoptim(lr: float, momentum: float, nu: float) -> np.ndarray:
    """qhoptim.pyt.QHM, written out."""
    x, buffer, path = np.ones(2), np.zeros(2), []
    for k in range(STEPS):
        g = gradient(x, k)
        buffer = buffer * momentum + g * (1 - momentum)
        x = x - lr * (1 - nu) * g - lr * nu * buffer
        path.append(x)
    return np.array(path)


def of_transformation(code: str) -> np.ndarray:
    """A GradientTransformation of optax, run on what optax.ema does without debiasing."""

    def ema(decay: float, debias: bool) -> Any:
        assert not debias

        def update(g: np.ndarray, state: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
            moved = (1 - decay) * g + decay * state
            return moved, moved

        return SimpleNamespace(init=np.zeros_like, update=update)

    def pair(init: Any, update: Any) -> Any:
        return SimpleNamespace(init=init, update=update)

    tree = SimpleNamespace(map=lambda f, *trees: f(*trees))
    optax, jax = SimpleNamespace(ema=ema, GradientTransformation=pair), SimpleNamespace(tree=tree)
    scope: dict[str, Any] = {"optax": optax, "jax": jax}
    exec(code, scope)
    x, path = np.ones(2), []
    state = scope["optimizer"].init(x)
    for k in range(STEPS):
        step, state = scope["optimizer"].update(gradient(x, k), state)
        x = x + step
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("name", POINTS)
def test_calls_give_the_same_steps(name: str) -> None:
    qhm = POINTS[name]
    found = {call.package: call for call in calls(qhm)}
    free = found.pop("schedulefree")
    assert free.note is CallNote.RISING_BETA
    scope = {
        "params": None,
        "torch": SimpleNamespace(optim=SimpleNamespace(SGD=lambda _, **values: of_torch_sgd(**values))),
        "qhoptim": SimpleNamespace(pyt=SimpleNamespace(QHM=lambda _, **values: of_qhoptim(**values))),
        "optax": SimpleNamespace(sgd=of_optax_sgd),
        "schedulefree": SimpleNamespace(SGDScheduleFree=lambda _, lr, momentum: (lr, momentum)),
    }
    for call in found.values():
        path = of_transformation(call.code) if "\n" in call.code else eval(call.code, scope)
        np.testing.assert_allclose(path, of_qhm(qhm), rtol=0, atol=1e-10)
    assert set(found) == ({"qhoptim", "optax"} if name == "any" else {"torch", "optax"})
    gamma, b = eval(free.code, scope)
    same = QHM.from_schedule_free(gamma, b, 10)
    assert (same.alpha, same.nu) == pytest.approx((qhm.alpha, qhm.nu), rel=1e-10)


def test_the_dampened_first_step_is_named() -> None:
    notes = {name: calls(qhm)[0].note for name, qhm in POINTS.items()}
    assert notes["heavy ball"] is notes["nesterov"] is CallNote.UNDAMPENED
    assert notes["sgd"] is notes["any"] is CallNote.SAME


def test_named_points_have_the_textbook_rates() -> None:
    mu, top = 0.1, 10.0
    rates = {one.key: float(qm.convergence_rate(one.qhm, mu, top)) for one in named_points(Problem.interval(mu, top))}
    kappa = top / mu
    assert rates["sgd"] == pytest.approx((kappa - 1) / (kappa + 1))
    assert rates["shb"] == pytest.approx((kappa**0.5 - 1) / (kappa**0.5 + 1), abs=1e-7)
    assert rates["nag"] == pytest.approx(1 - 2 / (3 * kappa + 1) ** 0.5, abs=1e-7)
    assert rates["triple momentum"] == pytest.approx(1 - kappa**-0.5, abs=1e-7)


def test_a_comparison_tells_gain_and_cost() -> None:
    problem = Problem.interval(1.0, 2.0, 0.1)
    slow, fast = (outcome(problem, QHM.sgd(alpha), 100) for alpha in (0.1, 0.4))
    there, back = compare(slow, fast), compare(fast, slow)
    assert dict(there.gains).keys() == dict.fromkeys([Change.LOWER_LOSS, Change.LOWER_FLOOR]).keys()
    assert dict(there.costs).keys() == {Change.SLOWER}
    assert dict(back.gains)[Change.FASTER] == pytest.approx(dict(there.costs)[Change.SLOWER])
    assert compare(slow, outcome(problem, QHM.sgd(2.0), 100)).gains == ((Change.STABLE, np.inf),)
    assert compare(slow, slow).gains == compare(slow, slow).costs == ()
