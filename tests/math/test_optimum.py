"""The best parameters: the paper's values, the closed forms, and a search that knows nothing of either."""

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM
from qhm_math.optimum import best_nesterov
from qhm_math.solving import solve_falling

PAPER = json.loads(Path(__file__).with_name("paper_values.json").read_text())
KAPPAS = [1.0, 1.5, 10.0, 1e3, 1e6]


def rate(alpha: object, beta: object, nu: object, mu: object, top: object) -> np.ndarray:
    return qm.convergence_rate(QHM(alpha, beta, nu), mu, top)  # type: ignore[arg-type]


@pytest.mark.parametrize("row", PAPER["best_alpha"])
def test_best_alpha_of_the_paper(row: dict[str, float]) -> None:
    alpha = qm.best_alpha(row["beta"], row["nu"], row["mu"], row["L"])
    assert float(rate(alpha, row["beta"], row["nu"], row["mu"], row["L"])) <= row["rate"] + 1e-9


@pytest.mark.parametrize("row", PAPER["best_alpha_beta"])
def test_best_alpha_and_beta_of_the_paper(row: dict[str, float]) -> None:
    alpha, beta, best = qm.best_alpha_beta(row["nu"], row["mu"], row["L"])
    assert float(best) <= row["rate"] + 1e-9
    assert float(rate(alpha, beta, row["nu"], row["mu"], row["L"])) <= row["rate"] + 1e-8
    # The paper's search has a finite grid, so it cannot be far above either.
    assert float(best) == pytest.approx(row["rate"], abs=1e-4)


@pytest.mark.parametrize("kappa", KAPPAS)
def test_sgd(kappa: float) -> None:
    mu, top = 0.5, 0.5 * kappa
    for alpha in (qm.best_alpha(0.0, 1.0, mu, top), qm.best_alpha(0.0, 0.0, mu, top)):
        assert float(alpha) == pytest.approx(2 / (mu + top), rel=1e-9)
    alpha, beta, best = qm.best_alpha_beta(0.0, mu, top)
    assert float(alpha) == pytest.approx(2 / (mu + top), rel=1e-9)
    assert float(best) == pytest.approx((kappa - 1) / (kappa + 1), abs=1e-12)
    assert float(rate(alpha, beta, 0.0, mu, top)) == pytest.approx(float(best), abs=1e-12)


@pytest.mark.parametrize("kappa", KAPPAS)
def test_heavy_ball(kappa: float) -> None:
    mu, top = 0.5, 0.5 * kappa
    alpha, beta, best = (float(v) for v in qm.best_alpha_beta(1.0, mu, top))
    root = (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)
    assert alpha == pytest.approx(1 / np.sqrt(mu * top), rel=1e-9)
    assert beta == pytest.approx(root**2, abs=1e-12)
    assert best == pytest.approx(root, abs=1e-12)


@pytest.mark.parametrize("kappa", [10.0, 100.0])
@pytest.mark.parametrize("beta", [0.75, 0.9, 0.99])
def test_the_flat_valley_of_the_heavy_ball(kappa: float, beta: float) -> None:
    low = (1 - np.sqrt(beta)) ** 2 / (1 - beta)
    high = (1 + np.sqrt(beta)) ** 2 / (1 - beta) / kappa
    alpha = float(qm.best_alpha(beta, 1.0, 1.0, kappa))
    if low > high:
        assert float(rate(alpha, beta, 1.0, 1.0, kappa)) > np.sqrt(beta)
        return
    inside = np.linspace(low * (1 + 1e-12), high * (1 - 1e-12), 50)
    np.testing.assert_allclose(rate(inside, beta, 1.0, 1.0, kappa), np.sqrt(beta), rtol=1e-9)
    assert alpha == pytest.approx(low, rel=1e-9)  # the end with the least noise
    assert float(rate(alpha, beta, 1.0, 1.0, kappa)) == pytest.approx(np.sqrt(beta), abs=1e-12)
    assert float(rate(low * 0.99, beta, 1.0, 1.0, kappa)) > np.sqrt(beta) * (1 + 1e-4)
    assert high < float(qm.max_stable_alpha(beta, 1.0, kappa))


@pytest.mark.parametrize("kappa", KAPPAS[1:])
def test_nesterov(kappa: float) -> None:
    s = np.sqrt(3 * kappa + 1)
    beta, best = (s - 2) / (s + 2), 1 - 2 / s
    alpha = 4 / ((3 * kappa + 1) * (1 - beta))
    # critically damped: half of the digits of an evaluated rate are rounding
    assert float(rate(alpha, beta, beta, 1.0, kappa)) == pytest.approx(best, abs=1e-8)
    assert float(qm.best_alpha(beta, beta, 1.0, kappa)) == pytest.approx(alpha, rel=1e-6)
    np.testing.assert_allclose(best_nesterov(1.0, kappa), (alpha, beta, best), rtol=1e-12)
    other = np.linspace(0, 0.9999, 400)
    assert float(rate(qm.best_alpha(other, other, 1.0, kappa), other, other, 1.0, kappa).min()) >= best - 1e-9
    # it is also the best nu at its beta: the second phase of best_nu meets nu = beta there
    assert float(qm.best_nu(beta, 1.0, kappa)[2]) <= best + 1e-12


@pytest.mark.parametrize("kappa", KAPPAS)
def test_triple_momentum(kappa: float) -> None:
    triple = QHM.from_triple_momentum(kappa, kappa)
    assert float(qm.convergence_rate(triple, 1.0, kappa)) == pytest.approx(1 - 1 / np.sqrt(kappa), abs=1e-7)


@example(0.75, 0.9999999999999999, 0.0)  # the balance is at a double root
@given(st.floats(0, 0.995), st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0, 1)), st.floats(0, 4))
@pytest.mark.slow
def test_no_alpha_is_better(beta: float, nu: float, decades: float) -> None:
    kappa = 10**decades
    alpha = float(qm.best_alpha(beta, nu, 1.0, kappa))
    best = float(rate(alpha, beta, nu, 1.0, kappa))
    others = np.geomspace(1e-4, 1, 2000) * float(qm.max_stable_alpha(beta, nu, 1.0))
    others = np.concatenate((others, alpha * (1 + np.linspace(-1e-3, 1e-3, 100))))
    assert best <= float(rate(others, beta, nu, 1.0, kappa).min()) + 1e-9


@given(st.floats(0, 1), st.floats(0.01, 4), st.integers(0, 2**32))
@pytest.mark.slow
def test_no_alpha_and_beta_are_better(nu: float, decades: float, seed: int) -> None:
    kappa = 10**decades
    alpha, beta, best = (float(v) for v in qm.best_alpha_beta(nu, 1.0, kappa))
    rng = np.random.default_rng(seed)
    spread = 10 ** rng.uniform(-4, 0, 3000)
    others = np.clip(1 - (1 - beta) * np.exp(spread * rng.normal(size=3000)), 0, 0.999999)
    tried = rate(alpha * np.exp(spread * rng.normal(size=3000)), others, nu, 1.0, kappa)
    assert best <= float(tried.min()) + 1e-9
    assert float(rate(alpha, beta, nu, 1.0, kappa)) == pytest.approx(best, abs=1e-7)
    assert float(qm.best_rate(nu, kappa)) == best


@given(st.floats(0, 0.999), st.floats(0, 4))
@pytest.mark.slow
def test_no_nu_is_better(beta: float, decades: float) -> None:
    kappa = 10**decades
    alpha, nu, best = (float(v) for v in qm.best_nu(beta, 1.0, kappa))
    # One rounding of nu or beta moves c2 by eps/(1-beta), and the modulus by up to the root of that.
    rounding = 2 * np.sqrt(np.finfo(float).eps / (1 - beta))
    assert float(rate(alpha, beta, nu, 1.0, kappa)) == pytest.approx(best, abs=rounding)
    others = np.clip(np.concatenate((np.linspace(0, 1, 201), nu + np.linspace(-1e-3, 1e-3, 21))), 0, 1)
    tried = rate(qm.best_alpha(beta, others, 1.0, kappa), beta, others, 1.0, kappa)
    assert best <= float(tried.min()) + 1e-9


def test_best_nu_meets_itself_between_its_phases() -> None:
    for kappa in (3.0, 10.0, 1000.0):
        first = ((np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1)) ** 2
        second = (kappa - 1) / (kappa + 1)
        for edge, tolerance in ((first, 2e-4), (second, 1e-6)):
            # the first phase ends with a square root, so the step across shrinks like its root
            around = np.array(qm.best_nu(edge + np.array([-1e-9, 1e-9]), 1.0, kappa))
            np.testing.assert_allclose(around[:, 0], around[:, 1], rtol=0, atol=tolerance)
    assert [float(v) for v in qm.best_nu(0.0, 1.0, 3.0)] == [0.5, 1.0, 0.5]
    np.testing.assert_allclose(qm.best_nu(0.3, 2.0, 2.0), (0.5 / 0.7, 0.3, 0.0), atol=1e-15)


def test_the_conjecture_on_a_grid() -> None:
    """[G] figure 5: R* falls with ν; and it is between the heavy ball's and SGD's."""
    kappa = np.geomspace(1, 1e6, 60)[:, None]
    best = qm.best_rate(np.linspace(0, 1, 80), kappa)
    assert best.shape == (60, 80)
    assert (np.diff(best[1:], axis=1) < 0).all()
    np.testing.assert_allclose(best[:, :1], (kappa - 1) / (kappa + 1), rtol=1e-12)
    np.testing.assert_allclose(best[:, -1:], (np.sqrt(kappa) - 1) / (np.sqrt(kappa) + 1), rtol=1e-12)


def test_the_gap_keeps_its_digits_at_large_condition_numbers() -> None:
    kappa = np.array([1e8, 1e12])
    np.testing.assert_allclose(1 - qm.best_rate(1.0, kappa), 2 / (np.sqrt(kappa) + 1), rtol=1e-9)
    np.testing.assert_allclose(qm.best_alpha_beta(0.0, 1.0, kappa)[0], 2 / (kappa + 1), rtol=1e-12)


def test_the_solver_takes_the_end_that_is_past_the_zero() -> None:
    left, right = np.array([1.0, 1.0, 1.0]), np.array([2.0, 2.0, 2.0])
    found = solve_falling(lambda x: np.array([0.5, 1.7, 3.0]) - x, left, right)
    np.testing.assert_allclose(found, [1.0, 1.7, 2.0], rtol=1e-15)
    kink = solve_falling(lambda x: np.where(x < 1.25, 1.0, -1e-9), left, right)
    np.testing.assert_allclose(kink, 1.25, rtol=1e-12)
