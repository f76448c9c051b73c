"""What theory expects of a sweep from a checkpoint: there the loss is a quadratic whose noise does not change.

[G] section 4, with the curvatures and the gradient noise that are measured at the checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..checks import FloatArray, require_number
from ..parameters import QHM
from ..probe.measure import Measure, ratio_of_sums
from ..progress import SILENT, Monitor, require_going_on
from ..transient import expected_loss
from .stacked import BINS, binned

#: Curvatures below this share of the largest are flat: theory counts them as this.
FLAT = 1e-6
#: The fact of a sweep that says which share of the noise is on negative curvature, of which theory expects nothing.
NEGATIVE_SHARE = "negative_share"
#: Of the modes' responses to noise, held at once.
_MOST_NUMBERS = 4_000_000


@dataclass(frozen=True, eq=False)
class Expected:
    """What theory expects of S cells, in units of the loss.

    `mean` over the counted steps and its standard `error`, (S,), are inf and NaN where a cell diverges; `curve`
    (S, bins) is E f(x_k) - f* along the run.
    """

    mean: FloatArray
    error: FloatArray
    curve: FloatArray


@dataclass(frozen=True, eq=False)
class LocalNoise:
    """The noise of the gradient of one mini-batch by curvature, at a checkpoint.

    `measure`: of J starts v whose v vᵀ are on average the noise's covariance S, up to a factor; of one start it is
    tr f(H)S itself. `trace`: tr S, in (loss/parameter)², and `trace_error`, its standard error. `limit`: the loss above
    which a run counts as diverged.
    """

    measure: Measure
    trace: float
    trace_error: float
    limit: float

    def as_plain(self) -> dict[str, Any]:
        """Numbers and lists of them, such as JSON has; `from_plain` reads it."""
        numbers = {"trace": self.trace, "trace_error": self.trace_error, "limit": self.limit}
        return {"nodes": self.measure.nodes.tolist(), "weights": self.measure.weights.tolist(), **numbers}

    @staticmethod
    def from_plain(plain: dict[str, Any]) -> LocalNoise:
        """What `as_plain` gave. KeyError, TypeError or ValueError for what it cannot have given."""
        numbers = (require_number(name, plain[name], 0.0) for name in ("trace", "trace_error", "limit"))
        return LocalNoise(Measure(plain["nodes"], plain["weights"]), *numbers)

    def facts(self) -> dict[str, str]:
        """What there is to know of it without its nodes: tr S, and the share of it on negative curvature."""
        share = self.measure.negative_share(FLAT * self.measure.largest) if self.measure.largest else 0.0
        return {"trace": repr(self.trace), NEGATIVE_SHARE: repr(share)}

    def expected(self, points: QHM, first: int, steps: int, monitor: Monitor = SILENT) -> Expected:
        """Of E f(x_k) - f* from x_0 = x*: the mean over the steps `first` to `steps` - 1, and the curve.

        The noise on negative curvature, which there is none of at a minimum, is left out.
        `points`: (cells,). As in :func:`qhm_math.probe.plateau` the mean is tr S times a ratio of sums over the starts,
        and the error that of the choice of starts and of tr S. Cancelled where the monitor cancels.
        """
        part = self.measure.positive(FLAT * self.measure.largest)
        starts, nodes = part.nodes.shape
        alpha, beta, nu = (np.broadcast_to(values, points.shape) for values in (points.alpha, points.beta, points.nu))
        sums, curve = np.empty((starts, len(alpha))), np.empty((len(alpha), min(BINS, steps)))
        total = float(self.measure.squares.sum())
        size = max(1, _MOST_NUMBERS // (starts * nodes * steps))
        for low in range(0, len(alpha), size):
            require_going_on(monitor)
            cells = slice(low, low + size)
            qhm = QHM(*(values[cells, None] for values in (alpha, beta, nu)))
            loss = expected_loss(qhm, part.nodes, part.weights, np.zeros(nodes), steps - 1)
            with np.errstate(over="ignore"):
                sums[:, cells] = loss[..., first:].mean(axis=-1).T
                curve[cells] = binned(loss.sum(axis=1)) * (self.trace / total if total else 0.0)
        with np.errstate(over="ignore", invalid="ignore"):
            ratio, spread = ratio_of_sums(sums, self.measure.squares)
            mean, error = self.trace * ratio, np.hypot(self.trace * spread, ratio * self.trace_error)
        fine = mean <= self.limit
        return Expected(np.where(fine, mean, np.inf), np.where(fine, error, np.nan), curve)
