"""What a figure can leave out: what shows where somebody's point is belongs to the window, seldom to a slide."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QWidget

from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.crosshair import CrosshairLine, Playhead, StepChip
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label


def hide_layers(parts: Sequence[QWidget], hidden: frozenset[str]) -> None:
    """Take layers away from the parts of a view; what stands at the mouse is never part of a figure."""
    for canvas in (part for part in parts if isinstance(part, Canvas)):
        items = canvas.items_shown
        starts = [item.position for item in items if isinstance(item, Handle) and item.kind == "start"]
        for item in items:
            if isinstance(item, Tooltip) or _layer(item, starts) in hidden:
                item.setVisible(False)
    if "point" in hidden:
        for bar in (part for part in parts if isinstance(part, ColourBar)):
            bar.set_needle(None)


def _layer(item: Any, starts: list[tuple[float, float]]) -> str:
    if isinstance(item, Handle):
        return "start" if item.kind == "start" else "point"
    if isinstance(item, Label) and item.position in starts:
        return "start"
    if isinstance(item, (Playhead, StepChip)):
        return "playhead"
    return "point" if isinstance(item, CrosshairLine) else ""
