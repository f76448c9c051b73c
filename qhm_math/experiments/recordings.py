"""Recorded sweeps that come with the program: the second and third rows of [G] figure 3.

Each is an NPZ that `python main.py sweep ... --export FILE` wrote, with the command, the versions and the machine.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from ..checks import ParameterError
from ..data.archive import read_arrays
from ..resource_files import resources
from .settings import SweepSettings
from .sweep_map import SweepMap

#: The folder of the recordings.
FOLDER = resources() / "recorded"


@lru_cache(maxsize=4)
def load_recording(key: str) -> SweepMap:
    """The recording of that key. ParameterError where there is none; ResourceError where it is damaged."""
    path = FOLDER / f"{key}.npz"
    if not path.is_file():
        raise ParameterError("recording", key, f"one of {', '.join(sorted(p.stem for p in FOLDER.glob('*.npz')))}")
    columns = read_arrays(path, "about", "mean", "standard_error", "accuracy")
    about: dict[str, Any] = json.loads(str(columns.pop("about")))
    settings = SweepSettings.from_plain(about.pop("settings"))
    sharpness, steps = float(about.pop("sharpness")), int(about.pop("steps"))
    return SweepMap.of_columns(settings, columns, sharpness, steps, {name: str(value) for name, value in about.items()})
