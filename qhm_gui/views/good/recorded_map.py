"""A recorded map: the loss of a model trained for every cell of a grid ([G] figure 3, second and third rows)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.curves import PlotCurve
from qhm_gui.canvas.heat_map import HeatMap
from qhm_gui.canvas.plot import Canvas
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, fixed, grouped, scientific
from qhm_gui.views.columns import Column, described
from qhm_gui.views.good.map_colours import LevelScale
from qhm_gui.views.shared.hatched_regions import HatchedRegion, rings_above
from qhm_gui.views.view import Chip, Option, Table, View
from qhm_math.experiments.recordings import Recorded, load_recording
from qhm_math.progress import Monitor

_WORDS = {"alpha": "*α*", "beta": "*β*", "nu": "*ν*"}
#: Losses beyond these shares of the cells are not told apart by colour.
_LEAST, _MOST = 0.02, 0.97


@dataclass(frozen=True)
class RecordedRequest:
    """Which recording."""

    recording: str


@dataclass(frozen=True, eq=False)
class RecordedResult:
    """It, as it was read."""

    request: RecordedRequest
    recorded: Recorded

    def scale(self) -> LevelScale:
        """Logarithmic, over nearly all cells."""
        known = self.recorded.mean[np.isfinite(self.recorded.mean) & (self.recorded.mean > 0)]
        low, high = (float(np.quantile(known, share)) for share in (_LEAST, _MOST))
        return LevelScale("log", float(f"{low:.2g}"), float(f"{max(high, 1.1 * low):.2g}"))


class RecordedMapView(View):
    """Map, colour bar, and condition (13) for the largest curvature at the checkpoint."""

    key = "recorded"
    title = "Loss of trained models"
    options = (Option("good.recorded"),)
    columns = described(
        {
            "loss": Column("mean loss above the checkpoint's, last half of the steps; empty where it diverged"),
            "standard_error": Column("standard error of the mean, from the seeds"),
            "accuracy": Column("share of right answers on the test images"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RecordedResult | None = None
        self._widget = QWidget()
        canvas = self._canvas = Canvas(style, Axis(0.0, 1.0), Axis(0.0, 1.0))
        self._map = canvas.add(HeatMap("ember"))
        self._map.set_smooth(False)  # cells that were trained one by one are no field
        self._veil = canvas.add(HatchedRegion())
        self._edge = canvas.add(PlotCurve("#FFFFFF", 2.0, casing=True))
        self._label = canvas.add(Label("", None, weight=600, anchor=(0.0, 0.5)))
        self._bar = ColourBar(style, "ember")
        row = QHBoxLayout(self._widget)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(canvas, 1)
        row.addWidget(self._bar, 0, Qt.AlignmentFlag.AlignRight)
        canvas.hovered.connect(self._hover)
        canvas.left.connect(lambda: self.said.emit(""))
        canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @staticmethod
    def request(state: State) -> RecordedRequest:
        return RecordedRequest(state.good.recorded)

    @staticmethod
    def compute(request: RecordedRequest, monitor: Monitor) -> Iterator[RecordedResult]:
        yield RecordedResult(request, load_recording(request.recording))

    @staticmethod
    def table(result: RecordedResult) -> Table:
        """Every cell."""
        found = result.recorded
        x, y = np.meshgrid(found.xs, found.ys)
        loss = np.where(np.isfinite(found.mean), found.mean, np.nan)
        columns: Table = {found.across: x.ravel(), "beta": y.ravel(), "loss": loss.ravel()}
        return columns | {"standard_error": found.standard_error.ravel(), "accuracy": found.accuracy.ravel()}

    def subtitle(self, state: State) -> str:
        found = load_recording(state.good.recorded)
        words = {"steps": grouped(found.steps), "seeds": found.settings.seeds}
        return tr("{steps} steps from the minimum, {seeds} seeds, light is low", **words)

    def chips(self, state: State) -> list[Chip]:
        return []

    def mark(self, state: State) -> None:
        """The point of the window is one of another problem."""

    def show(self, result: RecordedResult) -> None:
        self._result = result
        found, scale = result.recorded, result.scale()
        title = f"{tr('learning rate')} *α*" if found.across == "alpha" else f"{tr('momentum share')} *ν*"
        x = Axis(float(found.xs[0]), float(found.xs[-1]), title=title)
        self._canvas.set_axes(x, Axis(float(found.ys[0]), float(found.ys[-1]), title=f"{tr('momentum')} *β*"))
        loss = np.where(np.isfinite(found.mean), np.maximum(found.mean, scale.low / 10), np.nan)
        self._map.set_values(scale.unit(loss), (x.low, x.high), (float(found.ys[0]), float(found.ys[-1])))
        gone = np.where(np.isfinite(found.mean), -1.0, 1.0)
        self._veil.set_rings(rings_above(found.xs, found.ys, gone))
        self._bar.set_title(tr("loss"))
        self._bar.set_ticks(scale.ticks(loss))
        self._bar.set_cap(tr("diverges") if (gone > 0).any() else "")
        edge_x, edge_y = found.edge()
        self._edge.setData(edge_x, edge_y)
        known = np.flatnonzero(np.isfinite(edge_x))
        self._label.setVisible(bool(len(known)))
        if len(known):
            at = known[7 * len(known) // 10]
            self._label.set_text(tr("condition (13), *L* = {L}", L=alpha_text(found.sharpness)))
            self._label.set_position(float(edge_x[at]), float(edge_y[at]), dx=10)

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)
        self._bar.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    def _hover(self, x: float, y: float) -> None:
        if self._result is None:
            return
        found = self._result.recorded
        column, row = int(np.argmin(np.abs(found.xs - x))), int(np.argmin(np.abs(found.ys - y)))
        first = alpha_text(float(found.xs[column])) if found.across == "alpha" else fixed(float(found.xs[column]), 3)
        value, error = float(found.mean[row, column]), float(found.standard_error[row, column])
        loss = f"{scientific(value)} ± {scientific(error, 1)}" if np.isfinite(value) else tr("diverges")
        parts = [f"{_WORDS[found.across]} {first}", f"*β* {fixed(float(found.ys[row]), 3)}", f"{tr('loss')} {loss}"]
        accuracy = float(found.accuracy[row, column])
        if np.isfinite(accuracy):
            parts.append(f"{tr('accuracy')} {100 * accuracy:.1f}\u2009%")
        self.said.emit("   ".join(parts))
