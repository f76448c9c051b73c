"""The talk: its file, its window, the speaker's window, and what the program makes of it for others."""

from __future__ import annotations

import gc
import io
import json
import os
import re
import subprocess
import sys
import weakref
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from operator import attrgetter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.appearance.theme import THEMES
from qhm_gui.commands.command_line import main
from qhm_gui.dialogs.talk_editor import TalkEditor
from qhm_gui.drawing.background_colour import text_colors
from qhm_gui.export import deck
from qhm_gui.export.deck import Slide, drawn_slide, slides
from qhm_gui.export.decks.pptx import undated
from qhm_gui.export.step_words import StepWords, fits, special_case
from qhm_gui.files import talk_file
from qhm_gui.files.probe_file import examples
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import QUESTIONS, Step, Talk, TalkError, answered, built_in, dump, load
from qhm_gui.state.state import State, changed
from qhm_gui.state.store import Store
from qhm_gui.text import language
from qhm_gui.text.language import LANGUAGES
from qhm_gui.views.compare.arrows import Arrows
from qhm_gui.views.compare.compared_methods import answers, comparison_request
from qhm_gui.views.good.momentum_pays import BATCHES, MomentumPaysView
from qhm_gui.window import talk_actions
from qhm_gui.window.actions import ShortcutList
from qhm_gui.window.opening import FoundTalk
from qhm_gui.window.talk import keys, tab_order
from qhm_gui.window.talk.talk_window import TalkWindow
from qhm_gui.window.talk.words_pane import WordsPane
from qhm_gui.window.window import Window
from qhm_math.losses import Himmelblau
from qhm_math.probed import OfProbe
from qhm_math.progress import SILENT

TALK = Talk(
    {"en": "A talk", "ja": "講演"},
    (
        Step(
            {"en": "First", "ja": "一つ目"}, {"en": "One. Two."}, {"en": "a secret note"}, views=("path",), slider="nu"
        ),
        Step({"en": "Guess"}, views=("stability",), ask={"en": "Where?"}, question=2, minutes=2.0),
        Step({"en": "Words only"}, {"en": "Nothing to see."}, optional=True),
    ),
)


@pytest.fixture
def talk(qtbot: QtBot) -> Iterator[Callable[..., TalkWindow]]:
    """Talk windows that are closed when the test ends."""
    make_application()
    made: list[TalkWindow] = []

    def make(what: Talk = TALK, **options: Any) -> TalkWindow:
        window = TalkWindow(what, Settings(), "light", **options)
        made.append(window)
        window.resize(1280, 720)
        window.show()
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=20_000)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()
    language.set_language("en")


# The file


def test_the_built_in_talk_is_whole() -> None:
    """Every step in both languages, the three questions in their order, and short enough for the ear."""
    found = built_in()
    assert [step.question for step in found.steps if step.question] == sorted(
        s.question for s in found.steps if s.question
    )
    assert {step.question for step in found.steps} == {0, 1, 2, 3}
    for step in found.steps:
        for words in (step.title, step.words, step.notes):
            assert set(words) == set(LANGUAGES)
        if not step.views:
            assert step.optional  # the references
            continue
        assert len(step.words["ja"]) <= 150 and step.words["ja"].count("。") <= 2 + step.words["ja"].count("、、")
    assert 20 <= found.minutes <= 45
    assert any(step.optional for step in found.steps)


@pytest.mark.slow
def test_the_rail_ticks_what_has_been_answered() -> None:
    """When the agenda comes back at steps 8, 12, 16, and all of it before the advice; on slides as in the window."""
    steps = built_in().steps
    at = {number: answered(steps, number - 1) for number in (6, 8, 12, 16, 20, 21, 23)}
    assert at[6] == at[8] == frozenset()
    assert (at[12], at[16], at[20], at[21], at[23]) == ({1}, {1, 2}, {1, 2}, {1, 2, 3}, {1, 2, 3})
    made = slides(built_in(), handout=True)
    assert [slide.words.answered for slide in made] == [answered(steps, at) for at in range(len(steps))]


@pytest.mark.slow
def test_a_talk_is_read_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "a.talk.json"
    talk_file.write(path, TALK)
    assert talk_file.read(path) == TALK
    assert load(dump(built_in())) == built_in()


def broken(change: Callable[[dict[str, Any]], object]) -> str:
    document = json.loads(dump(TALK))
    change(document)
    return json.dumps(document)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda d: d.pop("qhm_talk"), "no version"),
        (lambda d: d.update(qhm_talk=9), "version 9"),
        (lambda d: d.update(steps=[]), "1 to 200"),
        (lambda d: d.update(steps=[{}] * 201), "1 to 200"),
        (lambda d: d["steps"].insert(1, 3), "Step 2 of this talk"),
        (lambda d: d["steps"][0].pop("state"), "no session"),
        (lambda d: d["steps"][0].update(state={"alpha": -1}), "Step 1 of this talk: "),
        (lambda d: d["steps"][1].update(views=["nowhere"]), "nowhere"),
        (lambda d: d["steps"][1].update(views=["path"] * 4), "at most 3"),
        (lambda d: d["steps"][1].update(picture="A" * 1000), "picture"),
        (lambda d: d["steps"][1].update(slider="loss"), "slider"),
        (lambda d: d["steps"][1].update(slider="__class__"), "slider"),
        (lambda d: d["steps"][1].update(minutes=float("inf")), "minutes"),
        (lambda d: d["steps"][1].update(page="nowhere"), "nowhere"),
        (lambda d: d["steps"][1].update(page=["choose"]), "choose"),
        (lambda d: d["steps"][1].update(minutes=True), "minutes"),
        (lambda d: d["steps"][1].update(question=4), "question = 4"),
        (lambda d: d["steps"][1].update(typeset="nowhere"), "nowhere"),
        (lambda d: d["steps"][1].update(typeset=["update"]), "update"),
        (lambda d: d["steps"][1].update(playhead=-2), "playhead = -2"),
        (lambda d: d["steps"][1].update(playhead=True), "playhead"),
        (lambda d: d["steps"][1].update(title={}), "no title"),
        (lambda d: d["steps"][1].update(words={"fr": "Bonjour"}), "en, ja"),
        (lambda d: d["steps"][1].update(words="x" * 5000), "4\u202f000"),
        (lambda d: d["steps"][1].update(answers=["x"] * 7), "at most 6 answers"),
        (lambda d: d["steps"][1].update(answers="x"), "at most 6 answers"),
        (lambda d: d["steps"][1].update(answers=[{}]), "without words"),
        (lambda d: d["steps"][1].update(answers=[{"fr": "x"}]), "answers must be"),
        (lambda d: d["steps"][1].update(stops={}), "stops must be a list"),
        (lambda d: d["steps"][1].update(stops=["nu"]), "at most 12 objects"),
        (lambda d: d["steps"][1].update(stops=[{}] * 13), "at most 12 objects"),
        (lambda d: d["steps"][1].update(stops=[{"alpha": -1}]), "Step 2 of this talk: "),
        (lambda d: d["steps"][1].update(stops=[{"nowhere": 1}]), "nowhere"),
        (lambda d: d.update(script="import os"), "script"),
    ],
)  # fmt: skip
def test_what_is_no_talk_is_refused_in_one_sentence(change: Callable[[dict[str, Any]], object], words: str) -> None:
    with pytest.raises(TalkError) as caught:
        load(broken(change))
    sentence = str(caught.value)
    assert words in sentence and "\n" not in sentence and len(sentence) < 300


#: What people and programs write into a field by mistake, or to do harm.
NONSENSE: tuple[Any, ...] = (
    None, True, 0, -1, 1e300, float("nan"), 10**400, "", "x" * 300, "__class__", "loss.bend", "a.b.c",
    "compare.entries.99.method.nu", [], {}, [[]], [{}], [None], ["path", "path"], {"en": 3}, {"en": ["x"]},
    {"kind": "neuron", "bend": "x"}, {"kind": "typed", "text": "__import__('os').system('true')"},
)  # fmt: skip


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where there is something in a document."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield (*path, key)
        yield from places(part, (*path, key))


@pytest.mark.parametrize("step", [3, pytest.param(1, marks=pytest.mark.soak)], ids=["a part", "all"])
@pytest.mark.slow
def test_nonsense_at_any_place_is_a_talk_or_a_sentence(step: int) -> None:
    """A canvas that was an object ended in a traceback; "optional": "no" was taken for yes."""
    steps = built_in().steps
    full = replace(steps[4], formula={"en": "x"}, typeset="update", playhead=3, reveal=True, optional=True, page="good")
    whole = json.loads(dump(Talk({"en": "A", "ja": "B"}, (full,))))
    refused = 0
    for at, path in enumerate(places(whole)):
        for bad in NONSENSE[at % step :: step]:
            document = json.loads(json.dumps(whole))
            inner = document
            for key in path[:-1]:
                inner = inner[key]
            inner[path[-1]] = bad
            try:
                found = load(json.dumps(document))
            except TalkError as error:
                refused += 1
                assert "\n" not in str(error) and len(str(error)) < 400, (path, bad)
            else:
                assert load(dump(found)) == found, (path, bad)
    assert refused > 500 / step


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[]", b"{", b'{"qhm_talk": 1', b"[" * 100_000])
def test_files_of_another_kind_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    with pytest.raises(TalkError):
        talk_file.read(path)
    with pytest.raises(TalkError, match="does not exist"):
        talk_file.read(tmp_path / "b.json")
    with pytest.raises(TalkError, match="folder"):
        talk_file.read(tmp_path)


def test_a_huge_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with path.open("wb") as file:
        file.truncate(talk_file.MOST_BYTES + 1)
    with pytest.raises(TalkError, match="too large"):
        talk_file.read(path)


# The window


def press(window: Any, *keys: Qt.Key) -> None:
    for key in keys:
        QTest.keyClick(window, key)


@pytest.mark.slow
def test_keys_turn_the_steps(talk: Callable[..., TalkWindow]) -> None:
    window = talk()
    press(window, Qt.Key.Key_Right)
    assert window.index == 1
    press(window, Qt.Key.Key_Space, Qt.Key.Key_Space)
    assert window.index == 2  # the last one stays
    press(window, Qt.Key.Key_Left)
    assert window.index == 1
    press(window, Qt.Key.Key_Home)
    assert window.index == 0
    press(window, Qt.Key.Key_End)
    assert window.index == 2
    for name, index in (("back", 1), ("forward", 2)):
        getattr(window, name)()
        assert window.index == index


@pytest.mark.slow
def test_sentences_come_one_by_one_where_a_step_says_so(talk: Callable[..., TalkWindow]) -> None:
    first = replace(TALK.steps[0], reveal=True)
    assert load(dump(Talk(TALK.title, (first,)))).steps == (first,)
    window = talk(Talk(TALK.title, (first, *TALK.steps[1:])))
    seen = [window.words.words.sentences()]
    for _ in range(2):
        window.forward()
        seen.append(window.words.words.sentences())
    assert seen == ["", "One.", "One. Two."] and window.index == 0
    window.forward()
    assert window.index == 1
    window.back()
    assert window.words.words.sentences() == "One. Two."  # who goes back has heard it


STOPS = replace(
    TALK.steps[0],
    reveal=True,
    ask={"en": "Where to?"},
    stops=(changed(State(), {"nu": 0.0}), changed(State(), {"nu": 1.0, "steps": 40})),
)


@pytest.mark.slow
def test_a_step_goes_on_through_its_states(talk: Callable[..., TalkWindow]) -> None:
    """With a clicker alone: sentence by sentence, the answer, then state by state; and the files have them all."""
    what = Talk(TALK.title, (STOPS, *TALK.steps[1:]))
    assert load(dump(what)) == what
    window = talk(what)
    slider = window.words._slider
    assert slider is not None

    def seen() -> tuple[str, bool, State]:
        return window.words.words.sentences(), not window.guesses[0].answered, window.store.state

    found = []
    while window.index == 0:
        found.append(seen())
        press(window, Qt.Key.Key_PageDown)
    assert [(told, covered, state.nu) for told, covered, state in found] == [
        ("", True, 0.7), ("One.", True, 0.7), ("One. Two.", True, 0.7), ("One. Two.", False, 0.7),
        ("One. Two.", False, 0.0), ("One. Two.", False, 1.0),
    ]  # fmt: skip
    of_it = [slide for slide in slides(what) if slide.number == 1]
    assert [(slide.words.sentences(), slide.moment.covered, slide.state) for slide in of_it] == found
    assert [slide.words.setting for slide in of_it[-2:]] == [
        "*ν*  momentum share   0 = SGD", "*ν*  momentum share   1 = SHB",
    ]  # fmt: skip
    press(window, Qt.Key.Key_PageUp)  # as one has left it
    assert window.index == 0 and seen() == found[-1] and window.playback.step == 40
    press(window, Qt.Key.Key_PageUp)
    assert seen() == found[-2]
    window.store.update(nu=0.3)  # who moves it by hand goes on from there
    press(window, Qt.Key.Key_PageDown)
    assert window.index == 1
    assert len([slide for slide in slides(what, handout=True) if slide.number == 1]) == 1


@pytest.mark.slow
def test_a_state_without_the_slider_of_its_step_is_shown_without_it(talk: Callable[..., TalkWindow]) -> None:
    curved = replace(STOPS, slider="loss.mu", ask={}, reveal=False, stops=(changed(State(), {"loss": Himmelblau()}),))
    what = Talk(TALK.title, (curved, *TALK.steps[1:]))
    assert load(dump(what)) == what
    assert [bool(slide.words.setting) for slide in slides(what)[:2]] == [True, False]
    window = talk(what)
    window.notes.toggle()
    assert window.notes.window is not None and any("+1" in line for line, *_ in window.notes.window.lines())
    window.forward()
    assert window.index == 0 and window.words._slider is not None and not window.words._slider.isVisible()
    window.back()
    window.forward()
    window.forward()
    assert window.index == 1


@pytest.mark.slow
def test_what_was_broken_comes_back(talk: Callable[..., TalkWindow]) -> None:
    window = talk()
    window.store.update(alpha=9.0, beta=0.1)
    window.restore()
    assert window.store.state == TALK.steps[0].state
    window.store.update(alpha=9.0)
    window.forward()
    window.back()
    assert window.store.state.alpha == TALK.steps[0].state.alpha
    window.store.undo()  # nothing of another step comes back
    assert window.store.state == TALK.steps[0].state


@pytest.mark.slow
def test_the_slider_of_a_step_moves_its_pictures(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    window = talk()
    slider = window.words._slider
    assert slider is not None and slider.isVisible()
    slider.moved.emit(0.25)
    assert window.store.state.nu == 0.25
    assert window.page is not None
    qtbot.waitUntil(lambda: not window.runner.busy, timeout=20_000)
    assert window.page.views["path"].result is not None
    window.forward()
    assert window.words._slider is None


def step_with(field: str) -> int:
    """The first step of the built-in talk that has this."""
    return next(index for index, step in enumerate(built_in().steps) if getattr(step, field))


@pytest.mark.slow
def test_the_terms_of_the_formula_have_the_colours_of_their_arrows(
    talk: Callable[..., TalkWindow], qtbot: QtBot
) -> None:
    """And the slider swings the step from one to the other, at the playhead that the step says."""
    window = talk(built_in(), start=step_with("typeset"))
    assert window.playback.step == window.step.playhead > 0 and window.page is not None
    (canvas,) = window.page.views["race"].canvases
    (item,) = (item for item in canvas.items_shown if isinstance(item, Arrows))
    colors = {"g": "sgd", "d": "shb", "": "qhm"}
    assert {arrow.name[-2:-1].strip() if "α" in arrow.name else "": arrow.color for arrow in item.arrows} == colors
    for theme in THEMES:
        window.use_theme(theme)
        picture = window.words.grab().toImage()
        found = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        wanted = {text_colors(THEMES[theme], None, color, "text")[0].name() for color in colors.values()}
        assert wanted <= found
    tips: dict[str, tuple[float, float]] = {}
    for nu, name in ((0.0, "SGD"), (0.8, "NAG"), (1.0, "SHB")):
        window.store.update(**{window.step.slider: nu})
        qtbot.waitUntil(lambda: not window.runner.busy, timeout=20_000)
        assert special_case(window.store.state, window.step.slider) == name
        tips[name] = (item.arrows[-1].dx, item.arrows[-1].dy)
        assert tips[name] == pytest.approx({0.0: (item.arrows[0].dx, item.arrows[0].dy)}.get(nu, tips[name]))
        if nu == 1.0:
            assert tips[name] == pytest.approx((item.arrows[1].dx, item.arrows[1].dy))


@pytest.mark.slow
def test_the_words_of_a_step_name_what_its_picture_shows() -> None:
    """Momentum once paid at every batch size, where the words spoke of a mark from which it does."""
    step = next(step for step in built_in().steps if "momentum_pays" in step.views)
    *_, answer = MomentumPaysView.compute(MomentumPaysView.request(step.state), SILENT)
    small, large = answer.values[:, 0], answer.values[:, -1]
    assert BATCHES[0] < answer.pays < BATCHES[-1]
    assert small[-1] > 0.95 * small[0] and large[-1] < 0.5 * large[0]


@pytest.mark.slow
def test_a_narrow_window_shows_words_and_then_pictures(talk: Callable[..., TalkWindow]) -> None:
    """1280 x 800 at 300 %: beside each other neither could be read."""
    slider = Step({"en": "Slider"}, {"en": "Words."}, views=("path",), slider="nu")
    window = talk(Talk(TALK.title, (TALK.steps[0], slider, TALK.steps[2])))
    assert window.part == "" and window.stage.isVisible() and window.words.isVisible()
    window.resize(427, 267)
    QApplication.processEvents()
    assert window.part == "words" and not window.stage.isVisible() and window.words.width() == 427
    assert fits(window.words.column(), window.words.words, window.words.look())
    press(window, Qt.Key.Key_Right)
    assert (window.index, window.part) == (0, "pictures") and window.stage.isVisible()
    press(window, Qt.Key.Key_Right)
    assert (window.index, window.part) == (1, "words")
    press(window, Qt.Key.Key_W)
    QApplication.processEvents()
    moved = window.words._slider
    assert window.part == "pictures" and moved is not None and moved.isVisible()  # what it moves is seen
    assert window.words.rect().contains(moved.geometry()) and window.words.height() < 80
    assert window.stage.y() < window.words.y()
    press(window, Qt.Key.Key_Right)
    assert (window.index, window.part) == (2, "words")  # it has no pictures
    press(window, Qt.Key.Key_Left)
    assert (window.index, window.part) == (1, "pictures")
    press(window, Qt.Key.Key_Left, Qt.Key.Key_Left)
    assert (window.index, window.part) == (0, "pictures")
    window.resize(1280, 720)
    assert window.part == "pictures"
    press(window, Qt.Key.Key_W)
    QApplication.processEvents()
    assert window.part == "" and window.stage.x() > window.words.x()


@pytest.mark.parametrize("spoken", LANGUAGES)
@pytest.mark.slow
def test_the_words_of_every_step_have_room_in_a_narrow_window(spoken: str, qtbot: QtBot) -> None:
    """427 x 267 without the controls, which is 1280 x 800 at 300 %; also with the title in both languages."""
    make_application()
    pane = WordsPane()
    qtbot.addWidget(pane)
    pane.resize(427, 221)
    crowded: list[tuple[int, bool]] = []
    with language.spoken(spoken):
        for number, step in enumerate(built_in().steps, 1):
            pane.set_store(Store(step.state))
            for subtitle in (False, True):
                pane.set_words(StepWords(step, subtitle, answered=frozenset({1, 2, 3})))
                if not fits(pane.column(), pane.words, pane.look()):
                    crowded.append((number, subtitle))
    assert crowded == []


@pytest.mark.slow
def test_f1_lists_the_keys_of_the_talk(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    """Also with "?", and from the speaker's window on the speaker's side; each method that a key calls is there."""
    window = talk()
    for action in (*keys.ACTIONS, *keys.PLAIN):
        assert callable(attrgetter(action.method)(window)), action
    seen: list[tuple[QWidget | None, str]] = []

    def close_it() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, ShortcutList)
        seen.append((dialog.parentWidget(), " ".join(label.text() for label in dialog.findChildren(QLabel))))
        dialog.reject()

    for start in ("F1", "?"):
        QTimer.singleShot(0, window, close_it)
        QTest.keyClick(window, Qt.Key.Key_F1) if start == "F1" else QTest.keyClicks(window, "?")
    window.notes.toggle()
    speaker = window.notes.window
    assert speaker is not None
    QTimer.singleShot(0, window, close_it)
    QTest.keyClicks(speaker, "?")
    assert [parent for parent, _ in seen] == [window, window, speaker]
    assert "Spotlight" in seen[0][1] and "Copy the PyTorch call" not in seen[0][1]


@pytest.mark.slow
def test_a_guess_is_asked_for_and_then_the_answer_is_seen(talk: Callable[..., TalkWindow]) -> None:
    window = talk(start=1)
    (guess,) = window.guesses
    assert not guess.answered and guess.isVisible()
    where = QPoint(guess.width() // 2, guess.height() // 3)
    QTest.mouseClick(guess, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.ShiftModifier, where)
    assert not guess.answered and len(guess.marks) == 1
    QTest.mouseClick(guess, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert guess.answered and len(guess.marks) == 2
    alpha, beta = guess.marks[0]
    assert 0.05 < alpha < 20 and 0 < beta < 1
    window.restore()
    assert not window.guesses[0].answered


@pytest.mark.slow
def test_a_guess_is_made_by_keys(talk: Callable[..., TalkWindow]) -> None:
    window = talk(start=1)
    (guess,) = window.guesses
    guess.setFocus()
    press(guess, Qt.Key.Key_Right, Qt.Key.Key_Right, Qt.Key.Key_Up)
    assert window.index == 1 and not guess.answered
    QTest.keyClick(guess, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    press(guess, Qt.Key.Key_Left, Qt.Key.Key_Return)
    assert guess.answered and len(guess.marks) == 2 and guess.marks[0][0] > guess.marks[1][0]
    window.restore()
    (guess,) = window.guesses
    press(guess, Qt.Key.Key_Return)
    assert guess.answered and not guess.marks  # the answer without a guess
    press(guess, Qt.Key.Key_Right)
    assert window.index == 2


@pytest.mark.slow
def test_the_room_chooses_between_answers(talk: Callable[..., TalkWindow]) -> None:
    """Where a place in the plot says nothing, as on a plot without axes; keys vote too."""
    asked = Step(
        {"en": "Cloud"}, views=("cloud",), ask={"en": "Which?"}, answers=({"en": "SGD"}, {"en": "both", "ja": "両方"})
    )
    assert load(dump(Talk({"en": "x"}, (asked,)))).steps == (asked,)
    window = talk(Talk({"en": "x"}, (asked,)))
    (guess,) = window.guesses
    QTest.mouseClick(guess, Qt.MouseButton.LeftButton, pos=QPoint(30, 30))
    assert not guess.answered and not guess.marks
    window.toggle_language()
    first, second = guess._answers
    assert (first.text(), second.text()) == ("SGD", "両方") and guess.rect().contains(second.geometry())
    press(window, Qt.Key.Key_2, Qt.Key.Key_2, Qt.Key.Key_1, Qt.Key.Key_9)
    assert guess.votes == [1, 2] and not guess.answered
    window.notes.toggle()
    assert window.notes.window is not None and any(
        "Which?" in text and "2 両方" in text for text, *_ in window.notes.window.lines()
    )
    press(window.notes.window, Qt.Key.Key_1)
    QTest.mouseClick(second, Qt.MouseButton.LeftButton)
    assert guess.votes == [2, 3] and guess.answered and not first.isVisible()
    press(window, Qt.Key.Key_1)
    assert guess.votes == [2, 3]  # what is seen is not guessed at
    window.restore()
    assert window.guesses[0].votes == [0, 0] and not window.guesses[0].answered


@pytest.mark.parametrize(
    ("size", "answers"), [((427, 267), 2), ((700, 480), 2), ((700, 480), 6), ((1024, 700), 6), ((1920, 1080), 6)]
)
@pytest.mark.slow
def test_question_and_answers_have_room_in_a_low_plot(
    talk: Callable[..., TalkWindow], size: tuple[int, int], answers: int
) -> None:
    """Two pictures one above the other: the second answer lay below the edge."""
    asked = Step(
        {"en": "Loss"}, views=("race_loss", "race"), ask={"en": "Which one of them ends lower?"},
        answers=tuple({"en": f"Answer {number}"} for number in range(answers)),
    )  # fmt: skip
    window = talk(Talk({"en": "x"}, (asked,)))
    window.resize(*size)
    if window.part == "words":
        window.show_part()
    QApplication.processEvents()
    (guess,) = window.guesses
    guess._place()
    lowest = guess._top
    for button in guess._answers:
        assert guess.rect().contains(button.geometry())
        others = [other for other in guess._answers if other is not button]
        assert not any(other.geometry().intersects(button.geometry()) for other in others)
        assert button.y() >= lowest


@pytest.mark.parametrize(
    "seed", [pytest.param(seed, marks=pytest.mark.soak if seed % 10 else ()) for seed in range(20)]
)
@pytest.mark.slow
def test_step_5_shows_what_its_notes_say(seed: int) -> None:
    """On the line SVRG ends lower; on the neuron it stays at the minimum it began beside, and SGD ends lower."""
    step = built_in().steps[4]
    assert step.slider == "loss.bend"
    for bend, svrg_is_lower in ((0.0, True), (1.0, False)):
        request = comparison_request(changed(step.state, {"loss.bend": bend, "seed": seed}))
        *_, result = answers(request, SILENT)
        ends = {racer.name: result.losses(row)[-1] for row, racer in enumerate(request.racers)}
        if svrg_is_lower:
            assert ends["SVRG"] < 1e-12 < 1e-6 < ends["SGD"]
        else:
            minima = request.loss.minima()
            assert ends["SVRG"] == pytest.approx(float(np.diff(request.loss.value(minima))[0]), rel=1e-6)
            assert ends["SGD"] < 0.2 * ends["SVRG"]


@pytest.mark.slow
def test_tab_goes_as_a_step_is_read(talk: Callable[..., TalkWindow]) -> None:
    """Once through all that is at the foot before the slider."""
    window = talk(built_in(), start=next(i for i, step in enumerate(built_in().steps) if step.answers and step.slider))
    window.activateWindow()
    window.setFocus()
    order: list[QWidget] = []
    for _ in range(40):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        now = QApplication.focusWidget()
        if now is window:
            break
        if now is not None and now not in order:
            order.append(now)
    (guess,) = window.guesses
    assert order[0] is window.words._slider and order[1] is guess
    assert order[2 : 2 + len(guess.votes)] == guess._answers
    assert order[-1].accessibleName().startswith("Leave the talk")
    assert len(order) == len(tab_order.stops(window, window._parts())) and window.page is not None
    assert all(canvas in order for view in window.page.views.values() for canvas in view.canvases[:1])
    QTest.keyClick(window, Qt.Key.Key_Backtab)
    assert QApplication.focusWidget() is order[-1]


@pytest.mark.slow
def test_black_pen_and_spotlight(talk: Callable[..., TalkWindow]) -> None:
    window = talk()
    window.black()
    assert window.overlay.isVisible() and window.overlay.mode == "black"
    window.forward()
    assert window.overlay.mode == ""
    window.overlay.set_mode("pen")
    QTest.mousePress(window.overlay, Qt.MouseButton.LeftButton, pos=QPoint(100, 100))
    QTest.mouseMove(window.overlay, QPoint(200, 120))
    QTest.mouseRelease(window.overlay, Qt.MouseButton.LeftButton, pos=QPoint(200, 120))
    assert len(window.overlay._strokes) == 1
    window.leave()  # puts the pen away, and does not end the talk
    assert window.isVisible() and window.overlay.mode == ""
    window.overlay.clear()
    assert not window.overlay.isVisible()


@pytest.mark.slow
def test_languages_and_themes_change_at_once(talk: Callable[..., TalkWindow]) -> None:
    window = talk()
    assert window.windowTitle() == "A talk" and "First" in window.words.accessibleName()
    window.toggle_language()
    assert window.windowTitle() == "講演" and "一つ目" in window.words.accessibleName()
    window.toggle_theme()
    window.toggle_subtitle()
    assert not window.grab().isNull()


@pytest.mark.slow
def test_dark_is_dark_everywhere(talk: Callable[..., TalkWindow]) -> None:
    """What Qt paints follows the theme of the talk, whatever that of the window below is."""
    window = talk(start=1)
    for key in ("dark", "light"):
        window.toggle_theme()
        picture = window.grab().toImage()
        assert picture.pixelColor(picture.width() - 4, 4) == THEMES[key].color("bg")
        assert window.page is not None
        beside = window.page.mapTo(window, QPoint(window.page.width() - 2, 2))  # the card ends before
        assert picture.pixelColor(beside) == THEMES[key].color("bg")


@pytest.mark.slow
def test_a_probe_that_is_dropped_is_shown_in_its_step(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    probe = examples()[0]
    steps = (TALK.steps[0], Step({"en": "Yours"}, views=("training_run",)))
    window = talk(Talk(TALK.title, steps))
    window._arrivals.read(probe)
    qtbot.waitUntil(lambda: window.index == 1, timeout=20_000)
    assert isinstance(window.store.state.choose.spectrum, OfProbe)
    assert probe.name in window.bar.count.text()
    window.restore()
    assert not isinstance(window.store.state.choose.spectrum, OfProbe)
    window._arrivals._take(FoundTalk(TALK, probe))
    assert "opened in the window" in window.bar.count.text() and window.talk.steps == steps


@pytest.mark.slow
def test_the_speaker_sees_the_next_step(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    """A picture of it beside the notes, which are not made small for it; none after the last step."""
    window = talk()
    window.notes.toggle()
    speaker = window.notes.window
    assert speaker is not None and not speaker._arranged()[1].isEmpty()
    qtbot.waitUntil(lambda: not speaker.picture.busy, timeout=20_000)
    first = speaker.picture.image
    assert first is not None
    seen = {first.pixel(x, y) for x in range(0, first.width(), 3) for y in range(0, first.height(), 3)}
    assert len(seen) > 20
    window.forward()
    assert speaker.picture.busy  # not the picture of another step
    qtbot.waitUntil(lambda: not speaker.picture.busy, timeout=20_000)
    assert speaker.picture.image is not None and speaker.picture.image != first
    window.back()
    assert speaker.picture.image is first  # kept
    window.last()
    assert speaker.picture.image is None and not speaker.picture.busy and speaker._arranged()[1].isEmpty()
    window.first()
    speaker.resize(480, 360)
    long = replace(TALK.steps[0], notes={"en": "A long note. " * 60})
    speaker._talk = Talk(TALK.title, (long, *TALK.steps[1:]))
    assert speaker._arranged()[1].isEmpty()
    window.use_theme("dark")
    speaker.close()  # with a picture to come


@pytest.mark.slow
def test_the_notes_are_in_the_speakers_window_only(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    window = talk()
    window.notes.toggle()
    speaker = window.notes.window
    assert speaker is not None
    assert speaker is not None and speaker.isVisible() and speaker.window() is speaker
    assert any("a secret note" in text for text, *_ in speaker.lines())
    assert not any("secret" in child.accessibleName() for child in window.findChildren(type(window.words).__mro__[2]))
    QTest.keyClick(speaker, Qt.Key.Key_PageDown)
    assert window.index == 1 and any("Guess" in text for text, *_ in speaker.lines())
    assert speaker.planned == 60.0
    QTest.keyClick(speaker, Qt.Key.Key_Right)
    assert window.index == 1 and window.guesses[0].answered
    QTest.keyClick(speaker, Qt.Key.Key_Right)
    assert window.index == 2
    window.notes.toggle()
    assert window.notes.window is None


TWO_SCREENS = """
from qhm_gui.appearance.application import make_application
app = make_application()
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import Step, Talk
from qhm_gui.window.talk import keys, tab_order
from qhm_gui.window.talk.talk_window import TalkWindow
from qhm_gui.window.talk.words_pane import WordsPane
window = TalkWindow(Talk({"en": "x"}, (Step({"en": "a"}, notes={"en": "secret"}),)), Settings(), "light")
def tell():
    app.processEvents()
    speaker = window.notes.window and window.notes.window.screen().name()
    apart = window.notes.window is None or not window.geometry().intersects(window.notes.window.geometry())
    print(window.screen().name(), speaker, apart)
window.hold()
tell()
window.notes.swap()
tell()
window.notes.swap()
since = window.notes.window.elapsed
window.notes.toggle()
window.notes.toggle()
assert window.notes.window.elapsed() > 0 and window.notes.window._since is window.notes._since  # the clock goes on
window.notes.place_again()  # nothing has changed
tell()
window.close()
"""


@pytest.mark.slow
@pytest.mark.parametrize("mirrored", [False, True])
def test_on_two_screens_the_notes_are_where_the_audience_is_not(tmp_path: Path, mirrored: bool) -> None:
    """The talk goes to the projector, the notes stay on the laptop; nowhere if one shows what the other does."""
    screens = [
        {"name": name, "x": x, "y": 0, "width": 1280, "height": 720, "logicalDpi": 96, "logicalBaseDpi": 96, "dpr": 1}
        for name, x in (("laptop", 0), ("projector", 0 if mirrored else 1280))
    ]
    (tmp_path / "screens.json").write_text(json.dumps({"screens": screens}))
    platform = f"offscreen:configfile={tmp_path / 'screens.json'}"
    script = TWO_SCREENS if not mirrored else TWO_SCREENS.split("window.notes.swap")[0] + "window.close()"
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=120,
        env={**os.environ, "QT_QPA_PLATFORM": platform, "XDG_CONFIG_HOME": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    beside = ["projector laptop True", "laptop projector True", "projector laptop True"]
    assert done.stdout.splitlines() == (["laptop None True"] if mirrored else beside)


def test_notes_are_never_cut_off_below(talk: Callable[..., TalkWindow]) -> None:
    long = Step({"en": "Long"}, {"en": "Words. " * 60}, {"en": "Notes. " * 120})
    window = talk(Talk({"en": "x"}, (long,)))
    window.notes.toggle()
    speaker = window.notes.window
    assert speaker is not None
    assert speaker is not None
    for size, largest in (((1000, 680), 1.0), ((1900, 1300), 1.8)):
        speaker.resize(*size)
        scale = speaker._arranged()[0]
        assert scale <= largest and max(area.bottom() for _, area, *_ in speaker._placed(scale)) <= size[1]


@pytest.mark.slow
def test_leaving_a_step_leaves_nothing(talk: Callable[..., TalkWindow], qtbot: QtBot) -> None:
    window = talk()
    from PySide6.QtWidgets import QWidget

    def count() -> int:
        return len(window.findChildren(QWidget))

    window.go(2)
    qtbot.wait(1)
    before = count()
    for index in (0, 1, 2) * 3:
        window.go(index)
    qtbot.wait(1)
    assert count() == before
    page, store = weakref.ref(window.page) if window.page else None, weakref.ref(window.store)
    window.go(0)
    qtbot.wait(1)
    gc.collect()
    assert store() is None and (page is None or page() is None)


@pytest.mark.parametrize("size", [(1024, 700), (1280, 800), (1920, 1080)])
@pytest.mark.slow
def test_pictures_stand_below_each_other_and_words_in_their_column(
    talk: Callable[..., TalkWindow], size: tuple[int, int], qtbot: QtBot
) -> None:
    two = Talk({"en": "x"}, (Step({"en": "Two"}, {"en": "Words."}, views=("path", "loss")),))
    window = talk(two)
    window.resize(*size)
    qtbot.wait(1)
    assert window.page is not None
    first, second = (window.page.views[key].widget for key in ("path", "loss"))
    assert second.mapTo(window, QPoint()).y() > first.mapTo(window, QPoint(0, first.height())).y()
    assert abs(first.width() - second.width()) <= 2 and first.width() > 0.5 * size[0]
    assert window.words.geometry().right() < first.mapTo(window, QPoint()).x()


# From the main window


def test_the_window_holds_the_talk_and_keeps_its_own_state(window: Window, qtbot: QtBot) -> None:
    window.store.update(seed=2)
    before = window.store.state
    QTest.keyClick(window, Qt.Key.Key_F5)
    shown = window.talks.shown
    assert shown is not None and len(shown.talk.steps) == len(built_in().steps)
    shown.store.update(alpha=0.3)
    qtbot.waitUntil(shown.isActiveWindow)
    for pressed, title in (("Ctrl+L", "無題"), ("Ctrl+G", "γ")):  # language and letter are the program's
        QTest.keySequence(shown, QKeySequence(pressed))
        said = (window.windowTitle(), window.panel._point.row("nu").toolTip())
        assert any(title in words for words in said)
    assert (Settings().language, Settings().letter) == ("ja", "gamma")
    window.toggle_letter()
    shown.close()
    assert window.talks.shown is None and window.store.state == before
    qtbot.wait(1)


def test_the_summary_leads_to_the_page_that_chooses(window: Window, qtbot: QtBot) -> None:
    window.talks.hold()
    shown = window.talks.shown
    assert shown is not None
    index = next(number for number, step in enumerate(shown.talk.steps) if step.page)
    assert not shown.words._page.isVisible()
    shown.go(index)
    assert shown.words._page.isVisible() and shown.step.page == "choose"
    QTest.mouseClick(shown.words._page, Qt.MouseButton.LeftButton)
    assert window.talks.shown is None and window.store.state.page == "choose"
    qtbot.wait(1)


def test_two_who_edit_a_talk_lose_nothing(window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file has been written by another window while the editor was open; what was edited is still there."""
    path = tmp_path / "mine.talk.json"
    talk_file.write(path, TALK)
    window.talks.path = path
    answers = ["cancel", "another", "mine"]
    asked: list[int] = []

    def edit(dialog: TalkEditor) -> int:
        if len(asked) == 0:
            talk_file.write(path, replace(TALK, title={"en": "Theirs"}))
        dialog.titles["en"].setText(f"Mine {len(answers)}")
        asked.append(1)
        return len(asked) <= 4

    monkeypatch.setattr(TalkEditor, "exec", edit)
    monkeypatch.setattr(talk_actions, "ask_which_to_keep", lambda *_, **__: answers.pop(0))
    monkeypatch.setattr(talk_actions, "file_to_save", lambda *_: None)  # nor where to
    window.talks.edit()
    assert len(asked) == 3 and answers == []
    assert talk_file.read(path).steps[0].title["en"] == "Mine 1"
    window.talks.edit()  # nobody has written since: no question
    assert talk_file.read(path).steps[0].title["en"] == "Mine 0"
    asked.clear()
    answers.append("theirs")
    window.talks.edit()
    assert talk_file.read(path).title == {"en": "Theirs"} and window.talks.talk == talk_file.read(path)


def test_what_is_seen_becomes_a_step(window: Window, tmp_path: Path) -> None:
    window.talks.path = tmp_path / "mine.talk.json"
    window.store.update(expanded="stability")
    alpha = window.panel._point.row("alpha").entry
    alpha.take_focus()
    QTest.keyClicks(window.focusWidget(), "0.9")  # what is still being typed is of the step
    window.talks.add_step()
    window.store.update(expanded="")
    window.talks.add_step()
    found = talk_file.read(tmp_path / "mine.talk.json")
    assert [step.views for step in found.steps] == [("stability",), ("path", "loss", "stability")]
    assert found.steps[0].state.alpha == 0.9
    assert window.talks.open_file(tmp_path / "mine.talk.json")
    by_hand = found.steps[0]
    talk_file.write(tmp_path / "mine.talk.json", Talk(found.title, (by_hand,)))  # somebody else has taken a step out
    window.talks.add_step()
    assert talk_file.read(tmp_path / "mine.talk.json").steps[0] == by_hand
    found = talk_file.read(tmp_path / "mine.talk.json")
    assert len(found.steps) == 2
    (tmp_path / "mine.talk.json").write_text("half of a")
    window.talks.add_step()
    assert (tmp_path / "mine.talk.json").read_text() == "half of a" and "JSON" in window.status.text()
    (tmp_path / "bad.json").write_text("{}")
    assert not window.talks.open_file(tmp_path / "bad.json") and window.talks.talk == found


def test_what_is_set_becomes_a_further_state_of_a_step(window: Window, tmp_path: Path) -> None:
    window.talks.path = path = tmp_path / "mine.talk.json"
    window.talks.add_stop()
    assert not path.exists() and "add that first" in window.status.text()
    window.talks.add_step()
    for nu in (0.0, 1.0):
        window.store.update(nu=nu)
        window.talks.add_stop()
    (step,) = talk_file.read(path).steps
    assert [state.nu for state in step.states] == [0.7, 0.0, 1.0]
    assert json.loads(path.read_text())["steps"][0]["stops"] == [{"nu": 0.0}, {"nu": 1.0}]
    for _ in range(talk_file.MOST_STOPS):
        window.talks.add_stop()
    assert "at most" in window.status.text()
    assert len(talk_file.read(path).steps[0].stops) == talk_file.MOST_STOPS


def test_the_minutes_of_a_step_are_read_as_every_number_is(window: Window) -> None:
    dialog = TalkEditor(window, window._theme, TALK, {})
    line = dialog.minutes.lineEdit()
    for typed, minutes in (
        ("1,5", 1.5),
        ("２．２５", 2.25),
        ("10%", 2.25),
        ("1,500", 2.25),
        ("6000", 2.25),
        ("½", 2.25),
    ):
        line.setText(typed)
        QTest.keyClick(line, Qt.Key.Key_Return)
        assert dialog.minutes.value() == minutes == dialog.talk().steps[0].minutes, typed
        assert line.text() == dialog.minutes.textFromValue(minutes)
    dialog.close()
    dialog.deleteLater()


def test_the_editor_reorders_and_writes_words(window: Window) -> None:
    dialog = TalkEditor(window, window._theme, TALK, {"lecturer": "L"})
    assert dialog.talk() == TALK and dialog.facts()["lecturer"] == "L"
    dialog.move_by(1)
    dialog.titles["ja"].setText("別の題")
    dialog.notes["en"].setPlainText("say this")
    dialog.minutes.setValue(3.5)
    dialog.reveal.setChecked(True)
    found = dialog.talk()
    assert [step.title["en"] for step in found.steps] == ["Guess", "First", "Words only"]
    assert found.steps[1].title["ja"] == "別の題" and found.steps[1].notes["en"] == "say this"
    assert found.steps[1].minutes == 3.5 and found.steps[1].reveal and not found.steps[0].reveal
    dialog.remove()
    assert len(dialog.talk().steps) == 2
    dialog.close()
    dialog.deleteLater()


def test_the_editor_has_the_question_to_the_room_and_its_answers(window: Window) -> None:
    """A step of the built-in talk was not to be written with it, and passing over a step leaves it as it is."""
    dialog = TalkEditor(window, window._theme, built_in(), {})
    for row, step in enumerate(built_in().steps):
        dialog.list.setCurrentRow(row)
        dialog.reveal.toggle()
        dialog.reveal.toggle()
        assert dialog.talk().steps[row] == step, row
    dialog.list.setCurrentRow(step_with("typeset"))
    dialog.formulas["en"].setText("*y*")
    assert dialog.talk().steps[step_with("typeset")].typeset == ""
    dialog.list.setCurrentRow(0)
    dialog.asked["en"].setText("Which one?")
    dialog.answers["en"].setPlainText("SGD\n\nall alike\n")
    dialog.answers["ja"].setPlainText("\n\nどれも同じ")
    dialog.formulas["en"].setText("*x*")
    found = dialog.talk().steps[0]
    assert found.ask == {"en": "Which one?"} and found.formula == {"en": "*x*"}
    assert found.answers == ({"en": "SGD"}, {"en": "all alike", "ja": "どれも同じ"})
    dialog.answers["en"].setPlainText("\n".join("abcdefgh"))
    assert len(dialog.talk().steps[0].answers) == talk_file.MOST_ANSWERS
    assert load(dump(dialog.talk())) == dialog.talk()
    dialog.close()
    dialog.deleteLater()


# Files for others


@pytest.mark.slow
def test_every_step_of_the_talk_fits_its_slide(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    first: dict[Any, Any] = {}  # what is computed knows no language, and what comes later has the same room

    def compute(slide: Slide, known: object) -> dict[str, Any]:
        for view, request in slide.requests().values():
            if request not in first:
                first[request] = next(iter(view.compute(request, SILENT)))
        return {key: first[request] for key, (_, request) in slide.requests().items()}

    monkeypatch.setattr(deck, "computed", compute)
    for spoken_in in LANGUAGES:
        with language.spoken(spoken_in):
            for slide in slides(built_in(), subtitle=True):
                with drawn_slide(slide, {}) as drawing:
                    assert drawing.fits, f"{slide.number} {spoken_in}"


@pytest.mark.slow
def test_the_command_writes_every_format(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.json"
    evil = '</script><img src=x onerror="alert(1)">{words}'
    talk_file.write(path, Talk({"en": evil}, (*TALK.steps[:1], Step({"en": evil}, {"en": evil}, {"en": evil}))))
    out = tmp_path / "out"
    formats = "pdf,png,html"
    assert main(["talk", str(path), "--out", str(out), "--format", formats, "--lecturer", "L. Ecturer"]) == 0
    told = capsys.readouterr()
    assert "Traceback" not in told.err
    assert {p.name for p in out.iterdir()} == {"talk.pdf", "talk.html", "step-01.png", "step-02.png"}
    import pypdfium2

    document = pypdfium2.PdfDocument(out / "talk.pdf")
    assert len(document) == 2 and "First" in document[0].get_textpage().get_text_range()
    text = (out / "talk.html").read_text(encoding="utf-8")
    assert "://" not in re.sub(r"data:image/svg\+xml;base64,[A-Za-z0-9+/=]*", "", text)  # it needs no network
    assert evil not in text and text.count("<script>") == text.count("</script>") == 1
    assert main(["talk", str(path), "--out", str(out), "--format", formats]) == 2  # nothing is written over
    lecturer = ["--lecturer", "\U00020bb7 \ud55c"]  # a rare kanji, Hangul
    assert main(["talk", str(path), "--out", str(out / "b"), "--format", "html", *lecturer]) == 0
    assert "U+20BB7" in (told := capsys.readouterr().err) and "U+D55C" in told
    assert main(["talk", str(path), "--out", str(out), "--format", "odp"]) == 2
    assert "must be one of pdf, png, html, pptx" in capsys.readouterr().err


def test_slides_of_powerpoint_do_not_tell_when_they_were_made() -> None:
    made = []
    for year in (2020, 2026):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            for name in ("b.xml", "a/picture.png"):
                archive.writestr(zipfile.ZipInfo(name, (year, 1, 1, 0, 0, 0)), name, zipfile.ZIP_DEFLATED)
        made.append(undated(content.getvalue()))
    assert made[0] == made[1]
    with zipfile.ZipFile(io.BytesIO(made[0])) as archive:
        assert [(name, archive.read(name).decode()) for name in archive.namelist()] == [
            (name, name) for name in ("b.xml", "a/picture.png")
        ]


def test_a_powerpoint_has_a_picture_and_notes_a_slide(tmp_path: Path) -> None:
    pptx = pytest.importorskip("pptx", reason="python-pptx is not installed (extra pptx)")
    path = tmp_path / "a.json"
    talk_file.write(path, TALK)
    assert main(["talk", str(path), "--out", str(tmp_path), "--format", "pptx"]) == 0
    found = list(pptx.Presentation(tmp_path / "talk.pptx").slides)
    assert len(found) == 4 and "a secret note" in found[0].notes_slide.notes_text_frame.text
    told = [slide.shapes[0]._element.nvPicPr.cNvPr.get("descr") for slide in found]
    assert told[1] == "Guess Where?" and told[2] == "Guess"  # the question, and then the answer


@pytest.mark.slow
def test_a_step_of_a_quadratic_can_be_dragged_in_the_browser() -> None:
    from qhm_gui.export.decks.html import live_of

    found = [live_of(slide) for slide in slides(built_in(), handout=True)]
    assert found[0] is not None and found[0]["alpha"] == built_in().steps[0].state.alpha
    himmelblau = next(i for i, step in enumerate(built_in().steps) if step.state.loss.key == "himmelblau")
    assert found[himmelblau] is None
    family = found[step_with("typeset")]
    assert family is not None and (family["beta"], family["nu"]) == (0.8, 0.7)


def test_the_rail_names_the_three_questions() -> None:
    assert len(QUESTIONS) == 3
    assert changed(State(), {}) == Step({"en": "x"}).state
