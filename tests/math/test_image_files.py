"""MNIST, Fashion-MNIST and CIFAR-10 from files: what is whole is read, what is damaged is refused in one sentence."""

import gzip
import hashlib
import struct
from pathlib import Path

import numpy as np
import pytest

from qhm_math.data import DataError, load_images
from qhm_math.data import image_set as image_sets
from qhm_math.data.archive import FOLDER

RNG = np.random.default_rng(3)
IMAGES = RNG.integers(0, 256, (6, 28, 28), dtype=np.uint8)
LABELS = np.array([5, 0, 4, 1, 9, 2], np.uint8)
RECORDS = RNG.integers(0, 256, (4, 3073), dtype=np.uint8)
RECORDS[:, 0] = 3, 0, 9, 7


def idx(array: np.ndarray, magic: int | None = None) -> bytes:
    magic = 0x0800 + array.ndim if magic is None else magic
    return struct.pack(f">{1 + array.ndim}I", magic, *array.shape) + array.tobytes()


def write(folder: Path, name: str, content: bytes, packed: bool = False) -> None:
    (folder / (name + ".gz" * packed)).write_bytes(gzip.compress(content, mtime=0) if packed else content)


def mnist_folder(folder: Path, packed: bool = False) -> Path:
    for part in ("train", "t10k"):
        write(folder, f"{part}-images-idx3-ubyte", idx(IMAGES), packed)
        write(folder, f"{part}-labels-idx1-ubyte", idx(LABELS), packed)
    return folder


def cifar_folder(folder: Path, packed: bool = False) -> Path:
    for name in ("data_batch_1.bin", "data_batch_3.bin", "test_batch.bin"):
        write(folder, name, RECORDS.tobytes(), packed)
    return folder


@pytest.fixture(autouse=True)
def nothing_kept():
    """Every test reads its own files."""
    load_images.cache_clear()
    yield
    load_images.cache_clear()


def test_the_bundled_mnist_is_a_part_of_mnist() -> None:
    found = load_images("mnist")
    assert found.train_images.shape == (10_000, 28, 28) and found.test_images.shape == (2_000, 28, 28)
    # every digit about as often as in the 60,000 (5,421 fives to 6,742 ones), and of MNIST's mean brightness
    assert np.bincount(found.train_labels).min() > 800 and np.bincount(found.train_labels).max() < 1250
    assert found.train_images.mean() / 255 == pytest.approx(0.1307, abs=1e-3)
    with pytest.raises(ValueError, match="read-only"):
        found.train_images[0] = 0


def test_what_is_bundled_stays_small() -> None:
    assert sum(path.stat().st_size for path in FOLDER.glob("*.npz")) < 3_000_000


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("key", ["mnist", "fashion"])
def test_idx_files_of_a_folder(key: str, packed: bool, tmp_path: Path) -> None:
    found = load_images(key, str(mnist_folder(tmp_path, packed)))
    np.testing.assert_array_equal(found.train_images, IMAGES)
    np.testing.assert_array_equal(found.test_labels, LABELS)
    name = "train-images-idx3-ubyte" + ".gz" * packed
    assert found.md5[name] == hashlib.md5(idx(IMAGES)).hexdigest() and len(found.md5) == 4


@pytest.mark.parametrize("packed", [False, True])
def test_cifar_files_of_a_folder(packed: bool, tmp_path: Path) -> None:
    found = load_images("cifar10", str(cifar_folder(tmp_path, packed)))
    assert found.train_images.shape == (8, 3, 32, 32) and found.test_labels.tolist() == [3, 0, 9, 7]
    assert found.train_images[1, 2, 5, 7] == RECORDS[1, 1 + 2 * 1024 + 5 * 32 + 7]
    assert len(found.md5) == 3


def test_debian_has_fashion_mnist_in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(image_sets, "DEBIAN_FASHION", tmp_path / "fashion-mnist")
    with pytest.raises(DataError, match="Fashion-MNIST is not bundled"):
        load_images("fashion")
    (tmp_path / "fashion-mnist").mkdir()
    mnist_folder(tmp_path / "fashion-mnist", packed=True)
    assert len(load_images("fashion").train_images) == 6


FLIP = 900  # of this byte a bit is turned round
GOOD = gzip.compress(idx(IMAGES), mtime=0)
FLIPPED = GOOD[:FLIP] + bytes([GOOD[FLIP] ^ 8]) + GOOD[FLIP + 1 :]
BAD_LABEL = np.array([5, 0, 4, 1, 10, 2], np.uint8)
BAD_RECORDS = RECORDS.copy()
BAD_RECORDS[2, 0] = 10
DAMAGED = {
    "short": ("train-images-idx3-ubyte", idx(IMAGES)[:-1], "says that it holds 4,704 values, and holds 4,703"),
    "long": ("t10k-images-idx3-ubyte", idx(IMAGES) + b"\0", "holds 4,705"),
    "empty": ("train-images-idx3-ubyte", b"", "ends after 0 bytes"),
    "within the sizes": ("train-images-idx3-ubyte", idx(IMAGES)[:9], "ends after 9 bytes"),
    "wrong magic": ("train-images-idx3-ubyte", idx(IMAGES, 0x0801), "magic number is 2049, not 2051"),
    "sizes of a universe": ("train-images-idx3-ubyte", struct.pack(">4I", 0x0803, *[2**32 - 1] * 3), "and holds 0"),
    "another size": ("train-images-idx3-ubyte", idx(IMAGES[:, :27]), "27 × 28 pixels"),
    "no image": ("train-images-idx3-ubyte", idx(IMAGES[:0]), "holds no image"),
    "wrong count": ("train-labels-idx1-ubyte", idx(LABELS[:5]), "5 labels for 6 images"),
    "label 10": ("train-labels-idx1-ubyte", idx(BAD_LABEL), "a label 10"),
    "a cut archive": ("train-images-idx3-ubyte", GOOD[:-9], "cannot be unpacked"),
    "a flipped bit": ("train-images-idx3-ubyte", FLIPPED, "cannot be unpacked"),
    "half a record": ("data_batch_1.bin", RECORDS.tobytes()[:-1], "not a number of records of 3,073"),
    "no record": ("test_batch.bin", b"", "its 0 bytes"),
    "CIFAR's label 10": ("data_batch_3.bin", BAD_RECORDS.tobytes(), "a label 10"),
}


@pytest.mark.parametrize("what", DAMAGED)
def test_a_damaged_file_is_refused_in_one_sentence(what: str, tmp_path: Path) -> None:
    name, content, words = DAMAGED[what]
    key = "cifar10" if name.endswith(".bin") else "mnist"
    (cifar_folder if key == "cifar10" else mnist_folder)(tmp_path)
    (tmp_path / name).write_bytes(content)
    with pytest.raises(DataError) as caught:
        load_images(key, str(tmp_path))
    sentence = str(caught.value)
    assert words in sentence and name in sentence and sentence.endswith(".") and "\n" not in sentence


@pytest.mark.parametrize("name", ["train-images-idx3-ubyte", "train-labels-idx1-ubyte", "data_batch_1.bin"])
@pytest.mark.slow
def test_what_would_unpack_to_gigabytes_is_not_unpacked(name: str, tmp_path: Path) -> None:
    import resource

    key = "cifar10" if name.endswith(".bin") else "mnist"
    (cifar_folder if key == "cifar10" else mnist_folder)(tmp_path)
    (tmp_path / name).write_bytes(gzip.compress(bytes(1 << 20), 9, mtime=0) * 3000)  # 3 GB in 3 MB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises(DataError, match="too large"):
        load_images(key, str(tmp_path))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 600_000  # kilobytes


def test_a_missing_folder_or_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"nothing is not a folder\.$"):
        load_images("mnist", str(tmp_path / "nothing"))
    with pytest.raises(DataError, match="has no file train-images-idx3-ubyte, with or without"):
        load_images("mnist", str(tmp_path))
    with pytest.raises(DataError, match="CIFAR-10 is not bundled"):
        load_images("cifar10")
