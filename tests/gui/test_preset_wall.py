"""The wall of presets: every preset has its group, name, sentence and picture; words find it; a click takes it over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.theme import THEMES
from qhm_gui.dialogs import preset_wall
from qhm_gui.dialogs.preset_wall import PresetWall
from qhm_gui.export import thumbnail
from qhm_gui.state.page_presets import holds, presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.preset_rows import preset_rows
from qhm_gui.text import language
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window

ROWS = {(row.page, row.key): row for row in preset_rows()}


def test_every_preset_has_a_sentence_and_a_view() -> None:
    assert set(ROWS) == {(page, one.key) for page in PAGES for one in presets_of(page)}
    assert [key for key, row in ROWS.items() if not row.sentences] == []
    assert {row.view for row in ROWS.values()} <= set(VIEWS)
    assert all(any(key.startswith(f"figure-{number}") for _, key in ROWS) for number in range(1, 7))
    for row in ROWS.values():
        assert holds(row.changes, row.state) or row.key == "training-run"


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three presets: their pictures are quick."""
    keys = [("converge", "past-gradients"), ("fast", "figure-1a"), ("choose", "training-run")]
    monkeypatch.setattr(preset_wall, "preset_rows", lambda: iter([ROWS[key] for key in keys]))


@pytest.fixture
def wall(window: Window, few: None, qtbot: QtBot) -> Iterator[PresetWall]:
    made = PresetWall(window, THEMES["dark"], "fast")
    made.show()
    yield made
    made.close()
    made.deleteLater()
    language.set_language("en")


def test_words_find_presets_and_a_click_takes_one_over(wall: PresetWall, window: Window) -> None:
    assert len(wall.shown()) == 3
    wall.look_for("figure 1a")
    assert [row.key for row in wall.shown()] == ["figure-1a"]
    wall.look_for("CONVERGE weighs")
    assert [row.key for row in wall.shown()] == ["past-gradients"]
    wall.look_for("no such thing")
    assert wall.shown() == [] and "No preset" in wall.sentence.text()
    wall.look_for("")
    assert len(wall.shown()) == 3 and wall.sentence.text() == ""
    wall.chosen.connect(window.files._apply_row)
    assert not wall.apply_button.isEnabled()
    item = wall.list.item(3)  # heading, preset, heading, preset
    wall.list.setCurrentItem(item)
    assert wall.apply_button.isEnabled() and not wall.list.item(2).flags() & Qt.ItemFlag.ItemIsSelectable
    wall.apply()
    assert window.store.state.page == "fast" and window.store.state.expanded == ""
    assert holds(ROWS["fast", "figure-1a"].changes, window.store.state)
    window.store.undo()
    assert window.store.state.page == "explore"


def test_pictures_come_and_are_kept(wall: PresetWall, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    qtbot.waitUntil(lambda: not wall.drawing, timeout=30_000)
    images = [wall.list.item(place).data(preset_wall._IMAGE) for place in (1, 3, 5)]
    assert all(isinstance(image, QImage) for image in images)
    seen = {images[0].pixel(x, y) for x in range(0, images[0].width(), 7) for y in range(0, images[0].height(), 7)}
    assert len(seen) > 5  # there is something on it
    monkeypatch.setattr(thumbnail, "answers_of", lambda figure: pytest.fail("computed again"))
    row = ROWS["fast", "figure-1a"]
    again = thumbnail.cached(thumbnail.figure_of(row, "dark"))
    assert again is not None and again.size() == images[1].size()
    assert thumbnail.cached(thumbnail.figure_of(row, "light")) is None
    with language.spoken("ja"):
        assert thumbnail.cached(thumbnail.figure_of(row, "dark")) is None
