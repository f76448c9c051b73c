"""pg.PlotItem without its menu: that makes some sixty hidden widgets a plot, which Qt then lays out and polishes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary

import pyqtgraph as pg
from pyqtgraph.graphicsItems.PlotItem.plotConfigTemplate_generic import Ui_Form
from pyqtgraph.WidgetGroup import WidgetGroup
from PySide6.QtWidgets import QGraphicsGridLayout, QSizePolicy, QWidget

#: Method of pg.PlotItem: the signals of its form that call it.
_CALLED_BY = {
    "updateAlpha": ("alphaGroup.toggled", "alphaSlider.valueChanged", "autoAlphaCheck.toggled"),
    "updateGrid": ("xGridCheck.toggled", "yGridCheck.toggled", "gridAlphaSlider.valueChanged"),
    "updateSpectrumMode": ("fftCheck.toggled",),
    "updateSubtractMeanMode": ("subtractMeanCheck.toggled",),
    "updateLogMode": ("logXCheck.toggled", "logYCheck.toggled"),
    "updateDerivativeMode": ("derivativeCheck.toggled",),
    "updatePhasemapMode": ("phasemapCheck.toggled",),
    "updateDownsampling": (
        "downsampleSpin.valueChanged",
        "downsampleCheck.toggled",
        "autoDownsampleCheck.toggled",
        "subsampleRadio.toggled",
        "meanRadio.toggled",
        "clipToViewCheck.toggled",
    ),
    "avgToggled": ("averageGroup.toggled",),
    "_handle_max_traces_toggle": ("maxTracesCheck.toggled",),
    "updateDecimation": ("forgetTracesCheck.toggled", "maxTracesSpin.valueChanged"),
}
_GROUPS = ("transformGroup", "decimateGroup", "averageGroup", "alphaGroup", "gridGroup", "pointsGroup")


class QuietAxis(pg.AxisItem):
    """pg.AxisItem that lays out its title, which is HTML, where it has one: not at each change of range."""

    def _updateLabel(self) -> None:
        if self.labelText or self.labelUnits:
            super()._updateLabel()


class QuietTitle(pg.LabelItem):
    """pg.LabelItem that lays out its text, which is HTML, where it has one."""

    def setText(self, text: str, **args: Any) -> None:
        """Set the text and its style."""
        if text or getattr(self, "text", ""):
            super().setText(text, **args)
        else:
            self.text = text
            self.opts.update(args)


class Plot(pg.PlotItem):
    """pg.PlotItem without menu and buttons.

    The form behind the menu also holds what ``setLogMode``, ``showGrid``, ``setDownsampling`` and others set: it is
    made when one of them is called, or a pg.PlotDataItem is added.
    """

    def __init__(self, viewBox: pg.ViewBox | None = None, axisItems: Mapping[str, pg.AxisItem] | None = None) -> None:
        pg.GraphicsWidget.__init__(self)  # what pg.PlotItem's own does besides follows here
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.autoBtn = self.ctrlMenu = self.legend = self.fileDialog = None
        self.buttonsHidden, self.mouseHovering = True, False
        self.alpha, self.autoAlpha, self.spectrumMode = 1.0, True, False
        self.items, self.curves, self.dataItems = [], [], []
        self.paramList, self.avgCurves, self.itemMeta = {}, {}, WeakKeyDictionary()
        self.avgPen, self.avgShadowPen = pg.mkPen((0, 200, 0)), pg.mkPen((0, 0, 0), width=4)
        self.vb = viewBox or pg.ViewBox(parent=self, enableMenu=False)
        self.setMenuEnabled(False)
        for name in ("sigRangeChanged", "sigXRangeChanged", "sigYRangeChanged", "sigRangeChangedManually"):
            getattr(self.vb, name).connect(getattr(self, name))
        self.layout: Any = QGraphicsGridLayout()
        self.layout.setContentsMargins(1, 1, 1, 1)
        self.layout.setSpacing(0)
        self.setLayout(self.layout)
        self.layout.addItem(self.vb, 2, 1)
        self.axes = {}
        given = dict(axisItems or {})
        for name in ("left", "bottom", "right", "top"):
            given.setdefault(name, QuietAxis(name))
        self.setAxisItems(given)
        self.titleLabel = QuietTitle("", size="11pt", parent=self)
        self.layout.addItem(self.titleLabel, 0, 1)
        self.setTitle(None)
        for row in range(4):
            self.layout.setRowPreferredHeight(row, 0)
            self.layout.setRowMinimumHeight(row, 0)
            self.layout.setRowStretchFactor(row, 100 if row == 2 else 1)
        for column in range(3):
            self.layout.setColumnPreferredWidth(column, 0)
            self.layout.setColumnMinimumWidth(column, 0)
            self.layout.setColumnStretchFactor(column, 100 if column == 1 else 1)
        for name in ("right", "top"):
            self.hideAxis(name)

    def updateButtons(self) -> None:
        """Nothing: there are none."""

    @cached_property
    def ctrl(self) -> Any:
        """pyqtgraph's form, hidden."""
        form: Any = Ui_Form()
        holder = QWidget(self.getViewWidget())
        form.setupUi(holder)
        holder.hide()
        for method, signals in _CALLED_BY.items():
            for signal in signals:
                attrgetter(signal)(form).connect(getattr(self, method))
        form.avgParamList.itemClicked.connect(self.avgParamListClicked)
        return form

    @cached_property
    def stateGroup(self) -> WidgetGroup:
        """What :meth:`saveState` keeps of it."""
        group = WidgetGroup()
        for name in _GROUPS:
            group.autoAdd(getattr(self.ctrl, name))
        return group
