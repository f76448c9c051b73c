"""Words for a room in lines of a given width, cut between phrases: Japanese has no blanks to say where those end.

A phrase ends at a closing sign, or where a kanji, katakana or Latin letter follows hiragana. Signs of formulas stay
with what stands beside them. Among all ways to cut the least bad one is taken, not the first that fits.
"""

from __future__ import annotations

import itertools
import re
from functools import lru_cache

from qhm_gui.drawing import markup
from qhm_gui.drawing.wrapped_text import short_pieces

_CLOSING = "、。，．：；？！」』）,.:;?!"
_OPERATORS = "→←×=<>≤≥+−-/·"
_HIRAGANA = re.compile("[\u3041-\u309f]")
_JAPANESE = re.compile("[\u3041-\u30ff\u4e00-\u9fff]")
#: What a cut within a phrase costs, and one more line, in units of an empty line. A title is read at a glance: it is
#: rather uneven than cut in a phrase, and its last line is as long as the others if that can be.
_TITLE, _BODY = (9.0, 3.0, 1.0), (0.12, 0.0, 0.0)
#: Sizes of type that are tried for a title.
_SIZES = 8


def phrase_ends(before: str, after: str) -> bool:
    """Whether a phrase ends between two parts of a text (blanks belong to the first)."""
    left, right = before.rstrip().rstrip("*"), after.lstrip().lstrip("*")
    if not left or not right:
        return True
    one, other = left[-1], right[0]
    if one in _CLOSING:
        return not (one in "」）" and _HIRAGANA.match(other))
    if one in _OPERATORS or other in _OPERATORS:
        return False
    if before != before.rstrip() and not (_JAPANESE.match(one) or _JAPANESE.match(other)):
        return True
    return bool(_HIRAGANA.match(one)) and not _HIRAGANA.match(other)


@lru_cache(maxsize=512)
def _cut(
    text: str, px: float, width: float, weight: int, costs: tuple[float, float, float]
) -> tuple[tuple[str, ...], bool]:
    """The lines, and whether each ends where a phrase does."""
    within, another, last = costs
    pieces: list[str] = []
    for piece in short_pieces(text, px, width, weight):
        if pieces and not piece.strip():
            pieces[-1] += piece  # a blank belongs to what it follows
        else:
            pieces.append(piece)
    widths = [markup.layout(piece, px, weight).width for piece in pieces]
    ends = [markup.layout(piece.rstrip(), px, weight).width for piece in pieces]  # at the end of a line
    ended = [phrase_ends(one, other) for one, other in itertools.pairwise(pieces)]
    best: list[tuple[float, int]] = [(0.0, 0)]  # up to each piece: what it costs, and where its last line begins
    for stop in range(1, len(pieces) + 1):
        found = (float("inf"), stop - 1)
        long = 0.0
        for start in range(stop - 1, -1, -1):
            long += ends[stop - 1] if start == stop - 1 else widths[start]
            if long > width and start < stop - 1:
                break
            slack = max(0.0, 1 - long / width) ** 2 * (last if stop == len(pieces) else 1.0)
            split = within if start and not ended[start - 1] else 0.0
            found = min(found, (best[start][0] + slack + split + another, start))
        best.append(found)
    lines: list[str] = []
    whole = True
    stop = len(pieces)
    while stop:
        start = best[stop][1]
        lines.append("".join(pieces[start:stop]).strip())
        whole = whole and (not start or ended[start - 1])
        stop = start
    return tuple(reversed(lines)), whole


def phrases(text: str, px: float, width: float, weight: int = 400, *, title: bool = False) -> list[str]:
    """``text`` in lines of at most ``width`` pixels, cut between phrases where that can be."""
    costs = _TITLE if title else _BODY
    return [line for part in text.split("\n") if text for line in _cut(part, px, width, weight, costs)[0]]


def title_px(text: str, px: float, least: float, width: float, weight: int = 400) -> float:
    """The largest size from ``px`` down to ``least`` with which no line of a title ends within a phrase; ``px`` where
    there is none."""
    for step in range(_SIZES + 1):
        size = px + (least - px) * step / _SIZES
        if all(_cut(part, size, width, weight, _TITLE)[1] for part in text.split("\n")):
            return size
    return px
