"""Experiments: a model trained for every cell of a grid over (α, β, ν), on real data.

A sweep is made of `SweepSettings`, lies in one `SweepFile`, and is computed by `run_sweep` on any executor. To add a
problem: a model that fulfils StackedModel in `stacked.py`, or a Task in `tasks.py`, and a row in PROBLEMS.
"""

from __future__ import annotations

from .error import SweepError
from .in_memory import sweep_in_memory
from .jobs import plan_of
from .problems import PROBLEMS, ProblemRow, completed, image_facts, make_task
from .run import InProcess, facts, processes, run_sweep, scheduler
from .settings import Axis, SweepSettings
from .sweep_file import SweepFile, SweepResult, load_sweep
from .sweep_map import SweepMap, map_of
from .tables import as_csv, as_npz, cell_table

__all__ = [
    "PROBLEMS",
    "Axis",
    "InProcess",
    "ProblemRow",
    "SweepError",
    "SweepFile",
    "SweepMap",
    "SweepResult",
    "SweepSettings",
    "as_csv",
    "as_npz",
    "cell_table",
    "completed",
    "facts",
    "image_facts",
    "load_sweep",
    "make_task",
    "map_of",
    "plan_of",
    "processes",
    "run_sweep",
    "scheduler",
    "sweep_in_memory",
]
