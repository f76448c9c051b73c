"""Where a file came from: every export carries the complete state, and gives it back.

The state travels as the JSON of a session on one line of ASCII, with the program's version and the seed beside it.
Files are only ever read as data, and never more of them than is allowed.
"""

from __future__ import annotations

import html
import io
import json
import math
import re
import struct
import zipfile
import zlib
from pathlib import Path

import numpy as np

from qhm_gui.files import session
from qhm_gui.files.film_comment import note_of_gif, note_of_mp4
from qhm_gui.files.session import Session, SessionError, load_session
from qhm_gui.state.state import State
from qhm_gui.text.language import tr

VERSION = "0.1.0"
PROGRAM = f"QHM Explorer {VERSION}"
NAMESPACE = "urn:qhm-explorer:state"
#: The key of a PNG's text chunk, of an NPZ's entry, and what the line of a CSV begins with.
PNG_KEY = "qhm-explorer"
NPZ_ENTRY = "qhm_explorer"
CSV_SIGN = "# state: "
#: Endings that :func:`read_session` knows besides that of sessions.
ENDINGS = ("pdf", "svg", "png", "csv", "npz", "mp4", "gif")

PNG_MAGIC = b"\x89PNG\r\n\x1a\n"
_MOST_FILE = 256_000_000
_MOST_TEXT = session.MOST_BYTES
_ELEMENT = re.compile(rb"<qhm:state(?: [^<>]{0,400})?>([^<]{2,%d})</qhm:state>" % (2 * _MOST_TEXT))
_HEAD = 4 * _MOST_TEXT


def stamp(state: State, step: int | None = None) -> str:
    """The text that an export carries."""
    document = {"made_by": PROGRAM, "seed": state.seed, **json.loads(session.dump(Session(state, step)))}
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
        if path.stat().st_size > _MOST_FILE:
            raise SessionError(tr("The file {name} is too large to be looked through.", name=path.name))
        content = path.read_bytes()
        text = _found(content)
    except OSError:
        raise SessionError(tr("The file {name} cannot be read.", name=path.name)) from None
    if text is None:
        raise SessionError(tr("The file {name} carries no state of QHM Explorer.", name=path.name))
    return load_session(text)


def is_export(path: Path) -> bool:
    """Whether this is a picture or a table, by its first bytes or its ending, and no session."""
    if not path.is_file():  # a pipe would wait for a writer
        return False
    try:
        with path.open("rb") as file:
            head = file.read(200)
    except OSError:
        return False  # who reads it says why
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"{"):
        return False
    magic = (b"%PDF-", PNG_MAGIC, b"PK\x03\x04", b"GIF8", b"<?xml", b"<svg", b"# QHM", CSV_SIGN.encode())
    return head.startswith(magic) or text.startswith(magic) or path.suffix[1:].lower() in ENDINGS


def _found(content: bytes) -> str | None:
    """The text in a file, whatever its ending."""
    if content.startswith(PNG_MAGIC):
        return _of_png(content)
    if content.startswith(b"PK\x03\x04"):
        return _of_npz(content)
    if content[4:8] == b"ftyp" or content.startswith(b"GIF8"):
        note = note_of_gif(content) if content.startswith(b"GIF8") else note_of_mp4(content)
        return None if note is None else _text(note)
    if content.startswith(b"%PDF-") or b"<svg" in content[:_HEAD]:
        found = _ELEMENT.search(content)
        return _text(html.unescape(_text(found[1]) or "").encode()) if found else None
    return _of_csv(content)


def _text(content: bytes) -> str | None:
    """What we write is ASCII; other programs may have made UTF-8 of it."""
    try:
        return content.decode("utf-8") if len(content) <= 2 * _MOST_TEXT else None
    except UnicodeDecodeError:
        return None


def _of_csv(content: bytes) -> str | None:
    sign = CSV_SIGN.encode()
    for line in io.BytesIO(content.removeprefix(b"\xef\xbb\xbf")[:_HEAD]):
        if not line.startswith(b"#"):
            break
        if line.startswith(sign):
            return _text(line[len(sign) :].strip())
    return None


# -- PNG


def with_chunk(content: bytes, text: str) -> bytes:
    """A PNG with the text in a chunk of its own, after the header."""
    body = PNG_KEY.encode() + b"\0\0\0\0\0" + text.encode()
    chunk = struct.pack(">I", len(body)) + b"iTXt" + body + struct.pack(">I", zlib.crc32(b"iTXt" + body))
    end = len(PNG_MAGIC) + 12 + 13
    return content[:end] + chunk + content[end:]


def _of_png(content: bytes) -> str | None:
    """Any of the three chunks for text: other programs write our text back as they like."""
    at = len(PNG_MAGIC)
    key = PNG_KEY.encode() + b"\0"
    while at + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[at : at + 8])
        body = content[at + 8 : at + 8 + length]
        at += 12 + length
        if not body.startswith(key) or length > 2 * _MOST_TEXT:
            continue
        rest = body[len(key) :]
        if kind == b"tEXt":
            return _text(rest)
        if kind == b"zTXt":
            return _text(_inflated(rest[1:]))
        if kind == b"iTXt":
            packed, parts = rest[:1] == b"\1", rest[2:].split(b"\0", 2)
            if len(parts) == 3:
                return _text(_inflated(parts[2]) if packed else parts[2])
    return None


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, _MOST_TEXT)
    except zlib.error:
        return b""


# -- NPZ


def _of_npz(content: bytes) -> str | None:
    """The entry's letters, read by hand: nothing is unpickled, and no array is made that is not in the file."""
    limit = 4 * _MOST_TEXT + 1000
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive, archive.open(f"{NPZ_ENTRY}.npy") as entry:
            data = entry.read(limit + 1)
        if len(data) > limit:
            return None
        file = io.BytesIO(data)
        if np.lib.format.read_magic(file) != (1, 0):
            return None
        shape, _, kind = np.lib.format.read_array_header_1_0(file, max_header_size=1000)
        letters = data[file.tell() :]
        if kind.kind != "U" or math.prod(shape) != 1 or kind.itemsize != len(letters):
            return None
        return letters.decode("utf-32-be" if kind.byteorder == ">" else "utf-32-le").rstrip("\0")
    except (KeyError, ValueError, OSError, RuntimeError, EOFError, zipfile.BadZipFile, NotImplementedError, zlib.error):
        return None
