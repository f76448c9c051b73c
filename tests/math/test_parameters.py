"""The family and its conversions: each conversion is run beside the method it stands for."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qhm_math import QHM, ParameterError
from qhm_math.methods import NU_RULES, nu_follows_beta, tied_fields, tied_point

STEPS = 60
HESSIAN = np.array([[0.9, 0.25], [0.25, 0.2]])
START = np.array([1.5, -2.0])
NOISE = np.random.default_rng(3).normal(size=(STEPS, 2))

Gradients = Callable[[int, np.ndarray], np.ndarray]


def gradient(k: int, x: np.ndarray) -> np.ndarray:
    """A noisy gradient; not linear, so that nothing agrees by accident."""
    return HESSIAN @ x + 0.1 * np.sin(x) + NOISE[k]


def path_of(qhm: QHM) -> np.ndarray:
    """x_0..x_STEPS of QHM, written out from its definition."""
    x, d, rows = START.copy(), np.zeros(2), [START]
    for k in range(STEPS):
        g = gradient(k, x)
        d = (1 - qhm.beta) * g + qhm.beta * d
        x = x - qhm.alpha * ((1 - qhm.nu) * g + qhm.nu * d)
        rows.append(x)
    return np.array(rows)


def agree(qhm: QHM, rows: list[np.ndarray]) -> None:
    np.testing.assert_allclose(path_of(qhm), np.array(rows), rtol=1e-10, atol=1e-11)


@pytest.mark.parametrize(("momentum", "nesterov"), [(0.0, False), (0.9, False), (0.9, True), (0.3, True)])
def test_pytorch_sgd(momentum: float, nesterov: bool) -> None:
    """The update of torch.optim.SGD's documentation; its buffer starts as the first gradient."""
    lr, x, buffer, rows = 0.2, START, None, [START]
    for k in range(STEPS):
        g = gradient(k, x)
        buffer = g if buffer is None else momentum * buffer + g
        x = x - lr * (g + momentum * buffer if nesterov else buffer)
        rows.append(x)
    qhm = QHM.from_pytorch_sgd(lr, momentum, nesterov)
    agree(qhm, rows)
    back = qhm.to_pytorch_sgd()
    assert back is not None
    assert back == (pytest.approx(lr), momentum, nesterov)


def test_to_pytorch_sgd_knows_what_it_cannot_say() -> None:
    assert QHM(1.0, 0.9, 0.7).to_pytorch_sgd() is None
    assert QHM(1.0, 0.9, 0.0).to_pytorch_sgd() == (1.0, 0.0, False)
    assert QHM(1.0, 0.0, 0.7).to_pytorch_sgd() == (1.0, 0.0, False)
    with pytest.raises(ParameterError):
        QHM([1.0, 2.0], 0.9).to_pytorch_sgd()


@pytest.mark.parametrize("gains", [(-0.5, 0.8, 2.0), (-0.1, 0.5, 0.9), (0.0, 0.4, 0.0)])
def test_pid(gains: tuple[float, float, float]) -> None:
    p, i, d = gains
    beta = d / (d - p) if d else 0.0
    x, total, change, before, rows = START, np.zeros(2), np.zeros(2), np.zeros(2), [START]
    for k in range(STEPS):
        error = -gradient(k, x)
        total = total + error
        change = beta * change + (1 - beta) * (error - before)
        before = error
        x = START + p * error + i * total + d * change
        rows.append(x)
    qhm = QHM.from_pid(p, i, d)
    agree(qhm, rows)
    np.testing.assert_allclose(qhm.to_pid(), gains, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("alpha", "beta1", "beta2"), [(0.1, 0.9, 0.6), (0.3, 0.5, 0.5), (0.2, 0.8, 0.0)])
def test_synthesized_nesterov(alpha: float, beta1: float, beta2: float) -> None:
    now = before = START
    rows = []
    for k in range(STEPS + 1):
        y = now + beta2 * (now - before)
        rows.append(y)
        if k < STEPS:
            now, before = now + beta1 * (now - before) - alpha * gradient(k, y), now
    qhm = QHM.from_synthesized_nesterov(alpha, beta1, beta2)
    agree(qhm, rows)
    np.testing.assert_allclose(qhm.to_synthesized_nesterov(), (alpha, beta1, beta2), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(("kappa", "rho"), [(10.0, None), (10.0, 0.8), (10.0, 0.9), (1000.0, None)])
def test_robust_momentum(kappa: float, rho: float | None) -> None:
    """Cyrus et al. (2018): x+ = x + β(x - x_) - α g(y), y = x + γ(x - x_)."""
    top = 1.1
    r = 1 - 1 / np.sqrt(kappa) if rho is None else rho
    alpha = kappa * (1 - r) ** 2 * (1 + r) / top
    beta = kappa * r**3 / (kappa - 1)
    gamma = r**3 / ((kappa - 1) * (1 - r) ** 2 * (1 + r))
    now = before = START
    rows = []
    for k in range(STEPS + 1):
        y = (1 + gamma) * now - gamma * before
        rows.append(y)
        if k < STEPS:
            now, before = (1 + beta) * now - beta * before - alpha * gradient(k, y), now
    agree(QHM.from_robust_momentum(top, kappa, rho), rows)


def test_robust_momentum_stays_in_the_family() -> None:
    kappa = np.geomspace(1, 1e8, 60)
    for share in np.linspace(0, 1, 11):
        rho = (1 - share) * (1 - 1 / np.sqrt(kappa)) + share * (1 - 1 / kappa)
        QHM.from_robust_momentum(1.0, kappa, rho)
    triple = QHM.from_triple_momentum(2.0, 25.0)
    assert triple == QHM.from_robust_momentum(2.0, 25.0)
    alone = QHM.from_triple_momentum(2.0, 1.0)
    assert (alone.alpha, alone.beta, alone.nu) == (0.5, 0.0, 0.0)


@pytest.mark.parametrize(("kappa", "xi", "eps"), [(1000.0, 10.0, 0.7), (20.0, 3.0, 0.5), (9.0, 2.0, 0.7)])
def test_accsgd(kappa: float, xi: float, eps: float) -> None:
    delta = 0.15
    a = 1 - eps**2 * xi / kappa
    x = average = START
    rows = [START]
    for k in range(STEPS):
        g = gradient(k, x)
        average = a * average + (1 - a) * (x - kappa * delta / eps * g)
        x = (eps * (x - delta * g) + (1 - a) * average) / (eps + 1 - a)
        rows.append(x)
    qhm = QHM.from_accsgd(delta, kappa, xi, eps)
    agree(qhm, rows)
    np.testing.assert_allclose(qhm.to_accsgd(eps), (delta, kappa, xi), rtol=1e-9)
    if eps == 0.7:  # the value in the paper
        assert QHM.from_accsgd(delta, kappa, xi) == qhm


@pytest.mark.parametrize(
    "coefficients",
    [(0.9, 0.0, 0.1, -0.5, 1.0, -0.07), (0.6, 0.1, -0.3, 0.2, 0.95, -0.2), (0.5, 0.0, 0.5, -0.25, 1.0, -0.5)],
)
def test_two_state(coefficients: tuple[float, float, float, float, float, float]) -> None:
    h, k_, l_, m, q, z = coefficients
    x = START
    state = (1 - q) / m * START
    rows = [START]
    for k in range(STEPS):
        g = gradient(k, x)
        state, x = h * state + k_ * x + l_ * g, m * state + q * x + z * g
        rows.append(x)
    agree(QHM.from_two_state(*coefficients), rows)


@given(alpha=st.floats(1e-3, 10), beta=st.floats(0.01, 0.99), nu=st.floats(0.01, 0.99))
def test_every_inverse_leads_back(alpha: float, beta: float, nu: float) -> None:
    qhm = QHM(alpha, beta, nu)
    for back in (
        QHM.from_two_state(*qhm.to_two_state()),
        QHM.from_pid(*qhm.to_pid()),
        QHM.from_synthesized_nesterov(*qhm.to_synthesized_nesterov()),
        QHM.from_accsgd(*qhm.to_accsgd(), eps=0.7),
    ):
        np.testing.assert_allclose((back.alpha, back.beta, back.nu), (alpha, beta, nu), rtol=1e-8)


def test_points_are_values() -> None:
    one, other = QHM([1.0, 2.0], 0.5), QHM(np.array([1.0, 2.0]), 0.5)
    assert one == other and hash(one) == hash(other) and one != QHM([1.0, 2.5], 0.5)
    assert QHM(1, 0.5) == QHM(1.0, 0.5) and QHM(1.0, 0.5).shape == ()
    assert QHM([[1.0], [2.0]], [0.1, 0.2, 0.3]).shape == (2, 3)
    source = np.array([1.0, 2.0])
    kept = QHM(source)
    source[0] = 5.0
    assert kept.alpha[0] == 1.0
    with pytest.raises(ValueError, match="read-only"):
        kept.alpha[0] = 2.0
    assert (QHM.nesterov(1.0, 0.3).nu, QHM.heavy_ball(1.0, 0.3).nu, QHM.sgd(1.0).nu) == (0.3, 1.0, 0.0)


@given(st.floats(1e-3, 10.0), st.floats(0.0, 0.999), st.floats(0.0, 1.0))
def test_the_rules_of_nu_are_those_of_the_methods(alpha: float, beta: float, nu: float) -> None:
    wanted = {"free": (beta, nu), "shb": (beta, 1.0), "nag": (beta, beta), "sgd": (0.0, 0.0)}
    for rule, (b, n) in wanted.items():
        assert tied_point(rule, alpha, beta, nu) == QHM(alpha, b, n)
    assert {rule: set(tied_fields(rule)) for rule in NU_RULES} == {
        "free": set(), "shb": {"nu"}, "nag": {"nu"}, "sgd": {"beta", "nu"},
    }  # fmt: skip
    assert [rule for rule in NU_RULES if nu_follows_beta(rule)] == ["nag"]


def test_an_unknown_rule_of_nu_is_refused() -> None:
    for call in (tied_fields, nu_follows_beta, lambda rule: tied_point(rule, 1.0, 0.5, 0.5)):
        with pytest.raises(ParameterError, match="rule = 'adam' is not allowed"):
            call("adam")
