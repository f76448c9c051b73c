"""Stationary losses by simulation: long enough burn-ins, means that agree with the theory, and what is too slow."""

import doctest
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import QHM, burn_in_steps, stationary_means, stationary_runs

LOCAL = qm.local_quadratic(qm.Quadratic(), qm.IsotropicNoise(0.1), (0.0, 0.0))


@given(st.floats(0.0, 0.9999))
def test_a_burn_in_takes_six_decades_of_loss(rate: float) -> None:
    steps = float(burn_in_steps(rate))
    assert steps >= 1 and rate ** (2 * steps) <= 1.0001e-6
    assert steps == 1 or rate ** (2 * (steps - 1)) > 0.9999e-6


def test_a_run_that_never_forgets_has_none() -> None:
    assert burn_in_steps([1.0, 1.2]).tolist() == [math.inf, math.inf]
    with pytest.raises(qm.ParameterError):
        burn_in_steps(-0.1)


def test_means_agree_with_the_theory_within_their_errors() -> None:
    grid = QHM(np.array([0.2, 1.0, 1.7])[:, None], [0.0, 0.8, 0.95], 0.7)
    found = stationary_means(LOCAL, grid, 300, 40, 3)
    assert found is not None and found.runs == 40 and not found.too_slow.any()
    away = np.abs(found.means - LOCAL.stationary_loss(grid)) / found.standard_errors
    assert away.shape == (3, 3) and away.max() < 4
    early = stationary_means(LOCAL, grid, 20, 40, 3, warm_up=False)
    assert early is not None and (early.means < LOCAL.stationary_loss(grid)).all()  # runs that start at the minimum


def test_unstable_and_slow_cells_are_left_out() -> None:
    grid = QHM([1.0, 1e-6, 500.0], 0.5, 0.7)
    found = stationary_means(LOCAL, grid, 50, 20, longest=10_000)
    assert found is not None
    assert found.too_slow.tolist() == [False, True, False] and np.isfinite(found.means).tolist() == [True, False, False]
    # few draws: fewer runs, down to the fewest, and then none
    for draws, runs, slow in ((1e9, 60, False), (2 * 306 * 30, 30, False), (2 * 306 * 10, 60, True)):
        found = stationary_means(LOCAL, QHM([1.0], 0.5, 0.7), 50, 60, draws=draws, fewest=20)
        assert found is not None and (found.runs, bool(found.too_slow[0])) == (runs, slow)


def test_above_a_minimum_that_is_not_the_lowest() -> None:
    local = qm.local_quadratic(qm.StyblinskiTang(), qm.IsotropicNoise(0.3), (2.5, 2.5))
    found, wanted = stationary_means(local, QHM([0.01], 0.5, 0.7), 200, 40), local.stationary_loss(QHM(0.01, 0.5, 0.7))
    assert found is not None and found.means[0] == pytest.approx(float(wanted), rel=0.1)


def test_a_cancelled_one_is_none() -> None:
    class Stopped:
        def cancelled(self) -> bool:
            return True

        def report(self, fraction: float) -> None:
            pass

    assert stationary_means(LOCAL, QHM([1.0], 0.5, 0.7), 50, 20, monitor=Stopped()) is None


def test_the_examples_run() -> None:
    result = doctest.testmod(stationary_runs)
    assert result.failed == 0 and result.attempted > 0
