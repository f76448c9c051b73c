"""What can be chosen on the page "Compare": which methods run, each with its own parameters and label."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from qhm_gui.appearance.theme import METHOD_LOOKS
from qhm_gui.text.row_words import title_of
from qhm_math.compare import Lane
from qhm_math.declared import ParameterError, check_declared, declared
from qhm_math.methods import METHODS, NAG, SGD, SHB, Adam, Corrected, LinearMethod, Method, QHMMethod

#: Of all methods at once. Beyond the main five they share one colour and differ by shape and dash: three
#: of those are told apart at a glance (design), the others by the names at their ends and by hovering the legend.
MOST_SHOWN = 12
MOST_ENTRIES = 100
LONGEST_LABEL = 24
_MARKUP = "*_^{}\\"


@dataclass(frozen=True)
class Change:
    """From ``step`` on (the step that leaves x_step) the parameters are those of ``method``."""

    step: int
    method: Method = field(metadata={"kinds": METHODS})


@dataclass(frozen=True)
class Entry:
    """One method of the comparison: its parameters at the start, the changes made on the way, its name in pictures."""

    method: Method = field(default_factory=QHMMethod, metadata={"kinds": METHODS})
    label: str = ""
    hidden: bool = False
    changes: tuple[Change, ...] = field(default=(), metadata={"parts": Change})

    def __post_init__(self) -> None:
        if type(self.method) not in METHODS.values():
            raise ParameterError("method", self.method, "one of " + ", ".join(METHODS))
        text = isinstance(self.label, str) and self.label.isprintable()  # pyright: ignore[reportUnnecessaryIsInstance]
        if not text or len(self.label) > LONGEST_LABEL or set(self.label) & set(_MARKUP):
            raise ParameterError("label", self.label, "a text of at most 24 characters, without * _ ^ { } and \\")
        if type(self.hidden) is not bool:
            raise ParameterError("hidden", self.hidden, "true or false")
        self.lane  # noqa: B018 - refuses changes that do not fit the method

    @property
    def lane(self) -> Lane:
        """What the comparison runs."""
        return Lane(self.method, tuple((change.step, change.method) for change in self.changes))

    @property
    def current(self) -> Method:
        """The parameters that were set last: those that the editors show."""
        return self.changes[-1].method if self.changes else self.method

    @property
    def name(self) -> str:
        """Its label, or the method's own name."""
        return self.label or title_of(self.method)

    def edits(self, index: int, name: str, value: Any, step: int | None) -> dict[str, Any]:
        """The changes of state that set the parameter ``name`` of this entry, the ``index``-th.

        ``step`` None or 0: from the start, and what was changed on the way is forgotten. Else from that step on; the
        past stays as it is, and changes made at later steps are forgotten.
        """
        path = f"compare.entries.{index}"
        if not step:
            return {f"{path}.changes": (), f"{path}.method": self.current, f"{path}.method.{name}": value}
        kept = tuple(change for change in self.changes if change.step < step)
        place = f"{path}.changes.{len(kept)}.method.{name}"
        return {f"{path}.changes": (*kept, Change(step, self.current)), place: value}


def first_entries() -> tuple[Entry, ...]:
    """The family at the parameters that the window starts with, and Adam."""
    family = (SGD(1.7), SHB(1.7, 0.8), NAG(1.7, 0.8), QHMMethod(1.7, 0.8, 0.7))
    return (*(Entry(method) for method in family), Entry(Adam(0.1)))


@dataclass(frozen=True)
class CompareOptions:
    """The methods, the one that is looked at closely, and how they are compared."""

    entries: tuple[Entry, ...] = field(default_factory=first_entries, metadata={"parts": Entry})
    chosen: int = 3
    replay: str = declared(
        "start",
        label="changes",
        kind="choice",
        choices=(("start", "from the start"), ("here", "from here")),
        help="From here: changes apply from the playhead's step on.",
    )
    surface: str = declared(
        "flat",
        label="paths",
        kind="choice",
        choices=(("flat", "flat"), ("3-D", "3-D")),
        help="Paths on the plane or on the loss surface: drag to turn, wheel to zoom.",
    )
    terms: str = declared(
        "shown",
        label="terms of the step",
        kind="choice",
        choices=(("shown", "shown"), ("hidden", "hidden")),
        help="Arrows and numbers of the step at the playhead.",
    )
    measure: str = declared(
        "loss", label="measure", kind="choice", choices=(("loss", "loss"), ("distance", "distance"))
    )
    target: float = declared(
        1e-2,
        label="target loss",
        symbol="ε",
        low=0.0,
        low_open=True,
        high=1e9,
        scale="log",
        slider=(1e-6, 10.0),
        help="Loss above the lowest minimum, to which steps are counted.",
    )

    def __post_init__(self) -> None:
        check_declared(self)
        if len(self.entries) > MOST_ENTRIES:
            raise ParameterError("methods", len(self.entries), f"at most {MOST_ENTRIES}")
        if type(self.chosen) is not int or self.chosen < 0:
            raise ParameterError("chosen", self.chosen, "a whole number at least 0")
        shown = sum(not entry.hidden for entry in self.entries)
        if shown > MOST_SHOWN:
            raise ParameterError("methods shown", shown, "at most 12: hide another one first")

    @property
    def selected(self) -> int:
        """The index of the method that is looked at closely; -1 when there is none."""
        return min(self.chosen, len(self.entries) - 1)

    @property
    def entry(self) -> Entry | None:
        """That method."""
        return self.entries[self.selected] if self.entries else None

    def fits(self, entry: Entry) -> bool:
        """Whether ``entry`` could be shown beside those that are."""
        try:
            replace(self, entries=(*self.entries, replace(entry, hidden=False)))
        except ParameterError:
            return False
        return True


def others(entries: tuple[Entry, ...]) -> list[int]:
    """The indices of shown entries without a colour of their own: the first of each method of METHOD_LOOKS has one."""
    taken: set[str] = set()
    found: list[int] = []
    for index, entry in enumerate(entries):
        if entry.hidden:
            continue
        if entry.method.key in METHOD_LOOKS and entry.method.key not in taken:
            taken.add(entry.method.key)
        else:
            found.append(index)
    return found


def fitted(entries: tuple[Entry, ...], suggested: float) -> tuple[Entry, ...]:
    """The entries for a loss that wants learning rates about ``suggested``, given in units of 1/curvature."""
    return tuple(_fitted(entry, suggested) for entry in entries)


def _fitted(entry: Entry, suggested: float) -> Entry:
    method: Any = entry.current
    per_gradient = isinstance(entry.current, LinearMethod | Corrected)
    if per_gradient and not suggested / 4 <= method.alpha <= 4 * suggested:
        method = replace(method, alpha=suggested)
    return replace(entry, method=method, changes=())
