"""What can be wrong with a formula: every fault with its place, all of them told in one sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..checks import ParameterError
from .names import FUNCTIONS

#: Of many faults only these are told; garbage has no end.
MOST_TOLD = 4

SENTENCES = {
    "not text": "it must be text such as x**2 + 10*sin(y)**2",
    "length": "it has {count} characters, and at most {most} are allowed",
    "empty": "it is empty; an example is x**2 + 10*sin(y)**2",
    "constant": "it must contain x or y",
    "latex": "this is LaTeX; the same as plain text looks like x**2 + 10*sin(y)**2",
    "sign": "{sign} is not allowed",
    "invisible": "the invisible character {code} is not allowed",
    "name": "“{word}” is not known",
    "index": "“{word}” stands beside x and y; the two variables are x and y, or x1 and x2",
    "comma": "a decimal point is written as “.”",
    "equation": "an equation is no loss; write one side of it",
    "letter": "“{word}” is not one of the letters that this formula begins with",
    "grouped": "“{typed}” has two readings; write {first} or {second}",
    "separator": "a comma stands only between two arguments, as in max(x, y)",
    "number": "the number is too large",
    "operator": "an operator is missing",
    "slash": "a product without * after / can be read in two ways; write * or parentheses",
    "operand": "something is missing before this",
    "end": "something is missing at the end",
    "closed": "this parenthesis is never closed",
    "bar": "this | is never closed",
    "opened": "this parenthesis was never opened",
    "call": "{word} needs parentheses, as in {word}(x)",
    "call two": "{word} needs parentheses, as in {word}(x, y)",
    "one argument": "{word} takes one argument, as in {word}(x)",
    "two arguments": "{word} takes two arguments, as in {word}(x, y)",
    "inverse": "a negative power of a function's name has two meanings; write 1/{word}(x) or a{word}(x)",
    "parentheses": "more than {most} parentheses within each other",
    "deep": "powers and functions are more than {most} deep",
    "parts": "it has more than {most} numbers, names and operations",
    "exponent": "this exponent is too large; at most {most} is allowed",
    "powers": "powers of powers multiply to more than {most}",
    "zero": "this divides by zero",
    "infinite": "this constant is no finite real number",
    "nowhere": "it is not a real number anywhere",
    "long": "its derivatives are too long; a shorter formula is needed",
}
"""Every kind of fault with its sentence; the names in braces are filled in from `Fault.values`."""


@dataclass(frozen=True)
class Fault:
    """kind: a key of SENTENCES; position: of the offending character, from 0; values: what its sentence names."""

    position: int
    kind: str
    values: tuple[tuple[str, str], ...] = ()

    @property
    def problem(self) -> str:
        """What is wrong there, in English."""
        return SENTENCES[self.kind].format(**dict(self.values))


class ExpressionError(ParameterError):
    """A formula that cannot be read. `faults`: all that is wrong with it, from left to right, at least one.

    position, problem: of the first. `str()` is one sentence that points at the characters, counted from 1.
    """

    def __init__(self, text: str, faults: Sequence[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.position))
        self.position, self.problem = self.faults[0].position, self.faults[0].problem
        super().__init__("formula", text, self.problem)
        self.args = (text, self.faults)

    def told(self) -> tuple[list[tuple[list[int], Fault]], int]:
        """The faults that a sentence tells, equal ones together with all their positions; and how many more."""
        groups: dict[tuple[str, tuple[tuple[str, str], ...]], list[Fault]] = {}
        for fault in self.faults:
            groups.setdefault((fault.kind, fault.values), []).append(fault)
        kept = list(groups.values())[:MOST_TOLD]
        told = [([fault.position for fault in same[:MOST_TOLD]], same[0]) for same in kept]
        return told, len(self.faults) - sum(len(places) for places, _ in told)

    @property
    def names_needed(self) -> bool:
        """Whether a word was not known, so that the known ones are worth listing."""
        return any(fault.kind == "name" for fault in self.faults)

    def __str__(self) -> str:
        told, more = self.told()
        pieces: list[str] = []
        for places, fault in told:
            where = ", ".join(str(place + 1) for place in places)
            pieces.append(f"at character{'s' if len(places) > 1 else ''} {where}: {fault.problem}")
        if more:
            pieces.append(f"and {more} more")
        if self.names_needed:
            pieces.append(f"the names are x and y, {', '.join(FUNCTIONS)}, pi and e")
        return f"The formula cannot be read {'; '.join(pieces)}."
