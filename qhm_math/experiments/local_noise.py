"""What theory expects of a sweep from a checkpoint: there the loss is a quadratic whose noise does not change.

[G] section 4, with the curvatures and the gradient noise that are measured at the checkpoint.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import FloatArray
from ..parameters import QHM
from ..probe.measure import Measure, ratio_of_sums
from ..progress import SILENT, Monitor, require_going_on
from ..transient import expected_loss

#: Curvatures below this share of the largest are flat: theory counts them as this.
FLAT = 1e-6
#: Of the modes' responses to noise, held at once.
_MOST_NUMBERS = 4_000_000


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

    def expected(self, points: QHM, first: int, steps: int, monitor: Monitor = SILENT) -> tuple[FloatArray, FloatArray]:
        """Mean over the steps `first` to `steps` - 1 of E f(x_k) - f*, from x_0 = x*, and its standard error.

        `points`: (cells,). Both are (cells,), in units of the loss; where a cell diverges they are inf and NaN. As in
        :func:`qhm_math.probe.plateau` the mean is tr S times a ratio of sums over the starts, and the error that of the
        choice of starts and of tr S. Cancelled where the monitor cancels.
        """
        part = self.measure.positive(FLAT * self.measure.largest)
        starts, nodes = part.nodes.shape
        alpha, beta, nu = (np.broadcast_to(values, points.shape) for values in (points.alpha, points.beta, points.nu))
        sums = np.empty((starts, len(alpha)))
        size = max(1, _MOST_NUMBERS // (starts * nodes * steps))
        for low in range(0, len(alpha), size):
            require_going_on(monitor)
            cells = slice(low, low + size)
            qhm = QHM(*(values[cells, None] for values in (alpha, beta, nu)))
            loss = expected_loss(qhm, part.nodes, part.weights, np.zeros(nodes), steps - 1)
            with np.errstate(over="ignore"):
                sums[:, cells] = loss[..., first:].mean(axis=-1).T
        with np.errstate(over="ignore", invalid="ignore"):
            ratio, spread = ratio_of_sums(sums, self.measure.squares)
            mean, error = self.trace * ratio, np.hypot(self.trace * spread, ratio * self.trace_error)
        fine = mean <= self.limit
        return np.where(fine, mean, np.inf), np.where(fine, error, np.nan)
