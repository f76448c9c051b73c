"""Markup in lines of a given width."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qhm_gui.drawing import markup

#: What no line begins with: closing signs, small letters, the sign of a long vowel.
_FOLLOWS = "、。，．）」』!！?？：々ーぁぃぅぇぉっゃゅょァィゥェォッャュョ"
#: What is never cut: a sign after a backslash, italics, an index, a word, a Japanese letter with what must follow it.
_PART = re.compile(
    r"\\.|\*(?:\\.|[^*\\])+\*|[_^]\{[^}]*\}|\s+|[\u3040-\u30ff\u4e00-\u9fff]"
    rf"[{_FOLLOWS}]*"
    r"|[^\s*\\_^\u3040-\u30ff\u4e00-\u9fff]+|."
)


#: The same within a word.
_LETTER = re.compile(r"\\.\s*|\*(?:\\.|[^*\\])+\*\s*|[_^]\{[^}]*\}\s*|.\s*", re.DOTALL)


def wrapped(text: str, px: float, width: float, weight: int = 400) -> list[str]:
    """``text`` cut at blanks, or between Japanese letters, into lines of at most ``width``; nothing for no text.

    What stands between two asterisks is never cut, and a word only where it is wider than a line.
    """
    lines: list[str] = []
    for part in text.split("\n") if text else []:
        line = ""
        for piece in short_pieces(part, px, width, weight):
            if line and markup.layout((line + piece).rstrip(), px, weight).width > width:
                lines.append(line.rstrip())
                line = piece.lstrip()
            else:
                line += piece
        lines.append(line.rstrip())
    return lines


def short_pieces(text: str, px: float, width: float, weight: int) -> Iterator[str]:
    """Where a line may end; within a word that is too long after any letter."""
    for piece in _pieces(text):
        if markup.layout(piece.rstrip(), px, weight).width > width:
            yield from _LETTER.findall(piece)
        else:
            yield piece


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
