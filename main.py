"""QHM Explorer. `python main.py` opens the window; `python main.py --help` tells the rest."""

import sys

from qhm_gui.commands.entry import end_when_told, run

if __name__ == "__main__":
    end_when_told()

    import importlib.util
    import os
    from pathlib import Path

    if importlib.util.find_spec("PySide6") is None:  # a Python without our packages: take the one of `make run`
        own = Path(__file__).resolve().parent / ".venv" / "bin" / "python"
        if not own.exists():
            sys.exit("QHM Explorer is not set up yet: `make run` installs what it needs and opens the window.")
        os.execv(own, [str(own), *sys.argv])

    sys.exit(run())
