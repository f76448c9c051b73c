"""Bytes of a data file, gzipped or not, and never more of them than the file may hold."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path

from .archive import DataError

_GZIP = b"\x1f\x8b"


def read_packed(path: Path, most: int) -> bytes:
    """The bytes of a file, unpacked where it is gzipped; DataError where it cannot be read or holds more than `most`.

    No more than `most` + 1 bytes are unpacked, so that a small file which would unpack to gigabytes does no harm.
    """
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
            file.seek(0)
            if packed:
                with gzip.GzipFile(fileobj=file) as unpacked:
                    content = unpacked.read(most + 1)
            else:  # a buffer of most + 1 bytes would be made at once
                content = file.read(min(most, os.fstat(file.fileno()).st_size) + 1)
    except (EOFError, zlib.error, gzip.BadGzipFile):
        raise DataError("{path} is damaged: it cannot be unpacked.", path=path) from None
    except OSError as error:
        raise DataError("{path} cannot be read: {error}.", path=path, error=error.strerror or error) from None
    if len(content) > most:
        raise DataError("{path} is too large: at most {most:,} bytes are expected in it.", path=path, most=most)
    return content


def find_packed(folder: Path, name: str) -> Path:
    """The file of that name in a folder, with or without .gz at its end. DataError where there is none."""
    for path in (folder / name, folder / f"{name}.gz"):
        if path.is_file():
            return path
    raise DataError("{folder} has no file {name}, with or without .gz.", folder=folder, name=name)


def md5(content: bytes) -> str:
    """The MD5 of some bytes, by which data sets are known; it protects nothing."""
    import hashlib  # loads OpenSSL, which a start need not wait for

    return hashlib.md5(content, usedforsecurity=False).hexdigest()
