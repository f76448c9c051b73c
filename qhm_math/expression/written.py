"""A formula in the program's notation: what Python would read as the same, with no parentheses that are not needed."""

from __future__ import annotations

from .tree import Tree

_RANKS = {"+": 1, "-": 1, "*": 2, "/": 2, "neg": 3, "**": 4}


def written(tree: Tree) -> str:
    """`x**2 + 10*sin(y)**2`: spaces around + and - only, powers as **, e**x as exp(x)."""
    kind, parts = tree.kind, tree.parts
    match kind:
        case "number" | "name":
            return tree.name
        case "+" | "-":
            return f"{written(parts[0])} {kind} {_inside(parts[1], 2)}"
        case "*" | "/":
            return f"{_inside(parts[0], 2)}{kind}{_inside(parts[1], 3)}"
        case "neg":
            return f"-{_inside(parts[0], 4)}"
        case "**" if parts[0].name == "e":
            return f"exp({written(parts[1])})"
        case "**":
            return f"{_inside(parts[0], 5)}**{_inside(parts[1], 3)}"
        case _:
            return f"{kind}({', '.join(written(part) for part in parts)})"


def _inside(tree: Tree, least: int) -> str:
    """In parentheses where it binds less than `least`."""
    text = written(tree)
    return text if _RANKS.get(tree.kind, 5) >= least else f"({text})"
