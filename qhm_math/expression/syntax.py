"""Reading a formula that a person typed, and refusing whatever is not arithmetic of x and y.

Nothing of the text is ever evaluated by Python. First its length, its characters, its words and its parentheses are
checked, in one pass; what passes goes through `ast.parse`, which only builds a tree; and the tree is walked by a
closed list of node types. Constant parts are folded in floating point on the way, so that nothing can grow.
"""

from __future__ import annotations

import ast
import math
import re
from dataclasses import dataclass

from ..checks import ParameterError, show_value

MAX_LENGTH = 300
MAX_PARENTHESES = 20
MAX_NESTING = 12  # powers and functions within each other
MAX_POWER = 64  # of a constant exponent, and of exponents of exponents together

FUNCTIONS = ("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh", "exp", "log", "sqrt", "abs")
CONSTANTS = {"pi": math.pi, "e": math.e}

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)|(?P<name>[A-Za-z][A-Za-z0-9]*)"
    r"|(?P<sign>\*\*|[-+*/()])|(?P<space>[ ])"
)
_WORDS = f"x and y, {', '.join(FUNCTIONS)}, pi and e"
_HINTS = {
    "^": "write ** for a power",
    "²": "write **2 for a square",
    "³": "write **3 for a cube",
    "·": "write * for a product",
    "×": "write * for a product",
    "÷": "write / for a quotient",
    "−": "write - for minus",
    "π": "write pi",
    ",": "write a decimal point as .",
    "√": "write sqrt()",
    "_": "names are without _",
}


class ExpressionError(ParameterError):
    """A formula that cannot be read. `position`: of the offending character, from 0; `problem`: what is wrong there.

    `str()` is one sentence that points at the character, counted from 1.
    """

    def __init__(self, text: str, position: int, problem: str) -> None:
        super().__init__("formula", text, problem)
        self.args = (text, position, problem)
        self.position = position
        self.problem = problem

    def __str__(self) -> str:
        return f"The formula cannot be read at character {self.position + 1}: {self.problem}."


@dataclass(frozen=True)
class Tree:
    """A checked formula. kind: "number", "name", "+", "*", "**" or the name of a function.

    value: of a number; name: "x" or "y"; parts: what the operation takes, one for a function and two for the
    others (a - b is a + (-1) b, a / b is a · b**-1). position: of its first character.
    """

    kind: str
    position: int
    value: float = 0.0
    name: str = ""
    parts: tuple[Tree, ...] = ()


def parse(text: str) -> Tree:
    """The tree of a formula in x and y: numbers, + - * / **, parentheses, FUNCTIONS and CONSTANTS.

    ExpressionError for anything else: for more than 300 characters or 20 parentheses within each other, powers and
    functions more than 12 deep, constant exponents beyond ±64 (also of powers within powers, multiplied), constants
    that are not finite, and a formula without x and y.
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ExpressionError(show_value(text), 0, "it must be text such as x**2 + 10*sin(y)**2")
    if len(text) > MAX_LENGTH:
        problem = f"it has {len(text):,} characters, and at most {MAX_LENGTH} are allowed"
        raise ExpressionError(text[:MAX_LENGTH], MAX_LENGTH, problem)
    _scan(text)
    try:
        # In parentheses, because a leading space would count as indentation.
        body = ast.parse(f"({text})", mode="eval").body
    except SyntaxError as error:
        raise ExpressionError(
            text, _within(text, (error.offset or 2) - 2), "something is missing or misplaced"
        ) from None
    tree = _Walk(text).read(body, 0)
    if tree.kind == "number":
        raise ExpressionError(text, 0, "it must contain x or y")
    return tree


def _within(text: str, position: int) -> int:
    return max(0, min(position, len(text.rstrip()) - 1))


def _scan(text: str) -> None:
    """Refuse by characters, words and parentheses, from left to right."""
    place = 0
    opened: list[int] = []
    previous = ""  # "value" after what ends an operand, "sign" after an operator
    while place < len(text):
        match = _TOKEN.match(text, place)
        if match is None:
            sign = text[place]
            hint = _HINTS.get(sign, f"allowed are numbers, + - * / **, parentheses, {_WORDS}")
            raise ExpressionError(text, place, f"{_shown(sign)} is not allowed; {hint}")
        word, kind = match.group(), match.lastgroup
        if kind == "name" and word not in FUNCTIONS and word not in CONSTANTS and word not in ("x", "y"):
            raise ExpressionError(text, place, f'"{word[:20]}" is not known; the names are {_WORDS}')
        starts = kind in ("number", "name") or word == "("
        called = word == "(" and previous == "function"
        if starts and previous in ("value", "function") and not called:
            problem = "an operator is missing; a product is written with *"
            if previous == "function":
                problem = "a function needs parentheses, as in sin(x)"
            raise ExpressionError(text, place, problem)
        if word in ("*", "/", "**", ")") and previous in ("sign", ""):
            if word == ")" and not opened:
                raise ExpressionError(text, place, "this parenthesis was never opened")
            raise ExpressionError(text, place, "something is missing before this")
        if kind == "number" and not math.isfinite(float(word)):
            raise ExpressionError(text, place, "the number is too large")
        if word == "(":
            opened.append(place)
            if len(opened) > MAX_PARENTHESES:
                raise ExpressionError(text, place, f"more than {MAX_PARENTHESES} parentheses within each other")
        elif word == ")":
            if not opened:
                raise ExpressionError(text, place, "this parenthesis was never opened")
            opened.pop()
        if kind == "name" and word in FUNCTIONS:
            previous = "function"
        elif kind != "space":
            previous = "value" if (starts and word != "(") or word == ")" else "sign"
        place = match.end()
    if opened:
        raise ExpressionError(text, opened[-1], "this parenthesis is never closed")
    if not previous:
        raise ExpressionError(text, 0, "it is empty; an example is x**2 + 10*sin(y)**2")


def _shown(sign: str) -> str:
    return f'"{sign}"' if sign.isprintable() else f"the invisible character U+{ord(sign):04X}"


class _Walk:
    """From Python's tree to ours, node type by node type; whatever is not listed is refused."""

    def __init__(self, text: str) -> None:
        self.text = text

    def fail(self, position: int, problem: str) -> ExpressionError:
        return ExpressionError(self.text, _within(self.text, position), problem)

    def read(self, node: ast.expr, depth: int) -> Tree:
        """depth: how many powers and functions it stands in."""
        place = node.col_offset - 1
        if depth > MAX_NESTING:
            raise self.fail(place, f"powers and functions are more than {MAX_NESTING} deep")
        match node:
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return self.number(float(value), place)
            case ast.Name(id=("x" | "y") as name):
                return Tree("name", place, name=name)
            case ast.Name(id=name) if name in CONSTANTS:
                return self.number(CONSTANTS[name], place)
            case ast.Name(id=name):
                raise self.fail(place, f"{name} needs parentheses, as in {name}(x)")
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self.read(operand, depth)
                return self.joined("*", place, Tree("number", place, value=-1.0), inner)
            case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                return self.read(operand, depth)
            case ast.BinOp(left=left, op=op, right=right):
                return self.operation(left, op, right, depth)
            case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                return self.joined(name, place, self.read(argument, depth + 1))
            case ast.Call(func=ast.Name(id=name)) if name in FUNCTIONS:
                raise self.fail(place, f"{name} takes one argument, as in {name}(x)")
            case _:
                raise self.fail(place, "only arithmetic of x and y is allowed")

    def operation(self, left: ast.expr, op: ast.operator, right: ast.expr, depth: int) -> Tree:
        place = left.col_offset - 1
        inner = depth + 1 if isinstance(op, ast.Pow) else depth
        first, second = self.read(left, inner), self.read(right, inner)
        match op:
            case ast.Add():
                return self.joined("+", place, first, second)
            case ast.Sub():
                minus = Tree("number", second.position, value=-1.0)
                return self.joined("+", place, first, self.joined("*", second.position, minus, second))
            case ast.Mult():
                return self.joined("*", place, first, second)
            case ast.Div():
                if second.kind == "number" and second.value == 0:
                    raise self.fail(second.position, "this divides by zero")
                over = Tree("number", second.position, value=-1.0)
                return self.joined("*", place, first, self.joined("**", second.position, second, over))
            case ast.Pow():
                self.check_power(first, second)
                return self.joined("**", place, first, second)
            case _:
                raise self.fail(place, "only + - * / and ** are allowed")

    def check_power(self, base: Tree, exponent: Tree) -> None:
        if exponent.kind != "number":
            return
        if abs(exponent.value) > MAX_POWER:
            raise self.fail(exponent.position, f"this exponent is too large; at most {MAX_POWER} is allowed")
        if base.kind != "number" and abs(exponent.value) * _power(base) > MAX_POWER:
            problem = f"powers of powers multiply to more than {MAX_POWER}"
            raise self.fail(exponent.position, problem)

    def joined(self, kind: str, place: int, *parts: Tree) -> Tree:
        """The operation on its parts, or its value where all of them are numbers."""
        if all(part.kind == "number" for part in parts):
            return self.number(self.folded(kind, place, *(part.value for part in parts)), place)
        return Tree(kind, place, parts=parts)

    def folded(self, kind: str, place: int, *values: float) -> float:
        try:
            match kind:
                case "+":
                    return values[0] + values[1]
                case "*":
                    return values[0] * values[1]
                case "**":
                    return math.pow(*values)  # refuses what is complex
                case "abs":
                    return abs(values[0])
                case _:
                    return getattr(math, kind)(values[0])  # kind is one of FUNCTIONS
        except (ValueError, OverflowError):
            raise self.fail(place, "this constant is no finite real number") from None

    def number(self, value: float, place: int) -> Tree:
        if not math.isfinite(value):
            raise self.fail(place, "this constant is no finite real number")
        return Tree("number", place, value=value)


def _power(tree: Tree) -> float:
    """The largest product of constant exponents that a tree holds under powers, sums and products."""
    inner = max((_power(part) for part in tree.parts), default=1.0)
    if tree.kind == "**" and tree.parts[1].kind == "number":
        return max(1.0, abs(tree.parts[1].value)) * _power(tree.parts[0])
    return inner
