"""The names of the probes that come with the program, by their files'; apart, because a menu needs nothing else."""

from __future__ import annotations

EXAMPLE_TITLES: dict[str, str] = {
    "softmax-mnist": "Softmax regression on MNIST",
    "resnet-cifar10": "Small residual network on CIFAR-10",
}
