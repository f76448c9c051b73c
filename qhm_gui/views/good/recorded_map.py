"""A recorded map: the loss of a model trained for every cell of a grid ([G] figure 3, second and third rows)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.views.shared.sweep_map_view import SweepMapView, map_table
from qhm_gui.views.view import Option, Table
from qhm_math.data import DataError
from qhm_math.experiments.recordings import load_recording
from qhm_math.experiments.sweep_map import SweepMap
from qhm_math.progress import Monitor


@dataclass(frozen=True)
class RecordedRequest:
    """Which recording."""

    recording: str


@dataclass(frozen=True, eq=False)
class RecordedResult:
    """It, as it was read."""

    request: RecordedRequest
    recorded: SweepMap


class RecordedMapView(SweepMapView):
    """The map of a recording."""

    key = "recorded"
    title = "Loss of trained models"
    options = (Option("good.recorded_beside"),)

    @staticmethod
    def request(state: State) -> RecordedRequest:
        return RecordedRequest(state.good.recorded)

    @staticmethod
    def compute(request: RecordedRequest, monitor: Monitor) -> Iterator[RecordedResult]:
        yield RecordedResult(request, load_recording(request.recording))

    @staticmethod
    def table(result: RecordedResult) -> Table:
        return map_table(result.recorded)

    def subtitle(self, state: State) -> str:
        try:
            found = load_recording(state.good.recorded)
        except DataError:
            return ""  # computing it says why
        words = {"steps": grouped(found.steps), "seeds": found.settings.seeds}
        if found.settings.from_minimum:
            return tr("{steps} steps from the minimum, {seeds} seeds, light is low", **words)
        return tr("{steps} steps from a checkpoint, {seeds} seeds, light is low", **words)

    def _beside(self, state: State) -> str:
        return state.good.recorded_beside

    def show(self, result: RecordedResult) -> None:
        self._result = result
        self._draw(result.recorded)
