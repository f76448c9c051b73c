"""The canvas is pyqtgraph's: who knows that library finds its words here, and each item of ours says why it exists."""

import ast
from pathlib import Path

import numpy as np
import pyqtgraph as pg
import pytest
from PySide6.QtWidgets import QGroupBox, QWidget

import qhm_gui.canvas
from qhm_gui.appearance.theme import Style
from qhm_gui.canvas import Axis, Canvas, ColourBar, Handle, HeatMap, Playhead, PlotCurve
from qhm_gui.canvas.errorbars import ErrorBars
from qhm_gui.views.compare.category_map import CategoryMap

FOLDER = Path(qhm_gui.canvas.__file__).parent
#: Bases that make a class an item of its own instead of one of pyqtgraph's.
OURS = {"PixelItem", "TextItem", "Field", "PointItem", "GraphicsObject", "QGraphicsItem", "Label"}


@pytest.fixture
def canvas(qtbot) -> Canvas:
    canvas = Canvas(Style(), Axis(0.1, 10, "log"), Axis(0, 1))
    qtbot.addWidget(canvas)
    canvas.resize(400, 300)
    return canvas


def test_a_canvas_is_a_plot_widget(canvas: Canvas):
    assert issubclass(Canvas, pg.PlotWidget)
    assert canvas.getPlotItem() is canvas.plot_item and canvas.getViewBox() is canvas.vb
    assert isinstance(canvas.vb, pg.ViewBox) and isinstance(canvas.plot_item.getAxis("left"), pg.AxisItem)


def test_the_form_behind_pyqtgraphs_menu_is_made_when_it_is_wanted(canvas: Canvas):
    """It is sixty widgets a plot, which Qt would lay out and polish with the window."""
    canvas.show()
    assert not canvas.findChildren(QGroupBox) and len(canvas.findChildren(QWidget)) < 8  # scroll bars and viewport
    plot, left = canvas.plot_item, canvas.plot_item.getAxis("left")
    line = plot.plot([1.0, 10.0, 100.0], [1.0, 10.0, 100.0])
    plot.setLogMode(y=True)
    _, y = line.getData()
    assert left.logMode and y is not None and y.tolist() == [0, 1, 2]
    plot.setLogMode(y=False)
    plot.showGrid(y=True, alpha=1.0)
    plot.setDownsampling(ds=2, auto=False, mode="peak")
    plot.setClipToView(True)
    assert left.grid == 255 and plot.downsampleMode() == (2, False, "peak") and line.opts["clipToView"]
    kept = plot.saveState()
    plot.showGrid(y=False)
    assert left.grid is False
    plot.restoreState(kept)
    assert left.grid == 255
    assert not any(box.isVisible() for box in canvas.findChildren(QGroupBox))


def test_an_axis_title_of_pyqtgraphs_is_laid_out_where_there_is_one(canvas: Canvas):
    axis = canvas.plot_item.getAxis("right")
    assert not axis.label.toPlainText()
    axis.setLabel("power", units="W")
    axis.showLabel()
    canvas.plot_item.showAxis("right")
    canvas.show()
    axis.setRange(0, 5000)
    assert axis.label.toPlainText().strip() == "power (kW)"


def test_the_view_range_is_in_axis_coordinates(canvas: Canvas):
    across, up = canvas.vb.viewRange()
    assert across == pytest.approx([-1, 1]) and up == pytest.approx([0, 1])
    canvas.vb.setRange(xRange=(-0.5, 0.5), yRange=(0.25, 0.75), padding=0)
    assert canvas.visible_range() == pytest.approx((10**-0.5, 10**0.5, 0.25, 0.75))


def test_a_curve_gives_back_its_data(canvas: Canvas):
    line = canvas.add(PlotCurve("qhm"))
    assert isinstance(line, pg.PlotCurveItem)
    line.setData([0.1, 1, 10], [0, np.nan, 1])
    x, y = line.getData()
    assert x is not None and y is not None
    assert x.tolist() == [0.1, 1, 10] and y[0] == 0 and np.isnan(y[1]) and y[2] == 1
    with pytest.raises(ValueError, match="as many x as y"):
        line.setData([1, 2], [1])


def test_a_map_is_an_image_of_256_levels(canvas: Canvas):
    heat = canvas.add(HeatMap("tide"))
    heat.set_values([[0.0, 0.5], [1.0, np.nan]], (0.1, 10), (0, 1))
    assert isinstance(heat, pg.ImageItem)
    assert heat.image is not None
    assert heat.image.tolist() == [[0, 128], [255, 255]]


def test_a_handle_is_a_target_in_the_coordinates_of_the_view(canvas: Canvas):
    handle = canvas.add(Handle("qhm"))
    assert isinstance(handle, pg.TargetItem)
    handle.set_position(10, 0.5)
    assert (handle.pos().x(), handle.pos().y()) == pytest.approx((1, 0.5))
    canvas.set_axes(x=Axis(0.1, 20))
    assert (handle.pos().x(), handle.pos().y()) == pytest.approx((10, 0.5))


def test_a_playhead_is_an_infinite_line(canvas: Canvas):
    canvas.set_axes(x=Axis(0, 100))
    head = canvas.add(Playhead())
    head.set_position(64)
    assert isinstance(head, pg.InfiniteLine) and head.value() == 64


def test_bars_and_kinds_are_pyqtgraphs(qtbot):
    assert issubclass(ErrorBars, pg.ErrorBarItem) and issubclass(CategoryMap, pg.ImageItem)
    bar = ColourBar(Style(), "tide", "*R*")
    qtbot.addWidget(bar)
    assert isinstance(bar.bar, pg.ColorBarItem) and isinstance(bar, pg.PlotWidget)


def own_items(source: Path) -> list[str]:
    """The classes of a file that draw without an item of pyqtgraph for their kind of thing."""
    tree = ast.parse(source.read_text(encoding="utf-8"))
    return [
        node.name
        for node in tree.body
        if isinstance(node, ast.ClassDef)
        and any(getattr(base, "id", getattr(base, "attr", "")) in OURS for base in node.bases)
    ]


def test_each_file_with_an_item_of_ours_says_what_pyqtgraph_lacks():
    files = {source.name: source for source in sorted(FOLDER.glob("*.py")) if own_items(source)}
    assert {"markers.py", "text.py", "regions.py", "label_placement.py"} <= set(files)
    for name, source in files.items():
        first = source.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith('"""') and len(first) <= 120, name
        assert "pg." in first or "pyqtgraph" in first, f"{name}: {first}"
