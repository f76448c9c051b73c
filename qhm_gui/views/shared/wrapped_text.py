"""Sentences with markup in lines of a width."""

from __future__ import annotations

import re

from qhm_gui.appearance.theme import Style
from qhm_gui.drawing import markup

_NEVER_FIRST = "、。，．）」』"
_PIECE = re.compile(r"(?:\*[^*\s]+\*|[_^]\{[^}]*\}|[^\s*\u3000-\u9fff\uff00-\uffef])+\s*|.")


def wrap(text: str, width: float, style: Style, px: float, weight: int = 400) -> list[str]:
    """Markup in lines no wider than ``width``; Japanese breaks between any two signs but not before a full stop."""
    lines: list[str] = []
    line = ""
    for piece in _PIECE.findall(text):
        longer = (line + piece).rstrip()
        if line and piece not in _NEVER_FIRST and markup.measure(longer, style, px, weight).width() > width:
            lines.append(line.rstrip())
            line = ""
        line += piece
    return [*lines, line.rstrip()] if line.strip() else lines
