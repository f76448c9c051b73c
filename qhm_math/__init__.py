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
from .local_quadratic import LocalQuadratic, local_quadratic
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
from .measurement import FEWEST_RUNS, MeasuredRate, mean_interval, measured_rate, sample_skewness
from .methods import METHODS, NAG, SGD, SHB, LinearMethod, Method, QHMMethod
from .minibatch import (
    is_mean_square_stable,
    mean_square_coefficient,
    minibatch_expected_loss,
    minibatch_stationary_loss,
)
from .minibatch_noise import MiniBatches
from .noise import NOISES, GaussianNoise, IsotropicNoise, Noise, NoNoise, draw_noise
from .optimum import best_alpha, best_alpha_beta, best_nu, best_rate
from .parameters import QHM
from .progress import SILENT, Monitor
from .rate_grid import rate_map
from .run_statistics import RunStatistics, TimeMeans, run_statistics, running_mean, time_means
from .scheduled import ScheduledQHM
from .schedules import SCHEDULES, Schedule, check_theorems
from .simulation import Chunk, Trajectory, run, simulate
from .spectrum import (
    Regime,
    convergence_rate,
    regime,
    roots,
    spectral_radius,
    steps_per_decade,
    transition_matrix,
)
from .stability import is_stable, max_stable_alpha
from .stationary import first_order_covariance, stationary_covariance, stationary_loss
from .stationary_runs import StationaryMeans, burn_in_steps, stationary_means
from .sweep import Sweep, sweep
from .transient import expected_loss, mean_path

__all__ = [
    "FEWEST_RUNS",
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
    "LocalQuadratic",
    "Loss",
    "MeasuredRate",
    "Method",
    "MiniBatches",
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
    "RunStatistics",
    "Saddle",
    "Schedule",
    "ScheduledQHM",
    "StationaryMeans",
    "StyblinskiTang",
    "Sweep",
    "TimeMeans",
    "Trajectory",
    "best_alpha",
    "best_alpha_beta",
    "best_nu",
    "best_rate",
    "burn_in_steps",
    "check_conjecture",
    "check_declared",
    "check_theorems",
    "convergence_rate",
    "declared",
    "declared_fields",
    "draw_noise",
    "expected_loss",
    "first_order_covariance",
    "has_theory",
    "is_mean_square_stable",
    "is_stable",
    "local_curvatures",
    "local_quadratic",
    "max_stable_alpha",
    "mean_interval",
    "mean_path",
    "mean_square_coefficient",
    "measured_rate",
    "minibatch_expected_loss",
    "minibatch_stationary_loss",
    "nearest_minimum",
    "rate_map",
    "regime",
    "roots",
    "run",
    "run_statistics",
    "running_mean",
    "sample_skewness",
    "simulate",
    "spectral_radius",
    "stationary_covariance",
    "stationary_loss",
    "stationary_means",
    "steps_per_decade",
    "sweep",
    "time_means",
    "transition_matrix",
]
