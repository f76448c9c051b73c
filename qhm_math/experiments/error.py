"""The exception of this package."""

from __future__ import annotations


class SweepError(ValueError):
    """A sweep or its file that cannot be used; ``str()`` is one sentence that says why: `sentence`, with its gaps
    filled by `values`."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence, values)
        self.sentence, self.values = sentence, values

    def __str__(self) -> str:
        return self.sentence.format(**self.values)

    def __reduce__(self) -> tuple[object, ...]:
        return _again, (type(self), self.sentence, self.values)


class SweepHeldError(SweepError):
    """A file that somebody else is writing."""


def _again(kind: type[SweepError], sentence: str, values: dict[str, object]) -> SweepError:
    return kind(sentence, **values)
