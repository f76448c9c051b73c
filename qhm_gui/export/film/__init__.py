"""Films: a run played, or a parameter swept."""
