"""How things are drawn: a canvas with axes, and the items that stand on it."""

from qhm_gui.canvas.axes import Axis
from qhm_gui.canvas.canvas import Canvas
from qhm_gui.canvas.colourbar import ColourBar
from qhm_gui.canvas.contours import ContourField, HatchRegion, HeatMap, Isolines, Region
from qhm_gui.canvas.handle import Crosshair, Handle
from qhm_gui.canvas.hover import nearest_step, nearest_vertex
from qhm_gui.canvas.item import Item, Layer
from qhm_gui.canvas.labels import (
    Departure,
    Departures,
    EndLabels,
    Label,
    Playhead,
    ScaleBar,
    Tooltip,
)
from qhm_gui.canvas.lines import Band, Polyline
from qhm_gui.canvas.markers import Head, MinimumMark, OptimumStar, StepDots, shape_path

__all__ = [
    "Axis",
    "Band",
    "Canvas",
    "ColourBar",
    "ContourField",
    "Crosshair",
    "Departure",
    "Departures",
    "EndLabels",
    "Handle",
    "HatchRegion",
    "Head",
    "HeatMap",
    "Isolines",
    "Item",
    "Label",
    "Layer",
    "MinimumMark",
    "OptimumStar",
    "Playhead",
    "Polyline",
    "Region",
    "ScaleBar",
    "StepDots",
    "Tooltip",
    "nearest_step",
    "nearest_vertex",
    "shape_path",
]
