"""What an export says of letters that the program's fonts lack."""

from __future__ import annotations

from qhm_gui.drawing import markup
from qhm_gui.drawing.missing_letters import foreign, named, unknown
from qhm_gui.export.figure import Figure
from qhm_gui.export.page import PageFigure
from qhm_gui.text.language import tr


def missing_letters(figure: Figure | PageFigure) -> str:
    """One sentence for letters that another font draws, one for those that none has; '' where there are none."""
    texts = (figure.title, figure.caption, figure.subtitle if isinstance(figure, Figure) else None)
    words = "".join(markup.plain_text(text) for text in texts if text)
    others, none = foreign(words), unknown(words)
    sentences: list[str] = []
    if others:
        families = ", ".join(dict.fromkeys(others.values()))
        sentences.append(
            tr("Not in the program's fonts: {letters}; drawn in {families}.", letters=named(others), families=families)
        )
    if none:
        sentences.append(tr("In no font: {letters}; drawn as numbers.", letters=named(none)))
    return " ".join(sentences)
