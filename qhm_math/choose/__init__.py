"""Learning rate, momentum and ν for a real run: which, why, and how sure.

Each file is a question: :mod:`.front` fast against good, :mod:`.budget` best for a number of steps, :mod:`.robust` when
L and the noise may be wrong, :mod:`.target` steps to a loss, :mod:`.valley` larger first and then cut; :mod:`.advice`
puts them together. All expected losses are exact on a quadratic (:mod:`.problem`); nothing is simulated.
"""

from __future__ import annotations

from ..eigenvalues import power_law
from .advice import Change, Comparison, LeftOut, Recommendation, compare, left_out, recommend
from .budget import LossAgainstSteps, Outcome, best_against_steps, best_for_steps, outcome, price_of_alpha
from .calls import Call, CallNote, calls
from .front import Front, Position, front_at, position, trade_off
from .held import HeldLoss, held_loss, loss_after
from .named import Named, named_points
from .problem import Problem
from .robust import ErrorBox, Interval, Robust, best_in_worst_case, interval_of
from .target import Fewest, Reach, StepsToTarget, fewest_steps, steps_to_target
from .valley import CutRule, MomentumAxis, Schedule, Valley, cut_schedule, greedy_schedule, raise_momentum, valley

__all__ = [
    "Call",
    "CallNote",
    "Change",
    "Comparison",
    "CutRule",
    "ErrorBox",
    "Fewest",
    "Front",
    "HeldLoss",
    "Interval",
    "LeftOut",
    "LossAgainstSteps",
    "MomentumAxis",
    "Named",
    "Outcome",
    "Position",
    "Problem",
    "Reach",
    "Recommendation",
    "Robust",
    "Schedule",
    "StepsToTarget",
    "Valley",
    "best_against_steps",
    "best_for_steps",
    "best_in_worst_case",
    "calls",
    "compare",
    "cut_schedule",
    "fewest_steps",
    "front_at",
    "greedy_schedule",
    "held_loss",
    "interval_of",
    "left_out",
    "loss_after",
    "named_points",
    "outcome",
    "position",
    "power_law",
    "price_of_alpha",
    "raise_momentum",
    "recommend",
    "steps_to_target",
    "trade_off",
    "valley",
]
