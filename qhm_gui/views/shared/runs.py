"""What the views of runs share: the methods that are compared, and noise that is drawn once."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from qhm_gui.text.language import in_a_row, tr
from qhm_math import draw_noise
from qhm_math.minibatch_noise import MiniBatches
from qhm_math.noise import Noise, NoNoise

#: Line widths: the current method is heavier and on top.
CURRENT_WIDTH, OTHER_WIDTH = 2.6, 1.8
#: So many numbers are kept of one draw, and of all together (8 bytes each).
_MOST_KEPT, _MOST_IN_ALL = 4_000_000, 6_000_000
_kept: dict[Hashable, NDArray[np.float64]] = {}


def _kept_noise(noise: Noise, steps: int, members: int, seed: int) -> NDArray[np.float64]:
    """Drawn once, and kept with what was wanted last. Window, exports and films ask from threads of their own: no step
    here fails where another thread has taken something out meanwhile."""
    key = (noise, steps, members, seed)
    drawn = _kept.pop(key, None)
    if drawn is None:
        drawn = draw_noise(noise, steps, members, seed)
    _kept[key] = drawn
    while len(_kept) > 1 and sum(each.size for each in list(_kept.values())) > _MOST_IN_ALL:
        _kept.pop(list(_kept)[0], None)  # noqa: RUF015  (an iterator would notice that)
    return drawn


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
