"""One sigmoid neuron fitted to points: a finite sum that is convex or not, as one parameter has it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar, cast

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared, declared
from .base import Window
from .finite_sum import IntArray, LinearModel, declared_batch
from .growth import Growth

#: The points near 0 lie on tanh(2 t); the far ones say y and -y at the same t.
_SLOPE, _FAR, _CONTRADICTION = 2.0, 5.0, 0.9
#: Where every minimum lies on the axis w₁ = 0, and how finely its derivative is looked at there.
_REACH, _PIECES = 2.5, 2000
#: A smaller bend is none: its product with w₁ + w₂ t would lose digits.
_LEAST = 1e-100


def _growth(loss: Neuron) -> Growth:
    return Growth.BOUNDED if loss.bend >= _LEAST else Growth.QUADRATIC


def _batch_noise(loss: Neuron) -> Growth:
    return Growth.BOUNDED if loss.bend >= _LEAST else Growth.LINEAR


@dataclass(frozen=True)
class Neuron(LinearModel):
    """f = (1/2n) Σ_i (tanh(s z_i)/s - y_i)², z_i = w₁ + w₂ t_i: one neuron of n = 20 points; s = 0: the line z_i.

    16 points lie on y = tanh(2t), |t| <= 1; four lie at t = ±5 and contradict each other. With s = 0 this is least
    squares. From s = 0.484 on there are two minima, both with w₁ = 0: one near w₂ = 0, where the neuron fits nothing,
    and one where it fits the sixteen and is saturated at the four, the lower one from s = 0.703 on. That the squared
    error of one neuron can have many minima: Auer, Herbster & Warmuth, "Exponentially many local minima for single
    neurons", NIPS 1995.
    """

    batch: int = declared_batch(1)
    bend: float = declared(
        1.0,
        label="Bend",
        symbol="s",
        low=0.0,
        high=1.0,
        slider=(0.0, 1.0),
        help="0: a line and a convex loss; 1: a tanh neuron and a second minimum",
    )

    key: ClassVar[str] = "neuron"
    title: ClassVar[str] = "Neuron"
    summary: ClassVar[str] = "a finite sum, convex or not"
    formula: ClassVar[str] = "f = (1/2n) Σ (tanh(s zᵢ)/s - yᵢ)², zᵢ = w₁ + w₂ tᵢ"
    growth: ClassVar[Growth] = cast("Growth", property(_growth))
    batch_noise: ClassVar[Growth] = cast("Growth", property(_batch_noise))

    def __post_init__(self) -> None:
        check_declared(self)
        self.check_batch()

    def rows(self) -> FloatArray:
        """The a_i = (1, t_i), (20, 2); the far ones last."""
        return _data()[0]

    def targets(self) -> FloatArray:
        """The y_i, (20,)."""
        return _data()[1]

    def losses(self, predictions: FloatArray) -> FloatArray:
        """½ (tanh(s z)/s - y)²."""
        return 0.5 * (self._output(predictions)[0] - self.targets()) ** 2

    def slopes(self, predictions: FloatArray, indices: IntArray | slice) -> FloatArray:
        """(tanh(s z)/s - y) (1 - tanh²(s z))."""
        output, steepness, _ = self._output(predictions)
        return (output - self.targets()[indices]) * steepness

    def bends(self, predictions: FloatArray) -> FloatArray:
        """The square of the output's slope, and its curvature times the error."""
        output, steepness, turn = self._output(predictions)
        return steepness**2 + (output - self.targets()) * turn

    def ridge(self) -> float:
        """0."""
        return 0.0

    def minima(self) -> FloatArray:
        """Those of the axis w₁ = 0, (m, 2), the lowest first."""
        return _minima(self.bend)

    def minimum(self) -> FloatArray:
        """The lowest one."""
        return self.minima()[0]

    def window(self) -> Window:
        """Both minima and the rise beyond them."""
        return (-1.2, 1.2), (-0.9, 3.1)

    def start(self) -> tuple[float, float]:
        """On the side of the minimum that fits the points near 0."""
        return -0.9, 1.2

    def suggested_alpha(self) -> float:
        """0.3 divided by the curvature that one far point has at w = 0."""
        return 0.012

    def suggested_steps(self) -> int:
        """Long enough for SGD to leave the minimum near 0 and to come down to the other."""
        return 2000

    def _output(self, predictions: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """tanh(s z)/s with its first two derivatives in z."""
        if self.bend < _LEAST:
            return predictions, np.ones_like(predictions), np.zeros_like(predictions)
        bent = np.tanh(self.bend * predictions)
        steepness = 1 - bent**2
        return bent / self.bend, steepness, -2 * self.bend * bent * steepness


@lru_cache(maxsize=1)
def _data() -> tuple[FloatArray, FloatArray]:
    """(rows, y)."""
    near = np.linspace(-1.0, 1.0, 16)
    rows = np.ones((20, 2))
    rows[:, 1] = np.concatenate((near, (_FAR, -_FAR, _FAR, -_FAR)))
    far = _CONTRADICTION * np.array((1.0, 1.0, -1.0, -1.0))
    targets = np.concatenate((np.tanh(_SLOPE * near), far))
    for array in (rows, targets):
        array.flags.writeable = False
    return rows, targets


@lru_cache(maxsize=256)
def _minima(bend: float) -> FloatArray:
    """The minima on the axis w₁ = 0, on which the gradient points along it, since (t, y) and (-t, -y) are both data.

    For w₂ < 0 and for w₂ > 2.5 both groups push back: what lies between is looked at piece by piece.
    """
    loss = Neuron(bend=bend)
    along = np.linspace(0.0, _REACH, _PIECES + 1)
    points = np.stack((np.zeros_like(along), along), axis=-1)
    slopes = loss.gradient(points)[:, 1]
    found: list[FloatArray] = []
    for at in np.flatnonzero((slopes[:-1] < 0) & (slopes[1:] >= 0)):
        low, high = along[at], along[at + 1]
        while low < (middle := 0.5 * (low + high)) < high:
            if loss.gradient(np.array((0.0, middle)))[1] < 0:
                low = middle
            else:
                high = middle
        found.append(np.array((0.0, high)))
    minima = np.array(sorted(found, key=lambda point: float(loss.value(point))))
    minima.flags.writeable = False
    return minima
