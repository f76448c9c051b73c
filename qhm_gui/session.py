"""The state as a text that people can read, and back: one versioned JSON object, written atomically."""

from __future__ import annotations

import dataclasses
import json
import os
import tempfile
from pathlib import Path
from typing import Any

from qhm_gui.state import State
from qhm_math.declared import ParameterError
from qhm_math.losses import LOSSES
from qhm_math.noise import NOISES

VERSION = 1


class SessionError(ValueError):
    """A text that is no session of ours; ``str()`` is one sentence for a person."""


def dump(state: State) -> str:
    """The state as JSON."""
    fields = {field.name: _plain(getattr(state, field.name)) for field in dataclasses.fields(state)}
    return json.dumps({"qhm_explorer": VERSION, "state": fields}, indent=1, ensure_ascii=False) + "\n"


def load(text: str) -> State:
    """The state of a JSON text. SessionError, with a sentence, for anything that :func:`dump` did not write.

    Fields that the text does not have keep their defaults, so that older files load for ever.
    """
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        raise SessionError("This is not a QHM Explorer session: it is not JSON.") from None
    if not isinstance(document, dict) or not isinstance(document.get("state"), dict):
        raise SessionError("This is not a QHM Explorer session: it holds no state.")
    version = document.get("qhm_explorer")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise SessionError(f"This session has version {version}; this program reads versions 1 to {VERSION}.")
    fields = dict(document["state"])
    known = {field.name for field in dataclasses.fields(State)}
    unknown = sorted(set(fields) - known)
    if unknown:
        raise SessionError(f"This session has a field that this program does not know: {unknown[0][:40]}.")
    try:
        for field in dataclasses.fields(State):
            if field.name in fields:
                fields[field.name] = _build(field, fields[field.name])
        for name in ("page", "expanded"):
            if not isinstance(fields.get(name, ""), str):
                raise SessionError(f"The field {name} of this session must be a text.")
        return State(**fields)
    except ParameterError as error:
        raise SessionError(str(error)) from None
    except (TypeError, OverflowError) as error:
        raise SessionError(f"This session cannot be read: {error}.") from None


def read(path: Path) -> State:
    """The state in a file. SessionError with a sentence when it cannot be read."""
    try:
        return load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError):
        raise SessionError(f"The file {path.name} cannot be read as a session.") from None


def write(path: Path, state: State) -> None:
    """Write the state atomically: after a crash the file is the old one or the new one, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name, suffix=".part")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(dump(state))
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _plain(value: Any) -> Any:
    """What JSON can hold: a loss or a noise with its kind, a part of the state as its fields, a set as a list."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
        return {"kind": kind, **fields} if (kind := getattr(value, "key", None)) else fields
    return sorted(value) if isinstance(value, frozenset) else value


def _build(field: dataclasses.Field[Any], value: Any) -> Any:
    """The value of a field of the state from what JSON held."""
    kinds: dict[str, Any] | None = {"loss": LOSSES, "noise": NOISES}.get(field.name)
    if kinds is not None:
        if not isinstance(value, dict) or value.get("kind") not in kinds:
            raise SessionError(f"The {field.name} of this session is not known.")
        return kinds[value["kind"]](**{name: inner for name, inner in value.items() if name != "kind"})
    default = field.default_factory() if callable(field.default_factory) else field.default
    if isinstance(default, frozenset):
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise SessionError(f"The field {field.name} of this session must be a list of names.")
        return frozenset(value)
    if dataclasses.is_dataclass(default):
        if not isinstance(value, dict):
            raise SessionError(f"The field {field.name} of this session must be an object.")
        return type(default)(**value)
    return value
