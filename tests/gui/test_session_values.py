"""Every value of a session is checked: with anything else in its place there is a sentence, or a state of its kinds."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from qhm_gui.files import session
from qhm_gui.state.state import State

STRANGE: list[Any] = ["nowhere", "", None, -1, 1e308, [], {}, [1], 2.5, -1e-320, 10**30]


def places(part: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths to everything that JSON holds."""
    inner = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    for key, value in inner:
        yield (*path, key)
        yield from places(value, (*path, key))


def with_value(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    """The document with another value at a place."""
    other = copy.deepcopy(document)
    part = other
    for key in path[:-1]:
        part = part[key]
    part[path[-1]] = value
    return other


FIELDS = session.fields_of(State())


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)], ids=["a part", "all"])
@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.slow
def test_any_value_in_any_place(field: str, step: int) -> None:
    for at, path in enumerate(places({field: FIELDS[field]}), start=[*FIELDS].index(field)):
        for value in STRANGE[at % step :: step]:
            try:
                state = session.state_of(json.loads(json.dumps(with_value(FIELDS, path, value))))
            except session.SessionError as error:
                assert str(error).count("\n") == 0
            else:
                hash(state)
                assert session.state_of(session.fields_of(state)) == state
                assert same_kinds(session.fields_of(state)[field], FIELDS[field]), (path, value)


def same_kinds(some: Any, usual: Any) -> bool:
    """Whether flags are flags, texts texts, and numbers numbers wherever both have a value."""
    if isinstance(some, dict) and isinstance(usual, dict):
        return all(same_kinds(some[name], usual[name]) for name in some.keys() & usual.keys())
    if isinstance(some, list) and isinstance(usual, list):
        return all(same_kinds(a, b) for a, b in zip(some, usual, strict=False))
    if isinstance(some, bool) or isinstance(usual, bool):
        return isinstance(some, bool) and isinstance(usual, bool)
    number = (int, float)
    return isinstance(some, number) == isinstance(usual, number) or usual is None or "∞" in (some, usual)
