"""Recorded sweeps that come with the program: the second and third rows of [G] figure 3.

Each is an NPZ that `python main.py sweep ... --export FILE` wrote, with the command, the versions and the machine.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import ParameterError
from ..data.archive import read_arrays
from ..resource_files import ResourceError, resource_names, resources
from .local_noise import Expected
from .settings import SweepSettings
from .sweep_map import SweepGrid, SweepMap
from .tables import mean_of_curves

#: The folder of the recordings.
FOLDER = resources() / "recorded"


@lru_cache(maxsize=4)
def load_recording(key: str) -> SweepMap:
    """The recording of that key. ParameterError where there is none; ResourceError where it is damaged."""
    path = FOLDER / f"{key}.npz"
    known_keys = [Path(name).stem for name in resource_names("recorded")]
    if key not in known_keys:
        raise ParameterError("recording", key, f"one of {', '.join(known_keys)}")
    names = ("mean", "standard_error", "accuracy", "diverged", "curve", "reference_curve")
    columns = read_arrays(path, "about", *names, "expected", "expected_error", "expected_curve")
    try:
        about: dict[str, Any] = json.loads(str(columns.pop("about")))
        settings = SweepSettings.from_plain(about.pop("settings"))
        sharpness, steps, minimum = (float(about.pop(name)) for name in ("sharpness", "steps", "minimum"))
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise ResourceError(path.name, "damaged") from error
    curve, reference_curve = (columns.pop(name).astype(np.float64) for name in ("curve", "reference_curve"))
    columns["curve"], columns["curve_error"] = mean_of_curves(settings, curve, reference_curve, minimum)
    told = {name: str(value) for name, value in about.items()}
    expected = Expected(columns["expected"], columns["expected_error"], columns["expected_curve"].astype(np.float64))
    known = None if np.isnan(expected.mean).all() else expected
    return SweepGrid(settings, columns, sharpness, int(steps), told, known).at()
