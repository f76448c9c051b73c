"""Constant parts of a formula as numbers, in floating point, so that nothing can grow; and what is wrong with them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from .faults import Fault
from .names import CONSTANTS
from .tree import Tree

MAX_POWER = 64  # of a constant exponent, and of exponents of exponents together

_VALUES: dict[str, Any] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "neg": np.negative,
    "**": math.pow,  # refuses what is complex
    "abs": math.fabs,
    "sign": np.sign,
    "min": min,
    "max": max,
}


def fold(tree: Tree) -> tuple[Tree, list[Fault]]:
    """The tree with every constant part as one number and e**u as exp(u); and its faults."""
    walk = _Fold()
    folded = walk.visit(tree)
    if not walk.faults and folded.kind == "number":
        walk.faults.append(Fault(0, "constant"))
    return folded, walk.faults


class _Fold:
    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def note(self, place: int, kind: str, *values: tuple[str, str]) -> None:
        self.faults.append(Fault(place, kind, values))

    def visit(self, tree: Tree) -> Tree:
        if tree.kind == "number":
            return tree
        if tree.kind == "name":
            value = CONSTANTS.get(tree.name)
            return tree if value is None else Tree("number", tree.position, value=value)
        if tree.kind == "**" and tree.parts[0].name == "e":
            return self.visit(Tree("exp", tree.position, parts=tree.parts[1:]))
        before = len(self.faults)
        parts = tuple(self.visit(part) for part in tree.parts)
        if len(self.faults) > before:
            return Tree("name", tree.position, name="x")  # what is wrong inside is told once
        self.check(tree.kind, parts)
        if len(self.faults) == before and all(part.kind == "number" for part in parts):
            return self.number(tree, *(part.value for part in parts))
        return Tree(tree.kind, tree.position, parts=parts)

    def number(self, tree: Tree, *values: float) -> Tree:
        try:
            function = _VALUES.get(tree.kind) or getattr(math, tree.kind)  # the kind is one of FUNCTIONS
            with np.errstate(all="ignore"):
                value = float(function(*values))
            if math.isfinite(value):
                return Tree("number", tree.position, value=value)
        except (ValueError, OverflowError):
            pass
        self.note(tree.position, "infinite")
        return tree

    def check(self, kind: str, parts: tuple[Tree, ...]) -> None:
        if kind not in ("/", "**"):
            return
        first, second = parts
        constant = second.kind == "number"
        if kind == "/":
            if constant and second.value == 0:
                self.note(second.position, "zero")
        elif not constant:
            if first.kind == "number" and first.value < 0:
                self.note(first.position, "nowhere")
        elif abs(second.value) > MAX_POWER:
            self.note(second.position, "exponent", ("most", str(MAX_POWER)))
        elif first.kind != "number" and abs(second.value) * _power(first) > MAX_POWER:
            self.note(second.position, "powers", ("most", str(MAX_POWER)))


def _power(tree: Tree) -> float:
    """The largest product of constant exponents that a tree holds under powers, sums and products."""
    inner = max((_power(part) for part in tree.parts), default=1.0)
    if tree.kind == "**" and tree.parts[1].kind == "number":
        return max(1.0, abs(tree.parts[1].value)) * _power(tree.parts[0])
    return inner
