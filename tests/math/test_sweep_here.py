"""A sweep in this thread: what comes is more and more of what `run_sweep` finds, to the bit."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_math.experiments import (
    PROBLEMS,
    Axis,
    SweepError,
    SweepFile,
    SweepGrid,
    SweepResult,
    SweepSettings,
    expected_cells,
    forget_sweep,
    here,
    image_facts,
    known_sweep,
    load_sweep,
    local_noise_of,
    make_task,
    map_of,
    mean_curve,
    resumed,
    run,
    run_sweep,
    shared,
    sweep_here,
)
from qhm_math.experiments.here import _checkpoints, _noises, _sweeps, checkpoint_of
from qhm_math.experiments.jobs import Job, NoiseJob, try_job
from qhm_math.experiments.kept import _MOST, held_sweep, kept_file, kept_sweep
from qhm_math.experiments.sweep_map import COLUMNS
from qhm_math.experiments.tasks import Cells, ImageTask
from qhm_math.kept_folder import keep_in
from qhm_math.progress import Cancelled, Monitor
from qhm_math.spectrum import stability_bound

SMALL = SweepSettings(
    "softmax-digits", Axis(1.0, 8.0, 4), Axis(0.0, 0.9, 3), Axis.at(1.0), epochs=1.0, seeds=2, origin="checkpoint"
)


@pytest.fixture(autouse=True)
def afresh() -> None:
    start_afresh()


def start_afresh() -> None:
    """As in another process."""
    _sweeps.clear()
    _noises.clear()
    _checkpoints.clear()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where sweeps are kept, which is not there yet."""
    keep_in(tmp_path / "kept")
    yield tmp_path / "kept" / "sweeps"
    keep_in(None)


@pytest.mark.slow
def test_cells_come_and_the_last_result_is_that_of_a_sweep_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = list(sweep_here(SMALL, block=5))
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
    np.testing.assert_array_equal(found[-1].reference_curve, whole.reference_curve)
    assert np.isfinite(whole.reference_curve).all() and whole.reference_curve.shape == (2, 12)
    assert (found[-1].minimum, found[-1].sharpness) == (whole.minimum, whole.sharpness)
    assert len(list(sweep_here(SMALL, block=5))) == 1, "what is known is told at once"


def count_jobs(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """First cell and seed of every job that is trained in this process from now on."""
    trained: list[tuple[int, int]] = []

    def noting(job: Job, monitor: Monitor) -> Cells | None:
        cells = try_job(job, monitor)
        if cells is not None:
            trained.append((job.first, job.seed))
        return cells

    monkeypatch.setattr(run, "try_job", noting)
    return trained


ORDER = [(first, seed) for first in (0, 5, 10) for seed in (0, 1)]


def test_a_sweep_that_is_watched_twice_in_a_process_is_trained_once(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A window trained it, its figure for a file trained it again."""
    trained = count_jobs(monkeypatch)
    first = sweep_here(SMALL, block=5)
    next(first)
    start_afresh()  # the last few are known without the file
    second = list(sweep_here(SMALL, block=5))
    assert [int(part.finished.sum()) for part in second] == [10, 20, 24]
    (rest,) = first
    assert rest is second[-1] and trained == ORDER and not caplog.records
    assert load_sweep(next(folder.iterdir())).finished.all() and not shared._under_way


@pytest.mark.slow
def test_two_threads_share_a_training_and_one_goes_on_where_the_other_is_cancelled(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    *_, whole = sweep_here(SMALL, block=2)
    forget_sweep(SMALL, 2)
    trained = count_jobs(monkeypatch)
    found: list[list[SweepResult]] = [[], []]
    monitors = Told(0.5), Told()

    def watching(place: int) -> None:
        found[place].extend(sweep_here(SMALL, monitors[place], block=2))

    threads = [threading.Thread(target=watching, args=(place,)) for place in (0, 1)]
    threads[0].start()
    while len(monitors[0].shares) < 3 and threads[0].is_alive():
        time.sleep(0.001)  # the first trains, and the other watches, until it is cancelled
    threads[1].start()
    for thread in threads:
        thread.join()
    same(found[1][-1], whole)
    assert not found[0] or not found[0][-1].finished.all()
    assert trained == [(first, seed) for first in range(0, 12, 2) for seed in (0, 1)], "each once"
    kept = kept_sweep(SMALL, 2)
    assert kept is not None and not shared._under_way
    same(kept, whole)


def test_who_trains_all_cells_again_has_others_watch_that(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trained = count_jobs(monkeypatch)
    first = sweep_here(SMALL, block=5)
    next(first)
    forget_sweep(SMALL, 5)
    second = sweep_here(SMALL, block=5)
    assert next(second).finished.sum() == 10
    *_, last = first
    assert list(second) == [last] and trained == ORDER[:2] + ORDER
    kept = kept_sweep(SMALL, 5)
    assert kept is not None
    same(kept, last)


@pytest.mark.parametrize("named", [False, True])
@pytest.mark.slow
def test_theory_is_measured_once_and_kept(
    named: bool, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After a restart curvatures and noise were measured again."""
    if named:
        SweepFile.create(tmp_path / "a.sweep", SMALL, {"images": json.dumps(image_facts(SMALL))}).close()

    def swept() -> list[SweepResult]:
        again = resumed(tmp_path / "a.sweep", theory=True) if named else sweep_here(SMALL, block=5, theory=True)
        return list(again)

    found = swept()
    noise = found[-1].noise
    assert noise is not None and found[-1].finished.all()
    begun = next(part for part in found if part.noise is not None)
    assert named or begun.finished.sum() == 10, "after the first cells, not after the last"
    start_afresh()
    monkeypatch.setattr(ImageTask, "local_noise", None)
    again = [load_sweep(tmp_path / "a.sweep"), *swept()] if named else swept()
    assert len(again) == 1 and again[0].noise is not None
    np.testing.assert_array_equal(again[0].noise.measure.nodes, noise.measure.nodes)


@pytest.mark.slow
def test_what_takes_long_to_measure_is_measured_beside_the_cells(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Theory of MNIST came when all cells were trained, and the window's thread measured it."""
    noise = local_noise_of(SMALL)
    assert noise is not None
    _noises.clear()
    monkeypatch.setattr(NoiseJob, "quick", False)
    monkeypatch.setattr(run, "measure", None)  # not in this process
    found = list(sweep_here(SMALL, told := Told(), block=5, workers=2, theory=True))
    assert found[0].finished.sum() == 10 and found[0].noise is None, "what is seen first takes no process to start"
    assert found[-1].finished.all() and found[-1].noise is not None and told.shares[-1] <= 1
    np.testing.assert_array_equal(found[-1].noise.measure.nodes, noise.measure.nodes)
    start_afresh()
    (again,) = sweep_here(SMALL, block=5, workers=2, theory=True)
    assert again.noise is not None


@pytest.mark.slow
def test_what_a_package_trains_is_computed_in_processes_from_the_minimum_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyTorch was imported into the window, which stood still for a second."""
    *_, whole = sweep_here(SMALL, block=5, theory=True)
    forget_sweep(SMALL, 5)
    start_afresh()
    monkeypatch.setitem(PROBLEMS, SMALL.problem, replace(PROBLEMS[SMALL.problem], one_by_one=True))
    for name in ("checkpoint", "local_noise", "train"):
        monkeypatch.setattr(ImageTask, name, None)  # not in this process
    *_, found = sweep_here(SMALL, told := Told(), block=5, workers=2, theory=True)
    same(found, whole)
    assert found.noise is not None and whole.noise is not None and found.noise.trace == whole.noise.trace
    assert max(told.shares) <= 1
    forget_sweep(SMALL, 5)
    start_afresh()
    assert not list(sweep_here(SMALL, Cancels(3), block=5, workers=2)) and not shared._under_way


class Cancels:
    """Cancelled when it has been asked ``after`` times."""

    def __init__(self, after: int) -> None:
        self.left = after

    def report(self, fraction: float) -> None:
        pass

    def cancelled(self) -> bool:
        self.left -= 1
        return self.left < 0


def test_a_cancelled_sweep_ends_within_a_block_and_goes_on_where_it_stood(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = 12  # of a block with one seed
    whole = list(sweep_here(SMALL, block=5))
    forget_sweep(SMALL, 5)
    assert len(list(sweep_here(SMALL, Cancels(3 * steps), block=5))) == 1
    trained: list[int] = []

    def noting(job: Job, monitor: Monitor) -> Cells | None:
        trained.append(job.first)
        return try_job(job, monitor)

    monkeypatch.setattr(run, "try_job", noting)
    known = known_sweep(SMALL, 5)
    again = list(sweep_here(SMALL, block=5))
    assert again[0] is known and len(again) == 3 and trained == [5, 5, 10, 10]
    for name in ("loss", "reference", "accuracy", "test_loss", "diverged_at", "curve"):
        np.testing.assert_array_equal(getattr(again[-1], name), getattr(whole[-1], name), name)


class Told:
    """Cancelled once so much of the work is told to be done."""

    def __init__(self, until: float = 2.0) -> None:
        self.until, self.shares = until, [0.0]

    def report(self, fraction: float) -> None:
        self.shares.append(fraction)

    def cancelled(self) -> bool:
        return self.shares[-1] >= self.until


@pytest.mark.slow
def test_processes_find_the_same_bits_also_where_they_are_stopped_and_go_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sweep in the window was trained on one core only."""
    monkeypatch.setattr(run, "_WORTH", 0.0)  # it is short, and yet it is spread
    *_, whole = sweep_here(SMALL, block=2)
    forget_sweep(SMALL, 2)
    here_too: list[int] = []
    monkeypatch.setattr(run, "try_job", lambda job, monitor: here_too.append(job.first) or try_job(job, monitor))
    stopping = Told(0.4)
    begun = list(sweep_here(SMALL, stopping, block=2, workers=2))
    assert 0 < len(begun) < 6 and not begun[-1].finished.all()
    assert here_too == [0], "the first job tells how long the others will take"
    kept = kept_sweep(SMALL, 2)
    in_memory = known_sweep(SMALL, 2)
    assert kept is not None and in_memory is not None
    np.testing.assert_array_equal(kept.finished, in_memory.finished)
    start_afresh()
    found = list(sweep_here(SMALL, told := Told(), block=2, workers=2))
    same(found[-1], whole)
    assert told.shares == sorted(told.shares) and told.shares[-1] == 1
    kept = kept_sweep(SMALL, 2)
    assert kept is not None
    same(kept, whole)


@pytest.mark.slow
def test_what_is_stopped_between_two_seeds_is_kept_and_goes_on_being_kept(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The file had a seed more than was known, and from then on nothing was committed to it."""
    *_, whole = sweep_here(SMALL, block=5)
    forget_sweep(SMALL, 5)
    left = 3
    with monkeypatch.context() as patched:

        def stopped(job: Job, monitor: Monitor) -> Cells | None:
            nonlocal left
            left -= 1
            return try_job(job, monitor) if left >= 0 else None

        patched.setattr(run, "try_job", stopped)
        list(sweep_here(SMALL, block=5))
    *_, found = sweep_here(SMALL, block=5)
    same(found, whole)
    kept = kept_sweep(SMALL, 5)
    assert kept is not None
    same(kept, whole)


@pytest.mark.slow
def test_the_search_for_the_minimum_and_the_noise_tell_how_far_they_are() -> None:
    for act in (checkpoint_of, local_noise_of):
        told = Told()
        act(SMALL, told)
        assert told.shares == sorted(told.shares) and told.shares[-1] > 0.99 and len(told.shares) > 10


@pytest.mark.slow
def test_images_are_kept_in_double_precision_only_while_they_are_gone_through() -> None:
    """Those of MNIST held 64 MB of a window for good, twice."""
    task = make_task(SMALL)
    assert isinstance(task, ImageTask)
    held: list[bool] = []

    class Looks(Told):
        def report(self, fraction: float) -> None:
            held.append(task._wide is not None)

    found = task.checkpoint(Looks())
    assert task.local_noise(found.weights, 128, Looks()) is not None
    assert all(held) and len(held) > 20 and task._wide is None


@pytest.mark.slow
def test_the_noise_of_many_images_asks_often_whether_it_is_cancelled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between two questions lies the gradient of some images, not a product with the Hessian of all."""
    task = make_task(SMALL)
    assert isinstance(task, ImageTask)
    monkeypatch.setattr("qhm_math.experiments.tasks._SMALLEST", 64)
    found = task.checkpoint()
    watched = Cancels(10**9)
    task.local_noise(found.weights, 128, watched)
    images = len(task.train_rows)
    assert images < 2000, "each is asked about once"
    assert 10**9 - watched.left > images + 12 * images / 85, "12 products, of 4096 // 48 images at a time"


@pytest.mark.slow
def test_theory_expects_what_is_measured_on_a_quadratic() -> None:
    """Exactly, up to the spread of the runs: five standard errors."""
    settings = SweepSettings(
        "quadratic", Axis(0.02, 0.15, 5), Axis(0.0, 0.9, 4), Axis.at(0.7), epochs=1.0, seeds=40, origin="checkpoint"
    )
    noise = local_noise_of(settings)
    assert noise is not None and noise.trace_error == 0
    expected = expected_cells(settings, noise)
    mean, error = expected.mean, expected.error
    *_, found = sweep_here(settings)
    assert (error == 0).all() and (np.abs(found.mean() - mean) <= 5 * found.standard_error()).all()
    assert np.median(np.abs(found.mean() / mean - 1)) < 0.1
    late = replace(settings, alpha=Axis(0.15, 0.5, 5))  # (13) ends at 0.2 for SGD
    diverging = expected_cells(late, noise)
    assert np.isinf(diverging.mean[4]) and np.isnan(diverging.error[4])


@pytest.mark.slow
def test_theory_expects_nearly_what_softmax_regression_does() -> None:
    """Its noise falls with its loss, and its loss is no quadratic: within a quarter where α is at half the bound."""
    settings = replace(SMALL, alpha=Axis(1.0, 2.4, 3), epochs=20.0, seeds=3)
    noise = local_noise_of(settings)
    assert noise is not None
    expected = expected_cells(settings, noise)
    mean, error = expected.mean, expected.error
    *_, found = sweep_here(settings)
    ratio = found.mean() / mean
    assert ((ratio > 0.75) & (ratio < 1.25)).all(), ratio
    assert (error > 0).all() and (error < 0.2 * mean).all()


@pytest.mark.slow
def test_there_is_no_theory_from_scratch_and_it_can_be_cancelled() -> None:
    assert local_noise_of(replace(SMALL, origin="scratch")) is None
    _checkpoints.clear()
    assert list(sweep_here(SMALL, Cancels(5))) == [], "the minimum is not searched for to the end"
    assert not _checkpoints
    checkpoint_of(SMALL)
    with pytest.raises(Cancelled):
        local_noise_of(SMALL, Cancels(30))
    assert not _noises
    task = make_task(SMALL)
    assert isinstance(task, ImageTask)
    every = replace(SMALL, batch=len(task.train_rows))  # all images: no noise
    quiet = local_noise_of(every)
    assert quiet is not None and quiet.trace == 0 and (expected_cells(every, quiet).mean == 0).all()


def test_a_map_tells_what_diverged_from_what_is_not_finished() -> None:
    settings = SweepSettings(
        "quadratic", Axis(0.1, 1.0, 2), Axis(0.0, 0.9, 3), Axis.at(1.0), epochs=1.0, seeds=1, origin="checkpoint"
    )
    first, *_, last = (map_of(part) for part in sweep_here(settings, block=2))
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
    *_, last = sweep_here(settings)
    with np.errstate(all="raise"):
        nu, beta = map_of(last).edge()
    assert np.isnan(nu[0]) and np.isfinite(nu[1:]).all() and (beta[1:] == 0).all()


def test_maps_over_any_two_axes_and_slices_over_three() -> None:
    settings = SweepSettings("quadratic", Axis(0.1, 0.4, 4), Axis(0.0, 0.9, 2), Axis(0.0, 1.0, 3), epochs=0.1, seeds=1)
    column = np.arange(24.0)
    columns: dict[str, Any] = {name: column[:, None] if "curve" in name else column for name in COLUMNS}
    grid = SweepGrid(settings, columns, np.nan, 20, {})
    found = grid.at(0.6)
    np.testing.assert_array_equal(found.mean, column.reshape(3, 2, 4)[1])
    assert found.point(1, 2) == {"alpha": pytest.approx(0.3), "beta": 0.9, "nu": 0.5}
    assert found.cell_at({"alpha": 0.31, "beta": 0.8, "nu": 0.5}) == (1, 2)
    assert found.cell_at({"alpha": 0.31, "beta": 0.8, "nu": 0.7}) is None, "of another slice"
    assert found.cell_at({"alpha": 0.6, "beta": 0.8, "nu": 0.5}) is None, "beyond the map"
    flat = replace(settings, beta=Axis.at(0.5))
    other = SweepGrid(flat, {name: values[:12] for name, values in columns.items()}, 10.0, 20, {}).at()
    np.testing.assert_array_equal(other.mean, column[:12].reshape(3, 4))
    assert (other.across, other.up) == ("alpha", "nu")
    x, y = other.edge()
    known = np.isfinite(x)
    np.testing.assert_allclose(x[known], stability_bound(0.5, y[known], 10.0))
    line = replace(settings, beta=Axis.at(0.5), nu=Axis.at(1.0))
    assert SweepGrid(line, {name: values[:4] for name, values in columns.items()}, 10.0, 20, {}).at().mean.shape == (
        1,
        4,
    )


def test_a_curve_from_a_minimum_is_that_above_it_on_the_same_batches() -> None:
    """So that it has little of their noise: at a small α nothing is left of it."""
    still = replace(SMALL, alpha=Axis(1e-9, 2e-9, 2), beta=Axis(0.0, 0.5, 2))
    *_, found = sweep_here(still)
    curve, error = mean_curve(found)
    assert np.abs(found.curve - found.minimum).max() > 0.01 and np.abs(curve).max() < 1e-5 and error.max() < 1e-5
    older = replace(found, reference_curve=np.full_like(found.reference_curve, np.nan))
    wanted = found.curve.astype(float).mean(axis=0) - found.minimum
    np.testing.assert_allclose(mean_curve(older)[0], wanted, rtol=1e-9)


def same(found: SweepResult, wanted: SweepResult) -> None:
    for name in ("loss", "reference", "accuracy", "test_loss", "diverged_at", "curve", "reference_curve"):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), name)
    assert (found.minimum, found.sharpness) == (wanted.minimum, wanted.sharpness)


@pytest.mark.parametrize("jobs", [1, 2, 3, 6])
@pytest.mark.slow
def test_another_process_goes_on_behind_the_last_job(jobs: int, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A sweep of the window was lost with it, however long it had been trained."""
    *_, whole = sweep_here(SMALL, block=5)
    forget_sweep(SMALL, 5)
    assert not list(folder.iterdir())
    left = jobs

    def killed(job: Job, monitor: Monitor) -> Cells | None:
        nonlocal left
        left -= 1
        return try_job(job, monitor) if left >= 0 else None

    with monkeypatch.context() as patched:
        patched.setattr(run, "try_job", killed)
        list(sweep_here(SMALL, block=5))
    start_afresh()
    trained: list[tuple[int, int]] = []

    def noting(job: Job, monitor: Monitor) -> Cells | None:
        trained.append((job.first, job.seed))
        return try_job(job, monitor)

    monkeypatch.setattr(run, "try_job", noting)
    monkeypatch.setattr(here, "make_task", None)  # the checkpoint is in the file too
    going = sweep_here(SMALL, block=5)
    first = next(going)
    before = first.reference_curve.copy()
    last = [first, *going][-1]
    np.testing.assert_array_equal(first.reference_curve, before, "what is told stays as it is")
    assert first.finished.sum() == min(5 * jobs, 20 + 2 * max(jobs - 4, 0))
    order = [(first_cell, seed) for first_cell in (0, 5, 10) for seed in (0, 1)]
    assert trained == order[jobs:]
    same(last, whole)
    start_afresh()
    known = known_sweep(SMALL, 5)
    assert known is not None
    same(known, whole)


@pytest.mark.slow
def test_what_cannot_be_kept_is_trained_all_the_same(
    folder: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    *_, whole = sweep_here(SMALL, block=5)
    path = kept_file(SMALL, 5)
    assert path is not None and path.parent == folder
    path.write_bytes(b"no sweep")
    start_afresh()
    *_, found = sweep_here(SMALL, block=5)
    same(found, whole)
    assert path.read_bytes() == b"no sweep"
    forget_sweep(SMALL, 5)
    assert not path.exists()
    caplog.clear()
    with held_sweep(SMALL, 5) as keeper:  # of another window, or another picture of this one
        assert keeper.file is not None
        start_afresh()
        *_, found = sweep_here(SMALL, block=5)
        same(found, whole)
        assert not keeper.file.finished() and not caplog.records, "nothing is wrong"

    def full(*_: object) -> None:
        raise SweepError("The disk is full.")

    with monkeypatch.context() as patched:
        patched.setattr(SweepFile, "keep", full)
        start_afresh()
        *_, found = sweep_here(SMALL, block=5)
        same(found, whole)
    shutil.rmtree(folder)
    folder.write_text("no folder")
    start_afresh()
    *_, found = sweep_here(SMALL, block=5)
    same(found, whole)


@pytest.mark.slow
def test_what_another_process_trains_is_not_trained_twice(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with held_sweep(SMALL, 5):  # makes the file
        path = kept_file(SMALL, 5)
    assert path is not None
    holding = (
        "import sys; from pathlib import Path; from qhm_math.experiments import SweepFile;"
        "f = SweepFile.open(Path(sys.argv[1]), write=True); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", holding, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None and other.stdout.readline() == "held\n"
        with monkeypatch.context() as patched:
            patched.setattr(run, "try_job", None)  # nothing is trained
            with pytest.raises(SweepError, match=r"^Another process is training this sweep: .*\.$"):
                list(sweep_here(SMALL, block=5))
        other.communicate("")
    *_, whole = sweep_here(SMALL, block=5)
    assert whole.finished.all()


@pytest.mark.parametrize("newest", [1e9, time.time() + 3600], ids=["long ago", "by a clock since put back"])
def test_only_the_newest_sweeps_are_kept(folder: Path, newest: float) -> None:
    folder.mkdir(parents=True)
    for age in range(40):
        old = folder / f"{age}.sweep"
        old.touch()
        os.utime(old, (newest - age, newest - age))
    with held_sweep(SMALL, 5):
        pass
    own = kept_file(SMALL, 5)
    assert own is not None and max(folder.iterdir(), key=lambda path: path.stat().st_mtime) == own
    assert own is not None and {path.name for path in folder.iterdir()} == {
        own.name,
        *(f"{age}.sweep" for age in range(_MOST - 1)),
    }
