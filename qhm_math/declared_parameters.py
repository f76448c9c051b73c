"""α, β and ν as they are declared wherever a dataclass has them: name, symbol, allowed range, how a slider is divided.

A place says only what it has of its own: a default, a narrower slider, a sentence of help.
"""

from __future__ import annotations

from dataclasses import MISSING
from typing import Any

from .declared import declared


def declared_alpha(default: Any = MISSING, **own: Any) -> Any:
    """The learning rate α > 0, of the units of 1/curvature; `own` as of :class:`~qhm_math.declared.Declared`."""
    common = {"label": "Learning rate", "symbol": "α", "low": 0.0, "low_open": True, "scale": "log"}
    return declared(default, **common | {"slider": (1e-3, 10.0), "unit": "1/curvature"} | own)


def declared_beta(default: Any = MISSING, **own: Any) -> Any:
    """The momentum β, or another share of an old mean that is kept at each step: 0 <= β < 1."""
    common = {"label": "Momentum", "symbol": "β", "low": 0.0, "high": 1.0, "high_open": True, "scale": "momentum"}
    return declared(default, **common | {"slider": (0.0, 0.999)} | own)


def declared_nu(default: Any = MISSING, **own: Any) -> Any:
    """The momentum share ν of the step: 0 <= ν <= 1."""
    common = {"label": "Momentum share", "symbol": "ν", "low": 0.0, "high": 1.0, "slider": (0.0, 1.0)}
    return declared(default, **common | own)
