"""A probe of one's own training run: a spectral measure, not μ and L, places a run on the pages.

:mod:`.probe` what it holds and the problem it makes, :mod:`.measure` nodes and weights, :mod:`.format` its file,
:mod:`.plateau` what it predicts and how sure, :mod:`.curves` what loss curves alone tell.
"""

from __future__ import annotations

from .curves import Curve, CurveFit, Unknown, fit_curves
from .faults import SENTENCES, ProbeError
from .format import from_bytes, to_bytes
from .measure import Measure
from .plateau import Plateau, best_shares, plateau, rivals
from .probe import Probe

__all__ = [
    "SENTENCES",
    "Curve",
    "CurveFit",
    "Measure",
    "Plateau",
    "Probe",
    "ProbeError",
    "Unknown",
    "best_shares",
    "fit_curves",
    "from_bytes",
    "plateau",
    "rivals",
    "to_bytes",
]
