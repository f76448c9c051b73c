"""The part of a product that `make test` tries."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import settings

from tests.covering import SOAKING, covered, every, few, in_turn

AXES = [
    (range(7), "ab"),
    ("ab", range(7)),
    (range(7), "abc", "xyz"),
    (range(8), "ab", "xy", (True, False)),
    (range(3), range(3)),
    (range(1), "a"),
    (range(14), range(5), range(7), "ab"),
]


@pytest.mark.parametrize("axes", AXES, ids=str)
def test_every_value_of_every_axis_comes(axes: tuple) -> None:
    rows = in_turn(*axes)
    assert len(rows) == max(map(len, axes))
    for at, axis in enumerate(axes):
        assert {row[at] for row in rows} == set(axis)


def test_short_axes_do_not_go_in_step() -> None:
    rows = in_turn(range(8), "ab", "xy")
    for one, other in combinations(range(3), 2):
        assert len({(row[one], row[other]) for row in rows}) > 2 * (one == 1) + 4 * (one == 0)


def test_what_is_not_in_the_part_soaks() -> None:
    rows = covered(range(4), "ab")
    soaking = [row.values for row in rows if hasattr(row, "marks")]
    part = [row for row in rows if not hasattr(row, "marks")]
    assert part == [(0, "a"), (1, "b"), (2, "b"), (3, "a")] and len({*part, *soaking}) == 8
    assert [row.values for row in every(3, "abcd") if not row.marks] == [("a",), ("d",)]


def test_few_examples_are_many_in_soak() -> None:
    before = settings.get_current_profile_name()
    try:
        settings.load_profile("here")
        assert few(8)(lambda: None)._hypothesis_internal_use_settings.max_examples == 8  # type: ignore[attr-defined]
        settings.load_profile("soak")
        assert few(8)(lambda: None)._hypothesis_internal_use_settings.max_examples > SOAKING  # type: ignore[attr-defined]
    finally:
        settings.load_profile(before)
