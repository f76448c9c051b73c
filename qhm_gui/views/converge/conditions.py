"""Conditions: Theorems 1 and 2 for the schedule at hand, decided condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf

import numpy as np
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.canvas.axis import Axis
from qhm_gui.canvas.checklist import Checklist, Entry, Mark
from qhm_gui.canvas.plot import Canvas
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific
from qhm_gui.views.converge.schedule_text import schedule_of, sentence
from qhm_gui.views.view import Table, View
from qhm_math.progress import Monitor
from qhm_math.schedules import Condition, Schedule, Theorem, Verdict, judge

MARKS: dict[Verdict, Mark] = {"holds": "check", "fails": "cross", "open": "open", "does not apply": "dash"}
_MARGINS = (16, 8, 18, 10)
#: Below this height the lines would lie on each other: the page scrolls instead.
_LOWEST = 500


@dataclass(frozen=True)
class ConditionsResult:
    """Both theorems for a schedule."""

    schedule: Schedule
    theorems: tuple[Theorem, Theorem]


def word(verdict: Verdict) -> str:
    """A verdict in the language in force."""
    words = {
        "holds": tr("holds"),
        "fails": tr("fails"),
        "open": tr("up to the run"),
        "does not apply": tr("does not apply"),
    }
    return words[verdict]


def best(theorems: tuple[Theorem, Theorem]) -> Theorem:
    """The theorem that says most: the one that holds, or might, or at least applies."""
    order: tuple[Verdict, ...] = ("holds", "open", "fails", "does not apply")
    return min(theorems, key=lambda theorem: order.index(theorem.verdict))


def found_text(condition: Condition) -> str:
    """What the sum comes to, as the note at the end of the line."""
    if condition.verdict in ("does not apply", "open") or condition.wanted == "limit":
        return word(condition.verdict)
    if condition.total is None:
        value = "< ∞"
    else:
        value = "= ∞" if isinf(condition.total) else f"= {scientific(condition.total)}"
    return f"{value}   {word(condition.verdict)}"


class ConditionsView(View):
    """A list of conditions with marks, sums and reasons, headed by what follows of them."""

    key = "conditions"
    title = "Conditions of convergence"

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ConditionsResult | None = None
        self._canvas = Canvas(style, Axis(0, 1), Axis(0, 1), show_axes=False, margins=_MARGINS, zoomable=False)
        self._canvas.setMinimumHeight(_LOWEST)
        self._list = self._canvas.add(Checklist())
        self._canvas.context_requested.connect(self.menu_requested)

    @property
    def widget(self) -> QWidget:
        return self._canvas

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the list says."""
        return self._list.entries

    @staticmethod
    def request(state: State) -> Schedule:
        return schedule_of(state)

    @staticmethod
    def compute(request: Schedule, monitor: Monitor) -> Iterator[ConditionsResult]:
        yield ConditionsResult(request, judge(request))

    def subtitle(self, state: State) -> str:
        return tr("decided for the family, not from numbers")

    def show(self, result: ConditionsResult) -> None:
        self._result = result
        entries = [summary(result.theorems)]
        for theorem in sorted(result.theorems, key=lambda each: each.verdict == "does not apply"):
            entries += theorem_entries(theorem)
        self._list.set_entries(entries)

    def mark(self, state: State) -> None:
        """Nothing here moves without being computed."""

    def restyle(self, style: Style) -> None:
        self.style = style
        self._canvas.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    @staticmethod
    def table(result: ConditionsResult) -> Table:
        rows = [(theorem.number, each) for theorem in result.theorems for each in theorem.conditions]
        return {
            "theorem": np.array([number for number, _ in rows]),
            "condition": np.array([each.requirement for _, each in rows]),
            "verdict": np.array([each.verdict for _, each in rows]),
            "sum": np.array([np.nan if each.total is None else each.total for _, each in rows]),
            "reason": np.array([str(each.reason) for _, each in rows]),
        }


def summary(theorems: tuple[Theorem, Theorem]) -> Entry:
    """What follows: the theorem that holds, or that none does."""
    theorem = best(theorems)
    if theorem.verdict == "holds":
        title = tr("Convergence is guaranteed")
        reason = tr("Theorem {number} holds: all its conditions are kept. It promises no speed.", number=theorem.number)
    elif theorem.verdict == "open":
        title = tr("The run decides")
        reason = tr("Theorem {number} holds or fails with the drops that the run makes.", number=theorem.number)
    else:
        title = tr("Convergence is not guaranteed")
        failing = [each.requirement for each in theorem.conditions if each.verdict == "fails"]
        reason = tr("What fails: {conditions}.", conditions=",  ".join(failing))
    return Entry(MARKS[theorem.verdict], title, "", reason, "summary")


def theorem_entries(theorem: Theorem) -> list[Entry]:
    """A heading and a line for each condition; where the theorem does not apply its reason is said once."""
    idle = theorem.verdict == "does not apply"
    names = {1: tr("Theorem 1") + ",  *β*_{k} → 0", 2: tr("Theorem 2") + ",  *β*_{k} → 1"}
    head = Entry(
        MARKS[theorem.verdict],
        names[theorem.number],
        word(theorem.verdict),
        sentence(theorem.conditions[0].reason) if idle else "",
        "head",
        idle,
    )
    rows = [
        Entry(
            MARKS[each.verdict],
            each.requirement,
            "" if idle else found_text(each),
            "" if idle else sentence(each.reason),
            quiet=idle,
        )
        for each in theorem.conditions
    ]
    return [head, *rows]
