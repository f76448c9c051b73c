"""Why the theory has nothing to say of a state."""

from __future__ import annotations

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_math.checks import FloatArray
from qhm_math.expression import TypedLoss
from qhm_math.losses import Loss, Quadratic, nearest_minimum


def no_theory_words(state: State) -> tuple[str, str] | None:
    """A title and a sentence, translated; None where the theory does apply: a loss without a minimum is told from one
    whose nearest minimum is not a quadratic's."""
    if state.has_theory:
        return None
    if not state.has_minima:
        if is_far(state.loss):
            line = tr("Minima are searched up to 10⁶ from 0: shift the loss.")
        else:
            line = tr("The theory needs a minimum with a positive definite Hessian.")
        return no_minimum_title(state.loss), line
    if isinstance(state.loss, TypedLoss) and _holds(state.loss.minima_at_edge(), state):
        line = tr("The minimum nearest to the start is at the window's edge: it has no rate and no bound.")
    elif isinstance(state.loss, Quadratic):  # it is curved, but so little that nothing can be computed from it
        line = tr("The curvatures differ by more than 10⁹ times: double precision does not tell the smaller from 0.")
    else:
        line = tr("The minimum nearest to the start has a kink or lacks curvature: it has no rate and no bound.")
    return tr("No theory at this minimum"), line


def is_far(loss: Loss) -> bool:
    """Whether a loss without a known minimum has one, farther away than a window may be."""
    return isinstance(loss, TypedLoss) and loss.has_far_minimum()


def no_minimum_title(loss: Loss) -> str:
    """The title, translated, of a view that needs a minimum where none is known."""
    if is_far(loss):
        return tr("The minimum of this loss is too far away")
    if isinstance(loss, TypedLoss):  # of a formula nobody can say more: (x-200)**10 is too flat on the way
        return tr("No minimum of this loss was found")
    return tr("This loss has no minimum")


def _holds(minima: FloatArray, state: State) -> bool:
    """Whether the minimum nearest to the start is one of ``minima``."""
    return bool((minima == nearest_minimum(state.loss, state.start)).all(axis=-1).any())
