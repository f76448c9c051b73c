"""What the views of the page "How good?" share: the present minimum, and how losses are written."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from qhm_gui.state.state import State
from qhm_gui.text.language import tr
from qhm_gui.text.numbers import scientific, superscript

#: Longer burn-ins are not begun: on a quadratic a step costs nanoseconds, elsewhere microseconds.
MOST_STEPS = {True: 300_000, False: 30_000}


def no_noise(state: State) -> tuple[str, str] | None:
    """The empty state of a card that shows what noise does."""
    if not state.local.noiseless:
        return None
    return tr("No noise: the distribution is a point"), tr(
        "Without noise every stable run ends at the minimum: choose a noise."
    )


def power_of(values: NDArray[np.float64]) -> int:
    """The power of ten by which losses of this size are multiplied on an axis: 3 for 0.0036; 0 where none is needed."""
    largest = float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 1.0
    power = -math.floor(math.log10(largest)) if largest > 0 else 0
    return 0 if -3 < power <= 2 else power


def loss_title(power: int) -> str:
    """'loss × 10³'."""
    return tr("loss") + (f" × 10{superscript(power)}" if power else "")


def loss_text(value: float) -> str:
    """A loss for a read-out."""
    return scientific(value) if math.isfinite(value) else tr("none")
