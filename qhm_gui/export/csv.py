"""CSV: the numbers of a figure, every digit of them, a column a quantity."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

from qhm_gui.export.figure import Drawing


def csv_bytes(drawing: Drawing) -> bytes:
    """A header and one row a value, as UTF-8. Numbers are as short as reads back to the same; NaN is empty."""
    table = drawing.table()
    lengths = {name: len(column) for name, column in table.items()}
    if len(set(lengths.values())) > 1:
        raise ValueError(f"The table of {drawing.view.key} has columns of different lengths: {lengths}.")
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(table)
    columns = [[_cell(value) for value in column.tolist()] for column in table.values()]
    writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    return "" if isinstance(value, float) and math.isnan(value) else value
