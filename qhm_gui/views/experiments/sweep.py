"""A sweep that is trained before the eyes: the loss of a model for every cell of a grid over two of (α, β, ν)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.markers import Head
from qhm_gui.state.options.experiments import SWEPT, ExperimentsOptions
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.sweep_map_view import SweepMapView, map_table
from qhm_gui.views.view import Option, Table
from qhm_math.data import DataError
from qhm_math.experiments import Axis, SweepMap, SweepSettings, make_task, map_of, sweep_in_memory
from qhm_math.progress import Monitor

log = logging.getLogger("qhm")
_BATCH = 128
_HIGHEST_BETA = 0.99


@dataclass(frozen=True)
class SweepRequest:
    """A sweep of one epoch, and how many steps it is to have instead: an epoch is known when the data are read."""

    settings: SweepSettings
    steps: int


@dataclass(frozen=True, eq=False)
class SweepMapResult:
    """What is known of the map so far; None where there are no data to train on."""

    request: SweepRequest
    found: SweepMap | None


def sweep_request(options: ExperimentsOptions) -> SweepRequest:
    """What the options say of the sweep."""
    cells, axis = options.sweep_cells, Axis.at
    high, alpha = next((high, alpha) for key, _, high, alpha in SWEPT if key == options.sweep_problem)
    high, alpha = options.sweep_alpha_high or high, options.sweep_alpha or alpha
    over_alpha = options.sweep_axes == "alpha-beta"
    settings = SweepSettings(
        options.sweep_problem,
        Axis(high / cells, high, cells) if over_alpha else axis(alpha),
        Axis(0.0, _HIGHEST_BETA, cells),
        axis(options.sweep_nu) if over_alpha else Axis(0.0, 1.0, cells),
        epochs=1.0,
        batch=_BATCH,
        seeds=options.sweep_seeds,
        origin=options.sweep_origin,
    )
    return SweepRequest(settings, options.sweep_steps)


class SweepView(SweepMapView):
    """The map, which fills while it is trained. A click on a cell takes its α, β and ν over."""

    key = "sweep"
    title = "Loss of trained models"
    options = (Option("experiments.sweep_problem"), Option("experiments.sweep_axes"))
    columns = described(
        {
            **SweepMapView.columns,
            "loss": Column("mean loss in the end, above the checkpoint's if there is one; empty where it diverged"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._state = State()
        self._here = self._canvas.add(Head(METHOD_LOOKS["qhm"].shape, "qhm"))
        self._canvas.clicked.connect(self._take)

    @staticmethod
    def request(state: State) -> SweepRequest:
        return sweep_request(state.experiments)

    @staticmethod
    def compute(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
        try:
            task = make_task(request.settings)
            settings = replace(request.settings, epochs=request.steps / task.steps_in_epoch(_BATCH))
            for result in sweep_in_memory(settings, monitor):
                yield SweepMapResult(request, map_of(result))
        except DataError as error:
            log.error("%s", error, exc_info=error)
            yield SweepMapResult(request, None)

    @staticmethod
    def table(result: SweepMapResult) -> Table:
        return map_table(result.found) if result.found is not None else {}

    def subtitle(self, state: State) -> str:
        steps = grouped(state.experiments.sweep_steps)
        if state.experiments.sweep_origin == "checkpoint":
            return tr("{steps} steps from the minimum, light is low", steps=steps)
        return tr("{steps} steps from the initial weights, light is low", steps=steps)

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._result is None or self._result.found is not None:
            return None
        file = tr("The file {file} is missing or damaged: install QHM Explorer again.", file="digits.npz")
        return tr("There are no digits to train on"), file

    def show(self, result: SweepMapResult) -> None:
        before = self.empty(self._state)
        self._result = result
        if result.found is not None:
            self._draw(result.found)
            self.mark(self._state)
        if before != self.empty(self._state):
            self.turned.emit()

    def mark(self, state: State) -> None:
        """The current point, where it is one of the map."""
        self._state, found, point = state, self._found, state.point
        self._here.setVisible(False)
        if found is None:
            return
        over_alpha = found.across == "alpha"
        x, other = (point.alpha, point.nu) if over_alpha else (point.nu, point.alpha)
        kept = found.settings.nu if over_alpha else found.settings.alpha
        y = float(point.beta)
        inside = found.xs[0] <= x <= found.xs[-1] and found.ys[0] <= y <= found.ys[-1]
        if inside and np.isclose(float(other), kept.low, rtol=1e-3):
            self._here.set_shape(METHOD_LOOKS[state.active].shape)
            self._here.set_color(state.active)
            self._here.set_position(float(x), y)
            self._here.setVisible(True)

    def _take(self, x: float, y: float) -> None:
        """A click on a cell."""
        if self._found is not None:
            self.edited.emit({"tie": "free", **self._cell(self._found, x, y)[1]})
