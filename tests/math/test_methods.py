"""The methods, step by step: against trajectories recorded from PyTorch and the update written out."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import METHODS, QHM

TORCH = json.loads(Path(__file__).with_name("torch_trajectories.json").read_text())
LOSSES = {"quadratic": qm.Quadratic(0.04, 1.0, 20.0), "rosenbrock": qm.Rosenbrock()}


@pytest.mark.parametrize(
    "case", TORCH["cases"], ids=[f"{c['loss']}-{i}" for i, c in enumerate(TORCH["cases"])]
)
def test_trajectories_of_pytorch(case: dict) -> None:
    qhm = QHM.from_pytorch_sgd(case["lr"], case["momentum"], case["nesterov"])
    loss, path, noise = LOSSES[case["loss"]], np.array(case["path"]), np.array(case["noise"])[:, None]
    steps = len(noise)
    if case["momentum"] == 0:
        method: qm.Method = qm.SGD(qhm.alpha)
    elif case["nesterov"]:
        method = qm.NAG(qhm.alpha, qhm.beta)
    else:
        method = qm.SHB(qhm.alpha, qhm.beta)
    for optimizer in (qhm, method):
        run = qm.run(loss, optimizer, case["start"], steps, noise)
        np.testing.assert_allclose(run.positions[:, 0], path, rtol=1e-10, atol=1e-12)


def test_recorded_cases_cover_all_kinds() -> None:
    kinds = {(c["loss"], c["momentum"] > 0, c["nesterov"]) for c in TORCH["cases"]}
    assert len(kinds) == 6 and TORCH["torch"].startswith("2.13.0")


@pytest.mark.parametrize(
    ("method", "nu"),
    [
        (qm.SGD(0.3), 0.0),
        (qm.SHB(0.3, 0.8), 1.0),
        (qm.NAG(0.3, 0.8), 0.8),
        (qm.QHMMethod(0.3, 0.8, 0.6), 0.6),
    ],
)
def test_one_update_written_out(method: qm.Method, nu: float) -> None:
    rng = np.random.default_rng(0)
    points, buffer, gradient = rng.normal(size=(3, 5, 2))
    beta = getattr(method, "beta", 0.0)
    moved, (kept,) = method.update(points, (buffer,), gradient)
    expected = (1 - beta) * gradient + beta * buffer
    np.testing.assert_allclose(kept, expected, rtol=1e-14)
    np.testing.assert_allclose(moved, points - 0.3 * ((1 - nu) * gradient + nu * expected), rtol=1e-14)
    assert (method.initialise(points)[0] == 0).all()
    assert isinstance(method, qm.LinearMethod)
    assert method.as_qhm() == QHM(0.3, beta, nu)


def test_methods_are_declared_values() -> None:
    order = "gd sgd shb nag qhm adagrad adadelta rmsprop adam adamw qhadam svrg"
    assert list(METHODS) == order.split()
    for key, kind in METHODS.items():
        method = kind()
        assert method.key == key and method.title and method.source
        assert hash(method) == hash(type(method)(**dataclasses.asdict(method)))  # type: ignore[call-overload]
        fields = qm.declared_fields(kind)
        assert "alpha" in fields and fields["alpha"].symbol == "α"
        for name, field in fields.items():
            assert field.slider is not None
            assert field.low <= field.slider[0] <= getattr(method, name) <= field.slider[1] <= field.high
