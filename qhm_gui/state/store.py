"""The store: the one place where the state changes, and where a change can be taken back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

from PySide6.QtCore import QObject, Signal

from qhm_gui.state.state import OutsideWindow, State, changed, value_at
from qhm_gui.text.formula_errors import formula_sentence
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.text.ranges import allowed_text
from qhm_gui.text.refusals import refusal_sentence, shown
from qhm_gui.text.symbols import lettered
from qhm_math.declared import ParameterError, declared_fields
from qhm_math.expression import ExpressionError

_DEPTH = 500
#: What changes along with a change: asked with the state before it and the changes, it names more, or none.
Companion = Callable[[State, dict[str, Any]], dict[str, Any]]


@dataclass(frozen=True)
class Refusal:
    """A change that was not made: the field, and one sentence for the person."""

    name: str
    sentence: str


class Store(QObject):
    """Holds the current :class:`State`. ``update`` is the only way to change it.

    Whatever changes the state first ends what is being typed: on ``about_to_change`` editors take the typed value over
    into the state that it was typed for, as a change of its own, or drop it.
    """

    about_to_change = Signal()
    settling = Signal()  # changes that are still being computed are wanted now
    changed = Signal(object)  # the new State
    amended = Signal(object, object)  # a State, and the one that stands for it from now on
    refused = Signal(object)  # a Refusal

    def __init__(self, state: State | None = None) -> None:
        super().__init__()
        self._state = state or State()
        self._past: list[State] = []
        self._future: list[State] = []
        self._grouping = False
        self._grouped = False
        self._announcing = False
        self._companions: list[Companion] = []

    def accompany(self, companion: Companion) -> None:
        """Let changes that are asked for take others along, in the same step of undo."""
        self._companions.append(companion)

    @property
    def state(self) -> State:
        """The state in force."""
        return self._state

    def finish_editing(self) -> None:
        """End what is being typed, and what is still computed of it. Before the state is saved, copied or exported."""
        self._announce(settle=True)

    def _announce(self, *, settle: bool) -> None:
        if not self._announcing:  # what editors then change is no new occasion
            self._announcing = True
            try:
                self.about_to_change.emit()
                if settle:
                    self.settling.emit()
            finally:
                self._announcing = False

    def update(self, **changes: Any) -> bool:
        """Change fields by name; ``update(**{"loss.mu": 0.1})`` reaches inside. False when refused: nothing changes."""
        self._announce(settle=False)
        for companion in self._companions:
            changes = {**changes, **companion(self._state, changes)}
        try:
            state = changed(self._state, changes)
        except ParameterError as error:
            self.refused.emit(Refusal(field_name(error.name, changes), explain(error, self._state, changes)))
            return False
        self._move_to(state)
        return True

    def amend(self, **changes: Any) -> None:
        """Change fields as something that was found out, and nobody did: it is no step of undo. ParameterError."""
        before, self._state = self._state, changed(self._state, changes)
        self.amended.emit(before, self._state)
        self.changed.emit(self._state)

    def refuse(self, name: str, error: ParameterError) -> None:
        """Say why a change of the field ``name`` was not made: its new value could not even be built."""
        self.refused.emit(Refusal(name, explain(error, self._state, {})))

    def replace(self, state: State) -> None:
        """Take over a whole state (a preset, a session) as one undoable change."""
        self.finish_editing()
        self._grouped = False  # what a drag changed before is one step, and what it changes after is another
        self._move_to(state)
        self._grouped = False

    def reset(self) -> None:
        """Back to the parameters that the window starts with, on the page that is open."""
        self.replace(changed(State(), {"page": self._state.page}))

    @property
    def grouping(self) -> bool:
        """Whether a drag is under way."""
        return self._grouping

    def begin(self) -> None:
        """From here to :meth:`end` all changes are one undo step (a drag)."""
        self._announce(settle=False)
        self._grouping, self._grouped = True, False

    def end(self) -> None:
        """End of a group of changes."""
        self._grouping = self._grouped = False

    def undo(self) -> None:
        """Take the last change back."""
        self._travel(self._past, self._future)

    def redo(self) -> None:
        """Make the change that was taken back last again."""
        self._travel(self._future, self._past)

    @property
    def can_undo(self) -> bool:
        """Whether there is a change to take back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether there is a change to make again."""
        return bool(self._future)

    def _travel(self, source: list[State], target: list[State]) -> None:
        self.finish_editing()
        self.end()
        if source:
            target.append(self._state)
            self._state = source.pop()
            self.changed.emit(self._state)

    def _move_to(self, state: State) -> None:
        if state == self._state:
            return
        if not (self._grouping and self._grouped):
            self._past.append(self._state)
            del self._past[:-_DEPTH]
        self._grouped = self._grouping
        self._future.clear()
        self._state = state
        self.changed.emit(state)


def field_name(name: str, changes: dict[str, Any]) -> str:
    """The field that a refusal belongs to: 'mu' of the loss was changed as 'loss.mu'."""
    if name in changes:
        return name
    inner = {key.rpartition(".")[2]: key for key in changes}
    return inner.get(name, next(iter(changes), name))


def explain(error: ParameterError, state: State, changes: dict[str, Any]) -> str:
    """One sentence: which field, which value, which values are allowed."""
    if isinstance(error, ExpressionError):
        return formula_sentence(error)
    if isinstance(error, OutsideWindow):
        name = tr(declared_fields(state)[error.name].label)
        ends = [grouped(float(f"{end:.6g}")) for end in (error.low, error.high)]
        return tr(
            "{name} = {value} is outside the window of the loss, from {low} to {high}.",
            name=name, value=shown(error.value), low=ends[0], high=ends[1],
        )  # fmt: skip
    inside = (_owner(state, path) for path in changes if path.endswith(f".{error.name}"))
    owners = (*inside, state, *changes.values(), *(getattr(state, field.name) for field in fields(state)))
    for owner in owners:
        field = declared_fields(owner).get(error.name) if is_dataclass(owner) else None
        if field is None:
            continue
        symbol = lettered(field.symbol) or tr(field.label)
        if error.allowed == field.allowed and field.kind not in ("choice", "flag"):
            allowed = allowed_text(field)
            if isinstance(error.value, str):  # “1.7”: its number would be allowed
                return tr(
                    "{name} = “{value}” is a text, not a number; allowed is {allowed}.",
                    name=symbol,
                    value=shown(error.value),
                    allowed=allowed,
                )
            return tr(
                "{name} = {value} is not allowed; allowed is {allowed}.",
                name=symbol,
                value=shown(error.value),
                allowed=allowed,
            )
        return refusal_sentence(error, symbol)
    return refusal_sentence(error)


def _owner(state: State, path: str) -> Any:
    """What holds the field at the end of a path; None where it is not there yet."""
    try:
        return value_at(state, path.rpartition(".")[0])
    except (AttributeError, IndexError):
        return None
