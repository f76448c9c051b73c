"""Small networks, how they are trained by QHM, and the sharpness of their loss."""

from __future__ import annotations

from .digits_network import DigitsNetwork
from .tanh_network import Evaluation, NetworkLoss
from .training import EVERY, Record, Stretch, agreement, forget_runs, known_record, train

__all__ = [
    "EVERY",
    "DigitsNetwork",
    "Evaluation",
    "NetworkLoss",
    "Record",
    "Stretch",
    "agreement",
    "forget_runs",
    "known_record",
    "train",
]
