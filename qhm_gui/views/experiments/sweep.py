"""A sweep that is trained before the eyes: the loss of a model for every cell of a grid over two of (α, β, ν)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.text import Label
from qhm_gui.state.state import State
from qhm_gui.text.language import labelled, listed, tr
from qhm_gui.text.numbers import grouped
from qhm_gui.views.experiments.sweep_run import SweepMapResult, SweepRequest, results, sweep_request
from qhm_gui.views.shared.sweep_map_view import SweepMapView, map_table
from qhm_gui.views.view import Option, Table
from qhm_math.checks import ParameterError
from qhm_math.data import DataError
from qhm_math.experiments import SweepError, SweepGrid, SweepMap, forget_sweep, open_grid
from qhm_math.progress import Cancelled, Monitor


class SweepView(SweepMapView):
    """The map, which fills while it is trained, or that of the file of a sweep."""

    key = "sweep"
    title = "Loss of trained models"
    question = "Does theory hold for trained models?"
    lead = "A model is trained for every cell; a click on one shows its learning curve."
    options = (Option("experiments.sweep_beside"),)
    plays = True
    long = True

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._grid: SweepGrid | None = None
        self._awaited: SweepRequest | None = None  # what has been asked for since the last answer
        self._cancelled = False
        self._wait = self._canvas.add(Label("", "text2", anchor=(0.5, 0.5), free=True))

    @staticmethod
    def request(state: State) -> SweepRequest:
        return sweep_request(state.experiments)

    @staticmethod
    def compute(request: SweepRequest, monitor: Monitor) -> Iterator[SweepMapResult]:
        with suppress(Cancelled):
            yield from results(request, monitor)

    @staticmethod
    def table(result: SweepMapResult) -> Table:
        return {} if result.grid is None else map_table(result.grid.at())

    def subtitle(self, state: State) -> str:
        options, result = state.experiments, self._result
        settings, steps, file = sweep_request(options).settings, options.sweep_steps, ""
        if settings.data:
            file = Path(settings.data).name
        if options.sweep_file:
            if result is None or result.grid is None or result.request.file != options.sweep_file:
                return Path(options.sweep_file).name
            settings, steps = result.grid.settings, result.grid.steps
            file = labelled(Path(options.sweep_file).name, settings.problem)
        words = "{steps} steps from the initial weights, light is low"
        if settings.from_minimum:
            words = "{steps} steps from the minimum, light is low"
        elif settings.origin == "checkpoint":
            words = "{steps} steps from a checkpoint, light is low"
        return listed(file, tr(words, steps=grouped(steps)))

    def empty(self, state: State) -> tuple[str, str] | None:
        if self._result is None or self._result.grid is not None:
            return None
        if self._result.waits:
            return tr("The sweep is paused"), tr("No cell is trained yet: let it go on.")
        return tr("This sweep cannot be trained or shown"), self._result.fault

    def show(self, result: SweepMapResult) -> None:
        before = self.empty(self._state), self.going, self._grid is None
        self._result, self._awaited, self._cancelled = result, None, False
        if result.grid is not None:
            self._wait.set_text("")
            self._grid = result.grid
            self._cut(self._state)
        if before != (self.empty(self._state), self.going, self._grid is None):
            self.turned.emit()

    def _beside(self, state: State) -> str:
        return state.experiments.sweep_beside

    def _without_theory(self) -> bool:
        result: SweepMapResult | None = self._result
        if result is None or result.grid is None:
            return False
        return bool(result.request.file) or result.grid.settings.origin == "scratch"

    def _note(self, found: SweepMap) -> str:
        if self.going and self._without_its_theory():
            return tr("Theory follows when curvatures and noise at the minimum are measured.")
        return (self._result.fault if self._result is not None else "") or super()._note(found)

    def _lacks_theory(self) -> bool:
        """Whether all cells are trained, and what is still missing is theory."""
        return self._result is not None and self._result.whole and self._without_its_theory()

    def _without_its_theory(self) -> bool:
        """Whether theory is to stand beside the map, and does not."""
        result: SweepMapResult | None = self._result
        if result is None or result.grid is None or result.fault:
            return False
        missing = result.grid.expected is None and result.grid.settings.origin == "checkpoint"
        return missing and self._beside(self._state) in ("theory", "ratio")

    def _cut(self, state: State) -> None:
        """Draw the map; where all three are varied, that at the ν nearest to the current one."""
        assert self._grid is not None
        self._draw(self._grid.at(float(state.point.nu)))

    # -- the run

    @property
    def going(self) -> bool:
        result: SweepMapResult | None = self._result
        ended = result is not None and (result.finished or result.fault) and not self._lacks_theory()
        return not (self._state.experiments.sweep_paused or self._cancelled or ended)

    def play_words(self) -> str:
        if self.going:
            return tr("Pause the training")
        if self._lacks_theory():
            return tr("Measure curvatures and noise")
        if self._result is not None and self._result.finished:
            return tr("Read the file again") if self._state.experiments.sweep_file else tr("Train all cells again")
        return tr("Train the missing cells")

    def play(self) -> None:
        """Pause, or go on where it stands; where all is known, train all cells again."""
        result, paused = self._result, self._state.experiments.sweep_paused
        if not self.going and result is not None and result.finished and not self._lacks_theory():
            self.rewind()
        elif not paused and not self.going:  # cancelled; or the disk had no room
            self._cancelled = False
            self.renewed.emit()
        else:
            self.edited.emit({"experiments.sweep_paused": not paused})

    def given_up(self) -> None:
        self._cancelled = True
        if self._found is not None:
            self.noted.emit(self._note(self._found))
        self.turned.emit()

    def rewind(self) -> None:
        """Train every cell again; a file is read again."""
        if not self._state.experiments.sweep_file:
            with suppress(DataError, SweepError, ParameterError):
                forget_sweep(sweep_request(self._state.experiments).full())
            self.edited.emit({"experiments.sweep_paused": False})
        self.renewed.emit()

    def mark(self, state: State) -> None:
        wanted = replace(sweep_request(state.experiments), paused=False)
        known = None if self._result is None else replace(self._result.request, paused=False)
        if wanted not in (known, self._awaited):
            self._awaited, self._cancelled = wanted, False
            self._await(wanted)
        elif (
            self._grid is not None
            and self._found is not None
            and self._found.nu != self._grid.nu_at(float(state.point.nu))
        ):
            self._cut(state)
        super().mark(state)

    def _await(self, request: SweepRequest) -> None:
        """The axes of a sweep of which nothing is known yet, and what is done first."""
        if request.file:
            return
        self._grid = open_grid(request.settings, request.steps)
        self._cut(self._state)
        first = request.settings.origin == "checkpoint"
        self._wait.set_text(tr("First the minimum is found, then the cells are trained.") if first else "")
        left, right, low, high = self._canvas.visible_range()
        self._wait.set_position((left + right) / 2, (low + high) / 2)
