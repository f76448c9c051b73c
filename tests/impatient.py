"""What tests of cancelling give to a computation."""

from __future__ import annotations


class Impatient:
    """A monitor that goes along with so many questions, and cancels from the next one on."""

    def __init__(self, patience: int) -> None:
        self.asked, self.patience = 0, patience

    def report(self, fraction: float) -> None:
        """Nothing."""

    def cancelled(self) -> bool:
        """Whether it has been asked more often."""
        self.asked += 1
        return self.asked > self.patience
