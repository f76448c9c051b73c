"""Reading files that anybody may have made: never more of one than is needed to see that it is too large."""

from __future__ import annotations

from pathlib import Path

from qhm_gui.text.language import tr
from qhm_math.data.untrusted import MOST_OBJECTS, parse_json, parse_npy

__all__ = ["MOST_OBJECTS", "first_bytes", "parse_json", "parse_npy", "read_at_most", "read_text"]


def read_at_most(path: Path, most: int) -> bytes:
    """What is in a file, or ``most`` + 1 bytes of it where it has more. OSError."""
    with path.open("rb") as file:
        return file.read(most + 1)


def first_bytes(path: Path, count: int) -> bytes | None:
    """How a file begins, to see of what kind it is; None where it cannot be read: who reads it says why."""
    try:
        return read_at_most(path, count - 1)
    except OSError:
        return None


def read_text(path: Path, most: int, error: type[ValueError], too_large: str, unreadable: str) -> tuple[str, bytes]:
    """The text of a file, and its bytes.

    ``error`` with a sentence: ``too_large`` for one of more than ``most`` bytes, ``unreadable`` for what is no text or
    cannot be read, and one of its own for what is no file: a folder, or a pipe, which would wait for a writer.
    """
    try:
        if path.is_dir():
            raise error(tr("{name} is a folder, not a file.", name=path.name or path))
        if not path.is_file():
            raise FileNotFoundError
        content = read_at_most(path, most)
        if len(content) > most:
            raise error(too_large)
        return content.decode("utf-8-sig"), content
    except FileNotFoundError:
        raise error(tr("The file {name} does not exist.", name=path.name)) from None
    except (OSError, UnicodeDecodeError):
        raise error(unreadable) from None
