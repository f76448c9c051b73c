"""Markup in lines of a given width."""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

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
        pieces, begin = list(short_pieces(part, px, width, weight)), 0
        ends = np.cumsum([markup.layout(piece, px, weight).width for piece in pieces])
        while True:
            end = _line_end(pieces, begin, ends, px, width, weight)
            line = "".join(pieces[begin:end]).rstrip()
            lines.append(line.lstrip() if begin else line)
            begin = next((at for at in range(end, len(pieces)) if pieces[at].strip()), len(pieces))
            if begin == len(pieces):
                break
    return lines


def _line_end(pieces: list[str], begin: int, ends: NDArray[np.float64], px: float, width: float, weight: int) -> int:
    """Behind the last piece of the line that begins with one of them.

    ``ends``, where they would end one by one, is near it: a line that is as long is measured two or three times, not
    once for each of its pieces.
    """

    def fits(end: int) -> bool:
        line = "".join(pieces[begin:end]).rstrip()
        return markup.layout(line.lstrip() if begin else line, px, weight).width <= width

    before = float(ends[begin - 1]) if begin else 0.0
    end = max(begin + 1, int(np.searchsorted(ends, before + width, side="right")))
    while end < len(pieces) and fits(end + 1):
        end += 1
    while end > begin + 1 and not fits(end):
        end -= 1
    return min(end, len(pieces))


def short_pieces(text: str, px: float, width: float, weight: int) -> Iterator[str]:
    """Where a line may end; within a word that is too long after any letter."""
    for piece in _pieces(text):
        too_long = markup.layout(piece, px, weight).width > width
        if too_long and markup.layout(piece.rstrip(), px, weight).width > width:
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
