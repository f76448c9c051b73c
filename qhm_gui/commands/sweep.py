"""`python main.py sweep`: train a model for every cell of a grid over (α, β, ν), and keep what was found in a file."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import numpy as np

from qhm_gui.background.process_end import before_end
from qhm_gui.background.remaining import RemainingTime
from qhm_gui.commands.arguments import Mistake, number, whole
from qhm_gui.commands.output import STDOUT, Output, aligned, language_told, tell_progress
from qhm_gui.text.language import regrouped, spoken, tr
from qhm_gui.text.numbers import alpha_text, grouped, plain, scientific, share_text
from qhm_gui.text.version import VERSION
from qhm_math.data import DataError
from qhm_math.declared import ParameterError
from qhm_math.experiments import (
    PROBLEMS,
    Axis,
    Expected,
    SweepError,
    SweepFile,
    SweepResult,
    SweepSettings,
    as_csv,
    as_npz,
    cell_table,
    check_images,
    completed,
    expected_cells,
    facts,
    image_facts,
    measure_noise,
    plan_of,
    prepare,
    processes,
    run_sweep,
    scheduler,
    usable_cores,
)

Tell = Callable[[str], None]
Make = Callable[[SweepResult, Expected | None], bytes]
_ENDINGS = {".csv": as_csv, ".npz": as_npz}
#: Cells that the summary names.
_BEST = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments of the command, but for the language."""
    parser.add_argument("problem", metavar="PROBLEM", help=f"of {', '.join(PROBLEMS)}")
    axis = "a value, or LOW:HIGH:CELLS, or LOW:HIGH:CELLS:log"
    parser.add_argument("--alpha", metavar="RANGE", help=f"{axis} (default: 0.01:1.5:30)")
    parser.add_argument("--beta", metavar="RANGE", help="the same (default: 0:0.999:30)")
    parser.add_argument("--nu", metavar="RANGE", help="the same (default: 1)")
    epoch = "passes over the training data; 200 steps where there are none"
    parser.add_argument("--epochs", metavar="N", help=f"{epoch} (default: 5)")
    parser.add_argument("--batch", metavar="B", help="images a step (default: 128)")
    origin = "scratch shows the speed; checkpoint, a minimum that is found first, shows how good the end is"
    parser.add_argument("--from", dest="origin", metavar="WHERE", help=f"{origin} (default: scratch)")
    parser.add_argument("--seeds", metavar="N", help="runs a cell (default: 2)")
    parser.add_argument("--width", metavar="W", help="units of a perceptron's layer, or channels of a ResNet-18")
    parser.add_argument("--l2", metavar="X", help="λ of the term λ/2 |w|²")
    parser.add_argument("--data", metavar="DIR", help="the folder of the images, instead of the bundled ones")
    parser.add_argument("--out", required=True, type=Path, metavar="FILE", help="the file that keeps the cells")
    parser.add_argument("--resume", action="store_true", help="go on with the sweep in FILE, if there is one")
    parser.add_argument(
        "--export",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="a .csv or .npz of it; - is standard output, as CSV",
    )
    theory = "measure curvatures and noise at the checkpoint; --export then has what theory expects of every cell"
    parser.add_argument("--theory", action="store_true", help=theory)
    parser.add_argument("--workers", metavar="N", help="processes (default: one a core)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask cluster, tcp://HOST:PORT, instead of processes")
    parser.add_argument("--force", action="store_true", help="write over files that are there")


def run(arguments: argparse.Namespace, tell: Tell) -> int:
    """Compute what is missing, and tell what was found. Mistake, in one sentence, for what cannot be done."""
    if STDOUT in arguments.export:
        tell = Output("--export -", [STDOUT], force=True).teller(tell)
    with spoken(arguments.lang if arguments.export else language_told(arguments.lang)):
        try:
            if arguments.out == STDOUT:
                raise Mistake("--out - is no file: a sweep keeps its cells in one, and goes on from it.")
            exports = _exports(arguments)
            pool, ahead = _pool(arguments)
            given = _given(arguments)
            if arguments.theory and given.get("origin") != "checkpoint" and not arguments.resume:
                raise Mistake("--theory needs --from checkpoint: theory starts at the minimum.")
            with pool as executor, _opened(arguments, given) as file:
                settings = file.settings
                for line in _head(settings):
                    tell(line)
                bar = ProgressBar()
                with before_end(bar.leave):
                    prepare(file, ProgressBar(tr("finding the minimum")))
                    begun = time.perf_counter()
                    run_sweep(file, executor, ahead=ahead, monitor=bar)
                    seconds = time.perf_counter() - begun
                    bar.clear()
                    if arguments.theory:
                        measure_noise(file, ProgressBar(tr("measuring curvatures and noise")))
                bar.clear()
                result = file.read()
        except (DataError, SweepError) as error:
            raise Mistake(str(error)) from None
        except ParameterError as error:
            of_option = error.name in {*vars(arguments), *_OPTIONS.values()}  # the number of cells is of none
            raise Mistake(regrouped(f"--{error.name}: {error}" if of_option else str(error))) from None
        noise = result.noise
        expected = None if noise is None or not exports else expected_cells(result.settings, noise)
        for path, make in exports:
            exports_to = Output(f"--export {path}", [path], force=True)
            exports_to.write(path, make(result, expected))
        for line in _summary(result, seconds, bar.first):
            tell(line)
    return 0


def _exports(arguments: argparse.Namespace) -> list[tuple[Path, Make]]:
    for path in arguments.export:
        if path != STDOUT and path.suffix not in _ENDINGS:
            raise Mistake(f"--export {path} is not known: it must end with {' or '.join(_ENDINGS)}.")
        if path != STDOUT and os.path.realpath(path) == os.path.realpath(arguments.out):
            raise Mistake(f"--export {path} is the file of the sweep itself: it must be another one.")
        Output(f"--export {path}", [path], force=arguments.force)
    return [(path, _ENDINGS[".csv" if path == STDOUT else path.suffix]) for path in arguments.export]


def _opened(arguments: argparse.Namespace, given: dict[str, Any]) -> SweepFile:
    """The file of the sweep, held for writing: a new one, or with --resume the one that is there."""
    path: Path = arguments.out
    if arguments.resume and not SweepFile.is_blank(path):
        file = SweepFile.open(path, write=True)
        try:
            _check_same(file, given)
        except BaseException:
            file.close()
            raise
        return file
    # Everything is checked before the file is made.
    settings = completed(SweepSettings(**{**_DEFAULTS, **given}))
    steps = plan_of(settings).steps
    about = {
        **facts(settings.problem),
        "program": VERSION,
        "command": _command(arguments),
        "steps": str(steps),
        "images": json.dumps(image_facts(settings)),
    }
    Output(f"--out {path}", [path], force=True)
    if not SweepFile.is_blank(path):
        if not arguments.force:
            raise Mistake(f"{path} is there already: --resume goes on with it, --force writes over it.")
        SweepFile.open(path, write=True).close()  # nobody else writes it
        path.unlink()
    return SweepFile.create(path, settings, about)


_DEFAULTS: dict[str, Any] = {"alpha": Axis(0.01, 1.5, 30), "beta": Axis(0.0, 0.999, 30), "nu": Axis.at(1.0)}
_OPTIONS = {"origin": "from"}


def _command(arguments: argparse.Namespace) -> str:
    """The line that makes the same sweep again; folders by their names only, and nothing of how it was computed."""
    parts = ["sweep", arguments.problem]
    for name in ("alpha", "beta", "nu", "epochs", "batch", "origin", "seeds", "width", "l2"):
        if (text := getattr(arguments, name)) is not None:
            parts += [f"--{_OPTIONS.get(name, name)}", text]
    if arguments.data is not None:
        parts += ["--data", Path(arguments.data).name]
    return " ".join(parts)


def _given(arguments: argparse.Namespace) -> dict[str, Any]:
    """What the arguments say of the settings."""
    if arguments.problem not in PROBLEMS:
        raise Mistake(f"{arguments.problem} is no problem: it must be one of {', '.join(PROBLEMS)}.")
    given: dict[str, Any] = {"problem": arguments.problem}
    for name in ("alpha", "beta", "nu"):
        if (text := getattr(arguments, name)) is not None:
            given[name] = _axis(name, text)
    for name in ("batch", "seeds", "width"):
        if (text := getattr(arguments, name)) is not None:
            given[name] = whole(f"--{name}", text)
    for name in ("epochs", "l2"):
        if (text := getattr(arguments, name)) is not None:
            given[name] = number(f"--{name}", text)
    if arguments.origin is not None:
        given["origin"] = arguments.origin
    if arguments.data is not None:
        given["data"] = os.path.abspath(arguments.data)
    row = PROBLEMS[arguments.problem]
    for name, of_use in (("data", row.from_folder), ("l2", row.images)):
        if name in given and not of_use:
            raise Mistake(f"--{name} is of no use for {arguments.problem}: it must be left out.")
    return given


def _axis(name: str, text: str) -> Axis:
    parts = [part.strip() for part in text.replace("：", ":").split(":")]  # the colon of Japanese keyboards
    log = len(parts) == 4 and parts[3].lower() == "log"
    if len(parts) == 1:
        try:
            return Axis.at(number(f"--{name}", text))
        except Mistake:
            if not any(sign in text for sign in ",;[("):
                raise
    if len(parts) != 3 and not log:
        allowed = "a value, LOW:HIGH:CELLS, or LOW:HIGH:CELLS:log, such as 0.01:1.5:30"
        raise Mistake(f"--{name} {text} is no range: it must be {allowed}.")
    low, high = number(f"--{name}", parts[0]), number(f"--{name}", parts[1])
    return Axis(low, high, whole(f"--{name}", parts[2]), log)


def _check_same(file: SweepFile, given: dict[str, Any]) -> None:
    """Mistake where the sweep in the file is another one than the arguments ask for, or its images have changed."""
    there = file.settings
    for name, value in given.items():
        known = getattr(there, name)
        if value != known:
            option = "the problem" if name == "problem" else f"--{_OPTIONS.get(name, name)}"
            raise Mistake(
                f"{file.path} is a sweep with another value for {option}: {_words(known)}, not {_words(value)}."
            )
    check_images(file)


def _words(value: Any) -> str:
    if isinstance(value, Axis):
        ends = f"{plain(value.low)}:{plain(value.high)}:{value.count}" + ":log" * value.log
        return plain(value.low) if value.count == 1 else ends
    return plain(value) if isinstance(value, float) else str(value)


def _workers(arguments: argparse.Namespace) -> int:
    if arguments.workers is None:
        return usable_cores()
    workers = whole("--workers", arguments.workers)
    if not 1 <= workers <= 256:
        raise Mistake(f"--workers {arguments.workers} is not allowed: it must be from 1 to 256.")
    return workers


def _pool(arguments: argparse.Namespace) -> tuple[AbstractContextManager[Any], int]:
    """Where the jobs are done, and how many of them are given away at a time."""
    workers = _workers(arguments)
    if arguments.scheduler is None:
        return processes(workers), workers + 1
    return scheduler(arguments.scheduler), 1000


def _head(settings: SweepSettings) -> list[str]:
    plan = plan_of(settings)
    cells = " × ".join(str(count) for count in reversed(settings.shape) if count > 1)
    seeds = tr("{count} seeds", count=settings.seeds)
    words = {"cells": cells, "seeds": seeds, "steps": grouped(plan.steps), "batch": settings.batch}
    lines = [f"{settings.problem}: " + tr("{cells} cells × {seeds}, {steps} steps with batches of {batch}", **words)]
    images = image_facts(settings)
    return lines + [f"  {name}  MD5 {value}" for name, value in images.items()]


def _summary(result: SweepResult, seconds: float, before: float) -> list[str]:
    """How many cells, what the checkpoint reached, and the best cells."""
    settings, table = result.settings, cell_table(result)
    lines: list[str] = []
    if settings.origin == "checkpoint":
        lines.append(tr("Loss at the checkpoint: {loss}; the losses below are above it.", loss=f"{result.minimum:.6g}"))
    gone = int((table["diverged"] > 0).sum())
    lines.append(tr("{count} of {cells} cells diverged.", count=grouped(gone), cells=grouped(settings.cells)))
    losses = np.where(np.isfinite(table["mean"]), table["mean"], np.inf)
    order = np.argsort(losses, kind="stable")[: min(_BEST, int(np.isfinite(losses).sum()))]
    rows = [("α", "β", "ν", tr("loss"), tr("standard error"), tr("accuracy"))]
    for cell in order:
        accuracy, error = table["accuracy"][cell], table["standard_error"][cell]
        rows.append(
            (
                alpha_text(float(table["alpha"][cell])),
                share_text(float(table["beta"][cell]), 4),
                share_text(float(table["nu"][cell]), 3),
                scientific(float(losses[cell]), 3),
                scientific(float(error), 1) if np.isfinite(error) else "",
                f"{100 * accuracy:.1f} %" if np.isfinite(accuracy) else "",
            )
        )
    if len(rows) > 1:
        lines += aligned(rows)
    samples = settings.cells * settings.seeds * plan_of(settings).steps * settings.batch * (1 - before)
    rate = grouped(round(samples / max(seconds, 1e-9)))
    if before < 1:
        lines.append(tr("{seconds} s, {rate} settings × samples a second", seconds=f"{seconds:.1f}", rate=rate))
    return lines


class ProgressBar:
    """A Monitor: on a terminal one line that is written over, elsewhere a line for every tenth."""

    _WIDTH = 30

    def __init__(self, words: str = "") -> None:
        """`words`: what is done."""
        self.first = 0.0
        self._words = words
        self._remaining = RemainingTime()
        self._shown = -1

    def report(self, fraction: float) -> None:
        """Show it, and the time that is left if all goes on like this."""
        if self._shown < 0:
            self.first = fraction
        left = self._remaining.after(fraction, time.perf_counter())
        full = round(fraction * self._WIDTH)
        text = f"{self._words} [{'#' * full}{'.' * (self._WIDTH - full)}] {100 * fraction:.0f} %".lstrip()
        if left is not None:
            text += f"  {tr('{time} left', time=_duration(left))}"
        if sys.stderr.isatty() or int(10 * fraction) > self._shown:
            self._shown = int(10 * fraction)
            tell_progress(text)

    def cancelled(self) -> bool:
        """Never: Ctrl+C ends the process, and finished cells are kept."""
        return False

    def clear(self) -> None:
        """Make room on the terminal."""
        tell_progress("")

    def leave(self) -> str:
        """Make room; what is told of a sweep that is stopped."""
        self.clear()
        return tr("Finished cells are kept: --resume continues.")


def _duration(seconds: float) -> str:
    whole_seconds = round(seconds)
    minutes, rest = divmod(whole_seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
