"""Probes and loss curves from files; nothing is unpickled, and nothing larger than is allowed is read."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from qhm_gui.files.reading import first_bytes, read_at_most
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import is_infinity
from qhm_gui.text.probe_words import fault_sentence
from qhm_gui.text.refusals import refusal_sentence
from qhm_gui.text.resource_words import resource_sentence
from qhm_gui.text.system_words import reason_of
from qhm_math import QHM
from qhm_math.declared import ParameterError
from qhm_math.probe import Curve, Probe, ProbeError, from_bytes
from qhm_math.probe.format import MOST_BYTES
from qhm_math.resource_files import ResourceError, resource_bytes, resources

#: The folder of the examples, each with the plateaus that were measured beside it.
EXAMPLES = resources() / "probes"
SCRIPT = EXAMPLES / "write_probe.py"
MOST_CURVES, MOST_TEXT, MOST_LINES = 1000, 20_000_000, 500_000
_POINT = ("alpha", "beta", "nu", "batch")


class ProbeFileError(ValueError):
    """A file that is not used; ``str()`` is one sentence: what is wrong, and what is allowed."""


def read_probe(path: Path) -> Probe:
    """The probe in a file. ProbeFileError, with its sentence in the language in force."""
    own = path.parent == EXAMPLES and path.suffix == ".npz"
    try:
        return from_bytes(resource_bytes(path) if own else _content(path, MOST_BYTES))
    except ResourceError as error:
        raise ProbeFileError(resource_sentence(error)) from None
    except ProbeError as error:
        if own:
            raise ProbeFileError(resource_sentence(ResourceError(path.name, "damaged"))) from None
        raise ProbeFileError(_sentence(path, fault_sentence(error))) from None


def is_probe(path: Path) -> bool:
    """Whether the file is an archive with the entries of a probe, well or damaged: it is no export of ours."""
    head = first_bytes(path, MOST_BYTES)
    return head is not None and head.startswith(b"PK\x03\x04") and b"noise_nodes.npy" in head


def is_curves(path: Path) -> bool:
    """Whether a table names the columns of loss curves: see :func:`read_curves`."""
    first = (first_bytes(path, 1000) or b"").partition(b"\n")[0]
    names = {part.strip().strip('"').lower() for part in first.decode("utf-8-sig", "replace").split(",")}
    return {"alpha", "loss"} <= names


def examples() -> list[Path]:
    """The probes that come with the program."""
    return sorted(EXAMPLES.glob("*.npz"), reverse=True)


def read_curves(path: Path) -> list[Curve]:
    """The loss curves of a CSV file: columns alpha and loss, and beta, nu, batch, step where there are any.

    One row a loss; rows of the same point are one curve, in the order of the file, or of ``step``. What is missing is
    β = 0, ν = 1 and the batch 1. ProbeFileError for what is not like that.
    """
    try:
        rows = list(_rows(path, _content(path, MOST_TEXT).decode("utf-8-sig")))
    except (UnicodeDecodeError, csv.Error):
        raise ProbeFileError(_sentence(path, tr("it is not a CSV file."))) from None
    header = [name.strip().lower() for name in rows[0][1]] if rows else []
    for wanted in ("alpha", "loss"):
        if wanted not in header:
            words = tr("its first line must name the columns alpha and loss, and may name step, beta, nu and batch.")
            raise ProbeFileError(_sentence(path, words))
    found: dict[tuple[float, ...], list[tuple[float, float]]] = {}
    for count, (line, row) in enumerate(rows[1:]):
        values = dict(zip(header, row, strict=False))
        loss = _number(path, line, "loss", values.get("loss", ""), lost=True)
        step = _number(path, line, "step", values["step"]) if "step" in values else float(count)
        defaults = dict(zip(_POINT, ("", "0", "1", "1"), strict=True))
        key = tuple(_number(path, line, name, values.get(name, defaults[name])) for name in _POINT)
        found.setdefault(key, []).append((step, loss))
        if len(found) > MOST_CURVES:
            words = tr("it has too many curves: at most {most} are read.", most=MOST_CURVES)
            raise ProbeFileError(_sentence(path, words))
    curves: list[Curve] = []
    for (alpha, beta, nu, batch), pairs in found.items():
        try:
            point = QHM(alpha, beta, nu)
        except ParameterError as error:
            raise ProbeFileError(_sentence(path, refusal_sentence(error))) from None
        if batch < 1:
            raise ProbeFileError(_sentence(path, refusal_sentence(ParameterError("batch", batch, "at least 1"))))
        losses = [loss for _, loss in sorted(pairs, key=lambda pair: pair[0])]
        curves.append(Curve(point, np.array(losses), batch))
    return curves


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """The rows that are not blank, with their numbers."""
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:
        raise ProbeFileError(_sentence(path, tr("it has too many lines: at most {most} are read.", most=MOST_LINES)))
    for line, row in enumerate(csv.reader(text.splitlines()), start=1):
        if any(part.strip() for part in row):
            yield line, row


def _content(path: Path, most: int) -> bytes:
    try:
        content = read_at_most(path, most)
    except OSError as error:
        raise ProbeFileError(_sentence(path, tr("it cannot be read ({why}).", why=reason_of(error)))) from None
    if len(content) > most:
        words = tr("it is too large: at most {most} MB are read.", most=most // 1_000_000)
        raise ProbeFileError(_sentence(path, words))
    return content


def _number(path: Path, line: int, name: str, text: str, *, lost: bool = False) -> float:
    """A number of a table; ``lost``: also inf and NaN, which a run that diverges writes."""
    try:
        value = float(text.strip().replace("−", "-"))
    except ValueError:
        value = math.inf if lost and is_infinity(text) else math.nan
        lost = lost and math.isinf(value)
    if not (math.isfinite(value) or lost):
        shown = "".join(sign if sign.isprintable() else " " for sign in text[:40])
        words = tr("line {line}: {name} is “{value}”, which is not a finite number.", line=line, name=name, value=shown)
        raise ProbeFileError(_sentence(path, words))
    return value


def _sentence(path: Path, fault: str) -> str:
    return tr("{name}: {fault}", name=path.name, fault=fault)
