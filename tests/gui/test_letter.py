"""The letter of the momentum share: with γ chosen no ν is left anywhere, and without it there is no γ."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import THEMES
from qhm_gui.commands.command_line import main
from qhm_gui.dialogs.help_sheet import Formula
from qhm_gui.drawing import markup
from qhm_gui.drawing.painted_texts import painted_texts
from qhm_gui.files.settings import Settings
from qhm_gui.files.talk_file import built_in, other, said
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language, symbols
from qhm_gui.text.help_words import HELP
from qhm_gui.text.language import LANGUAGES, tr
from qhm_gui.text.symbols import LETTERS, written_with
from qhm_gui.views.columns import COMMON
from qhm_gui.window.talk.talk_window import TalkWindow
from qhm_gui.window.window import Window
from tests.gui.conftest import QUICK

#: letter -> what must not be seen with it
WRONG = {"nu": "γ", "gamma": "ν"}


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    yield
    symbols.choose_letter("nu")
    language.set_language("en")


def words_of(widget: QWidget) -> Iterator[str]:
    """What Qt itself shows or tells of a widget, and of its actions."""
    for name in (
        "text",
        "title",
        "windowTitle",
        "toolTip",
        "placeholderText",
        "accessibleName",
        "accessibleDescription",
    ):
        call = getattr(widget, name, None)
        told = call() if callable(call) else ""
        if isinstance(told, str):
            yield told
    for action in widget.actions():
        yield from (action.text(), action.toolTip())


def wrong_words(root: QWidget, wrong: str) -> set[str]:
    """What holds the wrong letter, in the widgets of a window and in the texts that it paints."""
    with painted_texts() as painted:
        root.grab()
    told = {words for widget in (root, *root.findChildren(QWidget)) for words in words_of(widget)}
    return {words for words in (*told, *(text.words for text in painted)) if wrong in words}


@pytest.mark.parametrize("name", LETTERS)
def test_every_page_has_one_letter(
    name: str, make_window: Callable[..., Window], settle: Callable[[Window], None]
) -> None:
    window = make_window(changed(State(), QUICK))
    if name == "gamma":
        window.toggle_letter()
    found: dict[str, set[str]] = {}
    seen = ""
    for at, page in enumerate(PAGES):
        window.use_language(LANGUAGES[(at + list(LETTERS).index(name)) % 2])  # in turn: each page meets both languages
        window.store.update(page=page)
        settle(window)
        with painted_texts() as painted:
            found[page] = wrong_words(window, WRONG[name])
        seen += "".join(text.words for text in painted)
    found["menu"] = wrong_words(window.files.menu(), WRONG[name])
    assert {place: words for place, words in found.items() if words} == {}
    assert LETTERS[name] in seen  # the walk meets the letter at all
    assert Settings().letter == name


@pytest.mark.parametrize("name", LETTERS)
@pytest.mark.parametrize("spoken_in", LANGUAGES)
def test_every_sentence_has_one_letter(name: str, spoken_in: str) -> None:
    """What is said of views, presets, columns and steps, without a window."""
    texts: list[str] = []
    with language.spoken(spoken_in), written_with(name):
        texts += [tr(text) for text in language.table("ja")]
        texts += [tr(words) for row in HELP.values() for words in (row.shows, row.limits, row.attempt, row.source)]
        texts += [tr(column.meaning) for column in COMMON.values()]
        texts += [markup.plain_text(tr(one.title)) for page in PAGES for one in presets_of(page)]
        for step in built_in().steps:
            parts = (step.title, step.words, step.notes, step.ask, step.formula, *step.answers)
            texts += [text for part in parts for text in (said(part), other(part))]
    assert [text for text in texts if WRONG[name] in text] == []
    assert any(LETTERS[name] in text for text in texts)


def test_formulas_are_typeset_with_the_letter(qapp: object) -> None:
    with written_with("gamma"):
        told = [Formula(row.formula, THEMES["light"]) for row in HELP.values() if row.formula]
        names = [formula.accessibleName() for formula in told]
    assert not any(r"\nu" in name for name in names) and any(r"\gamma" in name for name in names)


@pytest.mark.slow
def test_the_talk_changes_its_letter_at_once(qtbot: object) -> None:
    talk = built_in()
    index = next(number for number, step in enumerate(talk.steps) if step.slider.endswith("nu"))
    window = TalkWindow(talk, Settings(), "light", start=index)
    window.resize(1280, 800)
    window.toggle_letter()
    window.notes.toggle()
    assert window.notes.window is not None
    notes = "".join(text for text, *_ in window.notes.window.lines())
    found = wrong_words(window, "ν")
    named = window.words.accessibleName()
    window.close()
    window.deleteLater()
    assert found == set() and "γ" in named and "ν" not in notes


@pytest.mark.slow
def test_files_are_written_with_the_letter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A figure as SVG, PDF and CSV; and from the file, whose letter is carried, the same bytes again."""
    line = ["export", "1a", "--format", "svg,pdf,csv", "--text", "text", "--name", "a"]
    assert main([*line, "--letter", "gamma", "--out", str(tmp_path)]) == 0
    texts = {path.suffix: path.read_bytes() for path in tmp_path.glob("a.*")}
    import pypdfium2

    read = pypdfium2.PdfDocument(texts[".pdf"])[0].get_textpage().get_text_range()
    told = [read, texts[".svg"].decode(), texts[".csv"].decode()]
    assert all("γ" in text and "ν" not in text for text in told)
    assert main(["export", str(tmp_path / "a.svg"), "--out", str(tmp_path), "--name", "b", "--format", "svg"]) == 0
    assert "ν" not in (tmp_path / "b.svg").read_text(encoding="utf-8")
    capsys.readouterr()


def test_the_conjecture_is_told_with_the_letter(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def check(tell: Callable[[str], None]) -> bool:
        tell("Does R*(ν, κ) fall with ν?")
        return True

    monkeypatch.setattr("qhm_gui.commands.conjecture.check", check)
    assert main(["conjecture", "--letter", "gamma"]) == 0
    assert capsys.readouterr().out == "Does R*(γ, κ) fall with γ?\n"
    assert main(["conjecture"]) == 0
    assert "ν" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("wanted", "found"), [(["ja-JP", "en"], "ja"), (["fr-FR", "ja"], "ja"), (["fr"], "en"), ([], "en")]
)
def test_the_first_language_is_the_systems(wanted: list[str], found: str, monkeypatch: pytest.MonkeyPatch) -> None:
    class Locale:
        def uiLanguages(self) -> list[str]:
            return wanted

    monkeypatch.setattr(QLocale, "system", Locale)
    assert Settings().language == found
    Settings().remember(language="en")
    assert Settings().language == "en"
