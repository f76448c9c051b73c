"""What is in files that anybody may have made: limits before anything is parsed, and ValueError for all else."""

from __future__ import annotations

import io
import json
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
