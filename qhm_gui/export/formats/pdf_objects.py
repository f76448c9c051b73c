"""A PDF that Qt wrote, taken apart into its objects and put together again with a table of where they are.

Qt numbers its objects from 1 on, writes each once, and no two streams share one. That is all that is understood here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*$")
_OBJECT = re.compile(rb"(\d+) 0 obj\s")
_END = b"endobj"
_ID = re.compile(rb"/ID\s*\[[^\]]*\]")


@dataclass
class Document:
    """Objects by their numbers, without the words around them, and those that the file begins with."""

    head: bytes
    objects: dict[int, bytes]
    info: int
    root: int
    identifier: bytes

    def written(self) -> bytes:
        """The file."""
        content = bytearray(self.head)
        places: dict[int, int] = {}
        for number, body in sorted(self.objects.items()):
            places[number] = len(content)
            content += b"%d 0 obj\n%s\nendobj\n" % (number, body.strip(b"\r\n"))
        start, size = len(content), max(self.objects) + 1
        content += b"xref\n0 %d\n0000000000 65535 f \n" % size
        for number in range(1, size):
            content += b"%010d 00000 n \n" % places[number] if number in places else b"0000000000 65535 f \n"
        content += b"trailer\n<<\n/Size %d\n/Info %d 0 R\n/Root %d 0 R\n" % (size, self.info, self.root)
        content += self.identifier + b"\n>>\nstartxref\n%d\n%%%%EOF\n" % start
        return bytes(content)


def taken_apart(content: bytes) -> Document:
    """The objects of a file with one table. ValueError if there is none."""
    found = _START.search(content, max(0, len(content) - 200))
    if found is None:
        raise ValueError("The PDF has no table of its objects")
    start = int(found[1])
    table, _, trailer = content[start:].partition(b"trailer")
    places = [int(line.split()[0]) for line in table.splitlines()[2:] if line.rstrip().endswith(b"n")]
    places = sorted(place for place in places if place)
    objects: dict[int, bytes] = {}
    for place, end in zip(places, [*places[1:], start], strict=True):
        head = _OBJECT.match(content, place)
        if head is None:
            raise ValueError(f"No object of the PDF begins at {place}")
        objects[int(head[1])] = content[head.end() : content.rindex(_END, head.end(), end)]
    identifier = _ID.search(trailer)
    return Document(
        content[: places[0]],
        objects,
        _reference(trailer, b"Info"),
        _reference(trailer, b"Root"),
        identifier[0] if identifier else b"",
    )


def _reference(dictionary: bytes, key: bytes) -> int:
    found = re.search(rb"/%s (\d+) 0 R" % key, dictionary)
    if found is None:
        raise ValueError(f"The PDF names no {key.decode()}")
    return int(found[1])


def text_string(text: str) -> bytes:
    """A text as PDF writes it: UTF-16 in hexadecimal digits."""
    return b"<FEFF" + text.encode("utf-16-be").hex().upper().encode() + b">"
