"""Eigenvalues from a file: text or CSV with one number after another, or a NumPy array (.npy). Nothing is unpickled."""

from __future__ import annotations

import io
import math
import re
from pathlib import Path

import numpy as np

from qhm_math.choose import Problem
from qhm_math.choose.problem import MOST_MODES
from qhm_math.declared import ParameterError

#: Of a file: 100,000 numbers of 17 digits with their signs and exponents.
_MOST_BYTES = 4_000_000
_MAGIC, _ZIP = b"\x93NUMPY", b"PK\x03\x04"
_SEPARATORS = re.compile(r"[\s,;]+")


class SpectrumError(ValueError):
    """A file that no eigenvalues are read from; ``str()`` is one sentence: what is wrong, and what is allowed."""


def read_spectrum(path: Path) -> np.ndarray:
    """The eigenvalues in a file, (n,), as they stand there; all greater than 0 and finite."""
    try:
        with path.open("rb") as file:
            content = file.read(_MOST_BYTES + 1)
    except OSError as error:
        raise SpectrumError(f"{path} cannot be read: {error.strerror or error}.") from None
    if len(content) > _MOST_BYTES:
        raise SpectrumError(f"{path} is too large: at most {_MOST_BYTES // 1_000_000} MB of eigenvalues are read.")
    if content.startswith(_ZIP):
        raise SpectrumError(f"{path} is an archive: eigenvalues are read from text, CSV and NPY files.")
    values = _array(path, content) if content.startswith(_MAGIC) else _text(path, content)
    if not len(values):
        raise SpectrumError(f"{path} holds no number: at least one eigenvalue is needed.")
    if len(values) > MOST_MODES:
        raise SpectrumError(f"{path} holds {len(values):,} numbers: at most {MOST_MODES:,} eigenvalues are read.")
    wrong = values[~((values > 0) & np.isfinite(values))]
    if len(wrong):
        raise SpectrumError(f"{path} holds the eigenvalue {wrong[0]:g}: every one must be finite and greater than 0.")
    try:
        Problem.additive(values)
    except ParameterError as error:
        raise SpectrumError(f"{path}: {error}") from None
    return values


def _array(path: Path, content: bytes) -> np.ndarray:
    stream = io.BytesIO(content)
    try:
        # The header first: it must not make an array that is not in the file.
        version = np.lib.format.read_magic(stream)
        read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
        shape, _, kind = read(stream)
        if kind.kind == "c":
            raise SpectrumError(f"{path} holds complex numbers: the eigenvalues of a symmetric matrix are real.")
        if kind.kind not in "fiu":
            raise SpectrumError(f"{path} holds no plain numbers: an array of floats or integers is needed.")
        if math.prod(shape) != max(shape, default=1) or not 0 <= math.prod(shape) * kind.itemsize <= len(content):
            raise SpectrumError(f"{path} holds an array of shape {shape}: one row of eigenvalues is needed.")
        stream.seek(0)
        return np.load(stream, allow_pickle=False).astype(np.float64).ravel()
    except SpectrumError:
        raise
    except Exception:  # of many kinds: the header is Python text
        raise SpectrumError(f"{path} is damaged: it is not read as a NumPy array.") from None


def _text(path: Path, content: bytes) -> np.ndarray:
    try:
        lines = content.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise SpectrumError(f"{path} is neither text nor a NumPy array.") from None
    values: list[float] = []
    for number, line in enumerate(lines, start=1):
        parts = [part for part in _SEPARATORS.split(line.partition("#")[0]) if part]
        for part in parts:
            try:
                values.append(float(part.replace("−", "-")))
            except ValueError:
                if number == 1 and not values and not re.search(r"\d", line):
                    break  # the heading of a column
                raise SpectrumError(_no_number(path, number, part)) from None
    return np.array(values)


def _no_number(path: Path, line: int, part: str) -> str:
    shown = "".join(sign if sign.isprintable() else " " for sign in part[:40])
    try:
        complex(part.replace("i", "j"))
    except ValueError:
        return f"{path}, line {line}: “{shown}” is not a number; eigenvalues are separated by spaces, commas or lines."
    return f"{path}, line {line}: “{shown}” is complex; the eigenvalues of a symmetric matrix are real."
