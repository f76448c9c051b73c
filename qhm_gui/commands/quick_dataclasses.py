"""Dataclasses whose methods need no compiler: a twentieth of the time of a start.

Python up to 3.12 writes the source of every method of a dataclass and compiles it, each for itself: a third of a
millisecond for a frozen class, and a start makes 150. Those made here do the same without source; ``__init__`` is
compiled as before. Where Python makes dataclasses in another way, all is as without this file.
"""

from __future__ import annotations

import dataclasses
import operator
import reprlib
from collections.abc import Callable, Sequence
from typing import Any

Method = Callable[..., Any]
Fields = Sequence["dataclasses.Field[Any]"]


def _values_of(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """What takes the tuple of these attributes."""
    if len(names) > 1:
        return operator.attrgetter(*names)
    return lambda self: tuple(getattr(self, name) for name in names)


def _repr_fn(fields: Fields, globals: dict[str, Any]) -> Method:
    names = [field.name for field in fields]

    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return reprlib.recursive_repr()(__repr__)


def _hash_fn(fields: Fields, globals: dict[str, Any]) -> Method:
    values = _values_of([field.name for field in fields])

    def __hash__(self: Any) -> int:
        return hash(values(self))

    return __hash__


def _cmp_fn(name: str, op: str, self_tuple: str, other_tuple: str, globals: dict[str, Any]) -> Method:
    values = _values_of([part.strip().removeprefix("self.") for part in self_tuple.strip("()").split(",") if part])
    compare = {"==": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}[op]

    def method(self: Any, other: Any) -> Any:
        return compare(values(self), values(other)) if other.__class__ is self.__class__ else NotImplemented

    method.__name__ = name
    return method


def _frozen_get_del_attr(cls: type, fields: Fields, globals: dict[str, Any]) -> tuple[Method, Method]:
    names = frozenset(field.name for field in fields)

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __setattr__, __delattr__


def _arguments(function: Any) -> tuple[str, ...]:
    code = getattr(function, "__code__", None)
    return code.co_varnames[: code.co_argcount] if code is not None else ()


QUICK = (_repr_fn, _hash_fn, _cmp_fn, _frozen_get_del_attr)

if all(_arguments(getattr(dataclasses, quick.__name__, None)) == _arguments(quick) for quick in QUICK):
    for quick in QUICK:
        setattr(dataclasses, quick.__name__, quick)
