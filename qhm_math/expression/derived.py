"""Functions that are read as what they mean in those of names.py, and shown as that."""

from __future__ import annotations

from .tree import Tree

#: x and y stand for the arguments.
MEANINGS = {
    "pow": "x**y",
    "square": "x**2",
    "cbrt": "sign(x)*abs(x)**(1/3)",
    "log1p": "log(1 + x)",
    "expm1": "exp(x) - 1",
    "exp2": "2**x",
    "hypot": "sqrt(x**2 + y**2)",
    "sec": "1/cos(x)",
    "csc": "1/sin(x)",
    "cot": "1/tan(x)",
    "sech": "1/cosh(x)",
    "relu": "max(x, 0)",
    "sigmoid": "1/(1 + exp(-x))",
    "softplus": "log(1 + exp(x))",
    "ceil": "-floor(-x)",
}
TWO_ARGUMENTS = ("pow", "hypot")


def filled(meaning: Tree, arguments: list[Tree], place: int) -> Tree:
    """The tree of a meaning with the arguments for x and y; all that is new in it stands at `place`."""
    if meaning.kind == "name" and meaning.name in ("x", "y"):
        return arguments["xy".index(meaning.name)]
    parts = tuple(filled(part, arguments, place) for part in meaning.parts)
    return Tree(meaning.kind, place, meaning.value, meaning.name, parts)
