"""Speed on this machine, next to the goals: `make bench`.

Each module listed in BENCHMARKS has `measure() -> list[tuple[str, str, str]]`: rows of what was measured, the
result with its unit, and the goal. To add one: its file and its name here.
"""

BENCHMARKS = (
    "rate_map",
    "sweep",
    "training",
    "minibatch",
    "choose",
    "drag",
    "playing",
    "start",
    "conjecture",
    "film",
    "compare",
    "scrub",
    "export",
    "growth",
    "network",
)
