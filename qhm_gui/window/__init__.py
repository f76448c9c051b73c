"""The window and what it is put together from."""

import qhm_gui.appearance  # before the first import of PySide  # noqa: F401
