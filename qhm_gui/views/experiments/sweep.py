"""A sweep that is trained before the eyes: the loss of a model for every cell of a grid over two of (α, β, ν)."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace

import numpy as np
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, Style
from qhm_gui.canvas.markers import Head
from qhm_gui.canvas.text import Label
from qhm_gui.state.options.experiments import SWEPT, ExperimentsOptions
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, scientific
from qhm_gui.text.resource_words import no_digits_words
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.level_scale import LevelScale
from qhm_gui.views.shared.sweep_map_view import (
    Floats,
    SweepMapPicture,
    SweepMapView,
    error_words,
    map_table,
    scale_of,
)
from qhm_gui.views.shared.two_canvases import Pair
from qhm_gui.views.view import Option, Table
from qhm_math.data import DataError
from qhm_math.experiments import (
    Axis,
    SweepMap,
    SweepSettings,
    as_map,
    expected_cells,
    forget_sweep,
    known_sweep,
    local_noise_of,
    make_task,
    map_of,
    sweep_in_memory,
)
from qhm_math.progress import Cancelled, Monitor

log = logging.getLogger("qhm")
_BATCH = 128
_HIGHEST_BETA = 0.99
#: A colour bar with its numbers, in pixels.
_ROOM_OF_BAR = 110.0


@dataclass(frozen=True)
class SweepRequest:
    """A sweep of one epoch, and how many steps it is to have instead: an epoch is known when the data are read.

    ``paused``: no more cells are trained.
    """

    settings: SweepSettings
    steps: int
    paused: bool = False

    def full(self) -> SweepSettings:
        """The settings with all steps. DataError where there are no data."""
        return replace(self.settings, epochs=self.steps / make_task(self.settings).steps_in_epoch(_BATCH))


@dataclass(frozen=True, eq=False)
class SweepMapResult:
    """What is known of the map so far; None where there are no data to train on.

    ``expected``: what theory expects of each cell and its standard error, (ys, xs); None before it is known, and where
    there is no theory. ``waits``: it is paused, and nothing is known of it.
    """

    request: SweepRequest
    found: SweepMap | None
    expected: tuple[Floats, Floats] | None = None
    waits: bool = False

    @property
    def finished(self) -> bool:
        """Whether no cell is left to be trained."""
        return not self.waits and (self.found is None or not np.isnan(self.found.mean).any())


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
    return SweepRequest(settings, options.sweep_steps, options.sweep_paused)


def _name() -> Label:
    """What a map shows, in its corner."""
    return Label("", "text", weight=600, anchor=(0.0, 0.0))


class SweepView(SweepMapView):
    """The map, which fills while it is trained. A click on a cell takes its α, β and ν over."""

    key = "sweep"
    title = "Loss of trained models"
    options = (Option("experiments.sweep_axes"), Option("experiments.sweep_beside"))
    columns = described(
        {
            **SweepMapView.columns,
            "loss": Column("mean loss in the end, above the checkpoint's if there is one; empty where it diverged"),
            "expected": Column("prediction of theory for loss, from curvatures and noise measured at the checkpoint"),
            "expected_error": Column("its standard error, from the sample of images"),
        }
    )
    plays = True

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._state = State()
        self._theory = SweepMapPicture(style)
        self._names = [picture.canvas.add(_name()) for picture in (self._picture, self._theory)]
        self._heads = [picture.canvas.add(Head("diamond", "qhm")) for picture in (self._picture, self._theory)]
        self._widget = Pair(self._picture.widget, self._theory.widget, aspect=1.2, bar=_ROOM_OF_BAR)
        self._theory.widget.hide()
        self._hearken(self._theory.canvas)
        for canvas in (self._canvas, self._theory.canvas):
            canvas.clicked.connect(self._take)

    @property
    def widget(self) -> QWidget:
        return self._widget

    @staticmethod
    def request(state: State) -> SweepRequest:
        return sweep_request(state.experiments)

    @staticmethod
    def compute(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
        try:
            settings = request.full()
            sweep = sweep_in_memory(settings, monitor)
            if request.paused:
                known = known_sweep(settings)
                if known is None:
                    yield SweepMapResult(request, None, waits=True)
                    return
                sweep = iter([known])
            expected = None
            for result in sweep:
                found = map_of(result)
                yield SweepMapResult(request, found, expected)
                noise = local_noise_of(settings, monitor) if expected is None else None
                if noise is not None:  # after the first cells, which are to be seen at once
                    mean, error = expected_cells(settings, noise, monitor)
                    expected = as_map(settings, mean), as_map(settings, error)
                    yield SweepMapResult(request, found, expected)
        except DataError as error:
            log.error("%s", error, exc_info=error)
            yield SweepMapResult(request, None)
        except Cancelled:
            return

    @staticmethod
    def table(result: SweepMapResult) -> Table:
        if result.found is None:
            return {}
        mean, error = result.expected or np.full((2, *result.found.mean.shape), np.nan)
        expected = np.where(np.isfinite(mean), mean, np.nan)
        return map_table(result.found) | {"expected": expected.ravel(), "expected_error": error.ravel()}

    def subtitle(self, state: State) -> str:
        steps = grouped(state.experiments.sweep_steps)
        if state.experiments.sweep_origin == "checkpoint":
            return tr("{steps} steps from the minimum, light is low", steps=steps)
        return tr("{steps} steps from the initial weights, light is low", steps=steps)

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._result is None or self._result.found is not None:
            return None
        if self._result.waits:
            return tr("The sweep is paused"), tr("No cell is trained yet: let it go on.")
        return no_digits_words()

    def show(self, result: SweepMapResult) -> None:
        before = self.empty(self._state), self.going
        self._result = result
        if result.found is not None:
            self._draw(result.found)
            self.mark(self._state)
        if before != (self.empty(self._state), self.going):
            self.turned.emit()

    def _draw(self, found: SweepMap) -> None:
        super()._draw(found)
        result: SweepMapResult = self._result
        over = self._state.experiments.sweep_beside
        beside = result.expected is not None and over != "nothing"
        self._theory.widget.setVisible(beside)
        self._names[0].set_text(tr("measured") if beside else "")
        if result.expected is None or not beside:
            return
        if over == "theory":
            self._theory.draw(found, result.expected[0], scale_of(found), tr("loss"))
            self._names[1].set_text(tr("theory"))
        else:
            ratio = self._ratio(result)
            self._theory.draw(found, ratio, LevelScale.about_one(ratio, 0.9, 1.5, 10.0), tr("ratio"))
            self._names[1].set_text(tr("measured / theory"))
        for name, picture in zip(self._names, (self._picture, self._theory), strict=True):
            left, _, _, top = picture.canvas.visible_range()
            name.set_position(left, top, dx=6, dy=6)

    @staticmethod
    def _ratio(result: SweepMapResult) -> Floats:
        """Measured over expected, (ys, xs); NaN where one of them diverges or is not known."""
        assert result.found is not None and result.expected is not None
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = result.found.mean / result.expected[0]
        return np.where(np.isfinite(ratio) & (ratio > 0), ratio, np.nan)

    def _more(self, cell: tuple[int, int]) -> list[str]:
        if self._result is None or self._result.expected is None:
            return []
        mean, error = (float(part[cell]) for part in self._result.expected)
        said = f"{scientific(mean)}{error_words(error)}" if np.isfinite(mean) else tr("diverges")
        return [f"{tr('theory')} {said}"]

    # -- the run

    @property
    def going(self) -> bool:
        return not (self._state.experiments.sweep_paused or (self._result is not None and self._result.finished))

    def play(self) -> None:
        """Pause behind the last whole block of cells, or go on there; where all are trained, train them again."""
        if self._result is not None and self._result.finished:
            self.rewind()
        else:
            self.edited.emit({"experiments.sweep_paused": not self._state.experiments.sweep_paused})

    def rewind(self) -> None:
        """Train every cell again."""
        with suppress(DataError):
            forget_sweep(sweep_request(self._state.experiments).full())
        self.edited.emit({"experiments.sweep_paused": False})
        self.renewed.emit()

    def mark(self, state: State) -> None:
        """The current point, where it is one of the map."""
        before, self._state = self._state.experiments, state
        found, point = self._found, state.point
        for head in self._heads:
            head.setVisible(False)
        if found is None:
            return
        if before.sweep_beside != state.experiments.sweep_beside:
            self._draw(found)
        over_alpha = found.across == "alpha"
        x, other = (point.alpha, point.nu) if over_alpha else (point.nu, point.alpha)
        kept = found.settings.nu if over_alpha else found.settings.alpha
        y = float(point.beta)
        inside = found.xs[0] <= x <= found.xs[-1] and found.ys[0] <= y <= found.ys[-1]
        if inside and np.isclose(float(other), kept.low, rtol=1e-3):
            for head in self._heads:
                head.set_shape(METHOD_LOOKS[state.active].shape)
                head.set_color(state.active)
                head.set_position(float(x), y)
                head.setVisible(True)

    def restyle(self, style: Style) -> None:
        super().restyle(style)
        self._theory.restyle(style)

    def _take(self, x: float, y: float) -> None:
        """A click on a cell."""
        if self._found is not None:
            self.edited.emit({"tie": "free", **self._cell(self._found, x, y)[1]})
