"""Recorded sweeps that come with the program: the second and third rows of [G] figure 3.

Each is an NPZ that `python main.py sweep ... --export FILE` wrote, with the command, the versions and the machine.
"""

from __future__ import annotations

import io
import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from ..checks import FloatArray, ParameterError, where
from .settings import SweepSettings

#: The folder of the recordings, in the checkout.
FOLDER = Path(__file__).resolve().parents[2] / "resources" / "recorded"


@dataclass(frozen=True, eq=False)
class Recorded:
    """A recorded map over two of (α, β, ν): `across`, with values `xs`, and β, with values `ys`.

    `mean`, `standard_error`, `accuracy` (ys, xs): the loss above the checkpoint's, inf where a run diverged, its error
    over the seeds, and the share of test images that are told right. `sharpness`: the largest curvature at the
    checkpoint. `about`: command, versions and machine.
    """

    settings: SweepSettings
    across: str
    xs: FloatArray
    ys: FloatArray
    mean: FloatArray
    standard_error: FloatArray
    accuracy: FloatArray
    sharpness: float
    steps: int
    about: dict[str, str]

    def edge(self) -> tuple[FloatArray, FloatArray]:
        """Condition (13) with L the sharpness, as a curve over the map: α or ν, and β; NaN where it is not on the map.

        α = 2(1+β) / (L (1+β(1-2ν))), or at a fixed α β = (αL - 2) / (2 - αL(1-2ν)).
        """
        u, nu = self.settings.alpha.low * self.sharpness, self.settings.nu.low
        if self.across == "alpha":
            beta = np.linspace(float(self.ys[0]), float(self.ys[-1]), 400)
            return self._on_map(2 * (1 + beta) / (self.sharpness * (1 + beta * (1 - 2 * nu))), beta)
        x = np.linspace(float(self.xs[0]), float(self.xs[-1]), 400)
        with np.errstate(divide="ignore"):
            return self._on_map(x, (u - 2) / (2 - u * (1 - 2 * x)))

    def _on_map(self, x: FloatArray, y: FloatArray) -> tuple[FloatArray, FloatArray]:
        xs, ys = self.xs, self.ys
        shown = (x >= xs[0]) & (x <= xs[-1]) & (y >= ys[0]) & (y <= ys[-1])
        return where(shown, x, np.nan), where(shown, y, np.nan)


@lru_cache(maxsize=4)
def load_recording(key: str) -> Recorded:
    """The recording of that key. ParameterError where there is none."""
    path = FOLDER / f"{key}.npz"
    if not path.is_file():
        raise ParameterError("recording", key, f"one of {', '.join(sorted(p.stem for p in FOLDER.glob('*.npz')))}")
    with np.load(io.BytesIO(path.read_bytes())) as archive:
        about: dict[str, Any] = json.loads(str(archive["about"]))
        columns = {name: np.asarray(archive[name]) for name in ("mean", "standard_error", "accuracy")}
    settings = SweepSettings.from_plain(about.pop("settings"))
    nus, betas, alphas = settings.shape
    across = "alpha" if alphas > 1 else "nu"
    grids = {name: values.reshape(nus, betas, alphas) for name, values in columns.items()}
    # the first axis is ν: at a fixed α the map is turned, so that β goes up
    maps = {name: grid[0] if across == "alpha" else grid[:, :, 0].T for name, grid in grids.items()}
    return Recorded(
        settings,
        across,
        getattr(settings, across).values(),
        settings.beta.values(),
        maps["mean"],
        maps["standard_error"],
        maps["accuracy"],
        float(about.pop("sharpness")),
        int(about.pop("steps")),
        {name: str(value) for name, value in about.items()},
    )
