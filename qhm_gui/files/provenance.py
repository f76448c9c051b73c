"""Where a file came from: every export carries the complete state, and gives it back.

The state travels as the JSON of a session on one line of ASCII, with the program's version and the seed beside it.
Files are only ever read as data, and never more of them than is allowed.
"""

from __future__ import annotations

import html
import json
import struct
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from qhm_gui.files import session
from qhm_gui.files.carried_text import CSV_SIGN, NAMESPACE, PNG_KEY, PNG_MAGIC, ZIP_MAGIC, carried_text
from qhm_gui.files.places import found_beside, without_folders
from qhm_gui.files.reading import first_bytes
from qhm_gui.files.session import Session, SessionError, load_session
from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.version import PROGRAM

MOST_FILE = 256_000_000


def stamp(state: State, step: int | None = None, figure: Mapping[str, Any] | None = None) -> str:
    """The text that an export carries: the state, and what ``figure`` says of how the picture is made from it."""
    made = Session(without_folders(state), step, figure=figure or {})
    document = {"made_by": PROGRAM, "seed": state.seed, **json.loads(session.dump(made))}
    return json.dumps(document, separators=(",", ":"))


def element(text: str) -> str:
    """The text as an element of XML, for PDF and SVG."""
    return f'<qhm:state xmlns:qhm="{NAMESPACE}">{html.escape(text, quote=False)}</qhm:state>'


def read_state(path: Path) -> State:
    """The state that a session file or an exported file carries. SessionError, with a sentence, when there is none."""
    return read_session(path).state


def read_session(path: Path) -> Session:
    """The same with the step of the playhead."""
    if not is_export(path):
        return session.read_session(path)
    try:
        if path.stat().st_size > MOST_FILE:
            raise SessionError(tr("The file {name} is too large to be looked through.", name=path.name))
        with path.open("rb") as file:
            text = carried_text(file)
    except OSError:
        raise SessionError(tr("The file {name} cannot be read.", name=path.name)) from None
    if text is None:
        raise SessionError(tr("The file {name} carries no state of QHM Explorer.", name=path.name))
    found = load_session(text)
    return replace(found, state=found_beside(found.state, path.absolute().parent))


def carries_state(path: Path) -> bool:
    """Whether there is a state in an exported file."""
    try:
        with path.open("rb") as file:
            return path.stat().st_size <= MOST_FILE and carried_text(file) is not None
    except OSError:
        return False


def is_export(path: Path) -> bool:
    """Whether this is a picture, a table or a film, and no session: a session begins with a brace or ends in .json."""
    if not path.is_file():  # a pipe would wait for a writer
        return False
    head = first_bytes(path, 200)
    if head is None:
        return False
    begins = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return not begins.startswith(b"{") and (path.suffix.lower() != ".json" or _is_ours(head) or _is_ours(begins))


def _is_ours(head: bytes) -> bool:
    """Whether this is the beginning of a format that may carry a state."""
    return head.startswith((b"%PDF-", PNG_MAGIC, ZIP_MAGIC, b"GIF8", b"<?xml", b"<svg", b"# QHM", CSV_SIGN.encode()))


def with_chunk(content: bytes, text: str, facts: Iterable[tuple[str, str, str]] = ()) -> bytes:
    """A PNG with the text in a chunk of its own, after the header.

    ``facts``: (keyword of the PNG standard, language, words), which other programs show; empty ones are left out.
    """
    told = [_text_chunk(keyword, spoken, words) for keyword, spoken, words in facts if words]
    end = len(PNG_MAGIC) + 12 + 13
    return content[:end] + b"".join((*told, _text_chunk(PNG_KEY, "", text))) + content[end:]


def _text_chunk(keyword: str, spoken: str, words: str) -> bytes:
    """An iTXt chunk that is not packed and has no second keyword."""
    body = keyword.encode() + b"\0\0\0" + spoken.encode() + b"\0\0" + words.encode()
    return struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
