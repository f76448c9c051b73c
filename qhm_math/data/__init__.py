"""Data sets: those that the program brings with it. The one part of ``qhm_math`` that reads files."""

from __future__ import annotations

from .archive import DataError
from .digits import digits

__all__ = ["DataError", "digits"]
