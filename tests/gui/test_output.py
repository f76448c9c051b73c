"""Where commands write: nothing is written over without --force, and - is standard output, with nothing else on it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qhm_gui.commands.command_line import main
from qhm_gui.export import EXPORTERS
from qhm_gui.files.session import dump
from qhm_gui.state.state import State, changed

ROOT = Path(__file__).resolve().parents[2]
#: Command line without its place, and the file that it writes into a folder.
COMMANDS = {
    "export": (["export", "1a", "--format", "csv", "--out", "{}"], "figure-1a.csv"),
    "export to a file": (["export", "1a", "{}/a.csv"], "a.csv"),
    "figures": (["figures", "1a", "--format", "csv", "--out", "{}"], "figure-1a.csv"),
    "film": (
        ["film", "1a", "--sweep", "nu:0:1", "--seconds", ".2", "--fps", "10", "--size", "160x120", "--out", "{}/a.gif"],
        "a.gif",
    ),
    "screenshots": (
        ["screenshots", "--page", "explore", "--theme", "light", "--size", "400x320", "--out", "{}"],
        "explore-light.png",
    ),
}


def line_of(name: str, folder: Path) -> list[str]:
    return [part.format(folder) for part in COMMANDS[name][0]]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_file_that_is_there_is_not_written_over(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / COMMANDS[name][1]
    file.write_bytes(b"precious")
    with monkeypatch.context() as patched:
        patched.setattr("qhm_gui.commands.export.computed", None)  # what would be computed is not needed
        patched.setattr("qhm_gui.commands.figures.computed", None)
        assert main(line_of(name, tmp_path)) == 2
    told = capsys.readouterr()
    assert told.err == f"{file} is there already: --force writes over what is there.\n" and not told.out
    assert file.read_bytes() == b"precious" and list(tmp_path.iterdir()) == [file]


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.slow
def test_force_writes_over_it(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / COMMANDS[name][1]
    file.write_bytes(b"precious")
    assert main([*line_of(name, tmp_path), "--force"]) == 0
    assert file.read_bytes() != b"precious" and list(tmp_path.iterdir()) == [file]
    if name == "film":
        (tmp_path / "new").mkdir()  # the others make it
    assert main(line_of(name, tmp_path / "new")) == 0
    assert (tmp_path / "new" / file.name).is_file()


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_cannot_be_written_to_is_told_before_anything_is_computed(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    assert main(line_of(name, tmp_path / "file" / "under")) == 2
    told = capsys.readouterr()
    assert "cannot be written to: " in told.err and "file is not a folder.\n" in told.err and told.err.count("\n") == 1
    monkeypatch.setattr("os.access", lambda *_: False)
    assert main(line_of(name, tmp_path)) == 2
    assert capsys.readouterr().err.endswith(f"cannot be written to: nothing may be written into {tmp_path}.\n")
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_several_files_that_are_there_are_counted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("pdf", "svg", "csv"):
        (tmp_path / f"figure-1a.{key}").write_text("precious")
    assert main(["figures", "1a", "--format", "pdf,svg,csv,npz", "--out", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert told == f"{tmp_path / 'figure-1a.pdf'} and 2 more are there already: --force writes over what is there.\n"
    assert not (tmp_path / "figure-1a.npz").exists()


def test_a_folder_is_never_written_over(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").mkdir()
    assert main(["export", "1a", str(tmp_path / "a.csv"), "--force"]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'a.csv'} is a folder, not a file.\n"


def test_a_device_is_written_into_and_stays(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device = tmp_path / "null"
    device.symlink_to("/dev/null")
    assert main(["export", "1a", str(device), "--format", "csv"]) == 0
    assert device.is_symlink() and Path("/dev/null").is_char_device()


#: What a file's name may end in.
ENDINGS = ", ".join(f".{key}" for key in EXPORTERS)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["a"], f"a does not say its format: its name must end in one of {ENDINGS}."),
        (["a.doc"], f"a.doc is no figure: its name must end in one of {ENDINGS}."),
        (["a.svg", "--format", "pdf"], "a.svg is not --format pdf: leave the option out, or name another file."),
        (["a.svg", "--format", "pdf,svg"], "a.svg is one file: --format must be one format, not pdf,svg."),
        (["a.svg", "--out", "b"], "a.svg is where to write: --out and --name do not go with it."),
        (["-", "--format", "pdf,svg"], "- is one file: --format must be one format, not pdf,svg."),
        (["a.svg", "--title", "bell\a"], r"--title has a sign that no file can show: '\x07'."),
        (["a.svg", "--caption", "\udcff"], r"--caption has a sign that no file can show: '\udcff'."),
    ],
)
def test_a_file_that_cannot_be_meant_is_told_in_a_sentence(
    arguments: list[str],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", "1a", *arguments]) == 2
    assert capsys.readouterr().err == f"{words}\n"
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("figures 1a --out b.pdf", "--out b.pdf is the name of a file: --out names a folder."),
        ("export 1a --out b.pdf", "--out b.pdf is the name of a file: --out names a folder."),
        ("talk --out b.pdf", "--out b.pdf is the name of a file: --out names a folder."),
        ("screenshots --out b.png", "--out b.png is the name of a file: --out names a folder."),
        ("export folder", "folder is a folder."),
        ("film folder --out a.gif", "folder is a folder."),
        ("--lang ja", "--lang is not understood before a command; --help lists the commands."),
        ("choose --mu 1 --L 2 --noise -1e-3", "--noise: noise_variances = -0.001 is not allowed"),
        ("choose --mu 1 --L 2 --current -1,0,1", "--current: alpha = -1 is not allowed"),
        ("choose --mu -inf --L 2", "--mu: “-inf” is not a number."),
        ("figures 1a --out x --size -60x45mm", "width = −60 is not allowed"),
        ("sweep quadratic --out a --alpha -1:1:5", "--alpha: alpha = -1 is not allowed"),
    ],
)
def test_what_cannot_be_meant_on_a_line_is_told(
    line: str, words: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    assert main(line.split()) == 2
    told = capsys.readouterr().err
    assert told.startswith(words) and told.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]


@pytest.mark.slow
def test_a_file_may_stand_behind_options(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["export", "1a", "--view", "stability", "b.csv"]) == 0 and (tmp_path / "b.csv").is_file()
    assert main(["figures", "1a", "--format", "csv", "1b", "--out", "c"]) == 0
    assert {path.name for path in (tmp_path / "c").iterdir()} == {"figure-1a.csv", "figure-1b.csv"}


def test_without_a_display_no_other_pages_are_drawn_than_those_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(dump(State()))
    assert main(["a.json"]) == 2 and "a.json cannot be opened in a window" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


BEGINNINGS = {"pdf": b"%PDF-", "svg": b"<?xml", "png": b"\x89PNG", "csv": b"# QHM", "npz": b"PK\x03\x04"}


TAIL = ["--sweep", "nu:0:1", "--seconds", ".2", "--fps", "10", "--size", "160x120"]
EXPORTED = [(["export", "a.json", "-", "--view", "stability", "--format", key], key) for key in BEGINNINGS]
FIGURE = (["figures", "1a", "--format", "csv", "--out", "-"], "csv")
FILMED = [(["film", "1a", *TAIL, "--format", key, "--out", "-"], key) for key in ("gif", "mp4")]
#: Each command once, and an export of bytes beside one of text.
ONCE = [*(row for row in EXPORTED if row[1] in ("svg", "npz")), FIGURE, FILMED[0]]


@pytest.mark.parametrize(
    "lines", [ONCE, pytest.param([*EXPORTED, FIGURE, *FILMED], marks=pytest.mark.soak)], ids=["each command", "all"]
)
@pytest.mark.slow
def test_standard_output_holds_the_file_and_nothing_else(lines: list[tuple[list[str], str]], tmp_path: Path) -> None:
    """Byte for byte what goes to a file, of every format and every command for a single one."""
    (tmp_path / "a.json").write_text(dump(changed(State(), {"steps": 20, "runs": 5})))
    code = "import sys; from qhm_gui.commands.command_line import main; sys.exit(main(sys.argv[1:]))"
    for line, key in lines:
        done = subprocess.run(
            [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}", *line],
            cwd=tmp_path, capture_output=True, check=True,
        )  # fmt: skip
        place = str(tmp_path / f"out.{key}")
        beside = [part if part != "-" else place for part in line if part not in ("--format", key) or line[0] != "film"]
        if line[0] == "figures":
            beside[-1] = str(tmp_path / "figures")
            place = str(tmp_path / "figures" / "figure-1a.csv")
        assert main([str(tmp_path / part) if part == "a.json" else part for part in beside] + ["--force"]) == 0
        assert done.stdout == Path(place).read_bytes(), line
        assert done.stdout.startswith(BEGINNINGS.get(key, b"")) and done.stdout


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (["talk", "--out", "-", "--format", "pdf,html"], "--out - is one file, not 2: name one --format of one file."),
        (
            ["screenshots", "--page", "fast", "--out", "-"],
            "--out - is one file, not 2: name one --page and one --theme.",
        ),
        (["figures", "--out", "-"], "name one figure and one --format."),
        (["sweep", "softmax-digits", "--out", "-"], "--out - is no file: a sweep keeps its cells in one"),
    ],
)
def test_a_hyphen_is_never_the_name_of_a_file(
    line: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(line) == 2
    told = capsys.readouterr()
    assert said in told.err and not told.out and not list(tmp_path.iterdir())


@pytest.mark.slow
def test_a_picture_and_a_table_of_a_sweep_go_to_standard_output(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    line, _ = COMMANDS["screenshots"]
    assert main([*line[:-1], "-"]) == 0
    assert capfdbinary.readouterr().out.startswith(BEGINNINGS["png"]) and not list(tmp_path.iterdir())
    tail = [
        "--alpha",
        "0,5",
        "--beta",
        "0:0,9:2",
        "--seeds",
        "1",
        "--epochs",
        "1",
        "--workers",
        "1",
        "--out",
        "a.sweep",
    ]
    assert main(["sweep", "softmax-digits", *tail, "--export", "-"]) == 0
    rows = [row for row in capfdbinary.readouterr().out.decode().splitlines() if not row.startswith("#")]
    assert rows[0].startswith("alpha,beta,nu,") and [row.split(",")[:2] for row in rows[1:]] == [
        ["0.5", "0.0"],
        ["0.5", "0.9"],
    ]


def test_make_run_writes_over_its_own_folder_only(monkeypatch: pytest.MonkeyPatch) -> None:
    import qhm_gui.commands.command_line as command_line

    asked: list[object] = []
    monkeypatch.setattr(command_line, "_screenshots", lambda options: asked.append(options) or 0)
    assert command_line._render_instead("No display was found") == 0
    (options,) = asked
    assert (options.out, options.force) == (command_line.RENDERED, True)  # type: ignore[attr-defined]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
@pytest.mark.parametrize("line", [["figures", "--list"], ["export", "1a", "-", "--format", "csv"]])
@pytest.mark.slow
def test_a_full_standard_output_is_a_sentence(line: list[str], tmp_path: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        environment = {**os.environ, "XDG_STATE_HOME": str(tmp_path)}
        command = [sys.executable, "main.py", *line]
        done = subprocess.run(
            command, cwd=ROOT, env=environment, stdout=full, stderr=subprocess.PIPE, text=True, timeout=120, check=False
        )
    assert done.returncode == 2
    assert "cannot be written to: No space left on device." in done.stderr and "fault" not in done.stderr
    assert list(tmp_path.iterdir()) == []  # nothing for the log
