"""What is wrong with a typed formula, in the language in force."""

from __future__ import annotations

from qhm_gui.text.language import tr
from qhm_math.expression import FUNCTIONS, SENTENCES, ExpressionError, Fault

#: Texts take asterisks for the signs of italics: this one looks the same.
_STAR = "\N{ASTERISK OPERATOR}"


def formula_sentence(error: ExpressionError) -> str:
    """One sentence that tells all faults and points at their characters, counted from 1."""
    told, more = error.told()
    if len(told) == 1 and len(told[0][0]) == 1 and not more and not error.names_needed:
        places, fault = told[0]
        sentence = "The formula cannot be read at character {place}: {problem}."
        return tr(sentence, place=places[0] + 1, problem=problem_words(fault)).replace("*", _STAR)
    pieces: list[str] = []
    for places, fault in told:
        where = ", ".join(str(place + 1) for place in places)
        sentence = "at characters {place}: {problem}" if len(places) > 1 else "at character {place}: {problem}"
        pieces.append(tr(sentence, place=where, problem=problem_words(fault)))
    if more:
        pieces.append(tr("and {count} more", count=more))
    if error.names_needed:
        pieces.append(tr("the names are x and y, {functions}, pi and e", functions=", ".join(FUNCTIONS)))
    return tr("The formula cannot be read {problems}.", problems=tr("; ").join(pieces)).replace("*", _STAR)


def problem_words(fault: Fault) -> str:
    """The problem itself."""
    return tr(SENTENCES[fault.kind], **dict(fault.values))
