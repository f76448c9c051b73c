"""A probe of a training run: the spectral measures of its noise, its curvatures and its gradient, and what it runs as.

Made beside a training loop by the script of `main.py probe --example`; docs/probe.md tells the file.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError
from ..choose.problem import Problem
from ..eigenvalues import Nodes
from ..minibatch import feedback, require_batch
from ..parameters import QHM
from .faults import ProbeError
from .measure import FLAT, Measure, numbers_of

#: Squared norms at most.
MOST_NORMS = 100_000
Setting = float | bool
#: The least that a number may be.
_LEAST = {"loss": -math.inf, "batch": 1, "parameters": 1, "examples": 1, "step": 0, "dataset": 0, "weight_decay": 0}


@dataclass(frozen=True, eq=False)
class Probe:
    """What is known of a run at one moment. Equality and hash go by value.

    Parameters
    ----------
    noise : Measure
        From J >= 2 deviations g_j - ḡ of the gradient of one example from the mean.
    trace : Measure
        From random signs: the sum of a row is the number of parameters.
    gradient : Measure
        From the gradient of the whole objective: one row.
    squared_norms : array_like
        |g_j - ḡ|² of n >= 2 examples, (n,); their mean is tr S of batches of one.
    loss : float
        Mean loss over the examples, without weight decay.
    batch : float
        Examples a step, B >= 1.
    parameters : int
        How many are trained.
    step : int
        Steps taken so far.
    examples : int
        How many the Hessian and ḡ are means over, and of which the squared norms are a part.
    dataset : int
        How many the training set has; 0 where that is not known.
    weight_decay : float
        Its λ; the objective, and so every curvature here, is that of loss + (λ/2)|x|².
    curvature : str
        "hessian" or "ggn".
    optimizer : str
        Name of its class in PyTorch.
    settings : dict
        Its numbers and flags by name.

    ProbeError for what is not as described.
    """

    noise: Measure
    trace: Measure
    gradient: Measure
    squared_norms: FloatArray
    loss: float
    batch: float
    parameters: int
    step: int = 0
    examples: int = 1
    dataset: int = 0
    weight_decay: float = 0.0
    curvature: str = "hessian"
    optimizer: str = ""
    settings: dict[str, Setting] = field(default_factory=dict[str, Setting])

    def __post_init__(self) -> None:
        object.__setattr__(self, "squared_norms", _norms(self.squared_norms))
        for key, low in _LEAST.items():
            array = numbers_of(key, getattr(self, key))
            if array.ndim:
                raise ProbeError("kind", key=key, allowed="one number")
            value = float(array)
            if value < low:
                raise ProbeError("too small", key=key, value=value, low=low)
            object.__setattr__(self, key, value if key in ("loss", "batch", "weight_decay") else int(value))
        if len(self.noise.nodes) < 2:
            raise ProbeError("shape", key="noise_nodes", shape=self.noise.nodes.shape, allowed="2 starts or more")
        if len(self.gradient.nodes) != 1:
            raise ProbeError("shape", key="gradient_nodes", shape=self.gradient.nodes.shape, allowed="1 start")
        if not (self.noise.squares > 0).any() or not self.squared_norms.any():
            raise ProbeError("no noise", key="noise_weights" if self.squared_norms.any() else "squared_norms")
        if self.largest <= 0:
            raise ProbeError("no curvature", key="noise_nodes")
        if self.curvature not in ("hessian", "ggn"):
            raise ProbeError("kind", key="curvature", allowed="hessian, ggn")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Probe):
            return NotImplemented
        pairs = zip(self._measures(), other._measures(), strict=True)
        same = self._facts() == other._facts() and np.array_equal(self.squared_norms, other.squared_norms)
        return same and all(one.same(two) for one, two in pairs)

    def __hash__(self) -> int:
        return hash((self.noise.nodes.tobytes(), self.noise.weights.tobytes(), self.loss, self.batch, self.step))

    def _measures(self) -> tuple[Measure, ...]:
        return self.noise, self.trace, self.gradient

    def _facts(self) -> tuple[object, ...]:
        numbers = (self.loss, self.batch, self.parameters, self.step, self.examples, self.dataset, self.weight_decay)
        return (*numbers, self.curvature, self.optimizer, self.settings)

    @cached_property
    def largest(self) -> float:
        """L: the largest curvature that any start has seen, in units of loss/parameter²."""
        found = [float(np.where(part.weights > 0, part.nodes, -np.inf).max()) for part in self._measures()]
        return max(found)

    @cached_property
    def flat(self) -> float:
        """The least curvature that is told from 0; what is nearer to 0 counts as this."""
        return FLAT * max(part.largest for part in self._measures())

    @cached_property
    def noise_trace(self) -> tuple[float, float]:
        """tr S of batches of one, and its standard error from the squared norms; 0 where they are of all the data."""
        squares, count = self.squared_norms, len(self.squared_norms)
        missed = 1 - min(count, self.dataset) / self.dataset if self.dataset else 1.0
        return float(squares.mean()), float(squares.std(ddof=1) * math.sqrt(missed / count))

    @property
    def gradient_square(self) -> float:
        """|ḡ|² of the objective."""
        return float(self.gradient.squares[0])

    @property
    def negative_noise(self) -> float:
        """Share of the noise on negative curvature: there is no plateau there, and every prediction leaves it out."""
        return self.noise.negative_share(self.flat)

    @property
    def excess(self) -> float:
        """½ ḡᵀ H⁻¹ ḡ over the positive curvatures: how far the loss is above the minimum of its quadratic."""
        part = self.gradient.positive(self.flat)
        return float((part.weights / part.nodes).sum()) / 2

    def current(self) -> QHM | None:
        """The (α, β, ν) that the optimiser runs at: of torch.optim.SGD and of qhoptim's QHM, else None.

        With momentum m and dampening τ, α = lr (1-τ)/(1-m) but for the first step, which PyTorch does not dampen.
        """
        values = self.settings
        lr, momentum = values.get("lr", 0.0), values.get("momentum", 0.0)
        try:
            if self.optimizer == "QHM":
                return QHM(lr, momentum, values.get("nu", 1.0))
            if self.optimizer != "SGD" or values.get("maximize"):
                return None
            point = QHM.from_pytorch_sgd(lr, momentum, bool(values.get("nesterov", False)))
            return QHM(point.alpha * (1 - float(values.get("dampening", 0.0))), point.beta, point.nu)
        except ParameterError:
            return None

    def nodes(self, batch: float | None = None) -> Nodes:
        """The directions seen, with the noise of batches of this size (or its own) and the start of the run.

        Curvatures are the nodes of noise and gradient, each counted once, and L. The noise variances are the weights
        of the noise by tr S/B, the squares of the offset those of the gradient over θ²; negative curvatures are left
        out, flat ones count as :attr:`flat`. The noise is additive: that of x here. ParameterError for a bad batch.
        """
        size = self.batch if batch is None else require_batch(batch)
        noise, gradient = self.noise.positive(self.flat), self.gradient.positive(self.flat)
        scale = self.noise_trace[0] / size / float(self.noise.squares.sum())
        nodes, weights = noise.nodes.ravel(), scale * noise.weights.ravel()
        own, squares = gradient.nodes.ravel(), gradient.weights.ravel() / gradient.nodes.ravel() ** 2
        every = np.concatenate([nodes, own, [self.largest]])
        variances = np.concatenate([weights, np.zeros(len(own) + 1)])
        offsets = np.concatenate([np.zeros(len(nodes)), squares, [0.0]])
        kept = np.concatenate([noise.weights.ravel() > 0, gradient.weights.ravel() > 0, [True]])
        return Nodes(every[kept], np.ones(int(kept.sum())), variances[kept], offsets[kept])

    def problem(self, batch: float | None = None) -> Problem:
        """The quadratic of :meth:`nodes`, which the page Choose computes with."""
        return Problem.of_nodes(self.nodes(batch))

    def mean_square(self, point: QHM, batch: float | None = None) -> float:
        """K of least squares on Gaussian samples with this spectrum (see :mod:`qhm_math.minibatch`); inf beyond it.

        Where it is near 1 or above, the growth of the noise with the distance, which is left out here, matters.
        """
        part = self.trace.positive(self.flat)
        with np.errstate(over="ignore", under="ignore", invalid="ignore", divide="ignore"):
            each = feedback(point.with_axes(2), part.nodes, self.batch if batch is None else require_batch(batch))
            total = float(np.where(part.weights > 0, part.weights * each, 0.0).sum())
        return total / len(part.nodes)


def _norms(value: ArrayLike) -> FloatArray:
    array = numbers_of("squared_norms", value)
    if array.ndim != 1 or not 2 <= len(array) <= MOST_NORMS:
        raise ProbeError("shape", key="squared_norms", shape=array.shape, allowed=f"(n,), n from 2 to {MOST_NORMS:,}")
    if (array < 0).any():
        raise ProbeError("too small", key="squared_norms", value=float(array.min()), low=0)
    return array
