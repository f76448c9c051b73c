"""Colours, type, icons and fonts."""

import qhm_gui.appearance.quick_imports  # before the first import of pyqtgraph  # noqa: F401
