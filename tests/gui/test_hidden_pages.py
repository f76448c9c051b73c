"""A page that is not shown follows nothing, and catches up when it is shown again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from qhm_gui.appearance.theme import THEMES
from qhm_gui.background.runner import Progress
from qhm_gui.state.pages import PAGES
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_gui.widgets import stylesheet
from qhm_gui.window.view_card import ViewCard
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


def test_another_theme_styles_what_is_seen_and_the_rest_later(
    qapp: QApplication, window: Window, settle: Settle
) -> None:
    """Qt works through a style sheet for each widget that it may concern: a quarter of a second for all pages."""
    hidden = window.page
    window.store.update(page="choose")
    settle(window)
    styled: Counter[QWidget] = Counter()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.StyleChange and isinstance(watched, QWidget):
                styled[watched] += 1
            return False

    watch = Watch()
    qapp.installEventFilter(watch)
    try:
        window.toggle_theme()
    finally:
        qapp.removeEventFilter(watch)
    assert sum(window.isAncestorOf(widget) for widget in styled) > 100
    assert max(styled.values()) <= 3  # a sheet on the application: once for each widget around it
    assert not any(hidden.isAncestorOf(widget) for widget in styled)
    window.store.update(page="explore")
    settle(window)
    dark = window.page.styleSheet()
    assert THEMES["dark"].text in dark and THEMES["light"].text not in dark


def test_what_opens_over_the_window_is_in_its_look(window: Window) -> None:
    window.use_theme("dark")
    over = QDialog(window)
    over.show()
    assert over.styleSheet() == stylesheet.sheet(THEMES["dark"])
    over.deleteLater()


def test_a_page_is_made_a_view_a_turn(window: Window, settle: Settle, monkeypatch) -> None:
    """In one turn its imports, views and canvases held the window up for .4 s."""
    made: list[str] = []
    turns: list[int] = []
    for key in PAGES["fast"].views:
        kind = VIEWS[key]

        def begin(view: View, *arguments: object, _init=kind.__init__, **options: object) -> None:
            made.append(view.key)
            _init(view, *arguments, **options)

        monkeypatch.setattr(kind, "__init__", begin)
    window.store.update(page="fast")
    assert not made and window.header.tabs.current() == "fast"
    while "fast" not in window.pages:
        before = len(made)
        QApplication.processEvents()
        turns.append(len(made) - before)
    assert max(turns) == 1 and made == [*PAGES["fast"].views]  # those that are opened alone wait until they are
    settle(window)
    assert window.page.isVisible() and window.page.link.watching


def test_the_playhead_stays_within_the_steps_while_a_page_is_made(window: Window, settle: Settle) -> None:
    window.playback.seek(100)
    window.store.update(page="compare", steps=20)
    assert "compare" not in window.pages
    assert window.playback.step == 20 == window.transport._counter.step
    settle(window)
    assert "compare" in window.pages and window.playback.step == 20


def test_what_happens_while_a_page_is_made(window: Window, settle: Settle) -> None:
    def begin(page: str) -> None:
        window.store.update(page=page)
        assert page not in window.pages

    begin("good")
    begin("choose")  # another is wanted
    window.store.update(page="explore")  # and one that there is
    settle(window)
    assert window.page.isVisible() and [*window.pages] == ["explore"]
    begin("converge")
    assert {*window.page.views} == {*PAGES["converge"].views}  # asked for: made at once, and shown
    assert window.page.isVisible()
    begin("choose")
    window.use_theme("dark")
    assert {view.style.theme.key for view in window.page.views.values()} == {"dark"}
    begin("good")
    for _ in range(8):
        QApplication.processEvents()
    window.use_language("ja")
    assert window.page.isVisible()
    begin("compare")
    window.close()


def test_the_progress_of_a_computation_does_not_make_a_page_at_once(window: Window) -> None:
    """It asked the page whether it is dragged: one that was being made, a view a turn, was made in one go."""
    window.store.update(page="fast")
    assert "fast" not in window.pages
    window.messages.progress(Progress("a", 1, "Computing", 0.5, 3.0))
    assert "fast" not in window.pages
