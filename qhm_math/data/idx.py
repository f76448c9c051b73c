"""The idx format of MNIST and Fashion-MNIST: a magic number, the sizes of the array, and its bytes.

Y. LeCun, C. Cortes, C. J. C. Burges, "The MNIST database of handwritten digits". All numbers are big-endian: 0x000008
and d, where 08 stands for unsigned bytes and d is the number of sizes, then d sizes of 4 bytes each, then the values.
"""

from __future__ import annotations

import math
import struct
from pathlib import Path

import numpy as np

from .archive import Bytes, DataError
from .packed import find_packed, md5, read_packed

MAX_IMAGES = 100_000
MOST_BYTES = 16 + MAX_IMAGES * 28 * 28
#: First four bytes of a file of images, and of labels.
_IMAGES, _LABELS = 0x0803, 0x0801


def read_idx(path: Path, magic: int) -> tuple[Bytes, str]:
    """The array of an idx file, and the MD5 of its unpacked bytes.

    DataError where the file is not of that `magic` number, or is shorter or longer than its own sizes say.
    """
    content = read_packed(path, MOST_BYTES)
    sizes = magic & 0xFF
    start = 4 + 4 * sizes
    if len(content) < start:
        raise DataError(
            "{path} is damaged: it ends after {size} bytes, within its first {start}.",
            path=path, size=len(content), start=start,
        )  # fmt: skip
    found, *shape = struct.unpack(f">{1 + sizes}I", content[:start])
    if found != magic:
        words = "{path} is no idx file of labels: its magic number is {found}, not {magic}."
        if magic == _IMAGES:
            words = "{path} is no idx file of images: its magic number is {found}, not {magic}."
        raise DataError(words, path=path, found=found, magic=magic)
    count = math.prod(shape)
    if len(content) - start != count:
        words = "{path} is damaged: it says that it holds {count:,} values, and holds {size:,}."
        raise DataError(words, path=path, count=count, size=len(content) - start)
    return np.frombuffer(content, np.uint8, offset=start).reshape(shape), md5(content)


def read_pair(folder: Path, part: str) -> tuple[Bytes, Bytes, dict[str, str]]:
    """Images (n, 28, 28) and labels (n,) of "train" or "t10k", and the MD5 of both files by name.

    DataError for a file that is missing or damaged, images of another size, another number of labels than of images,
    or a label above 9.
    """
    paths = [find_packed(folder, f"{part}-{name}-ubyte") for name in ("images-idx3", "labels-idx1")]
    images, image_sum = read_idx(paths[0], _IMAGES)
    labels, label_sum = read_idx(paths[1], _LABELS)
    if images.shape[1:] != (28, 28):
        size = " × ".join(map(str, images.shape[1:]))
        raise DataError("{path} has images of {size} pixels: they must be 28 × 28.", path=paths[0], size=size)
    if not len(images):
        raise DataError("{path} holds no image.", path=paths[0])
    if len(images) != len(labels):
        words = "{path} has {labels:,} labels for {images:,} images: they must be as many."
        raise DataError(words, path=paths[1], labels=len(labels), images=len(images))
    if labels.max() > 9:
        raise DataError("{path} has a label {label}: labels must be from 0 to 9.", path=paths[1], label=labels.max())
    return images, labels, {paths[0].name: image_sum, paths[1].name: label_sum}
