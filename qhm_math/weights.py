"""Two terms of the theory that cancel as ν and β go to 1, in forms that do not."""

from __future__ import annotations

from typing import Any


def own_weight(beta: Any, nu: Any) -> Any:
    """1 - νβ: the weight of a gradient in the step that it is taken for. Arrays broadcast; nothing is checked.

    As (1-ν) + ν(1-β), a sum of what is not negative: right to its last digits where ν and β are near 1.
    """
    return (1 - nu) + nu * (1 - beta)


def flip_weight(beta: Any, nu: Any) -> Any:
    """1 + β - 2νβ, by which αL is multiplied in condition (13) of [G]. Arrays broadcast; nothing is checked.

    As (1-β) + 2β(1-ν), a sum of what is not negative: right to its last digits where ν and β are near 1.
    """
    return (1 - beta) + 2 * beta * (1 - nu)
