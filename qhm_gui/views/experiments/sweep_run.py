"""What a sweep is asked for, and what is known of it while it is trained: here, or in a file."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from qhm_gui.state.options.experiments import SWEPT, ExperimentsOptions
from qhm_gui.text.resource_words import fault_words
from qhm_math.checks import ParameterError
from qhm_math.data import DataError
from qhm_math.experiments import (
    PROBLEMS,
    Axis,
    SweepError,
    SweepGrid,
    SweepResult,
    SweepSettings,
    expected_cells,
    grid_of,
    known_sweep,
    load_sweep,
    local_noise_of,
    make_task,
    resumed,
    sweep_here,
    usable_cores,
)
from qhm_math.progress import Monitor

log = logging.getLogger("qhm.told")  # the page says it
HIGHEST_BETA = 0.99


@dataclass(frozen=True)
class SweepRequest:
    """A sweep of one epoch, and how many steps it is to have instead: an epoch is known when the data are read.

    ``paused``: no more cells are trained. ``file``: that of a sweep, which is shown in place of it.
    """

    settings: SweepSettings
    steps: int
    paused: bool = False
    file: str = ""

    def full(self) -> SweepSettings:
        """The settings with all steps. DataError where there are no data."""
        per_epoch = make_task(self.settings).steps_in_epoch(self.settings.batch)
        return replace(self.settings, epochs=self.steps / per_epoch)


@dataclass(frozen=True, eq=False)
class SweepMapResult:
    """What is known of the sweep so far: ``grid``, None where nothing is.

    ``whole``: every cell is. ``waits``: it is paused, and nothing is known of it. ``error``: why it cannot be shown, or
    does not go on.
    """

    request: SweepRequest
    grid: SweepGrid | None
    whole: bool = False
    waits: bool = False
    error: Exception | None = None

    @property
    def fault(self) -> str:
        """The sentence of the error, in the language in force; '' for none."""
        return "" if self.error is None else fault_words(self.error)

    @property
    def finished(self) -> bool:
        """Whether no cell is left to be trained."""
        return not self.waits and (self.grid is None or self.whole)


def sweep_request(options: ExperimentsOptions) -> SweepRequest:
    """What the options say of the sweep."""
    cells, at, row = options.sweep_cells, Axis.at, PROBLEMS[options.sweep_problem]
    high, alpha = next((high, alpha) for key, _, high, alpha in SWEPT if key == options.sweep_problem)
    high, alpha = options.sweep_alpha_high or high, options.sweep_alpha or alpha
    alphas, betas, shares = Axis(high / cells, high, cells), Axis(0.0, HIGHEST_BETA, cells), Axis(0.0, 1.0, cells)
    axes = {
        "alpha-beta": (alphas, betas, at(options.sweep_nu)),
        "beta-nu": (at(alpha), betas, shares),
        "alpha-nu": (alphas, at(options.sweep_beta), shares),
        "all": (alphas, betas, Axis(0.0, 1.0, options.sweep_slices)),
    }[options.sweep_axes]
    settings = SweepSettings(
        options.sweep_problem,
        *axes,
        epochs=1.0,
        batch=options.sweep_batch,
        seeds=options.sweep_seeds,
        origin=options.sweep_origin,
        width=options.sweep_width if row.width else 0,
        data=options.sweep_data if row.from_folder else "",
    )
    return SweepRequest(settings, options.sweep_steps, options.sweep_paused, options.sweep_file)


def results(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
    """More and more of what is known; a fault ends it, with what is known till then. Cancelled where the monitor
    cancels."""
    last = SweepMapResult(request, None)
    try:
        for last in _of_file(request, monitor) if request.file else _trained(request, monitor):
            yield last
    except (DataError, SweepError, ParameterError) as error:
        log.error("%s", error)
        yield replace(last, error=error)


def _trained(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
    settings = request.full()
    if not request.paused:
        yield from _with_theory(request, sweep_here(settings, monitor, workers=usable_cores(), theory=True), monitor)
        return
    known = known_sweep(settings)
    if known is None:
        yield SweepMapResult(request, None, waits=True)
        return
    yield from _with_theory(request, [known], monitor)
    quick = PROBLEMS[settings.problem].images in ("", "digits")  # elsewhere the noise takes half a minute
    if known.noise is None and quick:
        noise = local_noise_of(settings, monitor)
        yield from _with_theory(request, [replace(known, noise=noise)], monitor)


def _of_file(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
    path = Path(request.file)
    more = () if request.paused else resumed(path, monitor, usable_cores(), theory=True)
    yield from _with_theory(request, chain([load_sweep(path)], more), monitor)


def _with_theory(request: SweepRequest, sweep: Iterable[SweepResult], monitor: Monitor) -> Iterator[SweepMapResult]:
    """What is known, with what theory expects as soon as its noise is measured."""
    begun, expected = False, None
    for result in sweep:
        whole = bool(result.finished.all())
        if expected is None and result.noise is not None:
            if not begun:  # cells that are known are seen at once
                yield SweepMapResult(request, grid_of(result), whole)
            expected = expected_cells(result.settings, result.noise, monitor)
        begun = True
        yield SweepMapResult(request, grid_of(result, expected), whole)
