"""Reading a typed formula, and refusing whatever is not arithmetic of x and y.

Nothing of the text is ever evaluated by Python: `tokens.py` turns its characters into words, and a recursive descent
builds a tree of a closed list of operations. Length and depth are limited before. A fault does not end the reading, so
that all of them are told at once. Constant parts are folded in floating point afterwards (`fold.py`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from ..checks import show_value
from .derived import MEANINGS, filled
from .derived import TWO_ARGUMENTS as DERIVED_OF_TWO
from .faults import ExpressionError, Fault
from .fold import fold
from .names import TWO_ARGUMENTS
from .tokens import Token, tokens
from .tree import Tree
from .written import written

MAX_LENGTH = 1500
MAX_PARTS = 400  # numbers, names and operations
MAX_PARENTHESES = 20
MAX_NESTING = 12  # powers and functions within each other
_CLOSING = {"(": ")", "[": "]", "|": "|"}
_MISSING = ("operand", "end", "operator", "slash", "call", "call two")


@dataclass(frozen=True)
class Formula:
    """A formula that was understood. text: in the program's notation, which reads as the same; tree: folded."""

    text: str
    tree: Tree


def read(text: str) -> Formula:
    """What a formula in x and y means: numbers, + - * /, powers, parentheses, FUNCTIONS and CONSTANTS.

    Also understood: ^, raised digits, ½, · × − √ π and |x|, √x² for √(x²); products without a sign (2x, x(1+y), xy);
    ln, lg, arcsin, np.sin and the like; what is meant by `derived.MEANINGS`; max and min of three; x1 and x2 for x and
    y; in front `f(x, y) =`, `lambda x, y:`, `f(u, v) =`, `@(w)` or a spreadsheet's =; [ and ]; full-width letters;
    what a Japanese keyboard gives for - and /; any spaces and line breaks.

    ExpressionError, with all faults, for anything else: for more than 300 characters or 20 parentheses within each
    other, powers and functions more than 12 deep, constant exponents beyond ±64 (also of powers within powers,
    multiplied), constants that are not finite, and a formula without x and y.
    """
    if not isinstance(text, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise ExpressionError(show_value(text), [Fault(0, "not text")])
    if len(text) > MAX_LENGTH:
        values = (("count", f"{len(text):,}"), ("most", str(MAX_LENGTH)))
        raise ExpressionError(text[:MAX_LENGTH], [Fault(MAX_LENGTH, "length", values)])
    return _read(text)


@lru_cache(maxsize=256)
def _read(text: str) -> Formula:
    words, faults = tokens(text)
    if len(words) == 1 and not faults:
        faults = [Fault(0, "empty")]
    if len(words) > 1:
        parser = _Parser(words)
        try:
            tree = parser.whole()
        except _TooDeepError:
            tree = None
        faults += parser.faults
        if tree is not None:
            if _is_long(tree):
                raise ExpressionError(text, [*faults, Fault(0, "parts", (("most", str(MAX_PARTS)),))])
            folded, wrong = fold(tree)
            if not faults and not wrong:
                return Formula(_read_back(text, written(tree)), folded)
            faults += [fault for fault in wrong if fault.kind != "constant" or not faults]
    raise ExpressionError(text, faults)


def _read_back(text: str, shown: str) -> str:
    """What is shown can be typed: `shown`, or ExpressionError if only the text that it was made from can be read."""
    if shown != text:
        try:
            read(shown)
        except ExpressionError as error:
            raise ExpressionError(text, [Fault(0, fault.kind, fault.values) for fault in error.faults]) from None
    return shown


def _is_long(tree: Tree) -> bool:
    count, waiting = 0, [tree]
    while waiting and count <= MAX_PARTS:
        waiting += waiting.pop().parts
        count += 1
    return count > MAX_PARTS


@lru_cache(maxsize=64)
def _meaning(name: str) -> Tree:
    return _Parser(tokens(MEANINGS[name])[0]).whole()


def parse(text: str) -> Tree:
    """The folded tree of a formula; ExpressionError as `read`."""
    return read(text).tree


class _TooDeepError(Exception):
    """A limit is passed, and its fault noted: reading on would be work without end."""


class _Parser:
    """Recursive descent over the tokens; what is missing is noted and stood in for by the number 1."""

    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.place = 0
        self.faults: list[Fault] = []
        self.opened = 0
        self.depth = 0

    @property
    def next(self) -> Token:
        return self.words[self.place]

    def sign(self, *signs: str) -> bool:
        """Whether the next token is one of these signs."""
        return self.next.kind == "sign" and self.next.word in signs

    def take(self) -> Token:
        token = self.next
        self.place += 1
        return token

    def note(self, token: Token, kind: str, *values: tuple[str, str]) -> None:
        """A fault, unless something seems to be missing only because what stands before was refused."""
        if not token.doubtful or kind not in _MISSING:
            self.faults.append(Fault(token.position, kind, values))

    def whole(self) -> Tree:
        tree = self.sum(False)
        while not self.sign(""):
            token = self.take()  # what ends an operand, but was never begun
            if token.word in (")", "]"):
                self.note(token, "opened")
            else:
                self.misplaced(token)
            if not self.sign("", ")", "]", ",", "+", "-", "*", "/", "**"):
                tree = self.sum(False)
            elif self.sign("+", "-", "*", "/", "**"):
                self.take()
                tree = self.sum(False)
        return tree

    def sum(self, bar: bool) -> Tree:
        """bar: inside |…|, where the next | ends it."""
        tree = self.product(bar)
        while self.sign("+", "-"):
            sign = self.take().word
            tree = Tree(sign, tree.position, parts=(tree, self.product(bar)))
        return tree

    def product(self, bar: bool) -> Tree:
        tree = self.signed(bar)
        divided = False
        while True:
            token = self.next
            if self.sign("*", "/"):
                self.take()
                divided = token.word == "/"
                tree = Tree(token.word, tree.position, parts=(tree, self.signed(bar)))
            elif token.kind != "sign" or self.sign("(", "[", "√") or (self.sign("|") and not bar):
                if token.kind == "number":
                    self.note(token, "operator")
                elif divided:
                    self.note(token, "slash")
                tree = Tree("*", tree.position, parts=(tree, self.power(bar)))
            else:
                return tree

    def signed(self, bar: bool) -> Tree:
        minus: list[Token] = []
        while self.sign("+", "-"):
            token = self.take()
            if token.word == "-":
                minus.append(token)
        tree = self.power(bar)
        if len(minus) % 2:
            tree = Tree("neg", minus[0].position, parts=(tree,))
        return tree

    def power(self, bar: bool) -> Tree:
        base = self.atom(bar)
        if not self.sign("**"):
            return base
        token = self.take()
        with _Deeper(self, token):
            return Tree("**", base.position, parts=(base, self.signed(bar)))

    def atom(self, bar: bool) -> Tree:
        token = self.next
        if token.kind == "number":
            self.take()
            return Tree("number", token.position, value=float(token.word), name=token.word)
        if token.kind in ("variable", "constant"):
            self.take()
            if token.kind == "constant" and self.sign("(") and self.words[self.place + 1].word == ")":
                self.place += 2  # PI() of a spreadsheet
            return Tree("name", token.position, name=token.word)
        if token.kind == "unknown":
            self.take()
            if self.sign("(", "["):  # the parentheses of a function that is not known
                self.inside()
            return Tree("name", token.position, name="x")
        if token.kind in ("function", "called"):
            return self.call(self.take(), bar)
        if self.sign("(", "[", "|"):
            parts = self.inside(arguments=False)
            return Tree("abs", token.position, parts=(parts[0],)) if token.word == "|" else parts[0]
        if self.sign("√"):
            self.take()
            with _Deeper(self, token):
                bare = self.next.kind in ("variable", "constant", "number")  # √x² is √(x²): of (√x)² nobody has need
                return Tree("sqrt", token.position, parts=(self.power(bar) if bare else self.atom(bar),))
        self.note(token, "end" if token.word == "" else "operand")
        if token.word in ("*", "/", "**"):
            self.take()
            return self.atom(bar) if not self.sign("*", "/", "**") else self.missing(token)
        return self.missing(token)

    def missing(self, token: Token) -> Tree:
        return Tree("number", token.position, value=1.0, name="1")

    def call(self, token: Token, bar: bool) -> Tree:
        name, place = token.word, token.position
        raised: Tree | None = None
        if self.sign("**"):  # sin²(x)
            power = self.take()
            raised = self.signed(bar) if self.sign("-", "+") else self.atom(bar)
            if raised.kind == "neg":
                self.note(power, "inverse", ("word", name))
        two = name in TWO_ARGUMENTS or name in DERIVED_OF_TWO
        if token.kind == "called" or not self.sign("(", "[", "|", "√"):  # ln|x| and sin√x can be read in one way only
            kind = "call two" if two else "call"
            self.note(self.next if self.next.kind != "sign" else token, kind, ("word", name))
            while self.next.kind in ("number", "variable", "constant"):  # sin 2x: no operator is missing as well
                self.take()
            return Tree("name", place, name="x")
        with _Deeper(self, token):
            parts = self.inside() if self.sign("(", "[") else [self.atom(bar)]
        if len(parts) != (2 if two else 1) and not (name in TWO_ARGUMENTS and len(parts) > 2):
            self.note(token, "two arguments" if two else "one argument", ("word", name))
            return Tree("name", place, name="x")
        if name in MEANINGS:
            tree = filled(_meaning(name), parts, place)
        else:  # the largest of three is the larger of two and the third
            tree = Tree(name, place, parts=tuple(parts[:2]))
            for part in parts[2:]:
                tree = Tree(name, place, parts=(tree, part))
        return tree if raised is None else Tree("**", place, parts=(tree, raised))

    def inside(self, *, arguments: bool = True) -> list[Tree]:
        """What stands between ( and ), [ and ], or | and |: one part, or several with commas between.

        arguments: of a function, so that commas have a meaning.
        """
        token = self.take()
        self.opened += 1
        if self.opened > MAX_PARENTHESES:
            self.faults.append(Fault(token.position, "parentheses", (("most", str(MAX_PARENTHESES)),)))
            raise _TooDeepError
        bar = token.word == "|"
        parts = [self.sum(bar)]
        while not bar and self.sign(","):
            self.take()
            if not arguments:
                self.misplaced(self.words[self.place - 1])
            parts.append(self.sum(bar))
        if self.sign(_CLOSING[token.word]):
            self.take()
        else:
            self.note(token, "bar" if bar else "closed")
        self.opened -= 1
        return parts

    def misplaced(self, comma: Token) -> None:
        """Note what is wrong with the comma that was taken last: 1,500, 1,5 or x, y."""
        before, after = self.words[max(0, self.place - 2)], self.next
        first, second = before.word, after.word
        if not before.kind == after.kind == "number":
            self.note(comma, "separator")
        elif re.fullmatch("[1-9][0-9]{0,2}", first) and re.fullmatch("[0-9]{3}", second):
            values = {"typed": f"{first},{second}", "first": first + second, "second": f"{first}.{second}"}
            self.note(comma, "grouped", *values.items())
        else:
            self.note(comma, "comma")


class _Deeper:
    """Counts powers and functions within each other."""

    def __init__(self, parser: _Parser, token: Token) -> None:
        self.parser, self.token = parser, token

    def __enter__(self) -> None:
        self.parser.depth += 1
        if self.parser.depth > MAX_NESTING:
            self.parser.faults.append(Fault(self.token.position, "deep", (("most", str(MAX_NESTING)),)))
            raise _TooDeepError

    def __exit__(self, *_: object) -> None:
        self.parser.depth -= 1
