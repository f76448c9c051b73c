"""ResNet-18 on small images, in PyTorch: the optional extra `train`. One cell at a time, on a GPU where there is one.

K. He, X. Zhang, S. Ren, J. Sun, "Deep Residual Learning for Image Recognition", CVPR 2016, with the stem that is usual
for 32 × 32 pixels: one 3 × 3 convolution, no pooling. The channels are W, 2W, 4W and 8W; He et al. have W = 64.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from ..checks import FloatArray, ParameterError
from ..data import ImageSet
from ..lanczos import lanczos
from ..noise import make_rng
from ..parameters import QHM
from ..probe.measure import Measure
from ..progress import SILENT, Monitor, require_going_on
from .error import SweepError
from .local_noise import LocalNoise
from .stacked import binned
from .tasks import Cells, Checkpoint, Plan

_BLOCKS, _STRIDES = 2, (1, 2, 2, 2)
_LIMIT = 1e4
#: The run to the checkpoint: heavy ball, with a learning rate that falls as a cosine.
_EPOCHS, _ALPHA, _BETA, _BATCH = 10, 1.0, 0.9, 64
_SHARPNESS_IMAGES, _SHARPNESS_STEPS = 256, 10
#: Batches whose gradients tell how much noise there is; from some of them Lanczos' method starts, with the Hessian on
#: so many others.
_MEASURED, _STARTS, _STEPS, _HESSIAN_BATCHES = 200, 12, 10, 8
_TEST_IMAGES = 1000  # of the test images, to score a cell
_PIECE = 500


_MISSING = "A ResNet-18 needs PyTorch: pip install 'qhm-explorer[train]'."


def require_torch() -> None:
    """SweepError, in a sentence, where PyTorch is not installed. It is not imported: that takes a second, and holds a
    window up meanwhile."""
    if importlib.util.find_spec("torch") is None:
        raise SweepError(_MISSING)


def torch_module() -> Any:
    """PyTorch, with one thread and without subnormal numbers. SweepError, in a sentence, where it is not installed."""
    try:
        torch: Any = importlib.import_module("torch")
    except ImportError:
        raise SweepError(_MISSING) from None
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.backends.cudnn.deterministic, torch.backends.cudnn.benchmark = True, False
    return torch


def network(torch: Any, channels: int, width: int) -> Any:
    """The network with PyTorch's usual first weights."""
    nn: Any = torch.nn

    def normed(before: int, after: int, size: int, stride: int) -> list[Any]:
        return [nn.Conv2d(before, after, size, stride, size // 2, bias=False), nn.BatchNorm2d(after)]

    class Block(nn.Module):
        def __init__(self, before: int, after: int, stride: int) -> None:
            super().__init__()  # pyright: ignore[reportUnknownMemberType]
            first, second = normed(before, after, 3, stride), normed(after, after, 3, 1)
            self.inner = nn.Sequential(*first, nn.ReLU(), *second)
            plain = before == after and stride == 1
            self.past = nn.Identity() if plain else nn.Sequential(*normed(before, after, 1, stride))

        def forward(self, x: Any) -> Any:
            return torch.relu(self.inner(x) + self.past(x))

    layers: list[Any] = [*normed(channels, width, 3, 1), nn.ReLU()]
    before = width
    for stage, stride in enumerate(_STRIDES):
        for block in range(_BLOCKS):
            layers.append(Block(before, width << stage, stride if block == 0 else 1))
            before = width << stage
    return nn.Sequential(*layers, nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(before, 10))


class ResNetTask:
    """Fulfils Task. Weights are all parameters, and after them means and variances of the normalisations."""

    block = 1

    def __init__(self, images: ImageSet, width: int, l2: float) -> None:
        self._l2 = l2
        pixels = images.train_images
        self._channels = 3 if pixels.ndim == 4 else 1
        self._width = width
        shape = (-1, self._channels, *pixels.shape[-2:])
        self._train, self._labels = pixels.reshape(shape), images.train_labels.astype(np.int64)
        self._test = images.test_images[:_TEST_IMAGES].reshape(shape)
        self._test_labels = images.test_labels[:_TEST_IMAGES].astype(np.int64)
        sample = self._train[:: max(1, len(pixels) // 10_000)] / np.float32(images.brightest)
        self._brightest = images.brightest
        self._mean = sample.mean(axis=(0, 2, 3), keepdims=True)
        self._deviation = sample.std(axis=(0, 2, 3), keepdims=True)
        self._reference = lru_cache(maxsize=4)(self._losses_of_start)

    @cached_property
    def _torch(self) -> Any:
        """Imported where something is computed: a window does not, its workers do."""
        return torch_module()

    @cached_property
    def _device(self) -> Any:
        return self._torch.device("cuda" if self._torch.cuda.is_available() else "cpu")

    def steps_in_epoch(self, batch: int) -> float:
        """Training images over the batch."""
        count = len(self._train)
        if not 2 <= batch <= count:  # the normalisation needs two
            raise ParameterError("batch", batch, f"from 2 to {count:,}, the number of training images")
        return count / batch

    def start(self, seed: int) -> FloatArray:
        """PyTorch's usual initial weights."""
        self._torch.manual_seed(seed)
        return self._flat(network(self._torch, self._channels, self._width))

    def checkpoint(self, monitor: Monitor = SILENT) -> Checkpoint:
        """After ten epochs with a falling learning rate; the loss there is over all training images."""
        torch, model = self._torch, self._model(self.start(0))
        steps = math.ceil(_EPOCHS * len(self._train) / _BATCH)
        size = min(_BATCH, len(self._train))
        run = self._Run(self, model)
        for k, chosen in enumerate(self._batches(0, steps, size)):
            require_going_on(monitor)
            monitor.report(k / steps)
            run.step(chosen, _ALPHA * 0.5 * (1 + math.cos(math.pi * k / steps)), _BETA, 1.0)
        weights = self._flat(model)
        rest = self._model(weights)  # the images move means and variances of the other one
        pieces = np.array_split(np.arange(len(self._train)), math.ceil(len(self._train) / _PIECE))
        with torch.no_grad():
            losses = [float(self._loss(rest, rows)) * len(rows) for rows in pieces]
            decay = 0.5 * self._l2 * sum(float((p.double() ** 2).sum()) for p in rest.parameters())
        return Checkpoint(weights, sum(losses) / len(self._train) + decay, self._sharpness(weights))

    def local_noise(self, weights: FloatArray, batch: int, monitor: Monitor = SILENT) -> LocalNoise | None:
        """From the gradients of whole batches: with batch normalisation one image alone has none.

        The loss is the mean over batches of this size, which the normalisation makes another one than that of all
        images; the Hessian is that of some of them.
        """
        rng, model = make_rng(0, 2), self._model(weights)
        values = list(model.parameters())
        decay = self._l2 * weights[: sum(part.numel() for part in values)]

        def drawn() -> Any:
            return rng.choice(len(self._train), batch, replace=False, shuffle=False)

        gradients = np.empty((_MEASURED, len(decay)))
        for place, row in enumerate(gradients):
            require_going_on(monitor)
            monitor.report(0.1 * place / _MEASURED)
            row[:] = self._joined(self._torch.autograd.grad(self._loss(model, drawn()), values)) + decay
        deviations = gradients - gradients.mean(axis=0)
        squares = (deviations * deviations).sum(axis=1) * (_MEASURED / (_MEASURED - 1))
        product = self._hessian(model, [drawn() for _ in range(_HESSIAN_BATCHES)], monitor)
        nodes, shares = np.zeros((2, _STARTS, _STEPS))
        for place in range(_STARTS if squares.any() else 0):
            monitor.report(0.1 + 0.9 * place / _STARTS)
            found = lanczos(product, deviations[place], _STEPS)
            nodes[place, : len(found.nodes)] = found.nodes
            shares[place, : len(found.nodes)] = found.weights * squares[place]
        error = float(squares.std(ddof=1)) / _MEASURED**0.5
        return LocalNoise(Measure(nodes, shares), float(squares.mean()), error, _LIMIT)

    def train(self, qhm: QHM, start: FloatArray, seed: int, plan: Plan, monitor: Monitor = SILENT) -> Cells | None:
        """As Task has it, cell after cell."""
        fields = [np.ravel(part) for part in np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu)]
        rows = [
            self._cell(float(a), float(b), float(n), start, seed, plan, monitor)
            for a, b, n in zip(*fields, strict=True)
        ]
        done = [row for row in rows if row is not None]
        if len(done) < len(rows):
            return None
        losses, accuracies, test_losses, ends, curves = (np.array(part) for part in zip(*done, strict=True))
        reference, reference_curve = np.nan, np.full(curves.shape[1], np.nan)
        if plan.reference:
            reference, reference_curve = self._reference(start.tobytes(), seed, plan)
        found = losses, reference, accuracies, test_losses, ends.astype(np.int64)
        return Cells(*found, curves.astype(np.float32), reference_curve.astype(np.float32))

    def _cell(
        self, alpha: float, beta: float, nu: float, start: FloatArray, seed: int, plan: Plan, monitor: Monitor
    ) -> tuple[Any, ...] | None:
        model = self._model(start)
        run = self._Run(self, model)
        losses = np.full(plan.steps, np.nan)
        for k, chosen in enumerate(self._batches(seed, plan.steps, plan.batch)):
            if monitor.cancelled():
                return None
            losses[k] = run.step(chosen, alpha, beta, nu)
            if not losses[k] <= _LIMIT:
                losses[k:] = np.nan
                return np.inf, np.nan, np.nan, k, binned(losses)
        accuracy, test_loss = self._scores(model)
        return losses[plan.counted :].mean(), accuracy, test_loss, -1, binned(losses)

    class _Run:
        """A model under QHM ([G] equation 3), with the term λ/2 |w|² of all its parameters."""

        def __init__(self, task: ResNetTask, model: Any) -> None:
            self.task, self.model = task, model
            self.values = list(model.parameters())
            self.buffers = [task._torch.zeros_like(part) for part in self.values]

        def step(self, chosen: Any, alpha: float, beta: float, nu: float) -> float:
            """The loss on these images, before the step that it makes."""
            task, torch = self.task, self.task._torch
            loss = task._loss(self.model, chosen)
            gradients = torch.autograd.grad(loss, self.values)
            with torch.no_grad():
                squares = sum((part * part).sum() for part in self.values)
                gradients = torch._foreach_add(gradients, self.values, alpha=task._l2)
                torch._foreach_mul_(self.buffers, beta)
                torch._foreach_add_(self.buffers, gradients, alpha=1 - beta)
                torch._foreach_add_(self.values, gradients, alpha=-alpha * (1 - nu))
                torch._foreach_add_(self.values, self.buffers, alpha=-alpha * nu)
                return float(loss + 0.5 * task._l2 * squares)

    def _losses_of_start(self, start: bytes, seed: int, plan: Plan) -> tuple[float, FloatArray]:
        """The mean loss of the start over the counted batches of a seed, and its curve: what the cells are measured
        against."""
        flat = np.frombuffer(start)
        model = self._model(flat)
        with self._torch.no_grad():
            losses = [float(self._loss(model, chosen)) for chosen in self._batches(seed, plan.steps, plan.batch)]
            decay = 0.5 * self._l2 * sum(float((part * part).sum()) for part in model.parameters())
        return float(np.mean(losses[plan.counted :])) + decay, binned(np.array(losses) + decay)

    def _batches(self, seed: int, steps: int, size: int) -> Iterator[Any]:
        rng = make_rng(seed, 1)
        for _ in range(steps):
            yield rng.choice(len(self._train), size, replace=False, shuffle=False)

    def _images(self, pixels: Any) -> Any:
        scaled = (pixels / np.float32(self._brightest) - self._mean) / self._deviation
        tensor = self._torch.from_numpy(np.ascontiguousarray(scaled, np.float32)).to(self._device)
        return tensor.contiguous(memory_format=self._torch.channels_last)

    def _loss(self, model: Any, chosen: Any) -> Any:
        labels = self._torch.from_numpy(self._labels[chosen]).to(self._device)
        return self._torch.nn.functional.cross_entropy(model(self._images(self._train[chosen])), labels)

    def _scores(self, model: Any) -> tuple[float, float]:
        """Share of right answers, and loss, on some test images with the collected means and variances."""
        right = loss = 0.0
        model.eval()
        with self._torch.no_grad():
            for first in range(0, len(self._test), _PIECE):
                labels = self._torch.from_numpy(self._test_labels[first : first + _PIECE]).to(self._device)
                logits = model(self._images(self._test[first : first + _PIECE]))
                right += float((logits.argmax(1) == labels).sum())
                loss += float(self._torch.nn.functional.cross_entropy(logits, labels, reduction="sum"))
        return right / len(self._test), loss / len(self._test)

    def _model(self, flat: FloatArray) -> Any:
        """The network with these weights, ready to be trained."""
        torch = self._torch
        model = network(torch, self._channels, self._width)
        first = 0
        with torch.no_grad():
            for part in self._parts(model):
                last = first + part.numel()
                part.copy_(torch.from_numpy(flat[first:last].astype(np.float32)).reshape(part.shape))
                first = last
        return model.to(self._device, memory_format=torch.channels_last).train()

    @staticmethod
    def _parts(model: Any) -> list[Any]:
        return [*model.parameters(), *(part for part in model.buffers() if part.is_floating_point())]

    def _flat(self, model: Any) -> FloatArray:
        parts = [part.detach().cpu().numpy().ravel() for part in self._parts(model)]
        return np.concatenate(parts).astype(np.float64)

    def _sharpness(self, flat: FloatArray) -> float:
        """The largest eigenvalue of the Hessian on some training images, by Lanczos on products with it."""
        product = self._hessian(self._model(flat), [np.arange(min(_SHARPNESS_IMAGES, len(self._train)))])
        size = sum(part.numel() for part in self._model(flat).parameters())
        return lanczos(product, np.random.default_rng(0).standard_normal(size), _SHARPNESS_STEPS, 1e-3).largest

    def _hessian(self, model: Any, batches: list[Any], monitor: Monitor = SILENT) -> Callable[[FloatArray], FloatArray]:
        """v -> H v for the mean of the losses of these batches. Each is gone through anew: graphs take gigabytes."""
        torch, values = self._torch, list(model.parameters())
        sizes = [part.numel() for part in values]

        def product(vector: FloatArray) -> FloatArray:
            pieces = torch.from_numpy(vector.astype(np.float32)).to(self._device).split(sizes)
            shaped = [piece.reshape(part.shape) for piece, part in zip(pieces, values, strict=True)]
            total = self._l2 * vector
            for chosen in batches:
                require_going_on(monitor)
                gradients = torch.autograd.grad(self._loss(model, chosen), values, create_graph=True)
                total = total + self._joined(torch.autograd.grad(gradients, values, shaped)) / len(batches)
            return total

        return product

    def _joined(self, parts: Any) -> FloatArray:
        """Of all parameters one after another, (n,)."""
        joined = self._torch.cat([part.detach().reshape(-1) for part in parts])
        return np.asarray(joined.cpu().numpy(), np.float64)
