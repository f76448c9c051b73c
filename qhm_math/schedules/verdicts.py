"""What is said of a theorem: subjects, verdicts and reasons as codes and values. Their words are the window's."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

#: 'open': the run decides; 'undecided': it is not known.
Verdict = Literal["holds", "fails", "open", "undecided", "does not apply"]


class Subject(StrEnum):
    """What a condition demands, as plain text."""

    ALPHA_SUM = "Σ α_k = ∞"
    ALPHA_SQUARES = "Σ α_k² < ∞"
    GAP_SQUARES = "Σ (1 - ν_k β_k)² < ∞"
    GAP_RATIO = "Σ α_k² / (1 - ν_k β_k) < ∞"
    BUFFER_RATIO = "Σ α_k² / (1 - β_k) < ∞"
    BETA_TO_ZERO = "β_k → 0, sup β_k < 1"
    BETA_TO_ONE = "β_k → 1"
    SMOOTH = "∇f is Lipschitz continuous"
    BELOW = "f is bounded below"
    GRADIENT = "‖∇f‖ stays bounded"
    NOISE = "noise of mean 0 and bounded variance"
    QUADRATIC = "f is quadratic"
    NOISELESS = "no noise"
    CONSTANTS = "α, β, ν are constant"
    STABLE = "α below the stability bound (13)"


class Why(StrEnum):
    """Why a condition holds or fails, as plain text."""

    GROWS = "the terms grow"
    STAYS = "the terms do not go to 0"
    SLOW = "the terms fall more slowly than 1/k, as k to minus q"
    EDGE = "the terms fall as 1/k: a harmonic series"
    FAST = "the terms fall faster than 1/k, as k to minus q"
    DROPS = "the terms fall geometrically"
    ENDS = "the terms are 0 from some step on"
    ANY_RUN_SLOW = "the terms fall too slowly however often the run drops"
    ANY_RUN_FAST = "the terms fall fast enough however often the run drops"
    UP_TO_RUN = "the run decides how fast the terms fall"
    OTHER_ZERO = "β_k goes to 0: Theorem 1 applies"
    OTHER_ONE = "β_k goes to 1: Theorem 2 applies"
    NEVER_ONE = "β_k never exceeds its supremum below 1"
    TO_ZERO = "β_k goes to 0"
    TO_ONE = "β_k goes to 1"
    ELSEWHERE = "β_k goes to another limit"
    MAYBE_ZERO = "β_k goes to 0 only if the run drops without end"
    CURVATURE_CONSTANT = "the second derivatives are constant"
    CURVATURE_BOUNDED = "the second derivatives are bounded"
    CURVATURE_GROWS = "the second derivatives grow without bound"
    HAS_LOWEST = "f has a lowest value"
    GRADIENT_BOUNDED = "the gradient is bounded on the whole plane"
    GRADIENT_HELD = "the gradient grows with the distance only, and α_k → 0 keeps its second moments bounded"
    GRADIENT_GROWS = "the gradient grows faster than the distance: a run can diverge"
    NOT_HELD = "it grows with the distance, and α_k need not go to 0"
    NOISELESS = "every gradient is exact"
    NOISE_SAME = "the noise is the same everywhere"
    BATCHES_BOUNDED = "the gradients of the samples differ by a bounded amount"
    BATCHES_HELD = "the noise of a batch grows with the distance only, and α_k → 0 keeps its second moments bounded"
    NOT_KNOWN = "not known for this loss"
    IS_QUADRATIC = "the second derivatives are constant and positive definite"
    NOT_QUADRATIC = "f is not quadratic"
    NOISY = "with noise the iterates keep scattering"
    CONSTANTS = "nothing changes from step to step"
    VARYING = "the parameters change from step to step"
    BELOW_BOUND = "below the bound"
    ABOVE_BOUND = "not below the bound"


@dataclass(frozen=True)
class Reason:
    """Why, with the numbers that belong to it; ``str`` is plain text: 'β_k goes to 0 (sup = 0.8)'."""

    why: Why
    values: tuple[tuple[str, float], ...] = ()

    def __str__(self) -> str:
        numbers = ", ".join(f"{name} = {value:.6g}" for name, value in self.values)
        return f"{self.why} ({numbers})" if numbers else str(self.why)


@dataclass(frozen=True)
class Condition:
    """One condition: what it demands, whether that is so, and why.

    wanted: what is demanded of a sum, 'finite' or 'infinite'; 'none' where the condition is no sum. total: the sum
    where it is finite and known in closed form, inf where infinite, None otherwise.
    """

    subject: Subject
    verdict: Verdict
    reason: Reason
    wanted: Literal["finite", "infinite", "none"] = "none"
    total: float | None = None


def worst(conditions: tuple[Condition, ...]) -> Verdict:
    """'holds' if every condition does; else the worst that one says."""
    found = {condition.verdict for condition in conditions}
    worst_first: tuple[Verdict, ...] = ("does not apply", "fails", "undecided", "open")
    for verdict in worst_first:
        if verdict in found:
            return verdict
    return "holds"


@dataclass(frozen=True)
class Theorem:
    """A theorem for a schedule: its number, its conditions on the schedule in the paper's order, and its assumptions
    about the loss and the noise (none where no loss was named)."""

    number: int
    conditions: tuple[Condition, ...]
    assumptions: tuple[Condition, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """What follows of all of them."""
        return worst(self.conditions + self.assumptions)

    @property
    def schedule_verdict(self) -> Verdict:
        """What follows of the schedule alone."""
        return worst(self.conditions)
