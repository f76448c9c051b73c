"""Where the training run of a probe stands, what to change, how sure that is, and what the prediction leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QModelIndex

from qhm_gui.appearance.theme import METHOD_LOOKS, Shape, Style
from qhm_gui.state.state import State
from qhm_gui.text.choose_words import change_lines
from qhm_gui.text.language import in_a_row, tr
from qhm_gui.text.numbers import grouped, plain, scientific
from qhm_gui.text.parameter_words import value_text, values_of
from qhm_gui.text.probe_words import much_feedback_line, negative_lines, standing, sure_line
from qhm_gui.views.choose.problem import best, problem_of, steps_of, taken
from qhm_gui.views.columns import Column, described
from qhm_gui.views.shared.method_table import HEAD, TALLEST, TableRow
from qhm_gui.views.shared.sentences import Sentences
from qhm_gui.views.shared.table_view import TableView
from qhm_gui.views.view import Table
from qhm_math import QHM
from qhm_math.choose import Comparison, Problem, compare, outcome
from qhm_math.probe import Plateau, best_shares, plateau, rivals
from qhm_math.probed import OfProbe
from qhm_math.progress import Monitor


@dataclass(frozen=True)
class RunRequest:
    """The probe, None where there is none; its problem, the current point and its look, the number of steps."""

    spectrum: OfProbe | None
    problem: Problem | None
    point: QHM
    method: str
    steps: int


@dataclass(frozen=True, eq=False)
class RunResult:
    """The plateaus of the current point and of the best for N, how often that is the best, and both compared."""

    request: RunRequest
    now: Plateau
    point: QHM | None = None
    ahead: Plateau | None = None
    share: float = 0.0
    rivals: int = 0
    comparison: Comparison | None = None


#: The plateau of a run that there is not.
NOWHERE = Plateau(np.inf, np.inf, np.inf, np.inf, (np.inf, np.inf))


class TrainingRunView(TableView):
    """A row for the current point and one for the recommended, which a click takes over; sentences below."""

    key = "training_run"
    title = "Training run"
    waits = True
    room = (400, 250)
    columns = described(
        {
            "point": Column("current, or the best for the number of steps", ""),
            "stationary_loss": Column("predicted stationary loss above the minimum", "f"),
            "standard_error": Column(
                "standard error of the prediction: starts of the probe and trace of the noise", "f"
            ),
            "truncation": Column("difference from half of the Lanczos steps", "f"),
            "growth": Column("how much more it is where the noise grows in proportion to the loss", "f"),
            "low": Column("lower end of the 95 % interval", "f"),
            "high": Column("upper end of the 95 % interval", "f"),
        }
    )

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: RunResult | None = None
        self._table.clicked.connect(self._click)
        self._sentences = Sentences(style)
        self._column.addWidget(self._sentences)
        self.offer_menu(self._sentences)
        self._fix_height()

    def _fix_height(self) -> None:
        """The table is as high as its two rows; the rest is for the sentences."""
        self._table.setMaximumHeight(round((HEAD + 2 * TALLEST + 2) * self.style.type_scale))

    @property
    def sentences(self) -> tuple[str, ...]:
        """What is said below the table."""
        return self._sentences.sentences

    def crowded(self) -> bool:
        return super().crowded() or self._sentences.crowded

    def restyle(self, style: Style) -> None:
        super().restyle(style)
        self._sentences.set_style(style)
        self._fix_height()

    @staticmethod
    def request(state: State) -> RunRequest:
        spectrum = state.choose.spectrum
        if not isinstance(spectrum, OfProbe):
            return RunRequest(None, None, state.point, state.active, 0)
        return RunRequest(spectrum, problem_of(state), state.point, state.active, steps_of(state))

    @staticmethod
    def compute(request: RunRequest, monitor: Monitor) -> Iterator[RunResult]:
        spectrum, problem = request.spectrum, request.problem
        if spectrum is None or problem is None:
            yield RunResult(request, NOWHERE)  # nothing is shown of it
            return
        probe, batch = spectrum.probe, spectrum.batch
        now = plateau(probe, request.point, batch)
        yield RunResult(request, now)
        chosen = best(problem, request.steps, monitor)
        if chosen is None:
            return
        against = rivals(problem, chosen.qhm, request.steps, request.point)
        share = float(best_shares(probe, against, request.steps, batch)[0])
        found = compare(chosen, outcome(problem, request.point, request.steps))
        ahead = plateau(probe, chosen.qhm, batch)
        yield RunResult(request, now, chosen.qhm, ahead, share, len(against), found)

    @staticmethod
    def table(result: RunResult) -> Table:
        """Both points."""
        rows = [("current", result.request.point, result.now)]
        if result.point is not None and result.ahead is not None:
            rows.append(("steps", result.point, result.ahead))
        fields = {name: np.array([float(getattr(qhm, name)) for _, qhm, _ in rows]) for name in ("alpha", "beta", "nu")}
        found = [one for _, _, one in rows]
        numbers = {
            "stationary_loss": np.array([one.loss for one in found]),
            "standard_error": np.array([one.standard_error for one in found]),
            "truncation": np.array([one.truncation for one in found]),
            "growth": np.array([one.growth for one in found]),
            "low": np.array([one.interval[0] for one in found]),
            "high": np.array([one.interval[1] for one in found]),
        }
        return {"point": np.array([key for key, *_ in rows]), **fields, **numbers}

    def subtitle(self, state: State) -> str:
        spectrum = state.choose.spectrum
        if not isinstance(spectrum, OfProbe):
            return ""
        probe = spectrum.probe
        words = {"step": grouped(probe.step), "loss": scientific(probe.loss), "batch": plain(spectrum.batch)}
        return tr("step {step}, loss {loss}, *B* = {batch}", **words)

    def empty(self, state: State) -> tuple[str, str] | None:
        """What a probe is, where there is none."""
        if isinstance(state.choose.spectrum, OfProbe):
            return None
        return tr("No probe is open"), tr("Open one, or an example, in the menu of files.")

    def show(self, result: RunResult) -> None:
        self._result = result
        look = METHOD_LOOKS[result.request.method]
        heads = ["", "*α*", "*β*", "*ν*", tr("stationary loss"), tr("standard error")]
        rows = [_row(tr("current"), result.request.point, result.now, result.request.method, look.shape)]
        if result.point is not None and result.ahead is not None:
            rows.append(_row(tr("best for *N*"), result.point, result.ahead, "ink", "star", strong=True))
        self._table.set_rows(heads, rows)
        self._sentences.say(said(result))

    def mark(self, state: State) -> None:
        """Nothing moves without an answer."""

    def _click(self, index: QModelIndex) -> None:
        if index.row() == 1 and self._result is not None and self._result.point is not None:
            self.edited.emit(taken(self._result.point))


def said(result: RunResult) -> list[str]:
    """Where the run stands, how sure the best is, and what is left out, a sentence each."""
    spectrum = result.request.spectrum
    if spectrum is None:
        return []
    probe = spectrum.probe
    excess = tr("Now above the minimum of its quadratic: {excess}", excess=scientific(probe.excess))
    lines = [excess, tr(standing(probe, result.now))]
    lines += (
        [tr("95 % interval of its plateau: {low} to {high}", **_ends(result.now))] if result.now.loss < np.inf else []
    )
    if result.comparison is not None:
        changes = in_a_row(*change_lines(result.comparison))
        lines.append(tr("The best for *N* against the current point: {changes}", changes=changes))
        if result.ahead is not None and result.ahead.loss < np.inf:
            lines.append(tr("95 % interval of the best for *N*: {low} to {high}", **_ends(result.ahead)))
        lines.append(sure_line(result.share, result.rivals))
    return [*lines, *negative_lines(probe), *much_feedback_line(probe, result.request.point, spectrum.batch)]


def _ends(found: Plateau) -> dict[str, str]:
    low, high = (scientific(value) for value in found.interval)
    return {"low": low, "high": high}


def _row(name: str, qhm: QHM, found: Plateau, color: str, shape: Shape, strong: bool = False) -> TableRow:
    ends = found.loss < np.inf
    cells = (
        name,
        *(value_text(name, value) for name, value in values_of(qhm).items()),
        scientific(found.loss) if ends else tr("diverges"),
        scientific(found.standard_error, 2) if ends else "–",
    )
    return TableRow(cells, color, shape, None, strong)
