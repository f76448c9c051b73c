"""Notes of calls; named points are those of the textbooks; a comparison tells gain and cost."""

from __future__ import annotations

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM
from qhm_math.choose import CallNote, Change, Problem, calls, compare, named_points, outcome

POINTS = {
    "sgd": QHM.sgd(0.1),
    "heavy ball": QHM(0.3, 0.9, 1.0),
    "nesterov": QHM(0.3, 0.9, 0.9),
    "any": QHM(0.3, 0.95, 0.7),
}


def test_the_dampened_first_step_is_named() -> None:
    notes = {name: calls(qhm)[0].note for name, qhm in POINTS.items()}
    assert notes["heavy ball"] is notes["nesterov"] is CallNote.UNDAMPENED
    assert notes["sgd"] is notes["any"] is CallNote.SAME


def test_named_points_have_the_textbook_rates() -> None:
    mu, top = 0.1, 10.0
    rates = {one.key: float(qm.convergence_rate(one.qhm, mu, top)) for one in named_points(Problem.interval(mu, top))}
    kappa = top / mu
    assert rates["sgd"] == pytest.approx((kappa - 1) / (kappa + 1))
    assert rates["shb"] == pytest.approx((kappa**0.5 - 1) / (kappa**0.5 + 1), abs=1e-7)
    assert rates["nag"] == pytest.approx(1 - 2 / (3 * kappa + 1) ** 0.5, abs=1e-7)
    assert rates["triple momentum"] == pytest.approx(1 - kappa**-0.5, abs=1e-7)


def test_a_comparison_tells_gain_and_cost() -> None:
    problem = Problem.interval(1.0, 2.0, 0.1)
    slow, fast = (outcome(problem, QHM.sgd(alpha), 100) for alpha in (0.1, 0.4))
    there, back = compare(slow, fast), compare(fast, slow)
    assert dict(there.gains).keys() == dict.fromkeys([Change.LOWER_LOSS, Change.LOWER_FLOOR]).keys()
    assert dict(there.costs).keys() == {Change.SLOWER}
    assert dict(back.gains)[Change.FASTER] == pytest.approx(dict(there.costs)[Change.SLOWER])
    assert compare(slow, outcome(problem, QHM.sgd(2.0), 100)).gains == ((Change.STABLE, np.inf),)
    assert compare(slow, slow).gains == compare(slow, slow).costs == ()
