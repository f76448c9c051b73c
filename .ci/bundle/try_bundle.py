"""Try a bundle as somebody would who has no Python: with an empty PATH, or in a bare system.

    python3 .ci/bundle/try_bundle.py dist/qhm-explorer [--root FOLDER] [--keep FOLDER]

``--root`` is a system made by debootstrap: the bundle is copied into it and runs there, by chroot, which needs root.
``--keep`` is where its pictures go, to be looked at. Needs Xvfb for the window; says so and goes on without one.
``--start .venv/bin/python`` only compares its start, up to the painted window, with that of main.py by this Python.
``--parts`` only prints which part of it has how many MB.
"""

from __future__ import annotations

import argparse
import contextlib
import mmap
import re
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 7
DISPLAY = ":97"
SCREEN = (1600, 1000)
#: Bytes of the folder and of the archive beside it.
MOST_UNPACKED, MOST_PACKED = 180_000_000, 75_000_000
#: The rows of docs/bundle.md, and the names of their files: the first row that fits.
PARTS = {
    "ICU, by which Qt sorts, and its data": "libicu",
    "Qt's libraries and plugins, without those that nothing here needs": "^PySide6/Qt/",
    "PySide6, by which Python calls them": "^(PySide6|shiboken6)",
    "OpenBLAS and Fortran's libraries, by which NumPy does linear algebra": r"^numpy\.libs/",
    "NumPy": "^numpy",
    "Python and its library": r"^(libpython|python3|base_library)",
    "compiled Python of the program and of its packages": "^qhm-explorer$",
    "fonts, icons, data and recordings": "^(qhm_math/resources|share)/",
    "everything else: Pillow, SQLite, GLib, contourpy, libraries of X11": "",
}
#: Command, and what it must have written, with the least size of each.
COMMANDS: list[tuple[str, dict[str, int]]] = [
    ("--version", {}),
    ("--help", {}),
    ("figures 1a 4a --format pdf,svg,png --text text --out figures", {"figures/figure-1a.pdf": 20_000}),
    ("screenshots --theme light --size 1280x800 --out shots", {"shots/explore-light.png": 50_000}),
    ("screenshots --page good --theme dark --lang ja --out shots --force", {"shots/good-dark-ja.png": 50_000}),
    (
        "sweep softmax-digits --from checkpoint --alpha 0.05:0.5:2 --beta 0:0.9:2 --nu 1 --epochs 1 --workers 2 "
        "--out four.sweep --export four.csv",
        {"four.sweep": 1000, "four.csv": 200},
    ),
    ("choose --mu 0.1 --L 10 --noise 0.3 --steps 1000", {}),
    ("film 2-1 --view path --seconds 0.5 --fps 10 --size 640x360 --out run.gif", {"run.gif": 5000}),
    ("talk --lang ja --format html --out talk", {"talk/talk.html": 500_000}),
    ("export 1a --format svg,csv,npz --out export", {"export/figure-1a.npz": 1000}),
    ("probe --example --out write_probe.py", {"write_probe.py": 1000}),
]


class Bundle:
    """The program in a folder of its own, with nothing of this machine's Python or settings."""

    def __init__(self, folder: Path, root: Path | None, work: Path) -> None:
        self.work = (root or Path("/")) / work.relative_to("/")
        self.work.mkdir(parents=True, exist_ok=True)
        self._inside = work
        self._before = [] if root is None else [shutil.which("chroot") or "chroot", str(root)]
        if root is not None:
            target = root / "qhm-explorer"
            shutil.rmtree(target, ignore_errors=True)
            shutil.copytree(folder, target, symlinks=True)
            folder = Path("/qhm-explorer")
        self._program = folder.resolve() / "qhm-explorer"

    def start(self, arguments: list[str], **more: str) -> subprocess.Popen[str]:
        """The program with these arguments and an environment that names nothing."""
        own = {"HOME": str(self._inside), "LANG": "C.UTF-8", "PATH": "", **more}
        line = [str(self._program), *arguments]
        if self._before:  # chroot begins in the folder "/": the shell inside goes to that of the work
            line = [*self._before, "/bin/sh", "-c", f'cd "{self._inside}" && exec "$0" "$@"', *line]
        return subprocess.Popen(
            line, cwd=self.work, env=own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8"
        )

    def run(self, arguments: list[str]) -> tuple[int, str]:
        out, err = (process := self.start(arguments)).communicate(timeout=600)
        return process.returncode, out + err


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--root", type=Path)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--start", type=Path, metavar="PYTHON")
    parser.add_argument("--parts", action="store_true")
    options = parser.parse_args()
    if not (options.bundle / "qhm-explorer").exists():
        print(f"{options.bundle} holds no bundle: make bundle.")
        return 2
    if options.parts:
        print_parts(options.bundle)
        return 0
    with tempfile.TemporaryDirectory() as name:
        bundle = Bundle(options.bundle, options.root and options.root.resolve(), Path(name))
        if options.start:
            return compare_starts(bundle, [str(options.start.absolute()), str(ROOT / "main.py")])
        failed = [] if is_small(options.bundle) else ["the size"]
        failed += [line for line, files in COMMANDS if not passed(bundle, line, files)]
        if shutil.which("Xvfb") is None:
            print("no Xvfb: the window was not tried")
        elif not window_opens(bundle):
            failed.append("the window")
        if options.keep:
            options.keep.mkdir(parents=True, exist_ok=True)
            for file in bundle.work.rglob("*"):
                if file.suffix in (".png", ".pdf", ".svg", ".gif", ".html", ".csv"):
                    shutil.copy(file, options.keep)
    print("FAILED: " + "; ".join(failed) if failed else "the bundle works")
    return 1 if failed else 0


def is_small(folder: Path) -> bool:
    """Whether folder and archive are as small as they are meant to be."""
    sizes = [("unpacked", sum(file.lstat().st_size for file in folder.rglob("*")), MOST_UNPACKED)]
    if (archive := folder.with_name(f"{folder.name}.tar.xz")).exists():
        sizes.append(("packed", archive.stat().st_size, MOST_PACKED))
    good = all(size <= most for _, size, most in sizes)
    told = (f"{size / 1e6:.0f} MB {words} (at most {most / 1e6:.0f})" for words, size, most in sizes)
    print(f"{'ok' if good else 'NOT OK'}  {', '.join(told)}")
    return good


def print_parts(folder: Path) -> None:
    """What has how many MB, as docs/bundle.md says."""
    sizes = dict.fromkeys(PARTS, 0)
    for file in folder.rglob("*"):
        name = file.relative_to(folder).as_posix().removeprefix("_internal/")
        sizes[next(part for part, names in PARTS.items() if re.search(names, name))] += file.lstat().st_size
    for part, size in sizes.items():
        print(f"{size / 1e6:5.1f} MB  {part}")


def passed(bundle: Bundle, line: str, files: dict[str, int]) -> bool:
    began = time.monotonic()
    status, said = bundle.run(line.split())
    missing = [
        name for name, least in files.items()
        if not (bundle.work / name).is_file() or (bundle.work / name).stat().st_size < least
    ]  # fmt: skip
    good = status == 0 and not missing
    print(f"{'ok' if good else 'NOT OK'}  {time.monotonic() - began:5.1f} s  {line}", flush=True)
    if not good:
        print(f"exit status {status}; missing or too small: {missing}\n{said[-2000:]}")
    return good


def window_opens(bundle: Bundle) -> bool:
    """Whether the window paints itself on a screen, and ends as it should when it is told to."""
    with tempfile.TemporaryDirectory() as folder, screen(Path(folder)):
        process = bundle.start([], DISPLAY=DISPLAY)
        colours, deadline = 0, time.monotonic() + 120
        while colours < 200 and process.poll() is None and time.monotonic() < deadline:
            time.sleep(1)
            colours = picture(Path(folder) / "Xvfb_screen0", bundle.work / "window.png")
        time.sleep(8)  # until every card has its answer
        colours = picture(Path(folder) / "Xvfb_screen0", bundle.work / "window.png")
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    good = colours >= 200 and process.returncode == 143
    print(f"{'ok' if good else 'NOT OK'}  the window: {colours} colours, exit status {process.returncode}")
    if not good:
        print((out + err)[-2000:])
    return good


def compare_starts(bundle: Bundle, source: list[str]) -> int:
    """Print the ratio of the fastest starts; both run in turns, and the first of each does not count."""
    own = {"HOME": str(bundle.work), "LANG": "C.UTF-8", "PATH": "/usr/bin:/bin", "DISPLAY": DISPLAY}
    seconds: list[tuple[float, float]] = []
    with tempfile.TemporaryDirectory() as folder, screen(Path(folder)):
        dump = Path(folder) / "Xvfb_screen0"
        for _ in range(ROUNDS + 1):
            ours = until_painted(dump, lambda: bundle.start([], DISPLAY=DISPLAY))
            theirs = until_painted(dump, lambda: subprocess.Popen(source, env=own, cwd=bundle.work))
            seconds.append((ours, theirs))
    ours, theirs = (min(column) for column in zip(*seconds[1:], strict=True))
    print(f"start to painted window: {ours / theirs:.2f} × the start from source ({ours:.2f} s to {theirs:.2f} s)")
    return 0


def until_painted(dump: Path, start: Callable[[], subprocess.Popen[str]]) -> float:
    """Seconds until a window has painted more than a few colours. It is closed, and the screen is empty again."""
    with dump.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as shown:
        places = range(4096, len(shown) - 4, 4 * 997)

        def colours() -> int:
            return len({shown[place : place + 4] for place in places})

        empty, began = colours(), time.perf_counter()
        process = start()
        while colours() < empty + 10:
            if process.poll() is not None or time.perf_counter() - began > 120:
                raise SystemExit("no window was painted")
            time.sleep(0.005)
        seconds = time.perf_counter() - began
        process.send_signal(signal.SIGTERM)
        process.wait()
        while colours() > empty:
            time.sleep(0.02)
    return seconds


@contextlib.contextmanager
def screen(folder: Path) -> Iterator[None]:
    """An X server that keeps its screen in a file of ``folder``."""
    line = ["Xvfb", DISPLAY, "-screen", "0", "{}x{}x24".format(*SCREEN), "-fbdir", str(folder), "-nolisten", "tcp"]
    server = subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        time.sleep(2)
        yield
    finally:
        server.terminate()
        server.wait()


def picture(dump: Path, target: Path) -> int:
    """Write the screen, an XWD file, as PNG; how many colours it has."""
    content = dump.read_bytes()
    header = struct.unpack(">25I", content[:100])
    size, width, height, line, colours = header[0], header[4], header[5], header[12], header[19]
    begin = size + 12 * colours
    rows, seen = [], set()
    for y in range(height):
        row = content[begin + y * line : begin + y * line + 4 * width]
        bgr = bytearray(3 * width)
        bgr[0::3], bgr[1::3], bgr[2::3] = row[2::4], row[1::4], row[0::4]
        rows.append(b"\0" + bytes(bgr))
        seen.update(row[x : x + 3] for x in range(0, len(row), 16))

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"".join(rows), 6)) + chunk(b"IEND", b"")
    target.write_bytes(b"\x89PNG\r\n\x1a\n" + body)
    return len(seen)


if __name__ == "__main__":
    sys.exit(main())
