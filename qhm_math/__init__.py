"""Quasi-hyperbolic momentum in numbers: rates, optima, stationary states, transients and simulations.

NumPy only, no window, no files. Sources: [G] Gitman, Lang, Zhang, Xiao, "Understanding the Role of Momentum
in Stochastic Gradient Methods", NeurIPS 2019; [M] Ma, Yarats, "Quasi-hyperbolic momentum and Adam for deep
learning", ICLR 2019. Arrays broadcast everywhere; bad values raise ParameterError, a ValueError of one
sentence.
"""

from __future__ import annotations

from .checks import ParameterError
from .conjecture import Conjecture, check_conjecture
from .declared import Declared, check_declared, declared, declared_fields
from .losses import (
    LOSSES,
    Beale,
    Himmelblau,
    Loss,
    Plateau,
    Quadratic,
    Rastrigin,
    Rosenbrock,
    Saddle,
    StyblinskiTang,
    has_theory,
    local_curvatures,
    nearest_minimum,
)
from .methods import METHODS, NAG, SGD, SHB, LinearMethod, Method, QHMMethod
from .noise import NOISES, GaussianNoise, IsotropicNoise, Noise, NoNoise, draw_noise
from .optimum import best_alpha, best_alpha_beta, best_nu, best_rate
from .parameters import QHM
from .progress import SILENT, Monitor
from .scheduled import ScheduledQHM
from .schedules import SCHEDULES, Schedule, judge
from .simulation import Chunk, Trajectory, run, simulate
from .spectrum import (
    Regime,
    convergence_rate,
    is_stable,
    max_stable_alpha,
    rate_map,
    regime,
    roots,
    spectral_radius,
    steps_per_decade,
    transition_matrix,
)
from .stationary import first_order_covariance, stationary_covariance, stationary_loss
from .sweep import Sweep, sweep
from .transient import expected_loss, mean_path

__all__ = [
    "LOSSES",
    "METHODS",
    "NAG",
    "NOISES",
    "QHM",
    "SCHEDULES",
    "SGD",
    "SHB",
    "SILENT",
    "Beale",
    "Chunk",
    "Conjecture",
    "Declared",
    "GaussianNoise",
    "Himmelblau",
    "IsotropicNoise",
    "LinearMethod",
    "Loss",
    "Method",
    "Monitor",
    "NoNoise",
    "Noise",
    "ParameterError",
    "Plateau",
    "QHMMethod",
    "Quadratic",
    "Rastrigin",
    "Regime",
    "Rosenbrock",
    "Saddle",
    "Schedule",
    "ScheduledQHM",
    "StyblinskiTang",
    "Sweep",
    "Trajectory",
    "best_alpha",
    "best_alpha_beta",
    "best_nu",
    "best_rate",
    "check_conjecture",
    "check_declared",
    "convergence_rate",
    "declared",
    "declared_fields",
    "draw_noise",
    "expected_loss",
    "first_order_covariance",
    "has_theory",
    "is_stable",
    "judge",
    "local_curvatures",
    "max_stable_alpha",
    "mean_path",
    "nearest_minimum",
    "rate_map",
    "regime",
    "roots",
    "run",
    "simulate",
    "spectral_radius",
    "stationary_covariance",
    "stationary_loss",
    "steps_per_decade",
    "sweep",
    "transition_matrix",
]
