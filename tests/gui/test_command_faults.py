"""Every command where something around it goes wrong: full disks, closed streams, signals at any moment.

A command is a row of :data:`LINES`; a new one without a row fails. What takes seconds each waits for ``make soak``.
"""

from __future__ import annotations

import io
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from unittest.mock import patch

import pytest

from qhm_gui.commands import guard
from qhm_gui.commands.command_arguments import COMMANDS
from qhm_gui.commands.command_line import main
from qhm_gui.files import session
from qhm_gui.files.log import LogFile
from qhm_gui.state.state import State

ROOT = Path(__file__).resolve().parents[2]
#: A line of each command that does its work; {} is a folder of its own.
LINES: dict[str, list[str]] = {
    "open": ["open", "{}/given.json", "--print"],
    "screenshots": ["screenshots", "--page", "explore", "--size", "400x320", "--out", "{}/out"],
    "figures": ["figures", "1a", "2-1", "--out", "{}/out"],
    "film": ["film", "2-1", "--view", "path", "--seconds", "2", "--size", "160x120", "--out", "{}/a.gif"],
    "export": ["export", "1a", "--format", "pdf,png,svg,csv,npz", "--out", "{}/out"],
    "choose": ["choose", "--mu", "0.1", "--L", "10", "--noise", "0.3", "--steps", "1000"],
    "probe": ["probe", "--example", "--out", "{}/write_probe.py"],
    "sweep": [
        *["sweep", "mlp-digits", "--alpha", "0.01:1:4", "--beta", "0:0.9:3", "--nu", "1", "--epochs", "10"],
        *["--out", "{}/a.sweep"],
    ],
    "talk": ["talk", "--format", "html", "--out", "{}/out"],
    "conjecture": ["conjecture"],
}
#: Commands that write into files, and of a large one not more than this fits.
WRITING = ("screenshots", "figures", "film", "export", "probe", "sweep", "talk")
_ROOM = 2000
#: How the files end that a stopped command may leave: whole ones.
_ENDS = {".png": b"IEND\xaeB`\x82", ".pdf": b"%%EOF\n", ".svg": b"</svg>", ".html": b"</html>", ".gif": b";"}
POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and limits are POSIX")
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")


def line_of(command: str, folder: Path) -> list[str]:
    session.write(folder / "given.json", State())
    return [part.format(folder) for part in LINES[command]]


def start(line: list[str], before: Callable[[], object] = lambda: None, **options: Any) -> subprocess.Popen[bytes]:
    """The program, which hears signals whatever the test runner was told to ignore."""

    def prepare() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
        before()

    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options}
    if before is small_files:
        pipes["env"] = {**pipes.get("env", os.environ), **NO_BYTECODE}
    popen: Any = subprocess.Popen
    return popen([sys.executable, "main.py", *line], cwd=ROOT, preexec_fn=prepare, **pipes)


#: Where files end soon Python writes half of a compiled module, takes it for whole, and cannot import it ever after.
NO_BYTECODE = {"PYTHONDONTWRITEBYTECODE": "1"}


def small_files() -> None:
    """Files end after some bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))


@contextmanager
def little_room() -> Iterator[None]:
    """Within this, for this process."""
    before, writes = resource.getrlimit(resource.RLIMIT_FSIZE), not sys.dont_write_bytecode
    small_files()
    sys.dont_write_bytecode = True
    try:
        with patch.dict(os.environ, NO_BYTECODE):
            yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        sys.dont_write_bytecode = not writes


def files_in(folder: Path) -> list[Path]:
    """What a command has made there, and what it has left."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.name != "given.json")


def test_every_command_has_a_line() -> None:
    assert LINES.keys() == COMMANDS.keys()


# Streams


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


@pytest.mark.parametrize("command", ["", *LINES])
def test_help_that_cannot_be_written_is_no_success(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Ended(Exception):
        pass

    def end(status: int, sentence: str = "") -> NoReturn:
        raise Ended(status, sentence)

    monkeypatch.setattr(guard, "end", end)
    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(Ended) as told:
        main([*([command] if command else []), "--help"])
    assert told.value.args == (2, "Standard output cannot be written to: No space left on device.")


@POSIX
@pytest.mark.slow
def test_a_closed_standard_output_is_no_success(tmp_path: Path) -> None:
    process = start(line_of("open", tmp_path), lambda: os.close(1))
    assert process.communicate()[1] == b"Standard output cannot be written to: it is closed.\n"
    assert process.returncode == 2


@FULL
@pytest.mark.slow
def test_a_complaint_that_cannot_be_written_is_the_same_mistake() -> None:
    with Path("/dev/full").open("wb") as full:
        process = start(["neither a file nor a command"], stderr=full)
        assert process.communicate()[0] == b"" and process.returncode == 2


@POSIX
@pytest.mark.slow
def test_what_is_told_never_gets_into_the_file(tmp_path: Path) -> None:
    """With standard error closed, Python's print would write a complaint to standard output."""
    export = ["export", "1a", "-", "--format", "csv"]
    process = start(export, lambda: os.close(2))
    out = process.communicate()[0]
    assert process.returncode == 0
    assert main([*export[:2], str(tmp_path / "a.csv")]) == 0
    assert out == (tmp_path / "a.csv").read_bytes()


# Disks


@POSIX
@pytest.mark.parametrize("command", ["probe", "export"])
def test_a_full_disk_is_a_sentence_and_leaves_nothing(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    line = line_of(command, tmp_path)
    with little_room():
        assert main([part.replace("pdf,png,svg,", "") for part in line]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.endswith("cannot be written to: File too large.\n")
    assert files_in(tmp_path) == []


@POSIX
@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("command", WRITING)
def test_a_full_disk_ends_every_command_with_a_sentence(command: str, tmp_path: Path) -> None:
    home = tmp_path / "home"
    process = start(line_of(command, tmp_path), small_files, env={**os.environ, "HOME": str(home), "TMPDIR": str(home)})
    told = process.communicate()[1].decode().splitlines()[-1]
    assert process.returncode == 2 and "cannot be" in told and "fault" not in told
    assert [path for path in files_in(tmp_path) if path.name != "a.sweep"] == []  # a sweep goes on with its own


# Signals


@POSIX
@pytest.mark.slow
def test_a_sweep_that_is_stopped_says_only_how_to_go_on(tmp_path: Path) -> None:
    process = start([*line_of("sweep", tmp_path), "--workers", "2"])
    assert process.stderr is not None and process.stderr.readline().endswith(b" 0 %\n")
    process.send_signal(signal.SIGINT)
    said = process.communicate()[1].splitlines()
    assert process.returncode == 130
    assert [line for line in said if not line.startswith(b"[")] == [
        b"",
        b"Stopped. Finished cells are kept: --resume continues.",
    ]


@POSIX
@pytest.mark.parametrize("command", WRITING)
def test_a_folder_that_is_gone_is_a_sentence(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Relative paths start nowhere, and nothing is made for them first."""
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.setattr(guard, "start_log", LogFile)  # one that nothing is sent to, for as long as this takes
    monkeypatch.chdir(gone)
    gone.rmdir()
    line = [part.removeprefix("{}/") for part in LINES[command]]
    assert guard.guarded(main, line) == 2
    said = capsys.readouterr()
    assert said.err.endswith((" is gone: start it again from another one.\n", ": No such file or directory.\n"))
    assert said.err.count("\n") == 1 and not said.out


@POSIX
@pytest.mark.slow
def test_a_name_that_no_file_can_have_is_a_sentence(tmp_path: Path) -> None:
    name = 300 * "x"
    quick = ["sweep", "softmax-mnist", "--alpha", "0.1:1:2", "--epochs", "0.1"]
    for line in ([*quick, "--out", name], [*quick, "--out", f"{tmp_path}/a", "--data", name], ["open", name]):
        process = start([*line])
        said = process.communicate()[1].decode()
        assert said.endswith("xxx… is too long for the name of a file.\n") and said.count("\n") == 1, said
        assert process.returncode == 2


def names_in(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in files_in(folder))


@POSIX
@pytest.mark.slow
@pytest.mark.soak
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", LINES)
def test_a_signal_at_any_moment_ends_a_command_at_once(command: str, number: int, tmp_path: Path) -> None:
    rng = random.Random(f"{command} {number}")
    for turn in range(4):
        folder = tmp_path / str(turn)
        folder.mkdir()
        process = start(line_of(command, folder))
        time.sleep(rng.uniform(0.15, 4.0))  # of what a start and the work take
        process.send_signal(number)
        told = process.communicate()[1].decode()
        # after its work is done Python ends with the signal itself, which a shell tells as the same number
        assert process.returncode in (0, 128 + number, -number), told
        assert "Traceback" not in told and "fault" not in told and "resource_tracker" not in told, told
        silent = process.returncode == 128 + number and told.count("Stopped.") != 1
        if silent and told:  # else it had only begun to import
            whole = tmp_path / "whole"  # Python was ending, with all done
            whole.mkdir(exist_ok=True)
            assert start(line_of(command, whole)).communicate() and names_in(folder) == names_in(whole), told
        for path in files_in(folder):
            assert path.suffix != ".part", path
            content = path.read_bytes()
            assert content.rstrip(b"\n").endswith(_ENDS.get(path.suffix, b"").rstrip(b"\n")), path
