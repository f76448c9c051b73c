"""What every start of the program does first: `python main.py`, the command `qhm-explorer`, the bundle.

Imports nothing that takes long: a program that is stopped while it still imports has nothing to keep.
"""

from __future__ import annotations

import _signal as signal  # pyright: ignore[reportMissingImports]  # `signal` first makes enums: Ctrl+C may come meanwhile
import gc
import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two BLAS threads stall each other (and the window)
gc.set_threshold(200_000)  # what is imported is no garbage; make_application sets what holds from then on


def run() -> int:
    """Do what the command line asks for; the exit status."""
    _be_a_worker()
    end_when_told()

    import qhm_gui.commands.quick_dataclasses  # before the first dataclass  # noqa: F401
    from qhm_gui.commands.command_line import main
    from qhm_gui.commands.guard import guarded

    return guarded(main, sys.argv[1:])


def end_when_told() -> None:
    """End at once at Ctrl+C and SIGTERM, with the exit status of a shell, until the guard takes over."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: os._exit(128 + number))


def _be_a_worker() -> None:
    """In a bundle the workers of a sweep are this same program: do what a worker does, and do not come back."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()
