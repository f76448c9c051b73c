"""A sweep as a table of its cells, and as CSV and NPZ."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .sweep_file import SweepResult


def cell_table(result: SweepResult) -> dict[str, NDArray[Any]]:
    """A row a cell: where it is, mean and standard error over the seeds, and every seed's loss; NaN where unfinished.

    `mean` is the loss, less that of the checkpoint for a sweep from one; `diverged` counts the seeds that did.
    """
    points = result.settings.points()
    value = result.value()
    table: dict[str, NDArray[Any]] = {"alpha": points.alpha, "beta": points.beta, "nu": points.nu}
    with np.errstate(invalid="ignore"):
        table["mean"], table["standard_error"] = result.mean(), result.standard_error()
        table["accuracy"], table["test_loss"] = result.accuracy.mean(axis=0), result.test_loss.mean(axis=0)
    table["diverged"] = (result.diverged_at >= 0).sum(axis=0)
    for seed, row in enumerate(value):
        table[f"seed_{seed}"] = row
    return table


def as_csv(result: SweepResult) -> bytes:
    """The table; numbers as they are, an empty field for what is not known."""
    table = cell_table(result)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(table)
    for values in zip(*(column.tolist() for column in table.values()), strict=True):
        rows.writerow("" if value != value else repr(value) for value in values)
    return out.getvalue().encode()


def as_npz(result: SweepResult) -> bytes:
    """The table's columns, the curves (seeds, cells, bins) to three digits, and as JSON in `about` all else: settings,
    command, versions, machine, and what the checkpoint has."""
    settings = {**result.settings.as_plain(), "data": Path(result.settings.data).name}  # no place on this machine
    about = {"settings": settings, **result.facts}
    about |= {"minimum": result.minimum, "sharpness": result.sharpness}
    out = io.BytesIO()
    with np.errstate(over="ignore"):  # inf, where a run has all but diverged
        curve = result.curve.astype(np.float16)
    columns: dict[str, Any] = cell_table(result)
    np.savez_compressed(out, about=np.array(json.dumps(about)), curve=curve, **columns)
    return out.getvalue()
