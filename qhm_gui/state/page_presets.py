"""The presets of each page, and whether a state is one."""

from __future__ import annotations

from typing import Any

from qhm_gui.state.pages import PAGES, PagePreset
from qhm_gui.state.paper_presets import of_page
from qhm_gui.state.state import State, value_at


def presets_of(page: str) -> tuple[PagePreset, ...]:
    """Every preset on a page: its own, then the paper's figures."""
    return (*PAGES[page].presets, *of_page(page))


def holds(changes: dict[str, Any], state: State) -> bool:
    """Whether the state has every value that a preset sets and that shows."""
    return all(value_at(state, path) == value for path, value in changes.items())
