"""Images with labels to train and to test with: the bundled ones, or those of a folder of the user's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import numpy as np

from .archive import FOLDER, Bytes, DataError, read_images
from .cifar import read_cifar
from .digits import digits
from .idx import read_pair

#: Where Debian's package dataset-fashion-mnist puts its files.
DEBIAN_FASHION = Path("/usr/share/datasets/fashion-mnist")
_BUNDLED_MNIST = (10_000, 2_000)
#: Of the 1,797 digits, in the order of the file: the rest is to test with.
_TRAINING_DIGITS = 1500


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images (n, height, width) or (n, 3, height, width) and their labels (n,) from 0 to 9, all uint8 and read-only.

    `brightest` is the largest value of a pixel, `source` says where the images are from, and `md5` has the MD5 of every
    unpacked file that was read.
    """

    key: str
    train_images: Bytes
    train_labels: Bytes
    test_images: Bytes
    test_labels: Bytes
    source: str
    brightest: int = 255
    md5: dict[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        for array in (self.train_images, self.train_labels, self.test_images, self.test_labels):
            array.flags.writeable = False


class NotBundledError(DataError):
    """Images that do not come with the program, and are in no folder that was named."""

    def __init__(self, name: str, files: str, command: str) -> None:
        """`files`: what they lie in; `command`: what to tell the command."""
        super().__init__(f"{name} is not bundled: --data must name a folder with {command}.")
        self.name, self.files = name, files


def _digits(_folder: Path | None) -> ImageSet:
    images, labels = digits()
    n = _TRAINING_DIGITS
    return ImageSet("digits", images[:n], labels[:n], images[n:], labels[n:], "bundled", 16)


def _mnist(folder: Path | None) -> ImageSet:
    if folder is not None:
        return _of_folder("mnist", folder)
    train, test = _BUNDLED_MNIST
    images, labels = read_images(FOLDER / "mnist.npz", (train + test, 28, 28), brightest=255)
    return ImageSet("mnist", images[:train], labels[:train], images[train:], labels[train:], "bundled")


def _fashion(folder: Path | None) -> ImageSet:
    if folder is None and not DEBIAN_FASHION.is_dir():
        command = "its four idx files (or install Debian's package dataset-fashion-mnist)"
        raise NotBundledError("Fashion-MNIST", "train-images-idx3-ubyte", command)
    return _of_folder("fashion", folder or DEBIAN_FASHION)


def _of_folder(key: str, folder: Path) -> ImageSet:
    images, labels, sums = read_pair(folder, "train")
    test_images, test_labels, test_sums = read_pair(folder, "t10k")
    return ImageSet(key, images, labels, test_images, test_labels, str(folder), md5=sums | test_sums)


def _cifar10(folder: Path | None) -> ImageSet:
    if folder is None:
        raise NotBundledError("CIFAR-10", "data_batch_1.bin", "its binary version")
    images, labels, test_images, test_labels, sums = read_cifar(folder)
    return ImageSet("cifar10", images, labels, test_images, test_labels, str(folder), md5=sums)


#: Reader of every set; None stands for the bundled or installed one.
IMAGE_SETS: dict[str, Callable[[Path | None], ImageSet]] = {
    "digits": _digits,
    "mnist": _mnist,
    "fashion": _fashion,
    "cifar10": _cifar10,
}


_CIFAR_FILE = re.compile(r"(data_batch_[1-5]|test_batch)\.bin(\.gz)?")
_IDX_FILE = re.compile(r"(train|t10k)-(images-idx3|labels-idx1)-ubyte(\.gz)?")


def folder_of_images(path: Path) -> tuple[str, Path] | None:
    """The set, as far as names tell it, and the folder that a file of images or their folder belongs to; None for
    what is none of them.

    The files of MNIST and of Fashion-MNIST have the same names: it is the latter where the folder says so.
    """
    for pattern, first in ((_CIFAR_FILE, "data_batch_1.bin"), (_IDX_FILE, "train-images-idx3-ubyte")):
        if pattern.fullmatch(path.name) and path.is_file():
            folder = path.parent
        elif path.is_dir() and any((path / f"{first}{end}").is_file() for end in ("", ".gz")):
            folder = path
        else:
            continue
        if pattern is _CIFAR_FILE:
            return "cifar10", folder
        return ("fashion" if "fashion" in folder.name.lower() else "mnist"), folder
    return None


@lru_cache(maxsize=2)
def load_images(key: str, folder: str = "") -> ImageSet:
    """The set of that key from a folder, or, for "", the bundled or installed one.

    DataError, in one sentence, where there is no such folder or a file in it is missing or damaged.
    """
    if folder and not Path(folder).is_dir():
        raise DataError("{folder} is not a folder.", folder=folder)
    return IMAGE_SETS[key](Path(folder) if folder else None)


def as_rows(images: Bytes, brightest: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """(n, pixels + 1): every image as float32 from 0 to 1, with a 1 behind it for the bias."""
    rows = np.ones((len(images), images[0].size + 1), np.float32)
    np.divide(images.reshape(len(images), -1), np.float32(brightest), out=rows[:, :-1])
    return rows
