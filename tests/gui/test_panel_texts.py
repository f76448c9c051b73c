"""The words of the panel have room in it, in both languages, whatever is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QWidget

from qhm_gui.drawing import markup
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.widgets.combo_box import Choice
from qhm_gui.window.window import Window
from qhm_math import LOSSES, NOISES


class Cut:
    """Every text that is painted cut off from now on."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: set[str] = set()
        self._elided = markup.elided
        monkeypatch.setattr(markup, "elided", self._look)

    def _look(self, line: markup.Layout, width: float) -> markup.Layout:
        drawn = self._elided(line, width)
        if drawn is not line:
            self.texts.add("".join(run.text for run in line.runs))
        return drawn


def paint(panel: QWidget) -> None:
    """All of it, also what is scrolled away."""
    for kind in (QEvent.Type.LayoutRequest, QEvent.Type.Polish, QEvent.Type.LayoutRequest):
        QCoreApplication.sendPostedEvents(None, kind)
    for widget in panel.findChildren(QWidget):
        if widget.isVisibleTo(panel) and type(widget).paintEvent is not QWidget.paintEvent:
            widget.grab()


#: Every page in both languages shows each third loss and noise, another third than the page before.
@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)], ids=["a part", "all"])
@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("page", PAGES)
def test_no_word_of_the_panel_is_cut(
    make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch, page: str, language: str, step: int
) -> None:
    window = make_window(changed(State(), {"page": page}))
    window.use_language(language)
    window.resize(1280, 800)
    window.runner.cancel()
    panel, cut = window.panel, Cut(monkeypatch)
    tried: set[tuple[Any, ...]] = set()
    shown = [{"loss": kind()} for kind in LOSSES.values()]
    shown += [{"noise": kind()} for kind in NOISES.values()]
    for changes in shown[list(PAGES).index(page) % step :: step]:
        window.store.update(**changes)
        paint(panel)
        for choice in panel.findChildren(Choice):
            looks = (choice.width(), tuple(choice.options))
            if choice.isVisibleTo(panel) and looks not in tried:
                tried.add(looks)
                before = choice.value()
                for value, *_ in choice.options:
                    choice.set_value(value)
                    choice.grab()
                choice.set_value(before)
    call = {text for text in cut.texts if "(lr=" in text}  # is copied, and told whole by its tooltip
    assert not cut.texts - call


def test_a_word_without_room_is_found(make_window: Callable[..., Window], monkeypatch: pytest.MonkeyPatch) -> None:
    window = make_window()
    cut = Cut(monkeypatch)
    loss = next(choice for choice in window.panel.findChildren(Choice) if choice.value() == "quadratic")
    loss.set_options([("quadratic", "Quadratic", "with two curvatures of quite a different size, too")])
    paint(window.panel)
    assert any("different size" in text for text in cut.texts)
