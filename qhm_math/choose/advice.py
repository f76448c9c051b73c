"""A recommendation with its reasons: values and codes; the words belong to the texts of the program."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from math import inf, log

from ..checks import MAX_STEPS, require_integer
from ..parameters import QHM
from .budget import Outcome, best_for_steps, outcome
from .calls import Call, calls
from .front import Position, position
from .problem import Problem
from .robust import Box, ErrorBox, Interval, Robust, robust_point


class Change(Enum):
    """What changes from the current point to the recommended one, with a factor > 1 beside it."""

    STABLE = "stable"  # the current point diverges; the factor is infinite
    LOWER_LOSS = "lower loss"
    HIGHER_LOSS = "higher loss"
    FASTER = "faster"
    SLOWER = "slower"
    LOWER_FLOOR = "lower floor"
    HIGHER_FLOOR = "higher floor"


class LeftOut(Enum):
    """What the model leaves out."""

    CHANGING_CURVATURE = "changing curvature"  # the loss is a quadratic here
    OTHER_NOISE = "other noise"  # the noise is the same everywhere
    OTHER_DATA = "other data"  # mini-batches: features are Gaussian
    ONE_RUN = "one run"  # a run scatters about the expectation


@dataclass(frozen=True)
class Comparison:
    """The current point, and what the recommended one changes: (code, factor > 1) each; gains first."""

    current: Outcome
    gains: tuple[tuple[Change, float], ...]
    costs: tuple[tuple[Change, float], ...]


@dataclass(frozen=True)
class Recommendation:
    """The point that is best for a budget, and what is to be known of it.

    ``interval``: what its figures may be over the box of errors. ``robust``: the point that is best in the worst case.
    ``position``: where it stands against the front. ``comparison`` is None where no current point is given.
    """

    best: Outcome
    interval: Interval
    robust: Robust
    position: Position
    calls: tuple[Call, ...]
    comparison: Comparison | None
    left_out: tuple[LeftOut, ...]


def recommend(
    problem: Problem,
    steps: int,
    box: ErrorBox | None = None,
    current: QHM | None = None,
    best: QHM | None = None,
) -> Recommendation:
    """The recommendation for a budget.

    Parameters
    ----------
    problem : Problem
        Spectrum, noise and start.
    steps : int
        N, from 1 to 10,000,000.
    box : ErrorBox, optional
        How wrong L and the noise may be; by default half to twice, both.
    current : QHM, optional
        One point to compare with.
    best : QHM, optional
        One point to recommend instead of the best for the budget, such as that of :func:`fewest_steps`.

    Returns
    -------
    Recommendation
        With everything that follows for it.

    Raises
    ------
    ParameterError
        `steps` is out of its range, or a point is not one.

    Examples
    --------
    >>> advice = recommend(Problem.interval(1.0, 2.0, 0.1), 50, current=QHM.sgd(2.0))
    >>> [change.name for change, _ in advice.comparison.gains]
    ['STABLE']
    """
    count = require_integer("steps", steps, 1, MAX_STEPS)
    found = best_for_steps(problem, count) if best is None else outcome(problem, best, count)
    errors = Box(problem, count, box or ErrorBox(), found.qhm)
    return Recommendation(
        found,
        errors.interval(found.qhm),
        robust_point(problem, errors, found.qhm),
        position(problem, found.qhm),
        calls(found.qhm),
        None if current is None else compare(found, outcome(problem, current, count)),
        left_out(problem),
    )


def compare(recommended: Outcome, current: Outcome, least: float = 1.01) -> Comparison:
    """What changes from one outcome to another.

    Parameters
    ----------
    recommended, current : Outcome
        Of one problem and budget.
    least : float
        Factors closer to 1 are left out; at least 1.

    Returns
    -------
    Comparison
        Held losses, rates (as steps per decade) and stationary losses, each as a factor.

    Examples
    --------
    >>> problem = Problem.interval(1.0, 2.0, 0.1)
    >>> both = [outcome(problem, QHM.sgd(alpha), 100) for alpha in (0.1, 0.2)]
    >>> [(change.name, round(factor, 2)) for change, factor in compare(*both).costs]
    [('SLOWER', 2.12)]
    """
    if not current.rate < 1:
        return Comparison(current, ((Change.STABLE, inf),), ())

    def slowness(one: Outcome) -> float:
        return 0.0 if one.rate <= 0 else -1 / log(one.rate) if one.rate < 1 else inf

    pairs = (
        (current.held_loss, recommended.held_loss, Change.LOWER_LOSS, Change.HIGHER_LOSS),
        (slowness(current), slowness(recommended), Change.FASTER, Change.SLOWER),
        (current.stationary_loss, recommended.stationary_loss, Change.LOWER_FLOOR, Change.HIGHER_FLOOR),
    )
    gains: list[tuple[Change, float]] = []
    costs: list[tuple[Change, float]] = []
    for before, after, gain, cost in pairs:
        if before > least * after:
            gains.append((gain, before / after if after > 0 else inf))
        elif after > least * before:
            costs.append((cost, after / before if before > 0 else inf))
    return Comparison(current, tuple(gains), tuple(costs))


def left_out(problem: Problem) -> tuple[LeftOut, ...]:
    """What the model of this problem leaves out.

    Parameters
    ----------
    problem : Problem
        Its noise.

    Returns
    -------
    tuple of LeftOut
        Codes.

    Examples
    --------
    >>> left_out(Problem.interval(1.0, 2.0, 0.1))[1].name
    'OTHER_NOISE'
    """
    noise = LeftOut.OTHER_NOISE if problem.batch is None else LeftOut.OTHER_DATA
    return (LeftOut.CHANGING_CURVATURE, noise, LeftOut.ONE_RUN)
