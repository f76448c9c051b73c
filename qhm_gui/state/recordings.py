"""The recorded maps that come with the program: rows. A row's file is resources/recorded/KEY.npz."""

from __future__ import annotations

#: Key -> title in markup.
RECORDINGS: dict[str, str] = {
    "softmax-nu-1": "softmax regression, *ν* = 1",
    "softmax-nu-0.7": "softmax regression, *ν* = 0.7",
    "softmax-alpha-2.2": "softmax regression, *α* = 2.2",
    "resnet18-nu-1": "ResNet-18, *ν* = 1",
}
