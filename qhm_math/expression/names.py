"""The words of a formula."""

from __future__ import annotations

import math

ONE_ARGUMENT = (
    *("sin", "cos", "tan", "asin", "acos", "atan", "sinh", "cosh", "tanh"),
    *("exp", "log", "log10", "log2", "sqrt", "abs", "sign", "floor"),
)
TWO_ARGUMENTS = ("min", "max")
FUNCTIONS = (*ONE_ARGUMENT, *TWO_ARGUMENTS)
CONSTANTS = {"pi": math.pi, "e": math.e}
