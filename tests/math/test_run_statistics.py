"""Statistics gathered chunk by chunk: against the whole path at once, whatever the size of the chunks."""

import doctest
from typing import Any

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM, measurement, run_statistics, running_mean, time_means
from qhm_math.run_statistics import first_divergence

LOSS, NOISE = qm.Quadratic(), qm.IsotropicNoise(0.2)
CELLS = QHM([0.5, 1.7, 30.0], 0.8, 0.7)  # the last one diverges
STEPS, RUNS = 90, 30


def chunks(size: int) -> Any:
    return qm.simulate(LOSS, CELLS, (1.0, -1.0), STEPS, NOISE, 5, RUNS, chunk=size, limit=1e4)


def lengths(points: np.ndarray) -> np.ndarray:
    return np.hypot(points[..., 0], points[..., 1])


@pytest.mark.parametrize("size", [1, 7, 91])
def test_they_are_those_of_the_whole_path(size: int) -> None:
    whole = qm.run(LOSS, CELLS, (1.0, -1.0), STEPS, NOISE, 5, RUNS, limit=1e4)
    at, band, shares = np.arange(0, STEPS + 1, 3), np.array([0, 5, 50, 90]), (0.0, 0.25, 0.5, 1.0)
    *_, found = run_statistics(chunks(size), [LOSS.value, lengths], shares, at, band)
    assert found.done == STEPS
    for row, values in enumerate((LOSS.value(whole.positions), lengths(whole.positions))):
        np.testing.assert_allclose(found.means[row], values[at].mean(axis=-1), rtol=1e-11)
        ordered = np.sort(np.where(np.isnan(values[band]), np.inf, values[band]), axis=-1)
        np.testing.assert_allclose(found.quantiles[row], ordered[..., [0, 7, 14, 29]], rtol=1e-11)
    np.testing.assert_array_equal(found.diverged, [-1, -1, whole.diverged_at[2].min()])
    assert found.diverged[2] > 0 and np.isnan(found.means[0, -1, 2]) and np.isinf(found.quantiles[0, -1, 2, 1])


def test_they_are_known_as_far_as_the_runs_are() -> None:
    seen = [(found.done, int(np.isfinite(found.means[0, :, 0]).sum())) for found in
            run_statistics(chunks(40), [LOSS.value], (), np.arange(STEPS + 1))]  # fmt: skip
    assert [done + 1 for done, _ in seen] == [known for _, known in seen] and seen[-1][0] == STEPS and len(seen) == 3


@pytest.mark.parametrize("first", [0, 1, 33, STEPS])
def test_means_over_time_are_those_of_each_run(first: int) -> None:
    whole = qm.run(LOSS, CELLS, (1.0, -1.0), STEPS, NOISE, 5, RUNS, limit=1e4)
    found = time_means(chunks(17), [lengths], first)
    assert found is not None and found.done == STEPS
    np.testing.assert_allclose(found.values[0], lengths(whole.positions[first:]).mean(axis=0), rtol=1e-12)
    assert time_means(chunks(17), [lengths], STEPS + 1) is None


def test_a_running_mean_is_over_as_many_as_there_are() -> None:
    values = np.random.default_rng(0).normal(size=(2, 40))
    for window in (1, 2, 7, 40, 100):
        wanted = [[row[max(0, k + 1 - window) : k + 1].mean() for k in range(40)] for row in values]
        np.testing.assert_allclose(running_mean(values, window), wanted, rtol=1e-9)


@pytest.mark.parametrize(
    "call",
    [
        lambda: next(run_statistics(chunks(9), [LOSS.value], [1.5], [0])),
        lambda: next(run_statistics(chunks(9), [LOSS.value], [0.5], [3, 3])),
        lambda: next(run_statistics(chunks(9), [LOSS.value], [0.5], [-1, 3])),
        lambda: next(run_statistics(chunks(9), [LOSS.value], [0.5], [0.5])),
        lambda: next(run_statistics(chunks(9), [LOSS.value], [0.5], [0], [2, 1])),
        lambda: running_mean(np.ones(3), 0),
    ],
)
def test_bad_values_are_refused(call) -> None:
    with pytest.raises(qm.ParameterError):
        call()


def test_the_examples_run() -> None:
    import sys

    for module in (sys.modules[first_divergence.__module__], measurement):
        result = doctest.testmod(module)
        assert result.failed == 0 and result.attempted > 0
