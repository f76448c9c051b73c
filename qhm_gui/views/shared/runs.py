"""What the views of runs share: the methods that are compared, and noise that is drawn once."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.text.language import in_a_row, tr
from qhm_math import draw_noise
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import Noise, NoNoise

#: Line widths: the current method is heavier and on top.
CURRENT_WIDTH, OTHER_WIDTH = 2.6, 1.8
_MOST_KEPT = 4_000_000


@lru_cache(maxsize=4)
def _kept_noise(noise: Noise, steps: int, members: int, seed: int) -> NDArray[np.float64]:
    return draw_noise(noise, steps, members, seed)


def shared_noise(noise: Noise, steps: int, members: int, seed: int) -> NDArray[np.float64] | Noise | None:
    """The draws themselves where they are few enough to keep, so that a drag of α draws nothing; else the noise.

    Mini-batches are drawn anew: what they do depends on x too.
    """
    if isinstance(noise, NoNoise):
        return None
    if isinstance(noise, MiniBatches):
        return noise
    return _kept_noise(noise, steps, members, seed) if 2 * steps * members <= _MOST_KEPT else noise


def departure_sentence(names: Iterable[str], diverged: ArrayLike, undefined: ArrayLike) -> str:
    """'SHB diverges at step 14. QHM leaves the loss's domain at step 20.', or '' when every run goes on to its end.

    Of each run the step at which it diverged, and the one at which the loss is not defined; -1 for none. Of runs that
    stand for many, the first of each.
    """
    said: list[str] = []
    for name, gone, lost in zip(names, np.ravel(diverged).tolist(), np.ravel(undefined).tolist(), strict=True):
        if gone >= 0:
            said.append(tr("{name} diverges at step {step}.", name=name, step=gone))
        if lost >= 0:
            said.append(tr("{name} stops at step {step}: there the loss is not defined.", name=name, step=lost))
    return in_a_row(*said)
