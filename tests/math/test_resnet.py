"""ResNet-18 in PyTorch: the same as by hand, the same bits again; without PyTorch a sentence."""

import importlib.util
import sys

import numpy as np
import pytest

from qhm_math import QHM
from qhm_math.data import ImageSet
from qhm_math.experiments import Axis, SweepError, SweepSettings, completed, make_task
from qhm_math.experiments.resnet import ResNetTask, require_torch
from qhm_math.experiments.tasks import Plan


def test_without_pytorch_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    settings = SweepSettings("resnet18-cifar10", Axis(0.1, 1.0, 2), Axis(0.0, 0.9, 2), Axis.at(1.0))
    make_task.cache_clear()
    with pytest.raises(SweepError, match=r"^A ResNet-18 needs PyTorch: pip install 'qhm-explorer\[train\]'\.$"):
        make_task(completed(settings))


def test_what_asks_only_how_long_it_takes_does_not_wait_for_pytorch(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window did, for a second."""
    monkeypatch.setattr(importlib.util, "find_spec", lambda _: object())
    monkeypatch.setitem(sys.modules, "torch", None)  # to import it fails
    require_torch()
    images, labels = np.zeros((4, 3, 8, 8), np.uint8), np.zeros(4, np.uint8)
    task = ResNetTask(ImageSet("cifar10", images, labels, images, labels, "here"), 4, 0.0)
    assert task.steps_in_epoch(2) == 2
    with pytest.raises(SweepError, match="needs PyTorch"):
        task.start(0)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="the extra `train` is not installed")


@pytest.fixture(scope="module")
def task(torch):
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (60, 3, 8, 8), dtype=np.uint8)
    labels = np.arange(60, dtype=np.uint8) % 10
    return ResNetTask(ImageSet("cifar10", pixels[:40], labels[:40], pixels[40:], labels[40:], "here"), 4, 0.01)


def test_a_cell_is_qhm_written_out(torch, task) -> None:
    alpha, beta, nu, steps = 0.2, 0.8, 0.6, 5
    start = task.start(3)
    found = task.train(QHM(alpha, beta, nu), start, 1, Plan(steps, 8, 2, True))
    model = task._model(start)
    buffers = [torch.zeros_like(part) for part in model.parameters()]
    losses = []
    for chosen in task._batches(1, steps, 8):
        decay = 0.005 * sum((part * part).sum() for part in model.parameters())
        loss = task._loss(model, chosen) + decay
        losses.append(float(loss.detach()))
        for part, buffer, g in zip(
            model.parameters(), buffers, torch.autograd.grad(loss, list(model.parameters())), strict=True
        ):
            buffer.mul_(beta).add_(g, alpha=1 - beta)
            with torch.no_grad():
                part.sub_(alpha * ((1 - nu) * g + nu * buffer))
    assert found.loss[0] == pytest.approx(np.mean(losses[2:]), rel=1e-4)
    np.testing.assert_allclose(found.curve[0], losses, rtol=1e-4)


def test_the_same_cell_has_the_same_bits_and_its_reference_that_of_the_start(task) -> None:
    plan = Plan(4, 8, 1, True)
    point, start = QHM(0.1, 0.9, 1.0), task.start(0)
    np.testing.assert_array_equal(task.start(0), start)
    one, two = (task.train(point, start, 2, plan) for _ in range(2))
    assert one.loss == two.loss and one.accuracy == two.accuracy and (one.curve == two.curve).all()
    still = task.train(QHM(1e-12, 0.0, 1.0), start, 2, plan)
    assert still.loss[0] == pytest.approx(still.reference, rel=1e-5)


def test_a_cell_that_diverges_ends(task) -> None:
    found = task.train(QHM(1e6, 0.0, 1.0), task.start(0), 0, Plan(6, 8, 3, False))
    assert found.loss[0] == np.inf and 0 < found.diverged_at[0] < 6 and np.isnan(found.accuracy[0])
    assert np.isnan(found.reference)


def test_there_are_the_channels_that_were_asked_for(torch, task) -> None:
    from qhm_math.experiments.resnet import network

    wide = sum(part.numel() for part in network(torch, 3, 64).parameters())
    assert wide == 11_173_962  # ResNet-18 with the stem for CIFAR-10, as in many public implementations


def test_the_checkpoint_is_the_same_again_and_better_than_its_start(task, monkeypatch: pytest.MonkeyPatch) -> None:
    from qhm_math.experiments import resnet

    monkeypatch.setattr(resnet, "_EPOCHS", 12)
    monkeypatch.setattr(resnet, "_ALPHA", 0.2)
    monkeypatch.setattr(resnet, "_BATCH", 10)
    one, two = task.checkpoint(), task.checkpoint()
    np.testing.assert_array_equal(one.weights, two.weights)
    assert one.loss == two.loss and np.isfinite(one.sharpness) and one.sharpness > 0
    plan = Plan(4, 8, 0, True)
    before = task.train(QHM(1e-12, 0.0, 1.0), task.start(0), 0, plan).reference
    assert task.train(QHM(1e-12, 0.0, 1.0), one.weights, 0, plan).reference < before


def test_the_noise_is_that_of_whole_batches_and_its_curvature_that_of_the_hessian(torch, monkeypatch) -> None:
    from qhm_math.experiments import resnet

    monkeypatch.setattr(resnet, "_MEASURED", 60)
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, (40, 1, 4, 4), dtype=np.uint8)
    labels = np.arange(40, dtype=np.uint8) % 10
    small = resnet.ResNetTask(ImageSet("fashion", pixels[:, 0], labels, pixels[:, 0], labels, "here"), 4, 0.01)
    start = small.start(0)
    noise = small.local_noise(start, 8)
    assert noise is not None and noise.limit == 1e4
    model = small._model(start)
    values = list(model.parameters())
    own = np.random.default_rng(5)
    gradients = [
        np.concatenate([g.numpy().ravel() for g in torch.autograd.grad(small._loss(model, chosen), values)])
        for chosen in (own.choice(40, 8, replace=False) for _ in range(60))
    ]
    trace = float(np.var(gradients, axis=0, ddof=1).sum())
    assert noise.trace == pytest.approx(trace, rel=0.3) and 0 < noise.trace_error < 0.2 * noise.trace
    assert noise.measure.nodes.shape == (12, 10)
    # a product with the Hessian against differences of gradients, along the last layer: there no ReLU has its corner
    product, vector = small._hessian(model, [np.arange(40)]), np.zeros(len(gradients[0]))
    vector[-330:] = rng.standard_normal(330)

    def gradient(shift: float) -> np.ndarray:
        moved = small._model(np.concatenate([start[: len(vector)] + shift * vector, start[len(vector) :]]))
        parts = list(moved.parameters())
        loss = small._loss(moved, np.arange(40)) + 0.005 * sum((part * part).sum() for part in parts)
        return np.concatenate([g.numpy().ravel() for g in torch.autograd.grad(loss, parts)])

    wanted = (gradient(1e-2) - gradient(-1e-2)) / 2e-2
    assert np.linalg.norm(product(vector) - wanted) < 0.01 * np.linalg.norm(wanted)
