"""What the simulation asks of an optimization method. Nothing here knows about momentum.

To add a method: one file with a frozen dataclass of declared parameters, and one row in METHODS.
"""

from __future__ import annotations

from typing import ClassVar, Protocol, runtime_checkable

from ..checks import FloatArray
from ..parameters import QHM

State = tuple[FloatArray, ...]


class Method(Protocol):
    """One update rule: a frozen, hashable dataclass of declared parameters.

    key: its name in files; title: its name for people; source: where its definition is written.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]

    def initialise(self, points: FloatArray) -> State:
        """The buffers before the first step, for points of shape (..., 2): arrays of that shape, or ()."""
        ...

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """Points and buffers after one step, all of the shape of `points`; changes none of its arguments."""
        ...


@runtime_checkable
class LinearMethod(Protocol):
    """A method that is a member of the QHM family with constant parameters: the theory applies to it."""

    def as_qhm(self) -> QHM:
        """The same method as a point (α, β, ν)."""
        ...
