"""Markup in lines of a given width."""

from __future__ import annotations

import re

from qhm_gui.canvas import markup

#: What is never cut: a sign after a backslash, italics, an index, a word, a Japanese letter with what must follow it.
_PART = re.compile(
    r"\\.|\*(?:\\.|[^*\\])+\*|[_^]\{[^}]*\}|\s+|[\u3040-\u30ff\u4e00-\u9fff][、。，．）」』!！?？]*"
    r"|[^\s*\\_^\u3040-\u30ff\u4e00-\u9fff]+|."
)


def wrapped(text: str, px: float, width: float, weight: int = 400) -> list[str]:
    """``text`` cut at blanks, or between Japanese letters, into lines of at most ``width``; nothing for no text.

    What stands between two asterisks is never cut, and a word that is too long stays whole.
    """
    lines: list[str] = []
    for part in text.split("\n") if text else []:
        line = ""
        for piece in _pieces(part):
            if line and markup.layout((line + piece).rstrip(), px, weight).width > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def _pieces(text: str) -> list[str]:
    """Where a line may end: after blanks, after a Japanese letter that no closing sign follows."""
    pieces: list[str] = []
    current = ""
    for part in _PART.findall(text):
        current += part
        if part.isspace() or re.match(r"[\u3040-\u30ff\u4e00-\u9fff]", part):
            pieces.append(current)
            current = ""
    return [*pieces, current] if current else pieces
