"""L-BFGS: minima that are known, against SciPy's on a classifier, and how it ends."""

import numpy as np
import pytest
from scipy.optimize import minimize, rosen, rosen_der

from qhm_math.experiments import Axis, SweepSettings, make_task
from qhm_math.experiments.lbfgs import lbfgs

Answer = tuple[float, np.ndarray]


def test_rosenbrock_in_twenty_dimensions() -> None:
    calls = 0

    def full(x: np.ndarray) -> Answer:
        nonlocal calls
        calls += 1
        return float(rosen(x)), rosen_der(x)

    found = lbfgs(full, np.tile([-1.2, 1.0], 10), 1000, decrease=0.0)
    np.testing.assert_allclose(found.x, 1.0, atol=1e-5)
    assert calls < 300 and np.abs(found.gradient).max() <= 1e-6


@pytest.mark.parametrize("condition", [1.0, 1e3, 1e8])
def test_a_quadratic(condition: float) -> None:
    curvatures = np.geomspace(1 / condition, 1.0, 7)
    found = lbfgs(
        lambda x: (float(curvatures @ (x * x)) / 2, curvatures * x), np.ones(7), 500, decrease=0.0, slope=1e-9
    )
    assert found.value < 1e-9 and np.abs(found.gradient).max() < 1e-4


def test_softmax_regression_is_where_scipy_finds_it() -> None:
    one = Axis(1.0, 8.0, 4), Axis(0.0, 0.9, 3), Axis.at(1.0)
    task = make_task(SweepSettings("softmax-digits", *one, epochs=1.0, seeds=1, origin="checkpoint"))
    found = task.checkpoint()
    other = minimize(task.full, task.start(0), jac=True, method="L-BFGS-B", options={"gtol": 1e-8, "ftol": 1e-15})
    np.testing.assert_allclose(found.weights, other.x, atol=2e-4)
    assert found.loss == pytest.approx(other.fun, rel=1e-8)


def test_it_ends_where_nothing_is_lower_and_keeps_to_its_iterations() -> None:
    top = np.array([1.0, -2.0])
    assert lbfgs(lambda x: (0.0, np.zeros(2)), top, 50).x is top  # flat
    wrong = lbfgs(lambda x: (float(x @ x), -x), top, 50)  # a gradient that lies
    assert wrong.value <= 5.0
    calls = 0

    def never(x: np.ndarray) -> Answer:
        nonlocal calls
        calls += 1
        return float(np.exp(-x[0])), np.array([-np.exp(-x[0]), 0.0])  # the minimum is at infinity

    assert np.isfinite(lbfgs(never, top, 5, decrease=0.0, slope=0.0).value) and calls < 60


def test_undefined_values_are_stepped_back_from() -> None:
    def full(x: np.ndarray) -> Answer:
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(x[0] - np.log(x[0])), 1 - 1 / x  # NaN left of 0

    assert lbfgs(full, np.array([8.0]), 100).x == pytest.approx(1.0, abs=1e-5)
