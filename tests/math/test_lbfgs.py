"""The search of a minimum by gradients, beside SciPy's."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import optimize

from qhm_math.checks import FloatArray
from qhm_math.experiments.lbfgs import lbfgs


class Counted:
    """A function with its gradient, which knows how often it was asked."""

    def __init__(self, value, gradient) -> None:
        self.value, self.gradient, self.count = value, gradient, 0

    def __call__(self, place: FloatArray) -> tuple[float, FloatArray]:
        self.count += 1
        return float(self.value(place)), np.asarray(self.gradient(place), float)


def quadratic(condition: float, size: int = 40) -> Counted:
    curvatures = np.geomspace(1, condition, size)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((size, size)))[0]
    matrix = turn @ np.diag(curvatures) @ turn.T
    return Counted(lambda x: x @ matrix @ x / 2, lambda x: matrix @ x)


def rosenbrock() -> Counted:
    return Counted(optimize.rosen, optimize.rosen_der)


@pytest.mark.parametrize(
    ("make", "start"),
    [
        (lambda: quadratic(10.0), np.ones(40)),
        (lambda: quadratic(1e4), np.ones(40)),
        (rosenbrock, np.tile([-1.2, 1.0], 10)),
        (rosenbrock, np.full(2, 1e3)),
        (lambda: Counted(lambda x: np.log(np.cosh(x)).sum(), np.tanh), np.array([20.0, -3.0, 0.5])),
    ],
    ids=["quadratic", "ill-conditioned", "rosenbrock", "from afar", "flat far away"],
)
def test_it_comes_to_the_minimum_as_fast_as_scipy(make, start: FloatArray) -> None:
    ours, theirs = make(), make()
    found = lbfgs(ours, start, 5000, 1e-6, 0.0)
    options = {"maxiter": 5000, "maxcor": 20, "ftol": 0.0, "gtol": 1e-6}
    wanted = optimize.minimize(theirs, start, jac=True, method="L-BFGS-B", options=options)
    assert np.abs(found.gradient).max() <= 1e-6 and found.value <= wanted.fun + 1e-9
    assert (found.value, found.gradient.tolist()) == (ours(found.place)[0], ours(found.place)[1].tolist())
    assert ours.count <= 1.5 * theirs.count + 10


def test_it_ends_where_there_is_nothing_to_do() -> None:
    at_rest = quadratic(10.0)
    assert lbfgs(at_rest, np.zeros(40), 100, 1e-6).place.tolist() == [0.0] * 40 and at_rest.count == 1
    begun = lbfgs(quadratic(1e4), np.ones(40), 0, 1e-6)
    assert begun.place.tolist() == [1.0] * 40
    few = lbfgs(quadratic(1e4), np.ones(40), 3, 1e-6)
    assert begun.value > few.value > 1e-6
    broken = lbfgs(Counted(lambda x: np.nan, lambda x: x * np.nan), np.ones(2), 100, 1e-6)
    assert broken.place.tolist() == [1.0, 1.0]


def test_a_small_fall_ends_it() -> None:
    loose, tight = quadratic(1e4), quadratic(1e4)
    lbfgs(loose, np.ones(40), 1000, 0.0, 1e-2)
    lbfgs(tight, np.ones(40), 1000, 0.0, 1e-12)
    assert loose.count < tight.count < 1000


def test_it_finds_its_way_where_the_function_ends() -> None:
    """Beyond the wall the value is infinite: a step there is too long, and nothing else."""

    def value(x: FloatArray) -> float:
        return float(-np.log(1 - x).sum() - x.sum()) if (x < 1).all() else np.inf

    walled = Counted(value, lambda x: x / (1 - x) if (x < 1).all() else np.full(2, np.nan))
    found = lbfgs(walled, np.array([0.99, -30.0]), 200, 1e-8)
    np.testing.assert_allclose(found.place, 0, atol=1e-7)


def test_the_lowest_of_a_line_that_falls_for_ever_is_not_looked_for_for_ever() -> None:
    endless = Counted(lambda x: float(x.sum()), np.ones_like)
    assert lbfgs(endless, np.zeros(3), 1000, 1e-6).value <= 0.0 and endless.count < 200


def test_places_that_were_handed_out_are_not_overwritten() -> None:
    seen: list[tuple[FloatArray, FloatArray]] = []

    def function(x: FloatArray) -> tuple[float, FloatArray]:
        seen.append((x, x.copy()))
        return float(x @ x), 2 * x

    start = np.arange(5.0)
    lbfgs(function, start, 50, 1e-9)
    assert all((now == then).all() for now, then in seen) and start.tolist() == [0, 1, 2, 3, 4]
