"""Noise that is drawn once is kept, and no more of it than there is room for."""

from __future__ import annotations

import numpy as np

from qhm_gui.views.shared import runs
from qhm_gui.views.shared.runs import shared_noise
from qhm_math.noise import IsotropicNoise, NoNoise


def test_noise_is_drawn_once_and_what_is_kept_has_an_end() -> None:
    """Four long draws of 32 MB each stayed after the window was closed."""
    runs._kept.clear()
    noise = IsotropicNoise(0.3)
    first = shared_noise(noise, 1000, 3, 7)
    assert isinstance(first, np.ndarray) and shared_noise(noise, 1000, 3, 7) is first
    for seed in range(4):
        shared_noise(noise, 20_000, 100, seed)
    assert sum(each.size for each in runs._kept.values()) <= runs._MOST_IN_ALL
    assert shared_noise(noise, 20_000, 101, 1) is noise and shared_noise(NoNoise(), 10, 1, 1) is None
    again = shared_noise(noise, 1000, 3, 7)
    assert isinstance(again, np.ndarray)
    np.testing.assert_array_equal(again, first)
    runs._kept.clear()
