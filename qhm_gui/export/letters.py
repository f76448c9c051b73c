"""What an export says of letters that the program's fonts lack."""

from __future__ import annotations

from collections.abc import Iterable

from qhm_gui.drawing import markup
from qhm_gui.drawing.missing_letters import foreign, named, unknown
from qhm_gui.export.figure import Figure
from qhm_gui.export.page import PageFigure
from qhm_gui.files.talk_file import Talk, said
from qhm_gui.text.language import in_a_row, tr


def missing_letters(figure: Figure | PageFigure) -> str:
    """What is said of the letters of its title, caption and subtitle."""
    texts = (figure.title, figure.caption, figure.subtitle if isinstance(figure, Figure) else None)
    return sentences_of("".join(markup.plain_text(text) for text in texts if text))


def missing_in_talk(talk: Talk, facts: Iterable[str] = ()) -> str:
    """What is said of the letters of a talk's slides in the language in force; ``facts`` stand on the first."""
    texts = [said(words) for step in talk.steps for words in (step.title, step.words, step.formula, step.ask)]
    return sentences_of("".join(map(markup.plain_text, (said(talk.title), *texts))) + "".join(facts))


def sentences_of(words: str) -> str:
    """One sentence for letters that another font draws, one for those that none has; '' where there are none."""
    others, none = foreign(words), unknown(words)
    sentences: list[str] = []
    if others:
        families = ", ".join(dict.fromkeys(others.values()))
        sentences.append(
            tr("Not in the program's fonts: {letters}; drawn in {families}.", letters=named(others), families=families)
        )
    if none:
        sentences.append(tr("In no font: {letters}; drawn as numbers.", letters=named(none)))
    return in_a_row(*sentences)
