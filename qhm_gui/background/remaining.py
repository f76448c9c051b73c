"""How long work goes on, from how far it has come since it first told."""

from __future__ import annotations


class RemainingTime:
    """Of one piece of work; where it tells a smaller share than before, another part of it has begun.

    What was done before the first share is told is not counted: work that goes on where it stood begins with a large
    one, and what prepares it tells none.
    """

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._last = 0.0

    def after(self, fraction: float, now: float) -> float | None:
        """Seconds left when a share of 0 to 1 is done at the time `now`, in seconds; None where that is not known."""
        if self._first is None or fraction < self._last:
            self._first = now, fraction
        self._last = fraction
        begun, before = self._first
        return (now - begun) * (1 - fraction) / (fraction - before) if fraction > before else None
