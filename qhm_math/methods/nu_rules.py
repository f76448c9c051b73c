"""How the named members of the family tie ν, and SGD β too: read off their `as_qhm`, nowhere written down again."""

from __future__ import annotations

from functools import cache, lru_cache

from ..checks import ParameterError
from ..declared import declared_fields
from ..parameters import QHM
from .nag import NAG
from .qhm import Family, QHMMethod
from .sgd import SGD
from .shb import SHB

#: The rules by name: what a method lets free are its own parameters, and `as_qhm` says the rest.
NU_RULES: dict[str, type[Family]] = {"free": QHMMethod, "shb": SHB, "nag": NAG, "sgd": SGD}

_POINT = ("alpha", "beta", "nu")


def tied_fields(rule: str) -> frozenset[str]:
    """Which of 'beta' and 'nu' the rule decides; none for 'free'. ParameterError for a rule not in NU_RULES."""
    return frozenset(_POINT) - frozenset(declared_fields(_method(rule)))


def tied_point(rule: str, alpha: float, beta: float, nu: float) -> QHM:
    """The point (α, β, ν) under the rule: what it ties is replaced. ParameterError for other rules or values."""
    return _point_of(_method(rule), alpha, beta, nu)


def nu_follows_beta(rule: str) -> bool:
    """Whether the rule makes ν a function of β (Nesterov's ν = β), not a constant. ParameterError as above."""
    return _nu_moves_with_beta(_method(rule))


@cache
def _nu_moves_with_beta(kind: type[Family]) -> bool:
    first, second = (_point_of(kind, 1.0, beta, 0.5) for beta in (0.25, 0.75))
    return bool(first.nu != second.nu)


@lru_cache(maxsize=256)
def _point_of(kind: type[Family], alpha: float, beta: float, nu: float) -> QHM:
    given = {"alpha": alpha, "beta": beta, "nu": nu}
    return kind(**{name: given[name] for name in declared_fields(kind)}).as_qhm()


def _method(rule: str) -> type[Family]:
    if rule not in NU_RULES:
        raise ParameterError("rule", rule, "one of " + ", ".join(NU_RULES))
    return NU_RULES[rule]
