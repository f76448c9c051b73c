"""Optimization methods, one a file; METHODS names them in the order in which menus show them."""

from __future__ import annotations

from .adadelta import AdaDelta
from .adagrad import AdaGrad
from .adam import Adam
from .adamw import AdamW
from .ademamix import AdEMAMix
from .base import Corrected, Gradients, LinearMethod, Method, Oracle, Parts, State, Step
from .dana import DANA
from .gd import GD
from .lion import Lion
from .nag import NAG
from .nu_rules import NU_RULES, nu_follows_beta, tied_fields, tied_point
from .qhadam import QHAdam
from .qhm import QHMMethod, qhm_update
from .rmsprop import RMSProp
from .schedule_free import ScheduleFree
from .sgd import SGD
from .shb import SHB
from .svrg import SVRG

_ALL: tuple[type[Method], ...] = (
    GD,
    SGD,
    SHB,
    NAG,
    QHMMethod,
    ScheduleFree,
    AdEMAMix,
    DANA,
    AdaGrad,
    AdaDelta,
    RMSProp,
    Adam,
    AdamW,
    QHAdam,
    Lion,
    SVRG,
)
METHODS: dict[str, type[Method]] = {kind.key: kind for kind in _ALL}

__all__ = [
    "DANA",
    "GD",
    "METHODS",
    "NAG",
    "NU_RULES",
    "SGD",
    "SHB",
    "SVRG",
    "AdEMAMix",
    "AdaDelta",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Corrected",
    "Gradients",
    "LinearMethod",
    "Lion",
    "Method",
    "Oracle",
    "Parts",
    "QHAdam",
    "QHMMethod",
    "RMSProp",
    "ScheduleFree",
    "State",
    "Step",
    "nu_follows_beta",
    "qhm_update",
    "tied_fields",
    "tied_point",
]
