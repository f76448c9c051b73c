"""Write mnist.npz beside this script: 10,000 training and 2,000 test images of MNIST with their labels.

    python resources/data/make_mnist.py FOLDER

FOLDER has the four original idx files, gzipped or not. The images are drawn with a fixed seed, from the training
and from the test set, and keep their order. The same files give the same bytes.
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from qhm_math.data.idx import read_pair

#: MD5 of the unpacked files, as MNIST's are published.
KNOWN = {
    "train-images-idx3-ubyte": "6bbc9ace898e44ae57da46a324031adb",
    "train-labels-idx1-ubyte": "a25bea736e30d166cdddb491f175f624",
    "t10k-images-idx3-ubyte": "2646ac647ad5339dbf082846283269ea",
    "t10k-labels-idx1-ubyte": "27ae3e4e09519cfbb04c329615203637",
}


def main(folder: Path, out: Path) -> None:
    """Check the files, draw the images and write them."""
    rng = np.random.default_rng(0)
    images, labels = [], []
    for part, count in (("train", 10_000), ("t10k", 2_000)):
        all_images, all_labels, sums = read_pair(folder, part)
        assert all(KNOWN[name.removesuffix(".gz")] == value for name, value in sums.items()), f"not MNIST: {sums}"
        chosen = np.sort(rng.choice(len(all_images), count, replace=False))
        images.append(all_images[chosen])
        labels.append(all_labels[chosen])
    np.savez_compressed(out, images=np.concatenate(images), labels=np.concatenate(labels))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(__file__).with_name("mnist.npz"))
