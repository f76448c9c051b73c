"""The binary version of CIFAR-10: records of one label and 32 × 32 pixels of red, of green and of blue.

A. Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009. The Python version of it is pickled:
what is unpickled may run anything, so that it is never read.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from .archive import Bytes, DataError
from .packed import find_packed, md5, read_packed

_RECORD = 1 + 3 * 32 * 32
#: Records of one file: those of all five official files in one.
MAX_RECORDS = 50_000
MOST_BYTES = MAX_RECORDS * _RECORD


def read_batch(path: Path) -> tuple[Bytes, Bytes, str]:
    """Images (n, 3, 32, 32), labels (n,) and the MD5 of the unpacked bytes of one file.

    DataError for a file that is not made of whole records, or that has a label above 9.
    """
    content = read_packed(path, MOST_BYTES)
    if not content or len(content) % _RECORD:
        words = "{path} is damaged: its {size:,} bytes are not a number of records of {record:,}."
        raise DataError(words, path=path, size=len(content), record=_RECORD)
    records = np.frombuffer(content, np.uint8).reshape(-1, _RECORD)
    labels = records[:, 0]
    if labels.max() > 9:
        raise DataError("{path} has a label {label}: labels must be from 0 to 9.", path=path, label=labels.max())
    return records[:, 1:].reshape(-1, 3, 32, 32), labels, md5(content)


def read_cifar(folder: Path) -> tuple[Bytes, Bytes, Bytes, Bytes, dict[str, str]]:
    """Training images and labels of every data_batch_N there is, those of test_batch, and the MD5 of every file.

    DataError where data_batch_1 or test_batch is missing, or a file is damaged.
    """
    paths = [find_packed(folder, "data_batch_1.bin")]
    for number in range(2, 6):
        name = f"data_batch_{number}.bin"
        paths += [path for path in (folder / name, folder / f"{name}.gz") if path.is_file()][:1]
    train = [read_batch(path) for path in paths]
    last = find_packed(folder, "test_batch.bin")
    images, labels, checksum = read_batch(last)
    sums = {path.name: batch[2] for path, batch in zip(paths, train, strict=True)} | {last.name: checksum}
    return (np.concatenate([b[0] for b in train]), np.concatenate([b[1] for b in train]), images, labels, sums)
