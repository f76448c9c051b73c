"""Full-batch training by QHM with parameters that change on the way, watched: loss and sharpness every few steps.

What is recorded is a function of the network and the parameters alone. What has been computed is kept: a run with the
same beginning goes on from where another one stands, with the same numbers as if it had been trained from the start.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from ..checks import MAX_STEPS, FloatArray, ParameterError, require_integer
from ..lanczos import lanczos
from ..parameters import QHM
from ..progress import SILENT, Cancelled, Monitor, require_going_on
from .digits_network import DigitsNetwork

#: Loss and sharpness are recorded, and parameters may change, at multiples of this many steps.
EVERY = 10

#: Of the residual, as a share: the eigenvalue itself is off by about its square.
_FIRST_PRODUCTS, _PRODUCTS, _TOLERANCE = 60, 12, 1e-2
_FRESH = 0.05  # of the start of Lanczos is new, so that another mode that has become the sharpest is found
_GONE = 1e3  # times its first value: such a loss does not come back
_KEPT_RUNS, _KEPT_PLACES, _DENSE = 6, 200, 300
#: Of weights, buffers and vectors of one run: of a wide network fewer places are kept.
_KEPT_NUMBERS = 2_000_000
_BREATH = 0.03


class Stretch(NamedTuple):
    """Up to step ``until`` (that of its end) the parameters are those of ``qhm``."""

    until: int
    qhm: QHM


@dataclass(frozen=True, eq=False)
class Record:
    """What was seen of a run, at ``steps`` (m,): ``losses``, ``sharpness``, and the ``correct`` share of the digits.

    The sharpness is the largest eigenvalue of the Hessian. ``diverged``: the step at which the loss grew beyond bounds,
    -1 where it has not; there its sharpness is NaN. ``finished``: the run has its full length, or diverged.
    """

    steps: np.ndarray[tuple[int], np.dtype[np.int64]]
    losses: FloatArray
    sharpness: FloatArray
    correct: FloatArray
    diverged: int = -1
    finished: bool = False


def train(
    network: DigitsNetwork, stretches: Sequence[Stretch], monitor: Monitor = SILENT, breath: float = _BREATH
) -> Iterator[Record]:
    """Train a network through the stretches, and tell what was recorded so far again and again.

    Parameters
    ----------
    network : DigitsNetwork
        The network, its data, and its first weights.
    stretches : sequence of Stretch
        At least one, with ends at ascending multiples of 10 steps; each with one point.
    monitor : Monitor
        Told of the progress; where it cancels, the records end.
    breath : float
        Seconds of work between two records. The first one comes after 10 steps, with all that is known already.

    Returns
    -------
    iterator of Record
        Longer and longer ones, the last one finished.

    Raises
    ------
    ParameterError
        For stretches that do not ascend, and arrays of points.
    DataError
        Where the digits cannot be read.

    Notes
    -----
    d = (1-β) ∇f + β d and θ -= α[(1-ν) ∇f + ν d], all digits in every step, float64. The sharpness is found by Lanczos'
    method from the last top vector, with a little of a new random one, to some 10⁻³ of itself.

    Examples
    --------
    >>> *_, last = train(DigitsNetwork(samples=20, width=4), [Stretch(40, QHM(0.5, 0.9, 1.0))])
    >>> last.steps.tolist(), bool(last.losses[-1] < last.losses[0]), last.finished
    ([0, 10, 20, 30, 40], True, True)
    """
    wanted = _checked(stretches)
    run = _RUNS.find(network, wanted)
    total = wanted[-1].until
    first = run.step
    end = 0.0  # the first record as soon as there is more to tell than there was before
    while True:
        try:
            with run.lock:
                run.begin(monitor)
                while (end or run.step == run.origin) and run.step < total and run.diverged < 0:
                    run.advance(_point_at(wanted, run.step), monitor)
                    if time.monotonic() >= end:
                        break
                record = run.record(total)
        except Cancelled:
            return
        monitor.report((run.step - first) / max(total - first, 1))
        yield record
        if record.finished:
            return
        end = time.monotonic() + breath


def known_record(network: DigitsNetwork, stretches: Sequence[Stretch]) -> Record | None:
    """What is known of a training that was asked for lately, without waiting for it.

    Parameters
    ----------
    network : DigitsNetwork
        The network that was trained.
    stretches : sequence of Stretch
        The points that it was trained at, each with the step up to which it was in force.

    Returns
    -------
    Record or None
        What :func:`train` has told of it so far, up to the last stretch's end; None where nothing is known.

    Examples
    --------
    >>> network, stretches = DigitsNetwork(samples=20, width=4), [Stretch(20, QHM(0.5, 0.5, 1.0))]
    >>> *_, last = train(network, stretches)
    >>> found = known_record(network, stretches)
    >>> found is not None and found.steps.tolist() == last.steps.tolist()
    True
    """
    run = _RUNS.known(network, stretches)
    return None if run is None or not run.begun else run.record(stretches[-1].until)


def _checked(stretches: Sequence[Stretch]) -> tuple[Stretch, ...]:
    allowed = f"ascending multiples of {EVERY}"
    if not stretches:
        raise ParameterError("stretches", len(stretches), "at least one stretch")
    before, checked = 0, list[Stretch]()
    for end, qhm in stretches:
        until = require_integer("until", end, 0, MAX_STEPS)
        if until % EVERY or until < before:
            raise ParameterError("until", end, allowed)
        if qhm.shape:
            raise ParameterError("qhm", qhm.shape, "one point")
        before = until
        checked.append(Stretch(until, qhm))
    return tuple(checked)


def _point_at(stretches: Sequence[Stretch], step: int) -> QHM:
    """The parameters of the step that leaves ``step``."""
    return next(stretch.qhm for stretch in stretches if stretch.until > step)


def agreement(one: Sequence[Stretch], other: Sequence[Stretch]) -> int:
    """The step up to which two trainings have the same parameters (nothing is checked)."""
    step, last = 0, min(one[-1].until, other[-1].until)
    i = j = 0
    while step < last:
        while one[i].until <= step:
            i += 1
        while other[j].until <= step:
            j += 1
        if one[i].qhm is not other[j].qhm and one[i].qhm != other[j].qhm:
            return step
        step = min(one[i].until, other[j].until)
    return last


@dataclass(frozen=True, eq=False)
class _Place:
    """Where a run stands at a step: weights, buffer, and the top vector."""

    step: int
    theta: FloatArray
    buffer: FloatArray
    top: FloatArray


class _Quiet:
    """A Monitor that passes on only whether it is cancelled."""

    def __init__(self, monitor: Monitor) -> None:
        self.cancelled = monitor.cancelled

    def report(self, fraction: float) -> None:
        """Say nothing."""


class _Run:
    """One training that is under way; whoever advances or reads it holds its lock.

    Where it is cancelled in the midst of its work it stands where it stood before.
    """

    def __init__(self, network: DigitsNetwork, stretches: tuple[Stretch, ...]) -> None:
        self.network, self.stretches = network, stretches
        self.lock = threading.Lock()
        self.diverged = -1
        self._loss, self._labels = network.loss(), network.labels()
        theta = network.start()
        top = np.random.default_rng(network.seed).standard_normal(self._loss.size)
        self._place = _Place(0, theta, np.zeros_like(theta), top)
        self.origin = 0
        self._places: OrderedDict[int, _Place] = OrderedDict()
        self._spacing = 10 * EVERY
        self._most = max(_DENSE // EVERY + 10, min(_KEPT_PLACES, _KEPT_NUMBERS // (3 * len(theta))))
        self._rows: list[tuple[int, float, float, float]] = []

    @property
    def step(self) -> int:
        """The step that it stands at, a multiple of EVERY."""
        return self._place.step

    def fork(self, step: int, stretches: tuple[Stretch, ...]) -> _Run:
        """A run of other stretches with the same beginning up to ``step``, of which the place is kept, or before."""
        twin = _Run.__new__(_Run)
        twin.network, twin.stretches = self.network, stretches
        twin.lock, twin.diverged = threading.Lock(), -1
        twin._loss, twin._labels, twin._spacing, twin._most = self._loss, self._labels, self._spacing, self._most
        at = max(kept for kept in self._places if kept <= step)
        twin._place = self._places[at]
        twin.origin = at
        twin._places = OrderedDict((kept, place) for kept, place in self._places.items() if kept <= at)
        twin._rows = [row for row in self._rows if row[0] <= at]
        return twin

    def nearest(self, step: int) -> int:
        """The last step at or before ``step`` from which a fork could go on; -1 where it has not begun."""
        return max((kept for kept in self._places if kept <= step), default=-1)

    def begin(self, monitor: Monitor) -> None:
        """The first look, unless it has been taken."""
        if not self._rows:
            self._watch(self._place, monitor)

    def advance(self, qhm: QHM, monitor: Monitor) -> None:
        """EVERY steps, and a look. Cancelled where the monitor says so."""
        theta, buffer = self._place.theta.copy(), self._place.buffer.copy()
        with np.errstate(over="ignore", invalid="ignore", under="ignore"):
            for _ in range(EVERY):
                require_going_on(monitor)
                gradient = self._loss.at(theta).gradient
                buffer *= qhm.beta
                buffer += (1.0 - qhm.beta) * gradient
                theta -= qhm.alpha * ((1.0 - qhm.nu) * gradient + qhm.nu * buffer)
        self._watch(replace(self._place, step=self.step + EVERY, theta=theta, buffer=buffer), monitor)

    def _watch(self, place: _Place, monitor: Monitor) -> None:
        """Record loss and sharpness at a place, and stand there; or find that it has diverged."""
        here = self._loss.at(place.theta)
        if not here.is_finite or (self._rows and here.value > _GONE * self._rows[0][1]):
            self._rows.append((place.step, here.value, np.nan, np.nan))
            self._place = place
            self.diverged = place.step
            return
        rng = np.random.default_rng((self.network.seed, place.step))
        fresh = rng.standard_normal(self._loss.size)
        start = place.top / np.linalg.norm(place.top) + _FRESH / np.linalg.norm(fresh) * fresh
        products = _PRODUCTS if self._rows else _FIRST_PRODUCTS
        found = lanczos(here.hessian_product, start, products, _TOLERANCE, _Quiet(monitor))
        correct = float((here.outputs.argmax(axis=1) == self._labels).mean())
        self._rows.append((place.step, here.value, found.largest, correct))
        self._place = self._places[place.step] = replace(place, top=found.vector)
        self._thin()

    def _thin(self) -> None:
        """Keep every place of the last steps, and some of those before."""
        old = self.step - _DENSE
        while len(self._places) > self._most:
            self._spacing *= 2
            self._drop(old)
        self._drop(old)

    def _drop(self, old: int) -> None:
        for kept in [kept for kept in self._places if kept < old and kept % self._spacing]:
            del self._places[kept]

    @property
    def begun(self) -> bool:
        """Whether there is anything to tell."""
        return bool(self._rows)

    def record(self, total: int) -> Record:
        """What was seen up to step ``total``."""
        rows = np.array([row for row in tuple(self._rows) if row[0] <= total])
        gone = self.diverged if 0 <= self.diverged <= rows[-1, 0] else -1
        finished = gone >= 0 or bool(rows[-1, 0] >= total)
        return Record(rows[:, 0].astype(np.int64), rows[:, 1], rows[:, 2], rows[:, 3], gone, finished)


#: Network and (until, α, β, ν) of every stretch: a point itself takes longer to hash.
_Key = tuple[DigitsNetwork, tuple[tuple[int, float, float, float], ...]]


def _key(network: DigitsNetwork, stretches: Sequence[Stretch]) -> _Key:
    return network, tuple((until, qhm.alpha, qhm.beta, qhm.nu) for until, qhm in stretches)


class _Runs:
    """The last few runs. One is found again by its network and its stretches; a new one forks from the nearest."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[_Key, _Run] = OrderedDict()

    def find(self, network: DigitsNetwork, stretches: tuple[Stretch, ...]) -> _Run:
        """The run of these parameters, as far as it is."""
        key = _key(network, stretches)
        with self._lock:
            run = self._kept.get(key) or self._begin(network, stretches)
            self._kept[key] = run
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT_RUNS:
                self._kept.popitem(last=False)
            return run

    def _begin(self, network: DigitsNetwork, stretches: tuple[Stretch, ...]) -> _Run:
        best: _Run | None = None
        furthest = -1
        for run in self._kept.values():
            if run.network != network:
                continue
            with run.lock:
                at = run.nearest(min(agreement(run.stretches, stretches), run.step))
                if at > furthest:
                    furthest, best = at, run.fork(at, stretches)
        return best or _Run(network, stretches)

    def known(self, network: DigitsNetwork, stretches: Sequence[Stretch]) -> _Run | None:
        """The run of these parameters, where there is one."""
        return self._kept.get(_key(network, stretches))

    def clear(self) -> None:
        """Forget all of them."""
        with self._lock:
            self._kept.clear()


_RUNS = _Runs()
forget_runs = _RUNS.clear
