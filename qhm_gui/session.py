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
    fields = {field.name: getattr(state, field.name) for field in dataclasses.fields(state)}
    fields["loss"] = _named(state.loss)
    fields["noise"] = _named(state.noise)
    fields["hidden"] = sorted(state.hidden)
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
        if "loss" in fields:
            fields["loss"] = _build(fields["loss"], LOSSES, "loss")
        if "noise" in fields:
            fields["noise"] = _build(fields["noise"], NOISES, "noise")
        if "hidden" in fields:
            fields["hidden"] = _words(fields["hidden"], "hidden")
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


def _named(value: Any) -> dict[str, Any]:
    return {
        "kind": value.key,
        **{field.name: getattr(value, field.name) for field in dataclasses.fields(value)},
    }


def _build(value: Any, kinds: dict[str, Any], what: str) -> Any:
    if not isinstance(value, dict) or value.get("kind") not in kinds:
        raise SessionError(f"The {what} of this session is not known.")
    return kinds[value["kind"]](**{name: inner for name, inner in value.items() if name != "kind"})


def _words(value: Any, what: str) -> frozenset[str]:
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise SessionError(f"The field {what} of this session must be a list of names.")
    return frozenset(value)
