"""What the window shows: one frozen value, and the one place where it changes."""

from qhm_gui.state.state import State, changed

__all__ = ["State", "changed"]
