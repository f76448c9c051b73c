"""Colours, type, icons and fonts."""

import qhm_gui.appearance.quick_signatures  # before the first import of PySide  # noqa: I001
import qhm_gui.appearance.quick_imports  # before the first import of pyqtgraph  # noqa: F401
