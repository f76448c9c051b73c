"""NPZ: the numbers of a figure for NumPy, without pickles: ``numpy.load(file)["alpha"]``."""

from __future__ import annotations

import io
import zipfile
from functools import partial

import numpy as np

from qhm_gui.export.figure import Sheet
from qhm_gui.export.work import Work, at_once
from qhm_gui.files.carried_text import NPZ_ENTRY
from qhm_gui.views.view import Table

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that a ZIP file knows; none would be today's


def npz_bytes(sheet: Sheet) -> bytes:
    """An array a column (of several views "view.column"), and the state as a text. The same figure, the same bytes."""
    return at_once(npz_work(sheet))


def npz_work(sheet: Sheet) -> Work:
    """The same in pieces."""
    tables = sheet.tables()
    yield
    return partial(_packed, sheet.stamp, tables)


def _packed(stamp: str, tables: dict[str, Table]) -> bytes:
    arrays = {
        name if len(tables) == 1 else f"{key}.{name}": column
        for key, table in tables.items()
        for name, column in table.items()
    }
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, column in {NPZ_ENTRY: np.array(stamp), **arrays}.items():
            values = np.asarray(column)
            if values.dtype.hasobject:
                values = values.astype(str)
            entry = io.BytesIO()
            np.lib.format.write_array(entry, values, allow_pickle=False)
            info = zipfile.ZipInfo(f"{name}.npy", _DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, entry.getvalue(), compresslevel=6)
    return content.getvalue()
