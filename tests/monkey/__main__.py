"""``python -m tests.monkey --seed S --actions N``: a monkey plays with the window, offscreen.

It presses, drags, types, opens, exports, turns pages, holds talks, closes and opens the window again. After every act:
no exception, no warning of Python's or Qt's, no moment of more than half a second in which the window's thread worked
without looking at events (its own processor time: what the machine does besides does not count), a state that goes
through a session and keeps its own rules, a panel that shows it. Memory is flat after a warm-up.

What fails is played again in fresh processes with fewer and fewer acts, and the shortest row that still fails is
printed as a command. The acts are rows in ``rows.py``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.monkey.shrink import shortest

ROOT = Path(__file__).resolve().parents[2]
Steps = list[tuple[str, int]]
#: Making it shorter ends after so many seconds.
_SHRINK_S = 900.0


def main(arguments: list[str]) -> int:
    """0, or 1 with the fault and the shortest row of acts that leads to it."""
    parser = argparse.ArgumentParser(prog="python -m tests.monkey", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--actions", type=int, default=1000)
    parser.add_argument("--epoch", type=int, default=500, help="measure the memory every so many actions")
    parser.add_argument("--frozen", type=float, default=0.5, help="seconds of work that are a frozen moment")
    parser.add_argument("--go-on", action="store_true", help="after a fault; nothing is made shorter")
    parser.add_argument("--replay", metavar="ACTS", help="key:seed, in spaces, or a file of them")
    parser.add_argument("--no-shrink", action="store_true")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.child is not None:
        return _play(options)
    folder = Path(tempfile.mkdtemp(prefix="monkey-"))
    journal = folder / "journal"
    if options.replay:
        text = Path(options.replay).read_text() if Path(options.replay).is_file() else options.replay
        steps = _read(text)
        found = _in_child(options, folder, steps)
    else:
        steps, found = [], _in_child(options, folder, None)
    if found == "":
        return 0
    steps = steps or _read(journal.read_text())
    print(f"seed {options.seed}, {len(steps)} acts: {found}", flush=True)
    if options.go_on or options.no_shrink:
        return 1
    end = time.monotonic() + _SHRINK_S

    def fails(some: Steps) -> bool:
        print(f"  {len(some)} acts?", file=sys.stderr, flush=True)
        return time.monotonic() < end and _in_child(options, folder, some, quiet=True) == found

    short = shortest(steps, fails)
    print(f"The shortest row that still fails ({len(short)} acts):")
    print(f'  python -m tests.monkey --replay "{_text(short)}"')
    return 1


def _read(text: str) -> Steps:
    pairs = (word.rpartition(":") for word in text.split())
    return [(key, int(seed)) for key, _, seed in pairs]


def _text(steps: Steps) -> str:
    return " ".join(f"{key}:{seed}" for key, seed in steps)


def _in_child(options: argparse.Namespace, folder: Path, steps: Steps | None, *, quiet: bool = False) -> str:
    """The signature of the first fault of a run in a process of its own; '' for none."""
    home = Path(tempfile.mkdtemp(dir=folder))
    line = [sys.executable, "-X", "faulthandler", "-m", "tests.monkey", "--child", str(home)]
    line += [f"--seed={options.seed}", f"--actions={options.actions}", f"--epoch={options.epoch}"]
    line += [f"--frozen={options.frozen}", *(["--go-on"] if options.go_on else [])]
    if steps is not None:
        (home / "steps").write_text(_text(steps))
        line += ["--replay", str(home / "steps")]
    environment = {
        **os.environ,
        **{f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "DATA", "CACHE", "STATE")},
        "HOME": str(home), "TMPDIR": str(home), "QT_QPA_PLATFORM": "offscreen", "OPENBLAS_NUM_THREADS": "1",
    }  # fmt: skip
    environment.pop("XDG_DOCUMENTS_DIR", None)
    output = subprocess.DEVNULL if quiet else None
    status = subprocess.run(line, cwd=ROOT, env=environment, stdout=output, stderr=output, check=False).returncode
    if (home / "journal").exists():
        (folder / "journal").write_text((home / "journal").read_text())
    if status == 0:
        return ""
    found = (home / "fault").read_text() if (home / "fault").exists() else ""
    return found or f"the process ended with {status}"


def _play(options: argparse.Namespace) -> int:
    import qhm_gui.commands.entry  # noqa: F401  (Python's collector comes as often as in the program)
    from tests.monkey.monkey import Monkey
    from tests.monkey.watch import Watch, growth

    home: Path = options.child
    steps = _read(Path(options.replay).read_text()) if options.replay else None
    with (home / "journal").open("w", buffering=1) as journal:
        monkey = Monkey(
            home,
            seed=options.seed,
            actions=options.actions,
            steps=steps,
            watch=Watch(options.frozen),
            epoch=options.epoch,
            go_on=options.go_on,
            told=lambda line: print(line, flush=True),
            journal=lambda key, seed: print(f"{key}:{seed}", file=journal),
        )
        began = time.monotonic()
        monkey.run()
    more = growth(monkey.memory)
    found = [fault for _, _, fault in monkey.faults] + ([more] if more else [])
    kinds = {fault.signature: fault for fault in found}
    print(
        f"seed {options.seed}: {monkey.done} actions in {time.monotonic() - began:.0f} s, {len(kinds)} kinds of fault"
    )
    for name, longest in monkey.watch.longest.most_common(5):
        print(f"  longest work of the window's thread: {longest} ms, {name}")
    for signature in kinds:
        times = sum(fault.signature == signature for fault in found)
        print(f"  {times} × {signature[:200]}")
    if found:
        (home / "fault").write_text(found[0].signature)
    sys.stdout.flush()
    os._exit(bool(found))  # what is left of Qt is not ours to end in order


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
