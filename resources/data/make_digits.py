"""Write digits.npz beside this script: the images and labels of the UCI digits, from scikit-learn's wheel.

    pip install scikit-learn==1.9.1
    python resources/data/make_digits.py

Run it in an environment of its own; the project needs scikit-learn for nothing else. The same wheel gives the
same bytes.
"""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits  # pyright: ignore[reportMissingImports]  (in an environment of its own)


def main() -> None:
    """Check that the values are whole numbers that fit, and write them."""
    bunch = load_digits()
    images, labels = bunch.images.astype(np.uint8), bunch.target.astype(np.uint8)
    assert (
        images.shape == (1797, 8, 8) and np.array_equal(images, bunch.images) and np.array_equal(labels, bunch.target)
    )
    np.savez_compressed(Path(__file__).with_name("digits.npz"), images=images, labels=labels)


if __name__ == "__main__":
    main()
