"""Schedule-Free SGD, Lion, AdEMAMix's simple form and DANA beside QHM: both iterations run on the same noise."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from qhm_math import QHM, ParameterError
from qhm_math.newer_conversions import schedule_free_betas

STEPS, LAM = 300, np.array([0.1, 1.0, 3.0])
NOISE = np.random.default_rng(7).normal(size=(STEPS, 3))
START = np.array([1.0, -2.0, 3.0])
Step = Callable[[np.ndarray, int], np.ndarray]


def gradient(x: np.ndarray, k: int) -> np.ndarray:
    return LAM * x + NOISE[k]


def of_qhm(points: list[tuple[float, float, float]]) -> np.ndarray:
    """The paper's recursion, written out, with one (α, β, ν) a step."""
    x, d, path = START, np.zeros(3), [START]
    for k, (alpha, beta, nu) in enumerate(points):
        g = gradient(x, k)
        d = (1 - beta) * g + beta * d
        x = x - alpha * ((1 - nu) * g + nu * d)
        path.append(x)
    return np.array(path)


def constant(qhm: QHM) -> np.ndarray:
    return of_qhm([(float(qhm.alpha), float(qhm.beta), float(qhm.nu))] * STEPS)


def averaged(gamma: float, b: float, weight: Callable[[int], float]) -> np.ndarray:
    """Schedule-Free SGD, as in its paper; the points where gradients are taken."""
    z = mean = START
    path = [START]
    for k in range(STEPS):
        z = z - gamma * gradient(path[-1], k)
        c = weight(k)
        mean = (1 - c) * mean + c * z
        path.append((1 - b) * z + b * mean)
    return np.array(path)


def close(ours: np.ndarray, theirs: np.ndarray) -> None:
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-12 * np.abs(theirs).max())


@pytest.mark.parametrize(("gamma", "b", "c"), [(0.3, 0.9, 0.1), (0.2, 0.0, 0.5), (0.3, 1.0, 0.01), (0.4, 0.7, 1.0)])
def test_averaging_with_a_constant_weight(gamma: float, b: float, c: float) -> None:
    qhm = QHM.from_averaging(gamma, b, c)
    close(constant(qhm), averaged(gamma, b, lambda _: c))
    assert qhm.to_averaging() == pytest.approx((gamma, b, c), abs=1e-15)


@pytest.mark.parametrize(("gamma", "b"), [(0.3, 0.9), (0.5, 0.98), (0.2, 0.0), (0.5, 1.0)])
def test_schedule_free_is_a_path(gamma: float, b: float) -> None:
    path = QHM.from_schedule_free(gamma, b, np.arange(STEPS))
    assert path.beta.tolist() == schedule_free_betas(STEPS).tolist()
    points = [(float(path.alpha), float(beta), float(path.nu)) for beta in path.beta]
    # z_{k+1} enters the average of z_0 … z_{k+1} with 1/(k+2).
    close(of_qhm(points), averaged(gamma, b, lambda k: 1 / (k + 2)))
    assert QHM.from_schedule_free(gamma, b, 5).to_schedule_free() == pytest.approx((gamma, b), abs=1e-15)


@pytest.mark.parametrize(("beta1", "beta2"), [(0.9, 0.99), (0.5, 0.5), (0.0, 0.9), (0.0, 0.0)])
def test_lion_before_the_sign(beta1: float, beta2: float) -> None:
    """Along any path: Lion's own, with the sign."""
    qhm = QHM.from_lion(0.01, beta1, beta2)
    x, m, d = START, np.zeros(3), np.zeros(3)
    for k in range(STEPS):
        g = gradient(x, k)
        lions = beta1 * m + (1 - beta1) * g
        m = beta2 * m + (1 - beta2) * g
        d = (1 - qhm.beta) * g + qhm.beta * d
        np.testing.assert_allclose((1 - qhm.nu) * g + qhm.nu * d, lions, rtol=0, atol=1e-12)
        x = x - 0.01 * np.sign(lions)
    assert qhm.to_lion() == pytest.approx((0.01, beta1, beta2), abs=1e-15)


def test_the_package_takes_one_plain_step_before_that_path() -> None:
    """schedulefree weighs its first z with 1, so that its average forgets the start."""
    gamma, b = 0.3, 0.9
    path = QHM.from_schedule_free(gamma, b, np.arange(STEPS - 1))
    points = [(gamma, 0.0, 0.0), *((float(path.alpha), float(beta), float(path.nu)) for beta in path.beta)]
    close(of_qhm(points), averaged(gamma, b, lambda k: 1 / (k + 1)))


def test_lions_defaults_are_this_share_of_momentum() -> None:
    assert QHM.from_lion(1e-4).nu == pytest.approx(0.909, abs=1e-3)
    with pytest.raises(ParameterError, match="at most beta2"):
        QHM.from_lion(1e-4, 0.99, 0.9)


@pytest.mark.parametrize(
    "g", [(0.1, 0.2, 0.3, 0.1), (1.0, 0.0, 0.05, 0.5), (0.3, 0.2, 0.0, 1.0), (0.01, 0.1, 2.0, 0.01)]
)
def test_two_buffers(g: tuple[float, float, float, float]) -> None:
    gamma1, gamma2, gamma3, delta = g
    qhm = QHM.from_two_buffers(*g)
    x, y, path = START, np.zeros(3), [START]
    for k in range(STEPS):
        now = gradient(x, k)
        y = (1 - delta) * y + gamma1 * now
        x = x - gamma2 * now - gamma3 * y
        path.append(x)
    close(constant(qhm), np.array(path))
    close(constant(QHM.from_two_buffers(*qhm.to_two_buffers())), np.array(path))


@pytest.mark.parametrize(("lr", "mix", "beta3"), [(0.05, 5.0, 0.99), (0.3, 0.0, 0.9), (0.1, 1.0, 0.0)])
def test_ademamix(lr: float, mix: float, beta3: float) -> None:
    qhm = QHM.from_ademamix(lr, mix, beta3)
    x, m, path = START, np.zeros(3), [START]
    for k in range(STEPS):
        g = gradient(x, k)
        m = beta3 * m + (1 - beta3) * g
        x = x - lr * (g + mix * m)
        path.append(x)
    close(constant(qhm), np.array(path))
    assert qhm.to_ademamix() == pytest.approx((lr, mix, beta3), rel=1e-14)


def test_refused() -> None:
    with pytest.raises(ParameterError, match="not both 0"):
        QHM.from_two_buffers(1.0, 0.0, 0.0, 0.5)
    with pytest.raises(ParameterError, match="less than 1 for AdEMAMix"):
        QHM(1.0, 0.9, 1.0).to_ademamix()
    with pytest.raises(ParameterError, match="c = 0"):
        QHM.from_averaging(1.0, 0.5, 0.0)
    with pytest.raises(ParameterError, match="b = 2"):
        QHM.from_schedule_free(1.0, 2.0, 0)
