"""A figure made again from its own file is the same figure, whatever it was made with."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from qhm_gui.appearance.application import make_application
from qhm_gui.commands.command_line import main
from qhm_gui.dialogs.export import ExportDialog
from qhm_gui.dialogs.save_file import ask_for_file
from qhm_gui.drawing.markup import escaped, parse, plain_text
from qhm_gui.drawing.wrapped_text import wrapped
from qhm_gui.export import EXPORTERS
from qhm_gui.export.compose import compose
from qhm_gui.export.computed import computed
from qhm_gui.export.formats.png import png_bytes
from qhm_gui.export.options import ExportOptions
from qhm_gui.export.page import sheet
from qhm_gui.export.recipe import Recipe, RecipeError, Words, recipe_from
from qhm_gui.export.scene import view_scene
from qhm_gui.files.provenance import read_session
from qhm_gui.files.session import Session, dump
from qhm_gui.state.pages import PAGES
from qhm_gui.state.state import State, changed
from qhm_gui.text import language
from qhm_gui.text.language import spoken
from qhm_gui.views import VIEWS
from qhm_gui.window.window import Window
from qhm_math.declared import declared_fields
from tests.covering import part_of
from tests.gui.conftest import QUICK, read

FEW = changed(State(), {"steps": 40, "runs": 10})
#: One line of arguments for every part of a figure that can be chosen.
CHOICES: dict[str, list[str]] = {
    "nothing": [],
    "view": ["--view", "loss"],
    "page": ["--page", "explore"],
    "column": ["--view", "rate", "--size", "column"],
    "custom": ["--view", "rate", "--size", "90x70mm", "--type", "1.2"],
    "dark": ["--view", "path", "--theme", "dark", "--transparent", "--legend", "above"],
    "layers": ["--view", "path", "--show", "point,playhead,start", "--scale", "1"],
    "words": ["--view", "stability", "--title", "a*b*c <b> & f_max", "--subtitle", "", "--caption", "x_{1} \\*"],
    "markup": ["--view", "stability", "--title", "Rate *R*", "--caption", "*x*_{1}", "--markup"],
    "Japanese": ["--view", "stability", "--lang", "ja"],
}


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The commands choose a language for the process."""
    yield
    language.set_language("en")


#: Every choice in the format that holds them all, and every format.
PART = [*product(CHOICES, ["svg"]), *product(["view"], EXPORTERS), ("words", "png"), ("page", "pdf")]


@pytest.mark.parametrize(("name", "key"), part_of(product(CHOICES, EXPORTERS), PART))
@pytest.mark.slow
def test_the_second_generation_is_the_first(name: str, key: str, tmp_path: Path) -> None:
    """Bytes of every format, each made from the file of the same format without another word."""
    (tmp_path / "a.json").write_text(dump(Session(FEW, step=7)), "utf-8")
    assert main(["export", str(tmp_path / "a.json"), "--format", key, "--out", str(tmp_path), *CHOICES[name]]) == 0
    (first,) = [path for path in tmp_path.iterdir() if path.name != "a.json"]
    language.set_language("en")
    (tmp_path / "second").mkdir()
    second = tmp_path / "second" / first.name
    assert main(["export", str(first), str(second)]) == 0
    assert second.read_bytes() == first.read_bytes()


@pytest.mark.slow
def test_a_figure_of_the_paper_is_made_again_by_either_command(tmp_path: Path) -> None:
    line = ["--size", "column", "--theme", "dark", "--format", "svg,csv", "--lang", "ja"]
    assert main(["figures", "1a", "--out", str(tmp_path / "a"), *line]) == 0
    assert main(["export", "1a", "--out", str(tmp_path / "b"), *line]) == 0
    for file in ("figure-1a.svg", "figure-1a.csv"):
        assert main(["export", str(tmp_path / "a" / file), str(tmp_path / file)]) == 0
        content = (tmp_path / "a" / file).read_bytes()
        assert content == (tmp_path / "b" / file).read_bytes() == (tmp_path / file).read_bytes()


@pytest.mark.slow
def test_what_the_line_says_comes_before_what_the_file_says(tmp_path: Path) -> None:
    first, second = tmp_path / "a.svg", tmp_path / "b.svg"
    assert main(["export", "1a", str(first), "--title", "Mine", "--theme", "dark", "--size", "column"]) == 0
    assert main(["export", str(first), str(second), "--size", "half", "--theme", "light"]) == 0
    made = recipe_from(read_session(second).figure)
    assert (made.options.size, made.options.theme, made.words.title, made.view) == ("half", "light", "Mine", "optima")
    assert main(["export", str(first), str(second), "--view", "roots", "--force"]) == 0
    made = recipe_from(read_session(second).figure)
    assert (made.options.size, made.words.title, made.view) == ("column", None, "roots")  # a title is of its view


def options_strategy() -> st.SearchStrategy[ExportOptions]:
    declared = declared_fields(ExportOptions)
    chosen = {
        name: st.sampled_from([key for key, _ in field.choices]) for name, field in declared.items() if field.choices
    }
    numbers = {"type_scale": st.floats(0.5, 2.0), "width": st.floats(1, 500), "scale": st.integers(1, 4)}
    return st.builds(ExportOptions, **chosen, **numbers)


TEXTS = st.none() | st.text(max_size=40)


@given(
    st.builds(
        Recipe,
        st.sampled_from(["", *VIEWS]),
        options_strategy(),
        st.builds(Words, TEXTS, TEXTS, st.text(max_size=40)),
        st.sampled_from(["en", "ja"]),
    )
)
@pytest.mark.slow
def test_a_recipe_comes_back_whole(recipe: Recipe) -> None:
    found = recipe_from(json.loads(json.dumps(recipe.to_fields())))
    assert found == replace(recipe, options=replace(recipe.options, kind=ExportOptions().kind))


@pytest.mark.parametrize(
    "found",
    [
        {"view": "nowhere"},
        {"view": 3},
        {"language": "fr"},
        {"look": {"size": "huge"}},
        {"look": {"new": 1}},
        {"look": []},
        {"look": {"scale": 9}},
        {"words": {"title": 1}},
        {"words": {"author": "x"}},
        {"words": "x" * 20_000},
        {"view": []},
        {"language": {}},
    ],
)
def test_what_a_file_says_wrongly_is_a_sentence(found: dict[str, Any], tmp_path: Path, capsys) -> None:
    with pytest.raises(RecipeError, match=r"^This figure was made with something that this program does not know: "):
        recipe_from(found)
    document = {**json.loads(dump(FEW)), "figure": found}
    (tmp_path / "a.csv").write_text(f"# state: {json.dumps(document)}\n", "utf-8")
    assert main(["export", str(tmp_path / "a.csv"), str(tmp_path / "b.csv")]) == 2
    told = capsys.readouterr().err
    assert told.startswith("This figure was made with") and told.count("\n") == 1 and len(told) < 200


@given(st.text(alphabet=st.characters(exclude_categories=("Cs", "Cc")), max_size=60))
def test_a_literal_text_is_shown_as_it_is(text: str) -> None:
    assert plain_text(escaped(text)) == text
    assert all(not run.italic and run.level == 0 for run in parse(escaped(text)))


def test_lines_are_not_cut_within_what_belongs_together() -> None:
    make_application()
    text = escaped("one * two * three _{four five} six")
    lines = wrapped(text, 12, 60)
    assert len(lines) > 2 and plain_text(" ".join(lines)) == plain_text(text)
    assert all(not run.italic for line in lines for run in parse(line))
    assert any("_{a b}" in line for line in wrapped("word _{a b} word", 12, 30))


@pytest.mark.slow
def test_a_sign_that_no_file_can_hold_is_in_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """From the command line it is refused; in a file of a figure it falls away: XML with it is no XML."""
    make_application()
    words = Words("t\x03\u3000題\ufffe", "s\x04", "c\x05")
    figure = compose(view_scene("loss"), State(), ExportOptions(author="Ann\x01 B\ud800"), words)
    with sheet(figure, computed(figure)) as drawing:
        for kind in ("svg", "pdf", "png"):
            content = EXPORTERS[kind].encode(drawing)
            assert b"Ann\x01" not in content.replace(b"\0", b"")
            if kind == "svg":
                titles = [title.text for title in ElementTree.fromstring(content).iter() if title.tag.endswith("title")]
                assert "t\u3000題" in titles
    line = ["export", "1a", "--view", "loss", "--format", "svg", "--author", "a\x01b", "--out", str(tmp_path)]
    assert main(line) == 2
    assert capsys.readouterr().err == "--author has a sign that no file can show: '\\x01'.\n"
    assert not list(tmp_path.iterdir())


def test_signs_of_a_title_are_in_the_pdf(tmp_path: Path) -> None:
    words = "a*b*c <b> & f_max"
    assert main(["export", "1a", str(tmp_path / "a.pdf"), "--title", words]) == 0
    document = pypdfium2.PdfDocument((tmp_path / "a.pdf").read_bytes())
    assert words in document[0].get_textpage().get_text_range()
    assert document.get_metadata_dict()["Title"] == words
    document.close()


@pytest.mark.parametrize("key", VIEWS)
@pytest.mark.slow
def test_a_computation_knows_no_language(key: str) -> None:
    """So an answer that the window has computed can be exported in another language."""
    make_application()
    page = next((row.key for row in PAGES.values() if key in (*row.views, *row.alone)), "explore")
    state = changed(State(), {**QUICK, "page": page})
    options = ExportOptions(size="third", scale=1)
    pictures = []
    answers = []
    for spoken_first in ("en", "ja"):
        with spoken(spoken_first):
            answers.append(computed(compose(view_scene(key), state, options)))
    with spoken("ja"):
        for answer in answers:
            with sheet(compose(view_scene(key), state, options), answer) as drawing:
                pictures.append(png_bytes(drawing, 1))
    assert pictures[0] == pictures[1]


# -- the window


@pytest.fixture
def opened(make_window: Callable[..., Window], tmp_path: Path, settle: Callable[[Window], None]) -> Window:
    """A window that has opened a figure of its own."""
    (tmp_path / "a.json").write_text(dump(FEW), "utf-8")
    line = ["--view", "rate", "--size", "column", "--theme", "dark", "--title", "a*b*", "--lang", "ja"]
    assert main(["export", str(tmp_path / "a.json"), str(tmp_path / "a.svg"), *line]) == 0
    language.set_language("en")
    window = make_window()
    window.files.open_file(tmp_path / "a.svg")
    read(window)
    settle(window)
    return window


@pytest.mark.slow
def test_the_window_exports_what_it_opened(
    opened: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown: list[str] = []
    monkeypatch.setattr(ExportDialog, "exec", lambda dialog: shown.append(dialog.recipe.view))
    opened.exports.page()
    assert shown == ["rate"]
    dialog = opened.exports.dialog("rate")
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.busy and dialog.texts.title.value() == "a*b*", timeout=20_000)
    dialog.edit("kind", "svg")
    dialog.save_to(tmp_path / "b.svg")
    qtbot.waitUntil(lambda: dialog.sentence.startswith("Saved"), timeout=20_000)
    assert (tmp_path / "b.svg").read_bytes() == (tmp_path / "a.svg").read_bytes()
    assert language.language() == "en"
    dialog.edit("size", "half")
    opened.exports.put_away(dialog)
    again = opened.exports.dialog("rate")
    assert again.options.size == "half" and again.recipe.words.title == r"a\*b\*"
    opened.exports.put_away(again)
    other = opened.exports.dialog("loss")  # the look of the figure, but not its title
    assert (other.options.theme, other.recipe.words.title) == ("dark", None)
    opened.exports.put_away(other)
    opened.undo()
    before = opened.exports.dialog("rate")
    assert before.options == ExportOptions() and before.recipe.words == Words()
    opened.exports.put_away(before)


@pytest.mark.slow
def test_words_are_taken_as_they_are_typed_unless_markup_is_chosen(opened: Window, qtbot: QtBot) -> None:
    dialog = opened.exports.dialog("loss")
    dialog.show()
    qtbot.waitUntil(lambda: not dialog.busy and dialog.texts.title.value() != "", timeout=20_000)
    dialog.texts.title.committed.emit(dialog.texts.title.value())  # nothing was changed
    assert dialog.recipe.words.title is None
    dialog.texts.title.committed.emit("f_{1} *x*")
    assert dialog.recipe.words.title == r"f\_{1} \*x\*"
    dialog.edit("reading", "markup")
    dialog.texts.title.committed.emit("f_{1} *x*")
    assert dialog.recipe.words.title == "f_{1} *x*"
    opened.exports.put_away(dialog)


def test_a_file_is_written_over_only_after_a_question(
    window: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.svg").write_text("precious")
    answers, asked = [False, True], list[str]()
    chosen = iter([str(tmp_path / "a"), str(tmp_path / "a.svg"), ""])
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (next(chosen), ""))
    monkeypatch.setattr(
        "qhm_gui.dialogs.save_file.ask_to_overwrite", lambda _parent, _theme, name: asked.append(name) or answers.pop(0)
    )
    assert ask_for_file(window, window._theme, "Export", tmp_path / "a.svg", "SVG") == tmp_path / "a.svg"
    assert asked == ["a.svg", "a.svg"]
    assert ask_for_file(window, window._theme, "Export", tmp_path / "a.svg", "SVG") is None
