"""A formula as functions of arrays: its graph as a list of NumPy operations, only those that an answer needs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .faults import ExpressionError, Fault
from .graph import Graph
from .syntax import read

MAX_OPERATIONS = 1500  # of the value and the gradient: beyond it a run would take minutes


@dataclass(frozen=True, eq=False)
class Program:
    """NumPy operations in order: each makes one array from arrays made before it.

    operations: (function, places of its arguments); the first arrays are x and y, then come the constants. results:
    the places of what is wanted. total: whether the formula is defined on the whole plane.
    """

    constants: tuple[float, ...]
    operations: tuple[tuple[Callable[..., Any], tuple[int, ...]], ...]
    results: tuple[int, ...]
    total: bool

    def run(self, points: Any) -> Any:
        """The results at points (..., 2) along the last axis, (..., results); also for complex points.

        Outside the domain of a function it gives NaN, where it overflows inf, without a warning.
        """
        x, y = points[..., 0], points[..., 1]
        values: list[Any] = [x, y, *self.constants]
        with np.errstate(all="ignore"):
            for function, arguments in self.operations:
                values.append(function(*[values[i] for i in arguments]))
        found = np.empty((*np.shape(x), len(self.results)), dtype=np.result_type(points, np.float64))
        for column, place in enumerate(self.results):
            found[..., column] = values[place]
        return found


@dataclass(frozen=True, eq=False)
class Compiled:
    """The programs of a formula. gradient: ∂f/∂x and ∂f/∂y, and if the formula is not `total`, f after them.

    hessian: the derivatives xx, xy, yy.
    """

    value: Program
    gradient: Program
    hessian: Program


@lru_cache(maxsize=64)
def compile_text(text: str) -> Compiled:
    """The programs of a formula. ExpressionError for one that `read` refuses or whose derivatives are too long."""
    graph = Graph(read(text).tree)
    total = graph.total
    value = graph.value
    first = [graph.slope(value, axis) for axis in (0, 1)]
    if len(graph.nodes) > MAX_OPERATIONS:
        raise ExpressionError(text, [Fault(0, "long")])
    xx, xy, yy = (
        None if slope is None else graph.slope(slope, axis)
        for slope, axis in ((first[0], 0), (first[0], 1), (first[1], 1))
    )
    return Compiled(
        _program(graph, [value], total),
        _program(graph, first if total else [*first, value], total),
        _program(graph, [xx, xy, yy], total),
    )


def _program(graph: Graph, wanted: Sequence[int | None], total: bool) -> Program:
    """The operations that `wanted` needs, in order; None is the number 0."""
    ends = [graph.constant(0.0) if node is None else node for node in wanted]
    needed: set[int] = set()
    waiting = list(ends)
    while waiting:
        node = waiting.pop()
        if node in needed:
            continue
        needed.add(node)
        waiting += _inputs(graph, node)
    places = {0: 0, 1: 1}
    constants: list[float] = []
    for node in sorted(needed):
        kind, arguments = graph.nodes[node]
        if kind == "constant":
            places[node] = 2 + len(constants)
            constants.append(arguments[0])
    operations: list[tuple[Callable[..., Any], tuple[int, ...]]] = []
    for node in sorted(needed - places.keys()):
        kind, arguments = graph.nodes[node]
        function = _power(int(arguments[1])) if kind == "integer power" else _FUNCTIONS[kind]
        places[node] = 2 + len(constants) + len(operations)
        operations.append((function, tuple(places[each] for each in _inputs(graph, node))))
    return Program(tuple(constants), tuple(operations), tuple(places[node] for node in ends), total)


def _inputs(graph: Graph, node: int) -> list[int]:
    kind, arguments = graph.nodes[node]
    if kind == "constant":
        return []
    return [int(each) for each in (arguments[:1] if kind == "integer power" else arguments)]


@lru_cache(maxsize=256)
def _power(exponent: int) -> Callable[[Any], Any]:
    """u -> u**exponent by products: np.power is thirty times slower, and wrong for complex steps."""
    if exponent == 2:
        return lambda u: u * u

    def raised(u: Any) -> Any:
        result: Any = 1.0
        square, left = u, abs(exponent)
        while left:
            if left & 1:
                result = result * square
            left >>= 1
            if left:
                square = square * square
        return result if exponent > 0 else np.divide(1.0, result)

    return raised


def _ratio(a: Any, b: Any) -> Any:
    """a/b, but 0/0 = 0."""
    return np.divide(a, np.where((a == 0) & (b == 0), 1.0, b))


def _pick(a: Any, b: Any, above: Any, below: Any) -> Any:
    """`above` where a > b, `below` where a < b, their mean between."""
    middle: NDArray[np.float64] = np.multiply(0.5, np.add(above, below))
    return np.select([a > b, a < b], [above, below], middle)


_FUNCTIONS: dict[str, Callable[..., Any]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "neg": np.negative,
    "**": np.power,
    "ratio": _ratio,
    "pick": _pick,
    "min": np.minimum,
    "max": np.maximum,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "asin": np.arcsin,
    "acos": np.arccos,
    "atan": np.arctan,
    "sinh": np.sinh,
    "cosh": np.cosh,
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "log2": np.log2,
    "sqrt": np.sqrt,
    "abs": np.abs,
    "sign": np.sign,
    "floor": np.floor,
}
