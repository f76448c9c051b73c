"""What the views of the page "How good?" share: the minimum at hand, its theory, and how long runs must warm up."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from qhm_gui.state.state import State, noise_covariance
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific, superscript
from qhm_math import QHM, convergence_rate, first_order_covariance, stationary_covariance, stationary_loss
from qhm_math import steps_per_decade as per_decade
from qhm_math.losses import Loss, Quadratic, local_curvatures, nearest_minimum
from qhm_math.noise import Noise

#: A burn-in ends when what is left of the start is this share of the stationary loss (R^{2k} falls so far).
_LEFT = 6  # decades
#: Longer burn-ins are not begun: on a quadratic a step costs nanoseconds, elsewhere microseconds.
MOST_STEPS = {True: 300_000, False: 30_000}


@dataclass(frozen=True)
class Basin:
    """A loss about one of its minima, under a noise."""

    loss: Loss
    noise: Noise
    minimum: tuple[float, float]

    @property
    def noiseless(self) -> bool:
        """Whether nothing moves the iterates in the end."""
        return not np.any(self.covariance)

    @cached_property
    def covariance(self) -> NDArray[np.float64]:
        """S at the minimum: of the noise, and of the mini-batches where there are any."""
        return noise_covariance(self.loss, self.noise, self.minimum)

    @property
    def quadratic(self) -> bool:
        """Whether the theory is exact."""
        return isinstance(self.loss, Quadratic)

    @cached_property
    def _local(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        curvatures, axes, _ = local_curvatures(self.loss, self.minimum)
        return curvatures, np.diag(axes.T @ self.covariance @ axes)

    @property
    def curvatures(self) -> NDArray[np.float64]:
        """The Hessian's eigenvalues at the minimum."""
        return self._local[0]

    @property
    def variances(self) -> NDArray[np.float64]:
        """The noise along the Hessian's eigenvectors."""
        return self._local[1]

    @property
    def hessian(self) -> NDArray[np.float64]:
        """The Hessian at the minimum, exactly symmetric."""
        matrix = self.loss.hessian(np.array(self.minimum))
        return (matrix + matrix.T) / 2

    @property
    def depth(self) -> float:
        """How far this minimum lies above the lowest."""
        return float(self.loss.value(np.array(self.minimum))) - self.loss.minimum_value()

    def level(self, point: QHM, order: int | None = None) -> NDArray[np.float64]:
        """The stationary loss above this minimum: exact, or to first or second order in α."""
        return np.asarray(stationary_loss(point, self.curvatures, self.variances, order))

    def rate(self, point: QHM) -> NDArray[np.float64]:
        """R on the curvatures of this minimum."""
        return np.asarray(convergence_rate(point, self.curvatures[0], self.curvatures[-1]))

    def exact_covariance(self, point: QHM) -> NDArray[np.float64]:
        """The Lyapunov solution."""
        return stationary_covariance(point, self.hessian, self.covariance)

    def first_covariance(self, alpha: float) -> NDArray[np.float64]:
        """Theorem 4."""
        return first_order_covariance(alpha, self.hessian, self.covariance)


def basin_of(state: State) -> Basin:
    """The minimum nearest to the state's start."""
    x, y = nearest_minimum(state.loss, state.start).tolist()
    return Basin(state.loss, state.noise, (x, y))


def burn_in(rate: float) -> float:
    """Steps after which a run from the minimum has the stationary distribution, to a millionth of its variance."""
    return max(1.0, math.ceil(_LEFT * float(per_decade(rate)))) if rate < 1 else math.inf


def no_noise(state: State) -> tuple[str, str] | None:
    """The empty state of a card that shows what noise does."""
    if not basin_of(state).noiseless:
        return None
    return tr("No noise, no cloud"), tr("Without noise every stable run ends at the minimum: choose a noise.")


def power_of(values: NDArray[np.float64]) -> int:
    """The power of ten by which losses of this size are multiplied on an axis: 3 for 0.0036; 0 where none is needed."""
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    power = -math.floor(math.log10(largest)) if largest > 0 else 0
    return 0 if -3 < power <= 2 else power


def loss_title(power: int) -> str:
    """'loss × 10³'."""
    return tr("loss") + (f" × 10{superscript(power)}" if power else "")


def loss_text(value: float) -> str:
    """A loss for a read-out."""
    return scientific(value) if math.isfinite(value) else tr("none")
