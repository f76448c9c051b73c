"""What a sweep is of: a problem, a grid over (α, β, ν), and how every cell is trained."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ..checks import FloatArray, ParameterError, require_integer, require_number
from ..parameters import QHM

MAX_CELLS = 100_000
MAX_SEEDS = 100
MAX_RUNS = 1_000_000
MAX_EPOCHS = 100_000.0
ORIGINS = ("scratch", "checkpoint")


@dataclass(frozen=True)
class Axis:
    """`count` values from `low` to `high`, evenly, or evenly in the logarithm; one value where `count` is 1."""

    low: float
    high: float
    count: int = 1
    log: bool = False

    @staticmethod
    def at(value: float) -> Axis:
        """An axis of one value."""
        return Axis(value, value)

    def values(self) -> FloatArray:
        """(count,)."""
        if self.count == 1:
            return np.array([self.low])
        return (
            np.geomspace(self.low, self.high, self.count) if self.log else np.linspace(self.low, self.high, self.count)
        )


def _checked(name: str, axis: Axis) -> Axis:
    """The same with Python's own numbers, finite ones; the files that settings are read from may hold anything."""
    low, high = (require_number(name, end, high=1e300) for end in (axis.low, axis.high))
    return Axis(low, high, require_integer(f"cells along {name}", axis.count, 1, MAX_CELLS), bool(axis.log))


@dataclass(frozen=True)
class SweepSettings:
    """All that the numbers of a sweep follow from; whatever is equal here gives equal numbers on one machine.

    `problem`: a key of PROBLEMS. `epochs`: passes over the training data; without data an epoch is 200 steps.
    `origin`: "scratch", or "checkpoint" for the minimum that is found first. `seeds`: how many times every cell is
    trained; runs of one seed meet the same mini-batches in all cells. `width`, `l2`: 0 and None: the problem's own.
    `data`: the folder of the images, "" for the bundled ones.
    """

    problem: str
    alpha: Axis
    beta: Axis
    nu: Axis
    epochs: float = 5.0
    batch: int = 128
    seeds: int = 2
    origin: str = "scratch"
    width: int = 0
    l2: float | None = None
    data: str = ""

    def __post_init__(self) -> None:
        checked: dict[str, Any] = {
            "epochs": require_number("epochs", self.epochs, 0.0, MAX_EPOCHS, low_open=True),
            "batch": require_integer("batch", self.batch, 1),
            "seeds": require_integer("seeds", self.seeds, 1, MAX_SEEDS),
            "width": require_integer("width", self.width, 0, 4096),
            "l2": None if self.l2 is None else require_number("l2", self.l2, 0.0, 1e3),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if self.origin not in ORIGINS:
            raise ParameterError("from", self.origin, "scratch or checkpoint")
        for name in ("problem", "data"):
            if not isinstance(getattr(self, name), str):
                raise ParameterError(name, getattr(self, name), "a text")
        for name in ("alpha", "beta", "nu"):
            axis = _checked(name, getattr(self, name))
            object.__setattr__(self, name, axis)
            if axis.log and not (axis.low > 0 and axis.high > 0):
                raise ParameterError(name, min(axis.low, axis.high), "greater than 0 on a logarithmic axis")
            if axis.count > 1 and axis.low == axis.high:
                raise ParameterError(name, axis.low, "a range of more than one value, where it has several cells")
        cells = self.shape[0] * self.shape[1] * self.shape[2]
        if not 2 <= cells <= MAX_CELLS:
            raise ParameterError("cells", cells, f"from 2 to {MAX_CELLS:,} in the grid of α, β and ν")
        if cells * self.seeds > MAX_RUNS:
            raise ParameterError("seeds", self.seeds, f"so few that there are at most {MAX_RUNS:,} runs in all")
        QHM(self.alpha.values(), 0.0, 1.0)  # refuse what no method can have
        QHM(1.0, self.beta.values(), 1.0)
        QHM(1.0, 0.0, self.nu.values())

    @property
    def shape(self) -> tuple[int, int, int]:
        """Cells along (ν, β, α)."""
        return self.nu.count, self.beta.count, self.alpha.count

    @property
    def from_minimum(self) -> bool:
        """Whether every cell starts at a minimum: the checkpoint of a ResNet-18 is only where some epochs end."""
        return self.origin == "checkpoint" and not self.problem.startswith("resnet18")

    @property
    def cells(self) -> int:
        """How many."""
        return int(np.prod(self.shape))

    @property
    def varied(self) -> tuple[str, ...]:
        """The names of the axes that have more than one value, of ("alpha", "beta", "nu")."""
        return tuple(name for name in ("alpha", "beta", "nu") if getattr(self, name).count > 1)

    def points(self) -> QHM:
        """Every cell, (cells,): α runs fastest, then β, then ν."""
        nu, beta, alpha = np.meshgrid(self.nu.values(), self.beta.values(), self.alpha.values(), indexing="ij")
        return QHM(alpha.ravel(), beta.ravel(), nu.ravel())

    def as_plain(self) -> dict[str, Any]:
        """Numbers, texts and dicts of them, such as JSON has; `from_plain` reads it."""
        return asdict(self)

    @staticmethod
    def from_plain(plain: dict[str, Any]) -> SweepSettings:
        """The settings that `as_plain` gave. KeyError, TypeError or ParameterError for what it cannot have given."""
        fields: dict[str, Any] = {**plain}
        fields.update({name: Axis(**plain[name]) for name in ("alpha", "beta", "nu")})
        return SweepSettings(**fields)
