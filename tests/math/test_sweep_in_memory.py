"""A sweep that is kept in no file: what comes is more and more of what `run_sweep` finds, to the bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qhm_math.experiments import (
    Axis,
    SweepFile,
    SweepSettings,
    load_sweep,
    make_task,
    map_of,
    run_sweep,
    sweep_in_memory,
)
from qhm_math.experiments.in_memory import _finished

SMALL = SweepSettings(
    "softmax-digits", Axis(1.0, 8.0, 4), Axis(0.0, 0.9, 3), Axis.at(1.0), epochs=1.0, seeds=2, origin="checkpoint"
)


@pytest.fixture(autouse=True)
def afresh() -> None:
    _finished.clear()


def test_cells_come_and_the_last_result_is_that_of_a_sweep_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list(sweep_in_memory(SMALL, block=5))
    assert [int(part.finished.sum()) for part in found] == [10, 20, 24], "both seeds of a block come together"
    monkeypatch.setattr(make_task(SMALL), "block", 5)
    with SweepFile.create(tmp_path / "a.sweep", SMALL, {}) as file:
        assert run_sweep(file)
    whole = load_sweep(tmp_path / "a.sweep")
    for name in ("loss", "reference", "accuracy", "test_loss", "diverged_at", "curve"):
        np.testing.assert_array_equal(getattr(found[-1], name), getattr(whole, name), name)
        for part in found:
            known = part.finished
            np.testing.assert_array_equal(getattr(part, name)[known], getattr(whole, name)[known], name)
    assert (found[-1].minimum, found[-1].sharpness) == (whole.minimum, whole.sharpness)
    assert len(list(sweep_in_memory(SMALL, block=5))) == 1, "what is known is told at once"


class Cancels:
    """Cancelled when it has been asked ``after`` times."""

    def __init__(self, after: int) -> None:
        self.left = after

    def report(self, fraction: float) -> None:
        pass

    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_cancelled_sweep_ends_within_a_block_and_is_not_taken_for_whole() -> None:
    steps = 12  # of a block with one seed
    assert len(list(sweep_in_memory(SMALL, Cancels(3 * steps), block=5))) == 1
    assert len(list(sweep_in_memory(SMALL, block=5))) == 3


def test_a_map_tells_what_diverged_from_what_is_not_finished() -> None:
    settings = SweepSettings(
        "quadratic", Axis(0.1, 1.0, 2), Axis(0.0, 0.9, 3), Axis.at(1.0), epochs=1.0, seeds=1, origin="checkpoint"
    )
    first, *_, last = (map_of(part) for part in sweep_in_memory(settings, block=2))
    np.testing.assert_array_equal(np.isnan(first.mean), [[False] * 2, [True] * 2, [True] * 2])
    assert np.isinf(first.mean[0, 1]) and np.isfinite(first.mean[0, 0])
    assert not np.isnan(last.mean).any() and last.across == "alpha" and last.steps == 200
    x, y = last.edge()
    known = np.isfinite(x)
    np.testing.assert_allclose(x[known], 2 * (1 + y[known]) / (10 * (1 - y[known])))


def test_the_edge_at_the_bound_of_sgd_is_beta_0() -> None:
    settings = SweepSettings(
        "quadratic", Axis.at(0.2), Axis(0.0, 0.9, 2), Axis(0.0, 1.0, 2), epochs=0.1, seeds=1, origin="checkpoint"
    )
    *_, last = sweep_in_memory(settings)
    with np.errstate(all="raise"):
        nu, beta = map_of(last).edge()
    assert np.isnan(nu[0]) and np.isfinite(nu[1:]).all() and (beta[1:] == 0).all()
