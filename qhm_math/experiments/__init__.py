"""Experiments: a model trained for every cell of a grid over (α, β, ν), on real data.

A sweep is made of `SweepSettings`, lies in one `SweepFile`, and is computed by `run_sweep` on any executor. To add a
problem: a model that fulfils StackedModel in `stacked.py`, or a Task in `tasks.py`, and a row in PROBLEMS.
"""

from __future__ import annotations

from .error import SweepError
from .here import forget_sweep, known_sweep, local_noise_of, resumed, sweep_here
from .jobs import expected_cells, plan_of
from .local_noise import Expected, LocalNoise
from .problems import PROBLEMS, ProblemRow, completed, image_facts, make_task
from .run import check_images, facts, measure_noise, prepare, run_sweep
from .settings import Axis, SweepSettings
from .sweep_file import SweepFile, SweepResult, load_sweep
from .sweep_map import SweepGrid, SweepMap, as_map, grid_of, map_of, open_grid
from .tables import as_csv, as_npz, cell_table, mean_curve
from .workers import InProcess, processes, scheduler, usable_cores

__all__ = [
    "PROBLEMS",
    "Axis",
    "Expected",
    "InProcess",
    "LocalNoise",
    "ProblemRow",
    "SweepError",
    "SweepFile",
    "SweepGrid",
    "SweepMap",
    "SweepResult",
    "SweepSettings",
    "as_csv",
    "as_map",
    "as_npz",
    "cell_table",
    "check_images",
    "completed",
    "expected_cells",
    "facts",
    "forget_sweep",
    "grid_of",
    "image_facts",
    "known_sweep",
    "load_sweep",
    "local_noise_of",
    "make_task",
    "map_of",
    "mean_curve",
    "measure_noise",
    "open_grid",
    "plan_of",
    "prepare",
    "processes",
    "resumed",
    "run_sweep",
    "scheduler",
    "sweep_here",
    "usable_cores",
]
