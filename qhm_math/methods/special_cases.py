"""Which methods are another one at some of its parameters, as gradient descent is heavy ball without momentum."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ..declared import declared_fields
from .adam import Adam
from .base import Method
from .nag import NAG
from .qhadam import QHAdam
from .qhm import Family, QHMMethod
from .sgd import SGD
from .shb import SHB


def special_cases(method: Method) -> tuple[Method, ...]:
    """The nearest special cases of a method, with its own parameters where they have them."""
    of: Any = method
    match of:
        case QHMMethod():
            return SHB(of.alpha, of.beta), NAG(of.alpha, of.beta)
        case SHB() | NAG():
            return (SGD(of.alpha),)
        case QHAdam():
            return (Adam(of.alpha, of.beta1, of.beta2, of.epsilon),)
        case _:
            return ()


def as_one_of(method: Method, special: Method) -> Any:
    """A method of the class of `method` that takes the same steps as `special`, one of its special cases."""
    whole: Any = method
    part: Any = special
    if isinstance(part, Family):
        point = part.as_qhm()
        return replace(whole, **{name: float(getattr(point, name)) for name in declared_fields(whole)})
    return replace(whole, alpha=part.alpha, beta1=part.beta1, beta2=part.beta2, nu1=1.0, nu2=1.0)
