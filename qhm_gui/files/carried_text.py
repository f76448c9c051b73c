"""The text that an exported file carries, found without unpacking what surrounds it.

A file may be made to harm: a few bytes that unpack to gigabytes, or a structure without end. So only pieces of it are
read, each of a limited size and a limited number of them, and only what may hold the text is unpacked, up to a limit.
"""

from __future__ import annotations

import html
import io
import itertools
import math
import re
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

from qhm_gui.files.film_comment import note_of_gif, note_of_mp4
from qhm_gui.files.reading import parse_npy
from qhm_gui.files.session import MOST_BYTES

NAMESPACE = "urn:qhm-explorer:state"
#: The key of a PNG's text chunk, of an NPZ's entry, and what the line of a CSV begins with.
PNG_KEY = "qhm-explorer"
NPZ_ENTRY = "qhm_explorer"
CSV_SIGN = "# state:"
PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
ZIP_MAGIC = b"PK\x03\x04"

_MOST_TEXT = MOST_BYTES
#: Longest stretch at the start of a file that is searched as a whole.
_HEAD = 4 * _MOST_TEXT
_BLOCK = 1 << 20
_MOST_LINES = 10_000
_MOST_CHUNKS = 20_000
_MOST_ELEMENTS = 16
_SIGN = b"<qhm:state"
_ELEMENT = re.compile(rb"<qhm:state(?: [^<>]{0,400})?>([^<]{2,%d})</qhm:state>" % (2 * _MOST_TEXT))
#: The rest of a line of cells, whose first is in quotes.
_CELL = re.compile(rb'"?[,;\t]"((?:[^"]++|"")*+)"')
#: The directory of an NPZ that we write has some hundred bytes an entry.
_MOST_DIRECTORY = 1_000_000
_STORED, _DEFLATED = 0, 8
#: Four bytes a letter, and NumPy's header.
_MOST_ENTRY = 4 * _MOST_TEXT + 1000


def carried_text(file: BinaryIO) -> str | None:
    """The text in ``file``, told apart by its first bytes whatever its ending; None where there is none. OSError."""
    file.seek(0)
    start = file.read(16)
    if start.startswith(PNG_MAGIC):
        found = _of_png(file)
    elif start.startswith(ZIP_MAGIC):
        return _of_npz(file)
    elif start.startswith(b"GIF8"):
        found = note_of_gif(_head(file))
    elif start[4:8] == b"ftyp":
        found = note_of_mp4(file)
    elif start.startswith(b"%PDF-") or b"<svg" in _head(file):
        found = _of_xml(file)
    else:
        found = _of_csv(_head(file))
    return _decoded(found) if found else None


def _head(file: BinaryIO) -> bytes:
    file.seek(0)
    return file.read(_HEAD)


def _decoded(content: bytes) -> str | None:
    """What we write is ASCII; other programs may have made UTF-8 of it."""
    try:
        return content.decode("utf-8") if len(content) <= 2 * _MOST_TEXT else None
    except UnicodeDecodeError:
        return None


def _of_csv(head: bytes) -> bytes | None:
    """What stands after the sign: as it is, as older files have it, or as the next cell. A spreadsheet that writes the
    file again may put the sign in quotes, too, and another sign between cells."""
    sign = CSV_SIGN.encode()
    for line in itertools.islice(io.BytesIO(head.removeprefix(b"\xef\xbb\xbf")), _MOST_LINES):
        if not line.lstrip(b'"').startswith(b"#"):
            break
        if line.lstrip(b'"').startswith(sign):
            cell = _CELL.match(line.lstrip(b'"')[len(sign) :])
            return line[len(sign) :].strip() if cell is None else cell[1].replace(b'""', b'"')
    return None


# -- PDF and SVG


def _of_xml(file: BinaryIO) -> bytes | None:
    """The first whole element of ours, wherever it stands."""
    for place in itertools.islice(_places(file), _MOST_ELEMENTS):
        file.seek(place)
        found = _ELEMENT.match(file.read(2 * _MOST_TEXT + 500))
        if found is not None:
            text = _decoded(found[1])
            return None if text is None else html.unescape(text).encode()
    return None


def _places(file: BinaryIO) -> Iterator[int]:
    """Where an element of ours may begin."""
    first = 0
    while True:
        file.seek(first)
        block = file.read(_BLOCK + len(_SIGN) - 1)  # so that none is cut in two
        at = block.find(_SIGN)
        while at >= 0:
            yield first + at
            at = block.find(_SIGN, at + 1)
        if len(block) < _BLOCK:
            return
        first += _BLOCK


# -- PNG


def _of_png(file: BinaryIO) -> bytes | None:
    """Any of the three chunks for text: other programs write our text back as they like."""
    at = len(PNG_MAGIC)
    key = PNG_KEY.encode() + b"\0"
    for _ in range(_MOST_CHUNKS):
        file.seek(at)
        head = file.read(8 + len(key))
        if len(head) < 8 or not head[4:8].isalpha():
            return None
        length, kind = struct.unpack(">I4s", head[:8])
        at += 12 + length
        if head[8:] == key and len(key) <= length <= 2 * _MOST_TEXT:
            rest = file.read(length - len(key))
            if kind == b"tEXt":
                return rest
            if kind == b"zTXt":
                return _inflated(rest[1:])
            parts = rest[2:].split(b"\0", 2)
            if kind == b"iTXt" and len(parts) == 3:
                return _inflated(parts[2]) if rest[:1] == b"\1" else parts[2]
    return None


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_TEXT)
    except zlib.error:
        return b""


# -- NPZ


def _of_npz(file: BinaryIO) -> str | None:
    """The entry's letters: nothing is unpickled, and no array is made that is not in the file."""
    data = _entry(file, f"{NPZ_ENTRY}.npy".encode())
    if data is None:
        return None
    try:
        shape, _, kind, letters = parse_npy(data)
        if kind.kind != "U" or math.prod(shape) != 1 or kind.itemsize != len(letters):
            return None
        return letters.decode("utf-32-be" if kind.byteorder == ">" else "utf-32-le").rstrip("\0")
    except ValueError:
        return None


def _entry(file: BinaryIO, name: bytes) -> bytes | None:
    """What a ZIP holds under ``name``.

    Only stored or deflated, as NumPy writes it: other ways of packing cannot be unpacked up to a limit. The directory
    and the sizes that it declares are looked at first.
    """
    for method, packed, size, check, offset in _directory(file, name):
        if method not in (_STORED, _DEFLATED) or max(packed, size) > _MOST_ENTRY:
            return None
        file.seek(offset)
        head = file.read(30)
        if len(head) < 30 or not head.startswith(ZIP_MAGIC):
            return None
        file.seek(offset + 30 + sum(struct.unpack("<HH", head[26:30])))
        data = file.read(packed)
        if method == _DEFLATED:
            try:
                data = zlib.decompressobj(-15).decompress(data, size + 1)
            except zlib.error:
                return None
        return data if len(data) == size and zlib.crc32(data) == check else None
    return None


def _directory(file: BinaryIO, name: bytes) -> list[tuple[int, int, int, int, int]]:
    """(method, packed size, size, checksum, where it begins) of the entries of this name.

    Archives in the form for more than 4 GB are passed over.
    """
    end = file.seek(0, io.SEEK_END)
    file.seek(max(0, end - 65_557))
    tail = file.read(65_557)
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < 22:
        return []
    size, start = struct.unpack("<II", tail[at + 12 : at + 20])
    if size > _MOST_DIRECTORY:
        return []
    file.seek(start)
    rows = file.read(size)
    found: list[tuple[int, int, int, int, int]] = []
    place = 0
    while len(rows) - place >= 46 and rows[place : place + 4] == b"PK\x01\x02":
        (method,) = struct.unpack("<H", rows[place + 10 : place + 12])
        check, packed, whole, *lengths = struct.unpack("<IIIHHH", rows[place + 16 : place + 34])
        (offset,) = struct.unpack("<I", rows[place + 42 : place + 46])
        if rows[place + 46 : place + 46 + lengths[0]] == name:
            found.append((method, packed, whole, check, offset))
        place += 46 + sum(lengths)
    return found
