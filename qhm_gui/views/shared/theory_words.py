"""How far the theory at a minimum reaches, in words: the same on every page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import fixed
from qhm_gui.views.columns import Column
from qhm_math import QHM, LocalQuadratic
from qhm_math.minibatch_modes import HEAVY_TAILED

if TYPE_CHECKING:
    from qhm_math.choose import Problem

#: Columns of stationary losses: all are above the minimum nearest to the start.
STATIONARY_COLUMNS = {
    "exact": Column("stationary loss above this minimum, exact", "f"),
    "local_quadratic": Column("stationary loss above this minimum, of the quadratic that touches the loss there", "f"),
    "formula": Column("stationary loss above this minimum, to second order in α (Theorem 5)", "f"),
    "second_order": Column("stationary loss above this minimum, to second order in α (Theorem 5)", "f"),
    "first_order": Column("stationary loss above this minimum, to first order in α", "f"),
    "simulated": Column("stationary loss above this minimum, mean over the runs; empty where not simulated", "f"),
    "standard_error": Column("standard error of the simulated mean", "f"),
    "half_width_95": Column("half-width of the 95 % interval of the simulated mean", "f"),
    "difference": Column("relative error of Theorem 5"),
    "ratio": Column("stationary loss as a multiple of that of SGD at the same α"),
}


def reach_words(local: LocalQuadratic) -> str:
    """'exact', or 'near this minimum', where the theory is that of the local quadratic."""
    return tr("exact") if local.exact else tr("near this minimum")


def above_words(local: LocalQuadratic) -> str:
    """'above this minimum' where a lower one is known, so that a loss does not read as f - f_min; else ''."""
    return tr("above this minimum") if local.height > 0 else ""


def spread_words(theory: LocalQuadratic | Problem, point: QHM) -> str:
    """What the spread under mini-batches does at a point, in two lines; '' where it is small or the mean diverges."""
    level = float(theory.mean_square_coefficient(point))
    if not float(theory.rate(point)) < 1 or not level > HEAVY_TAILED:
        return ""
    if level >= 1:
        return tr("stable on average,\nbut its spread grows without bound")
    return tr("*K* = {level} > 0.6:\nsimulated error bars cannot be trusted", level=fixed(level, 2))


def dashes_words(state: State) -> str:
    """What the dashed curves of a state with a minimum are, for a subtitle."""
    return tr("dashed: exact") if state.local.exact else tr("dashed: near this minimum")


def theory_column(local: LocalQuadratic) -> str:
    """The name of the column of a table that holds the local quadratic's value."""
    return "exact" if local.exact else "local_quadratic"
