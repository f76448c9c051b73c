"""What the views of the page "How good?" share: the present minimum, and how losses are written."""

from __future__ import annotations

import math

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific

#: Longer burn-ins are not begun: on a quadratic a step costs nanoseconds, elsewhere microseconds.
MOST_STEPS = {True: 300_000, False: 30_000}


def no_noise(state: State) -> tuple[str, str] | None:
    """The empty state of a card that shows what noise does."""
    if not state.local.noiseless:
        return None
    return tr("No noise: the distribution is a point"), tr(
        "Without noise every stable run ends at the minimum: choose a noise."
    )


def loss_text(value: float) -> str:
    """A loss for a read-out."""
    return scientific(value) if math.isfinite(value) else tr("none")
