"""Bad values: each is refused in one sentence that names the field, the value and the range."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError, check_declared, declared
from qhm_math.choose import Problem, raise_momentum
from qhm_math.choose.valley import FIGURE_4

nan, inf = float("nan"), float("inf")
BOWL = qm.Quadratic()


def run(**kwargs: object) -> object:
    settings: dict[str, object] = {"start": (0, 0), "steps": 10, **kwargs}
    return qm.run(BOWL, qm.SGD(0.1), **settings)  # type: ignore[arg-type]


BAD: list[tuple[Callable[[], object], str]] = [
    (lambda: QHM(1.0, 1.0), "beta = 1 is not allowed: it must be at least 0 and less than 1."),
    (lambda: QHM(1.0, -0.1), "beta = -0.1 is not allowed: it must be at least 0 and less than 1."),
    (lambda: QHM(-1.0), "alpha = -1 is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(0), "alpha = 0 is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(nan), "alpha = nan is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM([1.0, inf]), "alpha = inf is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM("0.1"), "alpha = '0.1' is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(True), "alpha = True is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(None), "alpha = None is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(1j), "alpha = 1j is not allowed: it must be a finite number greater than 0."),
    (lambda: QHM(1.0, 0.5, 1.5), "nu = 1.5 is not allowed: it must be at least 0 and at most 1."),
    (lambda: QHM(1.0, [0.1, 1.0]), "beta = 1 is not allowed: it must be at least 0 and less than 1."),
    (
        lambda: QHM([1.0, 2.0], [0.1] * 3),
        "alpha, beta, nu = '(2,), (3,), ()' is not allowed: it must be arrays of ",
    ),
    (
        lambda: QHM([[1.0], [1.0, 2.0]]),
        "alpha = [[1.0], [1.0, 2.0]] is not allowed: it must be numbers in a ",
    ),
    (
        lambda: QHM.from_accsgd(0.1, 100.0, 1.0),
        "xi = 1 is not allowed: it must be at least 1/eps and at most",
    ),
    (
        lambda: QHM.from_robust_momentum(1.0, 10.0, 0.2),
        "rho = 0.2 is not allowed: it must be at least 1 - 1/√kappa",
    ),
    (
        lambda: QHM.from_robust_momentum(1.0, 0.5),
        "kappa = 0.5 is not allowed: it must be a finite number at least 1.",
    ),
    (
        lambda: QHM.from_pytorch_sgd(0.1, 0.0, True),
        "momentum = 0 is not allowed: it must be greater than 0 and",
    ),
    (lambda: QHM.from_pid(-1.0, 0.1, 1.0), "nu = 10 is not allowed: it must be at least 0 and at most 1."),
    (lambda: QHM.from_pid(-1.0, 0.1, 0.0), "k_p, k_d = (-1.0, 0.0) is not allowed: it must be both 0, or"),
    (
        lambda: QHM.from_two_state(0.9, 0, 0.1, -1, 0.9, -0.1),
        "[[h, k], [m, q]] = [[0.9, 0.0], [-1.0, 0.9]] is not",
    ),
    (
        lambda: QHM.from_synthesized_nesterov(0.1, 0.5, 2.0),
        "nu = -1 is not allowed: it must be at least 0 and",
    ),
    (
        lambda: qm.convergence_rate(QHM(1.0), 2.0, 1.0),
        "mu = 2 is not allowed: it must be greater than 0 and at most L = 1.",
    ),
    (
        lambda: qm.best_alpha(0.5, 0.5, 2.0, 1.0),
        "mu = 2 is not allowed: it must be greater than 0 and at most L = 1.",
    ),
    (
        lambda: qm.best_alpha_beta(2.0, 1.0, 2.0),
        "nu = 2 is not allowed: it must be at least 0 and at most 1.",
    ),
    (lambda: qm.best_rate(1.0, 0.5), "kappa = 0.5 is not allowed: it must be a finite number at least 1."),
    (
        lambda: qm.rate_map([0.0, 1.0], [0.5], 1, 1, 1),
        "alphas = 0 is not allowed: it must be a finite number greater",
    ),
    (
        lambda: qm.rate_map([[1.0]], [0.5], 1, 1, 1),
        "alphas, betas = ((1, 1), (1,)) is not allowed: it must be one-dim",
    ),
    (lambda: qm.Quadratic(mu=2.0), "mu = 2 is not allowed: it must be greater than 0 and at most L = 1."),
    (lambda: qm.Quadratic(mu=0.0), "mu = 0 is not allowed: it must be a finite number greater than 0."),
    (
        lambda: qm.Quadratic(rotation=nan),
        "rotation = nan is not allowed: it must be at least -360 and at most 360.",
    ),
    (lambda: qm.Quadratic(L="1"), "L = '1' is not allowed: it must be a finite number greater than 0."),  # type: ignore[arg-type]
    (lambda: qm.Quadratic(L=True), "L = True is not allowed: it must be a finite number greater than 0."),
    (
        lambda: qm.Plateau(mu=2.0, L=1.0),
        "mu = 2 is not allowed: it must be greater than 0 and at most L = 1.",
    ),
    (
        lambda: Problem.additive([[1.0], [1.0, 2.0]], 0.1),  # type: ignore[list-item]
        "curvatures = [[1.0], [1.0, 2.0]] is not allowed: it must be numbers in a rectangular array.",
    ),
    (
        lambda: raise_momentum(FIGURE_4, 1.0, [[0.9], [0.9, 0.99]]),  # type: ignore[list-item]
        "beta = [[0.9], [0.9, 0.99]] is not allowed: it must be numbers in a rectangular array.",
    ),
    (lambda: qm.SHB(0.1, 1.0), "beta = 1 is not allowed: it must be at least 0 and less than 1."),
    (lambda: qm.SGD(-0.1), "alpha = -0.1 is not allowed: it must be a finite number greater than 0."),
    (lambda: qm.IsotropicNoise(-0.1), "sigma = -0.1 is not allowed: it must be at least 0 and at most 1e+150."),
    (
        lambda: qm.GaussianNoise([[1.0, 0.5], [0.0, 1.0]]),
        "matrix = [[1.0, 0.5], [0.0, 1.0]] is not allowed: it must be symm",
    ),
    (
        lambda: qm.GaussianNoise([[1.0, 2.0], [2.0, 1.0]]),
        "matrix = [[1.0, 2.0], [2.0, 1.0]] is not allowed: it must be positive ",
    ),
    (
        lambda: qm.GaussianNoise([[1.0, nan], [nan, 1.0]]),
        "matrix = [[1.0, nan], [nan, 1.0]] is not allowed: it must be a 2 by 2",
    ),
    (
        lambda: qm.GaussianNoise([1.0, 2.0]),
        "matrix = [1.0, 2.0] is not allowed: it must be a 2 by 2 matrix of finite",
    ),
    (
        lambda: qm.GaussianNoise(np.eye(3)),
        "matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]] is not",
    ),
    (
        lambda: qm.GaussianNoise("noise"),
        "matrix = 'noise' is not allowed: it must be a 2 by 2 matrix of finite numbers.",
    ),
    (
        lambda: qm.stationary_covariance(QHM(1.0), -np.eye(2), np.eye(2)),
        "hessian = [[-1.0, -0.0], [-0.0, -1.0]] is not",
    ),
    (
        lambda: qm.stationary_covariance(QHM(1.0), np.eye(2), np.eye(3)),
        "noise_covariance = [[1.0, 0.0, 0.0], [0.0,",
    ),
    (
        lambda: qm.stationary_covariance(QHM([1.0, 2.0]), np.eye(2), np.eye(2)),
        "alpha, beta, nu = (2,) is not allowed",
    ),
    (
        lambda: qm.stationary_loss(QHM(1.0), [0.1, -1.0], [1, 1]),
        "curvatures = -1 is not allowed: it must be a finite",
    ),
    (
        lambda: qm.stationary_loss(QHM(1.0), [0.1], [-1.0]),
        "noise_variances = -1 is not allowed: it must be a finite",
    ),
    (
        lambda: qm.stationary_loss(QHM(1.0), [0.1], [1.0], 3),
        "order = 3 is not allowed: it must be None, 1 or 2.",
    ),
    (
        lambda: qm.expected_loss(QHM(1.0), [1.0], [0.0], [1.0], -1),
        "steps = -1 is not allowed: it must be a whole number",
    ),
    (
        lambda: qm.expected_loss(QHM([1.0] * 99), [1.0], [0.0], [1.0], 9_000_000),
        "steps = 9000000 is not allowed: it must be at",
    ),
    (
        lambda: run(steps=0),
        "steps = 0 is not allowed: it must be a whole number at least 1 and at most 10,000,000.",
    ),
    (
        lambda: run(steps=10**9),
        "steps = 1000000000 is not allowed: it must be a whole number at least 1 and at most",
    ),
    (
        lambda: run(steps=1.5),
        "steps = 1.5 is not allowed: it must be a whole number at least 1 and at most 10,000,000.",
    ),
    (
        lambda: run(steps="10"),
        "steps = '10' is not allowed: it must be a whole number at least 1 and at most 10,000,000.",
    ),
    (
        lambda: run(steps=True),
        "steps = True is not allowed: it must be a whole number at least 1 and at most 10,000,000.",
    ),
    (
        lambda: run(steps=nan),
        "steps = nan is not allowed: it must be a whole number at least 1 and at most 10,000,000.",
    ),
    (
        lambda: run(steps=10**6, members=100),
        "steps = 1000000 is not allowed: it must be at most 499,999 for 100 members",
    ),
    (
        lambda: run(members=0),
        "members = 0 is not allowed: it must be a whole number at least 1 and at most 100,000.",
    ),
    (lambda: run(seed=-1), "seed = -1 is not allowed: it must be a whole number at least 0."),
    (lambda: run(start=(nan, 0.0)), "start = nan is not allowed: it must be a finite number."),
    (
        lambda: run(start=(1.0, 2.0, 3.0)),
        "start = (1.0, 2.0, 3.0) is not allowed: it must be a pair of finite numbers.",
    ),
    (lambda: run(limit=0.0), "limit = 0 is not allowed: it must be a finite number greater than 0."),
    (lambda: run(chunk=0), "chunk = 0 is not allowed: it must be a whole number at least 1."),
    (
        lambda: run(noise=np.zeros((5, 1, 2))),
        "noise = 'array of shape (5, 1, 2)' is not allowed: it must be a Noise or an ",
    ),
    (
        lambda: qm.draw_noise(qm.NoNoise(), 10**7, 10**5),
        "steps = 10000000 is not allowed: it must be at most 1,000 for",
    ),
    (lambda: qm.nearest_minimum(BOWL, (1.0, inf)), "point = inf is not allowed: it must be a finite number."),
]


@pytest.mark.parametrize(("attempt", "sentence"), BAD, ids=[text[:48] for _, text in BAD])
def test_refused_in_one_sentence(attempt: Callable[[], object], sentence: str) -> None:
    with pytest.raises(ParameterError) as caught:
        attempt()
    said = str(caught.value)
    assert said.startswith(sentence), said
    assert said.endswith(".") and "\n" not in said and len(said) < 220
    assert caught.value.name in said and caught.value.allowed in said
    assert isinstance(caught.value, ValueError)


def test_simulate_refuses_at_the_call() -> None:
    """Not at the first chunk: a generator would hide the mistake until someone iterates."""
    with pytest.raises(ParameterError):
        qm.simulate(BOWL, qm.SGD(0.1), (0, 0), 0)


@dataclass(frozen=True)
class Example:
    rate: float = declared(1, label="Rate", low=0.0, high=2.0, low_open=True)
    count: int = declared(3, label="Count", kind="integer", low=1, high=1_000_000)
    other: str = "not declared"

    def __post_init__(self) -> None:
        check_declared(self)


def test_declared_fields() -> None:
    fields = qm.declared_fields(Example)
    assert list(fields) == ["rate", "count"] == list(qm.declared_fields(Example()))
    assert fields["rate"].allowed == "greater than 0 and at most 2"
    example = Example(rate=np.float32(0.5), count=np.int64(7))  # type: ignore[arg-type]
    assert type(example.rate) is float and type(example.count) is int
    assert type(Example().rate) is float
    assert Example(count=7.0) == Example(count=7)  # type: ignore[arg-type]
    for bad in (0, 2.5, nan, inf, "1", None, True, 10**400, np.bool_(True), [1.0]):
        with pytest.raises(ParameterError, match=r"^rate = "):
            Example(rate=bad)  # type: ignore[arg-type]
    for bad in (0, 2_000_000, 1.5, nan, inf, "1", None, False, 10**400):
        with pytest.raises(ParameterError, match=r"whole number at least 1 and at most 1,000,000\.$"):
            Example(count=bad)  # type: ignore[arg-type]


@pytest.mark.slow
def test_importing_needs_numpy_alone() -> None:
    code = "import sys, qhm_math; print(*sorted({m.split('.')[0] for m in sys.modules}))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in found
    assert not {"scipy", "PySide6", "pyqtgraph", "matplotlib"} & set(found)


def test_a_number_in_another_dress_is_that_number() -> None:
    """An array of shape () and a whole number of more than 64 bits were refused with a sentence that was not true."""
    assert QHM(10**30).alpha == 1e30 and QHM(np.array([10**30, 1])).shape == (2,)
    assert qm.IsotropicNoise(np.array(0.5)) == qm.IsotropicNoise(0.5)  # type: ignore[arg-type]
    assert qm.draw_noise(None, np.array(3)).shape == (3, 1, 2)  # type: ignore[arg-type]
    assert qm.max_stable_alpha(np.array(0.5, ">f8"), np.float16(0.5), 1.0) == qm.max_stable_alpha(0.5, 0.5, 1.0)


@pytest.mark.parametrize(
    "value", [np.ma.masked_array([1.0, 2.0], [False, True]), np.array([1, True], dtype=object), [10**400]]
)
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises(ParameterError):
        QHM(value)  # type: ignore[arg-type]
