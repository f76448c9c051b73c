"""Places that keep their distance."""

from __future__ import annotations

from collections.abc import Sequence


def spread(places: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """``places`` moved as little as their order allows so that they lie ``gap`` apart within [low, high].

    Groups of colliding places are centred on their mean (pool adjacent violators). Where there is no room for the
    gap, it shrinks.
    """
    count = len(places)
    if count == 0:
        return []
    if count > 1:
        gap = min(gap, max(high - low, 0.0) / (count - 1))
    order = sorted(range(count), key=lambda i: places[i])
    groups: list[tuple[float, int]] = []  # mean of place - rank * gap, members
    for rank, index in enumerate(order):
        shifted = min(max(places[index], low), high) - rank * gap
        groups.append((shifted, 1))
        while len(groups) > 1 and groups[-2][0] > groups[-1][0]:
            (b, n), (a, m) = groups.pop(), groups.pop()
            groups.append(((a * m + b * n) / (m + n), m + n))
    result = [0.0] * count
    rank = 0
    for mean, members in groups:
        mean = min(max(mean, low), high - (count - 1) * gap)
        for _ in range(members):
            result[order[rank]] = mean + rank * gap
            rank += 1
    return result
