"""What the theory says of the point, at the foot of the panel: stable or not, rate, stationary loss, the call."""

from __future__ import annotations

from dataclasses import replace
from math import inf, isfinite
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from qhm_gui.drawing import markup
from qhm_gui.state.no_theory import no_theory_words
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, rate
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import alpha_text, beside_text, fixed, rate_text, scientific
from qhm_gui.text.parameter_words import values_of
from qhm_gui.views.shared.theory_words import spread_words
from qhm_gui.widgets.label import HelpLine
from qhm_gui.widgets.read_out import ReadOut, Verdict
from qhm_gui.widgets.section import Hairline
from qhm_math import LocalQuadratic, steps_per_decade
from qhm_math.declared import ParameterError
from qhm_math.methods import LinearMethod

if TYPE_CHECKING:
    from qhm_math.choose import Problem


class TheoryReadOut(QWidget):
    """A read-out, or the reason why there is none; not there on pages without a loss of the plane."""

    def __init__(self) -> None:
        super().__init__()
        self.read_out = ReadOut()
        self.no_theory = HelpLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 0, 20, 12)
        column.setSpacing(10)
        column.addWidget(Hairline())
        column.addWidget(self.read_out)
        column.addWidget(self.no_theory)

    def follow(self, state: State) -> None:
        """Tell of the point of this state."""
        looked = read_out_state(state)
        why_not = no_theory_words(state)
        self.setVisible(not PAGES[state.page].own_loss)
        self.read_out.setVisible(looked is not None and why_not is None)
        self.no_theory.setVisible(why_not is not None)
        without = tr("{title}: there is no bound and no rate.", title=why_not[0] if why_not else "")
        self.no_theory.say("" if why_not is None else why_not[1] if state.has_minima else without)
        if looked is not None and why_not is None:
            self._show(looked)

    def _show(self, state: State) -> None:
        bound, current = bound_of(state), rate(state)
        local = state.local
        theory = theory_of(state)
        coefficient = float(theory.mean_square_coefficient(state.point))
        verdict: Verdict = "stable" if state.alpha < bound else ("edge" if state.alpha == bound else "diverges")
        relation = {"stable": "<", "edge": "=", "diverges": ">"}[verdict]
        grows = verdict == "stable" and coefficient >= 1
        value, limit = beside_text(state.alpha, bound, alpha_text)
        self.read_out.set_verdict("spread" if grows else verdict, f"*α* = {value} {relation} {limit}")
        words = markup.plain_text(spread_words(theory, state.point)).replace("\n", " ")
        self.read_out.set_note(words[:1].upper() + words[1:])
        level = float(theory.stationary_loss(state.point))
        label = "Loss above this minimum" if local.height > 0 else "Stationary loss"
        reach = (
            "Expected loss above this minimum in the stationary state, exact."
            if local.exact
            else "Expected loss above this minimum in the stationary state, to second order near it."
        )
        none = tr("none")
        batches = (
            "Mean-square coefficient *K*",
            scientific(coefficient) if isfinite(coefficient) else none,
            "The spread stays bounded if it is below 1.",
        )
        steps = float(steps_per_decade(current)) if current < 1 else inf
        per_decade = none if steps == inf else fixed(steps, 1) if steps < 99_999 else scientific(steps)
        self.read_out.set_rows(
            [
                (
                    "Rate *R*",
                    rate_text(current),
                    "The error shrinks by this factor a step, near the minimum.",
                ),
                ("Steps per decade", per_decade, "Steps in which the loss falls to a tenth."),
                (
                    label,
                    scientific(level) if isfinite(level) else none,
                    reach,
                ),
                *([batches] if local.batches is not None else []),
            ]
        )
        call = pytorch_call(state)
        self.read_out.set_code(
            call, call.replace("torch.optim.", "").replace("qhoptim.pyt.", "").replace("params, ", "")
        )


def own_methods(state: State) -> bool:
    """Whether the page that is shown has methods of its own."""
    return PAGES[state.page].own_methods


def read_out_state(state: State) -> State | None:
    """The state whose point the read-out tells of: on a page with methods of its own that of the chosen one.

    None where that one is no member of the family, so that the theory does not apply to it.
    """
    if not own_methods(state):
        return state
    entry = state.compare.entry
    if entry is None or not isinstance(entry.current, LinearMethod):
        return None
    try:
        return replace(state, **values_of(entry.current.as_qhm()), tie="free")
    except ParameterError:
        return None


def bound_of(state: State) -> float:
    """The largest stable α at the current β and ν; infinite where there is no quadratic to be stable on."""
    if not state.has_theory:
        return float("inf")
    return float(state.local.max_stable_alpha(state.point))


def bounds_of(state: State) -> tuple[float, float | None]:
    """The largest stable α, and under mini-batches the largest at which the spread is bounded."""
    if state.local.batches is None:
        return bound_of(state), None
    return bound_of(state), float(theory_of(state).max_mean_square_alpha(state.point))


def theory_of(state: State) -> LocalQuadratic | Problem:
    """What the page that is shown knows of the minimum: the quadratic of the plane, or a spectrum of more directions.

    Their bound (13) and their rate are the same.
    """
    if state.page != "choose" or state.choose.nodes is None:
        return state.local
    from qhm_gui.views.choose.problem import problem_of

    return problem_of(state)


def pytorch_call(state: State) -> str:
    """The call in PyTorch that takes the same steps: torch.optim.SGD where it can, else QHM of qhoptim."""
    known = state.point.to_pytorch_sgd()
    if known is None:
        momentum, nu = _in_code(state.beta), _in_code(state.nu)
        return f"qhoptim.pyt.QHM(params, lr={_in_code(state.alpha)}, momentum={momentum}, nu={nu})"
    lr, momentum, nesterov = known
    extra = (f", momentum={_in_code(momentum)}" if momentum else "") + (", nesterov=True" if nesterov else "")
    return f"torch.optim.SGD(params, lr={_in_code(lr)}{extra})"


def _in_code(value: float) -> str:
    """As few digits, from 6 on, as hold ``value`` and its distance from 1 to a millionth: .9999999999 is not 1."""
    enough = 1e-6 * min(abs(value), abs(1 - value))
    texts = (f"{value:.{digits}g}" for digits in range(6, 18))
    return next((text for text in texts if abs(float(text) - value) <= enough), repr(value))
