"""What `main.py choose` says beside its report where a probe is given, and of loss curves."""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from qhm_gui.commands.arguments import Mistake, number
from qhm_gui.files.probe_file import read_curves, read_probe
from qhm_gui.text.language import tr
from qhm_gui.text.probe_words import curve_lines, negative_lines, plateau_words, standing_lines, sure_line
from qhm_gui.text.symbols import lettered
from qhm_math import QHM
from qhm_math.choose import Problem, Recommendation
from qhm_math.probe import Plateau, Probe, best_shares, fit_curves, plateau, rivals

_INSTEAD = ("mu", "L", "eigenvalues")


def asked_probe(arguments: argparse.Namespace) -> Probe:
    """The probe of the file. Mistake where curvatures are given too; ProbeFileError."""
    given = [name for name in _INSTEAD if getattr(arguments, name) is not None]
    if given:
        raise Mistake(f"--probe stands instead of --{given[0]}: give the one or the other.")
    if arguments.noise != "0" or arguments.start != "1":
        raise Mistake("--probe has a noise and a start of its own: leave out --noise and --start.")
    return read_probe(arguments.probe)


@dataclass(frozen=True)
class Seen:
    """A probe beside the recommendation that was made for it."""

    probe: Probe
    problem: Problem
    found: Recommendation
    current: QHM | None
    batch: float | None

    @cached_property
    def plateau(self) -> Plateau:
        """Of the recommended point."""
        return plateau(self.probe, self.found.best.qhm, self.batch)

    @cached_property
    def sure(self) -> tuple[float, int]:
        """The share of resamplings in which the recommended point is the best, and of how many points."""
        best = self.found.best
        against = rivals(self.problem, best.qhm, best.steps, self.current)
        return float(best_shares(self.probe, against, best.steps, self.batch)[0]), len(against)

    def lines(self) -> list[str]:
        """Where the run stands, what is left out, and how sure the recommendation below is."""
        ahead = tr("Predicted plateau at the recommended point: {plateau}", plateau=plateau_words(self.plateau))
        standing = standing_lines(self.probe, self.current)
        return [*standing, *negative_lines(self.probe), "", ahead, sure_line(*self.sure), ""]

    def as_json(self) -> dict[str, Any]:
        """The same as numbers."""
        now = None if self.current is None else _of(plateau(self.probe, self.current))
        return {
            "step": self.probe.step,
            "loss": self.probe.loss,
            "excess": self.probe.excess,
            "negative_noise_share": self.probe.negative_noise,
            "current_plateau": now,
            "recommended_plateau": _of(self.plateau),
            "best_share": self.sure[0],
            "rivals": self.sure[1],
        }


def _of(found: Plateau) -> dict[str, Any]:
    return {
        "loss": found.loss,
        "standard_error": found.standard_error,
        "truncation": found.truncation,
        "growth": found.growth,
        "interval": list(found.interval),
    }


def tell_curves(arguments: argparse.Namespace, tell: Callable[[str], None]) -> None:
    """Tell what the loss curves of the file tell. ProbeFileError, and ParameterError for too few of them."""
    floor = None if arguments.floor is None else number("--floor", arguments.floor)
    found = fit_curves(read_curves(arguments.curves), floor)
    if not arguments.json:
        for line in curve_lines(found):
            tell(lettered(line))
        return
    levels = [
        {"alpha": c.point.alpha, "beta": c.point.beta, "nu": c.point.nu, "measured": level, "fitted": fitted}
        for c, level, fitted in found.levels
    ]
    answer = {
        "noise_trace": list(found.noise_trace),
        "curved_trace": None if found.curved_trace is None else list(found.curved_trace),
        "floor": list(found.floor),
        "largest": list(found.largest),
        "plateaus": levels,
        "unknown": [code.value for code in found.unknown],
    }
    tell(json.dumps(finite(answer), indent=2, allow_nan=False))


def finite(value: Any) -> Any:
    """The same with null where a number is not finite."""
    if isinstance(value, dict):
        return {key: finite(part) for key, part in value.items()}
    if isinstance(value, list):
        return [finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
