"""Every preset of the program as a row: its page, what it changes, the view that it is about, its sentence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed


@dataclass(frozen=True)
class PresetRow:
    """``title`` is English markup, ``sentences`` are English markup, '' for none; ``view`` shows it in small."""

    key: str
    page: str
    title: str
    sentences: tuple[str, ...]
    view: str
    changes: dict[str, Any]

    @property
    def state(self) -> State:
        """The first state with this preset on its page, with only as many runs as a small picture needs."""
        state = changed(State(), {**self.changes, "page": self.page})
        return replace(state, runs=min(state.runs, 20))


def preset_rows() -> Iterator[PresetRow]:
    """In the order of the pages, which is that of the talk's questions."""
    for page, row in PAGES.items():
        for one in presets_of(page):
            view = one.view or one.changes.get("expanded", "") or row.telling or row.views[0]
            yield PresetRow(one.key, page, one.title, one.sentences, view, one.changes)
