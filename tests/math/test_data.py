"""The bundled data: what is in it, and that a damaged file is refused in a sentence."""

from pathlib import Path

import numpy as np
import pytest

from qhm_math.data import DataError, archive, digits
from qhm_math.data.archive import read_images

SHAPE = (1797, 8, 8)


def test_the_digits_are_the_published_ones() -> None:
    images, labels = digits()
    assert images.shape == SHAPE and images.dtype == np.uint8 and images.max() == 16
    assert np.bincount(labels).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]  # the UCI page's counts
    assert images[0].tolist()[:2] == [[0, 0, 5, 13, 9, 1, 0, 0], [0, 0, 13, 15, 10, 15, 5, 0]] and labels[0] == 0
    assert not images.flags.writeable and not labels.flags.writeable


def test_a_missing_file_is_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"file digits\.npz is missing: install QHM Explorer again\.$"):
        read_images(tmp_path / "digits.npz", SHAPE, 16)


@pytest.mark.slow
def test_a_file_damaged_anywhere_is_refused_or_whole(tmp_path: Path) -> None:
    """A flipped byte in a zip's own words may do no harm; it never gives other images."""
    whole = (archive.FOLDER / "digits.npz").read_bytes()
    rng = np.random.default_rng(0)
    path = tmp_path / "digits.npz"
    refused = 0
    for place in rng.integers(len(whole), size=60).tolist() + list(range(40)):
        broken = bytearray(whole)
        broken[place] ^= int(rng.integers(1, 256))
        path.write_bytes(broken)
        try:
            images, _ = read_images(path, SHAPE, 16)
        except DataError as error:
            refused += 1
            assert "file digits.npz" in str(error) and str(error).count(".") == 2
        else:
            assert np.array_equal(images, digits()[0])
    assert refused > 60
    for length in (0, 1, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(DataError):
            read_images(path, SHAPE, 16)


@pytest.mark.parametrize(
    ("images", "labels"),
    [
        (np.zeros((3, 8, 8), np.uint8), np.zeros(1797, np.uint8)),
        (np.zeros(SHAPE), np.zeros(1797, np.uint8)),
        (np.full(SHAPE, 17, np.uint8), np.zeros(1797, np.uint8)),
        (np.zeros(SHAPE, np.uint8), np.full(1797, 10, np.uint8)),
        (np.array([None] * 2), np.zeros(1797, np.uint8)),
    ],
)
def test_other_contents_are_refused(tmp_path: Path, images: np.ndarray, labels: np.ndarray) -> None:
    np.savez_compressed(tmp_path / "digits.npz", images=images, labels=labels)
    with pytest.raises(DataError, match=r"digits\.npz"):
        read_images(tmp_path / "digits.npz", SHAPE, 16)
