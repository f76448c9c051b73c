"""What the simulation asks of an optimization method. Nothing here knows about momentum.

To add a method: one file with a frozen dataclass of declared parameters, and one row in METHODS.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

from ..checks import FloatArray
from ..declared import declared
from ..declared_parameters import declared_alpha, declared_beta
from ..parameters import QHM

State = tuple[FloatArray, ...]

Parts = dict[str, FloatArray]
"""Named vectors, each of the shape of the points: what a state or a step is made of, in order."""

Oracle = Literal["sampled", "full", "corrected"]
"""Which gradient a method takes. "sampled": with the noise, or of the mini-batch, of its step. "full": exact.
"corrected": it asks for several and makes its own of them (`Corrected`)."""


@dataclass(frozen=True, eq=False)
class Step:
    """One step as it happened, for `Method.explain`: from points x_k to x_{k+1}.

    index: k, from 0. points: x_k, (..., 2). gradient: the g_k that the method used there. before, after: the
    parts of its state before and after the step. All vectors have the shape of `points`.
    """

    index: int
    points: FloatArray
    gradient: FloatArray
    before: Parts
    after: Parts


class Method(Protocol):
    """One update rule: a frozen, hashable dataclass of declared parameters.

    key: its name in files; title: its name for people; source: where its definition is written; oracle: which
    gradient it takes. `summary`, not required: a few words that tell it from others in a menu.
    """

    key: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    oracle: ClassVar[Oracle]

    def initialise(self, points: FloatArray) -> State:
        """The state before the first step.

        Parameters
        ----------
        points : ndarray
            (..., 2).

        Returns
        -------
        tuple of ndarray
            Arrays of that shape, or scalars (a count of steps): whatever broadcasts against it.
        """
        ...

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """Points and state after one step; changes none of its arguments.

        Parameters
        ----------
        points : ndarray
            x_k, (..., 2).
        state : tuple of ndarray
            Before the step.
        gradient : ndarray
            g_k, (..., 2), the one that `oracle` names.

        Returns
        -------
        points : ndarray
            x_{k+1}, (..., 2).
        state : tuple of ndarray
            After the step.
        """
        ...

    def parts(self, state: State) -> Parts:
        """The vectors in a state by name; scalars are left out.

        Parameters
        ----------
        state : tuple of ndarray
            Of this method.

        Returns
        -------
        dict of str to ndarray
            Each of the shape of the points. d: momentum buffer; m, v: means of the gradients and of their squares; G:
            sum of the squares; u: mean of the squared steps; b: buffer of the scaled gradients; x̃: snapshot.
        """
        ...

    def explain(self, step: Step) -> Parts:
        """The terms of one step, in the order in which they are computed.

        Parameters
        ----------
        step : Step
            As it happened.

        Returns
        -------
        dict of str to ndarray
            Label -> vector. The first is "g", the gradient used, and the last "Δx", the step taken: x_{k+1} - x_k.
        """
        ...


@runtime_checkable
class LinearMethod(Protocol):
    """A method that is a member of the QHM family with constant parameters: the theory applies to it."""

    def as_qhm(self) -> QHM:
        """The same method as a point of the family.

        Returns
        -------
        QHM
            (α, β, ν).
        """
        ...


class Gradients(Protocol):
    """The gradients that can be had at one step."""

    def sample(self, points: FloatArray) -> FloatArray:
        """With the noise, or of the mini-batch, of this step; the same for all points it is asked at."""
        ...

    def full(self, points: FloatArray) -> FloatArray:
        """Exact: ∇f, of all components."""
        ...


@runtime_checkable
class Corrected(Protocol):
    """A method of oracle "corrected": it makes the gradient of a step from several. It needs a finite sum."""

    def estimate(self, points: FloatArray, state: State, gradients: Gradients) -> tuple[FloatArray, State]:
        """(the gradient to give to `update`, the state to give to it), from x_k and the state before step k."""
        ...

    def evaluations(self, index: int, components: int, batch: int) -> int:
        """How many gradients of components step `index` (from 0) asks for."""
        ...


def declared_rate(default: float, library: str, low: float = 1e-4, high: float = 10.0) -> Any:
    """The learning rate field of methods that scale each coordinate; `library`: the libraries' usual value."""
    words = f"Step length: gradients are normalised; PyTorch's default is {library}"
    return declared_alpha(default, slider=(low, high), unit="length", help=words)


def declared_decay(default: float, symbol: str, label: str, help: str) -> Any:
    """A share of the old mean that is kept at each step, in [0, 1)."""
    return declared_beta(default, label=label, symbol=symbol, slider=(0.0, 0.9999), help=help)


def declared_epsilon(default: float) -> Any:
    """The small number that keeps a division from zero."""
    return declared(
        default,
        label="Term against division by zero",
        symbol="ε",
        low=0.0,
        low_open=True,
        scale="log",
        slider=(1e-12, 1.0),
        help="Added to the divisor",
        tuned=False,
    )
