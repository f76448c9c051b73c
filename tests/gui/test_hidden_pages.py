"""A page that is not shown follows nothing, and catches up when it is shown again."""

from __future__ import annotations

from collections.abc import Callable

from qhm_gui.window.pages import ViewCard
from qhm_gui.window.window import Window

Settle = Callable[[Window], None]


def test_a_hidden_page_is_left_alone_and_catches_up(window: Window, settle: Settle, monkeypatch) -> None:
    explore = window.page
    window.store.update(page="choose")
    settle(window)
    marked: list[str] = []
    mark = ViewCard.mark

    def watched(card: ViewCard, *arguments: object, **options: object) -> None:
        marked.append(card.view.key)
        mark(card, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ViewCard, "mark", watched)
    before = explore.views["loss"].canvases[0].accessibleDescription()
    window.store.update(runs=77)
    assert marked and not set(marked) & set(explore.views)
    marked.clear()
    window.store.update(page="explore")
    settle(window)
    assert set(explore.row.views) <= set(marked)
    after = explore.views["loss"].canvases[0].accessibleDescription()
    assert "77" in after and after != before
