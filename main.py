"""QHM Explorer. `python main.py` opens the window; `python main.py --help` tells the rest."""

import os
import signal
import sys

if __name__ == "__main__":  # a program that is stopped while it still imports has nothing to keep
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, lambda number, _frame: os._exit(128 + number))

import gc
import importlib.util
from pathlib import Path

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two BLAS threads stall each other (and the window)
gc.set_threshold(5_000, 10, 10)  # Python's own 700 looks through all that is imported again and again: 40 ms of a start

if __name__ == "__main__":
    if importlib.util.find_spec("PySide6") is None:  # a Python without our packages: take the one of `make run`
        own = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
        if not own.exists():
            sys.exit("QHM Explorer is not set up yet: `make run` installs what it needs and opens the window.")
        os.execv(own, [str(own), *sys.argv])

    from qhm_gui.commands.command_line import main
    from qhm_gui.commands.guard import guarded

    sys.exit(guarded(main, sys.argv[1:]))
