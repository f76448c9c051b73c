"""A formula as a graph of operations in which equal ones are one, and its derivatives as more of the same graph.

Nothing is simplified that could change where the formula is defined: sqrt(x)*sqrt(x) stays a product of two roots. Only
in derivatives what is identically 0 is left out. At a kink the derivative is an element of the subdifferential, 0 where
the symmetry gives it: sign(0) = 0, the mean of both sides for min and max, and 0/0 = 0 in the derivative of a root,
√u' = u'/(2√u), because u ≥ 0 has its least value there (Clarke, Optimization and Nonsmooth Analysis, chapter 2).
"""

from __future__ import annotations

import math

from .tree import Tree

X, Y = 0, 1

#: Operations that are defined for every real number; of the others the value decides where the formula is.
TOTAL = frozenset(
    {"x", "y", "constant", "+", "-", "*", "neg", "sin", "cos", "atan", "sinh", "cosh", "tanh", "exp", "abs", "sign"}
    | {"floor", "min", "max", "pick"}
)


class Graph:
    """Operations (kind, arguments), numbered in the order in which they can be computed; 0 is x and 1 is y.

    arguments: numbers of other operations; of "constant" its value; of "integer power" the base and the exponent as
    it is. Where a derivative is identically 0 its number is None.
    """

    def __init__(self, tree: Tree) -> None:
        self.nodes: list[tuple[str, tuple[float, ...]]] = [("x", ()), ("y", ())]
        self._known: dict[tuple[str, tuple[float, ...]], int] = {}
        self._slopes: dict[tuple[int, int], int | None] = {}
        self.value = self._built(tree)

    def slope(self, node: int, axis: int) -> int | None:
        """∂node/∂x (axis 0) or ∂node/∂y (1)."""
        key = (node, axis)
        if key not in self._slopes:
            self._slopes[key] = self._derivative(node, axis)
        return self._slopes[key]

    def constant(self, value: float) -> int:
        return self._node("constant", value)

    @property
    def total(self) -> bool:
        """Whether the formula is defined on the whole plane (overflow aside)."""
        return all(self._total(kind, arguments) for kind, arguments in self.nodes)

    def _total(self, kind: str, arguments: tuple[float, ...]) -> bool:
        if kind == "integer power":
            return arguments[1] > 0
        if kind == "/":
            return self._number(int(arguments[1])) is not None  # never 0: `fold` has looked
        if kind == "**":
            return (self._number(int(arguments[0])) or 0.0) > 0
        return kind in TOTAL

    # -- building

    def _node(self, kind: str, *arguments: float) -> int:
        key = (kind, arguments)
        if key not in self._known:
            self._known[key] = len(self.nodes)
            self.nodes.append(key)
        return self._known[key]

    def _built(self, tree: Tree) -> int:
        match tree.kind:
            case "number":
                return self.constant(tree.value)
            case "name":
                return X if tree.name == "x" else Y
            case "**" if tree.parts[1].kind == "number":
                return self._power(self._built(tree.parts[0]), tree.parts[1].value)
            case "*" if tree.parts[0] == tree.parts[1]:
                return self._power(self._built(tree.parts[0]), 2)
            case kind:
                return self._node(kind, *(self._built(part) for part in tree.parts))

    def _number(self, node: int) -> float | None:
        kind, arguments = self.nodes[node]
        return arguments[0] if kind == "constant" else None

    def _power(self, base: int, exponent: float) -> int:
        if exponent == 1:
            return base
        if exponent == 0.5:
            return self._node("sqrt", base)
        if exponent.is_integer() and exponent != 0:
            return self._node("integer power", base, int(exponent))
        return self._node("**", base, self.constant(exponent))

    # -- arithmetic of derivatives

    def _times(self, *factors: int | None) -> int | None:
        """A product, its constants taken together; None if a factor is."""
        number, rest = 1.0, list[int]()
        for factor in factors:
            if factor is None:
                return None
            kind, arguments = self.nodes[factor]
            value = self._number(factor)
            if value is not None:
                number *= value
            elif kind == "*" and (first := self._number(int(arguments[0]))) is not None:
                number *= first
                rest.append(int(arguments[1]))
            else:
                rest.append(factor)
        if not rest:
            return self.constant(number) if number else None
        product = rest[0]
        for factor in rest[1:]:
            product = self._node("*", product, factor)
        if number == 1:
            return product
        return self._node("*", self.constant(number), product) if number else None

    def _plus(self, first: int | None, second: int | None) -> int | None:
        if first is None or second is None:
            return first if second is None else second
        return self._node("+", first, second)

    def _minus(self, first: int | None, second: int | None) -> int | None:
        if second is None:
            return first
        if first is None:
            return self._times(self.constant(-1.0), second)
        return self._node("-", first, second)

    def _over(self, first: int | None, second: int, kind: str = "/") -> int | None:
        if first is None:
            return None
        value = self._number(second)
        if value is not None and value != 0 and math.isfinite(1 / value):
            return self._times(self.constant(1 / value), first)
        return self._node(kind, first, second)

    # -- derivatives

    def _derivative(self, node: int, axis: int) -> int | None:
        kind, arguments = self.nodes[node]
        if kind in ("x", "y"):
            return self.constant(1.0) if node == axis else None
        if kind in ("constant", "sign", "floor"):
            return None
        if kind == "integer power":
            base, exponent = int(arguments[0]), arguments[1]
            outer = self._times(self.constant(exponent), self._power(base, float(exponent - 1)))
            return self._times(outer, self.slope(base, axis))
        parts = [int(each) for each in arguments]
        slopes = [self.slope(part, axis) for part in parts]
        if all(slope is None for slope in slopes):
            return None
        if len(parts) == 2 or kind == "pick":
            return self._of_two(kind, node, parts, slopes)
        return self._of_one(kind, node, parts[0], slopes[0])

    def _of_two(self, kind: str, node: int, parts: list[int], slopes: list[int | None]) -> int | None:
        a, b = parts[0], parts[1]
        da, db = slopes[0], slopes[1]
        match kind:
            case "+":
                return self._plus(da, db)
            case "-":
                return self._minus(da, db)
            case "*":
                return self._plus(self._times(da, b), self._times(a, db))
            case "/" | "ratio":
                return self._minus(self._over(da, b), self._over(self._times(node, db), b))
            case "**":
                left = self._times(b, self._node("**", a, self._less_one(b)), da) if da is not None else None
                right = self._times(node, self._log(a), db) if db is not None else None
                return self._plus(left, right)
            case _:  # min, max, pick: (a, b, value where a > b, value where a < b)
                zero = self.constant(0.0)
                if kind == "pick":
                    above, below = slopes[2], slopes[3]
                else:
                    above, below = (da, db) if kind == "max" else (db, da)
                if above is None and below is None:
                    return None
                return self._node("pick", a, b, zero if above is None else above, zero if below is None else below)

    def _less_one(self, exponent: int) -> int:
        value = self._number(exponent)
        one = self.constant(1.0)
        return self._node("-", exponent, one) if value is None else self.constant(value - 1)

    def _log(self, node: int) -> int:
        value = self._number(node)
        return self._node("log", node) if value is None or value <= 0 else self.constant(math.log(value))

    def _of_one(self, kind: str, node: int, u: int, du: int | None) -> int | None:
        one = self.constant(1.0)
        match kind:
            case "neg":
                return self._times(self.constant(-1.0), du)
            case "sqrt":
                return self._over(self._times(self.constant(0.5), du), node, "ratio")
            case "sin":
                return self._times(self._node("cos", u), du)
            case "cos":
                return self._times(self.constant(-1.0), self._node("sin", u), du)
            case "tan":
                return self._times(self._node("+", one, self._power(node, 2.0)), du)
            case "asin" | "acos":
                root = self._node("sqrt", self._node("-", one, self._power(u, 2.0)))
                return self._times(self.constant(1.0 if kind == "asin" else -1.0), self._over(du, root))
            case "atan":
                return self._over(du, self._node("+", one, self._power(u, 2.0)))
            case "sinh":
                return self._times(self._node("cosh", u), du)
            case "cosh":
                return self._times(self._node("sinh", u), du)
            case "tanh":
                return self._times(self._node("-", one, self._power(node, 2.0)), du)
            case "exp":
                return self._times(node, du)
            case "log":
                return self._over(du, u)
            case "log10" | "log2":
                return self._times(self.constant(1 / math.log(10 if kind == "log10" else 2)), self._over(du, u))
            case _:  # abs
                return self._times(self._node("sign", u), du)
