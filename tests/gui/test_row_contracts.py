"""Every row of every table keeps the contract of its table: a test names the row that does not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from qhm_gui.appearance.theme import METHOD_LOOKS, THEMES
from qhm_gui.canvas.colour_bar import ColourBar
from qhm_gui.canvas.plot import Canvas
from qhm_gui.export import EXPORTERS
from qhm_gui.export.film.film import FILMS
from qhm_gui.export.options import PRESETS, ExportOptions
from qhm_gui.files import session
from qhm_gui.files.provenance import is_export
from qhm_gui.state.options.compare import CompareOptions, Entry
from qhm_gui.state.page_presets import presets_of
from qhm_gui.state.pages import PAGES
from qhm_gui.state.paper_presets import FIGURES
from qhm_gui.state.state import ALL_LOSSES, State, changed
from qhm_gui.text.row_words import RowChoices, example_of, summary_of, title_of
from qhm_gui.views import VIEWS
from qhm_gui.views.shared.method_table import MethodTable
from qhm_gui.views.view import View
from qhm_math.declared import Declared, declared_fields
from qhm_math.losses import FINITE_SUMS, FiniteSum
from qhm_math.methods import METHODS
from qhm_math.noise import NOISES
from qhm_math.schedules import SCHEDULES, shape_fields
from tests.gui.conftest import QUICK

TABLE: dict[str, str] = json.loads(
    (Path(__file__).resolve().parents[2] / "resources/translations/ja.json").read_text(encoding="utf-8")
)
#: What a state can hold: how it is put there.
HELD: dict[str, tuple[Any, Any]] = {
    "loss": (ALL_LOSSES, lambda one: {"loss": one}),
    "noise": (NOISES, lambda one: {"noise": one}),
    "method": (METHODS, lambda one: {"compare": CompareOptions(entries=(Entry(one),))}),
}


def check_words(what: str, words: dict[str, str]) -> None:
    """Each is there and has its Japanese; ``what`` is the row."""
    for name, text in words.items():
        assert text, f"{what} has no {name}"
        assert text in TABLE, f"the {name} of {what} has no Japanese row in ja.json: {text}"


def check_fields(what: str, fields: dict[str, Declared]) -> None:
    for name, field in fields.items():
        check_words(what, {f"label of {name}": field.label})
        if field.help:
            check_words(what, {f"help of {name}": field.help})


KINDS = [pytest.param(what, table, key, id=f"{what}-{key}") for what, (table, _) in HELD.items() for key in table]


@pytest.mark.parametrize(("what", "table", "key"), KINDS)
def test_a_loss_noise_or_method(what: str, table: Any, key: str) -> None:
    kind, row = table[key], f"the {what} {key}"
    assert kind.key == key
    assert getattr(kind, "title", ""), f"{row} has no title"
    check_words(row, {"summary": getattr(kind, "summary", "")})
    if what == "loss":  # a method is called the same in every language, and of a noise the summary is shown
        check_words(row, {"title": kind.title})
    check_fields(row, declared_fields(kind))
    assert what != "loss" or getattr(kind, "formula", ""), f"{row} has no formula"
    try:
        example = example_of(kind)
    except TypeError as error:
        pytest.fail(f"a parameter of {row} has no default: {error}")
    assert type(example) is kind
    assert example == example_of(kind) and hash(example) == hash(example_of(kind))
    state = changed(State(), HELD[what][1](example))
    assert session.load(session.dump(state)) == state


@pytest.mark.parametrize("key", SCHEDULES)
def test_a_schedule(key: str) -> None:
    kind, row = SCHEDULES[key], f"the schedule {key}"
    assert kind.key == key
    check_words(row, {"title": getattr(kind, "title", "")})
    assert getattr(kind, "formula", ""), f"{row} has no formula"
    state = changed(State(), {"converge.beta.key": key})
    check_fields(row, shape_fields(state.converge.beta))
    assert type(state.converge.beta) is kind
    assert session.load(session.dump(state)) == state


@pytest.mark.parametrize("what", HELD)
def test_no_two_rows_have_one_word(what: str) -> None:
    table = HELD[what][0]
    for word in (title_of, summary_of):
        words = [word(kind) for kind in table.values()]
        assert len(set(words)) == len(words)


@pytest.mark.parametrize("key", FINITE_SUMS)
def test_a_finite_sum(key: str) -> None:
    assert isinstance(example_of(FINITE_SUMS[key]), FiniteSum)
    assert declared_fields(FINITE_SUMS[key])["batch"].kind == "integer"


@pytest.mark.parametrize("key", VIEWS)
def test_a_view(key: str) -> None:
    view = VIEWS[key]
    assert issubclass(view, View) and view.key == key
    check_words(f"the view {key}", {"title": view.title})
    assert not getattr(view, "__abstractmethods__", ())
    pages = [row.key for row in PAGES.values() if key in (*row.views, *row.alone)]
    assert len(pages) == 1, f"the view {key} stands on {pages}"
    for option in view.options:
        if option.caption:
            check_words(f"the view {key}", {f"caption of {option.field}": option.caption})


@pytest.mark.parametrize("key", VIEWS)
def test_a_view_names_what_its_widget_holds(key: str, shown: Callable[[type[View], State], View]) -> None:
    """Cards, figures and page turns ask for it; only a test may search, see ``View.parts``."""
    view = shown(VIEWS[key], changed(State(), QUICK))
    kinds = (Canvas, ColourBar, MethodTable)
    held = [one for one in (view.widget, *view.widget.findChildren(QWidget)) if isinstance(one, kinds)]
    assert {part for part in view.parts if isinstance(part, kinds)} == set(held)
    assert all(part is view.widget or view.widget.isAncestorOf(part) for part in view.parts)


@pytest.mark.parametrize("key", PAGES)
def test_a_page(key: str) -> None:
    row = PAGES[key]
    assert row.key == key and row.views
    check_words(f"the page {key}", {"title": row.title})
    assert set(row.views) | set(row.alone) <= set(VIEWS) and set(row.tall) <= set(row.views)
    heads = {"question": row.question, "lead": row.lead}
    check_words(f"the page {key}", {name: words for name, words in heads.items() if words})
    assert not row.options or hasattr(State(), row.options)
    presets = presets_of(key)
    assert len({preset.key for preset in presets}) == len(presets)
    for preset in presets:
        what, changes = f"the preset {preset.key} of the page {key}", preset.changes
        check_words(what, {"title": preset.title})
        assert preset.sentences, f"{what} has no sentence for the wall of presets"
        check_words(what, {f"sentence {sentence}": sentence for sentence in preset.sentences})
        assert changed(State(), changes) == changed(changed(State(), changes), changes)
        assert (preset.view or row.telling or row.views[0]) in (*row.views, *row.alone)


@pytest.mark.parametrize("key", FIGURES)
def test_a_figure(key: str) -> None:
    row = FIGURES[key]
    assert row.key == key and key.startswith("figure-")
    assert row.view in (*PAGES[row.page].views, *PAGES[row.page].alone)
    heads = {"title": row.title, "heading": row.heading, "note": row.note}
    check_words(f"the figure {key}", {name: words for name, words in heads.items() if words})
    assert session.load(session.dump(row.state)) == row.state


@pytest.mark.parametrize("table", [EXPORTERS, FILMS], ids=["export", "film"])
def test_a_format(table: dict[str, Any], tmp_path: Path) -> None:
    for key, row in table.items():
        assert row.key == key and key.isalnum() and row.title
        (tmp_path / f"a.{key}").write_bytes(b"of a writer that is not known yet")
        assert is_export(tmp_path / f"a.{key}"), f"provenance.py does not read a file of the format {key} back"


@pytest.mark.parametrize("key", PRESETS)
def test_a_size(key: str) -> None:
    assert PRESETS[key].key == key
    check_words(f"the size {key}", {"words": PRESETS[key].words})
    assert not ExportOptions(size=key).refused


@pytest.mark.parametrize("key", METHOD_LOOKS)
def test_a_look(key: str) -> None:
    look = METHOD_LOOKS[key]
    assert look.key == key and look.name == METHODS[key].title
    for theme in THEMES.values():
        assert dict(theme.methods)[key] not in (theme.ink, theme.method("other"))
    assert [other.key for other in METHOD_LOOKS.values() if other.shape == look.shape] == [key]


def test_choices_are_the_table_as_it_is_now() -> None:
    table: dict[str, Any] = {"pdf": EXPORTERS["pdf"]}
    choices = RowChoices(table, title_of, ("custom", "custom"))
    assert list(choices) == [("pdf", "PDF"), ("custom", "custom")] and len(choices) == 2
    table["png"] = EXPORTERS["png"]
    assert choices[1] == ("png", "PNG") and ("custom", "custom") in choices
