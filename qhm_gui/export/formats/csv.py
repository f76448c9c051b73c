"""CSV: the numbers of a figure, every digit of them, a column a quantity: one table, for any program that reads CSV."""

from __future__ import annotations

import csv
import io
import math
from functools import partial
from itertools import zip_longest
from typing import Any

import numpy as np

from qhm_gui.export.figure import Sheet
from qhm_gui.export.work import Work, at_once
from qhm_gui.files.carried_text import CSV_SIGN
from qhm_gui.text.language import tr
from qhm_gui.text.version import PROGRAM
from qhm_gui.views.view import Table


def csv_bytes(sheet: Sheet) -> bytes:
    """Two lines of comment (what made it, and the state), a header, comments on each column, and one row a value.

    Comments begin with '#'; those on columns stand below the header so that it is the third line of every file. They
    are rows of cells, too, so that a spreadsheet tears no sentence apart at a comma and keeps the state whole.
    Of several views the columns stand side by side as "view.column", as in NPZ, and end where their numbers end.
    Numbers are as short as reads back to the same; NaN is empty. UTF-8.
    """
    return at_once(csv_work(sheet))


def csv_work(sheet: Sheet) -> Work:
    """The same in pieces."""
    tables = sheet.tables()
    yield
    units = tr("[units]: x and f as the plane and the loss have them, 1 for a plain number")
    return partial(_packed, sheet, tables, sheet.notes(tables), units)


def _packed(sheet: Sheet, tables: dict[str, Table], notes: dict[str, list[tuple[str, ...]]], units: str) -> bytes:
    text = io.StringIO(newline="")
    rows = csv.writer(text, lineterminator="\n")
    text.write(f"# {PROGRAM}, seed {sheet.state.seed}\n")
    rows.writerow((CSV_SIGN, sheet.stamp))
    columns: dict[str, list[str]] = {}
    for key, table in tables.items():
        lengths = {name: len(column) for name, column in table.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"The table of {key} has columns of different lengths: {lengths}.")
        for name, column in table.items():
            columns[name if len(tables) == 1 else f"{key}.{name}"] = _cells(column)
    if not columns:
        return text.getvalue().encode("utf-8")
    rows.writerow(columns)
    for key in tables:
        text.write(f"# view: {key}\n")
        rows.writerows(("#", *(" ".join(words.split()) for words in note)) for note in notes.get(key, ()))
    rows.writerow(("#", units))
    lines = map(",".join, zip_longest(*columns.values(), fillvalue=""))
    text.writelines(f"{line}\n" for line in (lines if len(columns) > 1 else (line or '""' for line in lines)))
    return text.getvalue().encode("utf-8")


def _cells(column: np.ndarray[Any, Any]) -> list[str]:
    """The values as text, each different one written once: a map has its axes in every row."""
    if column.dtype.kind == "f" and column.dtype.itemsize == 8:
        different, places = np.unique(
            np.ascontiguousarray(column).view(np.int64), return_inverse=True
        )  # -0.0 is not 0.0
        written = ["" if math.isnan(value) else repr(value) for value in different.view(np.float64).tolist()]
        return [written[place] for place in places.tolist()]
    values = column.tolist()
    known = {value: _quoted(value) for value in values}
    return [known[value] for value in values]


def _quoted(value: Any) -> str:
    """A cell as the csv module writes it beside others."""
    cell = io.StringIO(newline="")
    csv.writer(cell, lineterminator="\n").writerow(
        ("" if isinstance(value, float) and math.isnan(value) else value, "")
    )
    return cell.getvalue().removesuffix(",\n")
