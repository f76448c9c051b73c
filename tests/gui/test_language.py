"""Every word of the window has its Japanese, and no Japanese is without its word."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from string import Formatter

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QWidget

from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.state import ALL_LOSSES, State, changed
from qhm_gui.text import language
from qhm_gui.text.method_words import PARTS, part_words
from qhm_gui.views import VIEWS
from qhm_gui.views.view import View
from qhm_gui.window.actions import ACTIONS, MOUSE, PLAIN
from qhm_gui.window.window import Window
from qhm_math.declared import declared_fields
from qhm_math.expression import TypedLoss
from qhm_math.methods import METHODS
from qhm_math.noise import NOISES
from tests.gui.conftest import QUICK

ROOT = Path(__file__).resolve().parents[2]
TABLE: dict[str, str] = json.loads((ROOT / "resources/translations/ja.json").read_text(encoding="utf-8"))
SOURCES = sorted([*(ROOT / "qhm_gui").rglob("*.py"), *(ROOT / "qhm_math").rglob("*.py")])


@cache
def texts_in(path: Path) -> tuple[set[str], set[str]]:
    """What a file says in the language in force, and all texts in it. Its tree is not kept: all of them are a million
    objects, which the search for garbage after each test of a window would walk through."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return translated_literals(tree), constants(tree)


def constants(tree: ast.AST) -> set[str]:
    return {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)}


#: What says a text in the language in force: ``tr``, and the faults whose sentence a window says (``fault_words``).
SAID = ("tr", "SweepError", "SweepHeldError", "DataError")


def translated_literals(tree: ast.AST) -> set[str]:
    """The texts that are handed to them as they stand, or by a name that they have just been given."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in SAID and node.args:
            found |= constants(node.args[0])
            if isinstance(node.args[0], ast.Name) and node.func.id != "tr":  # type: ignore[attr-defined]
                found |= assigned(tree, node.args[0].id)
    return found


def assigned(tree: ast.AST, name: str) -> set[str]:
    lines = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
    given = [line.value for line in lines if any(isinstance(to, ast.Name) and to.id == name for to in line.targets)]
    return {text for value in given if isinstance(value, ast.Constant) for text in constants(value)}


@pytest.mark.slow
def test_every_literal_has_its_japanese() -> None:
    missing = {text: path.name for path in SOURCES for text in texts_in(path)[0] if text not in TABLE}
    assert missing == {}


def test_every_row_has_its_japanese() -> None:
    rows = (
        {row.title for row in PAGES.values()}
        | {row.question for row in PAGES.values()}
        | {words for view in VIEWS.values() for words in (view.title, view.question, view.lead)}
    )
    rows |= {row.lead for row in PAGES.values()} | {
        option.caption for view in VIEWS.values() for option in view.options
    }
    rows |= {action.text for action in (*ACTIONS, *(action for _, action in PLAIN))} | {
        word for row in MOUSE for word in row
    }
    rows |= {words for row in FIGURES.values() for words in (row.title, row.heading, row.note)}
    assert {row for row in rows if row and row not in TABLE} == set()


def test_every_method_has_its_japanese() -> None:
    words = {
        word
        for kind in METHODS.values()
        for field in declared_fields(kind).values()
        for word in (field.label, field.help)
    }
    assert {word for word in words | set(PARTS.values()) if word and word not in TABLE} == set()


@pytest.mark.parametrize("key", METHODS)
def test_every_part_of_a_method_has_its_words(key: str) -> None:
    method = METHODS[key]()
    parts = method.parts(method.initialise(np.zeros((1, 2))))
    assert set(parts) - set(PARTS) == set()
    assert part_words("of no method") == "of no method"


@pytest.mark.slow
def test_nothing_is_translated_that_is_not_said() -> None:
    said = set().union(*(texts_in(path)[1] for path in SOURCES))
    said |= {row.title for row in FIGURES.values()}  # put together from a figure's numbers
    said |= {field.help for kind in METHODS.values() for field in declared_fields(kind).values()}  # and a default's
    said |= {words for _, words in declared_fields(State)["tie"].choices}  # put together from the rules of ν
    assert set(TABLE) - said == set()


@pytest.mark.parametrize("text", [text for text in TABLE if "{" in text])
def test_the_blanks_are_the_same(text: str) -> None:
    def blanks(words: str) -> set[str]:
        return {name for _, name, _, _ in Formatter().parse(words) if name}

    assert blanks(text) == blanks(TABLE[text])


@pytest.mark.parametrize("damaged", ["{wrong}", "{0}", "{", "{name.x}", "{name!q}"])
def test_a_damaged_row_is_said_in_english(damaged: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(language, "table", lambda _language: {"Saved: {name}": damaged})
    assert language.tr("Saved: {name}", name="a") == "Saved: a"


def texts_of(view: View, state: State) -> list[str]:
    """What stands on the canvases of a view, and its subtitle."""
    drawn = [text for canvas in view.canvases for text, _ in canvas.placer.areas()]
    return [view.subtitle(state), *drawn]


def test_a_list_has_the_comma_of_the_language() -> None:
    assert language.listed("a", "", "b") == "a, b"
    with language.spoken("ja"):
        assert language.listed("a", "", "b") == "a、b"


def test_of_one_thing_english_says_no_s() -> None:
    assert language.tr("{steps} steps", steps=1) == "1 step" and language.tr("{steps} steps", steps="1") == "1 step"
    assert language.tr("{gone} of {runs} runs diverged", gone=1, runs=10) == "1 of 10 runs diverged"
    assert language.tr("{count} × {steps} Lanczos steps", count=1, steps=16) == "1 × 16 Lanczos steps"
    assert language.tr("at worst {times} times as far", times="1") == "at worst 1 times as far"
    with language.spoken("ja"):
        assert language.tr("Budget: {steps} steps", steps=1) == "予算：1 ステップ"


def test_sentences_and_labels_are_set_as_the_language_sets_them() -> None:
    assert language.in_a_row("", "One.", "", "Two.") == "One. Two." and language.in_a_row() == ""
    assert language.labelled("a", "1") == "a: 1"
    with language.spoken("ja"):
        assert language.in_a_row("一つ。", "", "二つ：", "三つ", "four") == "一つ。二つ：三つ four"
        assert language.labelled("値", "1") == "値：1"


def test_no_english_is_left_in_the_window(
    make_window: Callable[..., Window], settle: Callable[[Window], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever is looked up while the window shows everything it has is in the table."""
    missed: set[str] = set()

    class Recorder(dict[str, str]):
        def get(self, key: str, default: str | None = None) -> str | None:  # type: ignore[override]
            if key not in self:
                missed.add(key)
            return super().get(key, default)

    table = Recorder(TABLE)
    monkeypatch.setattr(language, "table", lambda _language: table)
    window = make_window(changed(State(), QUICK))
    window.use_language("ja")
    for page in PAGES:
        window.store.update(page=page)
        settle(window)
        window.grab()
        said = [label.text() for label in window.findChildren(QLabel)]
        said += [words for view in window.page.views.values() for words in texts_of(view, window.store.state)]
        said += [window.status.accessibleName(), *(widget.accessibleName() for widget in window.findChildren(QWidget))]
        assert [words for words in said if re.search(r"[ぁ-んァ-ヶ一-龯][,.;:] ?|[。、：；] ", words)] == [], page
    for kind in ALL_LOSSES.values():
        loss = kind("x**4 + y") if kind is TypedLoss else kind()
        window.store.update(loss=loss, runs=2, steps=5)
        settle(window)
    for noise in NOISES.values():
        window.store.update(noise=noise())
        settle(window)
    window.store.update(alpha=1e5)
    settle(window)
    window.grab()
    for widget in window.findChildren(QWidget):
        widget.toolTip()
    # What holds Japanese, or no English word at all, was put together from translated pieces.
    english = {text for text in missed if re.search(r"[A-Za-z]{3}", text) and not re.search(r"[ぁ-んァ-ヶ一-龯]", text)}
    assert english - {"float64"} == set()
