"""`python main.py choose`: the report, the JSON, files of eigenvalues, and what is refused in one sentence."""

from __future__ import annotations

import argparse
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_gui.commands import choose
from qhm_gui.commands.command_line import main
from qhm_gui.files import spectrum_file
from qhm_gui.text.choose_words import CALL_NOTES, CHANGES, LEFT_OUT, NAMES
from qhm_gui.text.terminal import in_ascii
from qhm_math import QHM
from qhm_math.choose import CallNote, Change, LeftOut, Problem, best_for_steps, held_loss, named_points

QUICK = ["choose", "--mu", "0.1", "--L", "10", "--noise", "0.3", "--steps", "100"]
_PARSER = argparse.ArgumentParser()
choose.add_arguments(_PARSER)
#: What a person may have typed, which a refusal blames.
OPTIONS = {option for action in _PARSER._actions for option in action.option_strings}


def answer(capsys: pytest.CaptureFixture[str], *line: str) -> dict[str, Any]:
    assert main([*line, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def refusal(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main(["choose", *line]) == 2
    told = capsys.readouterr()
    assert not told.out and told.err.count("\n") == 1 and told.err.endswith(".\n")
    blamed = re.match(r"--[\w-]+", told.err)
    assert blamed is None or blamed[0] in OPTIONS, told.err
    return told.err


@pytest.fixture(scope="module")
def report() -> dict[str, str]:
    """The report in both languages and as JSON, of one problem with a current point, recommended for once."""
    found = {}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(choose, "recommend", cache(choose.recommend))
        for key, extra in (("en", []), ("ja", ["--lang", "ja"]), ("json", ["--json"])):
            lines: list[str] = []
            parser = argparse.ArgumentParser()
            choose.add_arguments(parser)
            parser.add_argument("--lang", default="en")
            assert choose.run(parser.parse_args([*QUICK[1:], "--current", "0.1,0.9,1", *extra]), lines.append) == 0
            found[key] = "\n".join(lines)
    return found


@pytest.mark.slow
def test_the_json_has_the_recommendation(report: dict[str, str]) -> None:
    found = json.loads(report["json"])
    best = found["recommended"]
    assert set(best) >= {"alpha", "beta", "nu", "rate", "stationary_loss", "expected_loss", "interval"}
    problem = Problem.interval(0.1, 10.0, 0.3)
    ours = best_for_steps(problem, 100)
    assert best["held_loss"] == pytest.approx(ours.held_loss, rel=1e-9)
    assert QHM(best["alpha"], best["beta"], best["nu"]) == ours.qhm
    low, high = best["interval"]["alpha"]
    assert low <= best["alpha"] <= high
    assert 1 <= found["worst_case"]["regret"] <= best["regret"] + 1e-9
    assert set(found["named"]) == {"sgd", "shb", "nag", "triple momentum", "pytorch", "schedule-free"}
    assert found["current"]["changes"]["lower loss"] > 1 and set(found["calls"]) == {"qhoptim", "optax", "schedulefree"}


def test_the_report_has_the_same_figures_in_both_languages(report: dict[str, str]) -> None:
    best = best_for_steps(Problem.interval(0.1, 10.0, 0.3), 100).qhm
    for text in (report["en"], report["ja"]):
        assert f"α = {best.alpha:.2f}, β = {best.beta:.4f}, ν = {best.nu:.3f}" in text
        assert (
            "qhoptim.pyt.QHM(params, lr=" in text and "optax.ema(" in text and "schedulefree.SGDScheduleFree(" in text
        )
    assert "Recommended:" in report["en"] and "Known methods:" in report["en"]
    assert "推奨：" in report["ja"] and "定常損失" in report["ja"] and "Recommended" not in report["ja"]


def test_it_is_readable_where_there_is_only_ascii(report: dict[str, str]) -> None:
    text = in_ascii(report["en"])
    assert "alpha = " in text and "nu = " in text and "x10^-" in text and "?" not in text


def test_files_of_eigenvalues_give_the_same_as_the_numbers(tmp_path: Path) -> None:
    values = np.array([0.1, 1.0, 10.0])
    np.save(tmp_path / "a.npy", values)
    np.save(tmp_path / "column.npy", values[:, None])
    (tmp_path / "a.txt").write_text("# from Lanczos\n0.1 1\n1e1\n")
    (tmp_path / "a.csv").write_text("\ufeffeigenvalue\n0.1\n1.0\n10\n", encoding="utf-8")
    for file in sorted(tmp_path.iterdir()):
        assert spectrum_file.read_spectrum(file).tolist() == values.tolist()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "holds no number: at least one eigenvalue is needed"),
        (b"# nothing\n", "holds no number"),
        (b"1, -2, 3", "the eigenvalue −2: every one must be finite and greater than 0"),
        (b"1 nan", "the eigenvalue nan"),
        (b"1 inf", "the eigenvalue inf"),
        (b"1 0", "the eigenvalue 0"),
        (
            b"1\n2+3j\n",
            "line 2: “2+3j” is complex; the eigenvalues of a symmetric matrix are real",
        ),
        (b"1\ntwo\n", "line 2: “two” is not a number"),
        (b"\x00\xff\xfe\x80", "neither text nor a NumPy array"),
        (b"PK\x03\x04rest", "is damaged"),
        (b"\x93NUMPYgarbage", "is damaged"),
        (b"1e-300 1e300", "greater than 1×10⁻¹⁵ of the largest"),
        (b"1 " * 100_001, "holds more than 100\u202f000 eigenvalues"),
        (b"1" * 4_000_001, "is too large: at most 4 MB"),
    ],
)
def test_a_bad_file_is_one_sentence(content: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(spectrum_file.SpectrumError) as refused:
        spectrum_file.read_spectrum(tmp_path / "file")
    assert said in str(refused.value) and "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (np.array([1.0 + 1j]), "holds complex numbers"),
        (np.array(["a"]), "holds no plain numbers"),
        (np.array([{}], dtype=object), "holds no plain numbers"),
        (np.eye(3), "an array of shape (3, 3): one row of eigenvalues is needed"),
        (np.array([]), "holds no number"),
    ],
)
def test_a_foreign_array_is_one_sentence(array: np.ndarray, said: str, tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", array, allow_pickle=True)
    with pytest.raises(spectrum_file.SpectrumError) as refused:
        spectrum_file.read_spectrum(tmp_path / "a.npy")
    assert said in str(refused.value)


def test_a_header_that_promises_more_than_the_file_makes_no_array(tmp_path: Path) -> None:
    np.save(tmp_path / "a.npy", np.ones(3))
    whole = (tmp_path / "a.npy").read_bytes()
    (tmp_path / "a.npy").write_bytes(whole.replace(b"'shape': (3,), }          ", b"'shape': (99999999999,), }"))
    with pytest.raises(spectrum_file.SpectrumError, match="one row of eigenvalues"):
        spectrum_file.read_spectrum(tmp_path / "a.npy")
    (tmp_path / "a.npy").write_bytes(whole[:-4])
    with pytest.raises(spectrum_file.SpectrumError, match=r"one row of eigenvalues|is damaged"):
        spectrum_file.read_spectrum(tmp_path / "a.npy")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ([], "give --mu and --L, or --eigenvalues FILE"),
        (["--mu", "10", "--L", "1"], "--mu: mu = 10 is not allowed: it must be greater than 0 and at most L = 1"),
        (["--mu", "-1", "--L", "1"], "mu = -1"),
        (["--mu", "x", "--L", "1"], "--mu: “x” is not a number"),
        (["--mu", "1", "--L", "2", "--batch", "0"], "batch = 0 is not allowed: it must be at least 1"),
        (["--mu", "1", "--L", "2", "--noise", "-1"], "noise_variances = -1"),
        (["--mu", "1", "--L", "2", "--steps", "0"], "steps = 0"),
        (["--mu", "1", "--L", "2", "--steps", "1.5"], "is not a whole number"),
        (["--mu", "1", "--L", "2", "--samples", "100"], "--samples needs --batch"),
        (["--mu", "1", "--L", "2", "--batch", "64", "--samples", "10"], "must be at least the batch, 64"),
        (["--mu", "1", "--L", "2", "--batch", "4", "--samples", "99", "--steps", "9"], "are both the budget: give one"),
        (["--mu", "1", "--L", "2", "--wrong", "0.5"], "at least 1 and at most 100"),
        (["--mu", "1", "--L", "2", "--current", "1,2"], "three numbers, such as 0.1,0.9,1"),
        (["--mu", "1", "--L", "2", "--current", "1,2,0"], "--current: beta = 2"),
        (["--mu", "1", "--L", "1e300"], "--mu: curvatures = 1"),
        (["--eigenvalues", "/nonexistent/file"], "/nonexistent/file cannot be read"),
        (["--eigenvalues", "x", "--mu", "1"], "--eigenvalues stands instead of --mu and --L"),
    ],
)
def test_bad_arguments_are_one_sentence(line: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert said in refusal(capsys, *line)


@pytest.mark.slow
def test_an_unreachable_target_says_what_can_be_reached(capsys: pytest.CaptureFixture[str]) -> None:
    said = refusal(capsys, "--mu", "0.1", "--L", "10", "--noise", "0.3", "--steps", "50", "--target", "1e-6")
    assert "--target 1.00×10⁻⁶ cannot be reached in 50 steps: the least loss" in said
    best = best_for_steps(Problem.interval(0.1, 10.0, 0.3), 50).held_loss
    assert f"is {best:.4f}." in said or f"{best:.3g}" in said


def test_every_code_has_its_words() -> None:
    assert set(CHANGES) == set(Change) and set(LEFT_OUT) == set(LeftOut) and set(CALL_NOTES) == set(CallNote)
    assert set(NAMES) == {one.key for one in named_points(Problem.interval(0.1, 10.0))}


@pytest.mark.slow
def test_mini_batches_by_samples(capsys: pytest.CaptureFixture[str]) -> None:
    found = answer(capsys, "choose", "--mu", "0.1", "--L", "10", "--noise", "0.3", "--batch", "32", "--samples", "640")
    assert found["steps"] == 20 and found["problem"]["batch"] == 32
    problem, best = Problem.mini_batches([0.1, 10.0], 0.3, 32), found["recommended"]
    point = QHM(best["alpha"], best["beta"], best["nu"])
    assert best["held_loss"] == pytest.approx(float(held_loss(problem, point, 20).total), rel=1e-9)


@pytest.mark.slow
def test_without_noise_nothing_is_told_of_its_least_loss(capsys: pytest.CaptureFixture[str]) -> None:
    """It was "none times the least stationary loss"."""
    assert main(["choose", "--mu", "1", "--L", "2", "--noise", "0", "--steps", "5"]) == 0
    told = capsys.readouterr().out
    assert "stationary loss 0" in told and "none" not in told and "nan" not in told


@pytest.mark.slow
def test_the_momentum_share_has_the_letter_that_was_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    line = ["choose", "--mu", "0.1", "--L", "10", "--noise", "0.3", "--steps", "100", "--letter"]
    for letter, wrong in (("gamma", "ν"), ("nu", "γ")):
        assert main([*line, letter]) == 0
        told = capsys.readouterr().out
        assert wrong not in told and {"ν": "γ", "γ": "ν"}[wrong] + " = " in told
