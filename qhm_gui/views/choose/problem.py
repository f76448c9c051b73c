"""The problem that the page's views choose parameters for, and the answers that they share."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import numpy as np

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_gui.text.parameter_words import equal_words, values_of
from qhm_math import QHM
from qhm_math.choose import (
    ErrorBox,
    Front,
    Outcome,
    Problem,
    Robust,
    best_for_steps,
    front_at,
    trade_off,
)
from qhm_math.choose.robust import Box, robust_point
from qhm_math.eigenvalues import Spectrum
from qhm_math.probed import OfProbe
from qhm_math.progress import SILENT, Cancelled, Monitor


def problem_of(state: State) -> Problem:
    """The quadratic at the minimum nearest to the start, its noise there, and the start in its eigenbasis.

    Or the spectrum of the options, with the noise's mean variance and the options' distance in every direction; that of
    a probe has its own noise and start.
    Mini-batches keep their noise that grows with the distance.
    """
    local, nodes = state.local, state.choose.nodes
    if nodes is not None:
        spectrum, distance = state.choose.spectrum, state.choose.distance
        if isinstance(spectrum, OfProbe):
            return _of_spectrum(spectrum, 0.0, distance, None)
        if local.batches is None:
            return _of_spectrum(spectrum, float(local.noise_variances.mean()), distance, None)
        return _of_spectrum(spectrum, local.batches.variance, distance, local.batch)
    offset = local.axes.T @ [a - b for a, b in zip(state.start, local.minimum, strict=True)]
    if local.batches is not None:
        return Problem.mini_batches(local.curvatures, local.batches.variance, local.batch, offset)
    return Problem.additive(local.curvatures, local.noise_variances, offset)


def steps_of(state: State) -> int:
    """The number of steps that is chosen for."""
    return state.choose.steps(state.choose.batch_of(state))


def budget_words(state: State) -> str:
    """'*N* = 1 000 steps', with the samples where the budget is of these."""
    steps, options = grouped(steps_of(state)), state.choose
    if options.counts_samples(options.batch_of(state)):
        return tr("{samples} samples: *N* = {steps} steps", samples=grouped(options.samples), steps=steps)
    return tr("*N* = {steps} steps", steps=steps)


@lru_cache(maxsize=8)
def _of_spectrum(spectrum: Spectrum, variance: float, distance: float, batch: float | None) -> Problem:
    nodes = spectrum.nodes()
    assert nodes is not None
    return Problem.of_nodes(nodes, variance, distance, batch)


@dataclass(frozen=True)
class _Asked:
    """A problem and what is asked of it; the monitor of whoever asks first makes no difference."""

    problem: Problem
    steps: int
    errors: tuple[float, float] = (1.0, 1.0)
    monitor: Monitor = field(default=SILENT, compare=False)


def best(problem: Problem, steps: int, monitor: Monitor = SILENT) -> Outcome | None:
    """The best point for a number of steps: kept, as three views ask for it. None where it is cancelled."""
    with suppress(Cancelled):
        return _best(_Asked(problem, steps, monitor=monitor))
    return None


def rough_best(problem: Problem, steps: int, monitor: Monitor = SILENT) -> Outcome | None:
    """A first answer for :func:`best`, mostly within a tenth of its loss. None where it is cancelled."""
    with suppress(Cancelled):
        return _rough(_Asked(problem, steps, monitor=monitor))
    return None


@dataclass(frozen=True, eq=False)
class Sure:
    """What errors of L and of the noise do: the box of them, and the point that is best in its worst case."""

    box: Box
    robust: Robust


def safest(problem: Problem, steps: int, errors: tuple[float, float], monitor: Monitor = SILENT) -> Sure | None:
    """The best in the worst case, where L and the noise variance may be wrong by factors. None where cancelled."""
    with suppress(Cancelled):
        return _safest(_Asked(problem, steps, errors, monitor))
    return None


@lru_cache(maxsize=256)
def _best(asked: _Asked) -> Outcome:
    return best_for_steps(asked.problem, asked.steps, monitor=asked.monitor)


@lru_cache(maxsize=8)
def _rough(asked: _Asked) -> Outcome:
    return best_for_steps(asked.problem, asked.steps, monitor=asked.monitor, rough=True)


@lru_cache(maxsize=32)
def _safest(asked: _Asked) -> Sure:
    problem, steps = asked.problem, asked.steps
    nominal = _best(_Asked(problem, steps, monitor=asked.monitor)).qhm  # which the views have mostly asked for before
    box = Box(problem, steps, ErrorBox(*((1 / error, error) for error in asked.errors)), nominal, asked.monitor)
    return Sure(box, robust_point(problem, box, nominal, asked.monitor))


@lru_cache(maxsize=8)
def front(problem: Problem, slowest: float, preview: bool) -> Front:
    """The front, which the current point does not change, on to the rate of the slowest point beside it."""
    found = trade_off(problem, 96, preview)
    last = float(found.rates[-1])
    if slowest <= last:
        return found
    further = front_at(problem, 1 - np.geomspace(1 - last, 1 - slowest, 13)[1:], preview)
    joined = [
        np.concatenate([np.broadcast_to(getattr(part.points, name), len(part.rates)) for part in (found, further)])
        for name in ("alpha", "beta", "nu")
    ]
    rates = np.concatenate((found.rates, further.rates))
    return Front(rates, np.concatenate((found.losses, further.losses)), QHM(*joined))


def taken(qhm: QHM) -> dict[str, Any]:
    """The changes that take a point over."""
    return {"tie": "free", **values_of(qhm)}


def point_words(qhm: QHM) -> str:
    """'*α* = 0.0311, *β* = 0.993, *ν* = 0.770'."""
    return equal_words(values_of(qhm))


def loss_words(value: float) -> str:
    """A loss to three figures, 'none' where it diverges."""
    return scientific(value) if value < float("inf") else tr("none")


def against_words(value: float, current: float) -> str:
    """A loss against the current point's, as '÷ 11' or '× 2.5'; '' where there is nothing to compare."""
    if not (0 < value < float("inf") and 0 < current < float("inf")):
        return ""
    ratio = current / value
    return f"÷ {plain(ratio)}" if ratio >= 1 else f"× {plain(1 / ratio)}"
