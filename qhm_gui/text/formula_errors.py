"""What is wrong with a typed formula, in the language in force."""

from __future__ import annotations

import re

from qhm_gui.text.language import tr
from qhm_math.expression import FUNCTIONS, ExpressionError

#: Texts take asterisks for the signs of italics: this one looks the same.
_STAR = "\N{ASTERISK OPERATOR}"
#: The problems that name something of the formula: a pattern, and the sentence that it fills.
_NAMING: tuple[tuple[str, str], ...] = (
    (r'"(?P<word>.*)" is not known; .*', "“{word}” is not known; the names are x and y, {functions}, pi and e"),
    (
        r"the invisible character (?P<code>.*) is not allowed; allowed are .*",
        "the invisible character {code} is not allowed",
    ),
    (r"(?P<sign>.*) is not allowed; (?P<hint>write .*|names .*)", "{sign} is not allowed; {hint}"),
    (
        r"(?P<sign>.*) is not allowed; allowed are .*",
        "{sign} is not allowed; there are x and y, {functions}, pi and e, numbers, + - * / ** and parentheses",
    ),
    (r"(?P<word>\w+) needs parentheses, as in .*", "{word} needs parentheses, as in {word}(x)"),
    (r"(?P<word>\w+) takes one argument, as in .*", "{word} takes one argument, as in {word}(x)"),
    (
        r"it has (?P<count>.*) characters, and at most (?P<most>\d+) are allowed",
        "it has {count} characters, and at most {most} are allowed",
    ),
    (r"more than (?P<most>\d+) parentheses within each other", "more than {most} parentheses within each other"),
    (r"powers and functions are more than (?P<most>\d+) deep", "powers and functions are more than {most} deep"),
    (r"this exponent is too large; at most (?P<most>\d+) .*", "this exponent is too large; at most {most} is allowed"),
    (r"powers of powers multiply to more than (?P<most>\d+)", "powers of powers multiply to more than {most}"),
)


def formula_sentence(error: ExpressionError) -> str:
    """One sentence that points at the character, counted from 1."""
    sentence = "The formula cannot be read at character {place}: {problem}."
    words = tr(sentence, place=error.position + 1, problem=problem_words(error.problem))
    return words.replace("*", _STAR)


def problem_words(problem: str) -> str:
    """The problem itself."""
    for pattern, sentence in _NAMING:
        found = re.fullmatch(pattern, problem, re.DOTALL)
        if found is not None:
            words = found.groupdict()
            hint = words.pop("hint", "")
            return tr(sentence, functions=", ".join(FUNCTIONS), hint=tr(hint), **words)
    return tr(problem)
