"""Optimization methods, one a file; METHODS names them in the order in which menus show them."""

from __future__ import annotations

from .adadelta import AdaDelta
from .adagrad import AdaGrad
from .adam import Adam
from .adamw import AdamW
from .base import Corrected, Gradients, LinearMethod, Method, Oracle, Parts, State, Step
from .gd import GD
from .nag import NAG
from .nu_rules import NU_RULES, nu_follows_beta, tied_fields, tied_point
from .qhadam import QHAdam
from .qhm import QHMMethod, qhm_update
from .rmsprop import RMSProp
from .sgd import SGD
from .shb import SHB
from .svrg import SVRG

_ALL: tuple[type[Method], ...] = (
    GD,
    SGD,
    SHB,
    NAG,
    QHMMethod,
    AdaGrad,
    AdaDelta,
    RMSProp,
    Adam,
    AdamW,
    QHAdam,
    SVRG,
)
METHODS: dict[str, type[Method]] = {kind.key: kind for kind in _ALL}

__all__ = [
    "GD",
    "METHODS",
    "NAG",
    "NU_RULES",
    "SGD",
    "SHB",
    "SVRG",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Corrected",
    "Gradients",
    "LinearMethod",
    "Method",
    "Oracle",
    "Parts",
    "QHAdam",
    "QHMMethod",
    "RMSProp",
    "State",
    "Step",
    "nu_follows_beta",
    "qhm_update",
    "tied_fields",
    "tied_point",
]
