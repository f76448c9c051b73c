"""A session as a text that people can read, and back: one versioned JSON object, written atomically.

Version 1 held the state. Version 2 adds, all optional, the playhead's step, the preset that the state is, and, in the
program's own copies, the file that the session belongs to and the digest of what was in it. Version 3 has the schedules
as families with their fields. Every version ever written is read: ``older.py``, ``tests/sessions``.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unicodedata import category

import numpy as np

from qhm_gui.files.atomic import write_atomically
from qhm_gui.files.older import upgraded
from qhm_gui.files.reading import parse_json, read_at_most, read_text
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import ALL_LOSSES, State, changed
from qhm_gui.state.store import explain
from qhm_gui.text.language import tr
from qhm_math.declared import ParameterError
from qhm_math.noise import NOISES

VERSION = 3
#: A session has some thousand characters; more than this is not read.
MOST_BYTES = 1_000_000
_LONGEST_NAME = 4096
#: No list of a session has more parts, and no session more objects and lists: reading them would hold up the window.
MOST_PARTS = 1000
MOST_OBJECTS = 10_000
_KINDS: dict[str, Mapping[str, Any]] = {"loss": ALL_LOSSES, "noise": NOISES}


class SessionError(ValueError):
    """A text that is no session of ours; ``str()`` is one sentence for the user."""


@dataclass(frozen=True)
class Session:
    """The state and what goes with it: ``step`` of the playhead (None: at the end), name of the ``preset`` that the
    state is, and the ``file`` that the program's own copy belongs to, with the ``digest`` of what the program last read
    or wrote there. In an exported file ``figure`` says how its picture is made (:mod:`qhm_gui.export.recipe`)."""

    state: State = dataclasses.field(default_factory=State)
    step: int | None = None
    preset: str = ""
    file: str = ""
    digest: str = ""
    figure: Mapping[str, Any] = dataclasses.field(default_factory=dict)


def dump(what: State | Session) -> str:
    """The session as JSON."""
    session = what if isinstance(what, Session) else Session(what)
    document: dict[str, Any] = {"qhm_explorer": VERSION, "state": fields_of(session.state)}
    extras: dict[str, Any] = {
        "step": session.step,
        "preset": session.preset,
        "file": session.file,
        "digest": session.digest,
    }
    extras["figure"] = dict(session.figure)
    document |= {name: value for name, value in extras.items() if value not in (None, "", {})}
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def load(text: str) -> State:
    """The state of a JSON text. SessionError, with a sentence, for anything that :func:`dump` did not write.

    Fields that the text does not have keep their defaults, so that older files load for ever.
    """
    return load_session(text).state


def load_session(text: str) -> Session:
    """The same with what goes with the state."""
    document = _document(text)
    version = document.get("qhm_explorer")
    if type(version) is not int:
        raise SessionError(tr("This is not a QHM Explorer session: it has no version."))
    if not 1 <= version <= VERSION:
        sentence = "This session has version {version}; this program reads versions 1 to {newest}."
        raise SessionError(tr(sentence, version=_shown(version), newest=VERSION))
    step = document.get("step")
    if step is not None and (type(step) is not int or not 0 <= step <= 10**9):
        raise SessionError(tr("The field {name} of this session must be a whole number.", name="step"))
    preset, file, digest = (_name(document, key) for key in ("preset", "file", "digest"))
    figure = document.get("figure", {})
    if not isinstance(figure, dict):
        raise SessionError(
            tr("This session cannot be read: {name} has values that do not belong there.", name="figure")
        )
    return Session(state_of(upgraded(document["state"], version)), step, preset, file, digest, figure)


def _document(text: str) -> dict[str, Any]:
    """A JSON object with a state in it. SessionError."""
    if text.count("{") + text.count("[") > MOST_OBJECTS:
        sentence = "This session cannot be read: {name} has values that do not belong there."
        raise SessionError(tr(sentence, name="state"))
    try:
        document = parse_json(text)
    except ValueError:
        raise SessionError(tr("This is not a QHM Explorer session: it is not JSON.")) from None
    if not isinstance(document, dict) or not isinstance(document.get("state"), dict):
        raise SessionError(tr("This is not a QHM Explorer session: it holds no state."))
    return document


def page_in(path: Path) -> str:
    """The page of the session in a file, without the state being built, which takes a while for a typed loss.

    '' where there is none that can be read.
    """
    if not path.is_file():
        return ""
    try:
        page = _document(read_at_most(path, MOST_BYTES).decode("utf-8-sig"))["state"].get("page", State.page)
    except (OSError, UnicodeDecodeError, SessionError):
        return ""
    return page if page in tuple(PAGES) else ""


def read(path: Path) -> State:
    """The state in a file. SessionError with a sentence when it cannot be read."""
    return read_session(path).state


def read_session(path: Path) -> Session:
    """The session in a file."""
    return read_with_digest(path)[0]


def read_with_digest(path: Path) -> tuple[Session, str]:
    """The session in a file, and :func:`digest_of` what was read."""
    too_large = tr("The file {name} is too large for a session.", name=path.name)
    unreadable = tr("The file {name} cannot be read as a session.", name=path.name)
    text, content = read_text(path, MOST_BYTES, SessionError, too_large, unreadable)
    return load_session(text), digest_of(content)


def digest_of(content: bytes) -> str:
    """What tells one content of a file from another."""
    import hashlib  # loads OpenSSL, which a start need not wait for

    return hashlib.sha256(content).hexdigest()


def digest_in(path: Path, most: int = MOST_BYTES) -> str:
    """:func:`digest_of` a file of at most so many bytes as it is now; '' where there is none that can be read."""
    try:
        return digest_of(read_at_most(path, most)) if path.is_file() else ""
    except OSError:
        return ""


def write(path: Path, what: State | Session, *, durable: bool = True) -> str:
    """Write atomically: after a crash the file is the old one or the new one, never half of it. OSError.

    Returns :func:`digest_of` what was written.
    """
    content = encoded(what)
    write_atomically(path, content, durable=durable)
    return digest_of(content)


def encoded(what: State | Session) -> bytes:
    """What :func:`write` writes."""
    return dump(what).encode("utf-8", "backslashreplace")


def fields_of(state: State, *, short: bool = False) -> dict[str, Any]:
    """What JSON can hold of the state; ``short`` leaves out what is as at the first start."""
    default = State()
    found: dict[str, Any] = {}
    for field in dataclasses.fields(state):
        value, usual = getattr(state, field.name), getattr(default, field.name)
        if not short:
            found[field.name] = _plain(value)
        elif value != usual:
            found[field.name] = _short(value)
    return found


def state_of(fields: dict[str, Any]) -> State:
    """The state that :func:`fields_of` told, short or not. SessionError for anything else."""
    unknown = sorted(set(fields) - {field.name for field in dataclasses.fields(State)})
    if unknown:
        raise _unknown(unknown[0])
    values: dict[str, Any] = {}
    for field in dataclasses.fields(State):
        if field.name in fields:
            values[field.name] = _build(field, fields[field.name])
    return _made("", State, values)


def _plain(value: Any) -> Any:
    """What JSON can hold: a loss or a noise with its kind, a part of the state as its fields, a set as a list.

    A field may say ``without`` which parts of what it holds mean nothing there: they are not written. Infinity is
    written as the sign that `check_declared` reads.
    """
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        for field in dataclasses.fields(value):
            for name in field.metadata.get("without", ()):
                fields[field.name].pop(name, None)
        return {"kind": kind, **fields} if (kind := getattr(value, "key", None)) else fields
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    if isinstance(value, float) and value == math.inf:
        return "∞"
    return sorted(value) if isinstance(value, frozenset) else value


def _short(value: Any) -> Any:
    """The same without what is the default of its class."""
    plain = _plain(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        if any(_required(field) for field in dataclasses.fields(value)):
            return plain
        usual = _plain(type(value)())
        return {name: inner for name, inner in plain.items() if name == "kind" or inner != usual[name]}
    return plain


def _build(field: dataclasses.Field[Any], value: Any) -> Any:
    """The value of a field of the state from what JSON held."""
    kinds = _KINDS.get(field.name)
    if kinds is not None:
        return _of_kind(field.name, kinds, value)
    default = field.default_factory() if callable(field.default_factory) else field.default
    if isinstance(default, frozenset):
        if not isinstance(value, list) or len(value) > 100 or not all(_is_name(word) for word in value):
            raise SessionError(tr("The field {name} of this session must be a list of names.", name=field.name))
        return frozenset(value)
    if dataclasses.is_dataclass(default):
        if not isinstance(value, dict):
            raise SessionError(tr("The field {name} of this session must be an object.", name=field.name))
        return _made(field.name, type(default), value)
    if isinstance(default, str) and not _is_name(value):
        raise SessionError(tr("The field {name} of this session must be a text.", name=field.name))
    return value


def _required(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _inner(part: str, kind: type[Any], values: dict[str, Any]) -> dict[str, Any]:
    """``values`` with the dataclasses that JSON held inside them built again.

    A field says of itself what it holds: ``parts``, a tuple of some dataclass, or ``kinds``, one of a registry.
    """
    found = dict(values)
    for field in dataclasses.fields(kind):
        value, path = values.get(field.name), f"{part}.{field.name}"
        if field.name in values and "parts" in field.metadata:
            if not isinstance(value, list) or len(value) > MOST_PARTS or not all(isinstance(v, dict) for v in value):
                raise SessionError(tr("The field {name} of this session must be a list.", name=path))
            found[field.name] = tuple(_made(path, field.metadata["parts"], one) for one in value)
        elif field.name in values and "kinds" in field.metadata:
            found[field.name] = _of_kind(path, field.metadata["kinds"], value)
    return found


def _of_kind(part: str, kinds: Mapping[str, Any], value: Any) -> Any:
    """An instance of one of several classes, told apart by their key."""
    kind = value.get("kind") if isinstance(value, dict) else None
    if not isinstance(kind, str) or kind not in kinds:
        raise SessionError(tr("The {name} of this session is not known.", name=part))
    return _made(part, kinds[kind], {name: inner for name, inner in value.items() if name != "kind"})


def _made(part: str, kind: type[Any], values: dict[str, Any]) -> Any:
    """A part of the state (the state itself for ``part`` = ""), or the sentence that says why there is none."""
    unknown = sorted(set(values) - {field.name for field in dataclasses.fields(kind) if field.init})
    if unknown:
        raise _unknown(f"{part}.{unknown[0]}")
    values = _inner(part, kind, values) if part else values
    try:
        # what belongs together is brought together: a tied ν, the condition number that follows the loss
        with np.errstate(over="raise" if part else "ignore", invalid="raise" if part else "ignore"):
            return kind(**values) if part else changed(kind(**values), {})
    except ParameterError as error:
        raise SessionError(_printable(explain(error, State(), {part: kind} if part else values))) from None
    except (TypeError, ValueError, AttributeError, ArithmeticError, RecursionError):
        sentence = "This session cannot be read: {name} has values that do not belong there."
        raise SessionError(tr(sentence, name=part or "state")) from None


def _unknown(name: str) -> SessionError:
    return SessionError(tr("This session has a field that this program does not know: {name}.", name=_shown(name)))


def _name(document: dict[str, Any], key: str) -> str:
    value = document.get(key, "")
    if not isinstance(value, str) or len(value) > _LONGEST_NAME:
        raise SessionError(tr("The field {name} of this session must be a text.", name=key))
    return value


def _is_name(value: object) -> bool:
    return isinstance(value, str) and len(value) <= 200 and value.isprintable()


def _shown(value: object) -> str:
    """Anything on one short line."""
    text = _printable(str(value)[:41])
    return text if len(text) <= 40 else text[:39] + "…"


def _printable(text: str) -> str:
    """The text on one line; the thin space between groups of digits is Unicode's, not printable to Python."""
    return "".join(sign if sign.isprintable() or category(sign) == "Zs" else "·" for sign in text)
