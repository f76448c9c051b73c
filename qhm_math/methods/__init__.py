"""Optimization methods, one a file; METHODS names them in the order in which menus show them."""

from __future__ import annotations

from .base import LinearMethod, Method, State
from .nag import NAG
from .qhm import QHMMethod, qhm_update
from .sgd import SGD
from .shb import SHB

METHODS: dict[str, type[Method]] = {kind.key: kind for kind in (SGD, SHB, NAG, QHMMethod)}

__all__ = ["METHODS", "NAG", "SGD", "SHB", "LinearMethod", "Method", "QHMMethod", "State", "qhm_update"]
