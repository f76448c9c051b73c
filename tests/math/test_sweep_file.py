"""Sweeps and their files: kept whatever happens, gone on with to the same bits, refused in one sentence."""

import csv
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from qhm_math.checks import ParameterError
from qhm_math.experiments import (
    PROBLEMS,
    Axis,
    SweepError,
    SweepFile,
    SweepSettings,
    as_csv,
    as_npz,
    completed,
    expected_cells,
    load_sweep,
    local_noise_of,
    resumed,
    run_sweep,
)
from qhm_math.experiments import problems as problem_table
from qhm_math.experiments.synthetic import NoisyQuadratic
from qhm_math.experiments.tasks import ImageTask, SyntheticTask

ROOT = Path(__file__).resolve().parents[2]
SETTINGS = completed(
    SweepSettings("softmax-digits", Axis(0.1, 2.0, 6), Axis(0.0, 0.9, 5), Axis.at(0.7), 2.0, 64, 2, "checkpoint")
)


class Count:
    """Cancels after so many jobs."""

    def __init__(self, most: int) -> None:
        self.most, self.seen, self.shares = most, 0, []

    def report(self, fraction: float) -> None:
        self.shares.append(fraction)

    def cancelled(self) -> bool:
        return self.seen >= self.most

    def count(self, *_: object) -> None:
        self.seen += 1


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch):
    """Jobs of four cells, so that there are several; the checkpoint need not be a good one."""
    row = PROBLEMS["softmax-digits"]

    def make(settings: SweepSettings):
        task = row.make(settings)
        assert isinstance(task, ImageTask)
        task.block, task._iterations = 4, 30
        return task

    monkeypatch.setitem(PROBLEMS, "softmax-digits", replace(row, make=make))
    problem_table.make_task.cache_clear()
    yield
    problem_table.make_task.cache_clear()


def rows(path: Path) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return list(connection.execute("SELECT * FROM cells ORDER BY seed, cell"))


def swept(path: Path, settings: SweepSettings = SETTINGS) -> list[tuple[object, ...]]:
    with SweepFile.create(path, settings, {"machine": "here"}) as file:
        assert run_sweep(file)
    return rows(path)


@pytest.mark.slow
def test_a_cancelled_sweep_goes_on_to_the_same_bits_on_any_executor(tmp_path: Path) -> None:
    whole = swept(tmp_path / "whole")
    assert len(whole) == 60
    path = tmp_path / "parts"
    counted = Count(3)
    with SweepFile.create(path, SETTINGS, {}) as file:
        assert not run_sweep(file, monitor=counted, told=counted.count)
    assert len(rows(path)) == 12 and counted.shares[-1] == pytest.approx(3 / 16)
    assert np.isnan(load_sweep(path).loss).sum() == 48
    with SweepFile.open(path, write=True) as file, ThreadPoolExecutor(2) as pool:
        assert run_sweep(file, pool)
    assert rows(path) == whole
    with SweepFile.open(path, write=True) as file:  # nothing is left to do
        assert run_sweep(file, told=lambda *_: pytest.fail("done twice"))


@pytest.mark.slow
def test_cells_do_not_depend_on_how_many_are_asked_for_but_for_rounding(tmp_path: Path) -> None:
    """A cell of a small grid is that of a large one: common batches, and no cell disturbs another."""
    large = load_sweep_of(tmp_path / "large", SETTINGS)
    small = load_sweep_of(tmp_path / "small", replace(SETTINGS, alpha=Axis(0.1, 2.0, 2), beta=Axis.at(0.9)))
    grid = large.value().reshape(2, 1, 5, 6)
    np.testing.assert_allclose(small.value().reshape(2, 2), grid[:, 0, 4, [0, 5]], rtol=1e-2, atol=1e-7)


def load_sweep_of(path: Path, settings: SweepSettings):
    swept(path, settings)
    return load_sweep(path)


@pytest.mark.slow
def test_mean_and_standard_error_are_those_of_the_seeds(tmp_path: Path) -> None:
    found = load_sweep_of(tmp_path / "file", replace(SETTINGS, seeds=3))
    value = found.loss - found.reference
    np.testing.assert_allclose(found.mean(), value.mean(axis=0))
    np.testing.assert_allclose(found.standard_error(), value.std(axis=0, ddof=1) / 3**0.5)
    assert found.finished.all() and found.curve.shape == (3, 30, found.curve.shape[2])
    assert len(np.unique(found.reference)) == 3, "every seed has mini-batches of its own"
    assert np.isnan(load_sweep_of(tmp_path / "one", replace(SETTINGS, seeds=1)).standard_error()).all()


def test_a_diverged_cell_is_a_result(tmp_path: Path) -> None:
    settings = completed(SweepSettings("quadratic", Axis(0.1, 5.0, 2), Axis(0.0, 0.5, 2), Axis.at(1.0)))
    found = load_sweep_of(tmp_path / "file", settings)
    assert np.isfinite(found.mean()).tolist() == [True, False, True, False]
    assert (found.diverged_at[:, 1] > 0).all() and (found.diverged_at[:, 0] == -1).all()
    assert np.isnan(found.standard_error()[1])


KILLED = """
import sys
from pathlib import Path
from qhm_math.experiments import Axis, SweepFile, SweepSettings, completed, run_sweep
path = Path(sys.argv[1])
if SweepFile.is_blank(path):
    axes = Axis(0.05, 0.15, 30), Axis(0.0, 0.9, 30), Axis(0.5, 1.0, 3)
    file = SweepFile.create(path, completed(SweepSettings("quadratic", *axes, epochs=1.5, seeds=10)), {})
else:
    file = SweepFile.open(path, write=True)
with file:
    print("open", flush=True)
    run_sweep(file, told=lambda *_: print("job", flush=True))
"""


@pytest.mark.slow
def test_a_sweep_that_is_killed_at_any_moment_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    """kill -9 loses at most the cells in flight: of 30 jobs, what was told as done is there, and is not done again."""
    script = tmp_path / "sweep.py"
    script.write_text(KILLED)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}

    def start(path: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, str(script), str(path)], env=environment, stdout=subprocess.PIPE)

    whole = start(tmp_path / "whole")
    assert whole.communicate()[0].count(b"job") == 30 and whole.returncode == 0
    path, draw, told = tmp_path / "killed", random.Random(1), 0
    for lines in (1, 0, 3):  # with "open", and 0 for a kill while it starts
        process = start(path)
        assert process.stdout is not None
        told += sum(process.stdout.readline() == b"job\n" for _ in range(lines))
        time.sleep(draw.uniform(0, 0.06 if lines else 0.3))
        process.send_signal(signal.SIGKILL)
        told += process.communicate()[0].count(b"job")
        if not SweepFile.is_blank(path):
            finished = len(rows(path)) // 900
            assert len(rows(path)) % 900 == 0 and told <= finished <= told + 1
            told = finished
    assert 0 < told < 30, "the kills came at no good moment"
    last = start(path)
    assert last.communicate()[0].count(b"job") == 30 - told and last.returncode == 0
    assert rows(path) == rows(tmp_path / "whole")


def test_a_file_is_held_by_one_writer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    with SweepFile.create(path, SETTINGS, {}):
        for again in (lambda: SweepFile.open(path, write=True), lambda: SweepFile.open(path)):
            with pytest.raises(SweepError, match=r"is being written by another process\.$"):
                again()
    SweepFile.open(path, write=True).close()


@pytest.mark.slow
def test_the_process_that_writes_a_file_reads_it_too(tmp_path: Path) -> None:
    """The window opens and exports the sweep that it trains; one that is gone or replaced is not read for it."""
    path = tmp_path / "file"
    with SweepFile.create(path, SETTINGS, {}) as file:
        assert run_sweep(file)
        assert load_sweep(path).finished.all()
        assert not list(resumed(path)), "it is trained already"
        path.rename(tmp_path / "other")
        with pytest.raises(SweepError, match="is no file"):
            load_sweep(path)
        SweepFile.create(path, SETTINGS, {}).close()
        assert not load_sweep(path).finished.any()
    assert load_sweep(tmp_path / "other").finished.all()


def test_a_file_of_another_version_or_kind_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file"
    SweepFile.create(path, SETTINGS, {}).close()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA user_version = 7")
    with pytest.raises(SweepError, match=r"a sweep file of version 7: this program reads version 1\.$"):
        SweepFile.open(path)
    path.write_bytes(b"something else" * 100)
    with pytest.raises(SweepError, match="is no sweep file"):
        SweepFile.open(path, write=True)
    with sqlite3.connect(tmp_path / "other") as connection:
        connection.execute("CREATE TABLE facts (name)")
    with pytest.raises(SweepError, match="is no sweep file"):
        SweepFile.open(tmp_path / "other")
    with pytest.raises(SweepError, match="is there already"):
        SweepFile.create(tmp_path / "other", SETTINGS, {})
    with pytest.raises(SweepError, match="is no file"):
        SweepFile.open(tmp_path / "nothing")


@pytest.mark.slow
def test_a_damaged_file_is_refused_in_one_sentence(tmp_path: Path) -> None:
    path = tmp_path / "file"
    swept(path)
    whole, rng = path.read_bytes(), np.random.default_rng(0)
    refused = 0
    for _ in range(60):
        broken = bytearray(whole)
        for place in rng.integers(len(whole), size=8):
            broken[place] = rng.integers(256)
        path.write_bytes(bytes(broken) if rng.random() < 0.7 else whole[: rng.integers(len(whole))])
        try:
            load_sweep(path)
        except SweepError as error:
            refused += 1
            assert str(error).startswith(str(path)) and str(error).endswith(".")
    assert refused > 10


@pytest.mark.slow
def test_a_full_disk_is_one_sentence_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "file"
    whole = swept(tmp_path / "whole")
    with SweepFile.create(path, SETTINGS, {}) as file:
        pages = file._number("page_count") + 4
        file._connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite then says what it says on a full disk
        with pytest.raises(SweepError, match="the disk is full; finished cells are kept"):
            run_sweep(file)
    kept = rows(path)
    assert kept == whole[: len(kept)] and 0 < len(kept) < 60
    with SweepFile.open(path, write=True) as file:
        assert run_sweep(file)
    assert rows(path) == whole


def test_what_a_killed_sweep_leaves_in_its_first_moment_is_blank(tmp_path: Path) -> None:
    path = tmp_path / "file"
    assert SweepFile.is_blank(path)
    path.touch()
    assert SweepFile.is_blank(path)
    SweepFile.create(path, SETTINGS, {}).close()
    assert not SweepFile.is_blank(path) and SweepFile.open(path).settings == SETTINGS


@pytest.mark.slow
def test_csv_and_npz_hold_every_cell(tmp_path: Path) -> None:
    found = load_sweep_of(tmp_path / "file", SETTINGS)
    lines = as_csv(found).decode().splitlines()
    head = lines[0].split(",")
    told = [row for row in csv.reader(lines) if row[0] == "#"]
    assert [row[1] for row in told[:-1]] == head and all(unit and meaning for *_, unit, meaning in told[:-1])
    lines = [line for line in lines if not line.startswith("#")]
    assert len(lines) == 31 and head[:5] == ["alpha", "beta", "nu", "mean", "standard_error"]
    assert [float(line.split(",")[3]) for line in lines[1:]] == found.mean().tolist()
    (tmp_path / "file.npz").write_bytes(as_npz(found))
    with np.load(tmp_path / "file.npz") as archive:
        np.testing.assert_array_equal(archive["mean"], found.mean())
        assert archive["curve"].shape == found.curve.shape and "softmax-digits" in str(archive["about"])
    assert as_npz(found) == as_npz(found)


@pytest.mark.parametrize(
    "changes",
    [
        {"alpha": Axis.at(0.1), "beta": Axis.at(0.5)},
        {"alpha": Axis(0.1, 1.0, 400), "beta": Axis(0.0, 0.9, 400)},
        {"alpha": Axis(0.1, 0.1, 3)},
        {"alpha": Axis(0.0, 1.0, 3)},
        {"alpha": Axis(0.0, 1.0, 3, log=True)},
        {"beta": Axis(0.0, 1.0, 3)},
        {"nu": Axis(0.5, 1.5, 3)},
        {"nu": Axis(0.5, 1.0, 0)},
        {"epochs": 0.0},
        {"batch": 0},
        {"seeds": 0},
        {"origin": "here"},
        {"l2": -1.0},
    ],
)
def test_settings_that_cannot_be_are_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ParameterError, match="is not allowed: it must be"):
        replace(SETTINGS, **changes)


def test_a_width_or_batch_that_a_problem_does_not_have_is_refused() -> None:
    with pytest.raises(ParameterError, match="width = 8"):
        completed(replace(SETTINGS, width=8))
    with pytest.raises(ParameterError, match="batch = 4000"):
        problem_table.make_task(SETTINGS).steps_in_epoch(4000)


def test_a_synthetic_task_needs_no_data() -> None:
    found = SyntheticTask(NoisyQuadratic()).checkpoint()
    assert found.loss == 0 and found.sharpness == 10


def test_noise_and_the_curve_of_the_checkpoint_are_kept_and_older_files_lack_them(tmp_path: Path) -> None:
    settings = replace(SETTINGS, problem="quadratic", origin="checkpoint", width=0, l2=0.0)
    path = tmp_path / "file"
    with SweepFile.create(path, settings, {}) as file:
        assert run_sweep(file) and file.noise() is None
        noise = local_noise_of(settings)
        assert noise is not None
        file.keep_noise(noise)
    found = load_sweep(path)
    assert found.noise is not None and np.isfinite(found.reference_curve).all() and found.facts == {}
    expected, again = expected_cells(settings, noise), expected_cells(settings, found.noise)
    np.testing.assert_array_equal(expected.mean, again.mean)
    lines = as_csv(found, expected).decode().splitlines()
    assert lines[0].endswith(",expected,expected_error")
    connection = sqlite3.connect(path)
    connection.execute("DELETE FROM facts WHERE name = 'noise' OR name LIKE 'reference_curve_%'")
    connection.commit()
    connection.close()
    older = load_sweep(path)
    assert older.noise is None and np.isnan(older.reference_curve).all()
    np.testing.assert_array_equal(older.loss, found.loss)


@pytest.mark.parametrize("text", ["{}", "[]", '{"nodes": [[1]]}', '{"nodes": 1, "weights": 2, "trace": NaN}', 7, b"x"])
def test_damaged_noise_is_refused(tmp_path: Path, text: object) -> None:
    path = tmp_path / "file"
    with SweepFile.create(path, SETTINGS, {}) as file:
        file._connection.execute("INSERT INTO facts VALUES ('noise', ?)", (text,))
    with pytest.raises(SweepError, match="is damaged: its noise cannot be read"):
        load_sweep(path)


@pytest.mark.slow
def test_in_one_thread_it_goes_on_to_the_same_bits(tmp_path: Path) -> None:
    whole, path = swept(tmp_path / "whole"), tmp_path / "file"
    SweepFile.create(path, SETTINGS, {}).close()
    begun = list(islice(resumed(path), 3))
    assert [int(part.finished.sum()) for part in begun] == [4, 8, 12] and set(rows(path)) < set(whole)
    assert begun[1].finished[:, :4].all(), "all seeds of a cell before the next ones: it is seen"
    *_, last = resumed(path)
    assert last.finished.all() and rows(path) == whole and list(resumed(path)) == []


@pytest.mark.skipif(os.name == "nt", reason="a file that is open cannot be taken away")
@pytest.mark.parametrize("how", ["deleted", "moved", "replaced"])
def test_what_is_trained_is_not_written_into_a_file_that_is_gone(how: str, tmp_path: Path) -> None:
    path, other = tmp_path / "a.sweep", tmp_path / "b.sweep"
    settings = completed(SweepSettings("quadratic", Axis(0.1, 5.0, 3), Axis(0.0, 0.5, 3), Axis.at(1.0), 1.0, 1, 3))
    SweepFile.create(path, settings, {}).close()
    going = resumed(path)
    next(going)
    path.rename(other)
    if how == "replaced":
        SweepFile.create(path, settings, {}).close()
    elif how == "deleted":
        other.unlink()
    with pytest.raises(SweepError, match="moved, deleted or replaced"):
        list(going)
    if how != "deleted":
        assert load_sweep(other).finished.sum() == 9
    assert how != "replaced" or not load_sweep(path).finished.any()
