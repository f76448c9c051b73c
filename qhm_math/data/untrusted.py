"""What is in files that anybody may have made: limits before anything is parsed, and ValueError for all else."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

#: Objects and lists of a JSON text; letters of the header of an NPY, which is Python text.
MOST_OBJECTS, MOST_HEADER = 100_000, 1000


def parse_json(text: str | bytes, most: int = MOST_OBJECTS) -> Any:
    """The value of a JSON text with at most ``most`` objects and lists. ValueError for anything else.

    Also for lists in lists without end, and numbers of thousands of digits.
    """
    if isinstance(text, bytes):
        text = text.decode("utf-8-sig")
    if text.count("{") + text.count("[") > most:
        raise ValueError("more parts than are read")
    try:
        return json.loads(text)
    except RecursionError:
        raise ValueError("too deep") from None


class TooLargeError(ValueError):
    """There is more than is read."""


class StrangeError(ValueError):
    """An archive of another kind than NumPy writes: packed otherwise, encrypted, or of very many entries."""


def unpack_npz(content: bytes, most: int, entries: int = 64) -> dict[str, bytes]:
    """The entries of an NPZ by name, without their ending: at most ``most`` bytes in all are unpacked.

    TooLargeError, StrangeError, or another ValueError for what is damaged.
    """
    found: dict[str, bytes] = {}
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            listed = archive.infolist()
            if len(listed) > entries:
                raise StrangeError
            for entry in listed:
                if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) or entry.flag_bits & 1:
                    raise StrangeError
                if entry.file_size > left:
                    raise TooLargeError
                with archive.open(entry) as file:
                    read = file.read(left + 1)
                left -= len(read)
                if left < 0:
                    raise TooLargeError
                found.setdefault(entry.filename.removesuffix(".npy"), read)
    except (TooLargeError, StrangeError):
        raise
    except Exception:  # of many kinds: the archive is whatever somebody has made
        raise ValueError("a damaged archive") from None
    return found


def parse_npy(content: bytes) -> tuple[tuple[int, ...], bool, np.dtype[Any], bytes]:
    """(shape, whether in Fortran's order, type, what follows) of an NPY. ValueError for what is none.

    Nothing is made that is as large as the header says; whether the rest is as long is for the caller to see.
    """
    stream = io.BytesIO(content)
    try:
        version = npy.read_magic(stream)
        read = npy.read_array_header_1_0 if version == (1, 0) else npy.read_array_header_2_0
        shape, fortran, kind = read(stream, max_header_size=MOST_HEADER)
    except Exception:  # of many kinds: the header is Python text
        raise ValueError("no header of an NPY") from None
    if min(shape, default=0) < 0:
        raise ValueError("a negative size")
    return shape, fortran, kind, content[stream.tell() :]
