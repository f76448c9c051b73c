"""Recorded sweeps that come with the program: the second and third rows of [G] figure 3.

Each is an NPZ that `python main.py sweep ... --export FILE` wrote, with the command, the versions and the machine.
"""

from __future__ import annotations

import io
import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import ParameterError
from .settings import SweepSettings
from .sweep_map import SweepMap

#: The folder of the recordings, in the checkout.
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "recorded"


@lru_cache(maxsize=4)
def load_recording(key: str) -> SweepMap:
    """The recording of that key. ParameterError where there is none."""
    path = FOLDER / f"{key}.npz"
    if not path.is_file():
        raise ParameterError("recording", key, f"one of {', '.join(sorted(p.stem for p in FOLDER.glob('*.npz')))}")
    with np.load(io.BytesIO(path.read_bytes())) as archive:
        about: dict[str, Any] = json.loads(str(archive["about"]))
        columns = {name: np.asarray(archive[name]) for name in ("mean", "standard_error", "accuracy")}
    settings = SweepSettings.from_plain(about.pop("settings"))
    sharpness, steps = float(about.pop("sharpness")), int(about.pop("steps"))
    return SweepMap.of_columns(settings, columns, sharpness, steps, {name: str(value) for name, value in about.items()})
