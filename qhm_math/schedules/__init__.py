"""Schedules of α, β and ν: families of sequences, and whether the theorems of convergence hold for them.

families.py holds the families and their table, SCHEDULES; orders.py says how fast a sequence falls, exactly;
theorems.py decides the conditions of Theorems 1, 2 and 3 for them, assumptions.py those about loss and noise.
"""

from __future__ import annotations

from .alternatives import keeping
from .families import (
    SCHEDULES,
    START_FIELDS,
    Constant,
    Cosine,
    Family,
    PlateauDrops,
    Power,
    PowerToOne,
    StepDrops,
    Warmup,
    from_start,
    leads_to_one,
    shape_fields,
)
from .orders import Bounds, Order
from .schedule import Schedule, resting
from .theorems import check_theorems
from .verdicts import Condition, Reason, Subject, Theorem, Verdict, Why, worst

__all__ = [
    "SCHEDULES",
    "START_FIELDS",
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
    "Subject",
    "Theorem",
    "Verdict",
    "Warmup",
    "Why",
    "check_theorems",
    "from_start",
    "keeping",
    "leads_to_one",
    "resting",
    "shape_fields",
    "worst",
]
