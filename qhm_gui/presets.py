"""The paper's figures as presets of their pages ([G], parameters of its notebook): rows.

A preset is a change of the state. The window makes it as one undoable change; ``main.py figures`` makes it from the
first state and draws the view that the figure is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qhm_gui.state import State, changed
from qhm_math.losses import Quadratic
from qhm_math.noise import IsotropicNoise


@dataclass(frozen=True)
class Preset:
    """``key`` names the figure and its files, ``page`` and ``view`` where it is drawn.

    ``title`` is what the panel calls it; ``heading``, and below it ``values`` and ``note``, head the slide. All are
    English in markup, but ``values`` are symbols and need no translation.
    """

    key: str
    title: str
    page: str
    view: str
    heading: str
    values: str
    note: str
    changes: Mapping[str, Any]

    @property
    def state(self) -> State:
        """The first state with this figure on its page."""
        return changed(State(), {**self.changes, "page": self.page})


_SIGMA = 0.3**0.5  # S = .3 I


def _best(number: str, figure: str, kappa: float) -> Preset:
    point = {"tie": "free", "alpha": 0.1 if kappa < 100 else 0.001, "beta": 0.5, "nu": 0.7}
    of, heading, values, note = {
        "nu": ("*β**, *α** against *ν*", "The best *α* and *β* for each *ν*", True, "the dashed line is the rate"),
        "beta": ("*ν**, *α** against *β*", "The best *α* and *ν* for each *β*", True, "the dashed line is the rate"),
        "kappa": ("*R** for many *κ*", "More averaging is never slower", False, "the least rate, over all *α* and *β*"),
    }[figure]
    return Preset(
        f"figure-{number}",
        f"Figure {number}:  {of}" + (f",  *κ* = {kappa:,.0f}" if values else ""),
        "fast",
        "optima",
        heading,
        f"*μ* = 1,  *L* = {kappa:,.0f}" if values else "",
        note,
        {**point, "loss": Quadratic(1.0, kappa, 0.0), "fast.figure": figure, "fast.kappa_of": "loss"},
    )


def _cloud(number: int, alpha: float, beta: float, nu: float) -> Preset:
    return Preset(
        f"figure-2-{number}",
        f"Figure 2, {number}:  *α* = {alpha:g},  *β* = {beta:g},  *ν* = {nu:g}",
        "good",
        "cloud",
        "Where the noise leaves it",
        f"*α* = {alpha:g},  *β* = {beta:g},  *ν* = {nu:g}",
        "the last 5,000 of 10,000 steps",
        {
            "tie": "free",
            "alpha": alpha,
            "beta": beta,
            "nu": nu,
            "loss": Quadratic(0.1, 1.0, 45.0, 2.0, 1.0),
            "noise": IsotropicNoise(_SIGMA),
        },
    )


#: The problem of figures 3, 4 and 6.
_PROBLEM = {"loss": Quadratic(0.1, 10.0, 0.0), "noise": IsotropicNoise(_SIGMA)}


def _rates(number: str, alphas: str, alpha: float, factors: str, steps: int) -> Preset:
    return Preset(
        f"figure-{number}",
        f"Figure {number}:  *α* = {alphas}",
        "good",
        "several",
        "Small steps end lower",
        "*β* = 0.9,  *ν* = 1",
        "one run each, mean of 100 steps; dashed: exact",
        {
            **_PROBLEM,
            "alpha": alpha,
            "beta": 0.9,
            "tie": "shb",
            "start_x": -40.0,
            "start_y": 8.0,
            "steps": steps,
            "several.factors": factors,
            "several.window": "100",
        },
    )


#: Figure 2 as printed: the top row from the left, then the bottom row.
CLOUDS = (
    (1.0, 0.9, 0.7),
    (0.1, 0.9, 0.7),
    (1.0, 0.99, 0.7),
    (1.0, 0.9, 1.0),
    (4.0, 0.8, 0.7),
    (0.4, 0.8, 0.7),
    (4.0, 0.95, 0.7),
    (4.0, 0.8, 1.0),
)

FIGURES: dict[str, Preset] = {
    row.key: row
    for row in (
        _best("1a", "nu", 10.0),
        _best("1b", "nu", 1000.0),
        _best("1c", "beta", 10.0),
        _best("1d", "beta", 1000.0),
        *(_cloud(number, *point) for number, point in enumerate(CLOUDS, start=1)),
        _rates("4a", "0.005, 0.02, 0.1", 0.02, "far", 20_000),
        _rates("4b", "1, 2, 3", 2.0, "near", 6_000),
        _best("5", "kappa", 1000.0),
    )
}


def of_page(page: str) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """(key, title, changes) of every figure on a page, for its panel."""
    return tuple((row.key, row.title, dict(row.changes)) for row in FIGURES.values() if row.page == page)
