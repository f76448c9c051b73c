"""A part of the walk through all pages, sizes, languages and hard states; ``walk_labels.py`` goes all the way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QRectF, qWarning
from PySide6.QtWidgets import QApplication

from qhm_gui.appearance.theme import THEMES, Style
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.text import Label
from qhm_gui.commands.screenshots import settle
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.widgets.card import Card
from qhm_gui.window.window import Window
from tests.covering import in_turn
from tests.gui.conftest import QUICK
from tests.gui.walk_labels import HARD, LANGUAGES, SIZES, Place, bar_faults, card_faults, page_faults, places, walk

#: Every page, size, language and hard state comes at least once.
STOPS = [
    *(Place(page, state, *look) for page, state, *look in in_turn(list(PAGES), list(HARD), list(SIZES), LANGUAGES)),
    *(Place(page, "diverged", *look) for page, *look in in_turn(list(PAGES), list(SIZES), LANGUAGES)),
    Place("good", "figure-3-3-exact", "1280x800", "en"),
    Place("fast", "figure-1c", "1600x1000", "ja"),
    Place("explore", "at the bound", "1280x800", "en"),  # a name once had no place
]


#: Runs and trainings of the part are short; the curves and maps of the other pages are as in the program.
QUICK_RUNS = {name: value for name, value in QUICK.items() if name.startswith(("converge.", "experiments."))}


def test_the_part_meets_everything() -> None:
    assert set(HARD) <= {stop.state for stop in STOPS}
    for part in ("page", "size", "language"):
        assert {getattr(stop, part) for stop in STOPS} == {getattr(stop, part) for stop in places()}


@pytest.mark.parametrize("stops", [STOPS, pytest.param(places(), marks=pytest.mark.soak)], ids=["a part", "all"])
def test_no_text_covers_another_and_none_is_cut(make_window: Callable[..., Window], stops: list[Place]) -> None:
    window = make_window()
    found: list[str] = []
    base = changed(State(), QUICK_RUNS) if stops is STOPS else None
    stops = sorted(stops, key=lambda stop: (stop.size, stop.language))
    walk(window, stops, lambda stop, faults: found.extend(f"{stop}: {fault}" for fault in faults), base)
    assert not found, "\n".join(found)


def test_a_page_or_a_canvas_that_is_seen_first_is_waited_for(make_window: Callable[..., Window]) -> None:
    """A page is made a view a turn: pictures were taken before anything had been asked for."""
    window = make_window()
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    for page, key in (("fast", "figure-1a"), ("converge", "past-gradients"), ("choose", "figure-4")):
        changes = next(one.changes for one in presets_of(page) if one.key == key)
        window.store.replace(changed(State(), {"expanded": "", **QUICK_RUNS, **changes, "page": page}))
        settle(app, window)
        link = window.page.link
        assert link.at_rest and link.up_to_date, key


#: Presets painted, each in another look.
PAINTED = [
    Place(page, key, tuple(SIZES)[(i + j) % len(SIZES)], LANGUAGES[(i + j) % 2], theme=tuple(THEMES)[(i + j) // 2 % 2])
    for i, page in enumerate(PAGES)
    for j, key in enumerate(one.key for one in presets_of(page))
    if j % 5 == i % 5
]
ALL_PAINTED = [stop for stop in places(themes=THEMES) if stop.state not in HARD]


@pytest.mark.parametrize("stops", [PAINTED, pytest.param(ALL_PAINTED, marks=pytest.mark.soak)], ids=["a part", "all"])
def test_every_preset_is_painted_without_a_warning(make_window: Callable[..., Window], stops: list[Place]) -> None:
    window = make_window()
    found: list[str] = []
    base = changed(State(), QUICK_RUNS) if stops is PAINTED else None
    stops = sorted(stops, key=lambda stop: (stop.size, stop.language, stop.theme))
    walk(window, stops, lambda stop, faults: found.extend(f"{stop}: {fault}" for fault in faults), base, paint=True)
    assert not found, "\n".join(found)


def test_a_planted_warning_is_found(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    def warn(*_: object) -> None:
        qWarning("planted")

    (canvas,) = window.page.views["loss"].canvases
    monkeypatch.setattr(canvas, "paintEvent", warn)
    found: list[str] = []
    walk(window, [Place("explore", "first", "1280x800", "en")], lambda _, faults: found.extend(faults), paint=True)
    assert found == ["Warns: planted"]


def test_a_planted_overlap_is_found(window: Window, monkeypatch: pytest.MonkeyPatch) -> None:
    assert page_faults(window) == []
    (canvas,) = window.page.views["loss"].canvases
    area = next(area for text, area in canvas.placer.areas() if text == "SHB")
    planted = canvas.add(Label("planted"))
    planted.set_position(*canvas.from_pixels(area.center()))
    monkeypatch.setattr(planted, "spots", lambda: [(planted.wishes(canvas.frame())[0], _Spot(area))])
    assert any("planted" in fault and "SHB" in fault for fault in page_faults(window))


class _Spot:
    def __init__(self, area: QRectF) -> None:
        self.area = area


def test_planted_faults_of_cards_and_colour_bars_are_found(qtbot) -> None:
    card = Card("A title", "a subtitle that has room")
    qtbot.addWidget(card)
    card.resize(400, 300)
    assert not list(card_faults(card)) and card.header_height == 40
    card.set_subtitle("a subtitle that has no room beside the title, but below it")
    assert not list(card_faults(card)) and card.header_height > 40
    assert card.body_rect().top() == card.header_height
    card.set_subtitle("a subtitle " * 20)
    assert any("elided" in fault for fault in card_faults(card))
    bar = ColourBar(Style(), "tide", "*R*")
    qtbot.addWidget(bar)
    bar.resize(bar.sizeHint().width(), 300)
    bar.set_ticks([(0.0, "≥ 1"), (0.01, "1.0"), (0.5, "0.5"), (1.0, "0")])
    bar.set_cap("diverges", "off > 10 %")
    bar.resize(bar.sizeHint().width(), 300)
    assert [text for _, text in bar.visible_ticks] == ["≥ 1", "0.5", "0"] and not list(bar_faults(bar))
    bar.resize(30, 300)
    assert any("cut off" in fault for fault in bar_faults(bar))
