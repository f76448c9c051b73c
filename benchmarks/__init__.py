"""Speed on this machine, next to the goals: `make bench`.

Each module listed in BENCHMARKS = (
    "rate_map",
    "sweep",
    "minibatch",
    "drag",
    "start",
    "conjecture",
    "film",
    "compare",
    "scrub",
    "export",
    "growth",
)
