"""A state as one line of text for a chat or a mail, and back.

``qhm2:`` and base64url of the zlib-compressed JSON of what differs from the first state. It is only ever read as data,
and never unpacked to more than a session may have.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib

from qhm_gui.files import session
from qhm_gui.files.older import upgraded
from qhm_gui.files.places import without_folders
from qhm_gui.files.reading import parse_json
from qhm_gui.files.session import SessionError, fields_of, state_of
from qhm_gui.state.state import State
from qhm_gui.text.language import tr

VERSION = 2
#: The version of sessions whose fields each version of text has.
_SESSIONS = {1: 2, 2: 3}
#: The longest text that is looked at, and what it may unpack to.
MOST_CHARACTERS = 200_000
MOST_UNPACKED = 400_000
_FORM = re.compile(r"qhm([0-9]{1,9}):([A-Za-z0-9_-]*)={0,2}")
#: What chats and mails put round a text or into it.
_AROUND = "<>()[]\"'`“”„「」.,;"
_INSIDE = re.compile(r"[\s\u200b-\u200d\u2060\ufeff]+")


def to_text(state: State) -> str:
    """The state as ``qhm2:…``."""
    content = json.dumps(fields_of(without_folders(state), short=True), separators=(",", ":"), sort_keys=True)
    packed = base64.urlsafe_b64encode(zlib.compress(content.encode(), 9)).rstrip(b"=")
    return f"qhm{VERSION}:{packed.decode()}"


def looks_like(text: str) -> bool:
    """Whether somebody may have meant this as a state."""
    return text[:200].lstrip(" \t\r\n" + _AROUND).startswith("qhm")


def from_text(text: str) -> State:
    """The state of a text, also of one that a mail has broken into lines. SessionError with a sentence."""
    if not looks_like(text):
        raise SessionError(tr("This text is no state of QHM Explorer: one begins with qhm2:."))
    if len(text) > MOST_CHARACTERS:
        raise SessionError(tr("This text is too long for a state of QHM Explorer."))
    form = _FORM.fullmatch(_INSIDE.sub("", text).strip(_AROUND))
    if form is None:
        raise SessionError(tr("This text is no state of QHM Explorer: it has signs that do not belong there."))
    version = int(form[1])
    if version not in _SESSIONS:
        sentence = "This state has version {version}; this program reads versions 1 to {newest}."
        raise SessionError(tr(sentence, version=form[1], newest=VERSION))
    try:
        fields = parse_json(_unpacked(form[2]), session.MOST_OBJECTS)
    except (ValueError, zlib.error):
        raise SessionError(tr("This state is damaged: a part of its text is missing or changed.")) from None
    if not isinstance(fields, dict):
        raise SessionError(tr("This state is damaged: a part of its text is missing or changed."))
    return state_of(upgraded(fields, _SESSIONS[version]))


def _unpacked(packed: str) -> bytes:
    """What was packed. ValueError when it is not whole, or more than is allowed."""
    try:
        content = base64.urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    except binascii.Error as error:
        raise ValueError from error
    engine = zlib.decompressobj()
    unpacked = engine.decompress(content, MOST_UNPACKED)
    if not engine.eof or engine.unused_data:
        raise ValueError("not whole, or too much")
    return unpacked
