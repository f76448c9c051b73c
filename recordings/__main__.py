"""python -m recordings NAME --data FOLDER"""

from __future__ import annotations

import argparse
from pathlib import Path

from .measured import PROBES

NAMES = ("softmax-mnist", "resnet-cifar10")


def main() -> None:
    """Record one of them into resources/probes."""
    parser = argparse.ArgumentParser(prog="python -m recordings", description="Record a probe and its plateaus.")
    parser.add_argument("name", choices=NAMES)
    parser.add_argument(
        "--data", type=Path, required=True, metavar="FOLDER", help="with the files of MNIST or CIFAR-10"
    )
    options = parser.parse_args()
    if options.name == "softmax-mnist":
        from .softmax_mnist import record
    else:
        from .resnet_cifar10 import record
    record(options.data, options.name, PROBES)


if __name__ == "__main__":
    main()
