"""A part of the walk through the steps of the talk; ``walk_talk.py`` goes all the way."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.canvas.text import Label
from qhm_gui.drawing.phrases import phrase_ends, phrases, title_px
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Step, Talk, built_in, said
from qhm_gui.text.language import LANGUAGES, set_language
from qhm_gui.window.talk.talk_window import TalkWindow
from tests.covering import covered
from tests.gui.walk_talk import SIZES, THEMES, Stop, settle, step_faults, stops, walk

pytestmark = pytest.mark.slow
STEPS = range(1, len(built_in().steps) + 1)
#: Every size, language and theme; every step fits its slide, which test_talk.py tries.
PART = [Stop(step, tuple(SIZES)[step % len(SIZES)], LANGUAGES[step % 2], THEMES[step // 4 % 2]) for step in STEPS[::6]]
PART += [Stop(7, "3840x2160", "en", "light"), Stop(13, "3840x2160", "ja", "light")]  # two texts met there


@pytest.fixture
def make_talk(qtbot: QtBot) -> Iterator[Callable[[Talk], TalkWindow]]:
    make_application()
    made: list[TalkWindow] = []

    def make(talk: Talk) -> TalkWindow:
        window = TalkWindow(talk, Settings(), "light")
        made.append(window)
        window.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)  # else no larger than the screen
        window.showFullScreen()
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    set_language("en")


@pytest.mark.parametrize("where", [PART, pytest.param(stops(STEPS), marks=pytest.mark.soak)], ids=["a part", "all"])
def test_no_text_of_the_talk_covers_another_and_none_is_cut(
    make_talk: Callable[[Talk], TalkWindow], where: list[Stop]
) -> None:
    found: list[str] = []
    walk(make_talk(built_in()), where, lambda stop, faults: found.extend(f"{stop}: {fault}" for fault in faults))
    assert not found, "\n".join(found)


def test_planted_faults_of_a_step_are_found(
    make_talk: Callable[[Talk], TalkWindow], qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = (Step({"en": "One"}, views=("path",)), Step({"en": "Two"}, {"en": "long words\n" * 200}))
    window = make_talk(Talk({"en": "x"}, steps))
    window.resize(1280, 800)
    settle(qapp, window)
    assert list(step_faults(window)) == [] and window.page is not None
    (canvas,) = window.page.views["path"].canvases
    area = next(area for text, area in canvas.placer.areas() if text.startswith("start"))
    planted = canvas.add(Label("planted"))
    planted.set_position(*canvas.from_pixels(area.center()))
    monkeypatch.setattr(planted, "spots", lambda: [(planted.wishes(canvas.frame())[0], SimpleNamespace(area=area))])
    assert any("planted" in fault and "start" in fault for fault in step_faults(window))
    window.go(1)
    settle(qapp, window)
    assert list(step_faults(window)) == ["The words of the step have no room."]


def test_a_step_without_pictures_has_the_window_for_its_words(
    make_talk: Callable[[Talk], TalkWindow], qapp: QApplication
) -> None:
    """Its pane once had no height: nothing pushed the bar down."""
    window = make_talk(Talk({"en": "x"}, (Step({"en": "One"}, {"en": "Words."}), Step({"en": "Two"}, views=("path",)))))
    window.resize(1280, 800)
    settle(qapp, window)
    assert window.words.height() > 650 and window.words.width() > 1000
    window.go(1)
    settle(qapp, window)
    assert window.words.height() > 650 and window.words.width() < 500


def test_the_way_to_a_page_has_room_for_its_words_in_each_language(
    make_talk: Callable[[Talk], TalkWindow], qapp: QApplication
) -> None:
    window = make_talk(Talk({"en": "x"}, (Step({"en": "One"}, page="choose"),)))
    window.resize(1280, 800)
    for _ in LANGUAGES:
        settle(qapp, window)
        button = window.words._page
        assert button.isVisible() and button.width() >= button.sizeHint().width()
        window.toggle_language()


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("バッチが小さくなると", ["バッチが", "小さくなると"]),
        ("SGD のモーメンタムを、手で動かして理解する", ["SGD の", "モーメンタムを、", "手で動かして", "理解する"]),
        ("νβ → 1 でも収束する", ["νβ → 1 でも", "収束する"]),
        ("Getting a feel for it", ["Getting a", "feel for it"]),
    ],
)
def test_lines_end_where_a_phrase_does(qapp: QApplication, text: str, lines: list[str]) -> None:
    assert phrases(text, 60, 480, 600, title=True) == lines
    for line in phrases("長" * 60 + "W" * 60, 30, 200):
        assert line


@pytest.mark.parametrize(("size", "spoken"), covered(list(SIZES), LANGUAGES))
def test_no_title_of_the_talk_is_cut_within_a_word(
    make_talk: Callable[[Talk], TalkWindow], qapp: QApplication, spoken: str, size: str
) -> None:
    """「深いネットワー／クでも」 stood in a window of 1024 pixels."""
    set_language(spoken)
    window = make_talk(Talk({"en": "x"}, (Step({"en": "One"}, views=("path",)),)))
    window.resize(SIZES[size])
    settle(qapp, window)
    width, unit = window.words.column().width(), window.words.unit
    cut: list[str] = []
    for step in built_in().steps:
        title = said(step.title)
        lines = phrases(title, title_px(title, 60 * unit, 45 * unit, width, 600), width, 600, title=True)
        rest = title
        for line, other in pairwise(lines):
            rest = rest[rest.index(line) + len(line) :]
            gap = rest[: len(rest) - len(rest.lstrip())]
            if not phrase_ends(line + gap, other):
                cut.append(f"{line} / {other}")
    assert cut == []
