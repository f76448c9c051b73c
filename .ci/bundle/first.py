"""What the bundle runs before anything else: until main.py hears signals by itself, they end the process at once.

Python would raise KeyboardInterrupt within PyInstaller's own beginning, which shows it as a defect, or loses it.
"""

import os
import signal

for number in (signal.SIGINT, signal.SIGTERM):
    if signal.getsignal(number) != signal.SIG_IGN:  # it is ignored under nohup
        signal.signal(number, lambda number, _frame: os._exit(128 + number))
