"""A sweep as a table of its cells, and as CSV and NPZ."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..checks import FloatArray
from .local_noise import Expected
from .settings import SweepSettings
from .sweep_file import SweepResult

#: Column -> (unit, meaning), which a CSV tells; a column of a seed's loss as "seed".
_MEANINGS = {
    "alpha": ("x²/f", "learning rate α"),
    "beta": ("1", "momentum β"),
    "nu": ("1", "momentum share ν"),
    "mean": ("f", "mean over the seeds of the loss at the end, less the checkpoint's if there is one"),
    "standard_error": ("f", "standard error of the mean, from the seeds"),
    "accuracy": ("1", "share of right answers on the test data, mean over the seeds"),
    "test_loss": ("f", "loss on the test data, mean over the seeds"),
    "diverged": ("1", "number of seeds that diverged"),
    "seed": ("f", "loss at the end of the run with seed {seed}, less the checkpoint's if there is one"),
    "expected": ("f", "prediction of theory for mean, from curvatures and noise measured at the checkpoint"),
    "expected_error": ("f", "standard error of expected, from the sample of the data"),
}


def cell_table(result: SweepResult, expected: Expected | None = None) -> dict[str, NDArray[Any]]:
    """A row a cell: where it is, mean and standard error over the seeds, and every seed's loss; NaN where unfinished.

    `mean` is the loss, less that of the checkpoint for a sweep from one; `diverged` counts the seeds that did. What
    theory expects of `mean`, and its standard error, where it is given.
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
    if expected is not None:
        table["expected"], table["expected_error"] = expected.mean, expected.error
    return table


def mean_curve(result: SweepResult) -> tuple[FloatArray, FloatArray]:
    """The learning curve of every cell and its standard error over the seeds, (cells, bins).

    In a sweep from a checkpoint it is the loss above that of the checkpoint on the same mini-batches, or, where that is
    not known, above that on all data. NaN after a divergence and where a cell is not finished.
    """
    return mean_of_curves(result.settings, result.curve.astype(np.float64), result.reference_curve, result.minimum)


def mean_of_curves(
    settings: SweepSettings, curve: FloatArray, reference_curve: NDArray[Any], minimum: float
) -> tuple[FloatArray, FloatArray]:
    """:func:`mean_curve` of curves (seeds, cells, bins), that of the checkpoint (seeds, bins), and its loss."""
    if settings.origin == "checkpoint":
        reference = reference_curve.astype(np.float64)
        curve = curve - np.where(np.isfinite(reference), reference, minimum)[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        spread = curve.std(axis=0, ddof=1) / np.sqrt(len(curve)) if len(curve) > 1 else np.full_like(curve[0], np.nan)
        return curve.mean(axis=0), spread


def as_csv(result: SweepResult, expected: Expected | None = None) -> bytes:
    """A header, a comment on each column (name, unit, meaning), and the rows of the table: numbers as they are, an
    empty field for what is not known."""
    table = cell_table(result, expected)
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(table)
    for name in table:
        row, _, seed = name.partition("_") if name.startswith("seed_") else (name, "", "")
        unit, meaning = _MEANINGS[row]
        rows.writerow(("#", name, f"[{unit}]", meaning.format(seed=seed)))
    rows.writerow(("#", "[units]: x and f as the parameters and the loss have them, 1 for a plain number"))
    for values in zip(*(column.tolist() for column in table.values()), strict=True):
        rows.writerow("" if value != value else repr(value) for value in values)
    return out.getvalue().encode()


def as_npz(result: SweepResult, expected: Expected | None = None) -> bytes:
    """The table's columns, and what theory expects, NaN where that is not given; the curves (seeds, cells, bins) to
    three digits, of the checkpoint (seeds, bins) and of theory (cells, bins); and as JSON in `about` all else."""
    settings = {**result.settings.as_plain(), "data": Path(result.settings.data).name}  # no place on this machine
    about = {"settings": settings, **result.facts, **({} if result.noise is None else result.noise.facts())}
    about |= {"minimum": result.minimum, "sharpness": result.sharpness}
    out = io.BytesIO()
    with np.errstate(over="ignore"):  # inf, where a run has all but diverged
        curve = result.curve.astype(np.float16)
        if expected is None:
            unknown = np.full(result.settings.cells, np.nan)
            expected = Expected(unknown, unknown, np.full(curve.shape[1:], np.nan))
        expected_curve = expected.curve.astype(np.float16)
    columns: dict[str, Any] = cell_table(result, expected)
    columns |= {"curve": curve, "reference_curve": result.reference_curve, "expected_curve": expected_curve}
    np.savez_compressed(out, about=np.array(json.dumps(about)), **columns)
    return out.getvalue()
