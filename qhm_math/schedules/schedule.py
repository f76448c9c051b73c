"""A schedule of QHM: a family for each of α, β and ν."""

from __future__ import annotations

from dataclasses import dataclass

from numpy.typing import ArrayLike

from ..checks import FloatArray, ParameterError
from .families import Constant, Family, leads_to_one, start_gap
from .orders import Bounds


@dataclass(frozen=True)
class Schedule:
    """Families for α, β and ν, which may change from step to step.

    Parameters
    ----------
    alpha : Family
        α_k >= 0, not all of them 0.
    beta : Family
        0 <= β_k < 1 at every k.
    nu : Family
        0 <= ν_k <= 1 at every k.

    Raises
    ------
    ParameterError
        A family leaves its range at some step.
    """

    alpha: Family
    beta: Family
    nu: Family

    def __post_init__(self) -> None:
        if self.alpha.supremum() <= 0:
            raise ParameterError("alpha", self.alpha.supremum(), "greater than 0 at some step")
        # What leads to 1 never gets there, unless it begins there.
        if start_gap(self.beta) == 0 if leads_to_one(self.beta) else self.beta.supremum() >= 1:
            raise ParameterError("beta", self.beta.supremum(), "at least 0 and less than 1 at every step")
        if self.nu.supremum() > 1:
            raise ParameterError("nu", self.nu.supremum(), "at least 0 and at most 1 at every step")

    def values(self, k: ArrayLike) -> tuple[FloatArray, FloatArray, FloatArray]:
        """(α_k, β_k, ν_k), of a run without any drop on a plateau.

        Parameters
        ----------
        k : array_like
            Steps, from 0.

        Returns
        -------
        alpha, beta, nu : ndarray
            Each of the shape of `k`.
        """
        return self.alpha.values(k), self.beta.values(k), self.nu.values(k)

    def gap_order(self) -> Bounds:
        """How fast 1-ν_kβ_k falls.

        Returns
        -------
        Bounds
            On its order.
        """
        return self.nu.gap_order().plus(self.beta.gap_order())


def resting(schedule: Schedule) -> Schedule:
    """The same start, and nothing changes: constant α, β and ν, which keep hovering about a minimum."""
    _, beta, nu = schedule.values(0)
    return Schedule(Constant(schedule.alpha.supremum()), Constant(float(beta)), Constant(float(nu)))
