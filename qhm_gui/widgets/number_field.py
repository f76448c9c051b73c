"""Fields for exact numbers: one number, or a matrix of them."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Any

from PySide6.QtWidgets import QWidget

from qhm_gui.text.language import tr
from qhm_gui.text.numbers import MINUS, exact_text, is_infinity, parse_number, parse_whole, scientific, short
from qhm_gui.widgets.value_field import Formatter, ValueField


class NumberField(ValueField):
    """One number, or with ``integer`` one whole number; ``zero`` is the word for a 0 that stands for a choice.

    With ``infinite`` ∞ is a number too.
    """

    def __init__(
        self,
        formatter: Formatter | None = None,
        parent: QWidget | None = None,
        *,
        integer: bool = False,
        suffix: str = "",
        px: float = 13,
        zero: str = "",
        infinite: bool = False,
    ) -> None:
        self._integer = integer
        self._zero = zero
        self._infinite = infinite
        super().__init__(formatter, parent, suffix=suffix, px=px)

    def _exact(self, value: Any) -> str:
        return str(int(value)) if self._integer and value != math.inf else exact_text(value)

    def _shorter(self, value: Any) -> Iterator[str]:
        if value == math.inf:
            return
        if 0 < 1 - value < 0.005:  # 1 would be another number, and often one that is not allowed
            yield f"1{MINUS}{short(1 - value, 2)}"
            yield f"1{MINUS}{short(1 - value, 1)}"
            return
        for digits in (3, 2, 1):
            yield short(value, digits)

    def _parse(self, text: str) -> float | int:
        plain = text.strip().removesuffix(self._suffix) if self._suffix else text
        if self._zero and plain.strip().casefold() in (self._zero.casefold(), tr(self._zero).casefold()):
            return 0 if self._integer else 0.0
        if self._infinite and is_infinity(plain):
            return math.inf
        return parse_whole(plain) if self._integer else parse_number(plain)


class MatrixField(ValueField):
    """A matrix as ``0.09, 0; 0, 0.09``, or with ``point`` one row of numbers."""

    def __init__(
        self, formatter: Formatter | None = None, parent: QWidget | None = None, *, point: bool = False
    ) -> None:
        self._point = point
        super().__init__(formatter or self._plain, parent)

    def _text(self, value: Any, one: Callable[[float], str]) -> str:
        rows = [value] if self._point else value
        return "; ".join(", ".join(one(entry) for entry in row) for row in rows)

    def _plain(self, value: Any) -> str:
        return self._text(value, lambda entry: scientific(entry, 3))

    def _exact(self, value: Any) -> str:
        return self._text(value, exact_text)

    def _shorter(self, value: Any) -> Iterator[str]:
        for digits in (3, 2, 1):
            yield self._text(value, lambda entry, digits=digits: short(entry, digits))

    def _parse(self, text: str) -> tuple[Any, ...]:
        if re.search(r"[0-9],0[0-9]", unicodedata.normalize("NFKC", text)):  # 0,09 and 1,000 are no pairs
            raise ValueError(tr("“{typed}” has two readings: write a space after a comma between numbers.", typed=text))
        rows = text.replace("；", ";").replace("，", ",").replace("、", ",").split(";")
        if self._point and len(rows) > 1:
            raise ValueError(tr("Write a point as numbers with commas between them: 0.5, −1."))
        values = [tuple(parse_number(entry) for entry in row.split(",")) for row in rows]
        if len({len(row) for row in values}) > 1:
            raise ValueError(tr("Every row of the matrix needs as many numbers as the first."))
        return values[0] if self._point else tuple(values)
