"""`python main.py sweep`: computed, gone on with, exported, and what is refused in one sentence."""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from qhm_gui.commands.command_line import main
from qhm_math.data import load_images
from qhm_math.experiments import PROBLEMS, SweepFile, expected_cells, load_sweep, measure_noise

QUICK = ["sweep", "quadratic", "--alpha", "0.05:0.4:3", "--beta", "0:0.9:3", "--nu", "0.7", "--workers", "1"]


def told(capsys: pytest.CaptureFixture[str], *line: object) -> str:
    assert main([str(part) for part in line]) == 0
    return capsys.readouterr().out


def refusal(capsys: pytest.CaptureFixture[str], *line: object) -> str:
    assert main([str(part) for part in line]) == 2
    found = capsys.readouterr()
    assert not found.out and found.err.count("\n") == 1 and found.err.endswith(".\n"), found.err
    return found.err


def uncommented(lines: Iterable[str]) -> list[str]:
    """The lines without those that tell of the columns."""
    return [line for line in lines if not line.startswith("#")]


def test_a_sweep_is_computed_summed_up_and_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, table, arrays = tmp_path / "a.sweep", tmp_path / "a.csv", tmp_path / "a.npz"
    text = told(capsys, *QUICK, "--from", "checkpoint", "--out", out, "--export", table, "--export", arrays)
    assert "3 × 3 cells × 2 seeds, 1\u202f000 steps with batches of 128" in text
    found = load_sweep(out)
    assert found.finished.all() and found.settings.origin == "checkpoint"
    best = np.argmin(found.mean())
    row = next(line.split() for line in text.splitlines() if line.startswith("0."))
    assert float(row[0]) == pytest.approx(found.settings.points().alpha[best], rel=0.01)
    with table.open() as file:
        assert [float(line["mean"]) for line in csv.DictReader(uncommented(file))] == found.mean().tolist()
    with np.load(arrays) as archive:
        assert archive["mean"].tolist() == found.mean().tolist()
    again = told(capsys, *QUICK, "--resume", "--out", out, "--lang", "ja")
    assert "9 セル中 3 セルが発散しました。" in again


@pytest.mark.slow
def test_a_sweep_by_two_processes_is_the_same(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    told(capsys, *QUICK, "--out", one)
    told(capsys, *QUICK[:-1], 2, "--out", two)
    np.testing.assert_array_equal(load_sweep(one).loss, load_sweep(two).loss)


def test_only_what_is_missing_is_done_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a"
    told(capsys, *QUICK, "--out", out)
    whole = load_sweep(out).loss
    with SweepFile.open(out, write=True) as file:
        file._connection.execute("DELETE FROM cells WHERE seed = 1")
    told(capsys, *QUICK, "--out", out, "--resume")
    np.testing.assert_array_equal(load_sweep(out).loss, whole)


@pytest.mark.slow
def test_theory_is_measured_once_and_exported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    line = [*QUICK, "--out", tmp_path / "a", "--export", tmp_path / "a.csv", "--theory"]
    assert refusal(capsys, *line) == "--theory needs --from checkpoint: theory starts at the minimum.\n"
    told(capsys, *line, "--from", "checkpoint")
    found = load_sweep(tmp_path / "a")
    assert found.noise is not None
    expected = expected_cells(found.settings, found.noise)
    rows = list(csv.reader(uncommented((tmp_path / "a.csv").read_text().splitlines())))
    assert rows[0][-2:] == ["expected", "expected_error"]
    assert [float(row[-2]) for row in rows[1:]] == expected.mean.tolist()
    with SweepFile.open(tmp_path / "a", write=True) as file:
        assert measure_noise(file).trace == found.noise.trace, "it is kept"


@pytest.mark.slow
def test_nothing_is_written_over_unasked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a"
    told(capsys, *QUICK, "--out", out)
    assert "--resume goes on with it, --force writes over it" in refusal(capsys, *QUICK, "--out", out)
    words = refusal(capsys, *QUICK, "--out", out, "--resume", "--nu", "0.9")
    assert "another value for --nu: 0.7, not 0.9" in words
    assert "another value for --from" in refusal(capsys, *QUICK, "--out", out, "--resume", "--from", "checkpoint")
    told(capsys, *QUICK, "--out", out, "--force", "--nu", "0.9")
    assert load_sweep(out).settings.nu.low == 0.9
    other = tmp_path / "letter"
    other.write_text("Dear reader")
    assert "is no sweep file" in refusal(capsys, *QUICK, "--out", other, "--force")
    assert other.read_text() == "Dear reader"


def test_an_export_is_never_written_over_the_sweep(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, link = tmp_path / "a.csv", tmp_path / "b.csv"
    link.symlink_to(out)
    for export in (out, link, tmp_path / "." / "a.csv"):
        assert "is the file of the sweep itself" in refusal(capsys, *QUICK, "--out", out, "--export", export)
    assert not out.exists()


def test_a_range_is_read_as_it_is_typed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    short = ["sweep", "quadratic", "--beta", "0.5", "--epochs", "0.1", "--seeds", "1", "--workers", "1"]
    for place, text in enumerate(
        ("0.1:0.4:3:log", "0.1 : 0.4 : 3 : LOG", "０.１：０.４：３：log", "1×10⁻¹:4e-1:3:log")
    ):
        told(capsys, *short, "--alpha", text, "--out", tmp_path / str(place))
        np.testing.assert_allclose(load_sweep(tmp_path / str(place)).settings.alpha.values(), [0.1, 0.2, 0.4])


def test_a_file_that_is_being_written_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "a"
    told(capsys, *QUICK, "--out", out)
    with SweepFile.open(out, write=True):
        for more in (["--resume"], ["--force"], []):
            assert "is being written by another process" in refusal(capsys, *QUICK, "--out", out, *more)
    assert load_sweep(out).finished.all()


def test_images_that_have_changed_are_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    images = replace(load_images("digits"), md5={"train": "1"})
    monkeypatch.setattr("qhm_math.experiments.problems.load_images", lambda *_: images)
    line = ["sweep", "softmax-digits", "--alpha", "0.1:1:2", "--beta", "0:0.9:2", "--epochs", "0.2", "--workers", "1"]
    assert "train  MD5 1" in told(capsys, *line, "--out", tmp_path / "a")
    images.md5["train"] = "2"
    assert "their MD5 has changed" in refusal(capsys, *line, "--out", tmp_path / "a", "--resume")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["softmax-letters"], "softmax-letters is no problem: it must be one of quadratic"),
        (["--alpha", "0.1", "--beta", "0.5"], "cells = 1 is not allowed: it must be from 2 to 100\u202f000"),
        (["--alpha", "0.1:1"], "is no range: it must be a value, LOW:HIGH:CELLS, or LOW:HIGH:CELLS:log, such as"),
        (["--alpha", "0.1,0.2,0.3"], "is no range: it must be a value, LOW:HIGH:CELLS"),
        (["--alpha", "[0.1; 0.2]"], "is no range: it must be a value, LOW:HIGH:CELLS"),
        (["--l2", "0.5"], "--l2 is of no use for quadratic: it must be left out"),
        (["--data", "."], "--data is of no use for quadratic: it must be left out"),
        (["--alpha", "0.1:1:3:lin"], "is no range"),
        (["--alpha", "x:1:3"], "--alpha: "),
        (["--alpha", "0:1:3"], "--alpha: alpha = 0"),
        (["--beta", "0:1:3"], "--beta: beta = 1"),
        (["--alpha", "0.5:0.5:3"], "--alpha: alpha = 0.5"),
        (["--epochs", "0"], "--epochs: epochs = 0"),
        (["--seeds", "1.5"], "--seeds: "),
        (["--batch", "1e12"], "--batch: batch = 1000000000000 is not allowed: it must be at most 10\u202f000"),
        (["--width", "3"], "--width: width = 3 is not allowed: it must be left out"),
        (["--from", "nowhere"], "--from: from = 'nowhere'"),
        (["--workers", "0"], "--workers 0 is not allowed"),
        (["--export", "a.xls"], "must end with .csv or .npz"),
    ],
)
def test_bad_arguments_are_one_sentence(
    line: list[str], words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = [] if line[0].startswith("-") else ["sweep"]
    start = [*first, *line] if first else [*QUICK, *line]
    sentence = refusal(capsys, *start, "--out", tmp_path / "a")
    assert words in sentence
    assert all(part.rstrip(":") in line for part in sentence.split() if part.startswith("--")), "no such option"
    assert not list(tmp_path.iterdir())


def test_places_that_cannot_be_are_one_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").touch()
    assert "is not a folder" in refusal(capsys, *QUICK, "--out", tmp_path / "file" / "a")
    assert "is a folder" in refusal(capsys, *QUICK, "--out", tmp_path)
    line = ["sweep", "softmax-mnist", "--out", tmp_path / "a", "--data"]
    assert "is not a folder" in refusal(capsys, *line, tmp_path / "nowhere")
    assert "has no file train-images-idx3-ubyte" in refusal(capsys, *line, tmp_path)
    assert "--batch: batch = 20000" in refusal(
        capsys, "sweep", "softmax-digits", "--batch", 20000, "--out", tmp_path / "a"
    )
    assert not (tmp_path / "a").exists()


def test_a_cluster_without_its_package_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    words = refusal(capsys, *QUICK, "--out", tmp_path / "a", "--scheduler", "tcp://127.0.0.1:1")
    assert "needs the package distributed: pip install 'qhm-explorer[cluster]'" in words
    assert not (tmp_path / "a").exists()


def test_every_problem_has_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["sweep", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert all(key in text.replace("- ", "-") for key in PROBLEMS)
