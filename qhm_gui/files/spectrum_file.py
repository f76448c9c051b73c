"""Eigenvalues from a file: text or CSV with one number after another, or a NumPy array (.npy; .npz with
only one). Nothing is unpickled."""

from __future__ import annotations

import io
import math
import re
from itertools import islice
from pathlib import Path

import numpy as np

from qhm_gui.files.reading import parse_npy, read_at_most
from qhm_gui.text.eigenvalue_text import EigenvalueError, eigenvalues_in, refused_value
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped, short
from qhm_gui.text.system_words import reason_of
from qhm_math.data.untrusted import TooLargeError, unpack_npz
from qhm_math.eigenvalues import LEAST_SHARE, MOST_LISTED, MOST_MODES, EigenvalueList

#: Of a file: 100,000 numbers of 17 digits with their signs and exponents.
MOST_BYTES = 4_000_000
_MAGIC, _ZIP = b"\x93NUMPY", b"PK\x03\x04"
#: What the names of such files end in.
ENDINGS = ("txt", "csv", "npy", "npz")


class SpectrumError(ValueError):
    """A file that no eigenvalues are read from; ``str()`` is one sentence: what is wrong, and what is allowed."""


def read_spectrum(path: Path, name: str = "") -> np.ndarray:
    """The eigenvalues in a file, (n,), as they stand there; all greater than 0 and finite. ``name``: of the file."""
    name = name or str(path)
    try:
        content = read_at_most(path, MOST_BYTES)
    except OSError as error:
        raise SpectrumError(tr("{name} cannot be read: {reason}.", name=name, reason=reason_of(error))) from None
    if len(content) > MOST_BYTES:
        raise _too_large(name)
    if content.startswith(_ZIP):
        content = _only_entry(name, content)
    values = _array(name, content) if content.startswith(_MAGIC) else _text(name, content)
    if not len(values):
        raise SpectrumError(tr("{name} holds no number: at least one eigenvalue is needed.", name=name))
    if len(values) > MOST_MODES:
        raise _too_many(name)
    wrong = refused_value(values)
    if wrong is not None:
        sentence = "{name} holds the eigenvalue {value}: every one must be finite and greater than 0."
        raise SpectrumError(tr(sentence, name=name, value=f"{wrong:g}"))
    _require_share(values, name, 1e-15)
    return values


def may_be_one(path: Path) -> bool:
    """Whether a file is called as files of eigenvalues are."""
    return path.suffix.lower().removeprefix(".") in ENDINGS and path.is_file()


def as_list(values: np.ndarray, name: str) -> EigenvalueList:
    """Eigenvalues that were read, as the spectrum of a state. SpectrumError where a state does not hold them."""
    if len(values) > MOST_LISTED:
        sentence = "{name} holds {count} numbers: a session holds at most {most} eigenvalues."
        raise SpectrumError(tr(sentence, name=name, count=grouped(len(values)), most=grouped(MOST_LISTED)))
    _require_share(values, name, LEAST_SHARE)
    return EigenvalueList(tuple(values.tolist()))


def _require_share(values: np.ndarray, name: str, least: float) -> None:
    if not values.min() / values.max() > least:
        sentence = "{name} holds the eigenvalue {value}: every one must be greater than {share} of the largest."
        raise SpectrumError(tr(sentence, name=name, value=f"{values.min():g}", share=short(least)))


def _only_entry(name: str, content: bytes) -> bytes:
    """The one array of an archive, no more of it than a file may have."""
    try:
        entries = unpack_npz(content, MOST_BYTES)
    except TooLargeError:
        raise _too_large(name) from None
    except ValueError:
        raise _damaged(name) from None
    if len(entries) != 1:
        sentence = "{name} is an archive with {count} arrays: eigenvalues are read where there is just one."
        raise SpectrumError(tr(sentence, name=name, count=grouped(len(entries))))
    (found,) = entries.values()
    if not found.startswith(_MAGIC):
        raise _damaged(name)
    return found


def _damaged(name: str) -> SpectrumError:
    return SpectrumError(tr("{name} is damaged: it is not read as a NumPy array.", name=name))


def _too_large(name: str) -> SpectrumError:
    sentence = "{name} is too large: at most {most} MB of eigenvalues are read."
    return SpectrumError(tr(sentence, name=name, most=MOST_BYTES // 1_000_000))


def _too_many(name: str) -> SpectrumError:
    return SpectrumError(
        tr("{name} holds more than {most} eigenvalues: no more are read.", name=name, most=grouped(MOST_MODES))
    )


def _array(name: str, content: bytes) -> np.ndarray:
    try:
        # The header first: it must not make an array that is not in the file.
        shape, _, kind, rest = parse_npy(content)
        if kind.kind == "c":
            raise SpectrumError(
                tr("{name} holds complex numbers: the eigenvalues of a symmetric matrix are real.", name=name)
            )
        if kind.kind not in "fiu":
            raise SpectrumError(
                tr("{name} holds no plain numbers: an array of floats or integers is needed.", name=name)
            )
        if math.prod(shape) != max(shape, default=1) or math.prod(shape) * kind.itemsize > len(rest):
            raise SpectrumError(
                tr("{name} holds an array of shape {shape}: one row of eigenvalues is needed.", name=name, shape=shape)
            )
        with np.errstate(over="ignore"):  # a long double may be beyond a float
            return np.frombuffer(rest, kind, math.prod(shape)).astype(np.float64)
    except SpectrumError:
        raise
    except ValueError:
        raise _damaged(name) from None


def _text(name: str, content: bytes) -> np.ndarray:
    try:
        lines = io.StringIO(content.decode("utf-8-sig"), newline=None)
    except UnicodeDecodeError:
        raise SpectrumError(tr("{name} is neither text nor a NumPy array.", name=name)) from None
    values: list[float] = []
    for number, line in enumerate(lines, start=1):
        if number == 1 and not re.search(r"\d", line):
            continue  # the heading of a column, or nothing
        try:
            values += islice(eigenvalues_in(line.partition("#")[0]), MOST_MODES + 1 - len(values))
            if len(values) > MOST_MODES:
                raise _too_many(name)
        except EigenvalueError as error:
            raise SpectrumError(tr("{name}, line {line}: {reason}", name=name, line=number, reason=error)) from None
    return np.array(values)
