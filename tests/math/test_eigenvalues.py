"""Spectra to choose for: what they hold, what is refused, and that weighted directions are the same problem."""

from __future__ import annotations

import numpy as np
import pytest

from qhm_math import QHM, ParameterError
from qhm_math.choose import Problem, held_loss, outcome
from qhm_math.eigenvalues import SPECTRA, EigenvalueList, Nodes, OfLoss, PowerLaw

POINT = QHM(0.3, 0.8, 0.6)
#: Three directions of curvature 0.2 and one of 1.
ONE_BY_ONE = [0.2, 0.2, 0.2, 1.0]
TOGETHER = Nodes(np.array([0.2, 1.0]), np.array([3.0, 1.0]))


def test_a_power_law_is_one() -> None:
    nodes = PowerLaw(5, 2.0, 1.5).nodes()
    assert nodes is not None and nodes.curvatures == pytest.approx(2.0 * np.arange(1, 6) ** -1.5)
    assert OfLoss().nodes() is None and set(SPECTRA) == {"loss", "list", "power"}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: EigenvalueList((1.0, -2.0)), "values = -2"),
        (lambda: EigenvalueList((1.0, 2j)), "real: the eigenvalues of a symmetric matrix"),  # type: ignore[arg-type]
        (lambda: EigenvalueList(()), "a list of 1 to"),
        (lambda: EigenvalueList((1.0, float("nan"))), "values = nan"),
        (lambda: EigenvalueList((1e-9, 1.0)), "greater than 1e-09 of the largest"),
        (lambda: EigenvalueList((1.0,) * 10_001), "at most 10,000 values"),
        (lambda: EigenvalueList((1.0, 2.0), counts=(1.0,)), "as many values as there are eigenvalues"),
        (lambda: EigenvalueList((1.0, 2.0), counts=(1.0, 0.0)), "counts = 0"),
        (lambda: EigenvalueList((1.0,), noise_variances=(-1.0,)), "noise_variances = -1"),
        (lambda: EigenvalueList(("a",)), "values"),  # type: ignore[arg-type]
        (lambda: PowerLaw(0), "size = 0"),
        (lambda: PowerLaw(1000, 1.0, 3.0), "so small that"),
        (lambda: Problem.of_nodes(TOGETHER, batch=0.5), "batch = 0.5"),
        (lambda: Problem.of_nodes(TOGETHER._replace(offset_squares=np.ones(3))), "one for each of the 2 curvatures"),
    ],
)
def test_bad_spectra_are_refused_in_one_sentence(make, said: str) -> None:
    with pytest.raises(ParameterError) as refused:
        make()
    assert said in str(refused.value) and "\n" not in str(refused.value)


def test_a_direction_that_stands_for_several_is_as_these() -> None:
    assert Problem.of_nodes(TOGETHER, 0.1, 2.0) == Problem.additive(ONE_BY_ONE, 0.1, 2.0)
    assert Problem.of_nodes(TOGETHER, 0.1, 2.0, 8) == Problem.mini_batches(ONE_BY_ONE, 0.1, 8, 2.0)


def test_directions_have_their_own_noise_and_start() -> None:
    nodes = EigenvalueList((1.0, 0.2), (0.5, 2.0), (0.3, 0.1), (4.0, 0.0)).nodes()
    assert nodes is not None
    problem = Problem.of_nodes(nodes, 99.0, 99.0)
    assert problem.curvatures.tolist() == [0.2, 1.0] and problem.counts.tolist() == [2.0, 0.5]
    assert problem == Problem.of_nodes(nodes)
    alone = Problem.additive([0.2, 1.0], [0.1, 0.3], [0.0, 2.0])
    assert outcome(problem, POINT, 50) == outcome(alone, POINT, 50)


@pytest.mark.parametrize("counts", [(3.0, 1.0), (2.5, 0.75)])
def test_under_mini_batches_a_count_need_not_be_whole(counts: tuple[float, float]) -> None:
    """Step by step, in one go by doubling, and K: three computations that know of counts."""
    problem = Problem.of_nodes(TOGETHER._replace(counts=np.array(counts)), 0.1, 1.0, 8)
    path = problem.expected_loss(POINT, 400)
    assert float(held_loss(problem, POINT, 400).total) == pytest.approx(float(path[361:].mean()), rel=1e-9)
    assert float(problem.stationary_loss(POINT)) == pytest.approx(float(path[-1]), rel=1e-6)
    edge = QHM(float(problem.max_mean_square_alpha(POINT)), POINT.beta, POINT.nu)
    assert float(problem.mean_square_coefficient(edge)) == pytest.approx(1.0, rel=1e-6)
