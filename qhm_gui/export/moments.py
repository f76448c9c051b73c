"""What is seen of a step from one press of a key to the next: the talk window goes through it, and so do its files."""

from __future__ import annotations

from dataclasses import dataclass

from qhm_gui.export.step_words import split_sentences
from qhm_gui.files.talk_file import Step, said

#: Sentences that come one by one in a file of the talk; what is left then comes at once.
_MOST_TOLD = 20


@dataclass(frozen=True)
class Moment:
    """``told`` sentences so far (None: all), whether the room has still to guess, and which state of the step."""

    told: int | None = None
    covered: bool = False
    stop: int = 0


#: All that a step says, over its own state, with the answer.
WHOLE = Moment()


def moments(step: Step) -> list[Moment]:
    """One for each press, in the language in force: its sentences, then the answer to its question, then its stops."""
    asked = bool(step.ask and step.views)
    count = min(len(split_sentences(said(step.words))), _MOST_TOLD) if step.reveal else 0
    found = [Moment(told, asked) for told in range(count)]
    if asked:
        found.append(Moment(covered=True))
    return found + [Moment(stop=stop) for stop in range(len(step.stops) + 1)]
