"""Progress and cancellation of long computations."""

from __future__ import annotations

from typing import Protocol


class Monitor(Protocol):
    """Given to a computation by its caller; both methods are called from the computation's thread."""

    def report(self, fraction: float) -> None:
        """Told how far the computation is.

        Parameters
        ----------
        fraction : float
            Of its work, 0 to 1.
        """

    def cancelled(self) -> bool:
        """Asked whether to stop.

        Returns
        -------
        bool
            True when the computation should stop and return what it has.
        """
        ...


class Cancelled(Exception):
    """Raised by a computation that is cancelled before it has anything to return."""


class SilentMonitor:
    """A Monitor that ignores reports and never cancels."""

    def report(self, fraction: float) -> None:
        """Do nothing."""

    def cancelled(self) -> bool:
        """Never."""
        return False


SILENT = SilentMonitor()


def require_going_on(monitor: Monitor) -> None:
    """Cancelled where the monitor says so."""
    if monitor.cancelled():
        raise Cancelled
