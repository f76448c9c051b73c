"""The words of a recommendation: sentences for the codes of `qhm_math.choose`."""

from __future__ import annotations

import math

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import plain
from qhm_math.choose import CallNote, Change, LeftOut

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
    CallNote.RISING_BETA: "the same α and ν, while β rises as k/(k + 2)",
}


def change_sentence(change: Change, factor: float) -> str:
    """A change in the language in force."""
    words = tr(CHANGES[change])
    return words.format(factor=plain(factor)) if math.isfinite(factor) else words.format(factor="∞")


def point_name(key: str) -> str:
    """A named point in the language in force."""
    return tr(NAMES.get(key, key))
