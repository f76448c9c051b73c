"""Many copies trained at once: each does what it does alone, in PyTorch and by the formulas."""

import json
from pathlib import Path

import numpy as np
import pytest

from qhm_math import QHM, IsotropicNoise, Quadratic, minibatch_stationary_loss, run
from qhm_math.data import load_images
from qhm_math.experiments.classifiers import Perceptron, SoftmaxRegression
from qhm_math.experiments.stacked import Stack, flatten, stack, train
from qhm_math.experiments.synthetic import RESIDUAL_VARIANCE, SPECTRUM, LeastSquares, NoisyQuadratic
from qhm_math.experiments.tasks import ImageTask, Plan, SyntheticTask

RECORDED = json.loads(Path(__file__).with_name("torch_training.json").read_text(encoding="utf-8"))
ABOUT = RECORDED.pop("about")
MODELS = {
    "softmax": SoftmaxRegression(65, ABOUT["l2"]),
    "perceptron": Perceptron(65, ABOUT["width"], ABOUT["l2"]),
}


def digits_task(kind: str) -> ImageTask:
    return ImageTask(MODELS[kind], load_images("digits"), 10, 200)


@pytest.mark.parametrize("kind", MODELS)
def test_copies_trained_at_once_are_those_trained_one_by_one_in_pytorch(kind: str) -> None:
    """Beside them in the stack are copies that diverge and leave it."""
    task, cases = digits_task(kind), RECORDED[kind]
    wild = [(3e4, 0.0, 1.0), (5e4, 0.5, 0.5)]
    alpha, beta, nu = np.array([wild[0], *(case["point"] for case in cases), wild[1]]).T
    batches = task.batches(ABOUT["seed"], ABOUT["steps"], ABOUT["batch"])
    found = train(
        task.model, (alpha, beta, nu), task.start(ABOUT["seed"]), batches, ABOUT["steps"], bins=ABOUT["steps"]
    )
    assert found is not None
    assert (found.diverged_at >= 0).tolist() == [True, *[False] * len(cases), True]
    assert np.isinf(found.loss[[0, -1]]).all() and np.isnan(found.weights[[0, -1]]).all()
    for case, weights, curve in zip(cases, found.weights[1:-1], found.curve[1:-1], strict=True):
        np.testing.assert_allclose(weights, case["weights"], rtol=0, atol=1e-5)
        np.testing.assert_allclose(curve[::30], case["losses"], rtol=1e-5)


@pytest.mark.parametrize("task", [SyntheticTask(NoisyQuadratic()), digits_task("perceptron")])
def test_where_every_copy_diverges_that_is_what_is_found(task: SyntheticTask | ImageTask) -> None:
    found = task.train(QHM([1e5, 1e6], 0.0, 1.0), task.start(0), 0, Plan(40, 10, 20, False))
    assert found is not None and np.isinf(found.loss).all() and (found.diverged_at >= 0).all()
    assert np.isnan(found.accuracy).all() and np.isnan(found.curve[:, -1]).all()


@pytest.mark.parametrize("kind", MODELS)
def test_gradients_are_those_of_differences(kind: str) -> None:
    task = digits_task(kind)
    rng = np.random.default_rng(1)
    flat = task.start(3) + 0.3 * rng.standard_normal(len(task.start(3)))
    _, gradient = task.full(flat)
    step = 1e-5
    for place in rng.choice(len(flat), 25, replace=False):
        ahead, behind = flat.copy(), flat.copy()
        ahead[place] += step
        behind[place] -= step
        assert (task.full(ahead)[0] - task.full(behind)[0]) / (2 * step) == pytest.approx(
            gradient[place], rel=1e-5, abs=1e-9
        )


def test_every_copy_has_a_gradient_of_its_own_times_its_scale() -> None:
    task = digits_task("perceptron")
    rng = np.random.default_rng(2)
    flats = [task.start(seed) for seed in range(3)]
    together = [
        np.concatenate(parts) for parts in zip(*(stack(task.model, f, 1, np.float64) for f in flats), strict=True)
    ]
    x, answers = task.test[0][:50].astype(float), task.test[1][:, :50].astype(float)
    scale = rng.random(3)
    out = [np.empty_like(part) for part in together]
    losses = task.model.gradient(together, (x, answers), scale, out)
    for copy, flat in enumerate(flats):
        alone = stack(task.model, flat, 1, np.float64)
        one = [np.empty_like(part) for part in alone]
        assert task.model.gradient(alone, (x, answers), np.ones(1), one)[0] == pytest.approx(losses[copy], rel=1e-12)
        np.testing.assert_allclose(flatten(out)[copy], scale[copy] * flatten(one)[0], rtol=1e-10, atol=1e-15)


def test_the_quadratic_is_that_of_the_simulated_map() -> None:
    """Step by step beside `run`, with the noise that `sweep` and it draw."""
    steps, seed = 400, 4
    task = SyntheticTask(NoisyQuadratic())
    for alpha, beta, nu in ((0.05, 0.0, 1.0), (0.3, 0.9, 0.7), (0.2, 0.99, 0.3)):
        loss, point = Quadratic(0.1, 10.0, 0.0), QHM(alpha, beta, nu)
        found = task.train(point, np.zeros(2), seed, Plan(steps, 1, 0, True))
        assert found is not None and found.reference == 0
        path = run(loss, point, loss.minima()[0], steps, IsotropicNoise(0.3**0.5), seed)
        assert found.loss[0] == pytest.approx(float(loss.value(path.positions[:-1]).mean()), rel=1e-9)


@pytest.mark.slow
def test_least_squares_comes_to_the_loss_that_theory_expects() -> None:
    grid = QHM(np.array([0.3, 0.6, 0.6]), np.array([0.0, 0.9, 0.9]), np.array([1.0, 1.0, 0.7]))
    task = SyntheticTask(LeastSquares())
    start = task.checkpoint()
    assert start.loss == pytest.approx(RESIDUAL_VARIANCE / 2)
    runs = [task.train(grid, start.weights, seed, Plan(3000, 16, 1500, True)) for seed in range(4)]
    above = np.mean([run.loss - run.reference for run in runs if run is not None], axis=0)
    expected = minibatch_stationary_loss(grid, SPECTRUM, RESIDUAL_VARIANCE, 16)
    np.testing.assert_allclose(above, expected, rtol=0.12)  # the slow directions have not arrived; 4 runs


def test_no_number_becomes_subnormal_where_no_gradient_comes() -> None:
    """A pixel that has gone dark leaves a velocity that falls by β a step."""
    model = SoftmaxRegression(3, 0.0)
    live = Stack(model, (np.array([0.5]), np.array([0.3]), np.array([1.0])), np.zeros(30))
    answers = np.eye(10, dtype=np.float32)[:, :2]
    live.step((np.ones((2, 3), np.float32), answers))
    dark = np.ones((2, 3), np.float32)
    dark[:, 0] = 0
    for _ in range(120):
        live.step((dark, answers))
        part = live.velocities[0]
        assert not ((part != 0) & (np.abs(part) < np.finfo(np.float32).tiny)).any()
    assert (live.velocities[0][:, :, 0] == 0).all()


def test_huge_logits_give_finite_losses_and_gradients() -> None:
    model = SoftmaxRegression(2, 0.0)
    weights = [np.zeros((1, 10, 2), np.float32)]
    weights[0][0, 0, 0] = 3e4
    out = [np.empty_like(weights[0])]
    x, answers = np.ones((1, 2), np.float32), np.eye(10, dtype=np.float32)[:, 1:2]
    losses = model.gradient(weights, (x, answers), np.ones(1), out)
    assert losses[0] == pytest.approx(3e4) and np.isfinite(out[0]).all()
    assert out[0][0, 0, 0] == pytest.approx(1) and out[0][0, 1, 0] == pytest.approx(-1)


@pytest.mark.slow
def test_the_checkpoint_is_a_minimum() -> None:
    task = digits_task("softmax")
    found = ImageTask(task.model, load_images("digits"), 10, 2000).checkpoint()
    loss, gradient = task.full(found.weights)
    assert loss == pytest.approx(found.loss, rel=1e-12) and np.linalg.norm(gradient) < 1e-4
    assert loss < task.full(np.zeros_like(found.weights))[0] / 4
    step = 1e-5
    columns = [task.full(found.weights + step * e)[1] - gradient for e in np.eye(len(found.weights))[:, ::1]]
    assert found.sharpness == pytest.approx(np.linalg.eigvalsh(np.array(columns) / step)[-1], rel=1e-3)
