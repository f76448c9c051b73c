"""QHM Explorer. `python main.py` opens the window; `python main.py --help` tells the rest."""

import os
import sys

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before NumPy: two BLAS threads stall each other (and the window)

from qhm_gui.cli import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
