"""How things are drawn: pyqtgraph's plots and items in the look of this program, and the few items it lacks."""

from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.chips import Tooltip
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.contours import ContourField
from qhm_gui.canvas.crosshair import Crosshair, Playhead
from qhm_gui.canvas.curve_labels import CurveLabel, CurveLabels
from qhm_gui.canvas.curves import Band, PlotCurve
from qhm_gui.canvas.handle import Handle
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.isolines import Isolines
from qhm_gui.canvas.item import InPixels, PixelItem
from qhm_gui.canvas.markers import Head, MinimumMark, OptimumStar, StepDots
from qhm_gui.canvas.offer import Offer
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.regions import Region, UnstableRegion
from qhm_gui.canvas.text import EndLabels, Label, ScaleBar

__all__ = [
    "Axis",
    "Band",
    "Canvas",
    "ColourBar",
    "ContourField",
    "Crosshair",
    "CurveLabel",
    "CurveLabels",
    "EndLabels",
    "Handle",
    "Head",
    "HeatMap",
    "InPixels",
    "Isolines",
    "Label",
    "MinimumMark",
    "Offer",
    "OptimumStar",
    "PixelItem",
    "Playhead",
    "PlotCurve",
    "Region",
    "ScaleBar",
    "StepDots",
    "Tooltip",
    "UnstableRegion",
]
