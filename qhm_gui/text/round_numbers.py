"""Round numbers, 1, 2 and 5 times powers of ten: the steps of a scale, the length of a bar, the end of an axis."""

import math

_SLACK = 1e-9  # a number that is round but for the last bits of a division counts as round


def round_below(value: float) -> float:
    """The largest round number that is not above ``value`` (> 0)."""
    power = 10.0 ** math.floor(math.log10(value))
    return max(digit * power for digit in (0.5, 1, 2, 5, 10) if digit * power <= value * (1 + _SLACK))


def round_above(value: float) -> float:
    """The smallest round number that is not below ``value`` (> 0)."""
    power = 10.0 ** math.floor(math.log10(value))
    return min(digit * power for digit in (1, 2, 5, 10, 20) if digit * power >= value * (1 - _SLACK))


def round_between(low: float, high: float, most: int) -> tuple[float, list[float]]:
    """A round step at which at most about ``most`` steps lie between two values, and its multiples between them."""
    step = round_above((high - low) / most)
    first, last = math.ceil(low / step - _SLACK), math.floor(high / step + _SLACK)
    return step, [k * step for k in range(first, last + 1)]
