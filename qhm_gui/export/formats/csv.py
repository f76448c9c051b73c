"""CSV: the numbers of a figure, every digit of them, a column a quantity."""

from __future__ import annotations

import csv
import io
import math
from typing import Any

from qhm_gui.export.figure import Sheet
from qhm_gui.files.carried_text import CSV_SIGN
from qhm_gui.files.provenance import PROGRAM


def csv_bytes(sheet: Sheet) -> bytes:
    """What it is in lines that begin with '#', then a header and one row a value, as UTF-8; a blank line between views.

    Numbers are as short as reads back to the same; NaN is empty.
    """
    text = io.StringIO(newline="")
    text.write(f"# {PROGRAM}, seed {sheet.state.seed}\n{CSV_SIGN}{sheet.stamp}\n")
    writer = csv.writer(text, lineterminator="\n")
    tables = sheet.tables()
    for index, (key, table) in enumerate(tables.items()):
        lengths = {name: len(column) for name, column in table.items()}
        if len(set(lengths.values())) > 1:
            raise ValueError(f"The table of {key} has columns of different lengths: {lengths}.")
        if len(tables) > 1:
            text.write(f"{chr(10) if index else ''}# view: {key}\n")
        writer.writerow(table)
        columns = [[_cell(value) for value in column.tolist()] for column in table.values()]
        writer.writerows(zip(*columns, strict=True))
    return text.getvalue().encode("utf-8")


def _cell(value: Any) -> Any:
    return "" if isinstance(value, float) and math.isnan(value) else value
