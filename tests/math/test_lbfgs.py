"""L-BFGS, beside SciPy's."""

import numpy as np
import pytest
from scipy import optimize

from qhm_math.experiments.lbfgs import lbfgs


def curved_valley(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Rosenbrock's."""
    return float(optimize.rosen(x)), np.asarray(optimize.rosen_der(x))


def stiff(x: np.ndarray) -> tuple[float, np.ndarray]:
    curvatures = np.geomspace(1e-2, 1e2, len(x))
    return float(0.5 * curvatures @ (x - 1) ** 2), curvatures * (x - 1)


def edge(x: np.ndarray) -> tuple[float, np.ndarray]:
    """Its curvature is a million at 0 and nothing elsewhere."""
    length = float(np.sqrt(1e-6 + x @ x))
    return length, x / length


@pytest.mark.parametrize(
    ("function", "start"),
    [
        (curved_valley, np.array([-1.2, 1.0])),
        (curved_valley, np.full(20, -1.3)),
        (stiff, np.linspace(-3, 5, 30)),
        (edge, np.array([3.0, -2.0, 1.0])),
    ],
)
def test_it_comes_as_low_as_scipys_with_as_many_evaluations(function, start: np.ndarray) -> None:
    calls = 0

    def counted(x: np.ndarray) -> tuple[float, np.ndarray]:
        nonlocal calls
        calls += 1
        return function(x)

    point, value = lbfgs(counted, start, 2000, gradient=1e-6, decrease=1e-12)
    options = {"maxiter": 2000, "maxcor": 20, "ftol": 1e-12, "gtol": 1e-6}
    theirs = optimize.minimize(function, start, jac=True, method="L-BFGS-B", options=options)
    assert value == function(point)[0] and value <= theirs.fun + 1e-10
    assert calls <= 1.5 * theirs.nfev + 10


def test_it_ends() -> None:
    """Where nothing is lower, after the iterations that it has, and where the function is not finite everywhere."""
    start = np.array([3.0, -2.0])
    assert np.array_equal(lbfgs(lambda x: (0.0, np.zeros(2)), start, 10, 1e-6, 1e-12)[0], start)
    assert np.array_equal(lbfgs(lambda x: (1.0, np.ones(2)), start, 10, 1e-6, 1e-12)[0], start)  # its slope is a lie
    assert not np.array_equal(lbfgs(stiff, start, 1, 1e-6, 1e-12)[0], lbfgs(stiff, start, 9, 1e-6, 1e-12)[0])

    def walled(x: np.ndarray) -> tuple[float, np.ndarray]:
        if np.abs(x).max() > 3.1:
            return np.inf, np.full(2, np.nan)
        return float(x @ x), 2 * x

    assert lbfgs(walled, start, 100, 1e-6, 1e-12)[1] < 1e-10
