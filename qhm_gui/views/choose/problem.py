"""The problem that the page's views choose parameters for, and the answers that they share."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, plain, scientific, share_text
from qhm_math import QHM
from qhm_math.choose import (
    ErrorBox,
    Front,
    Outcome,
    Problem,
    Robust,
    best_for_steps,
    best_in_worst_case,
    trade_off,
)


def problem_of(state: State, *, additive: bool = False) -> Problem:
    """The quadratic at the minimum nearest to the start, its noise there, and the start in its eigenbasis.

    Mini-batches keep their noise that grows with the distance, unless ``additive``: then it is that of the minimum.
    """
    local = state.local
    offset = local.axes.T @ [a - b for a, b in zip(state.start, local.minimum, strict=True)]
    if local.batches is not None and not additive:
        return Problem.mini_batches(local.curvatures, local.batches.variance, local.batch, offset)
    return Problem.additive(local.curvatures, local.noise_variances, offset)


@lru_cache(maxsize=256)
def best(problem: Problem, steps: int) -> Outcome:
    """The best point for a number of steps: asked for by two views, and again at each move of the current point."""
    return best_for_steps(problem, steps)


@lru_cache(maxsize=32)
def safest(problem: Problem, steps: int, error: float) -> Robust:
    """The best point in the worst case, where L and the noise variance may be wrong by a factor."""
    return best_in_worst_case(problem, steps, ErrorBox((1 / error, error), (1 / error, error)))


@lru_cache(maxsize=8)
def front(problem: Problem, preview: bool) -> Front:
    """The front, which the current point does not change."""
    return trade_off(problem, 96, preview)


def fields_of(qhm: QHM) -> dict[str, float]:
    """The values of one point by the names of the fields."""
    return {name: float(getattr(qhm, name)) for name in ("alpha", "beta", "nu")}


def taken(qhm: QHM) -> dict[str, Any]:
    """The changes that take a point over."""
    return {"tie": "free", **fields_of(qhm)}


def point_words(qhm: QHM) -> str:
    """'*α* = 0.0311, *β* = 0.993, *ν* = 0.770'."""
    beta, nu = share_text(float(qhm.beta), 3), share_text(float(qhm.nu), 3)
    return f"*α* = {alpha_text(float(qhm.alpha))}, *β* = {beta}, *ν* = {nu}"


def loss_words(value: float) -> str:
    """A loss to three figures, 'none' where it diverges."""
    return scientific(value) if value < float("inf") else tr("none")


def against_words(value: float, current: float) -> str:
    """A loss against the current point's, as '÷ 11' or '× 2.5'; '' where there is nothing to compare."""
    if not (0 < value < float("inf") and 0 < current < float("inf")):
        return ""
    ratio = current / value
    return f"÷ {plain(ratio)}" if ratio >= 1 else f"× {plain(1 / ratio)}"
