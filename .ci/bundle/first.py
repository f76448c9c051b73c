"""What the bundle runs before anything else: until main.py hears signals by itself, they end the process at once.

Python would raise KeyboardInterrupt within PyInstaller's own beginning, which shows it as a defect, or loses it.
"""

from qhm_gui.commands.entry import end_when_told

end_when_told()
