"""The text that a film carries, read from its bytes by hand: without PyAV or Pillow, and without decoding a picture."""

from __future__ import annotations

_COMMENT = b"!\xfe"
_LOOP = b"!\xff"
_CMT = b"\xa9cmt"


def note_of_gif(content: bytes) -> bytes | None:
    """The first comment before the first picture; None where there is none."""
    if len(content) < 13:
        return None
    flags = content[10]
    at = 13 + (3 << (flags & 7) + 1 if flags & 0x80 else 0)
    while content[at : at + 2] in (_COMMENT, _LOOP):
        comment = content[at : at + 2] == _COMMENT
        at += 2
        parts: list[bytes] = []
        while at < len(content) and (length := content[at]):
            parts.append(content[at + 1 : at + 1 + length])
            at += 1 + length
        at += 1
        if comment:
            return b"".join(parts)
    return None


def note_of_mp4(content: bytes) -> bytes | None:
    """The comment in moov/udta/meta/ilst; None where there is none."""
    body = content
    for name, skip in ((b"moov", 0), (b"udta", 0), (b"meta", 4), (b"ilst", 0), (_CMT, 0), (b"data", 8)):
        found = _atom(body, name)
        if found is None:
            return None
        body = found[skip:]
    return body


def _atom(content: bytes, name: bytes) -> bytes | None:
    """What the first atom of this name among its equals holds."""
    at = 0
    while at + 8 <= len(content):
        length = int.from_bytes(content[at : at + 4], "big")
        start = at + 8
        if length == 1:  # the length follows, in eight bytes
            length, start = int.from_bytes(content[at + 8 : at + 16], "big"), at + 16
        end = at + length if length else len(content)
        if end < start:
            return None
        if content[at + 4 : at + 8] == name:
            return content[start:end]
        at = end
    return None
