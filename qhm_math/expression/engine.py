"""A checked formula as functions of arrays: derivatives by SymPy, numbers by NumPy.

SymPy is imported when the first formula is compiled. It gets our own tree, never text; and what it gives back is
turned into a list of NumPy operations by a closed table, with every common subexpression computed once.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

import numpy as np

from ..checks import ParameterError
from .syntax import ExpressionError, Tree, parse

MAX_OPERATIONS = 1500  # of both first derivatives together: beyond it the second ones take seconds


@dataclass(frozen=True, eq=False)
class Program:
    """NumPy operations in order: each makes one array from arrays made before it.

    operations: (function, numbers of its arguments); the first two arrays are x and y, then come the constants.
    results: which arrays are f, ∂f/∂x, ∂f/∂y, and the second derivatives xx, xy, yy.
    """

    constants: tuple[float, ...]
    operations: tuple[tuple[Callable[..., Any], tuple[int, ...]], ...]
    results: tuple[int, ...]

    def run(self, points: Any, wanted: slice) -> list[Any]:
        """The results `wanted` at points (..., 2), each of shape (...); also for complex points.

        Outside the domain of a function it gives NaN, where it overflows inf, without a warning.
        """
        x, y = points[..., 0], points[..., 1]
        values: list[Any] = [x, y, *self.constants]
        last = max(self.results[wanted])
        offset = len(values)
        with np.errstate(all="ignore"):
            for function, arguments in self.operations[: max(0, last + 1 - offset)]:
                values.append(function(*(values[i] for i in arguments)))
        found = (values[i] for i in self.results[wanted])
        return [_shaped(value, np.shape(x)) for value in found]


def _shaped(value: Any, shape: tuple[int, ...]) -> Any:
    """An array of its own: a formula such as x has results that are numbers, or x itself."""
    return np.array(np.broadcast_to(value, shape))


@lru_cache(maxsize=64)
def compile_text(text: str) -> Program:
    """The program of a formula: its value first, then the gradient, then the Hessian.

    ExpressionError for a formula that `parse` refuses or whose derivatives are too long; ParameterError where SymPy
    is not installed.
    """
    return _compile(parse(text), text)


def _compile(tree: Tree, text: str) -> Program:
    sympy, functions = _sympy()
    symbols: dict[str, Any] = {"x": sympy.Symbol("x"), "y": sympy.Symbol("y")}
    value = _build(tree, sympy, functions, symbols)
    first = [sympy.diff(value, symbols[name]) for name in ("x", "y")]
    if sum(int(each.count_ops()) for each in first) > MAX_OPERATIONS:
        raise ExpressionError(text, 0, "its derivatives are too long; a shorter formula is needed")
    second = [sympy.diff(first[0], symbols["x"]), sympy.diff(first[0], symbols["y"])]
    second.append(sympy.diff(first[1], symbols["y"]))
    wanted = [value, *first, *second]
    if any(each.has(sympy.nan, sympy.zoo, sympy.oo, sympy.I) for each in wanted):
        raise ExpressionError(text, 0, "it is not a real number anywhere")
    return _Recorder(sympy, functions, symbols).program(wanted)


@lru_cache(maxsize=1)
def _sympy() -> tuple[Any, dict[str, Any]]:
    """(SymPy, name -> our functions for it).

    Ours know their derivative and nothing else: SymPy's own rewrite themselves (exp(log(x)) as x, which is defined
    where the formula is not) and ask at every turn whether their argument is real.
    """
    try:
        module: Any = importlib.import_module("sympy")
    except ImportError:
        allowed = "needs SymPy (the extra named compare), which differentiates the formula"
        raise ParameterError("formula", "of one's own", allowed) from None
    half = module.Rational(1, 2)
    known: dict[str, Any] = {}
    slopes: dict[str, Callable[[Any], Any]] = {
        "sin": lambda u: known["cos"](u),
        "cos": lambda u: -known["sin"](u),
        "tan": lambda u: 1 + known["tan"](u) ** 2,
        "asin": lambda u: (1 - u**2) ** -half,
        "acos": lambda u: -((1 - u**2) ** -half),
        "atan": lambda u: 1 / (1 + u**2),
        "sinh": lambda u: known["cosh"](u),
        "cosh": lambda u: known["sinh"](u),
        "tanh": lambda u: 1 - known["tanh"](u) ** 2,
        "exp": lambda u: known["exp"](u),
        "log": lambda u: 1 / u,
        "abs": lambda u: known["sign"](u),
        "sign": lambda u: module.Integer(0),
    }

    def root(u: Any) -> Any:
        return u**half

    for name, slope in slopes.items():

        def fdiff(self: Any, argindex: int = 1, slope: Callable[[Any], Any] = slope) -> Any:
            return slope(self.args[0])

        known[name] = type(f"{name}_of", (module.Function,), {"fdiff": fdiff})
    return module, known | {"sqrt": root}


def _build(tree: Tree, sympy: Any, functions: dict[str, Any], symbols: dict[str, Any]) -> Any:
    """The same formula as SymPy has it."""
    if tree.kind == "number":
        return _number(tree.value, sympy)
    if tree.kind == "name":
        return symbols[tree.name]
    parts = [_build(part, sympy, functions, symbols) for part in tree.parts]
    match tree.kind:
        case "+":
            return parts[0] + parts[1]
        case "*":
            return parts[0] * parts[1]
        case "**":
            return parts[0] ** parts[1]
        case _:
            return functions[tree.kind](parts[0])


def _number(value: float, sympy: Any) -> Any:
    """Whole and half numbers exactly, so that their powers simplify; everything else as the double it is."""
    if abs(value) < 2**31 and (2 * value).is_integer():
        return sympy.Rational(int(2 * value), 2)
    return sympy.Float(value)


def _power(exponent: int) -> Callable[[Any], Any]:
    """u -> u**exponent by products: np.power is thirty times slower, and wrong for complex steps."""

    def raised(u: Any) -> Any:
        result: Any = 1.0
        square, left = u, abs(exponent)
        while left:
            if left & 1:
                result = result * square
            left >>= 1
            if left:
                square = square * square
        return result if exponent > 0 else 1.0 / result

    return raised


def _sum(*terms: Any) -> Any:
    total = terms[0]
    for term in terms[1:]:
        total = total + term
    return total


def _product(*factors: Any) -> Any:
    total = factors[0]
    for factor in factors[1:]:
        total = total * factor
    return total


def _inverse_root(u: Any) -> Any:
    return 1.0 / np.sqrt(u)


_UFUNCS: dict[str, Any] = {
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
    "abs": np.abs,
    "sign": np.sign,
}


class _Recorder:
    """Writes SymPy expressions down as operations, each distinct subexpression once."""

    def __init__(self, sympy: Any, functions: dict[str, Any], symbols: dict[str, Any]) -> None:
        self.sympy = sympy
        self.functions: dict[Any, Any] = {functions[name]: ufunc for name, ufunc in _UFUNCS.items()}
        self.functions[sympy.log] = np.log  # from the derivative of 2**x
        self.places: dict[Any, int] = {symbols["x"]: 0, symbols["y"]: 1}
        self.constants: list[float] = []
        self.operations: list[tuple[Callable[..., Any], tuple[int, ...]]] = []

    def program(self, wanted: list[Any]) -> Program:
        """All of `wanted` in order, so that the first need none of the operations of the later."""
        numbers: set[Any] = set()
        for each in wanted:
            numbers |= cast("set[Any]", each.atoms(self.sympy.Number))
        # Constants first, because operations are numbered after them; also the exponents that np.power gets.
        for number in sorted(numbers, key=lambda n: (float(n), str(n))):
            self.places[number] = 2 + len(self.constants)
            self.constants.append(float(number))
        results = tuple(self.place(each) for each in wanted)
        return Program(tuple(self.constants), tuple(self.operations), results)

    def place(self, node: Any) -> int:
        """The number of the array that holds this expression, recorded now if it is new."""
        if node not in self.places:
            function, parts = self.operation(node)
            arguments = tuple(self.place(part) for part in parts)
            self.operations.append((function, arguments))
            self.places[node] = 1 + len(self.constants) + len(self.operations)
        return self.places[node]

    def operation(self, node: Any) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        """What an expression does, and to which others."""
        if node.is_Add:
            return _sum, node.args
        if node.is_Mul:
            return _product, node.args
        if node.is_Pow:
            base, exponent = node.args
            if exponent.is_Integer:
                return _power(int(exponent)), (base,)
            if exponent == self.sympy.Rational(1, 2):
                return np.sqrt, (base,)
            if exponent == self.sympy.Rational(-1, 2):
                return _inverse_root, (base,)
            return np.power, (base, exponent)
        return self.functions[node.func], node.args
