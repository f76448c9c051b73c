"""What the views of runs share: the methods that are compared, and noise that is drawn once."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from qhm_gui.text.language import tr
from qhm_math import draw_noise
from qhm_math.noise import Noise, NoNoise

#: Line widths: the current method is heavier and on top.
CURRENT_WIDTH, OTHER_WIDTH = 2.6, 1.8
_MOST_KEPT = 4_000_000


@lru_cache(maxsize=4)
def _kept_noise(noise: Noise, steps: int, members: int, seed: int) -> NDArray[np.float64]:
    return draw_noise(noise, steps, members, seed)


def shared_noise(noise: Noise, steps: int, members: int, seed: int) -> NDArray[np.float64] | Noise | None:
    """The draws themselves where they are few enough to keep, so that a drag of α draws nothing; else the noise."""
    if isinstance(noise, NoNoise):
        return None
    return _kept_noise(noise, steps, members, seed) if 2 * steps * members <= _MOST_KEPT else noise


def departure_sentence(names_and_steps: list[tuple[str, int]]) -> str:
    """'SHB leaves at step 14, QHM at 20.', or an empty text when every run stays."""
    return " ".join(tr("{name} diverges at step {step}.", name=name, step=step) for name, step in names_and_steps)
