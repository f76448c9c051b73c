"""A typed loss, such as `x**2 + 10*sin(y)**2`: read, then differentiated exactly.

tokens.py, syntax.py and fold.py read and refuse (faults.py says why), written.py writes in one notation; graph.py
differentiates and engine.py computes with NumPy; surface.py, descent.py, search.py and typed.py make a loss of it.
"""

from __future__ import annotations

from .faults import SENTENCES, ExpressionError, Fault
from .names import CONSTANTS, FUNCTIONS
from .syntax import MAX_LENGTH, Formula, parse, read
from .tree import Tree
from .typed import TypedLoss, read_somewhere

__all__ = [
    "CONSTANTS",
    "FUNCTIONS",
    "MAX_LENGTH",
    "SENTENCES",
    "ExpressionError",
    "Fault",
    "Formula",
    "Tree",
    "TypedLoss",
    "parse",
    "read",
    "read_somewhere",
]
