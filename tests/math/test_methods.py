"""The methods, step by step: against trajectories of PyTorch, qhoptim and optax, and the update written out."""

import dataclasses
import json
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import METHODS, QHM
from qhm_math.compare import compare
from qhm_math.methods import (
    DANA,
    GD,
    SVRG,
    AdaDelta,
    AdaGrad,
    Adam,
    AdamW,
    AdEMAMix,
    LinearMethod,
    Lion,
    Method,
    Oracle,
    QHAdam,
    RMSProp,
    ScheduleFree,
    State,
)
from tests.examples import examples

HERE = Path(__file__).parent
#: Methods that PyTorch or qhoptim have, and those that optax has: recorded on both losses.
IN_TORCH = {"sgd", "shb", "nag", "qhm", "adagrad", "adadelta", "rmsprop", "adam", "adamw", "qhadam"}
IN_OPTAX = {"adam", "adamw", "rmsprop", "adadelta"}
#: Methods that neither has: held to their definitions, which stand below.
NEWER: dict[str, Method] = {
    "ademamix": AdEMAMix(0.1, 0.9, 2.0),
    "dana": DANA(0.1, 0.3, 0.8),
    "lion": Lion(0.1, 0.9, 0.99),
    "schedulefree": ScheduleFree(0.1, 0.9),
}
TORCH = json.loads((HERE / "torch_trajectories.json").read_text())
OPTAX = json.loads((HERE / "optax_trajectories.json").read_text())
CASES = TORCH["cases"] + OPTAX["cases"]
LOSSES = {"quadratic": qm.Quadratic(0.04, 1.0, 20.0), "rosenbrock": qm.Rosenbrock()}
STEPS = 200


def from_torch(name: str, arguments: dict[str, Any]) -> Method:
    """Our method for a recorded call of torch.optim or qhoptim."""
    a = arguments
    match name:
        case "sgd":
            qhm = QHM.from_pytorch_sgd(a["lr"], a.get("momentum", 0.0), a.get("nesterov", False))
            if "momentum" not in a:
                return qm.SGD(float(qhm.alpha))
            kind = qm.NAG if a.get("nesterov") else qm.SHB
            return kind(float(qhm.alpha), float(qhm.beta))
        case "qhm":
            return qm.QHMMethod(a["lr"], a["momentum"], a["nu"])
        case "adagrad":
            return AdaGrad(a["lr"], a["eps"])
        case "adadelta":
            return AdaDelta(a["lr"], a["rho"], a["eps"])
        case "rmsprop":
            return RMSProp(a["lr"], a["alpha"], a.get("momentum", 0.0), a["eps"])
        case "adam":
            return Adam(a["lr"], a["betas"][0], a["betas"][1], a["eps"])
        case "adamw":
            return AdamW(a["lr"], a["betas"][0], a["betas"][1], a["eps"], a["weight_decay"])
        case _:
            return QHAdam(a["lr"], a["betas"][0], a["betas"][1], a["nus"][0], a["nus"][1], a["eps"])


def from_optax(name: str, arguments: dict[str, Any]) -> Method:
    """Our method for a recorded call of optax."""
    a = arguments
    rate = a["learning_rate"]
    match name:
        case "sgd":
            return qm.SGD(rate)
        case "shb":
            return qm.SHB(rate / (1 - a["momentum"]), a["momentum"])
        case "nag":
            return qm.NAG(rate / (1 - a["momentum"]), a["momentum"])
        case "adadelta":
            return AdaDelta(rate, a["rho"], a["eps"])
        case "rmsprop":
            return RMSProp(rate, a["decay"], 0.0, a["eps"])
        case "adam":
            return Adam(rate, a["b1"], a["b2"], a["eps"])
        case _:
            return AdamW(rate, a["b1"], a["b2"], a["eps"], a["weight_decay"])


def ours(case: dict[str, Any]) -> Method:
    make = from_optax if "learning_rate" in case["arguments"] else from_torch
    return make(case["optimizer"], case["arguments"])


def named(case: dict[str, Any]) -> str:
    return f"{case['loss']}-{case['optimizer']}-{'optax' if 'learning_rate' in case['arguments'] else 'torch'}"


@pytest.mark.parametrize("case", CASES, ids=[named(case) for case in CASES])
def test_two_hundred_steps_of_other_libraries(case: dict[str, Any]) -> None:
    problem = TORCH["problems"][case["loss"]]
    path, noise = np.array(case["path"]), np.array(problem["noise"])[:, None]
    assert len(path) == STEPS + 1 and len(noise) == STEPS
    method, loss = ours(case), LOSSES[case["loss"]]
    run = qm.run(loss, method, problem["start"], STEPS, noise)
    np.testing.assert_allclose(run.positions[:, 0], path, rtol=1e-10, atol=1e-12)
    if isinstance(method, LinearMethod):  # also as a point of the family
        run = qm.run(loss, method.as_qhm(), problem["start"], STEPS, noise)
        np.testing.assert_allclose(run.positions[:, 0], path, rtol=1e-10, atol=1e-12)


def test_all_at_once_are_each_alone() -> None:
    """The comparison's one loop over all methods gives the recorded paths too, in any order."""
    for name, loss in LOSSES.items():
        problem = TORCH["problems"][name]
        cases = [case for case in CASES if case["loss"] == name][::-1]
        noise = np.array(problem["noise"])[:, None]
        together = compare(loss, [ours(case) for case in cases], problem["start"], STEPS, noise)
        for lane, case in enumerate(cases):
            np.testing.assert_allclose(together.positions[:, lane, 0], case["path"], rtol=1e-10, atol=1e-12)


def test_recorded_cases_cover_every_method_of_a_library() -> None:
    assert TORCH["torch"].startswith("2.13.0") and OPTAX["optax"] == "0.2.8"
    for source, least in ((TORCH, IN_TORCH), (OPTAX, IN_OPTAX)):
        for loss in LOSSES:
            keys = {ours(case).key for case in source["cases"] if case["loss"] == loss}
            assert keys >= least
    paths = np.array([case["path"] for case in CASES])
    assert np.isfinite(paths).all() and (np.ptp(paths, axis=1).max(axis=1) > 0.05).all()


@pytest.mark.parametrize(
    ("method", "nu"),
    [
        (qm.SGD(0.3), 0.0),
        (GD(0.3), 0.0),
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


def qhadam_written_out(method: QHAdam, loss: qm.Loss, start: tuple[float, float], noise: np.ndarray) -> np.ndarray:
    """Ma & Yarats, section 5, with plain moments and Adam's corrections."""
    x, m, v = np.array(start), np.zeros(2), np.zeros(2)
    path = [x]
    for k, push in enumerate(noise, start=1):
        g = loss.gradient(x) + push
        m = method.beta1 * m + (1 - method.beta1) * g
        v = method.beta2 * v + (1 - method.beta2) * g * g
        up = (1 - method.nu1) * g + method.nu1 * m / (1 - method.beta1**k)
        down = (1 - method.nu2) * g * g + method.nu2 * v / (1 - method.beta2**k)
        x = x - method.alpha * up / (np.sqrt(down) + method.epsilon)
        path.append(x)
    return np.array(path)


@pytest.mark.parametrize("method", [QHAdam(0.03), QHAdam(0.05, 0.8, 0.97, 0.3, 0.5, 1e-4), QHAdam(0.02, 0.0, 0.0)])
def test_qhadam_from_the_paper(method: QHAdam) -> None:
    noise = np.random.default_rng(2).normal(size=(STEPS, 1, 2))
    run = qm.run(qm.Beale(), method, (0.6, -0.6), STEPS, noise)
    expected = qhadam_written_out(method, qm.Beale(), (0.6, -0.6), noise[:, 0])
    np.testing.assert_allclose(run.positions[:, 0], expected, rtol=1e-9, atol=1e-10)


def test_special_cases() -> None:
    """QHAdam with ν = 1 is Adam; AdamW without decay is Adam; RMSProp is Adam's scale without its corrections."""
    noise = np.random.default_rng(3).normal(size=(STEPS, 2, 2))
    start, loss = (0.6, -0.6), qm.Beale()
    adam = qm.run(loss, Adam(0.03, 0.9, 0.99, 1e-6), start, STEPS, noise, members=2).positions
    for same in (QHAdam(0.03, 0.9, 0.99, 1.0, 1.0, 1e-6), AdamW(0.03, 0.9, 0.99, 1e-6, decay=0.0)):
        positions = qm.run(loss, same, start, STEPS, noise, members=2).positions
        np.testing.assert_allclose(positions, adam, rtol=1e-9, atol=1e-10)
    plain = qm.run(loss, qm.SGD(0.001), start, STEPS, noise, members=2).positions
    huge = qm.run(loss, RMSProp(1e3, 0.9, 0.0, epsilon=1e6), start, STEPS, noise, members=2).positions
    np.testing.assert_allclose(huge, plain, rtol=1e-4)


def test_gradient_descent_takes_no_noise() -> None:
    noise = qm.IsotropicNoise(5.0)
    for loss in (qm.Quadratic(), qm.Rosenbrock()):
        silent = qm.run(loss, qm.SGD(1e-3), loss.start(), 50)
        run = qm.run(loss, GD(1e-3), loss.start(), 50, noise, seed=4, members=3)
        np.testing.assert_allclose(run.positions, np.broadcast_to(silent.positions, run.positions.shape), rtol=1e-12)
        beside = compare(loss, [qm.SGD(1e-3), GD(1e-3)], loss.start(), 50, noise, seed=4)
        np.testing.assert_allclose(beside.positions[:, 1], silent.positions, rtol=1e-9)
        assert np.abs(beside.positions[:, 0] - silent.positions).max() > 1e-3


EXAMPLES: list[Method] = [
    *examples(kind for key, kind in METHODS.items() if key != "svrg"),
    RMSProp(0.01, 0.9, 0.8),
    AdamW(0.1, decay=0.3),
    QHAdam(0.1, nu1=0.4, nu2=0.6),
]


@pytest.mark.parametrize("method", EXAMPLES, ids=lambda method: method.key)
def test_what_a_step_is_made_of(method: Method) -> None:
    """The parts are those of the state, the terms add up, and the last is the step that was taken."""
    method = dataclasses.replace(method, alpha=0.01)  # type: ignore[type-var]
    noise = qm.IsotropicNoise(1.0)
    comparison = compare(qm.Himmelblau(), [method], (-0.5, -1.0), 30, noise, 5, members=2, record=True)
    x = np.array([[-0.5, -1.0]] * 2)
    state: State = method.initialise(x)
    for index in range(30):
        step = comparison.step(0, index, member=1)
        np.testing.assert_array_equal(step.points, comparison.positions[index, 0, 1])
        before = method.parts(state)
        x, state = method.update(x, state, comparison.records[0].gradients[index])
        after = method.parts(state)
        assert set(step.before) == set(step.after) == set(before)
        for name in before:
            np.testing.assert_allclose(step.before[name], before[name][1], rtol=1e-12)
            np.testing.assert_allclose(step.after[name], after[name][1], rtol=1e-12)
        terms = comparison.explain(0, index, member=1)
        assert next(iter(terms)) == "g" and list(terms)[-1] == "Δx"
        taken = comparison.positions[index + 1, 0, 1] - comparison.positions[index, 0, 1]
        np.testing.assert_allclose(terms["Δx"], taken, rtol=1e-9, atol=1e-13)
        for total, summands in {
            "d": ("(1-β) g", "β d"),
            "m": ("(1-β₁) g", "β₁ m"),
            "v": ("(1-β₂) g²", "β₂ v"),
            "b": ("g/(√v+ε)", "β b"),
        }.items():
            if total in terms and all(name in terms for name in summands):
                expected = terms[summands[0]] + terms[summands[1]]
                np.testing.assert_allclose(terms[total], expected, rtol=1e-12, atol=1e-14)


def test_updates_change_none_of_their_arguments() -> None:
    for method in EXAMPLES:
        points, gradient = np.ones((3, 2)), np.full((3, 2), 0.5)
        state = method.initialise(points)
        for _ in range(3):
            frozen = [array.copy() for array in (points, gradient, *state)]
            moved, new = method.update(points, state, gradient)
            for array, before in zip((points, gradient, *state), frozen, strict=True):
                np.testing.assert_array_equal(array, before)
            assert moved.shape == points.shape and len(new) == len(state)
            points, state = moved, new


def test_methods_are_declared_values() -> None:
    for key, kind in METHODS.items():
        assert kind.oracle in get_args(Oracle)
        method = kind()
        assert method.key == key and method.title and method.source
        assert hash(method) == hash(type(method)(**dataclasses.asdict(method)))  # type: ignore[call-overload]
        fields = qm.declared_fields(kind)
        assert "alpha" in fields and fields["alpha"].symbol == "α"
        for name, field in fields.items():
            assert field.slider is not None
            assert field.low <= field.slider[0] <= getattr(method, name) <= field.slider[1] <= field.high
    with pytest.raises(qm.ParameterError, match="period = 0 is not allowed"):
        SVRG(0.1, 0)


def _mixed(x: np.ndarray, g: np.ndarray, s: dict[str, Any], k: int) -> np.ndarray:
    s["m"] = 0.9 * s["m"] + 0.1 * g
    return x - 0.1 * (g + 2.0 * s["m"])


def _dana(x: np.ndarray, g: np.ndarray, s: dict[str, Any], k: int) -> np.ndarray:
    s["m"] = 0.8 * s["m"] + g
    return x - 0.1 * g - 0.03 * s["m"]


def _lion(x: np.ndarray, g: np.ndarray, s: dict[str, Any], k: int) -> np.ndarray:
    moved = x - 0.1 * np.sign(0.9 * s["m"] + 0.1 * g)
    s["m"] = 0.99 * s["m"] + 0.01 * g
    return moved


def _schedule_free(x: np.ndarray, g: np.ndarray, s: dict[str, Any], k: int) -> np.ndarray:
    s.setdefault("z", x)
    s.setdefault("mean", x)
    s["z"] = s["z"] - 0.1 * g
    s["mean"] = s["mean"] + (s["z"] - s["mean"]) / (k + 2)
    return 0.1 * s["z"] + 0.9 * s["mean"]


@pytest.mark.parametrize("key", NEWER)
def test_newer_methods_take_the_steps_of_their_definitions(key: str) -> None:
    method, step = NEWER[key], DEFINITIONS[key]
    rng, lam = np.random.default_rng(1), np.array([0.3, 2.0])
    ours = theirs = np.array([1.0, -2.0])
    state, own = method.initialise(ours), {"m": np.zeros(2)}
    for k in range(300):
        noise = rng.normal(size=2)
        ours, state = method.update(ours, state, lam * ours + noise)
        theirs = step(theirs, lam * theirs + noise, own, k)
        assert ours == pytest.approx(theirs, abs=1e-12)


def test_lion_before_the_sign_is_the_direction_of_its_member() -> None:
    point = QHM.from_lion(0.1, 0.9, 0.99)
    assert float(point.beta) == 0.99 and float(point.nu) == pytest.approx(0.9 / 0.99)


DEFINITIONS = {"ademamix": _mixed, "dana": _dana, "lion": _lion, "schedulefree": _schedule_free}
