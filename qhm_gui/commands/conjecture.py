"""`python main.py conjecture`: the paper's conjecture on a grid, and how long the paper's own procedure would take."""

from __future__ import annotations

from collections.abc import Callable

from qhm_gui.text.numbers import fixed, grouped, power_of_ten, scientific


def check(tell: Callable[[str], None]) -> bool:
    """Check, tell what was found, and return whether the conjecture holds on the grid."""
    from qhm_gui.commands.papers_search import LARGEST_KAPPA, SIDE, timed  # imports much

    top = power_of_ten(len(f"{LARGEST_KAPPA:.0f}") - 1)
    tell(f"Does the best rate R*(ν, κ) fall with ν?  {grouped(SIDE)} ν in [0, 1] × {grouped(SIDE)} κ in [1, {top}].")
    timing = timed()
    found = timing.result
    pairs = (len(found.nus) - 1) * int((found.kappas > 1).sum())
    low, high, kappa = found.at
    place = f"from ν = {fixed(low, 4)} to {fixed(high, 4)} at κ = {fixed(kappa, 0)}"
    if found.holds:
        tell(f"It does, for all {grouped(pairs)} pairs of neighbouring ν (at κ = 1 every R* is 0).")
        tell(f"Largest violation: none. The smallest fall is {scientific(-found.rise, 2)}, {place}.")
    else:
        tell(f"It does not: of {grouped(pairs)} pairs of neighbouring ν, R* does not fall for {grouped(found.rises)}.")
        tell(f"Largest violation: R* rises by {scientific(found.rise, 2)}, {place}.")
    tell(f"Time: {fixed(timing.ours, 2)} s.")
    tell(
        f"The paper's procedure (a search over β in each cell), timed on a sample and scaled: "
        f"{fixed(timing.paper / 86_400, 1)} days, {fixed(timing.ratio, 0)} times as long."
    )
    return found.holds
