"""A loss typed by a person, such as `x**2 + 10*sin(y)**2`: checked, then differentiated exactly.

syntax.py reads and refuses; engine.py differentiates with SymPy and computes with NumPy; typed.py is the loss.
"""

from __future__ import annotations

from .syntax import CONSTANTS, FUNCTIONS, MAX_LENGTH, ExpressionError, Tree, parse
from .typed import TypedLoss

__all__ = ["CONSTANTS", "FUNCTIONS", "MAX_LENGTH", "ExpressionError", "Tree", "TypedLoss", "parse"]
