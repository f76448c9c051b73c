"""A folder of images, as something that a window opens: models are trained on them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from qhm_gui.files.session import SessionError
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import grouped
from qhm_gui.text.resource_words import fault_words
from qhm_math.data import DataError, folder_of_images, load_images
from qhm_math.experiments import PROBLEMS

#: What is trained on a set, where the chosen problem is not.
_PROBLEMS = {"mnist": "softmax-mnist", "fashion": "resnet18-fashion", "cifar10": "resnet18-cifar10"}


def read_images(path: Path) -> tuple[dict[str, Any], str] | None:
    """The changes of a sweep's options, and a sentence, for a file of images or their folder; None for another one.

    SessionError, a sentence, where the images cannot be read. For any thread.
    """
    found = folder_of_images(path)
    if found is None:
        return None
    key, folder = found
    try:
        images = load_images(key, str(folder))
    except DataError as error:
        raise SessionError(fault_words(error)) from None
    counts = {"train": grouped(len(images.train_images)), "test": grouped(len(images.test_images))}
    first, checksum = next(iter(images.md5.items()))
    words = tr("{name}: {train} images to train with, {test} to test with.", name=folder.name, **counts)
    changes = {"sweep_problem": _PROBLEMS[key], "sweep_data": str(folder), "sweep_file": "", "sweep_paused": True}
    return {f"experiments.{name}": value for name, value in changes.items()}, f"{words} MD5 ({first}): {checksum}."


def with_chosen_problem(changes: Mapping[str, Any], chosen: str) -> dict[str, Any]:
    """The changes of :func:`read_images` with the problem that is chosen where it learns such images.

    Files of MNIST and of Fashion-MNIST have the same names: where that of the folder says nothing, the problem does.
    """
    name = "experiments.sweep_problem"
    found, wanted = PROBLEMS[changes[name]].images, PROBLEMS[chosen].images
    return {**changes, name: chosen} if wanted == found or (found, wanted) == ("mnist", "fashion") else dict(changes)
