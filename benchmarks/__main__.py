"""Run the benchmarks, all or those named, and print one table: `python -m benchmarks [NAME ...]`."""

import os

# Before the first import of NumPy and of Qt, as in main.py.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import importlib
import platform
import sys

from benchmarks import BENCHMARKS


def main(names: list[str]) -> None:
    unknown = [name for name in names if name not in BENCHMARKS]
    if unknown:
        sys.exit(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(BENCHMARKS)}.")
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}\n")
    rows = [("what", "measured", "goal")]
    for name in names or BENCHMARKS:
        rows += importlib.import_module(f"benchmarks.{name}").measure()
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())


if __name__ == "__main__":
    main(sys.argv[1:])
