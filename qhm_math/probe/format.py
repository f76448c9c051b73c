"""The file of a probe: an NPZ without pickles. Nothing larger than is allowed is unpacked, whatever the file says."""

from __future__ import annotations

import io
import json
import math
import zipfile
from typing import Any

import numpy as np
from numpy.lib import format as npy

from ..data.untrusted import StrangeError, TooLargeError, parse_json, parse_npy, unpack_npz
from .faults import ProbeError
from .measure import Measure
from .probe import Probe, Setting

NAME, VERSION = "qhm-explorer probe", 1
#: Of the file, and of all that is unpacked; a probe has some 10,000 bytes.
MOST_BYTES = 2_000_000
_MOST_ENTRIES, _MOST_LETTERS = 64, 4000
_MEASURES = ("noise", "trace", "gradient")
_NUMBERS = ("loss", "batch", "parameters", "step", "examples", "dataset", "weight_decay")
_TEXTS = ("curvature", "optimizer", "settings")


def to_bytes(probe: Probe) -> bytes:
    """The file of a probe; the same probe gives the same bytes."""
    arrays: dict[str, Any] = {"format": NAME, "version": VERSION}
    for key in _MEASURES:
        part: Measure = getattr(probe, key)
        arrays |= {f"{key}_nodes": part.nodes, f"{key}_weights": part.weights}
    arrays |= {"squared_norms": probe.squared_norms} | {key: getattr(probe, key) for key in _NUMBERS}
    arrays |= {"curvature": probe.curvature, "optimizer": probe.optimizer}
    arrays["settings"] = json.dumps(probe.settings)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for key, value in arrays.items():
            entry = io.BytesIO()
            npy.write_array(entry, np.asarray(value), allow_pickle=False)
            # an entry without the time it was made at
            archive.writestr(zipfile.ZipInfo(f"{key}.npy"), entry.getvalue(), zipfile.ZIP_DEFLATED)
    return stream.getvalue()


def from_bytes(content: bytes) -> Probe:
    """The probe in the content of a file.

    ProbeError, with one sentence, for what is no probe, of a later version, too large, damaged, or holds what is not
    allowed (objects, NaN, negative weights).
    """
    if len(content) > MOST_BYTES:
        raise _too_large()
    if not content.startswith(b"PK\x03\x04"):
        raise ProbeError("foreign")
    entries = _unpacked(content)
    if "format" not in entries or _text(entries, "format") != NAME:
        raise ProbeError("foreign")
    version = _number(entries, "version")
    if version != VERSION:
        raise ProbeError("version", version=f"{version:g}", known=VERSION)
    measures = {
        key: Measure(_array(entries, f"{key}_nodes"), _array(entries, f"{key}_weights"), key) for key in _MEASURES
    }
    numbers = {key: _number(entries, key) for key in _NUMBERS}
    texts = {key: _text(entries, key) for key in _TEXTS}
    settings = _settings(texts.pop("settings"))
    norms = _array(entries, "squared_norms")
    return Probe(squared_norms=norms, settings=settings, **measures, **numbers, **texts)  # pyright: ignore[reportArgumentType]


def _too_large() -> ProbeError:
    return ProbeError("too large", most=MOST_BYTES // 1_000_000)


def _unpacked(content: bytes) -> dict[str, bytes]:
    """The entries by name, without their ending; each is read only as far as the limit."""
    try:
        return unpack_npz(content, MOST_BYTES, _MOST_ENTRIES)
    except TooLargeError:
        raise _too_large() from None
    except StrangeError:
        raise ProbeError("foreign") from None
    except ValueError:
        raise ProbeError("damaged", key="the archive") from None


def _array(entries: dict[str, bytes], key: str) -> Any:
    """The array of that name: its header is read first, and must be of what is there."""
    if key not in entries:
        raise ProbeError("missing", key=key)
    try:
        shape, fortran, kind, rest = parse_npy(entries[key])
        if kind.hasobject:
            raise ProbeError("objects", key=key)
        if kind.kind not in "fiuU":
            raise ProbeError("kind", key=key, allowed="numbers")
        if math.prod(shape) * kind.itemsize != len(rest):
            raise ProbeError("damaged", key=key)
        flat: Any = np.frombuffer(rest, kind) if rest else np.empty(0, kind)
        return flat.reshape(shape, order="F" if fortran else "C")
    except ProbeError:
        raise
    except ValueError:
        raise ProbeError("damaged", key=key) from None


def _number(entries: dict[str, bytes], key: str) -> float:
    array = _array(entries, key)
    if array.dtype.kind not in "fiu" or array.ndim:
        raise ProbeError("kind", key=key, allowed="one number")
    return float(array)


def _text(entries: dict[str, bytes], key: str) -> str:
    array = _array(entries, key)
    if array.dtype.kind != "U" or array.ndim or array.dtype.itemsize > 4 * _MOST_LETTERS:
        raise ProbeError("kind", key=key, allowed="a short text")
    return str(array)


def _settings(text: str) -> dict[str, Setting]:
    try:
        values = parse_json(text, 1000)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise ProbeError("kind", key="settings", allowed="the JSON of an object")
    found: dict[str, Setting] = {}
    for name, value in values.items():  # pyright: ignore[reportUnknownVariableType]
        if isinstance(name, str) and isinstance(value, (bool, int, float)) and abs(value) < 1e300:
            found[name] = value if isinstance(value, bool) else float(value)
    return found
