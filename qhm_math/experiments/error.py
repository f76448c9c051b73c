"""The exception of this package."""

from __future__ import annotations


class SweepError(ValueError):
    """A sweep or its file that cannot be used; ``str()`` is one sentence that says why."""
