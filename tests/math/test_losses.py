"""Every loss: derivatives against differences, minima, windows and starts; what is read off a loss."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import qhm_math as qm
from qhm_math import LOSSES, Loss
from qhm_math.losses import FINITE_SUMS, Growth, growth_of
from qhm_math.losses.logistic import Logistic
from qhm_math.losses.neuron import Neuron
from tests.examples import examples

CASES: list[Loss] = examples(LOSSES)
CASES += [
    qm.Quadratic(mu=0.5, L=7.0, rotation=-130.0, shift_x=1.0, shift_y=-2.0),
    qm.Rosenbrock(b=5.0),
    qm.Rastrigin(A=3.0),
    qm.Plateau(mu=0.7, L=0.7),
]
named = pytest.mark.parametrize("loss", CASES, ids=[f"{case.key}-{i}" for i, case in enumerate(CASES)])


def sample(loss: Loss, count: int = 40) -> np.ndarray:
    (x0, x1), (y0, y1) = loss.window()
    return np.random.default_rng(11).uniform((x0, y0), (x1, y1), size=(count, 2))


def difference(function, points: np.ndarray, axis: int, h: float = 1e-4) -> np.ndarray:
    """Fourth-order central difference along an axis."""
    step = np.zeros(2)
    step[axis] = h
    near = function(points + step) - function(points - step)
    return (8 * near - function(points + 2 * step) + function(points - 2 * step)) / (12 * h)


@named
def test_gradient(loss: Loss) -> None:
    points = sample(loss)
    gradient = loss.gradient(points)
    assert gradient.shape == points.shape
    for axis in (0, 1):
        estimate = difference(loss.value, points, axis)
        np.testing.assert_allclose(gradient[:, axis], estimate, rtol=1e-7, atol=1e-7 * np.abs(gradient).max())


@named
def test_hessian(loss: Loss) -> None:
    points = sample(loss)
    hessian = loss.hessian(points)
    assert hessian.shape == (len(points), 2, 2)
    np.testing.assert_array_equal(hessian[:, 0, 1], hessian[:, 1, 0])
    for axis in (0, 1):
        estimate = difference(loss.gradient, points, axis)
        np.testing.assert_allclose(hessian[:, axis], estimate, rtol=1e-7, atol=1e-7 * np.abs(hessian).max())


@named
def test_shapes(loss: Loss) -> None:
    point = np.array(loss.start())
    grid = np.broadcast_to(point, (3, 4, 2))
    assert loss.value(point).shape == () and loss.value(grid).shape == (3, 4)
    assert loss.gradient(point).shape == (2,) and loss.gradient(grid).shape == (3, 4, 2)
    assert loss.hessian(point).shape == (2, 2) and loss.hessian(grid).shape == (3, 4, 2, 2)


@named
def test_minima(loss: Loss) -> None:
    minima = loss.minima()
    assert minima.ndim == 2 and minima.shape[1] == 2
    curvatures = np.linalg.eigvalsh(loss.hessian(minima))
    assert (curvatures > 0).all()
    # to machine precision: a Newton step from there moves by no more than rounding
    newton = np.linalg.solve(loss.hessian(minima), loss.gradient(minima)[..., None])[..., 0]
    assert np.abs(newton).max() <= 4e-15 * max(1.0, float(np.abs(minima).max()))
    values = loss.value(minima)
    assert float(values[0]) == pytest.approx(loss.minimum_value(), abs=1e-13)
    assert (values >= values[0] - 1e-13).all()
    assert len(np.unique(minima.round(6), axis=0)) == len(minima)
    (x0, x1), (y0, y1) = loss.window()
    assert (minima >= (x0, y0)).all() and (minima <= (x1, y1)).all()
    # nothing in the window is below the value that is called the minimum
    assert float(loss.value(sample(loss, 20_000)).min()) >= loss.minimum_value()


@named
@pytest.mark.slow
def test_suggested_runs_stay_in_the_window(loss: Loss) -> None:
    (x0, x1), (y0, y1) = loss.window()
    assert x0 < loss.start()[0] < x1 and y0 < loss.start()[1] < y1
    alpha = loss.suggested_alpha()
    for method in (
        qm.SGD(alpha),
        qm.SHB(alpha, 0.9),
        qm.NAG(alpha, 0.9),
        qm.QHMMethod(alpha, 0.8, 0.7),
        qm.SHB(alpha, 0.8),
    ):
        run = qm.run(loss, method, loss.start(), 300)
        assert int(run.diverged_at[0]) == -1
        assert (run.positions >= (x0, y0)).all() and (run.positions <= (x1, y1)).all()
        assert run.losses[-1, 0] < 0.7 * run.losses[0, 0]  # Rastrigin ends in the cell where it began


@named
def test_losses_are_values(loss: Loss) -> None:
    again = type(loss)(**dataclasses.asdict(loss))  # type: ignore[call-overload]
    assert again == loss and hash(again) == hash(loss)
    assert LOSSES[loss.key] is type(loss)
    assert loss.title and loss.formula.startswith("f = ")
    for name, field in qm.declared_fields(loss).items():
        assert isinstance(getattr(loss, name), float), name
        assert field.label


@given(st.floats(1e-3, 1), st.floats(1, 100), st.floats(-360, 360))
def test_quadratic_geometry(mu: float, top: float, rotation: float) -> None:
    loss = qm.Quadratic(mu, top, rotation, 0.3, -0.2)
    hessian = loss.hessian(np.zeros(2))
    basis = loss.eigenvectors
    np.testing.assert_allclose(basis @ np.diag([mu, top]) @ basis.T, hessian, atol=1e-13 * top)
    np.testing.assert_allclose(basis.T @ basis, np.eye(2), atol=1e-15)
    angle = np.radians(rotation)
    np.testing.assert_allclose(basis[:, 0], (np.cos(angle), np.sin(angle)), atol=1e-14)
    along = loss.minimum + 2 * basis[:, 0]
    assert float(loss.value(along)) == pytest.approx(2 * mu, rel=1e-9)


def test_quadratic_defaults_frame_their_start() -> None:
    loss = qm.Quadratic()
    assert loss.start() == (-2.6, 0.55)
    assert loss.window() == ((-3.2, 1.7), (-1.9, 0.95))
    np.testing.assert_array_equal(qm.Quadratic(rotation=90.0).eigenvectors, [[0, -1], [1, 0]])
    np.testing.assert_array_equal(qm.Quadratic(rotation=-90.0).eigenvectors, [[0, 1], [-1, 0]])


def test_what_is_read_off_a_loss() -> None:
    loss = qm.Himmelblau()
    np.testing.assert_array_equal(qm.nearest_minimum(loss, (2.5, 2.5)), [3.0, 2.0])
    curvatures, basis, minimum = qm.local_curvatures(loss, (-4.0, -3.0))
    assert curvatures[0] <= curvatures[1] and minimum[0] == pytest.approx(-3.779310253377747)
    np.testing.assert_allclose((basis * curvatures) @ basis.T, loss.hessian(minimum), rtol=1e-12)
    bowl = qm.Quadratic(0.04, 1.0, 20.0)
    np.testing.assert_allclose(qm.local_curvatures(bowl, (0, 0))[0], (0.04, 1.0), rtol=1e-12)


def test_rastrigin_finds_its_lattice() -> None:
    minima = qm.Rastrigin().minima()
    assert len(minima) == 121 and (minima[0] == 0).all()
    assert len(qm.Rastrigin(A=0.0).minima()) == 1
    # Shallow ripples lose their minima from the outside in; found again by changes of sign of the slope.
    t = np.linspace(-5.12, 5.12, 100_001)
    for depth in (0.01, 0.05, 0.06, 0.3, 0.5, 0.7, 1.15, 1.5, 3.0, 20.0):
        slope = qm.Rastrigin(A=depth).gradient(np.stack((t, t), axis=-1))[:, 0]
        rising = t[:-1][(slope[:-1] < 0) & (slope[1:] >= 0)]
        found = np.unique(qm.Rastrigin(A=depth).minima()[:, 0])
        np.testing.assert_allclose(found, rising, atol=2e-4)


SUMS: list[Loss] = examples(FINITE_SUMS)


#: With parameters at which a loss grows otherwise.
GROWING = pytest.mark.parametrize(
    "loss", [*CASES, qm.Rastrigin(A=0.0), *SUMS, Logistic(decay=0.1), Neuron(bend=0.0)], ids=repr
)


def circles(*radii: float) -> np.ndarray:
    """A prime number of directions, so that none of them is special: (radii, 2003, 2)."""
    angles = np.linspace(0, 2 * np.pi, 2003, endpoint=False)
    return np.array(radii)[:, None, None] * np.stack((np.cos(angles), np.sin(angles)), axis=-1)


@GROWING
def test_how_a_loss_grows_is_as_it_declares(loss: Loss) -> None:
    """What the theorems of convergence are told of it: the largest ‖∇²f‖ and ‖∇f‖ on circles of radius 10³ to 10⁵.

    A logarithm would grow by a third from one circle to the next; what is bounded may come up to its bound.
    """
    growth, points = growth_of(loss), circles(1e3, 1e4, 1e5)
    bends = np.linalg.norm(loss.hessian(points), ord=2, axis=(-2, -1)).max(axis=1)
    slopes = np.linalg.norm(loss.gradient(points), axis=-1).max(axis=1)
    hessians = loss.hessian(np.concatenate((sample(loss, 4000), points[0])))
    same = np.abs(hessians - hessians[0]).max() < 1e-9 * np.abs(hessians[0]).max()
    assert (growth is Growth.QUADRATIC) == bool(same)
    if growth is Growth.FASTER:
        assert (bends[1:] > 5 * bends[:-1]).all() and (slopes[1:] > 20 * slopes[:-1]).all()
        return
    # Far away only few directions bend, as across a sample of a finite sum: a circle may miss them.
    assert bends.max() < 1.1 * max(float(np.linalg.norm(hessians, ord=2, axis=(-2, -1)).max()), 1e-3)
    if growth is Growth.BOUNDED:
        assert slopes.max() < 1.1 * max(slopes[0], 1e-3)
        return
    assert slopes[1:] / slopes[:-1] == pytest.approx(10, rel=0.3)
    # what is left of ∇f when a positive definite linear part is taken out is bounded
    far = loss.gradient(np.array([[1e6, 0.0], [0.0, 1e6]])) / 1e6
    assert np.linalg.eigvalsh((far + far.T) / 2)[0] > 0
    rest = np.linalg.norm(loss.gradient(points) - points @ far, axis=-1).max(axis=1)
    assert rest[2] < 1.2 * rest[0] + 1


@GROWING
def test_no_value_is_below_the_lowest(loss: Loss) -> None:
    lowest = loss.minimum_value()
    for points in (sample(loss, 4000), circles(1e3, 1e5)):
        assert loss.value(points).min() >= lowest - 1e-12 * max(1.0, abs(lowest))
