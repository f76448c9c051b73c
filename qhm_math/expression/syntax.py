"""Reading a typed formula, and refusing whatever is not arithmetic of x and y.

Nothing of the text is ever evaluated by Python: `tokens.py` turns its characters into words, and a recursive descent
builds a tree of a closed list of operations. Length and depth are limited before. A fault does not end the reading, so
that all of them are told at once. Constant parts are folded in floating point afterwards (`fold.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from ..checks import show_value
from .faults import ExpressionError, Fault
from .fold import fold
from .names import ONE_ARGUMENT, TWO_ARGUMENTS
from .tokens import Token, tokens
from .tree import Tree
from .written import written

MAX_LENGTH = 300
MAX_PARENTHESES = 20
MAX_NESTING = 12  # powers and functions within each other
_CLOSING = {"(": ")", "[": "]", "|": "|"}
_MISSING = ("operand", "end", "operator", "slash", "call")


@dataclass(frozen=True)
class Formula:
    """A formula that was understood. text: in the program's notation, which reads as the same; tree: folded."""

    text: str
    tree: Tree


def read(text: str) -> Formula:
    """What a formula in x and y means: numbers, + - * /, powers, parentheses, FUNCTIONS and CONSTANTS.

    Also understood: ^, raised digits, ½, · × − √ π and |x|; products without a sign (2x, x(1+y), xy); ln, lg, arcsin,
    pow, np.sin and the like; x1 and x2 for x and y; `f(x, y) =` or `lambda x, y:` in front; [ and ]; full-width
    letters; what a Japanese keyboard gives for - and /; any spaces and line breaks.

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
            folded, wrong = fold(tree)
            if not faults and not wrong:
                return Formula(written(tree), folded)
            faults += [fault for fault in wrong if fault.kind != "constant" or not faults]
    raise ExpressionError(text, faults)


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
            self.note(token, "opened" if token.word in (")", "]") else self.misplaced())
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
            return Tree("name", token.position, name=token.word)
        if token.kind == "unknown":
            self.take()
            if self.sign("(", "["):  # the parentheses of a function that is not known
                self.inside()
            return Tree("name", token.position, name="x")
        if token.kind == "function":
            return self.call(self.take(), bar)
        if self.sign("(", "[", "|"):
            parts = self.inside(arguments=False)
            return Tree("abs", token.position, parts=(parts[0],)) if token.word == "|" else parts[0]
        if self.sign("√"):
            self.take()
            with _Deeper(self, token):
                return Tree("sqrt", token.position, parts=(self.atom(bar),))
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
        if not self.sign("(", "[", "|", "√"):  # ln|x| and sin√x can be read in one way only
            self.note(self.next if self.next.kind != "sign" else token, "call", ("word", name))
            while self.next.kind in ("number", "variable", "constant"):  # sin 2x: no operator is missing as well
                self.take()
            return Tree("name", place, name="x")
        with _Deeper(self, token):
            parts = self.inside() if self.sign("(", "[") else [self.atom(bar)]
        wanted = 1 if name in ONE_ARGUMENT else 2
        if len(parts) != wanted:
            self.note(token, "one argument" if wanted == 1 else "two arguments", ("word", name))
            return Tree("name", place, name="x")
        if name not in ONE_ARGUMENT + TWO_ARGUMENTS:  # pow
            tree = Tree("**", place, parts=tuple(parts))
        else:
            tree = Tree(name, place, parts=tuple(parts))
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
                self.note(self.words[self.place - 1], self.misplaced())
            parts.append(self.sum(bar))
        if self.sign(_CLOSING[token.word]):
            self.take()
        else:
            self.note(token, "bar" if bar else "closed")
        self.opened -= 1
        return parts

    def misplaced(self) -> str:
        """What is wrong with the comma that was taken last: 1,5 or x, y."""
        before, after = self.words[max(0, self.place - 2)], self.next
        return "comma" if before.kind == after.kind == "number" else "separator"


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
