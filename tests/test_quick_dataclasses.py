"""Dataclasses that the program makes without a compiler do what those of Python do."""

from __future__ import annotations

import dataclasses
import importlib.util
import math
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

import pytest

from qhm_gui.commands import quick_dataclasses

pytestmark = pytest.mark.skipif(
    not all(hasattr(dataclasses, quick.__name__) for quick in quick_dataclasses.QUICK),
    reason="this Python makes dataclasses in another way (from 3.13 on): none is made quickly",
)


@pytest.fixture(params=["Python's", "quick"])
def classes(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, type]]:
    """The same dataclasses, made in both ways."""
    plain = importlib.util.spec_from_file_location("plain_dataclasses", dataclasses.__file__)
    assert plain is not None and plain.loader is not None
    own: ModuleType = importlib.util.module_from_spec(plain)
    monkeypatch.setitem(sys.modules, "plain_dataclasses", own)  # dataclasses looks itself up there
    plain.loader.exec_module(own)
    if request.param == "quick":
        for quick in quick_dataclasses.QUICK:
            monkeypatch.setattr(own, quick.__name__, quick)
    monkeypatch.setattr(own, "FrozenInstanceError", dataclasses.FrozenInstanceError)
    yield _classes(own)


def _classes(own: Any) -> dict[str, type]:
    @own.dataclass(frozen=True)
    class None_:
        """Without fields."""

    @own.dataclass(frozen=True)
    class One:
        value: Any

    @own.dataclass(frozen=True, order=True)
    class Pair:
        first: Any
        second: Any = 2
        aside: Any = own.field(default=0, compare=False, repr=False)

    class Child(Pair):
        """Frozen are the fields, and not what a child adds."""

    @own.dataclass
    class Loose:
        first: Any
        other: Any = None

    return {made.__name__: made for made in (None_, One, Pair, Child, Loose)}


def test_every_method_is_as_python_makes_it(classes: dict[str, type]) -> None:
    nothing, one, pair, child, loose = classes.values()
    nan = math.nan
    assert nothing() == nothing() and hash(nothing()) == hash(()) and repr(nothing()).endswith("None_()")
    assert one(nan) == one(nan) and one(nan) != one(float("nan"))  # as in a tuple, the same thing is equal
    assert hash(one(3)) == hash((3,)) and one(3) != (3,) and one(1) == one(True)
    assert pair(1, aside=1) == pair(1, 2, 3) and hash(pair(1, aside=1)) == hash((1, 2))
    assert pair(1) < pair(2) and pair(1, 3) >= pair(1, 3) and not pair(1, 3) > pair(1, 3)
    assert pair(1) != child(1) and pair(1).__eq__(child(1)) is NotImplemented
    with pytest.raises(TypeError):
        _ = pair(1) < child(1)
    assert repr(pair("a", 2.5)).endswith("Pair(first='a', second=2.5)")
    itself = loose(1)
    itself.other = itself
    assert repr(itself).endswith("Loose(first=1, other=...)")
    with pytest.raises(TypeError, match="unhashable"):
        hash(loose(1))


def test_what_is_frozen_stays(classes: dict[str, type]) -> None:
    _, one, pair, child, loose = classes.values()
    for made, name in ((one(1), "value"), (one(1), "new"), (pair(1), "second"), (child(1), "first")):
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot assign to field '{name}'"):
            setattr(made, name, 2)
        with pytest.raises(dataclasses.FrozenInstanceError, match=f"cannot delete field '{name}'"):
            delattr(made, name)
    free = child(1)
    free.note = "of a child that is no dataclass"
    del free.note
    moved = loose(1)
    moved.first = 2
    assert moved == loose(2)


@pytest.mark.skipif(not hasattr(dataclasses, "_create_fn"), reason="this Python needs no help")
@pytest.mark.parametrize("quick", quick_dataclasses.QUICK, ids=lambda quick: quick.__name__)
def test_the_program_uses_them(quick: Any) -> None:
    assert getattr(dataclasses, quick.__name__) is quick
