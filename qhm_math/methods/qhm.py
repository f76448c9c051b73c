"""Quasi-hyperbolic momentum, and the one update rule of the family."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..checks import FloatArray
from ..declared import check_declared
from ..declared_parameters import declared_alpha, declared_beta, declared_nu
from ..parameters import QHM
from .base import Oracle, Parts, State, Step


def family_alpha() -> Any:
    """The learning rate field that the family's methods share."""
    return declared_alpha(1.0, help="Step per unit of gradient; momentum is dampened, so PyTorch's lr is α(1-β)")


def family_beta() -> Any:
    """The momentum field that the family's methods share."""
    return declared_beta(0.9, help="Share of the buffer that is kept at each step")


def qhm_update(qhm: QHM, points: FloatArray, buffer: FloatArray, gradient: FloatArray) -> tuple[Any, Any]:
    """One step of [G] eq. (3): (x_{k+1}, d_k) from (x_k, d_{k-1}) and g_k; the fields of qhm broadcast."""
    buffer = (1 - qhm.beta) * gradient + qhm.beta * buffer
    return points - qhm.alpha * ((1 - qhm.nu) * gradient + qhm.nu * buffer), buffer


class Family(ABC):
    """The shared behaviour of the family's methods; each says only which (α, β, ν) it is."""

    key: ClassVar[str]
    title: ClassVar[str]
    source: ClassVar[str]
    oracle: ClassVar[Oracle] = "sampled"

    @abstractmethod
    def as_qhm(self) -> QHM:
        """The same method as a point (α, β, ν)."""

    def initialise(self, points: FloatArray) -> State:
        """d_{-1} = 0."""
        return (np.zeros_like(points),)

    def update(self, points: FloatArray, state: State, gradient: FloatArray) -> tuple[FloatArray, State]:
        """One step of `qhm_update`."""
        points, buffer = qhm_update(self.as_qhm(), points, state[0], gradient)
        return points, (buffer,)

    def parts(self, state: State) -> Parts:
        """d, the momentum buffer."""
        return {"d": state[0]}

    def explain(self, step: Step) -> Parts:
        """How the new buffer is mixed from the old one and the gradient, and the step from both."""
        qhm, g, d = self.as_qhm(), step.gradient, step.after["d"]
        terms: Parts = {"g": g}
        if qhm.nu > 0:
            terms |= {"(1-β) g": (1 - qhm.beta) * g, "β d": qhm.beta * step.before["d"], "d": d}
        if 0 < qhm.nu < 1:
            terms |= {"(1-ν) g": (1 - qhm.nu) * g, "ν d": qhm.nu * d}
        return terms | {"Δx": -qhm.alpha * ((1 - qhm.nu) * g + qhm.nu * d)}


@dataclass(frozen=True)
class QHMMethod(Family):
    """x <- x - α [(1-ν) g + ν d], d <- (1-β) g + β d.

    Parameters
    ----------
    alpha : float
        Learning rate > 0, in units of 1/curvature.
    beta : float
        Momentum, 0 <= beta < 1.
    nu : float
        Momentum share, 0 <= nu <= 1.
    """

    alpha: float = family_alpha()
    beta: float = family_beta()
    nu: float = declared_nu(0.7, help="0: plain SGD, 1: heavy ball, ν = β: Nesterov")

    key: ClassVar[str] = "qhm"
    title: ClassVar[str] = "QHM"
    summary: ClassVar[str] = "quasi-hyperbolic"
    source: ClassVar[str] = "Ma & Yarats, ICLR 2019; Gitman et al., NeurIPS 2019, eq. (3)"

    def __post_init__(self) -> None:
        check_declared(self)

    def as_qhm(self) -> QHM:
        """Itself."""
        return QHM(self.alpha, self.beta, self.nu)
