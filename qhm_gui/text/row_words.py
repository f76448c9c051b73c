"""What menus say of the rows of a table: a row without a word of its own is known by its key."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from qhm_math.declared import title_of

__all__ = ["RowChoices", "example_of", "summary_of", "title_of"]


def summary_of(row: Any) -> str:
    """A few English words that tell it from the others."""
    return getattr(row, "summary", "") or row.key


def example_of(kind: Any) -> Any:
    """What choosing a kind of loss, noise or method makes: all parameters at their defaults."""
    return getattr(kind, "example", kind)()


class RowChoices(Sequence[tuple[str, str]]):
    """The (key, word) of every row of a table, as it is now: a row that is added later is a choice as well."""

    def __init__(self, rows: Mapping[str, Any], word: Callable[[Any], str] = title_of, *more: tuple[str, str]) -> None:
        self._rows, self._word, self._more = rows, word, more

    def _now(self) -> list[tuple[str, str]]:
        return [*((key, self._word(row)) for key, row in self._rows.items()), *self._more]

    def __getitem__(self, index: Any) -> Any:
        return self._now()[index]

    def __len__(self) -> int:
        return len(self._rows) + len(self._more)

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self._now())
