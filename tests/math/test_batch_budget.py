"""The best loss after a number of steps at every batch size, against steps one by one and a dense grid of α."""

import numpy as np
import pytest

import qhm_math as qm
from qhm_math import QHM
from qhm_math.batch_budget import best_loss_after, pays_from

LAM, OFFSET = np.array([0.05, 1.0]), np.array([2.0, -1.0])


@pytest.mark.parametrize(("beta", "nu"), [(0.0, 0.0), (0.9, 1.0), (0.9, 0.9), (0.95, 0.7)])
@pytest.mark.parametrize(("batch", "steps"), [(1.0, 1), (4.0, 50), (64.0, 333)])
@pytest.mark.slow
def test_never_worse_than_a_dense_grid(beta: float, nu: float, batch: float, steps: int) -> None:
    loss, alpha = best_loss_after(beta, nu, LAM, 0.1, batch, OFFSET, steps)
    exact = qm.minibatch_expected_loss(QHM(float(alpha), beta, nu), LAM, 0.1, batch, OFFSET, steps)[-1]
    assert float(loss) == pytest.approx(float(exact), rel=1e-9)
    bound = float(qm.max_stable_alpha(beta, nu, 1.0))
    grid = bound * np.geomspace(1e-5, 0.999, 1500)
    found = qm.minibatch_expected_loss(QHM(grid, beta, nu), LAM, 0.1, batch, OFFSET, steps)[:, -1]
    assert float(loss) <= found.min() * 1.001


@pytest.mark.slow
def test_more_samples_a_step_never_cost() -> None:
    """The loss has many valleys over α where momentum is heavy: the lowest must be found at every B."""
    batches = np.geomspace(1.0, 4096.0, 37)
    betas, nus = np.array([[0.9], [0.9], [0.9], [0.99]]), np.array([[1.0], [0.9], [0.7], [1.0]])
    for steps in (40, 120, 400):
        loss, _ = best_loss_after(betas, nus, np.array([0.04, 1.0]), 0.01, batches, np.array([-2.3, 1.4]), steps)
        assert (np.diff(loss, axis=-1) <= 1e-3 * loss[..., 1:]).all()


def test_shapes_and_bad_values() -> None:
    batches = np.geomspace(1, 64, 4)
    loss, alpha = best_loss_after([[0.0], [0.9]], [[0.0], [1.0]], LAM, 0.1, batches, OFFSET, 100)
    assert loss.shape == alpha.shape == (2, 4) and (np.diff(loss, axis=-1) < 0).all()
    for change in ({"batch": 0.5}, {"steps": 0}, {"beta": 1.0}, {"offset": [1.0]}, {"residual_variance": -1.0}):
        given = {"beta": 0.9, "nu": 1.0, "curvatures": LAM, "residual_variance": 0.1, "batch": 4, "offset": OFFSET}
        with pytest.raises(qm.ParameterError):
            best_loss_after(**{"steps": 10, **given, **change})  # type: ignore[arg-type]


def test_the_batch_from_which_on() -> None:
    batches, plain = np.array([1.0, 2.0, 4.0, 8.0]), np.ones(4)
    assert pays_from(batches, plain, np.array([1.0, 1.0, 0.9, 0.5])) == pytest.approx(
        2 * 2 ** (np.log(0.95) / np.log(0.9))
    )
    assert pays_from(batches, plain, np.full(4, 0.5)) == 1.0
    assert pays_from(batches, plain, np.array([0.5, 1.0, 0.5, 1.0])) == np.inf
    assert 2.0 < pays_from(batches, plain, np.array([0.5, 1.0, 0.5, 0.5])) < 4.0


def test_small_batches_give_heavy_ball_nothing() -> None:
    """Section 10's finding, on a spectrum of its own: at B = 1 SGD is as good, at large B heavy ball is far better."""
    lam = np.array([0.01, 1.0])
    loss, _ = best_loss_after([[0.0], [0.9]], [[0.0], [1.0]], lam, 0.01, [1.0, 4096.0], [1.0, 1.0], 300)
    assert loss[1, 0] > 0.9 * loss[0, 0] and loss[1, 1] < 0.5 * loss[0, 1]
