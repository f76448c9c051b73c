"""The problems that can be swept: rows of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from ..checks import ParameterError
from ..data import load_images
from .classifiers import Perceptron, SoftmaxRegression
from .settings import SweepSettings
from .synthetic import LeastSquares, NoisyQuadratic
from .tasks import ImageTask, SyntheticTask, Task


@dataclass(frozen=True)
class ProblemRow:
    """`key` names the problem; `images` the set that it learns, "" for none; `summary`: a few words.

    `make(settings)` gives the task of settings whose `width` and `l2` are known: the row's own where the settings leave
    them open; `widths` are allowed. `one_by_one`: a cell takes long, and gains nothing from others in its job.
    `package`: of the extras, what trains it.
    """

    key: str
    summary: str
    make: Callable[[SweepSettings], Task]
    images: str = ""
    width: int = 0
    l2: float = 0.0
    widths: tuple[int, int] = (0, 0)
    one_by_one: bool = False
    package: str = ""

    @property
    def from_folder(self) -> bool:
        """Whether its images may be in a folder of the user's."""
        return self.images not in ("", "digits")


def _softmax(images: str) -> ProblemRow:
    def make(settings: SweepSettings) -> Task:
        found = load_images(images, settings.data)
        inputs = found.train_images[0].size + 1
        return ImageTask(SoftmaxRegression(inputs, settings.l2 or 0.0), found, 60 if inputs > 100 else 300, 2000)

    return ProblemRow(f"softmax-{images}", "softmax regression with an L2 term", make, images, l2=1e-3)


def _perceptron(images: str) -> ProblemRow:
    def make(settings: SweepSettings) -> Task:
        found = load_images(images, settings.data)
        inputs = found.train_images[0].size + 1
        return ImageTask(
            Perceptron(inputs, settings.width, settings.l2 or 0.0), found, 30 if inputs > 100 else 100, 1000
        )

    words = "a perceptron with one layer of tanh"
    return ProblemRow(f"mlp-{images}", words, make, images, width=32, l2=1e-3, widths=(1, 1024))


def _resnet(images: str) -> ProblemRow:
    def make(settings: SweepSettings) -> Task:
        from .resnet import ResNetTask, require_torch

        require_torch()  # what is missing is said before the images are read
        return ResNetTask(load_images(images, settings.data), settings.width, settings.l2 or 0.0)

    words = "a ResNet-18 with W, 2 W, 4 W and 8 W channels"
    return ProblemRow(
        f"resnet18-{images}", words, make, images, width=8, l2=5e-4, widths=(4, 64), one_by_one=True, package="torch"
    )


PROBLEMS: dict[str, ProblemRow] = {
    row.key: row
    for row in (
        ProblemRow("quadratic", "the quadratic of figure 3", lambda _: SyntheticTask(NoisyQuadratic())),
        ProblemRow("least-squares", "least squares in 100 dimensions", lambda _: SyntheticTask(LeastSquares())),
        _softmax("digits"),
        _softmax("mnist"),
        _perceptron("digits"),
        _perceptron("mnist"),
        _resnet("cifar10"),
        _resnet("fashion"),
    )
}


@lru_cache(maxsize=2)
def make_task(settings: SweepSettings) -> Task:
    """The task of a sweep. ParameterError for an unknown problem or a width that it does not have; DataError."""
    row = PROBLEMS.get(settings.problem)
    if row is None:
        raise ParameterError("problem", settings.problem, f"one of {', '.join(PROBLEMS)}")
    return row.make(completed(settings))


def completed(settings: SweepSettings) -> SweepSettings:
    """The same settings with the width and the L2 term that they leave to the problem."""
    row = PROBLEMS[settings.problem]
    low, high = row.widths
    if settings.width and not low <= settings.width <= high:
        raise ParameterError("width", settings.width, f"from {low} to {high:,}" if high else "left out: there is none")
    l2 = row.l2 if settings.l2 is None else settings.l2
    return replace(settings, width=settings.width or row.width, l2=l2)


def image_facts(settings: SweepSettings) -> dict[str, str]:
    """The MD5 of every file of images that was read, by name; empty for bundled images and for none."""
    row = PROBLEMS[settings.problem]
    return load_images(row.images, settings.data).md5 if row.images else {}
