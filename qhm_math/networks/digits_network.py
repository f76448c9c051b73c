"""The network that learns digits: which data, which widths, which start."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from ..checks import FloatArray
from ..data import digits
from ..declared import check_declared, declared
from .tanh_network import NetworkLoss


@dataclass(frozen=True)
class DigitsNetwork:
    """A tanh network 64 - w - w - 10 with the squared loss on some of the UCI digits, and its first weights.

    The digits are drawn by the seed; every pixel is centred, and all are divided by one number, so that their mean
    square is 1. Targets are 1 for the digit's class and 0 elsewhere.
    """

    samples: int = declared(
        400, label="digits", low=10, high=1797, kind="integer", help="Number of images that the network is trained on."
    )
    width: int = declared(
        32, label="width", low=2, high=128, kind="integer", help="Neurons in each of the two hidden layers."
    )
    scale: float = declared(
        0.5, label="scale of the weights", low=0.0, high=10.0, help="First weights: standard deviation × √inputs."
    )
    seed: int = 0

    def __post_init__(self) -> None:
        check_declared(self)

    def loss(self) -> NetworkLoss:
        """The loss, kept for the last few networks. DataError where the digits cannot be read."""
        return _loss(self.samples, self.width, self.seed)

    def labels(self) -> FloatArray:
        """The classes of its digits, (samples,)."""
        return self.loss().targets.argmax(axis=1)

    def start(self) -> FloatArray:
        """The first weights, (size,)."""
        return self.loss().start(self.seed, self.scale)


@lru_cache(maxsize=4)
def _loss(samples: int, width: int, seed: int) -> NetworkLoss:
    images, labels = digits()
    chosen = np.random.default_rng(seed).permutation(len(images))[:samples]
    pixels = images[chosen].reshape(samples, 64).astype(np.float64)
    pixels -= pixels.mean(axis=0)
    pixels /= max(float(np.sqrt((pixels * pixels).mean())), 1e-300)
    return NetworkLoss((64, width, width, 10), pixels, np.eye(10)[labels[chosen]])
