"""The numbers of a figure beside those that the paper, its notebook or a closed form gives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from qhm_gui.export import Drawing
from qhm_gui.state.options.fast import KAPPAS
from qhm_gui.state.paper_presets import Preset
from qhm_gui.text.numbers import plain, scientific
from qhm_math import QHM

#: What the notebook of [G] printed for figure 2: the mean loss of one run of each panel.
NOTEBOOK = {f"figure-2-{i}": value for i, value in enumerate((0.11, 0.02, 0.06, 0.14, 0.83, 0.05, 0.46, 0.69), start=1)}


@dataclass(frozen=True)
class Row:
    """What was computed; what is printed elsewhere, and where; ours, exact and simulated. '' where there is none."""

    what: str
    printed: str
    exact: str
    simulated: str = ""


def heavy_ball(kappa: float) -> tuple[float, float, float]:
    """(R, β, αμ) at the optimum of the heavy ball: ((√κ-1)/(√κ+1), R², 1/√κ)."""
    root = kappa**0.5
    rate = (root - 1) / (root + 1)
    return rate, rate**2, 1 / root


def of_best(preset: Preset, drawing: Drawing) -> list[Row]:
    """Figures 1 and 5 against the closed forms of SGD (ν = 0) and of the heavy ball (ν = 1)."""
    table, figure = drawing.table(), preset.state.fast.figure
    if figure == "kappa":
        return [
            Row(
                f"R* at ν = 1, κ = {plain(kappa)}",
                f"{heavy_ball(kappa)[0]:.6f} (closed form)",
                f"{table[f'rate_kappa_{kappa:g}'][-1]:.6f}",
            )
            for kappa in KAPPAS
        ]
    mu, largest = preset.state.curvatures
    kappa = largest / mu
    rate, beta, scaled = heavy_ball(kappa)
    if figure == "nu":
        known = f"{rate:.4f}, {beta:.4f}, {scaled / mu:.4f} (closed form)"
        ours = ", ".join(f"{table[name][-1]:.4f}" for name in ("rate", "beta", "alpha"))
        return [Row("R, β*, α* at ν = 1", known, ours)]
    last = float(table["beta"][-1])
    limit = (last * (kappa - 1) / (kappa + 1)) ** 0.5
    least = int(np.argmin(table["rate"]))
    return [
        Row(
            "least R on the curve, and its β",
            f"{rate:.4f}, {beta:.4f} (closed form)",
            f"{table['rate'][least]:.4f}, {table['beta'][least]:.4f}",
        ),
        Row(f"R at β = {last:g}", f"{limit:.4f} (closed form)", f"{table['rate'][-1]:.4f}"),
    ]


def of_several(_preset: Preset, drawing: Drawing) -> list[Row]:
    """Figure 4: the mean loss over the second half of the steps at each α, expected and of the run."""
    table = drawing.table()
    rows = []
    for alpha in drawing.result.request.alphas:
        expected, run = (
            scientific(float(np.mean(column[len(column) // 2 :])), 2)
            for column in (table[f"alpha_{alpha:g}_expected_loss"], table[f"alpha_{alpha:g}_loss"])
        )
        rows.append(Row(f"mean loss, second half, α = {alpha:g}", "", expected, run))
    return rows


def of_cloud(preset: Preset, drawing: Drawing) -> list[Row]:
    """Figure 2: the mean loss, exact and of the runs with its 95 % interval."""
    result = drawing.result
    measured = result.measured
    simulated = f"{measured.loss:.4f} ± {measured.error:.4f}"
    printed = f"{NOTEBOOK[preset.key]:.2f} (notebook, one run)"
    return [Row("mean loss in the end", printed, f"{result.level:.4f}", simulated)]


def of_map(preset: Preset, drawing: Drawing) -> list[Row]:
    """Figures 3 and 6: means over the stable cells."""
    request, table = drawing.result.request, drawing.table()
    stable = np.isfinite(table["exact"])
    if request.layer == "exact":
        return [Row("mean stationary loss", "", scientific(float(np.mean(table["exact"][stable])), 3))]
    if request.layer == "difference":
        off = np.abs(table["difference"][stable])
        share = f"{100 * np.mean(off > request.difference_cut):.1f} % of the cells"
        return [
            Row(f"off by more than {request.difference_cut:g}", "", share),
            Row("median of the relative error", "", scientific(float(np.median(off)), 2)),
        ]
    basin = request.basin
    fields = (table.get(name, np.full(len(stable), getattr(preset.state, name))) for name in ("alpha", "beta", "nu"))
    cells = QHM(*(field[stable] for field in fields))
    steps = basin.expected_loss(cells, basin.minimum, request.steps)[:, 1:]
    simulated = float(np.mean(table["simulated"][stable]))
    return [Row("mean loss of those steps", "", scientific(float(np.mean(steps)), 3), scientific(simulated, 3))]


def of_recorded(_preset: Preset, drawing: Drawing) -> list[Row]:
    """Figure 3's other rows: the least loss and where it is, and the error of a cell."""
    table = drawing.table()
    across = next(iter(table))
    least = int(np.nanargmin(table["loss"]))
    place = f"{across} = {plain(float(table[across][least]), 3)}, beta = {plain(float(table['beta'][least]), 3)}"
    error = scientific(float(np.nanmedian(table["standard_error"] / table["loss"])), 2)
    return [
        Row(f"least loss, at {place}", "", "", scientific(float(table["loss"][least]), 3)),
        Row("median of the standard error / loss", "", "", error),
    ]


NUMBERS: dict[str, Callable[[Preset, Drawing], list[Row]]] = {
    "optima": of_best,
    "several": of_several,
    "cloud": of_cloud,
    "stationary_left": of_map,
    "stationary_right": of_map,
    "recorded": of_recorded,
}


def numbers(preset: Preset, drawing: Drawing) -> list[Row]:
    """The rows of one figure; without numbers, where nothing is known of its view to compare with."""
    known = NUMBERS.get(preset.view)
    return known(preset, drawing) if known else [Row("", "", "")]
