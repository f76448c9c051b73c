"""The valley of section 9 of the mathematics, and schedules in exact expectation, against a recursion written out."""

from __future__ import annotations

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, ParameterError
from qhm_math.choose import CutRule, Problem, cut_schedule, greedy_schedule, raise_momentum, valley
from qhm_math.choose.valley import FIGURE_4, FIGURE_4_ALPHAS, FIGURE_4_BETA
from qhm_math.progress import Cancelled
from tests.impatient import Impatient
from tests.math.test_minibatch import second_moments


def followed(problem: Problem, alphas: np.ndarray, beta: float, nu: float) -> np.ndarray:
    """The expected losses under one α a step: P ← T P Tᵀ + N S Nᵀ with 2 × 2 matrices, mode by mode."""
    losses = np.zeros(len(alphas) + 1)
    for lam, noise, square in zip(problem.curvatures, problem.noise_variances, problem.offset_squares, strict=True):
        p = np.array([[0.0, 0.0], [0.0, square]])
        losses[0] += lam / 2 * p[1, 1]
        for k, alpha in enumerate(alphas):
            t = np.array([[beta, (1 - beta) * lam], [-alpha * nu * beta, 1 - alpha * lam * (1 - nu * beta)]])
            n = np.array([1 - beta, -alpha * (1 - nu * beta)])
            p = t @ p @ t.T + noise * np.outer(n, n)
            losses[k + 1] += lam / 2 * p[1, 1]
    return losses


def test_the_valley_of_the_figure() -> None:
    found = valley(0.9, 0.1, 10.0)
    assert found is not None
    assert (found.low, found.high, found.bound) == pytest.approx((0.2633, 3.7974, 3.8), abs=1e-4)
    inside = QHM(np.linspace(found.low * 1.0001, found.high * 0.9999, 50), 0.9, 1.0)
    np.testing.assert_allclose(FIGURE_4.rate(inside), found.rate, atol=1e-7)
    ends = FIGURE_4.stationary_loss(QHM([found.low, found.high], 0.9, 1.0))
    assert ends[0] == pytest.approx(0.041, abs=1e-4) and ends[1] == pytest.approx(411, abs=0.5)
    assert float(FIGURE_4.rate(QHM(found.low * 0.9, 0.9, 1.0))) > found.rate + 1e-3


def test_there_is_none_below_the_best_momentum() -> None:
    assert valley(0.6, 0.1, 10.0) is None
    _, beta, _ = qm.best_alpha_beta(1.0, 0.1, 10.0)
    found = valley(float(beta), 0.1, 10.0)
    assert found is not None and found.high / found.low == pytest.approx(1.0, abs=1e-6)


def test_losses_of_section_9() -> None:
    assert FIGURE_4.offset_squares.tolist() == [1600.0, 64.0] and FIGURE_4_BETA == 0.9
    assert sorted(FIGURE_4_ALPHAS) == [6_000, 20_000]
    printed = {0.26334: (5.28, 0.129, 0.041), 0.5: (1.69, 0.084, 0.081), 1.0: (1.24, 0.178, 0.177)}
    for alpha, losses in printed.items():
        schedule = cut_schedule(FIGURE_4, QHM(alpha, 0.9, 1.0), 200, CutRule(patience=1000))
        assert schedule.losses[[50, 100, 200]] == pytest.approx(losses, rel=0.01) and not schedule.cuts


@pytest.mark.parametrize("nu", [1.0, 0.7, 0.0])
@pytest.mark.parametrize("rule", [CutRule(), CutRule(0.1, 7, 0.05), CutRule(0.5, 300)])
def test_cuts_are_followed_exactly(nu: float, rule: CutRule) -> None:
    first = 1.0 if nu else 0.15
    schedule = cut_schedule(FIGURE_4, QHM(first, 0.9, nu), 700, rule)
    np.testing.assert_allclose(schedule.losses, followed(FIGURE_4, schedule.alphas, 0.9, nu), rtol=1e-9)
    # The rule, written out.
    alpha, lowest, waited, cuts = first, schedule.losses[0], 0, []
    for k in range(1, 700):
        assert schedule.alphas[k - 1] == alpha
        if schedule.losses[k] < (1 - rule.threshold) * lowest:
            lowest, waited = schedule.losses[k], 0
        else:
            waited += 1
        if waited == rule.patience:
            waited, lowest = 0, schedule.losses[k]
            if alpha >= rule.least * first:
                alpha *= rule.factor
                cuts.append(k)
    assert schedule.cuts == tuple(cuts) and schedule.alphas[-1] == alpha


def test_larger_first_then_cut_beats_the_lower_end_of_the_valley() -> None:
    low = valley(0.9, 0.1, 10.0)
    assert low is not None
    constant = FIGURE_4.expected_loss(QHM(low.low, 0.9, 1.0), 1000)
    cut = cut_schedule(FIGURE_4, QHM(1.0, 0.9, 1.0), 1000).losses
    greedy = greedy_schedule(FIGURE_4, QHM(1.0, 0.9, 1.0), 1000).losses
    assert cut[50] < constant[50] / 4 and cut[1000] < constant[1000] / 5
    assert greedy[50] < cut[50] and greedy[1000] < cut[1000]


def test_the_greedy_step_is_the_best_next_one() -> None:
    problem = Problem.additive([0.1, 1.0, 3.0], 0.2, [3.0, -2.0, 1.0])
    schedule = greedy_schedule(problem, QHM(1.0, 0.8, 0.9), 30)
    np.testing.assert_allclose(schedule.losses, followed(problem, schedule.alphas, 0.8, 0.9), rtol=1e-9)
    for k in (0, 4, 17):
        for factor in (0.9, 1.1):
            other = schedule.alphas[: k + 1].copy()
            other[k] = other[k] * factor + 1e-3 * (factor - 1)
            assert followed(problem, other, 0.8, 0.9)[-1] >= schedule.losses[k + 1] * (1 - 1e-12)


def test_more_momentum_at_the_same_alpha_is_the_other_way_down() -> None:
    axis = raise_momentum(FIGURE_4, 1.0, 1 - np.logspace(-1, -5, 30))
    assert (np.diff(axis.losses) < 0).all() and (np.diff(axis.rates) > 0).all()
    assert axis.losses[-1] == pytest.approx(1.0 * 0.6 / 4, rel=1e-3)  # α tr S/4, of first order


def test_divergence_is_infinite() -> None:
    losses = cut_schedule(FIGURE_4, QHM(1e9, 0.9, 1.0), 3000, CutRule(patience=2000)).losses
    assert not np.isnan(losses).any() and np.isinf(losses[-1])


def test_refused() -> None:
    with pytest.raises(ParameterError, match="factor = 1"):
        CutRule(1.0)
    with pytest.raises(ParameterError, match="patience = 0"):
        CutRule(patience=0)
    with pytest.raises(ParameterError, match="beta = 1"):
        valley(1.0, 0.1, 1.0)


BATCHES = Problem.mini_batches([0.1, 0.1, 10.0], 0.3, 16, [1.0, 2.0, -1.0])


def test_under_mini_batches_a_schedule_without_cuts_is_the_expected_loss() -> None:
    point = QHM(0.5, 0.9, 0.8)
    never = cut_schedule(BATCHES, point, 300, CutRule(patience=301))
    assert never.losses == pytest.approx(np.asarray(BATCHES.expected_loss(point, 300)), rel=1e-9)


def test_under_mini_batches_a_cut_goes_on_from_where_it_was() -> None:
    """Independently, by the map of the second moments of all three modes, with the α of each step."""
    found = cut_schedule(BATCHES, QHM(1.0, 0.9, 1.0), 400, CutRule(0.5, 40))
    assert len(found.cuts) >= 2
    lam, state = np.array([0.1, 0.1, 10.0]), np.zeros(9)
    state[2::3] = np.square([1.0, 2.0, -1.0])
    for k, alpha in enumerate(found.alphas):
        whole, constant = second_moments(QHM(float(alpha), 0.9, 1.0), lam, 16.0)
        state = whole @ state + 0.3 * constant
        assert found.losses[k + 1] == pytest.approx(float(lam @ state[2::3]) / 2, rel=1e-8)


def test_under_mini_batches_no_alpha_makes_the_next_loss_lower_than_the_greedy_one() -> None:
    greedy = greedy_schedule(BATCHES, QHM.sgd(0.1), 1).losses[1]
    alphas = np.geomspace(1e-3, 1.0, 400)
    others = np.asarray(BATCHES.expected_loss(QHM.sgd(alphas), 1))[:, 1]
    assert greedy <= others.min() <= greedy * 1.001


def test_schedules_are_cancelled_between_blocks() -> None:
    for schedule in (cut_schedule, greedy_schedule):
        monitor = Impatient(2)
        with pytest.raises(Cancelled):
            schedule(BATCHES, QHM(1.0, 0.9, 1.0), 5000, monitor=monitor)
        assert monitor.asked == 3
