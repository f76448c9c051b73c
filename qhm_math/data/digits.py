"""The UCI handwritten digits: 1,797 images of 8 × 8 pixels."""

from __future__ import annotations

from functools import cache

from .archive import FOLDER, Bytes, read_images


@cache
def digits() -> tuple[Bytes, Bytes]:
    """Images (1797, 8, 8) with pixels from 0 to 16, and labels (1797,) from 0 to 9; both uint8 and read-only.

    E. Alpaydin, C. Kaynak, Optical Recognition of Handwritten Digits, UCI Machine Learning Repository, 1998
    (CC BY 4.0). DataError where the bundled file is missing or damaged.
    """
    return read_images(FOLDER / "digits.npz", (1797, 8, 8), brightest=16)
