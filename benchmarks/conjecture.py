"""How fast the conjecture is checked on 1,000 ν × 1,000 κ, against the paper's procedure.

python -m benchmarks conjecture
"""

from __future__ import annotations

from qhm_gui.commands.papers_search import timed


def measure() -> list[tuple[str, str, str]]:
    """Rows of the table: seconds, and the gain over the paper's procedure."""
    timing = timed(rounds=3)
    return [
        ("conjecture, 1,000 ν × 1,000 κ", f"{timing.ours:.2f} s", "about 1 s"),
        (
            "gain over the paper's search",
            f"{timing.ratio:,.0f} × ({timing.paper / 86_400:.1f} days)",
            "days become a second",
        ),
    ]
