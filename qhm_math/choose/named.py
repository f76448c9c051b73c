"""Points that have names: the textbook parameters of the known methods, and what packages begin with."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..checks import MAX_STEPS, require_integer
from ..optimum import best_nesterov
from ..parameters import QHM
from .problem import Problem


@dataclass(frozen=True)
class Named:
    """A point and its key: "sgd", "shb", "nag", "triple momentum", "pytorch" or "schedule-free"."""

    key: str
    qhm: QHM


def named_points(problem: Problem, steps: int = 1000) -> tuple[Named, ...]:
    """The known methods at their textbook parameters for this spectrum, and the defaults of two packages.

    Parameters
    ----------
    problem : Problem
        Its μ and L.
    steps : int
        The budget, from 1 to 10,000,000: Schedule-Free is the point that it has come to after so many.

    Returns
    -------
    tuple of Named
        SGD, SHB, NAG and triple momentum of best rate; torch.optim.SGD and schedulefree.SGDScheduleFree by default.

    Raises
    ------
    ParameterError
        `steps` is out of its range.

    Notes
    -----
    SGD: α = 2/(μ+L). SHB: β = ((√κ-1)/(√κ+1))², α = 1/√(μL). NAG: see :func:`best_nesterov`. Triple momentum: see
    :meth:`QHM.from_triple_momentum`. torch.optim.SGD: lr = 0.001, no momentum. Schedule-Free: γ = 1, b = 0.9, at
    β = N/(N+2).

    Examples
    --------
    >>> [named.key for named in named_points(Problem.interval(0.1, 10.0))][:3]
    ['sgd', 'shb', 'nag']
    """
    count = require_integer("steps", steps, 1, MAX_STEPS)
    mu, top = problem.mu, problem.L
    root = float(np.sqrt(problem.condition))
    beta = ((root - 1) / (root + 1)) ** 2
    alpha, momentum, _ = best_nesterov(mu, top)
    return (
        Named("sgd", QHM.sgd(1 / (mu / 2 + top / 2))),
        Named("shb", QHM.heavy_ball(1 / float(np.sqrt(mu) * np.sqrt(top)), beta)),
        Named("nag", QHM.nesterov(float(alpha), float(momentum))),
        Named("triple momentum", QHM.from_triple_momentum(top, problem.condition)),
        Named("pytorch", QHM.from_pytorch_sgd(0.001)),
        Named("schedule-free", QHM.from_schedule_free(1.0, 0.9, count)),
    )
