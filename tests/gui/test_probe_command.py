"""`main.py probe`, `choose --probe` and `choose --curves`: what they print, and what they refuse in one sentence."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from qhm_gui.commands.command_line import main
from qhm_gui.files.probe_file import EXAMPLES, SCRIPT, ProbeFileError, is_probe, read_curves, read_probe
from qhm_gui.text import language
from qhm_gui.text.probe_words import UNKNOWN
from qhm_math import QHM, stationary_loss
from qhm_math.choose import best_for_steps
from qhm_math.probe import SENTENCES, Unknown, plateau

SOFTMAX = EXAMPLES / "softmax-mnist.npz"


def answer(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main(list(line)) == 0
    return capsys.readouterr().out


def refusal(capsys: pytest.CaptureFixture[str], *line: str) -> str:
    assert main(list(line)) == 2
    told = capsys.readouterr()
    assert not told.out and told.err.count("\n") == 1 and told.err.endswith(".\n")
    return told.err


def test_the_example_is_the_script(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["probe", "--example", "--out", str(tmp_path / "probe.py")]) == 0
    content = (tmp_path / "probe.py").read_bytes()
    assert content == SCRIPT.read_bytes()
    assert "already" in refusal(capsys, "probe", "--example", "--out", str(tmp_path / "probe.py"))


def test_the_script_compiles_and_imports_nothing_of_ours() -> None:
    text = SCRIPT.read_text(encoding="utf-8")
    tree = ast.parse(text)
    compile(tree, str(SCRIPT), "exec")
    names = {n.module or "" for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    names |= {alias.name for n in ast.walk(tree) if isinstance(n, ast.Import) for alias in n.names}
    assert {name.split(".")[0] for name in names} == {
        *("itertools", "json", "operator", "numpy", "torch", "curvlinops")
    }
    code = [line.strip() for line in text.splitlines()[tree.body[0].end_lineno :]]  # without its docstring
    assert len([line for line in code if line and not line.startswith("#")]) <= 50


RUN = """
import sys, torch
sys.path.insert(0, sys.argv[1])
from write_probe import write_probe
torch.manual_seed(0)
x, y = torch.randn(60, 4), torch.randint(0, 3, (60,))
loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(x, y), batch_size=20)
model = torch.nn.Sequential(torch.nn.Linear(4, 5), torch.nn.Tanh(), torch.nn.Dropout(), torch.nn.Linear(5, 3))
optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9, weight_decay=0.01)
write_probe(model, torch.nn.functional.cross_entropy, loader, optimizer, step=7, path=sys.argv[2])
assert model.training
torch.save(torch.autograd.functional.hessian(
    lambda p: torch.nn.functional.cross_entropy(torch.func.functional_call(
        model.eval(), dict(zip(dict(model.named_parameters()), [v.view_as(q) for v, q in zip(
            p.split([q.numel() for q in model.parameters()]), model.parameters())])), (x,)), y),
    torch.cat([q.detach().reshape(-1) for q in model.parameters()])), sys.argv[2] + ".pt")
print(float(torch.linalg.eigvalsh(torch.load(sys.argv[2] + ".pt"))[-1]) + 0.01)
"""


def test_the_script_writes_what_is_read_here(tmp_path: Path) -> None:
    """Where PyTorch is installed: its largest curvature is that of the Hessian by PyTorch's own double backward."""
    pytest.importorskip("torch", reason="PyTorch, the extra train, is not installed")
    out = tmp_path / "probe.npz"
    line = [sys.executable, "-c", RUN, str(SCRIPT.parent), str(out)]
    told = subprocess.run(line, capture_output=True, text=True, check=True).stdout
    probe = read_probe(out)
    assert probe.largest == pytest.approx(float(told.splitlines()[-1]), rel=1e-4)
    assert probe.parameters == 43 and probe.step == 7 and probe.batch == 20 and probe.dataset == 60
    assert probe.current() == QHM(0.1 / (1 - 0.9), 0.9, 1.0)
    np.testing.assert_allclose(probe.trace.squares, 43, rtol=1e-5)
    np.testing.assert_allclose(probe.noise.squares, probe.noise_trace[0], rtol=1e-4)


def test_a_probe_is_told_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    text = answer(capsys, "probe", str(SOFTMAX))
    assert "7\u202f850 parameters" in text and "It is on its plateau" in text
    assert "α = 0.20, β = 0.9000, ν = 1.000" in text
    japanese = answer(capsys, "probe", str(SOFTMAX), "--lang", "ja")
    assert "定常状態に達しています" in japanese and len(japanese.splitlines()) == len(text.splitlines())


@pytest.mark.slow
def test_choose_takes_a_probe_for_its_problem(capsys: pytest.CaptureFixture[str]) -> None:
    found = json.loads(answer(capsys, "choose", "--probe", str(SOFTMAX), "--steps", "200", "--json"))
    probe = read_probe(SOFTMAX)
    ours = best_for_steps(probe.problem(), 200)
    assert found["recommended"]["held_loss"] == pytest.approx(ours.held_loss, rel=1e-9)
    assert found["current"]["alpha"] == pytest.approx(0.2)
    said = found["probe"]
    assert said["recommended_plateau"]["loss"] == pytest.approx(plateau(probe, ours.qhm).loss)
    assert said["negative_noise_share"] == 0 and 0.9 <= said["best_share"] <= 1 and said["rivals"] == 14


@pytest.mark.slow
def test_choose_tells_where_the_run_stands_and_how_sure_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("choose", "--probe", str(SOFTMAX), "--samples", "6400", "--current", "0.1,0.5,1")
    text = answer(capsys, *line)
    assert "Current point: α = 0.10, β = 0.5000" in text and "Predicted plateau at the recommended point" in text
    assert "of resamplings" in text and "Budget: 100 steps" in text


@pytest.mark.slow
def test_another_batch_has_less_noise(capsys: pytest.CaptureFixture[str]) -> None:
    line = ("choose", "--probe", str(SOFTMAX), "--steps", "50", "--json", "--batch")
    few, many = (json.loads(answer(capsys, *line, batch)) for batch in ("64", "512"))
    assert many["recommended"]["held_loss"] < few["recommended"]["held_loss"]


def curves(path: Path, alphas: tuple[float, ...] = (0.005, 0.01, 0.02, 0.04), extra: str = "") -> Path:
    rng = np.random.default_rng(0)
    lines = ["alpha,step,loss"]
    for alpha in alphas:
        level = 1 + float(stationary_loss(QHM.sgd(alpha), [0.5, 2.0], [0.3, 0.2]))
        lines += [f"{alpha},{k},{level + 2 * np.exp(-k / 3) + 1e-7 * rng.standard_normal():.9f}" for k in range(60)]
    lines += [f"2,{k},{1.5 * 2.0**k}" for k in range(30)] + ["2,30,inf", "2,31,nan"]
    path.write_text("\n".join(lines) + extra, encoding="utf-8")
    return path


def test_loss_curves_tell_the_traces_and_the_largest_curvature(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = curves(tmp_path / "runs.csv")
    found = json.loads(answer(capsys, "choose", "--curves", str(file), "--json"))
    assert found["noise_trace"][0] == pytest.approx(0.5, rel=0.05)
    assert found["curved_trace"][0] == pytest.approx(0.3 * 0.5 + 0.2 * 2, rel=0.25)
    assert found["floor"][0] == pytest.approx(1, abs=1e-4) and found["largest"] == pytest.approx([1.0, 50.0])
    assert found["unknown"] == ["smallest curvature", "spectrum", "floor"]
    text = answer(capsys, "choose", "--curves", str(file), "--floor", "1")
    assert "tr S = 0.5" in text and "Plateaus do not tell the smallest curvature" in text
    assert "最大曲率 L は" in answer(capsys, "choose", "--curves", str(file), "--lang", "ja")


def test_a_curve_is_in_the_order_of_its_steps(tmp_path: Path) -> None:
    file = tmp_path / "runs.csv"
    file.write_text("step, alpha ,loss,note\n2,0.1,3\n1,.1,9,x\n\n3,0.10,1\n", encoding="utf-8")
    (found,) = read_curves(file)
    assert found.losses.tolist() == [9.0, 3.0, 1.0] and found.point == QHM(0.1) and found.batch == 1


REFUSED: dict[str, tuple[list[str], str]] = {
    "nothing asked": (["probe"], "--example"),
    "both asked": (["probe", str(SOFTMAX), "--example"], "--example"),
    "a file that is not there": (["probe", "nowhere.npz"], "nowhere.npz: it cannot be read"),
    "a script for a probe": (["probe", str(SCRIPT)], "write_probe.py: it is not a probe"),
    "choose: a script for a probe": (["choose", "--probe", str(SCRIPT)], "it is not a probe"),
    "two spectra": (["choose", "--probe", str(SOFTMAX), "--mu", "1"], "--probe stands instead of --mu"),
    "two noises": (["choose", "--probe", str(SOFTMAX), "--noise", "1"], "leave out --noise"),
    "batch 0": (["choose", "--probe", str(SOFTMAX), "--batch", "0"], "--batch: batch = 0"),
    "an unreachable target": (
        ["choose", "--probe", str(SOFTMAX), "--target", "1e-9", "--steps", "20"],
        "cannot be reached",
    ),
    "a floor of nothing": (["choose", "--mu", "1", "--L", "2", "--floor", "1"], "--floor needs --curves"),
    "curves that are none": (["choose", "--curves", str(SCRIPT)], "must name the columns alpha and loss"),
    "curves that are not text": (["choose", "--curves", str(SOFTMAX)], "it is not a CSV file"),
}


@pytest.mark.parametrize("case", REFUSED)
@pytest.mark.slow
def test_what_is_not_allowed_is_one_sentence(capsys: pytest.CaptureFixture[str], case: str) -> None:
    line, words = REFUSED[case]
    assert words in refusal(capsys, *line)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("alpha,loss\n0.1,fast\n", "line 2: loss is “fast”"),
        ("alpha,loss\nnan,1\n", "line 2: alpha is “nan”"),
        ("alpha,loss\n-1,1\n", "α = −1 is not allowed"),
        ("alpha,loss,batch\n1,1,0\n", "batch size = 0 is not allowed"),
        ("alpha,loss,beta\n1,1,1\n", "β = 1 is not allowed"),
        ("alpha,loss\n1\n", "line 2: loss is “”"),
        ("", "must name the columns"),
    ],
)
def test_a_table_that_is_wrong_is_one_sentence(tmp_path: Path, text: str, words: str) -> None:
    file = tmp_path / "runs.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ProbeFileError) as caught:
        read_curves(file)
    assert str(caught.value).startswith("runs.csv: ") and words in str(caught.value)


def test_too_few_curves_are_refused(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert "two or more" in refusal(capsys, "choose", "--curves", str(curves(tmp_path / "runs.csv", (0.01,))))


def test_a_probe_is_told_from_an_export(tmp_path: Path) -> None:
    np.savez(tmp_path / "export.npz", qhm_explorer="{}")
    assert is_probe(SOFTMAX) and not is_probe(tmp_path / "export.npz") and not is_probe(tmp_path / "missing.npz")


def test_every_code_has_its_sentence() -> None:
    table: dict[str, Any] = language.table("ja")
    assert set(UNKNOWN) == set(Unknown)
    assert {*SENTENCES.values(), *UNKNOWN.values()} - set(table) == set()
