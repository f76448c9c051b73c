"""The presets of each page, and whether a state is one."""

from __future__ import annotations

from typing import Any

from qhm_gui.state import paper_presets as presets
from qhm_gui.state.options import choose, converge, experiments, explore, good
from qhm_gui.state.state import State, value_at

Presets = tuple[tuple[str, str, dict[str, Any]], ...]


#: Presets of a page besides the paper's figures.
_OWN: dict[str, Presets] = {
    "explore": explore.PRESETS,
    "converge": converge.PRESETS,
    "good": good.PRESETS,
    "choose": choose.PRESETS,
    "experiments": experiments.PRESETS,
}


def presets_of(page: str) -> Presets:
    """(key, English title, changes by path) of every preset on a page: its own, then the paper's figures."""
    return (*_OWN.get(page, ()), *presets.of_page(page))


def holds(changes: dict[str, Any], state: State) -> bool:
    """Whether the state has every value that a preset sets and that shows."""
    return all(value_at(state, path) == value for path, value in changes.items())
