"""The recorded maps that come with the program: rows. A row's file is resources/recorded/KEY.npz."""

from __future__ import annotations

#: Key -> title in markup.
RECORDINGS: dict[str, str] = {
    "softmax-nu-1": "softmax, *ν* = 1",
    "softmax-nu-0.7": "softmax, *ν* = 0.7",
    "softmax-alpha-2.2": "softmax, *α* = 2.2",
    "resnet18-nu-1": "ResNet-18, *ν* = 1",
    "resnet18-nu-0.7": "ResNet-18, *ν* = 0.7",
    "resnet18-alpha-2.16": "ResNet-18, *α* = 2.16",
}

#: What stands beside the map of a sweep; without it there is no learning curve below either.
BESIDE = (
    ("theory", "theory"),
    ("ratio", "measured / theory"),
    ("accuracy", "accuracy"),
    ("nothing", "map only"),
)
