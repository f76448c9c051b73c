"""The paper's figures as presets of their pages ([G], parameters of its notebook): rows.

A preset is a change of the state. The window makes it as one undoable change; ``main.py figures`` makes it from the
first state and draws the view that the figure is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from qhm_gui.state.pages import PagePreset
from qhm_gui.state.state import State, changed
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

    @property
    def choice(self) -> PagePreset:
        """The same as a preset of its page."""
        changes = {"expanded": "", **self.changes}
        return PagePreset(self.key, self.title, changes, tuple(filter(None, (self.heading, self.note))), self.view)


_SIGMA = 0.3**0.5  # S = .3 I


def _best(number: str, figure: str, kappa: float) -> Preset:
    point = {"tie": "free", "alpha": 0.1 if kappa < 100 else 0.001, "beta": 0.5, "nu": 0.7}
    of, heading, values, note = {
        "nu": ("*β**, *α** against *ν*", "The best *α* and *β* for each *ν*", True, "rate *R* and best parameters"),
        "beta": (
            "*ν**, *α** against *β*",
            "The best *α* and *ν* for each *β*",
            True,
            "rate *R* and best parameters",
        ),
        "kappa": (
            "*R** for several *κ*",
            "Best rate *R** against *ν*",
            False,
            "best achievable rate, over all *α* and *β*",
        ),
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
        "Stationary distribution",
        f"*α* = {alpha:g},  *β* = {beta:g},  *ν* = {nu:g}",
        "20 runs of 5,000 steps",
        {
            "tie": "free",
            "alpha": alpha,
            "beta": beta,
            "nu": nu,
            "loss": Quadratic(0.1, 1.0, 45.0, 2.0, 1.0),
            "noise": IsotropicNoise(_SIGMA),
            "steps": 5000,
            "runs": 20,
            "good.reach": 2.5 if number <= 4 else 5.0,  # a window for each row, so that its panels can be compared
        },
    )


#: The problem of figures 3, 4 and 6.
_PROBLEM = {"loss": Quadratic(0.1, 10.0, 0.0), "noise": IsotropicNoise(_SIGMA)}
#: The point, on a map that it is not an axis of, away from the labels of the isolines.
_AWAY = {"alpha": 0.3, "beta": 0.5, "nu": 0.7}


def _rates(number: str, alphas: str, alpha: float, factors: str, steps: int) -> Preset:
    return Preset(
        f"figure-{number}",
        f"Figure {number}:  *α* = {alphas}",
        "good",
        "several",
        "Loss for several learning rates",
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
            "expanded": "several",
        },
    )


_OVER = {"alpha-beta": "Stationary loss over *α* and *β*", "beta-nu": "Stationary loss over *ν* and *β*"}


def _maps(number: int, axes: str, fixed: str, cut: float, **point: float) -> tuple[Preset, Preset]:
    """Figure 3, two slides: exact, and simulated for 1,000 steps from the minimum, 20 runs a cell (the paper: one)."""
    changes = {
        **_PROBLEM,
        **_AWAY,
        "tie": "free",
        **point,
        "good.left_axes": axes,
        "good.right_axes": axes,
        "good.left": "exact",
        "good.right": "simulated",
        "good.cut": cut,
        "good.alpha_low": 0.01,
        "good.alpha_high": 1.5,
        "good.alpha_scale": "linear",
        "good.cells": 30,
        "good.map_steps": 1000,
        "good.map_runs": 20,
        "good.warm_up": "none",
    }
    rows = (
        ("exact", "stationary_left", "the exact stationary loss"),
        ("simulated", "stationary_right", "20 runs, mean loss of 1,000 steps from the minimum"),
    )
    exact, simulated = (
        Preset(
            f"figure-3-{number}-{layer}",
            f"Figure 3, {number}:  {fixed}",
            "good",
            view,
            _OVER[axes],
            f"*μ* = 0.1,  *L* = 10,  {fixed}",
            note,
            changes,
        )
        for layer, view, note in rows
    )
    return exact, simulated


def _recorded(number: int, key: str, axes: str, model: str, fixed: str) -> Preset:
    """Figure 3's second and third rows: models that were trained, not figures that are computed again."""
    return Preset(
        f"figure-3-{number}",
        f"Figure 3, {number}:  {model},  {fixed}",
        "good",
        "recorded",
        {"alpha-beta": "Loss over *α* and *β*", "beta-nu": "Loss over *ν* and *β*"}[axes],
        fixed,
        model,
        {"good.recorded": key, "expanded": "recorded"},
    )


_SOFTMAX = "softmax regression on MNIST"
_RESNET = "ResNet-18 on CIFAR-10"


def _error(number: int, alpha: float) -> Preset:
    return Preset(
        f"figure-6-{number}",
        f"Figure 6, {number}:  *α* = {alpha:g}",
        "good",
        "stationary_left",
        "Relative error of Theorem 5",
        f"*μ* = 0.1,  *L* = 10,  *α* = {alpha:g}",
        "difference from the exact stationary loss",
        {
            **_PROBLEM,
            **_AWAY,
            "tie": "free",
            "alpha": alpha,
            "good.left_axes": "beta-nu",
            "good.right_axes": "beta-nu",
            "good.left": "difference",
            "good.right": "exact",
            "good.difference_cut": 0.2,
            "good.tolerance": 0.1,
            "good.cells": 30,
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
        *_maps(1, "alpha-beta", "*ν* = 1", 1.0, nu=1.0),
        *_maps(2, "alpha-beta", "*ν* = 0.7", 0.5, nu=0.7),
        *_maps(3, "beta-nu", "*α* = 0.3", 0.5, alpha=0.3),
        _recorded(4, "softmax-nu-1", "alpha-beta", _SOFTMAX, "*ν* = 1"),
        _recorded(5, "softmax-nu-0.7", "alpha-beta", _SOFTMAX, "*ν* = 0.7"),
        _recorded(6, "softmax-alpha-2.2", "beta-nu", _SOFTMAX, "*α* = 2.2"),
        _recorded(7, "resnet18-nu-1", "alpha-beta", _RESNET, "*ν* = 1"),
        _recorded(8, "resnet18-nu-0.7", "alpha-beta", _RESNET, "*ν* = 0.7"),
        _recorded(9, "resnet18-alpha-2.16", "beta-nu", _RESNET, "*α* = 2.16"),
        _rates("4a", "0.005, 0.02, 0.1", 0.02, "far", 20_000),
        _rates("4b", "1, 2, 3", 2.0, "near", 6_000),
        _best("5", "kappa", 1000.0),
        *(_error(number, alpha) for number, alpha in enumerate((0.05, 0.1, 0.2), start=1)),
    )
}


def of_page(page: str) -> tuple[PagePreset, ...]:
    """Every figure on a page, as its presets."""
    rows = {row.title: row.choice for row in reversed(FIGURES.values()) if row.page == page}
    return tuple(reversed(rows.values()))  # a figure that is two slides stands on its page once
