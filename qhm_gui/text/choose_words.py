"""The words of a recommendation: sentences for the codes of `qhm_math.choose`."""

from __future__ import annotations

import math
from collections.abc import Iterable

from qhm_gui.text.language import labelled, tr
from qhm_gui.text.numbers import alpha_text, plain, scientific, share_text
from qhm_math import QHM
from qhm_math.choose import Call, CallNote, Change, Comparison, Interval, LeftOut

NAMES: dict[str, str] = {
    "sgd": "SGD",
    "shb": "SHB",
    "nag": "NAG",
    "triple momentum": "Triple momentum",
    "pytorch": "PyTorch default",
    "schedule-free": "Schedule-Free",
}
#: Sentences with a gap for the factor.
CHANGES: dict[Change, str] = {
    Change.STABLE: "The current point diverges; this one converges.",
    Change.LOWER_LOSS: "The loss is {factor} times lower.",
    Change.HIGHER_LOSS: "The loss is {factor} times higher.",
    Change.FASTER: "A decade takes {factor} times fewer steps in the end.",
    Change.SLOWER: "A decade takes {factor} times more steps in the end.",
    Change.LOWER_FLOOR: "The stationary loss is {factor} times lower.",
    Change.HIGHER_FLOOR: "The stationary loss is {factor} times higher.",
}
LEFT_OUT: dict[LeftOut, str] = {
    LeftOut.CHANGING_CURVATURE: "Curvatures are constant here; in training they change.",
    LeftOut.OTHER_NOISE: "The noise is the same everywhere here; that of mini-batches grows with the distance.",
    LeftOut.OTHER_DATA: "The samples are Gaussian here; real ones have heavier tails.",
    LeftOut.ONE_RUN: "These are expectations; a single run scatters about them.",
}
CALL_NOTES: dict[CallNote, str] = {
    CallNote.SAME: "the same steps",
    CallNote.UNDAMPENED: "the same steps with dampening=0; PyTorch with dampening does not dampen the first step",
    CallNote.RISING_BETA: "one plain step, then the same α and ν, while β rises as k/(k + 2)",
}


def change_sentence(change: Change, factor: float) -> str:
    """A change in the language in force."""
    words = tr(CHANGES[change])
    return words.format(factor=plain(factor)) if math.isfinite(factor) else words.format(factor="∞")


def point_name(key: str) -> str:
    """A named point in the language in force."""
    return tr(NAMES.get(key, key))


def point_line(qhm: QHM) -> str:
    """'α = 0.20, β = 0.9000, ν = 1.000'."""
    return f"α = {alpha_text(qhm.alpha)}, β = {share_text(qhm.beta, 4)}, ν = {share_text(qhm.nu, 3)}"


def change_lines(comparison: Comparison) -> list[str]:
    """What changes against the current point, gains first."""
    found = [change_sentence(*change) for change in (*comparison.gains, *comparison.costs)]
    return found or [tr("No difference above 1 %.")]


def wrong_words(errors: tuple[float, float]) -> str:
    """'If L and the noise are up to 2 times larger or smaller:', from the two factors."""
    curvature, noise = (plain(error) for error in errors)
    if curvature == noise:
        return tr("If L and the noise are up to {factor} times larger or smaller:", factor=curvature)
    return tr(
        "If L is up to {factor} times and the noise up to {noise} times larger or smaller:",
        factor=curvature,
        noise=noise,
    )


def best_alpha_words(low: str, high: str) -> str:
    """The learning rates that are best at the point's own momentum and share."""
    if low == high:
        return tr("best α at this β and ν: {value}", value=low)
    return tr("best α at this β and ν: {low} to {high}", low=low, high=high)


def interval_lines(interval: Interval, regret: float) -> list[str]:
    """What a point's figures may be over the box of errors, and its worst regret there."""
    (low, high), (least, most) = interval.alpha, interval.held_loss
    worst = (
        tr("at worst {times} times the best possible loss", times=plain(regret))
        if math.isfinite(regret)
        else tr("at worst it diverges")
    )
    return [
        best_alpha_words(alpha_text(low), alpha_text(high)),
        tr("loss from {low} to {high}", low=scientific(least), high=scientific(most)),
        worst,
    ]


def excess_words(excess: float) -> str:
    """How far a point is from the front."""
    return tr("{times} times the least stationary loss at this rate", times=plain(excess))


def left_out_lines(codes: Iterable[LeftOut]) -> list[str]:
    """What the model leaves out."""
    return [tr(LEFT_OUT[code]) for code in codes]


def call_words(call: Call) -> str:
    """The package of a call, and what is to be known of it."""
    return labelled(call.package, tr(CALL_NOTES[call.note]))
