"""Small networks, how they are trained by QHM, and the sharpness of their loss."""

from __future__ import annotations

from .digits_network import DigitsNetwork
from .tanh_network import Evaluation, NetworkLoss
from .training import Record, Stretch, train

__all__ = ["DigitsNetwork", "Evaluation", "NetworkLoss", "Record", "Stretch", "train"]
