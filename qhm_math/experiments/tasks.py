"""A problem ready to be trained: its model, its mini-batches, its start and its minimum."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray, ParameterError
from ..data import ImageSet
from ..data.image_set import as_rows
from ..lanczos import lanczos, spectral_measures
from ..noise import make_rng
from ..parameters import QHM
from ..probe.measure import Measure
from ..progress import SILENT, Monitor, require_going_on
from .classifiers import CLASSES
from .lbfgs import lbfgs
from .local_noise import LocalNoise
from .stacked import Batch, StackedModel, flatten, stack, train, unflatten

#: Steps of an epoch where there are no data to pass over: figure 3's 1,000 steps are five.
SYNTHETIC_EPOCH = 200
#: Images of a batch where they are drawn afresh: 900 cells with it, in doubles, are 72 MB.
MOST_DRAWN = 10_000
#: Images whose full gradient is taken at once, of one copy; of many together fewer, but no less than that.
_PIECE, _SMALLEST = 4096, 256
#: Pixels that are kept in double precision, 8 bytes each: those of 10,000 images of MNIST.
_MOST_WIDE = 8_000_000
#: No component of the gradient is larger at a minimum.
_FLAT = 1e-6
#: Numbers of all vectors of Lanczos' method at once.
_MOST_BASIS = 12_000_000
#: Above these losses a run has diverged: of a synthetic loss, and of a classifier.
_FAR, _LOST = 1e12, 1e4
#: Images whose gradients tell how much noise there is; of some of them Lanczos' method tells where it is.
_MEASURED, _STARTS, _STEPS = 2000, 24, 12
#: The former takes about this share of the time.
_OF_NORMS = 0.1


@dataclass(frozen=True)
class Plan:
    """`steps` on batches of `batch`; the losses from `counted` on are averaged. `reference`: whether the start is
    scored on the same batches, so that what a cell loses against it has little of their noise."""

    steps: int
    batch: int
    counted: int
    reference: bool


@dataclass(frozen=True, eq=False)
class Cells:
    """What became of S cells trained together.

    `loss` (S,): mean over the counted steps, inf where the cell diverged (at `diverged_at` (S,), else -1). `reference`:
    that of the start on the same mini-batches, or NaN. `accuracy`, `test_loss` (S,): of the last weights on the test
    images; NaN where there are none. `curve` (S, bins): the loss along the run; `reference_curve` (bins,): that of the
    start on the same mini-batches, or NaN.
    """

    loss: FloatArray
    reference: float
    accuracy: FloatArray
    test_loss: FloatArray
    diverged_at: NDArray[np.int64]
    curve: NDArray[np.float32]
    reference_curve: NDArray[np.float32]


@dataclass(frozen=True, eq=False)
class Checkpoint:
    """Weights (n,) near a minimum, the loss there, and the largest curvature L, from which (13) is drawn."""

    weights: FloatArray
    loss: float
    sharpness: float


class Task(Protocol):
    """What a sweep asks of a problem. `block`: cells that one job trains."""

    @property
    def block(self) -> int: ...

    def steps_in_epoch(self, batch: int) -> float:
        """How many; ParameterError for a batch that the data do not have."""
        ...

    def start(self, seed: int) -> FloatArray:
        """The weights that a run from scratch starts with."""
        ...

    def checkpoint(self, monitor: Monitor = SILENT) -> Checkpoint:
        """Weights near a minimum, the same at every call. Cancelled where the monitor cancels."""
        ...

    def local_noise(self, weights: FloatArray, batch: int, monitor: Monitor = SILENT) -> LocalNoise | None:
        """The noise of the gradient of a batch at a checkpoint, by curvature; None where it is not measured.

        Cancelled where the monitor cancels.
        """
        ...

    def train(self, qhm: QHM, start: FloatArray, seed: int, plan: Plan, monitor: Monitor = SILENT) -> Cells | None:
        """One run of every (α, β, ν) of `qhm`, all on the same mini-batches; None when cancelled."""
        ...


class SyntheticModel(StackedModel, Protocol):
    """A model that makes its own batches, with its minimum at 0 and its curvatures along the axes there, (n,)."""

    @property
    def curvatures(self) -> FloatArray: ...

    def noise_variances(self, size: int) -> FloatArray:
        """Of the gradient of a batch at the minimum, along every axis, (n,)."""
        ...

    def start(self, seed: int) -> FloatArray: ...

    def batches(self, seed: int, steps: int, size: int) -> Iterator[Batch]: ...


class _Share:
    """A Monitor of a part of the work, which is that from one share of it to another."""

    def __init__(self, monitor: Monitor, low: float, high: float) -> None:
        self.cancelled, self._report, self._low, self._high = monitor.cancelled, monitor.report, low, high

    def report(self, fraction: float) -> None:
        """As Monitor has it."""
        self._report(self._low + (self._high - self._low) * fraction)


class SyntheticTask:
    """A synthetic loss, in double precision."""

    block = 900

    def __init__(self, model: SyntheticModel) -> None:
        self.model = model

    def steps_in_epoch(self, batch: int) -> float:
        """Always the same."""
        if batch > MOST_DRAWN:
            raise ParameterError("batch", batch, f"at most {MOST_DRAWN:,}")
        return SYNTHETIC_EPOCH

    def start(self, seed: int) -> FloatArray:
        """As the model has it."""
        return self.model.start(seed)

    def checkpoint(self, monitor: Monitor = SILENT) -> Checkpoint:
        """The minimum itself."""
        weights = np.zeros_like(self.model.start(0))
        loss = float(self.model.scores([weights[None]], None)[0][0])
        return Checkpoint(weights, loss, float(self.model.curvatures.max()))

    def local_noise(self, weights: FloatArray, batch: int, monitor: Monitor = SILENT) -> LocalNoise | None:
        """Exact; where it grows with the distance to the minimum, this is left out."""
        variances = self.model.noise_variances(batch)
        return LocalNoise(Measure(self.model.curvatures[None], variances[None]), float(variances.sum()), 0.0, _FAR)

    def train(self, qhm: QHM, start: FloatArray, seed: int, plan: Plan, monitor: Monitor = SILENT) -> Cells | None:
        """As Task has it."""
        batches = self.model.batches(seed, plan.steps, plan.batch)
        return _train(self.model, qhm, start, batches, None, plan, _FAR, np.float64, monitor)


class Classifier(StackedModel, Protocol):
    """A model of images."""

    def start(self, seed: int) -> FloatArray: ...


class ImageTask:
    """A classifier of images, in single precision."""

    def __init__(self, model: Classifier, images: ImageSet, block: int, iterations: int) -> None:
        self.model, self.block, self._iterations = model, block, iterations
        self._wide: Batch | None = None
        self.train_rows, self.train_answers = _rows(images.train_images, images.train_labels, images.brightest)
        self.test = _rows(images.test_images, images.test_labels, images.brightest)

    def steps_in_epoch(self, batch: int) -> float:
        """Training images over the batch."""
        count = len(self.train_rows)
        if batch > count:
            raise ParameterError("batch", batch, f"at most {count:,}, the number of training images")
        return count / batch

    def start(self, seed: int) -> FloatArray:
        """As the model has it."""
        return self.model.start(seed)

    def batches(self, seed: int, steps: int, size: int) -> Iterator[Batch]:
        """Each of `size` different images, drawn afresh."""
        rng = make_rng(seed, 1)
        for _ in range(steps):
            chosen = rng.choice(len(self.train_rows), size, replace=False, shuffle=False)
            yield self.train_rows[chosen], self.train_answers[:, chosen]

    def full(self, flat: FloatArray, monitor: Monitor = SILENT) -> tuple[float, FloatArray]:
        """The loss on all training images and its gradient (n,), in double precision. Cancelled where the monitor
        cancels."""
        losses, gradients = self.fulls(flat[None], monitor)
        return float(losses[0]), gradients[0]

    def fulls(self, flat: FloatArray, monitor: Monitor = SILENT) -> tuple[FloatArray, FloatArray]:
        """The same at several points (S, n) at once: losses (S,) and gradients (S, n)."""
        weights = unflatten(self.model, flat, np.float64)
        copies, count = len(flat), len(self.train_rows)
        losses = 0.5 * self.model.l2 * np.vecdot(flat, flat)
        gradients = self.model.l2 * flat
        out = [np.empty_like(part) for part in weights]
        size = max(_SMALLEST, _PIECE // copies)
        for first in range(0, count, size):
            require_going_on(monitor)
            x, answers = self._doubles(first, size)
            share = len(x) / count
            losses += share * self.model.gradient(weights, (x, answers), np.full(copies, share), out)
            gradients += flatten(out)
        return losses, gradients

    @contextmanager
    def _in_doubles(self) -> Generator[None]:
        """Within this all images are kept in double precision, too, where there are not too many."""
        if self.train_rows.size <= _MOST_WIDE:
            self._wide = self.train_rows.astype(np.float64), self.train_answers.astype(np.float64)
        try:
            yield
        finally:
            self._wide = None

    def _doubles(self, first: int, size: int) -> Batch:
        """Some images, in double precision."""
        rows, answers = self._wide or (self.train_rows, self.train_answers)
        part = slice(first, first + size)
        return rows[part].astype(np.float64, copy=False), np.ascontiguousarray(answers[:, part], np.float64)

    def checkpoint(self, monitor: Monitor = SILENT) -> Checkpoint:
        """By L-BFGS on all training images from the start of seed 0."""
        with self._in_doubles():
            return self._searched(monitor)

    def _searched(self, monitor: Monitor) -> Checkpoint:
        count, done, steepest = 0, 0.0, 0.0

        def full(flat: FloatArray) -> tuple[float, FloatArray]:
            nonlocal count, done, steepest
            loss, gradient = self.full(flat, monitor)
            slope, count = float(np.abs(gradient).max()), count + 1
            steepest = max(steepest, slope)
            # it ends by the number of iterations, of one evaluation each nearly always, or by the gradient
            fallen = np.log(steepest / max(slope, _FLAT)) / np.log(steepest / _FLAT) if steepest > _FLAT else 1.0
            done = max(done, min(1.0, max(float(fallen), count / self._iterations)))
            monitor.report(done)
            return loss, gradient

        found = lbfgs(full, self.start(0), self._iterations, _FLAT)
        return Checkpoint(found.place, found.value, self.sharpness(found.place, monitor))

    def sharpness(self, flat: FloatArray, monitor: Monitor = SILENT) -> float:
        """The largest eigenvalue of the Hessian of :meth:`full`, by Lanczos on differences of gradients."""
        start = np.random.default_rng(0).standard_normal(len(flat))
        return lanczos(self.hessian(flat, monitor), start, 24, 1e-3).largest

    def hessian(self, flat: FloatArray, monitor: Monitor = SILENT) -> Callable[[FloatArray], FloatArray]:
        """V -> V H for rows (J, n), or v -> H v, with the Hessian of :meth:`full`, by differences of gradients."""
        step = 1e-4

        def product(vectors: FloatArray) -> FloatArray:
            rows = np.atleast_2d(vectors)
            lengths = np.linalg.norm(rows, axis=1, keepdims=True)
            reach = rows * (step / np.where(lengths > 0, lengths, 1.0))
            gradients = self.fulls(np.concatenate((flat + reach, flat - reach)), monitor)[1]
            found = (gradients[: len(rows)] - gradients[len(rows) :]) * (lengths / (2 * step))
            return found.reshape(vectors.shape)

        return product

    def local_noise(self, weights: FloatArray, batch: int, monitor: Monitor = SILENT) -> LocalNoise | None:
        """From the gradients of some images. A batch has no image twice: of all images it has no noise."""
        with self._in_doubles():
            return self._local_noise(weights, batch, monitor)

    def _local_noise(self, weights: FloatArray, batch: int, monitor: Monitor) -> LocalNoise:
        count = len(self.train_rows)
        chosen = make_rng(0, 2).permutation(count)[:_MEASURED]
        mean, product = self.full(weights, monitor)[1] - self.model.l2 * weights, self.hessian(weights, monitor)
        squares = np.empty(len(chosen))
        starts = np.zeros((min(_STARTS, len(chosen)), len(weights)))
        stacked = stack(self.model, weights, 1, np.float64)
        out = [np.empty_like(part) for part in stacked]
        for place, image in enumerate(chosen):
            require_going_on(monitor)
            x, answers = self.train_rows[image, None], self.train_answers[:, image, None]
            self.model.gradient(stacked, (x.astype(np.float64), answers.astype(np.float64)), np.ones(1), out)
            deviation = flatten(out)[0] - mean
            squares[place] = deviation @ deviation
            if place < len(starts):
                starts[place] = deviation
            monitor.report(_OF_NORMS * (place + 1) / len(chosen))
        together = max(1, _MOST_BASIS // (_STEPS * len(weights)))
        parts = [slice(first, first + together) for first in range(0, len(starts), together)]
        found = [
            spectral_measures(product, starts[part], _STEPS, _Share(monitor, at, at + (1 - _OF_NORMS) / len(parts)))
            for part, at in zip(parts, np.linspace(_OF_NORMS, 1, len(parts), endpoint=False).tolist(), strict=True)
        ]
        nodes, shares = (np.concatenate(each) for each in zip(*found, strict=True))
        shares *= squares[: len(starts), None]
        size = (1 / batch) * (count - batch) / max(count - 1, 1)
        error = float(squares.std(ddof=1)) * ((1 - len(chosen) / count) / len(chosen)) ** 0.5
        return LocalNoise(Measure(nodes, shares), size * float(squares.mean()), size * error, _LOST)

    def train(self, qhm: QHM, start: FloatArray, seed: int, plan: Plan, monitor: Monitor = SILENT) -> Cells | None:
        """As Task has it."""
        batches = self.batches(seed, plan.steps, plan.batch)
        return _train(self.model, qhm, start, batches, self.test, plan, _LOST, np.float32, monitor)


def _rows(images: Any, labels: Any, brightest: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    return as_rows(images, brightest), np.eye(CLASSES, dtype=np.float32)[:, labels]


def _train(
    model: StackedModel,
    qhm: QHM,
    start: FloatArray,
    batches: Iterator[Batch],
    test: Batch | None,
    plan: Plan,
    limit: float,
    dtype: type,
    monitor: Monitor,
) -> Cells | None:
    alpha, beta, nu = (np.ravel(part) for part in np.broadcast_arrays(qhm.alpha, qhm.beta, qhm.nu))
    if plan.reference:  # a copy with α = 0 stays at the start
        alpha, beta, nu = (np.append(part, 0.0) for part in (alpha, beta, nu))
    done = train(
        model, (alpha, beta, nu), start, batches, plan.steps,
        counted=plan.counted, limit=limit, dtype=dtype, monitor=monitor,
    )  # fmt: skip
    if done is None:
        return None
    count = len(done.loss) - plan.reference
    reference = float(done.loss[-1]) if plan.reference else np.nan
    reference_curve = done.curve[-1] if plan.reference else np.full_like(done.curve[0], np.nan)
    test_loss, accuracy = np.full(count, np.nan), np.full(count, np.nan)
    alive = np.flatnonzero(done.diverged_at[:count] < 0)
    if test is not None and len(alive):
        weights = unflatten(model, done.weights[alive], dtype)
        with np.errstate(all="ignore"):
            test_loss[alive], accuracy[alive] = model.scores(weights, test)
    gone, curve = done.diverged_at[:count], done.curve[:count]
    return Cells(done.loss[:count], reference, accuracy, test_loss, gone, curve, reference_curve)
