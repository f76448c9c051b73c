"""The bundled archives of images and labels: where they are, and how they are read and checked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..resource_files import MOST_BYTES, DataError, ResourceError, resource_bytes, resources
from .untrusted import parse_npy, unpack_npz

Bytes = NDArray[np.uint8]

#: The folder of the bundled data.
FOLDER = resources() / "data"


def read_images(path: Path, shape: tuple[int, int, int], brightest: int) -> tuple[Bytes, Bytes]:
    """The images (n, height, width) and labels (n,), 0 to 9, of an archive made by a script in ``resources/data``.

    Both are read-only. ResourceError where the file is missing or damaged. DataError where images are not of this
    ``shape``, have pixels above ``brightest``, or a label above 9.
    """
    found = read_arrays(path, "images", "labels")
    images, labels = found["images"], found["labels"]
    if not (_are_bytes(images, shape, brightest) and _are_bytes(labels, shape[:1], 9)):
        words = "The data file {file} does not hold the {count:,} images that it should."
        raise DataError(words, file=path.name, count=shape[0])
    images.flags.writeable = labels.flags.writeable = False
    return images, labels


def read_arrays(path: Path, *names: str) -> dict[str, NDArray[Any]]:
    """The arrays of these names in an NPZ of ours. ResourceError where the file is missing or damaged."""
    packed = resource_bytes(path)
    found: dict[str, NDArray[Any]] = {}
    try:
        entries = unpack_npz(packed, MOST_BYTES)
        for name in names:
            shape, fortran, kind, rest = parse_npy(entries[name])
            found[name] = np.frombuffer(rest, kind).reshape(shape, order="F" if fortran else "C").copy()
    except (KeyError, ValueError) as error:
        raise ResourceError(path.name, "damaged") from error
    return found


def _are_bytes(array: NDArray[Any], shape: tuple[int, ...], most: int) -> bool:
    return array.dtype == np.uint8 and array.shape == shape and int(array.max()) <= most
