"""The training that the views of the page share: what is asked for, what has been seen of it, and what that means."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed, grouped, plain, scientific
from qhm_gui.views.shared.runs import departure_sentence
from qhm_math import max_stable_alpha
from qhm_math.data import DataError
from qhm_math.networks import DigitsNetwork, Record, Stretch, train
from qhm_math.progress import Monitor

log = logging.getLogger("qhm")
Floats = NDArray[np.float64]

#: So near the line, as a share of it, sharpness counts as having arrived.
NEAR = 0.05
#: A verdict looks at the last quarter of the steps at the current point, and needs at least so many records of it.
_FEWEST = 10
#: A curvature beyond it, of an α near the smallest float, is infinite: no axis goes there.
_MOST = 1e303


@dataclass(frozen=True)
class TrainingRequest:
    """A network, the points that it is trained at, and the method whose colour the run has."""

    network: DigitsNetwork
    stretches: tuple[Stretch, ...]
    method: str

    @property
    def total(self) -> int:
        """The last step."""
        return self.stretches[-1].until

    @property
    def begun(self) -> int:
        """The step from which on the current point is in force."""
        return self.stretches[-2].until if len(self.stretches) > 1 else 0

    @property
    def line(self) -> float:
        """The largest stable curvature of the current point."""
        return float(self.curvatures()[-1])

    def points(self) -> tuple[Floats, Floats, Floats]:
        """α, β and ν of every stretch."""
        points = np.array([(part.qhm.alpha, part.qhm.beta, part.qhm.nu) for part in self.stretches])
        return points[:, 0], points[:, 1], points[:, 2]

    def curvatures(self) -> Floats:
        """L of every stretch with α at the bound of condition (13): 2(1+β) / (α(1+β(1-2ν))), at most 10³⁰³."""
        alpha, beta, nu = self.points()
        with np.errstate(over="ignore"):
            return np.minimum(max_stable_alpha(beta, nu, 1.0) / alpha, _MOST)

    def ends(self) -> NDArray[np.int64]:
        """The last step of every stretch."""
        return np.array([part.until for part in self.stretches])

    def lines(self) -> tuple[Floats, Floats]:
        """The largest stable curvature against the step: a staircase."""
        ends = np.repeat(np.append(0, self.ends()), 2)[1:-1]
        return ends.astype(np.float64), np.repeat(self.curvatures(), 2)


@dataclass(frozen=True, eq=False)
class TrainingResult:
    """What has been seen of a training so far; None where there is no data to train on."""

    request: TrainingRequest
    record: Record | None

    @property
    def reached(self) -> int:
        """The step that it stands at; where it has diverged, the one at which the current point came into force."""
        if self.record is None or self.record.diverged >= 0:
            return self.request.begun
        return int(self.record.steps[-1])


def training_request(state: State) -> TrainingRequest:
    """What the state says of the training."""
    options = state.experiments
    network = DigitsNetwork(options.samples, options.width, options.scale, state.seed)
    past = tuple(passed.stretch for passed in options.past)
    return TrainingRequest(network, (*past, Stretch(options.total, state.point)), state.active)


def training_results(request: TrainingRequest, monitor: Monitor) -> Iterator[TrainingResult]:
    """What is seen of a training, longer and longer."""
    try:
        for record in train(request.network, request.stretches, monitor):
            yield TrainingResult(request, record)
    except DataError as error:
        log.error("%s", error, exc_info=error)
        yield TrainingResult(request, None)


def verdict(result: TrainingResult) -> str:
    """Where sharpness stands in the end, and why it is not on the line where it is not; '' before the end."""
    record, request = result.record, result.request
    if record is None or not record.finished:
        return ""
    name = METHOD_LOOKS[request.method].name
    if record.diverged >= 0:
        return departure_sentence([name], [record.diverged], [-1])
    since = record.steps >= request.begun + 0.75 * (request.total - request.begun)
    if since.sum() < _FEWEST:
        return ""
    line, mean = request.line, float(record.sharpness[since].mean())
    words = {"sharpness": fixed(mean, 2) if 0.1 <= mean < 1000 else plain(mean), "L": plain(line)}
    if abs(mean - line) <= NEAR * line:
        return tr("Sharpness has settled at the bound:\nmean {sharpness}, *L* = {L}.", **words)
    if mean > line:
        return tr("Sharpness is {sharpness},\nstill above the bound *L* = {L}.", **words)
    if record.correct[-1] < 1:
        steps = grouped(request.total)
        return tr("Sharpness is {sharpness} after {steps} steps,\nstill below the bound.", steps=steps, **words)
    loss = scientific(float(record.losses[-1]))
    return tr(
        "Sharpness ends at {sharpness}, below the bound:\nall digits are fitted (loss {loss}).", loss=loss, **words
    )
