"""Schedules of α, β and ν: families of sequences, and whether the theorems of convergence hold for them.

families.py holds the families and their table, SCHEDULES; orders.py says how fast a sequence falls, exactly;
theorems.py decides the conditions of Theorems 1 and 2 for them.
"""

from __future__ import annotations

from .families import (
    SCHEDULES,
    Constant,
    Cosine,
    Family,
    PlateauDrops,
    Power,
    PowerToOne,
    StepDrops,
    Warmup,
)
from .orders import Bounds, Order
from .theorems import Condition, Reason, Schedule, Theorem, Verdict, judge, keeping, resting

__all__ = [
    "SCHEDULES",
    "Bounds",
    "Condition",
    "Constant",
    "Cosine",
    "Family",
    "Order",
    "PlateauDrops",
    "Power",
    "PowerToOne",
    "Reason",
    "Schedule",
    "StepDrops",
    "Theorem",
    "Verdict",
    "Warmup",
    "judge",
    "keeping",
    "resting",
]
