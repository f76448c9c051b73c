"""Conditions: Theorems 1, 2 and 3 for the schedule, the loss and the noise, decided condition by condition."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf

import numpy as np
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import Style
from qhm_gui.state.state import State
from qhm_gui.text.language import in_a_row, tr
from qhm_gui.text.numbers import rate_text, scientific
from qhm_gui.text.theorem_words import requirement, sentence, verdict_word
from qhm_gui.views.columns import Column, described
from qhm_gui.views.converge.checklist import Checklist, Entry, Mark
from qhm_gui.views.converge.schedule_text import schedule_of
from qhm_gui.views.view import Table, View
from qhm_math.losses import Loss
from qhm_math.noise import Noise
from qhm_math.progress import Monitor
from qhm_math.schedules import Condition, Schedule, Subject, Theorem, Verdict, check_theorems, worst

MARKS: dict[Verdict, Mark] = {
    "holds": "check",
    "fails": "cross",
    "open": "open",
    "undecided": "open",
    "does not apply": "dash",
}
#: From the verdict that promises most to the one that says nothing.
_BEST_FIRST: tuple[Verdict, ...] = ("holds", "open", "undecided", "fails", "does not apply")


@dataclass(frozen=True)
class ConditionsRequest:
    """What the theorems are asked of."""

    schedule: Schedule
    loss: Loss
    noise: Noise


@dataclass(frozen=True)
class ConditionsResult:
    """The theorems for it, by number."""

    request: ConditionsRequest
    theorems: tuple[Theorem, ...]


def best(theorems: tuple[Theorem, ...]) -> Theorem:
    """The theorem that promises most, or else fails in least."""
    return min(theorems, key=lambda theorem: (_BEST_FIRST.index(theorem.verdict), len(those(theorem, "fails"))))


def those(theorem: Theorem, verdict: Verdict) -> list[Condition]:
    """Its conditions and assumptions with this verdict."""
    return [each for each in (*theorem.conditions, *theorem.assumptions) if each.verdict == verdict]


def found_text(condition: Condition) -> str:
    """What the sum comes to, as the note at the end of the line."""
    if condition.verdict in ("does not apply", "open") or condition.wanted == "none":
        return verdict_word(condition.verdict)
    if condition.total is None:
        value = "< ∞"
    else:
        value = "= ∞" if isinf(condition.total) else f"= {scientific(condition.total)}"
    return f"{value}   {verdict_word(condition.verdict)}"


class ConditionsView(View):
    """A list of conditions with marks, sums and reasons, headed by what follows of them."""

    key = "conditions"
    title = "Conditions of convergence"
    columns = described(
        {
            "theorem": Column("number of the theorem"),
            "condition": Column("condition or assumption", ""),
            "verdict": Column("verdict on the condition", ""),
            "sum": Column("sum of the condition; empty where it has none"),
            "reason": Column("reason for the verdict", ""),
        }
    )
    room = (300, 300)
    liked_height = 560

    def __init__(self, style: Style) -> None:
        super().__init__(style)
        self._result: ConditionsResult | None = None
        self._list = Checklist(style)
        self.offer_menu(self._list)

    @property
    def widget(self) -> QWidget:
        return self._list

    def crowded(self) -> bool:
        return self._list.crowded

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What the list says."""
        return self._list.entries

    @staticmethod
    def request(state: State) -> ConditionsRequest:
        return ConditionsRequest(schedule_of(state), state.loss, state.noise)

    @staticmethod
    def compute(request: ConditionsRequest, monitor: Monitor) -> Iterator[ConditionsResult]:
        yield ConditionsResult(request, check_theorems(request.schedule, request.loss, request.noise))

    def subtitle(self, state: State) -> str:
        return tr("decided from the formula, for all steps")

    def show(self, result: ConditionsResult) -> None:
        self._result = result
        self._list.set_entries(statements(result.theorems))

    def mark(self, state: State) -> None:
        """Nothing here moves without being computed."""

    def restyle(self, style: Style) -> None:
        self.style = style
        self._list.set_style(style)

    def retranslate(self) -> None:
        if self._result is not None:
            self.show(self._result)

    @staticmethod
    def table(result: ConditionsResult) -> Table:
        rows = [(each.number, one) for each in result.theorems for one in (*each.conditions, *each.assumptions)]
        return {
            "theorem": np.array([number for number, _ in rows]),
            "condition": np.array([str(each.subject) for _, each in rows]),
            "verdict": np.array([each.verdict for _, each in rows]),
            "sum": np.array([np.nan if each.total is None else each.total for _, each in rows]),
            "reason": np.array([str(each.reason) for _, each in rows]),
        }


def summary(theorems: tuple[Theorem, ...]) -> Entry:
    """What follows: what the best theorem promises, or that none promises anything."""
    theorem = best(theorems)
    number = theorem.number
    if theorem.verdict == "holds" and number == 3:
        title = tr("Converges linearly")
        rate = dict(those(theorem, "holds")[1].reason.values)["R"]
        reason = tr(
            "Theorem 3 holds: in the end the error shrinks by the factor *R* = {rate} a step.", rate=rate_text(rate)
        )
    elif theorem.verdict == "holds":
        title = tr("Converges to a stationary point")
        reason = tr(
            "Theorem {number} holds: with probability 1 ‖∇*f*‖ comes arbitrarily close to 0, at no promised speed.",
            number=number,
        )
    elif theorem.verdict == "open":
        title = tr("Depends on the run")
        reason = tr("Theorem {number} holds or fails with the drops of the run.", number=number)
    elif theorem.verdict == "undecided":
        title = tr("Convergence cannot be decided")
        reason = tr("Conditions not known: {conditions}.", conditions=_listed(those(theorem, "undecided")))
    else:
        title = tr("Convergence is not guaranteed")
        reason = tr("Conditions that fail: {conditions}.", conditions=_listed(those(theorem, "fails")))
    return Entry(MARKS[theorem.verdict], title, "", reason, "summary")


def _listed(conditions: list[Condition]) -> str:
    return ",  ".join(requirement(each.subject) for each in conditions)


def statements(theorems: tuple[Theorem, ...]) -> list[Entry]:
    """What follows, the theorems that apply, what they ask of loss and noise, and in one line those that do not.

    Where Theorem 3 applies, it decides: what the others miss is a line each as well.
    """
    apply = [theorem for theorem in theorems if theorem.schedule_verdict != "does not apply"]
    shown = [theorem for theorem in apply if theorem.number == 3] or apply
    found = [summary(theorems)]
    for theorem in shown:
        found += theorem_entries(theorem)
    found += assumption_entries([theorem for theorem in shown if theorem.number != 3])
    found += [aside([theorem]) for theorem in apply if theorem not in shown]
    idle = [theorem for theorem in theorems if theorem not in apply]
    return [*found, aside(idle)] if idle else found


def aside(theorems: list[Theorem]) -> Entry:
    """One line for theorems that decide nothing here, all with one verdict."""
    verdict = theorems[0].schedule_verdict
    title = ",  ".join(tr("Theorem {number}", number=theorem.number) for theorem in theorems)
    if verdict == "does not apply":
        reasons = [sentence(theorem.conditions[0].reason) for theorem in theorems]
    else:
        reasons = [
            tr("Conditions that fail: {conditions}.", conditions=_listed(those(each, "fails"))) for each in theorems
        ]
    return Entry(MARKS[verdict], title, verdict_word(verdict), in_a_row(*reasons), "head", True)


def name(theorem: Theorem) -> str:
    """A theorem by its number and what it is for."""
    about = {1: "*β*_{k} → 0", 2: "*β*_{k} → 1", 3: tr("constants, no noise")}
    return f"{tr('Theorem {number}', number=theorem.number)},  {about[theorem.number]}"


def theorem_entries(theorem: Theorem) -> list[Entry]:
    """A heading with what the schedule keeps, and a line for each condition; Theorem 3's assumptions are its own.

    The condition on the buffer says nothing more where it goes as the one before it.
    """
    rows = list(theorem.conditions)
    if theorem.number == 3:
        rows = [*theorem.assumptions, *rows]
    verdicts = {each.subject: each.verdict for each in rows}
    if verdicts.get(Subject.BUFFER_RATIO) == verdicts.get(Subject.GAP_RATIO):
        rows = [each for each in rows if each.subject is not Subject.BUFFER_RATIO]
    verdict = theorem.verdict if theorem.number == 3 else theorem.schedule_verdict
    head = Entry(MARKS[verdict], name(theorem), verdict_word(verdict), kind="head")
    return [head, *(condition_entry(each) for each in rows)]


def assumption_entries(theorems: list[Theorem]) -> list[Entry]:
    """What Theorems 1 and 2 ask besides; in one line where the schedule fails already, for then it plays no part."""
    if not theorems:
        return []
    asked = theorems[0].assumptions
    verdict, idle = worst(asked), all(theorem.schedule_verdict == "fails" for theorem in theorems)
    failing = [each for each in asked if each.verdict == "fails"]
    reason = tr("Conditions that fail: {conditions}.", conditions=_listed(failing)) if idle and failing else ""
    head = Entry(MARKS[verdict], tr("Loss and noise"), verdict_word(verdict), reason, "head", idle)
    return [head] if idle else [head, *(condition_entry(each) for each in asked)]


def condition_entry(condition: Condition) -> Entry:
    """A line with its reason."""
    title = requirement(condition.subject)
    return Entry(MARKS[condition.verdict], title, found_text(condition), sentence(condition.reason))
