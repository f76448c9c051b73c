"""What the views of the comparison share: who runs and how each looks, and one run that serves them all."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape
from qhm_gui.state.options.compare import MOST_SHOWN, Entry, others
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.views.shared.runs import departure_sentence, shared_noise
from qhm_gui.views.view import Chip, ChipLook
from qhm_math.compare import Comparison, Lane, compare
from qhm_math.losses import FINITE_SUMS, FiniteSum, Loss
from qhm_math.methods import Corrected
from qhm_math.noise import Noise
from qhm_math.progress import Monitor

#: Steps of the first answer, so that a drag repaints within a frame.
COARSE_STEPS = 200
#: Steps times methods up to which every step is written down: beyond it the records would fill the memory.
MOST_RECORDED = 1_500_000
_KEPT = 4

#: 8-3, 2-3 and 8-3-2-3 pixels on a line of 1.8.
_DASHES = ((4.4, 1.7), (1.2, 1.7), (4.4, 1.7, 1.2, 1.7))
_SHAPES: tuple[Shape, ...] = ("cross", "star", "hexagon", "diamond", "triangle", "square", "circle", "pentagon")
#: One shape after the other, one dash after the other: no look comes twice among the most that are shown.
OTHER_LOOKS = tuple(
    ChipLook("other", _SHAPES[index % len(_SHAPES)], _DASHES[index % len(_DASHES)]) for index in range(MOST_SHOWN)
)
HIDDEN_LOOK = ChipLook("line2", "circle")


def looks(entries: tuple[Entry, ...]) -> tuple[ChipLook, ...]:
    """The look of every entry: the main methods have their own, the others share a colour."""
    further = dict(zip(others(entries), OTHER_LOOKS, strict=False))
    return tuple(
        HIDDEN_LOOK if entry.hidden else further.get(index) or main_look(entry.method.key)
        for index, entry in enumerate(entries)
    )


def main_look(key: str) -> ChipLook:
    """The look of a method that has a colour of its own."""
    return ChipLook(key, METHOD_LOOKS[key].shape)


@dataclass(frozen=True)
class ComparedMethod:
    """One method that runs: its place in the list, its name and look, and what it does."""

    index: int
    name: str
    look: ChipLook
    lane: Lane


@dataclass(frozen=True)
class ComparisonRequest:
    """One run of every method from one start, with the same noise and the same mini-batches.

    ``chosen`` is the row of the method that is looked at closely among ``racers``, -1 where it does not run.
    """

    loss: Loss
    noise: Noise
    racers: tuple[ComparedMethod, ...]
    chosen: int
    start: tuple[float, float]
    steps: int
    seed: int

    @property
    def key(self) -> Hashable:
        """What the run itself depends on."""
        return self.loss, self.noise, tuple(racer.lane for racer in self.racers), self.start, self.steps, self.seed

    @property
    def order(self) -> tuple[int, ...]:
        """The rows as they are drawn, the chosen one last so that it lies on top."""
        rows = [row for row in range(len(self.racers)) if row != self.chosen]
        return (*rows, self.chosen) if self.chosen >= 0 else tuple(rows)


@dataclass(frozen=True)
class ComparisonResult:
    """What ran: positions (steps + 1, methods, 1, 2) and all else that a comparison tells; None where nothing runs."""

    request: ComparisonRequest
    run: Comparison | None

    def path(self, row: int) -> NDArray[np.float64]:
        """The path of one method, (steps + 1, 2), NaN from its divergence on."""
        assert self.run is not None
        return self.run.positions[:, row, 0]

    def losses(self, row: int) -> NDArray[np.float64]:
        """Its loss above the lowest minimum, (steps + 1,)."""
        assert self.run is not None
        return self.run.losses[:, row, 0]

    def left(self, row: int) -> int:
        """The step at which it left for ever, -1 if it did not."""
        assert self.run is not None
        return int(self.run.diverged_at[row, 0])

    def lost(self, row: int) -> int:
        """The step from which on the loss is not defined, -1 where it always is."""
        assert self.run is not None
        return int(self.run.undefined_at[row, 0])

    @property
    def departed(self) -> str:
        """Which methods diverge, or leave the loss's domain, and when; '' for none."""
        if self.run is None:
            return ""
        names = [racer.name for racer in self.request.racers]
        return departure_sentence(names, self.run.diverged_at, self.run.undefined_at)


def runs_on(entry: Entry, loss: Loss) -> bool:
    """Whether the method can run on the loss: those that correct mini-batches need a finite sum."""
    return not _corrects(type(entry.method)) or isinstance(loss, FiniteSum)


def needs_finite_sum() -> str:
    """The sentence where `runs_on` is false, with a loss that would do."""
    return tr("SVRG needs a finite sum, such as “{loss}”.", loss=tr(next(iter(FINITE_SUMS.values())).title))


@cache
def _corrects(kind: type) -> bool:
    """Whether a kind of method corrects mini-batches. (Python takes 40 µs to compare an object with a protocol.)"""
    return issubclass(kind, Corrected)


def comparison_request(state: State) -> ComparisonRequest:
    """What the views of the comparison ask for."""
    options = state.compare
    rows = [
        ComparedMethod(index, entry.name, look, entry.lane)
        for index, (entry, look) in enumerate(zip(options.entries, looks(options.entries), strict=True))
        if not entry.hidden and runs_on(entry, state.loss)
    ]
    chosen = next((row for row, racer in enumerate(rows) if racer.index == options.selected), -1)
    return ComparisonRequest(state.loss, state.noise, tuple(rows), chosen, state.start, state.steps, state.seed)


_kept: OrderedDict[Hashable, Comparison] = OrderedDict()


def race(request: ComparisonRequest, steps: int, monitor: Monitor) -> ComparisonResult | None:
    """The first ``steps`` of the run, remembered for the other views; None when cancelled."""
    r = request
    if not r.racers:
        return ComparisonResult(r, None)
    key = (r.key, steps)
    found = _kept.get(key)
    if found is None:
        noise = shared_noise(r.noise, r.steps, 1, r.seed)
        drawn = noise[:steps] if isinstance(noise, np.ndarray) else noise
        record = steps * len(r.racers) <= MOST_RECORDED
        lanes = [racer.lane for racer in r.racers]
        found = compare(r.loss, lanes, r.start, steps, drawn, r.seed, record=record, monitor=monitor)
        if found.completed < steps:
            return None
        _kept[key] = found
        while len(_kept) > _KEPT:
            _kept.popitem(last=False)
    return ComparisonResult(r, found)


def answers(request: ComparisonRequest, monitor: Monitor) -> Iterator[ComparisonResult]:
    """A short run first where the whole one takes long, then the whole one."""
    for steps in dict.fromkeys((min(request.steps, COARSE_STEPS), request.steps)):
        result = race(request, steps, monitor)
        if result is None:
            return
        yield result


def no_racers(state: State) -> tuple[str, str] | None:
    """Why nothing runs, and what to do; None when something does."""
    if comparison_request(state).racers:
        return None
    if any(not entry.hidden for entry in state.compare.entries):
        return tr("Nothing can run here"), needs_finite_sum()
    return tr("No method is shown"), tr("Add a method in the panel, or show one that is hidden.")


def legend_of(state: State) -> list[Chip]:
    """(index as text, name, look) of every method that runs or could, in the order of the list."""
    return [(str(racer.index), racer.name, racer.look) for racer in comparison_request(state).racers]
