"""What the views of the page "Does it converge?" share: the schedule of the state, and how its parts are written."""

from __future__ import annotations

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, plain
from qhm_math.schedules import Constant, Family, Power, PowerToOne, Schedule


def schedule_of(state: State) -> Schedule:
    """The families of the options, from the state's own α, β and ν; a tied ν follows."""
    return state.converge.schedule(state.alpha, state.beta, state.nu, state.tie)


def formula(family: Family) -> str:
    """A family as markup: 1.7 (k+1)^−0.6; its name where the formula is long."""
    if isinstance(family, Constant):
        return plain(family.value)
    if isinstance(family, Power):
        return f"{plain(family.value)} (*k*+1)^{{{MINUS}{plain(family.exponent)}}}"
    if isinstance(family, PowerToOne):
        return f"1 {MINUS} {plain(family.gap)} (*k*+1)^{{{MINUS}{plain(family.exponent)}}}"
    return tr(family.title)


def formulas(schedule: Schedule) -> str:
    """All three, one after the other."""
    rows = (("α", schedule.alpha), ("β", schedule.beta), ("ν", schedule.nu))
    return "   ".join(f"*{symbol}*_{{k}} = {formula(family)}" for symbol, family in rows)
