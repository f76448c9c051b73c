"""The calls to copy take the steps that they are said to take: against iterates recorded from the packages themselves.

tests/math/calls/record.py makes the recording.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_math import QHM
from qhm_math.choose import CallNote, calls
from tests.math.calls.problem import POINTS, START, gradient

RECORDED = json.loads((Path(__file__).parent / "calls" / "iterates.json").read_text())
RUNS: list[dict[str, Any]] = RECORDED["runs"]
OFFERED = [run for run in RUNS if run["package"] != "dampened"]


def iterates(
    point: tuple[float, float, float], first: int, last: int, start: np.ndarray, momentum: Callable[[int], float]
) -> np.ndarray:
    """[M] (QHM) from step ``first`` to ``last``: d <- (1-β_k) g + β_k d from d = 0, x <- x - α [(1-ν) g + ν d]."""
    alpha, _, nu = point
    x, d = start, np.zeros(len(start))
    found = [x]
    for step in range(first, last):
        g, beta = gradient(x, step), momentum(step - first)
        d = (1 - beta) * g + beta * d
        x = x - alpha * ((1 - nu) * g + nu * d)
        found.append(x)
    return np.array(found)


def test_every_call_that_is_offered_is_recorded_word_for_word() -> None:
    offered = [(list(point), call.package, call.code) for point in POINTS for call in calls(QHM(*point))]
    assert offered == [(run["point"], run["package"], run["code"]) for run in OFFERED]
    assert {run["package"] for run in OFFERED} == {"torch", "qhoptim", "optax", "schedulefree"}


@pytest.mark.parametrize("run", OFFERED, ids=lambda run: f"{run['package']}-{run['point']}")
def test_the_call_takes_the_steps_of_its_point(run: dict[str, Any]) -> None:
    point, recorded = tuple(run["point"]), np.array(run["iterates"])
    (call,) = [call for call in calls(QHM(*point)) if call.package == run["package"]]
    steps, near = len(recorded) - 1, {"rtol": 0, "atol": 2e-10}  # the codes have twelve figures
    if call.note is not CallNote.RISING_BETA:
        np.testing.assert_allclose(recorded, iterates(point, 0, steps, recorded[0], lambda _: point[1]), **near)
        return
    # One plain step of lr, and from there on QHM whose β rises.
    gamma, _ = QHM(*point).to_schedule_free()
    np.testing.assert_allclose(recorded[1], recorded[0] - gamma * gradient(recorded[0], 0), **near)
    ours = iterates(point, 1, steps, recorded[1], lambda step: step / (step + 2))
    np.testing.assert_allclose(recorded[1:], ours, **near)


def test_with_dampening_the_first_step_of_pytorch_differs_as_the_note_says() -> None:
    (run,) = [run for run in RUNS if run["package"] == "dampened"]
    alpha, beta, _ = point = tuple(run["point"])
    recorded, ours = np.array(run["iterates"]), iterates(point, 0, 2, np.array(START), lambda _: beta)
    first = gradient(np.array(START), 0)
    np.testing.assert_allclose(recorded[1], START - alpha * first, atol=1e-12)
    np.testing.assert_allclose(ours[1], START - alpha * (1 - beta) * first, atol=1e-12)
    assert calls(QHM(*point))[0].note is CallNote.UNDAMPENED


@pytest.mark.parametrize("nu", [0.0, 1.0])
def test_schedulefree_refuses_no_averaging_and_nothing_else_so_no_call_is_offered(nu: float) -> None:
    assert [call.package for call in calls(QHM(0.1, 0.5, nu))] == ["torch", "optax"]
