"""The text that a film carries, read from its bytes by hand: without PyAV or Pillow, and without decoding a picture."""

from __future__ import annotations

import io
from typing import BinaryIO

_COMMENT = b"!\xfe"
_LOOP = b"!\xff"
_CMT = b"\xa9cmt"
#: A film of ours has two blocks before its first picture, and a dozen atoms.
_MOST_BLOCKS = 100
_MOST_ATOMS = 1000
_LONGEST = 2_000_000


def note_of_gif(head: bytes) -> bytes | None:
    """The first comment before the first picture, from the file's beginning; None where there is none."""
    if len(head) < 13:
        return None
    flags = head[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    for _ in range(_MOST_BLOCKS):
        if head[at : at + 2] not in (_COMMENT, _LOOP):
            return None
        comment = head[at : at + 2] == _COMMENT
        at += 2
        parts: list[bytes] = []
        while at < len(head) and (length := head[at]):
            parts.append(head[at + 1 : at + 1 + length])
            at += 1 + length
        at += 1
        if comment:
            return b"".join(parts)
    return None


def note_of_mp4(file: BinaryIO) -> bytes | None:
    """The comment in moov/udta/meta/ilst; None where there is none."""
    start, end = 0, file.seek(0, io.SEEK_END)
    for name, skip in ((b"moov", 0), (b"udta", 0), (b"meta", 4), (b"ilst", 0), (_CMT, 0), (b"data", 8)):
        found = _atom(file, name, start, end)
        if found is None:
            return None
        start, end = found[0] + skip, found[1]
    if not 0 <= end - start <= _LONGEST:
        return None
    file.seek(start)
    return file.read(end - start)


def _atom(file: BinaryIO, name: bytes, at: int, end: int) -> tuple[int, int] | None:
    """Where what the first atom of this name among its equals holds begins and ends."""
    for _ in range(_MOST_ATOMS):
        file.seek(at)
        head = file.read(16)
        if at + 8 > end or len(head) < 8:
            return None
        length, start = int.from_bytes(head[:4], "big"), at + 8
        if length == 1:  # the length follows, in eight bytes
            length, start = int.from_bytes(head[8:16], "big"), at + 16
        close = at + length if length else end
        if close < start:
            return None
        if head[4:8] == name:
            return start, min(close, end)
        at = close
    return None
